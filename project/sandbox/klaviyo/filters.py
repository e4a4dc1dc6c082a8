"""What a list is filtered by: one operator, one field, texts."""

from __future__ import annotations

import re

from flask import request

from project.sandbox.klaviyo.checks import Refused, refused_parameter

FILTER = "filter"
TEXT = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
CALL = re.compile(r"\s*([a-z-]+)\(\s*([\w.]+)\s*,\s*(.*?)\s*\)\s*", re.DOTALL)
LIST = re.compile(rf"\[\s*(?:{TEXT})(?:\s*,\s*(?:{TEXT}))*\s*\]", re.DOTALL)
ONE = re.compile(TEXT, re.DOTALL)


def asked(allowed: set[tuple[str, str]]) -> tuple[str, list[str]] | None:
    """Return the field and the values that the request filters by; None if by nothing.

    `allowed` are the operators and fields that may be. Raises Refused for any other.
    """
    text = request.args.get(FILTER)
    if text is None:
        return None
    call = CALL.fullmatch(text)
    if not call or (call[1], call[2]) not in allowed:
        known = ", ".join(sorted(f"{operator}({field},…)" for operator, field in allowed))
        raise _refused(f"The sandbox does not know '{text}'. It knows {known}.")
    form = ONE if call[1] == "equals" else LIST
    if not form.fullmatch(call[3]):
        raise _refused(f"'{call[3]}' is not what {call[1]} takes.")
    return call[2], [_unquoted(value) for value in ONE.findall(call[3])]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _refused(detail: str) -> Refused:
    return refused_parameter(FILTER, detail)

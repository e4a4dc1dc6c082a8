"""References filled in with what they lead to, as `expand` asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from project.sandbox.commercetools import written
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.written import Kept, Written

Resolve = Callable[[Json], Kept | None]

# An order has references to payments in this one place, so they can be filled in unread.
_SPLICED = "paymentInfo.payments[*]"
_PAYMENT = re.compile(rb'\{"typeId":"payment","id":"([^"\\]+)"\}')


def text(kept: Kept, paths: Sequence[str], resolve: Resolve) -> bytes:
    """Return a document as JSON, with what the paths lead to inside."""
    if not isinstance(kept, Written) or any(path != _SPLICED for path in paths):
        return written.text(document(kept, paths, resolve) if paths else kept)
    return (
        _PAYMENT.sub(lambda found: _spliced(found, resolve), kept.text())
        if paths
        else (kept.text())
    )


def document(kept: Kept, paths: Sequence[str], resolve: Resolve) -> Json:
    """Return a document with what the paths lead to inside."""
    found = written.document(kept)
    for path in paths:
        found = _expand(found, path.split("."), resolve)
    return found


def _spliced(found: re.Match[bytes], resolve: Resolve) -> bytes:
    target = resolve({"typeId": "payment", "id": found[1].decode()})
    if target is None:
        return found[0]
    return found[0][:-1] + b',"obj":' + written.text(target) + b"}"


def _expand(node: Any, path: list[str], resolve: Resolve) -> Any:
    """The node with its references filled in along the path; others stay as they are."""
    if isinstance(node, dict) and "typeId" in node and "id" in node:
        target = node.get("obj") or resolve(node)
        if target is None:
            return node
        return {**node, "obj": _expand(written.document(target), path, resolve)}
    if not path or not isinstance(node, dict):
        return node
    name, each = path[0].removesuffix("[*]"), path[0].endswith("[*]")
    value = node.get(name)
    if each and isinstance(value, list):
        return {**node, name: [_expand(entry, path[1:], resolve) for entry in value]}
    if not each and isinstance(value, dict):
        return {**node, name: _expand(value, path[1:], resolve)}
    return node

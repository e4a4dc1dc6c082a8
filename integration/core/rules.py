"""Checking documents against JSON Schemas, with answers that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jsonschema_rs

Json = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document: where (a JSON pointer, "" for the whole) and what."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.reason}"


class Schema:
    """A compiled JSON Schema (draft 2020-12). Compile once, at import."""

    def __init__(self, document: Json) -> None:
        self.document = document
        # The offending value can be somebody's address: messages name the rule, never the value.
        self._validator = jsonschema_rs.Draft202012Validator(
            document, validate_formats=True, mask="this"
        )

    def fits(self, document: object) -> bool:
        """Return whether nothing is wrong with `document`: the quick answer."""
        return self._validator.is_valid(document)

    def problems(self, document: object) -> list[Problem]:
        """Return everything that is wrong with `document`, in its order; empty if it fits."""
        return [
            Problem(pointer(*error.instance_path), _words(error))
            for error in self._validator.iter_errors(document)
        ]


def pointer(*path: str | int) -> str:
    """Return the JSON pointer of a path (RFC 6901): pointer("a/b", 0) is "/a~1b/0"."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _words(error: jsonschema_rs.ValidationError) -> str:
    kind: Any = error.kind  # what it has besides a name depends on the name
    match kind.name:
        case "required":
            return f"“{kind.property}” is missing"
        case "additionalProperties":
            return ", ".join(f"“{name}”" for name in kind.unexpected) + " is not known here"
        case "type":
            return f"should be {' or '.join(kind.types)}"
        case _:
            return error.message

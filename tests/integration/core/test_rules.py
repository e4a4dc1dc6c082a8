"""Schemas answer in words, and never with the value they refuse."""

from __future__ import annotations

import pytest

from integration.core.rules import Problem, Schema, pointer

SCHEMA = Schema(
    {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "maxLength": 5}, "tags": {"type": "array"}},
        "additionalProperties": False,
    }
)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, Problem("", "“name” is missing")),
        ({"name": 5}, Problem("/name", "should be string")),
        ({"name": "ada", "mail": 1}, Problem("", "“mail” is not known here")),
        ({"name": "ada@storewire"}, Problem("/name", "this is longer than 5 characters")),
    ],
)
def test_a_problem_names_the_place_and_the_rule(document: dict, problem: Problem):
    assert SCHEMA.problems(document) == [problem]


def test_what_fits_has_no_problems():
    assert SCHEMA.problems({"name": "ada", "tags": []}) == []


def test_pointers_are_escaped():
    assert pointer("a/b", 0, "c~d") == "/a~1b/0/c~0d"

"""Which attributes of a type are asked for."""

from __future__ import annotations

from collections.abc import Collection

from flask import request

from project.sandbox.klaviyo.checks import refused_parameter


def fields_parameter(type_: str) -> str:
    """Return the name of the parameter that says so."""
    return f"fields[{type_}]"


def wanted(type_: str, known: Collection[str]) -> list[str]:
    """Return those of the known attributes that the request asks for; all if it does not say.

    Raises Refused if it asks for any other.
    """
    parameter = fields_parameter(type_)
    asked = request.args.get(parameter)
    if asked is None:
        return list(known)
    names = asked.split(",")
    for name in names:
        if name not in known and name != "id":  # the id comes with everything
            raise refused_parameter(parameter, f"There is no field '{name}'.")
    return [name for name in known if name in names]

"""Plugins: every folder in sources/ and destinations/, plus the destinations named in settings."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from django.conf import settings

from integration import destinations as destinations_package
from integration import sources as sources_package
from integration.core.plugins import Destination, Source
from integration.core.rules import Json, Problem, Schema

Plugin = Source | Destination


def _modules(package: ModuleType) -> list[ModuleType]:
    return [import_module(f"{package.__name__}.{m.name}") for m in iter_modules(package.__path__)]


@cache
def sources() -> dict[str, Source]:
    """Return the sources by kind."""
    return {m.SOURCE.kind: m.SOURCE for m in _modules(sources_package)}


@cache
def destinations() -> dict[str, Destination]:
    """Return the destinations by kind."""
    extra = [import_module(name) for name in settings.INTEGRATION_EXTRA_DESTINATIONS]
    modules = [*_modules(destinations_package), *extra]
    return {m.DESTINATION.kind: m.DESTINATION for m in modules}


def plugins() -> dict[str, Plugin]:
    """Return every plugin by kind."""
    return {**sources(), **destinations()}


def kinds() -> list[tuple[str, str]]:
    """Return what can be connected, as choices."""
    return [(plugin.kind, plugin.label) for plugin in plugins().values()]


@cache
def settings_schema() -> Schema:
    """Return the schema of a store's settings: the groups of all plugins, and our own."""
    groups = {
        name: group for plugin in plugins().values() for name, group in plugin.settings.items()
    }
    groups["messages"] = _messages()
    return Schema({"type": "object", "properties": groups, "additionalProperties": False})


def _messages() -> Json:
    types = sorted({type_ for source in sources().values() for type_ in source.handlers})
    off = {
        "type": "array",
        "items": {"enum": types},
        "uniqueItems": True,
        "title": "Messages switched off",
        "description": "Types of message of which nothing is made.",
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {"off": off},
        "default": {"off": [type_ for source in sources().values() for type_ in source.off]},
    }


def complete_settings(chosen: Json) -> Json:
    """Return a store's settings with everything that it left open filled in."""
    groups: dict[str, Json] = settings_schema().document["properties"]
    return {name: _merged(group["default"], chosen.get(name, {})) for name, group in groups.items()}


def _merged(default: Any, chosen: Any) -> Any:
    if not isinstance(default, dict) or not isinstance(chosen, dict):
        return chosen
    return default | {name: _merged(default.get(name, {}), value) for name, value in chosen.items()}


@cache
def config_schema(kind: str) -> Schema:
    """Return the schema of a connection's fields, secret or not."""
    return Schema(
        {
            "type": "object",
            "properties": {
                # An empty optional field is a field left open.
                field.name: {"type": "string", "pattern": field.pattern or r".*"}
                if field.required
                else {"type": "string", "pattern": f"^$|{field.pattern or '.*'}"}
                for field in plugins()[kind].fields
            },
            "additionalProperties": False,
        }
    )


def config_problems(kind: str, values: dict[str, str]) -> list[Problem]:
    """Return what is wrong with a connection's fields; a field left out is not a problem."""
    return config_schema(kind).problems(values)

"""The settings of a store, read off their schema: sections with leaves, each a thing to choose.

Beside what JSON Schema knows, a schema may say for people what its values mean (`words`), what its
number counts (`unit`), and how a line of it is written (`example`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integration import registry
from integration.core.rules import Json, pointer

ROOT = "settings"
ELSEWHERE = ("messages",)  # groups with a page of their own
NOTHING = "–"
SIDE_BY_SIDE = 2


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One thing to choose. `name` is its path, which is the name of its field in the form too."""

    path: tuple[str, ...]
    schema: Json
    default: Any
    label: str
    help: str

    @property
    def name(self) -> str:
        """The path as people read it: settings/links/product."""
        return ROOT + pointer(*self.path)

    def words(self, value: Any) -> str:
        """Return a choice as people read it."""
        return _in_words(self.schema, value)

    def of(self, settings: Mapping[str, Any]) -> Any:
        """Return what complete settings say here."""
        value: Any = settings
        for step in self.path:
            value = value[step]
        return value


@dataclass(frozen=True, kw_only=True)
class Section:
    """A group of settings. What belongs together is a row."""

    title: str
    description: str
    rows: list[list[Leaf]]


def sections() -> list[Section]:
    """Return everything that can be chosen on the store's page, as the plugins order it."""
    groups: dict[str, Json] = registry.settings_schema().document["properties"]
    defaults = registry.complete_settings({})
    return [
        Section(
            title=group.get("title") or _spaced(name),
            description=group.get("description", ""),
            rows=list(_rows(group, (name,), defaults[name], [], [])),
        )
        for name, group in groups.items()
        if name not in ELSEWHERE
    ]


def leaves() -> list[Leaf]:
    """Return every single thing that can be chosen."""
    return [leaf for section in sections() for row in section.rows for leaf in row]


def chosen(values: Mapping[str, Any]) -> Json:
    """Return the settings for these values by name of leaf: only what is not the default.

    So a default that is improved later reaches the stores that chose nothing.
    """
    settings: Json = {}
    for leaf in leaves():
        if leaf.name not in values or same(values[leaf.name], leaf.default):
            continue
        place = settings
        for step in leaf.path[:-1]:
            place = place.setdefault(step, {})
        place[leaf.path[-1]] = values[leaf.name]
    return settings


def same(one: Any, other: Any) -> bool:
    """Whether two choices are the same; several things chosen have no order."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return bool(one == other)


def in_words(value: Any) -> str:
    """Return a choice as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{name} = {other}" for name, other in value.items()) or NOTHING
    return str(value) or NOTHING


def _rows(
    part: Json, path: tuple[str, ...], default: Any, titles: list[str], helps: list[str]
) -> Iterator[list[Leaf]]:
    found = []
    for name, schema in part["properties"].items():
        below = (*path, name)
        title, said = schema.get("title", ""), schema.get("description", "")
        if "properties" in schema:
            deeper = [*titles, title], [*helps, said]
            yield from _rows(schema, below, default[name], *deeper)
            continue
        unit = f" ({schema['unit']})" if "unit" in schema else ""
        label = ": ".join(filter(None, [*titles, title or _spaced(name)])) + unit
        texts = " ".join(filter(None, [*helps, said, _default(schema, default[name])]))
        leaf = Leaf(path=below, schema=schema, default=default[name], label=label, help=texts)
        found.append(leaf)
    # Side by side only what a nested part holds together, and only what leaves room for words.
    yield from [found] if titles and len(found) == SIDE_BY_SIDE else [[leaf] for leaf in found]


def _default(schema: Json, default: Any) -> str:
    if schema.get("type") == "boolean" or default in ("", [], {}):
        return ""
    return f"Unless you change it: {_in_words(schema, default)}."


def _in_words(schema: Json, value: Any) -> str:
    known: Mapping[str, str] = schema.get("words", {})
    if isinstance(value, str) and value in known:
        return known[value]
    unit = schema.get("unit") if value != 1 else ""  # the label has it, in the plural
    return f"{in_words(value)} {unit}" if unit else in_words(value)


def _spaced(name: str) -> str:
    return name.replace("_", " ").capitalize()

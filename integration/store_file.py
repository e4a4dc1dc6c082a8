"""A store as a file: what `manage.py store import` reads and `store export` writes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from integration import registry
from integration.core.plugins import Field
from integration.core.rules import Json, Schema, pointer
from integration.models import Connection, Store

PRESENT, ABSENT = "PRESENT", "ABSENT"  # what stands for a secret in an export
PLAIN = ("name", "sending", "locale", "currency", "country", "timezone", "origins", "settings")

_VARIABLE = re.compile(r"\$\{(\w+)\}")


class StoreFileError(Exception):
    """The file cannot be used; each line of `problems` names a path and what is wrong there."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """YAML without its traps: a date stays text, and Norway (NO) stays a country."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def read(path: Path) -> Json:
    """Return the document in a YAML or JSON file, with ${NAME} filled in from the environment.

    Raises StoreFileError if it is neither, or a variable is not set.
    """
    try:
        document = _parsed(path.read_text())
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise StoreFileError([f"{path} is neither YAML nor JSON: {exc}"]) from exc
    problems: list[str] = []
    filled = _fill(document, "", problems)
    if problems:
        raise StoreFileError(problems)
    if not isinstance(filled, dict):
        raise StoreFileError([f"{path} does not hold a store: it should begin with “slug:”"])
    return filled


@transaction.atomic
def import_store(document: Json) -> tuple[Store, bool]:
    """Create or update the store with this slug. Return it, and whether it is new.

    What the document leaves out stays as it is. Raises StoreFileError, changing nothing.
    """
    problems = [str(problem) for problem in _schema().problems(document)]
    if problems:
        raise StoreFileError(problems)
    store = Store.objects.filter(slug=document["slug"]).first()
    created = store is None
    store = store or Store(slug=document["slug"], name=document["slug"])
    for name in PLAIN:
        if name in document:
            setattr(store, name, document[name])
    try:
        store.full_clean()
    except ValidationError as exc:
        raise StoreFileError(_lines(exc)) from exc
    store.save()
    for kind, values in document.get("connections", {}).items():
        _import_connection(store, kind, values)
    return store, created


def export_store(store: Store) -> Json:
    """Return the store as a document; each secret is PRESENT or ABSENT."""
    return {
        "slug": store.slug,
        **{name: getattr(store, name) for name in PLAIN},
        "connections": {
            connection.kind: _export_connection(connection)
            for connection in store.connections.all()
        },
    }


def as_yaml(document: Json) -> str:
    """Return the document as a YAML file that `read` understands."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _parsed(text: str) -> Any:
    # JSON first: YAML knows no tabs, and reads escaped characters otherwise.
    try:
        return json.loads(text)
    except ValueError:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader


def _import_connection(store: Store, kind: str, values: Json) -> None:
    connection = Connection.objects.filter(store=store, kind=kind).first()
    connection = connection or Connection(store=store, kind=kind)
    secret = {field.name for field in _fields(kind) if field.secret}
    connection.config = {
        **connection.config,
        **{name: value for name, value in values.items() if name not in secret},
    }
    kept = {PRESENT, ABSENT}
    connection.set_secrets(
        **{name: values[name] for name in secret & values.keys() if values[name] not in kept}
    )
    connection.paused_reason = ""  # a person has acted
    connection.save()


def _export_connection(connection: Connection) -> Json:
    secrets, values = connection.secrets(), connection.values()
    shown = {
        field.name: (PRESENT if secrets.get(field.name) else ABSENT)
        if field.secret
        else values.get(field.name, "")
        for field in _fields(connection.kind)
    }
    return {name: value for name, value in shown.items() if value}


def _fields(kind: str) -> tuple[Field, ...]:
    return registry.plugins()[kind].fields


def _schema() -> Schema:
    plain: dict[str, Json] = {name: {"type": "string"} for name in PLAIN}
    plain["sending"] = {"enum": list(Store.Sending.values)}
    plain["origins"] = {
        "type": "array",
        "items": {"type": "string"},
    }
    plain["settings"] = registry.settings_schema().document
    connections = {kind: registry.config_schema(kind).document for kind in registry.plugins()}
    return Schema(
        {
            "type": "object",
            "required": ["slug"],
            "additionalProperties": False,
            "properties": {
                "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,50}$"},
                **plain,
                "connections": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": connections,
                },
            },
        }
    )


def _fill(value: Any, where: str, problems: list[str]) -> Any:
    if isinstance(value, dict):
        return {
            str(key): _fill(item, where + pointer(str(key)), problems)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_fill(item, where + pointer(i), problems) for i, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    for name in _VARIABLE.findall(value):
        if name not in os.environ:
            problems.append(f"{where}: the environment variable {name} is not set")
    return _VARIABLE.sub(lambda found: os.environ.get(found[1], ""), value)


def _lines(error: ValidationError) -> list[str]:
    return [
        f"/{field}: {message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]

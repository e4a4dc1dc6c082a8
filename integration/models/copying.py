"""Rows written faster than one by one: a few in a single statement, many by COPY."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection, models, transaction

FEWEST = 200  # fewer are inserted as usual


@transaction.atomic
def write_new(rows: Sequence[models.Model]) -> None:
    """Write rows of one model that have no id yet. What a constraint forbids is left out.

    Many go by COPY, which takes a third of the time.
    """
    if len(rows) < FEWEST:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, ignore_conflicts=True)
        return
    table, fields, columns = _parts(rows[0])
    with connection.cursor() as cursor:
        # Not straight into the table: COPY knows no conflicts.
        cursor.execute(f"CREATE TEMPORARY TABLE incoming AS SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608
        with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([_value(field, row) for field in fields])
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        cursor.execute("DROP TABLE incoming")


def insert_at_once(rows: Sequence[models.Model]) -> None:
    """Write a few rows of one model that have no id yet, and leave out what a constraint forbids.

    It is a single statement, and so needs no transaction around it, which would be two more round
    trips: a fifth of what a door does.
    """
    table, fields, columns = _parts(rows[0])
    row = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * len(rows))} "  # noqa: S608
            "ON CONFLICT DO NOTHING",
            [
                field.get_db_prep_save(getattr(each, field.attname), connection)
                for each in rows
                for field in fields
            ],
        )


def _parts(row: models.Model) -> tuple[str, list[models.Field[Any, Any]], str]:
    """The table, and the fields and columns without the id. No word of it is from outside."""
    quoted = connection.ops.quote_name
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    return quoted(row._meta.db_table), fields, columns


def _value(field: models.Field[Any, Any], row: models.Model) -> object:
    value = getattr(row, field.attname)
    return _json(value) if isinstance(field, models.JSONField) else value


def _json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # a number of more than 64 bits
        return json.dumps(value)

"""What Klaviyo's document (revision 2026-07-15) allows in the bodies that hold many at once.

How many is said there in words only; that nothing at all is too little is our guess.
"""

from __future__ import annotations

from dataclasses import dataclass

from project.sandbox.klaviyo.catalog_schemas import CATALOG_SCHEMAS, CATEGORY, ITEM, VARIANT
from project.sandbox.klaviyo.schemas import HAPPENED, META, PERSON, TEXT, Json, closed, profile

MOST_EVENTS, MOST_PROFILES, MOST_OBJECTS = 1_000, 10_000, 100
IMPORT_JOB = "profile-bulk-import-job"


@dataclass(frozen=True)
class CatalogJob:
    """How the jobs that do one thing to one type are called, and what of theirs."""

    object_type: str
    verb: str
    rows: str
    type: str
    create: str
    get_one: str
    get_many: str


def _catalog_job(verb: str, object_type: str, rows: str, read: str) -> CatalogJob:
    """`read` is what the objects are called where the jobs are read."""
    return CatalogJob(
        object_type=object_type,
        verb=verb,
        rows=rows,
        type=f"{object_type}-bulk-{verb}-job",
        create=f"bulk_{verb}_catalog_{rows}",
        get_one=f"get_bulk_{verb}_{read}_job",
        get_many=f"get_bulk_{verb}_{read}_jobs",
    )


CATALOG_JOBS = tuple(
    _catalog_job(verb, *names)
    for verb in ("create", "update", "delete")
    for names in (
        (ITEM, "items", "catalog_items"),
        (VARIANT, "variants", "variants"),
        (CATEGORY, "categories", "categories"),
    )
)


def _many(entry: Json, most: int) -> Json:
    entries = {"type": "array", "items": entry, "minItems": 1, "maxItems": most}
    return closed(["data"], {"data": entries})


def _typed(type_: str, attributes: Json) -> Json:
    document = {"type": {"const": type_}, "attributes": attributes}
    return closed(["type", "attributes"], document)


def _catalog_rows(kind: CatalogJob) -> Json:
    if kind.verb == "delete":
        row = closed(
            ["type", "id"], {"type": {"const": kind.object_type}, "id": {"type": "string"}}
        )
    else:
        single = f"{kind.verb}_{kind.object_type.replace('-', '_')}"
        row = CATALOG_SCHEMAS[single]["properties"]["data"]
    attributes = closed([kind.rows], {kind.rows: _many(row, MOST_OBJECTS)})
    return closed(["data"], {"data": _typed(kind.type, attributes)})


GROUP = closed(
    ["profile", "events"],
    {
        "backfill": {"type": ["boolean", "null"]},
        "profile": profile({**PERSON, "_kx": TEXT, "anonymous_id": TEXT}, beside={"meta": META}),
        "events": _many(
            _typed("event", closed(["properties", "metric"], HAPPENED)), most=MOST_EVENTS
        ),
    },
)
EVENTS = closed(
    ["events-bulk-create"],
    {"events-bulk-create": _many(_typed("event-bulk-create", GROUP), most=MOST_EVENTS)},
)
IMPORTED = profile({**PERSON, "_kx": TEXT}, beside={"meta": META})["properties"]["data"]
LIST = closed(["type", "id"], {"type": {"const": "list"}, "id": {"type": "string"}})
LISTS = closed([], {"data": {"type": "array", "items": LIST}})
IMPORT = {
    "type": {"const": IMPORT_JOB},
    "attributes": closed(["profiles"], {"profiles": _many(IMPORTED, MOST_PROFILES)}),
    "relationships": closed([], {"lists": LISTS}),
}
BULK_SCHEMAS = {
    "bulk_create_events": closed(["data"], {"data": _typed("event-bulk-create-job", EVENTS)}),
    "bulk_import_profiles": closed(["data"], {"data": closed(["type", "attributes"], IMPORT)}),
    **{kind.create: _catalog_rows(kind) for kind in CATALOG_JOBS},
}

"""The operations that take many at a time: where they go, and what is around the pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integration.core.rules import Json
from integration.destinations.klaviyo import bodies
from integration.destinations.klaviyo.quick_json import loaded


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How Klaviyo calls a kind of object of its catalog, and we its order keys.

    `in_jobs` is what it calls them where jobs are asked after.
    """

    key: str
    type: str
    many: str
    in_jobs: str

    @property
    def path(self) -> str:
        """Where they are listed."""
        return bodies.PATHS[self.type]

    @property
    def listed_by(self) -> str:
        """The operation that lists them."""
        return f"get_catalog_{self.many}"

    def bulk(self, verb: str) -> str:
        """Return the operation that does this to many of them."""
        return f"bulk_{verb}_catalog_{self.many}"


KINDS = {
    kind.key: kind
    for kind in (
        Kind(key="category", type="catalog-category", many="categories", in_jobs="categories"),
        Kind(key="item", type="catalog-item", many="items", in_jobs="catalog_items"),
        Kind(key="variant", type="catalog-variant", many="variants", in_jobs="variants"),
    )
}


@dataclass(frozen=True, kw_only=True)
class BulkOperation:
    """One of them. Its requests are of this `type`, and hold their pieces under `member`.

    `told_by` is the operation that tells how a job is doing, "" where nothing does. `kind` and
    `verb` say which objects of the catalog it is about, and what it does to them.
    """

    type: str
    member: str
    told_by: str = ""
    kind: Kind | None = None
    verb: str = ""

    @property
    def path(self) -> str:
        """Where its requests go, and its jobs lie."""
        return f"/api/{self.type}s"

    def request(self, contents: Sequence[bytes]) -> bytes:
        """Return the body of a request with these pieces."""
        head = f'{{"data":{{"type":"{self.type}","attributes":{{"{self.member}":{{"data":['
        return head.encode() + b",".join(contents) + b"]}}}}"


def _of_catalog(kind: Kind, verb: str) -> BulkOperation:
    return BulkOperation(
        type=f"{kind.type}-bulk-{verb}-job",
        member=kind.many,
        told_by=f"get_bulk_{verb}_{kind.in_jobs}_job",
        kind=kind,
        verb=verb,
    )


OPERATIONS = {
    "bulk_create_events": BulkOperation(type="event-bulk-create-job", member="events-bulk-create"),
    "bulk_import_profiles": BulkOperation(
        type="profile-bulk-import-job", member="profiles", told_by="get_bulk_import_profiles_job"
    ),
    **{
        kind.bulk(verb): _of_catalog(kind, verb)
        for kind in KINDS.values()
        for verb in ("create", "update", "delete")
    },
}


def single_body(content: bytes) -> Json:
    """Return the body of the single request whose piece this is; {} for a deletion's."""
    document: Json = loaded(content)
    if document["type"] != "event-bulk-create":
        return {"data": document} if "attributes" in document else {}
    group = document["attributes"]
    event: Json = group["events"]["data"][0]
    return {"data": {**event, "attributes": {**event["attributes"], "profile": group["profile"]}}}


def object_id(document: Json) -> str:
    """Return Klaviyo's id of the object of the catalog that a piece is about."""
    return str(document.get("id") or bodies.compound_id(document["attributes"]["external_id"]))

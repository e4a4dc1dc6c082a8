"""What the account's catalog holds: items, their variants, and the categories they are in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from project.sandbox.klaviyo.catalog_schemas import CATEGORY, ITEM, VARIANT
from project.sandbox.klaviyo.checks import Refused, error
from project.sandbox.klaviyo.schemas import Json

PREFIX = "$custom:::$default:::"  # there is one integration and one catalog
STAMPS: Json = {"created": None, "updated": None}
SHOWN: Json = {
    **dict.fromkeys(("external_id", "title", "description", "url", "price")),
    **dict.fromkeys(("image_full_url", "image_thumbnail_url")),
    **{"images": [], "custom_metadata": {}, "published": True},
}
BLANK: dict[str, Json] = {  # the attributes of each type, with what they are if nobody says
    ITEM: {**SHOWN, **STAMPS},
    VARIANT: {**SHOWN, "sku": None, "inventory_policy": 0, "inventory_quantity": None, **STAMPS},
    CATEGORY: {"external_id": None, "name": None, "updated": None},
}


class Catalog:
    """The catalog in memory. All its methods raise Refused for what is not there."""

    def __init__(self) -> None:
        self._by_type: dict[str, dict[str, Json]] = {ITEM: {}, VARIANT: {}, CATEGORY: {}}

    def objects(self, type_: str) -> dict[str, Json]:
        """Return all of a type by id, the oldest first.

        Beside its attributes an item has the ids of its categories, a variant that of its item.
        """
        return self._by_type[type_]

    def get(self, type_: str, id_: str) -> Json:
        """Return one."""
        self._demand(type_, id_)
        return self._by_type[type_][id_]

    def create(self, document: Json) -> Json:
        """Add what a body describes, if it is new and what it refers to is there."""
        type_, given = document["type"], document["attributes"]
        id_ = PREFIX + given["external_id"]
        if id_ in self._by_type[type_]:
            source = {"pointer": "/data/attributes/external_id"}
            raise Refused(error(409, f"The {type_} {id_} exists.", source, code="duplicate"))
        related = self._related(document)
        made: Json = {"id": id_}
        for name, usual in BLANK[type_].items():
            made[name] = usual if given.get(name) is None else given[name]
        made |= {name: _now() for name in STAMPS if name in made}
        if type_ == VARIANT:
            made["item"] = related[0]
        if type_ == ITEM:
            made["categories"] = []
        self._by_type[type_][id_] = made
        if type_ != VARIANT:
            self.set_members(type_, id_, related)
        return made

    def update(self, document: Json) -> Json:
        """Change what a body names, and nothing else; its relationships replace those before."""
        type_, id_ = document["type"], document["id"]
        held = self.get(type_, id_)
        related = self._related(document)
        held |= {**document["attributes"], "updated": _now()}
        if any("data" in relation for relation in document.get("relationships", {}).values()):
            self.set_members(type_, id_, related)
        return held

    def delete(self, type_: str, id_: str) -> None:
        """Remove one; the variants of an item go with it, the items of a category stay."""
        self._demand(type_, id_)
        if type_ == ITEM:
            for variant_id in self.variants_of(id_):
                del self._by_type[VARIANT][variant_id]
        if type_ == CATEGORY:
            self.set_members(type_, id_, [])
        del self._by_type[type_][id_]

    def variants_of(self, item_id: str) -> dict[str, Json]:
        """Return the variants of an item by id."""
        self._demand(ITEM, item_id)
        variants = self._by_type[VARIANT].items()
        return {id_: variant for id_, variant in variants if variant["item"] == item_id}

    def members(self, type_: str, id_: str) -> list[str]:
        """Return the ids of an item's categories, or of a category's items."""
        if type_ == ITEM:
            return list(self.get(type_, id_)["categories"])
        self._demand(type_, id_)
        items = self._by_type[ITEM].items()
        return [item_id for item_id, item in items if id_ in item["categories"]]

    def set_members(self, type_: str, id_: str, ids: Sequence[str]) -> None:
        """Make these an item's only categories, or a category's only items."""
        if type_ == ITEM:
            self.get(type_, id_)["categories"] = list(dict.fromkeys(ids))
            return
        before = set(self.members(type_, id_))
        for item_id in before.difference(ids):
            self._by_type[ITEM][item_id]["categories"].remove(id_)
        for item_id in set(ids) - before:
            self._by_type[ITEM][item_id]["categories"].append(id_)

    def demand_all(self, references: list[Json], where: str) -> list[str]:
        """Return the ids of these references. `where` is the pointer to the list of them."""
        for place, reference in enumerate(references):
            self._demand(reference["type"], reference["id"], f"{where}/{place}")
        return [reference["id"] for reference in references]

    def _related(self, document: Json) -> list[str]:
        """The ids of what a body refers to, there being one relationship for each type."""
        for name, relation in document.get("relationships", {}).items():
            where, data = f"/data/relationships/{name}/data", relation.get("data", [])
            if isinstance(data, list):
                return self.demand_all(data, where)
            self._demand(data["type"], data["id"], where)
            return [data["id"]]
        return []

    def _demand(self, type_: str, id_: str, where: str = "") -> None:
        if id_ not in self._by_type[type_]:
            source = {"pointer": where} if where else None
            raise Refused(error(404, f"There is no {type_} {id_}.", source))


def _now() -> str:
    return datetime.now(UTC).isoformat()

"""The calls about the catalog: the same for each of its three types."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from project.sandbox.klaviyo.catalog import BLANK
from project.sandbox.klaviyo.catalog_links import add_links
from project.sandbox.klaviyo.catalog_schemas import CATEGORY, ITEM, VARIANT
from project.sandbox.klaviyo.checks import Refused, invalid
from project.sandbox.klaviyo.fieldsets import wanted
from project.sandbox.klaviyo.filters import asked
from project.sandbox.klaviyo.paging import page
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

DEFAULT_PAGE = 100
FILTERS = {("any", "ids")}


@dataclass(frozen=True)
class Kind:
    """How the operations and addresses of a type are called."""

    type: str
    one: str
    many: str
    path: str


KINDS = (
    Kind(ITEM, "catalog_item", "catalog_items", "/api/catalog-items"),
    Kind(VARIANT, "catalog_variant", "catalog_variants", "/api/catalog-variants"),
    Kind(CATEGORY, "catalog_category", "catalog_categories", "/api/catalog-categories"),
)
GET_ONE = {kind.type: f"get_{kind.one}" for kind in KINDS}


def add_catalog(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them. An external id may have a slash, so the ids in the addresses may too."""
    for kind in KINDS:
        _add_kind(calls, klaviyo, kind)
        _add_lists(calls, klaviyo, kind)
    add_links(calls, klaviyo)

    @calls.get("/api/catalog-items/<path:id_>/variants")
    def get_variants_for_catalog_item(id_: str) -> Response:
        def act(_: None) -> Reply:
            return _page(klaviyo.account.catalog.variants_of(id_), VARIANT), 200

        return klaviyo.serve("get_variants_for_catalog_item", act)


def _add_kind(calls: Blueprint, klaviyo: Klaviyo, kind: Kind) -> None:
    def create() -> Response:
        def act(body: Json) -> Reply:
            made = klaviyo.account.catalog.create(body["data"])
            return {"data": _resource(made, kind.type)}, 201

        return klaviyo.serve(f"create_{kind.one}", act)

    def update(id_: str) -> Response:
        def act(body: Json) -> Reply:
            if body["data"]["id"] != id_:
                raise Refused(invalid("The id is not that of the address.", "/data/id"))
            changed = klaviyo.account.catalog.update(body["data"])
            return {"data": _resource(changed, kind.type)}, 200

        return klaviyo.serve(f"update_{kind.one}", act)

    def delete(id_: str) -> Response:
        def act(_: None) -> Reply:
            klaviyo.account.catalog.delete(kind.type, id_)
            return None, 204

        return klaviyo.serve(f"delete_{kind.one}", act)

    one = f"{kind.path}/<path:id_>"
    calls.add_url_rule(kind.path, f"create_{kind.one}", create, methods=["POST"])
    calls.add_url_rule(one, f"update_{kind.one}", update, methods=["PATCH"])
    calls.add_url_rule(one, f"delete_{kind.one}", delete, methods=["DELETE"])


def _add_lists(calls: Blueprint, klaviyo: Klaviyo, kind: Kind) -> None:
    def get_many() -> Response:
        def act(_: None) -> Reply:
            return _page(klaviyo.account.catalog.objects(kind.type), kind.type), 200

        return klaviyo.serve(f"get_{kind.many}", act)

    def get_one(id_: str) -> Response:
        def act(_: None) -> Reply:
            return {"data": _resource(klaviyo.account.catalog.get(kind.type, id_), kind.type)}, 200

        return klaviyo.serve(f"get_{kind.one}", act)

    calls.add_url_rule(kind.path, f"get_{kind.many}", get_many)
    calls.add_url_rule(f"{kind.path}/<path:id_>", f"get_{kind.one}", get_one)


def _page(objects: dict[str, Json], type_: str) -> Json:
    question, attributes = asked(FILTERS), wanted(type_, BLANK[type_])
    known = objects if question is None else objects.keys() & question[1]
    ids = [id_ for id_ in objects if id_ in known]
    return page(ids, lambda id_: _resource(objects[id_], type_, attributes), DEFAULT_PAGE, type_)


def _resource(held: Json, type_: str, attributes: Collection[str] = ()) -> Json:
    """One object; with all its attributes if not told which."""
    return {
        "type": type_,
        "id": held["id"],
        "attributes": {name: held[name] for name in attributes or BLANK[type_]},
        "links": {"self": url_for(f"klaviyo.{GET_ONE[type_]}", id_=held["id"], _external=True)},
    }

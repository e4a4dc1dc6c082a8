"""The calls about which items are in which categories, from either side."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response

from project.sandbox.klaviyo.catalog_schemas import CATEGORY, ITEM
from project.sandbox.klaviyo.paging import page
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

DEFAULT_PAGE = 100
WHERE = "/data"  # the list in a body


@dataclass(frozen=True)
class Side:
    """One of the two, and how its operations are called."""

    type: str
    other: str
    path: str
    get: str
    add: str
    update: str
    remove: str


SIDES = (
    Side(
        ITEM,
        CATEGORY,
        "/api/catalog-items/<path:id_>/relationships/categories",
        "get_category_ids_for_catalog_item",
        "add_categories_to_catalog_item",
        "update_categories_for_catalog_item",
        "remove_categories_from_catalog_item",
    ),
    Side(
        CATEGORY,
        ITEM,
        "/api/catalog-categories/<path:id_>/relationships/items",
        "get_item_ids_for_catalog_category",
        "add_items_to_catalog_category",
        "update_items_for_catalog_category",
        "remove_items_from_catalog_category",
    ),
)


def add_links(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""
    for side in SIDES:
        _add_reading(calls, klaviyo, side)
        _add_writing(calls, klaviyo, side)


def _add_reading(calls: Blueprint, klaviyo: Klaviyo, side: Side) -> None:
    def get(id_: str) -> Response:
        def act(_: None) -> Reply:
            ids = klaviyo.account.catalog.members(side.type, id_)
            return page(ids, lambda other: {"type": side.other, "id": other}, DEFAULT_PAGE), 200

        return klaviyo.serve(side.get, act)

    calls.add_url_rule(side.path, side.get, get)


def _add_writing(calls: Blueprint, klaviyo: Klaviyo, side: Side) -> None:
    def add(id_: str) -> Response:
        def act(body: Json) -> Reply:
            catalog = klaviyo.account.catalog
            before = catalog.members(side.type, id_)
            added = catalog.demand_all(body["data"], WHERE)
            catalog.set_members(side.type, id_, [*before, *added])
            return None, 204

        return klaviyo.serve(side.add, act)

    def update(id_: str) -> Response:
        def act(body: Json) -> Reply:
            catalog = klaviyo.account.catalog
            catalog.get(side.type, id_)
            ids = catalog.demand_all(body["data"], WHERE)
            catalog.set_members(side.type, id_, ids)
            return None, 204

        return klaviyo.serve(side.update, act)

    def remove(id_: str) -> Response:
        def act(body: Json) -> Reply:
            catalog = klaviyo.account.catalog
            gone = [reference["id"] for reference in body["data"]]
            before = catalog.members(side.type, id_)
            catalog.set_members(side.type, id_, [one for one in before if one not in gone])
            return None, 204

        return klaviyo.serve(side.remove, act)

    calls.add_url_rule(side.path, side.add, add, methods=["POST"])
    calls.add_url_rule(side.path, side.update, update, methods=["PATCH"])
    calls.add_url_rule(side.path, side.remove, remove, methods=["DELETE"])

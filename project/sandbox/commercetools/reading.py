"""Questions to the shop's collections: a page, or one document by its id or key."""

from __future__ import annotations

from flask import request

from project.sandbox.commercetools import query
from project.sandbox.commercetools.answers import Answer, invalid, not_found
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.shop import Shop

# kind: what its documents can be asked for by, beside the id, and the field that it is in
BY = {
    "orders": {"order-number": "orderNumber"},
    "*": {"key": "key"},
}


def page(shop: Shop, kind: str) -> Answer:
    """Answer with a page of a collection."""
    try:
        documents = _documents(shop, kind)
        if documents is None:
            return not_found(f"There is no collection “{kind}”.")
        return query.page(documents, request.args, shop.referred), 200
    except query.Refused as exc:
        return invalid(str(exc))


def document(shop: Shop, kind: str, wanted: str) -> Answer:
    """Answer with one document: `wanted` is its id, or "key=" and its key."""
    name, is_named, value = wanted.partition("=")
    field = {**BY["*"], **BY.get(kind, {})}.get(name) if is_named else "id"
    value = value if is_named else wanted
    try:
        found = [entry for entry in _documents(shop, kind) or [] if _is(entry, field, value)]
        if not found:
            what = f"{name} “{value}”" if is_named else f"id “{value}”"
            return not_found(f"The resource with the {what} was not found.")
        return query.expanded(found[:1], request.args, shop.referred)[0], 200
    except query.Refused as exc:
        return invalid(str(exc))


def _documents(shop: Shop, kind: str) -> list[Json] | None:
    staged = request.args.get("staged", "false")
    if staged not in ("true", "false"):
        raise query.Refused("Malformed parameter: staged: true or false")
    return shop.documents(kind, staged=staged == "true")


def _is(entry: Json, field: str | None, value: str) -> bool:
    return field is not None and entry.get(field) == value

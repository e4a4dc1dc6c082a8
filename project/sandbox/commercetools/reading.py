"""Questions to the shop's collections: a page, or one document by its id or key."""

from __future__ import annotations

from flask import request

from project.sandbox.commercetools import conditions, expanding, query
from project.sandbox.commercetools.answers import Answer, invalid, not_found
from project.sandbox.commercetools.shop import Shop
from project.sandbox.commercetools.views import View

# kind: what its documents can be asked for by, beside the id, and the field that it is in
BY = {
    "orders": {"order-number": "orderNumber"},
    "*": {"key": "key"},
}


def page(shop: Shop, kind: str) -> Answer:
    """Answer with a page of a collection."""
    try:
        view = _view(shop, kind)
        if view is None:
            return not_found(f"There is no collection “{kind}”.")
        return query.page(view, request.args, shop.found), 200
    except query.Refused as exc:
        return invalid(str(exc))


def document(shop: Shop, kind: str, wanted: str) -> Answer:
    """Answer with one document: `wanted` is its id, or "key=" and its key."""
    name, is_named, value = wanted.partition("=")
    field = {**BY["*"], **BY.get(kind, {})}.get(name) if is_named else "id"
    value = value if is_named else wanted
    try:
        paths, view = query.expansions(request.args), _view(shop, kind)
        if view is not None and field is not None:
            for found in view.matching([conditions.compared(field, "=", value)]):
                return expanding.document(found, paths, shop.found), 200
        what = f"{name} “{value}”" if is_named else f"id “{value}”"
        return not_found(f"The resource with the {what} was not found.")
    except query.Refused as exc:
        return invalid(str(exc))


def _view(shop: Shop, kind: str) -> View | None:
    staged = request.args.get("staged", "false")
    if staged not in ("true", "false"):
        raise query.Refused("Malformed parameter: staged: true or false")
    return shop.view(kind, staged=staged == "true")

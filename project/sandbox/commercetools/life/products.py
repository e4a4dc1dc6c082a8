"""What happens to products: they appear in the shop and leave it, and cost more."""

from __future__ import annotations

from collections.abc import Callable

from project.sandbox.commercetools import catalog
from project.sandbox.commercetools.documents import (
    Json,
    announced,
    changed,
    deleted,
    money,
    now,
)
from project.sandbox.commercetools.life.asked import ANYTHING, Asked, anything, need
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop

# What belongs to a view of the product; everything else to the product itself.
OF_VIEWS = (
    "name",
    "slug",
    "description",
    "categories",
    "categoryOrderHints",
    "masterVariant",
    "variants",
    "searchKeywords",
    "metaTitle",
    "metaDescription",
    "metaKeywords",
)
DEARER_CENTS = 100


def is_published(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A product goes live as it is staged: one that is not, else one with staged changes."""
    with shop.lock:
        before = need(shop, "products", asked, _is_hidden, _has_staged_changes, anything)
        product = _merged(before, asked)
        master = product["masterData"]
        live = {"current": master["staged"], "published": True, "hasStagedChanges": False}
        made = announced({**product, "masterData": {**master, **live}}, now())
        shop.put("products", made)
    fields = {
        "productProjection": catalog.projection(made),
        "removedImageUrls": [],
        "scope": "All",
    }
    return Happening("ProductPublished", "product", made, fields)


def is_unpublished(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A product can no longer be seen in the shop."""
    with shop.lock:
        product = _merged(need(shop, "products", asked, _is_live), asked)
        hidden = {"published": False, "hasStagedChanges": True}
        master = {**product["masterData"], **hidden}
        made = announced({**product, "masterData": master}, now())
        shop.put("products", made)
    return Happening("ProductUnpublished", "product", made)


def is_deleted(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A product goes for good. What is on stock of it stays."""
    gone = _remove(shop, asked)
    current = catalog.projection(gone)
    images = [image["url"] for each in catalog.variants(current) for image in each["images"]]
    fields: Json = {"removedImageUrls": images}
    if _is_live(gone):
        fields["currentProjection"] = current
    return Happening("ProductDeleted", "product", gone, fields)


def gets_image(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A product has one picture more: a message that hardly anybody listens to."""
    with shop.lock:
        made = announced(_merged(need(shop, "products", asked), asked), now())
        shop.put("products", made)
    image = made["masterData"]["current"]["masterVariant"]["images"][0]
    fields = {"variantId": 1, "image": image, "staged": True}
    return Happening("ProductImageAdded", "product", made, fields)


def is_changed(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A product is different, live and staged: as the fields say, or it costs a euro more."""
    with shop.lock:
        before = need(shop, "products", asked)
        made = changed(_merged(before, asked) if asked.fields else _dearer(before), now())
        shop.put("products", made)
    return Happening("ResourceUpdated", "product", made, {"oldVersion": before["version"]})


def is_erased(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A product goes for good, and all that is told is its id."""
    gone = _remove(shop, asked)
    return Happening("ResourceDeleted", "product", gone, {"dataErasure": asked.data_erasure})


def _remove(shop: Shop, asked: Asked) -> Json:
    with shop.lock:
        gone = deleted(_merged(need(shop, "products", asked, _is_hidden, anything), asked), now())
        shop.remove("products", gone["id"])
    return gone


def _merged(product: Json, asked: Asked) -> Json:
    """The product with the fields that were asked for, each where it belongs."""
    of_views = {name: value for name, value in asked.fields.items() if name in OF_VIEWS}
    others = {name: value for name, value in asked.fields.items() if name not in OF_VIEWS}
    return _with_views(product, lambda view: {**view, **of_views}) | others


def _dearer(product: Json) -> Json:
    def variant(each: Json) -> Json:
        return {**each, "prices": [_raised(price) for price in each["prices"]]}

    def view(each: Json) -> Json:
        master = variant(each["masterVariant"])
        return {**each, "masterVariant": master, "variants": [*map(variant, each["variants"])]}

    return _with_views(product, view)


def _raised(price: Json) -> Json:
    return {**price, "value": money(price["value"]["centAmount"] + DEARER_CENTS)}


def _with_views(product: Json, change: Callable[[Json], Json]) -> Json:
    master = product["masterData"]
    views = {name: change(master[name]) for name in ("current", "staged")}
    return {**product, "masterData": {**master, **views}}


def _is_live(product: Json) -> bool:
    return bool(product["masterData"]["published"])


def _is_hidden(product: Json) -> bool:
    return not _is_live(product)


def _has_staged_changes(product: Json) -> bool:
    return bool(product["masterData"]["hasStagedChanges"])

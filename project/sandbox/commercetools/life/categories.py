"""What happens to categories. Only a new one is told in a message."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from project.sandbox.commercetools import catalog
from project.sandbox.commercetools.documents import (
    Json,
    born,
    changed,
    deleted,
    now,
    reference,
)
from project.sandbox.commercetools.life.asked import (
    ANYTHING,
    Asked,
    Impossible,
    anything,
    merged,
    need,
)
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop

MORE = {"en": " & more", "de": " & mehr"}


def is_created(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """There is a new category, below the parent asked for or beside the topmost ones."""
    _check_fields(asked)
    with shop.lock:
        tag = uuid.uuid4().hex[:4]
        name = {"en": f"New arrivals {tag}", "de": f"Neuheiten {tag}", **asked.rename}
        made = {
            **born(shop.random, now()),
            "key": catalog.slug(name["en"]),
            "name": name,
            "slug": {language: catalog.slug(text) for language, text in name.items()},
            "orderHint": f"0.9{tag}",
            "assets": [],
            **_below(shop, asked.parent),
            **asked.fields,
        }
        shop.put("categories", made)
    return Happening("CategoryCreated", "category", made, {"category": made})


def is_changed(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A category is renamed or moved, as asked for; else it takes or drops an "& more".

    Those below a moved one have other ancestors then, but are not told of.
    """
    _check_fields(asked)
    with shop.lock:
        before = need(shop, "categories", asked)
        made = merged(before, asked)
        if asked.parent is not None:
            if asked.parent in {before["id"], *(entry["id"] for entry in _under(shop, before))}:
                raise Impossible("parent: neither the category itself nor one below it")
            made |= _below(shop, asked.parent)
        rename = asked.rename
        if not (rename or asked.parent or asked.fields):
            rename = _toggled(made["name"])
        made = changed({**made, "name": {**made["name"], **rename}}, now())
        shop.put("categories", made)
        for below in _under(shop, made):
            shop.put("categories", {**below, **_below(shop, below["parent"]["id"])})
    return Happening("ResourceUpdated", "category", made, {"oldVersion": before["version"]})


def is_deleted(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A category goes, and all below it with it."""
    with shop.lock:
        used = _used(shop)

        def idle(category: Json) -> bool:
            return leaf(category) and category["id"] not in used

        def leaf(category: Json) -> bool:
            return next(_under(shop, category), None) is None

        chosen = need(shop, "categories", asked, idle, leaf, anything)
        gone = [deleted(entry, now()) for entry in (merged(chosen, asked), *_under(shop, chosen))]
        for entry in gone:
            shop.remove("categories", entry["id"])
    fields = {"dataErasure": asked.data_erasure}
    first, *others = (Happening("ResourceDeleted", "category", entry, fields) for entry in gone)
    return Happening(first.type, first.type_id, first.document, fields, consequences=tuple(others))


def _check_fields(asked: Asked) -> None:
    if {"parent", "ancestors"} & set(asked.fields):
        raise Impossible("fields: without parent and ancestors, there is the option parent")


def _below(shop: Shop, parent_id: str | None) -> Json:
    """What a category says of the one above it."""
    if parent_id is None:
        return {"ancestors": []}
    parent = shop.get("categories", parent_id)
    if parent is None:
        raise Impossible("parent: the id of one of the shop's categories")
    above = reference("category", parent_id)
    return {"parent": above, "ancestors": [*parent["ancestors"], above]}


def _under(shop: Shop, category: Json) -> Iterator[Json]:
    """All below a category, each after the one above it."""
    for entry in shop.held("categories"):
        if entry.get("parent", {}).get("id") == category["id"]:
            yield entry
            yield from _under(shop, entry)


def _used(shop: Shop) -> set[str]:
    """The ids of those categories that have products."""
    return {
        entry["id"]
        for product in shop.held("products")
        for entry in product["masterData"]["current"]["categories"]
    }


def _toggled(name: Json) -> Json:
    return {
        language: name[language].removesuffix(more)
        if name[language].endswith(more)
        else name[language] + more
        for language, more in MORE.items()
        if language in name
    }

"""`{% back_in_stock "my-shop" sku %}`: the form within a page that Django renders."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from backinstock import doors
from backinstock.fields import fields_of
from backinstock.models import StockItem

register = template.Library()


@register.inclusion_tag("backinstock/tag.html", takes_context=True)
def back_in_stock(
    context: template.Context, store: str, sku: str, product: str = "", locale: str = ""
) -> dict[str, Any]:
    """Show the form for a variant that is sold out, and nothing for one that is to be had.

    `store` is its short name. With a `product`, people may wait for any of its variants. The form
    posts to the hosted page, which thanks, or says what to correct.
    """
    door = doors.find(store)
    if door is None or _is_available(door, sku):
        return {"shown": False}
    request = context.get("request")
    entered = {
        "sku": sku,
        "product": product,
        "locale": locale or get_language() or "",
        "page": request.build_absolute_uri() if request else "",
    }
    return {"shown": True, **fields_of(door, door.language(entered["locale"]), entered)}


def _is_available(door: doors.Door, sku: str) -> bool:
    known = StockItem.objects.filter(store=door.store, sku=sku)
    return known.values_list("is_available", flat=True).first() is True

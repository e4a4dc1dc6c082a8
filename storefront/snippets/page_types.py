"""The types of page that a shop has, and what each of them tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from storefront.snippets.fields import (
    ADDED,
    ANALYTICS_ITEM,
    CHECKOUT,
    CUSTOMER,
    JOINING,
    PERSON,
    PRODUCT,
    Fields,
)


@dataclass(frozen=True, kw_only=True)
class PageType:
    """A type of page, and what it tells by which calls. `layer` is the same for a data layer, as
    Google Analytics has it; None where that has no such thing.
    """

    name: str
    title: str
    says: str
    calls: tuple[str, ...] = ()
    event: str = ""  # as Klaviyo and our template tag name it; "identify" for who it is
    fields: Fields | None = None
    element: str = "div"  # what carries the data where it is in attributes
    layer: Fields | None = None


def _shop(event: str, **more: Any) -> Fields:
    items = {"items": [ANALYTICS_ITEM]}
    return {"event": event, "ecommerce": {"currency": "[[currency]]", **more, **items}}


EVERY_PAGE = PageType(
    name="every",
    title="Every page",
    says="Into the head of every page. All the rest needs it.",
)
LOGIN_LAYER: Fields = {
    "event": "login",
    "email": "[[e-mail address]]",
    "user_id": "[[customer number]]",
}

PAGE_TYPES: tuple[PageType, ...] = (
    PageType(
        name="home",
        title="Home",
        says="The tag alone is enough: Klaviyo notes the visit by itself, once it knows whose it "
        "is. Where somebody is logged in, say who, here and on any other page.",
        calls=("identify",),
        event="identify",
        fields=CUSTOMER,
        layer=LOGIN_LAYER,
    ),
    PageType(
        name="category",
        title="Category",
        says="Which category is looked at.",
        calls=("viewedCategory",),
        event="Viewed Category",
        fields={
            "CategoryName": "[[category]]",
            "CategoryID": "[[category id]]",
            "URL": "[[address of this page]]",
        },
        layer={
            "event": "view_item_list",
            "ecommerce": {
                "item_list_id": "[[category id]]",
                "item_list_name": "[[category]]",
                "items": [ANALYTICS_ITEM],
            },
        },
    ),
    PageType(
        name="product",
        title="Product",
        says="Which product is looked at, for flows about it (Viewed Product) and for the products "
        "that somebody has seen lately (Viewed Item).",
        calls=("viewedProduct", "viewedItem"),
        event="Viewed Product",
        fields=PRODUCT,
        layer=_shop("view_item", value="[[#price]]"),
    ),
    PageType(
        name="search",
        title="Search results",
        says="What somebody looked for, and how much there was.",
        calls=("searchedSite",),
        event="Searched Site",
        fields={"SearchTerm": "[[what was looked for]]", "ResultCount": "[[#number of results]]"},
        layer={"event": "search", "search_term": "[[what was looked for]]"},
    ),
    PageType(
        name="cart",
        title="Added to cart",
        says="When something is put into the cart: the product and the cart. The cart's id and "
        "version keep it from being counted twice.",
        calls=("addedToCart",),
        event="Added to Cart",
        fields=ADDED,
        element="button",
        layer=_shop("add_to_cart", value="[[#price × quantity]]"),
    ),
    PageType(
        name="checkout",
        title="Checkout",
        says="When the checkout begins: what is bought, for how much, and where to go on. The "
        "checkout's id makes it one event with what your shop's server tells.",
        calls=("startedCheckout",),
        event="Started Checkout",
        fields=CHECKOUT,
        layer=_shop("begin_checkout", value="[[#total]]"),
    ),
    PageType(
        name="joining",
        title="First step of a sign-up",
        says="As soon as there is an e-mail address: who it is, and how far they are. Leave out "
        "what your shop does not have.",
        calls=("identify",),
        event="identify",
        fields=JOINING,
        element="form",
        layer=LOGIN_LAYER,
    ),
    PageType(
        name="signup",
        title="Sign-up",
        says="When an account is made. Where a sign-up has several steps: at its end.",
        calls=("completedSignup",),
        event="Completed Signup",
        fields={**CUSTOMER, "SignUpDate": "[[date like 2026-01-31]]"},
        element="form",
        layer={**LOGIN_LAYER, "event": "sign_up"},
    ),
    PageType(
        name="login",
        title="Log-in",
        says="Who it is, as soon as there is an e-mail address.",
        calls=("identify",),
        event="identify",
        fields=CUSTOMER,
        element="form",
        layer=LOGIN_LAYER,
    ),
    PageType(
        name="cancel",
        title="Cancelled account",
        says="When somebody ends an account or a subscription. Their status becomes Stopped.",
        calls=("cancelledAccount",),
        event="Cancelled Account",
        fields={"Reason": "[[reason]]"},
        element="button",
    ),
    PageType(
        name="contact",
        title="Contact form",
        says="When somebody writes to you: who it is, and what it is about.",
        calls=("contactForm",),
        event="Submitted Contact Form",
        fields={**PERSON, "Subject": "[[subject]]"},
        element="form",
    ),
)

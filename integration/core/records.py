"""What the platform talks about, whatever shop it came from. No vendor's words here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.core.money import Money
from integration.core.text import Localized


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something that is so, or happened, in a shop.

    `external_id` is the source's id of the thing, `version` its version there (0 if it has none),
    `custom` the shop's own fields by name, `document` the source's own words for all of it,
    `notes` say for people what could not be found out, `remarks` how something was chosen.
    """

    external_id: str
    occurred_at: datetime
    version: int = 0
    custom: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address with who lives there. `country` is ISO 3166 alpha-2, "" if not known."""

    first_name: str = ""
    last_name: str = ""
    title: str = ""
    company: str = ""
    phone: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    region: str = ""
    zip: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Record):
    """A customer as they are now. `phone` is as written; the address says of which country."""

    email: str
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    organization: str = ""
    locale: str = ""
    address: Address | None = None
    previous_email: str = ""  # where it has just changed


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Record):
    """A customer asked to be forgotten. `email` is the last address, as far as it is known."""

    email: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line of an order. `categories` are paths from the root, one for each category."""

    id: str
    product_id: str = ""
    sku: str = ""
    name: Localized
    slug: Localized = field(default_factory=dict)
    quantity: int
    price: Money
    total: Money
    image: str = ""
    brand: str = ""
    categories: tuple[tuple[Localized, ...], ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Order(Record):
    """What is true of an order at any time. `occurred_at` is when what the subclass names happened.

    `email` and `customer_id` say whose it is; one of them is always there.
    """

    number: str = ""
    email: str = ""
    customer_id: str = ""
    total: Money
    lines: tuple[OrderLine, ...] = ()
    other_items: tuple[Localized, ...] = ()
    billing: Address | None = None
    shipping: Address | None = None
    discount_codes: tuple[str, ...] = ()
    discount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Order):
    """An order was placed."""


@dataclass(frozen=True, kw_only=True)
class OrderFulfilled(Order):
    """An order was fulfilled."""


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Order):
    """An order was cancelled."""


@dataclass(frozen=True, kw_only=True)
class OrderShipped(Order):
    """An order left the house."""


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(Order):
    """An order arrived."""


@dataclass(frozen=True, kw_only=True)
class OrderRefunded(Order):
    """Money went back: `refund` of it, in the transaction of this id."""

    transaction_id: str
    refund: Money


@dataclass(frozen=True, kw_only=True)
class ReturnRequested(Order):
    """Lines of an order are to come back. `returned` are their ids and how many of each."""

    return_id: str
    returned: tuple[tuple[str, int], ...]
    tracking: str = ""


@dataclass(frozen=True, kw_only=True)
class Tracked(Record):
    """Something else that somebody did, once: `external_id` tells it from every other time.

    `name` is what people call it. `email`, `customer_id`, `phone` (E.164) or `visitor`, the mark
    that the destination gave their browser, says who it was. `scope` is within what the external
    id is one of a kind, where that is not the whole shop.
    """

    name: str
    email: str = ""
    customer_id: str = ""
    phone: str = ""
    visitor: str = ""
    scope: str = ""
    value: Money | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VisitorIdentified(Record):
    """A visitor of the storefront said who they are, and what else is in `properties`.

    `external_id` stands for the person. Exactly one of `email`, `customer_id`, `phone` (E.164) and
    `visitor`, the mark that the destination gave their browser, is there: a page may not tell us
    which of them belong to one person.
    """

    email: str = ""
    customer_id: str = ""
    phone: str = ""
    visitor: str = ""
    first_name: str = ""
    last_name: str = ""
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CategoryChanged(Record):
    """A category as it is now. `path` are the names from the root down to its own."""

    path: tuple[Localized, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryDeleted(Record):
    """A category is gone."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """One of the prices of a variant; `country` is "" where it holds in all."""

    amount: Money
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One form of a product that can be bought. `stock` is None where nobody counts."""

    sku: str
    price: Money | None
    prices: tuple[Price, ...] = ()
    image: str = ""
    stock: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Record):
    """A product as shoppers see it now: these variants, the main one first, and no others.

    `category_ids` are those of its categories and of all above them.
    """

    name: Localized
    description: Localized = field(default_factory=dict)
    slug: Localized = field(default_factory=dict)
    price: Money | None = None
    prices: tuple[Price, ...] = ()
    image: str = ""
    category_ids: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProductUnpublished(Record):
    """A product is not to be seen by shoppers for the time being."""


@dataclass(frozen=True, kw_only=True)
class ProductDeleted(Record):
    """A product is gone."""


@dataclass(frozen=True, kw_only=True)
class StockChanged(Record):
    """How many of a SKU there are to sell now. `external_id` is the SKU.

    `occurred_at` is when the shop was read, by our clock: of two who read it, the later is right.
    `before` is None where the shop does not say; `after` is None where nobody counts any more.
    """

    before: int | None
    after: int | None

    @property
    def sku(self) -> str:
        """The SKU."""
        return self.external_id


@dataclass(frozen=True, kw_only=True)
class Waiting(Record):
    """Somebody waits for a variant of a product that is sold out. All texts are in their language.

    `email` or `phone` (E.164) says who, `address` is the product's page, `unsubscribe` where one
    can leave the waiting list, `mine` where they see all that they wait for.
    """

    email: str = ""
    phone: str = ""
    sku: str
    product_id: str = ""
    name: str = ""
    description: str = ""
    variant_name: str = ""
    image: str = ""
    alternate_image: str = ""
    address: str = ""
    price: Money | None = None
    stock: int | None = None
    units: int = 1
    locale: str = ""
    unsubscribe: str = ""
    mine: str = ""


@dataclass(frozen=True, kw_only=True)
class SignUpToConfirm(Waiting):
    """Somebody wants to wait, and is to confirm it there."""

    confirm: str


@dataclass(frozen=True, kw_only=True)
class WaitingListJoined(Waiting):
    """Somebody waits from now on. `mirror` says that the destination's own list is to know, too,
    `announce` that an event is to say it.
    """

    announce: bool = True
    mirror: bool = False


@dataclass(frozen=True, kw_only=True)
class RestockNotice(Waiting):
    """It is back, and it is their turn to hear of it."""

    signed_up_at: datetime
    waiting_days: int = 0


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Record):
    """Somebody agreed to get marketing, or took that back: an explicit word of theirs.

    `list_id` is the destination's id of a list, `text` what they agreed to, as it was shown.
    """

    email: str = ""
    phone: str = ""
    granted: bool
    list_id: str = ""
    text: str = ""
    where: str = ""  # they said it

"""Everything that can happen: which function makes which notification."""

from __future__ import annotations

from collections.abc import Callable

from project.sandbox.commercetools.life import (
    categories,
    customers,
    orders,
    payments,
    products,
    sales,
    stock,
)
from project.sandbox.commercetools.life.asked import ANYTHING, Asked, Impossible
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop

Act = Callable[[Shop, Asked], Happening]
MESSAGES: dict[str, Act] = {
    "CustomerCreated": customers.signs_up,
    "CustomerEmailChanged": customers.gets_other_email,
    "CustomerDeleted": customers.is_deleted,
    "OrderCreated": sales.is_placed,
    "OrderImported": sales.is_imported,
    "OrderCreatedFromRecurringOrder": sales.is_repeated,
    "OrderCustomerSet": orders.gets_customer,
    "OrderStateChanged": orders.moves_on,
    "OrderShipmentStateChanged": orders.is_shipped,
    "ReturnInfoAdded": orders.comes_back,
    "PaymentTransactionAdded": payments.is_refunded,
    "PaymentTransactionStateChanged": payments.is_settled,
    "CategoryCreated": categories.is_created,
    "ProductPublished": products.is_published,
    "ProductUnpublished": products.is_unpublished,
    "ProductDeleted": products.is_deleted,
    "ProductImageAdded": products.gets_image,
    "InventoryEntryCreated": stock.entry_is_created,
    "InventoryEntryQuantitySet": stock.quantity_is_set,
    "InventoryEntryDeleted": stock.entry_is_deleted,
}
CHANGES: dict[str, Act] = {
    "customer.ResourceUpdated": customers.is_changed,
    "customer.ResourceDeleted": customers.is_erased,
    "category.ResourceUpdated": categories.is_changed,
    "category.ResourceDeleted": categories.is_deleted,
    "product.ResourceUpdated": products.is_changed,
    "product.ResourceDeleted": products.is_erased,
    "inventory-entry.ResourceUpdated": stock.entry_is_changed,
    "inventory-entry.ResourceDeleted": stock.entry_is_erased,
}
TYPES = (*MESSAGES, *CHANGES)
NEW = (
    "CustomerCreated",
    "OrderCreated",
    "OrderImported",
    "OrderCreatedFromRecurringOrder",
    "CategoryCreated",
    "InventoryEntryCreated",
)


def happen(shop: Shop, type_: str, asked: Asked = ANYTHING) -> Happening:
    """Let something of this type, one of TYPES, happen in the shop. Raises Impossible."""
    if type_ in NEW and asked.id is not None:
        raise Impossible("id: not for what is new; the shop gives it one")
    act = MESSAGES.get(type_) or CHANGES[type_]
    return act(shop, asked)

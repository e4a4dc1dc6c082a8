"""What becomes of each message type: the table of handlers, and the list of what is left alone.

Changes have no type of their own: the customer that was updated is a "customer.ResourceUpdated".
"""

from __future__ import annotations

from integration.core.plugins import Handles
from integration.sources.commercetools.handlers import (
    categories,
    customers,
    inventory,
    orders,
    payments,
    products,
)

PLACED = "Placed Order, and Ordered Product for each line"
PROFILE = "the profile, as the customer is now"
CATEGORY = "the category, with the names above it"
PRODUCT = "the product and its variants"
STOCK = "the stock of the variant"

HANDLERS: dict[str, Handles] = {
    "CustomerCreated": Handles(customers.created, "A customer signed up", PROFILE),
    "CustomerEmailChanged": Handles(
        customers.email_changed, "A customer has a new e-mail address", "the same profile, with it"
    ),
    "customer.ResourceUpdated": Handles(
        customers.updated, "A customer was changed", PROFILE, rereads=True
    ),
    "customer.ResourceDeleted": Handles(
        customers.deleted,
        "A customer was deleted",
        "a privacy deletion, if the shop asks for it and the store's settings allow it",
    ),
    "OrderCreated": Handles(orders.placed, "An order was placed", PLACED),
    "OrderImported": Handles(orders.placed, "An order was imported", PLACED),
    "OrderCustomerSet": Handles(orders.placed, "An order got its customer", PLACED),
    "OrderCreatedFromRecurringOrder": Handles(
        orders.placed, "A recurring order was placed again", PLACED
    ),
    "OrderStateChanged": Handles(
        orders.state_changed,
        "An order reached another state",
        "Fulfilled Order or Cancelled Order, by the states in the settings",
    ),
    "OrderShipmentStateChanged": Handles(
        orders.shipment_state_changed,
        "An order was shipped or delivered",
        "Shipped Order or Delivered Order",
    ),
    "ReturnInfoAdded": Handles(orders.return_added, "A return was announced", "Return Requested"),
    "PaymentTransactionAdded": Handles(
        payments.transaction_added,
        "A payment has a new transaction",
        "Refunded Order, if it is a refund",
    ),
    "PaymentTransactionStateChanged": Handles(
        payments.transaction_state_changed,
        "A transaction of a payment succeeded",
        "Refunded Order, if it is a refund",
    ),
    "CategoryCreated": Handles(categories.created, "A category is new", CATEGORY),
    "category.ResourceUpdated": Handles(
        categories.updated,
        "A category was renamed or moved",
        "the category and all below it, with their new names",
        rereads=True,
    ),
    "category.ResourceDeleted": Handles(
        categories.deleted, "A category was deleted", "the category is deleted"
    ),
    "ProductPublished": Handles(products.published, "A product was published", PRODUCT),
    "product.ResourceUpdated": Handles(
        products.updated, "A product was changed", f"{PRODUCT}, if published", rereads=True
    ),
    "ProductUnpublished": Handles(
        products.unpublished,
        "A product was taken from the shop",
        "the product is deleted or hidden, by the settings",
    ),
    "ProductDeleted": Handles(
        products.product_deleted, "A product was deleted", "the product is deleted"
    ),
    "product.ResourceDeleted": Handles(
        products.deleted, "A product was deleted (change)", "the product is deleted"
    ),
    "InventoryEntryCreated": Handles(inventory.created, "Stock is counted from now on", STOCK),
    "InventoryEntryQuantitySet": Handles(inventory.quantity_set, "Stock was set", STOCK),
    "InventoryEntryDeleted": Handles(inventory.deleted, "Stock is not counted any more", STOCK),
    "inventory-entry.ResourceUpdated": Handles(
        inventory.entry_updated, "Stock moved, for example by an order", STOCK, rereads=True
    ),
    "inventory-entry.ResourceDeleted": Handles(
        inventory.entry_deleted, "Stock is not counted any more (change)", STOCK
    ),
}

# Known, and switched off until somebody wants them.
OFF = ("OrderShipmentStateChanged", "ReturnInfoAdded")

_CREATED = "The message that it was made says more."
_TOLD = "Another message tells the same, with more in it."

IGNORED = {
    "subscription.ResourceCreated": "commercetools sends this to prove that the door works.",
    "subscription.ResourceUpdated": "The subscription itself was changed.",
    "subscription.ResourceDeleted": "The subscription itself was deleted.",
    "CustomerDeleted": _TOLD,
    "customer.ResourceCreated": _CREATED,
    "category.ResourceCreated": _CREATED,
    "product.ResourceCreated": "A product matters once it is published.",
    "ProductCreated": "A product matters once it is published.",
    "inventory-entry.ResourceCreated": _CREATED,
    "order.ResourceCreated": _CREATED,
    "order.ResourceUpdated": "The messages about orders say what happened.",
    "order.ResourceDeleted": "An event that happened stays in the history.",
    "OrderDeleted": "An event that happened stays in the history.",
    "OrderPaymentAdded": "A payment matters once money goes back.",
    "OrderPaymentStateChanged": "A payment matters once money goes back.",
    "PaymentCreated": "A payment matters once money goes back.",
    "payment.ResourceCreated": "A payment matters once money goes back.",
    "payment.ResourceUpdated": "A payment matters once money goes back.",
    "CategorySlugChanged": "A category goes by its name, not by its address.",
    "InventoryEntryOutOfStock": _TOLD,
    "InventoryEntryReorderPointReached": _TOLD,
    "InventoryEntrySafetyStockReached": _TOLD,
}

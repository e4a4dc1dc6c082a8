"""What the platform talks about, whatever shop it came from. No vendor's words here."""

from integration.core.records.base import (
    Address,
    Record,
)
from integration.core.records.catalogue import (
    CategoryChanged,
    CategoryDeleted,
    Price,
    ProductChanged,
    ProductDeleted,
    ProductUnpublished,
    StockChanged,
    Variant,
)
from integration.core.records.orders import (
    Order,
    OrderCancelled,
    OrderDelivered,
    OrderFulfilled,
    OrderLine,
    OrderPlaced,
    OrderRefunded,
    OrderShipped,
    ReturnRequested,
)
from integration.core.records.people import (
    ConsentChanged,
    CustomerChanged,
    CustomerErased,
    Tracked,
    VisitorIdentified,
)
from integration.core.records.waiting import (
    RestockNotice,
    SignUpToConfirm,
    Waiting,
    WaitingListJoined,
)

__all__ = [
    "Address",
    "CategoryChanged",
    "CategoryDeleted",
    "ConsentChanged",
    "CustomerChanged",
    "CustomerErased",
    "Order",
    "OrderCancelled",
    "OrderDelivered",
    "OrderFulfilled",
    "OrderLine",
    "OrderPlaced",
    "OrderRefunded",
    "OrderShipped",
    "Price",
    "ProductChanged",
    "ProductDeleted",
    "ProductUnpublished",
    "Record",
    "RestockNotice",
    "ReturnRequested",
    "SignUpToConfirm",
    "StockChanged",
    "Tracked",
    "Variant",
    "VisitorIdentified",
    "Waiting",
    "WaitingListJoined",
]

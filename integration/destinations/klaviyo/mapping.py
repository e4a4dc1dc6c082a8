"""What each record becomes in Klaviyo. No I/O and no clock here or below."""

from __future__ import annotations

from integration.core.plugins import Mapper
from integration.core.records import (
    CategoryChanged,
    CategoryDeleted,
    ConsentChanged,
    CustomerChanged,
    CustomerErased,
    OrderCancelled,
    OrderDelivered,
    OrderFulfilled,
    OrderPlaced,
    OrderRefunded,
    OrderShipped,
    ProductChanged,
    ProductDeleted,
    ProductUnpublished,
    Record,
    RestockNotice,
    ReturnRequested,
    SignUpToConfirm,
    StockChanged,
    Tracked,
    VisitorIdentified,
    WaitingListJoined,
)
from integration.destinations.klaviyo import (
    back_in_stock,
    catalogue,
    consent,
    orders,
    profiles,
    tracking,
    visitors,
)

MAPPERS: dict[type[Record], Mapper] = {
    CustomerChanged: profiles.profile,
    CustomerErased: profiles.erased,
    OrderPlaced: orders.placed,
    OrderFulfilled: orders.fulfilled,
    OrderCancelled: orders.cancelled,
    OrderShipped: orders.shipped,
    OrderDelivered: orders.delivered,
    OrderRefunded: orders.refunded,
    ReturnRequested: orders.return_requested,
    CategoryChanged: catalogue.category,
    CategoryDeleted: catalogue.category_deleted,
    ProductChanged: catalogue.product,
    ProductUnpublished: catalogue.product_unpublished,
    ProductDeleted: catalogue.product_deleted,
    StockChanged: catalogue.stock,
    Tracked: tracking.tracked,
    VisitorIdentified: visitors.identified,
    SignUpToConfirm: back_in_stock.to_confirm,
    WaitingListJoined: back_in_stock.joined,
    RestockNotice: back_in_stock.alert,
    ConsentChanged: consent.consent,
}

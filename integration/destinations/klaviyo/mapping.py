"""What each record becomes in Klaviyo. No I/O and no clock here or below."""

from __future__ import annotations

from integration.core.plugins import Mapper
from integration.core.records import (
    CustomerChanged,
    OrderCancelled,
    OrderFulfilled,
    OrderPlaced,
    Record,
)
from integration.destinations.klaviyo import orders, profiles

MAPPERS: dict[type[Record], Mapper] = {
    CustomerChanged: profiles.profile,
    OrderPlaced: orders.placed,
    OrderFulfilled: orders.fulfilled,
    OrderCancelled: orders.cancelled,
}

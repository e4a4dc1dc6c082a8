"""What becomes of an alert when its delivery is settled."""

from __future__ import annotations

import pytest

from backinstock import alerts, stock
from backinstock.models import Alert, StockLevel
from integration.core.errors import Reject
from integration.models import Delivery, FailedEvent
from integration.pipeline import failures

pytestmark = pytest.mark.django_db


def test_discarding_a_failed_alert_gives_the_place_back(store, item, wait, plan, numbers):
    wait(1)
    stock.note_stock(store, item.sku, 1, StockLevel.Source.SHOP)
    plan()
    one = Delivery.objects.get()
    one.settle(Delivery.State.REJECTED, {})
    failed = failures.delivery_failed(one, Reject("No."), FailedEvent.Stage.SENDING)
    alerts.settle()
    assert numbers("alerting") == [1]

    failures.discard(failed, None)
    alerts.settle()

    assert numbers("waiting") == [1]
    assert list(Alert.objects.values_list("state", "reason")) == [("skipped", "not_sent")]

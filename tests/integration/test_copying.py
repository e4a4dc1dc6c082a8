"""Many rows are written at once, each fact once."""

from __future__ import annotations

import pytest

from integration.models import Connection, Delivery, InboundMessage
from integration.models.copying import FEWEST, insert_at_once, write_new

pytestmark = pytest.mark.django_db


def deliveries(klaviyo: Connection, count: int) -> list[Delivery]:
    return [
        Delivery(
            connection=klaviyo,
            operation="create_event",
            request={"body": {"text": 'a\t"b"\n\\N ä', "number": 2**70, "nothing": None}},
            idempotency_key=f"key-{number}",
            after=["one", 'a "key"'],
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [0, 3, FEWEST])
def test_what_is_there_already_stays_as_it_is(klaviyo: Connection, count: int):
    write_new(deliveries(klaviyo, count)[:2])
    for _ in range(2):
        write_new(deliveries(klaviyo, count))

    assert Delivery.objects.count() == count
    for delivery in Delivery.objects.all()[:1]:
        [expected] = deliveries(klaviyo, 1)
        assert (delivery.request, delivery.after) == (expected.request, expected.after)
        assert (delivery.state, delivery.order_key, delivery.message_id) == ("ready", "", None)


def test_a_few_are_written_in_one_statement(klaviyo: Connection, django_assert_num_queries):
    messages = [
        InboundMessage(connection=klaviyo, dedupe_key="a", payload={"text": "ä 100 %"}),
        InboundMessage(connection=klaviyo, dedupe_key="b", payload=None, raw=b"\x00"),
    ]

    with django_assert_num_queries(2):
        insert_at_once(messages)
        insert_at_once(messages)

    with_payload, without = InboundMessage.objects.order_by("dedupe_key")
    assert (with_payload.payload, with_payload.raw) == ({"text": "ä 100 %"}, None)
    assert InboundMessage.objects.filter(payload__isnull=True).get() == without
    assert bytes(without.raw) == b"\x00"

"""The handler of one's own in docs/architecture.md works as it stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from integration import registry
from integration.core.exchange import Skip, StoreFacts
from integration.core.plugins import Shop
from integration.sources.commercetools.subscriptions.resources import wanted

DOCS = Path(__file__).parents[3] / "docs" / "architecture.md"
STORE = StoreFacts(
    locale="en", country="DE", currency="EUR", settings=registry.complete_settings({})
)
MESSAGE = {
    "notificationType": "Message",
    "id": "m-1",
    "type": "ReviewCreated",
    "resource": {"typeId": "review", "id": "r-1"},
    "createdAt": "2026-11-21T12:00:00.000Z",
    "review": {"id": "r-1", "rating": 5, "customer": {"typeId": "customer", "id": "c-1"}},
}


def snippet() -> str:
    section = DOCS.read_text().partition("## A message handler of your own")[2]
    return re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]


def test_the_handler_in_the_docs_makes_an_event():
    namespace: dict = {}
    exec(compile(snippet(), "docs", "exec"), namespace)  # noqa: S102 - our own documentation
    shop = Shop(
        store=STORE,
        read=lambda path: {"id": "c-1", "email": "ada@storewire-demo.com"},
        at=datetime(2026, 11, 21, tzinfo=UTC),
    )

    [record] = namespace["created"](MESSAGE, shop)

    klaviyo = registry.destinations()["klaviyo"]
    [request] = klaviyo.mappers[type(record)](record, STORE)
    attributes = request.body["data"]["attributes"]
    assert attributes["metric"]["data"]["attributes"] == {"name": "Review"}
    assert attributes["properties"] == {"Rating": 5}
    assert attributes["profile"]["data"]["attributes"]["external_id"] == "c-1"
    assert klaviyo.check(request.operation, request.body) == []
    assert not isinstance(record, Skip)
    assert len(snippet().splitlines()) < 25


def test_what_it_listens_to_can_be_subscribed_to():
    assert wanted(["ReviewCreated"])["messages"] == [
        {"resourceTypeId": "review", "types": ["ReviewCreated"]}
    ]

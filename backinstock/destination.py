"""Back in stock as a destination: what a shop tells of its stock, products and orders ends here.

Whatever it is told is a delivery like any other, with its retries and its page in the admin.
"""

from __future__ import annotations

from collections.abc import Callable

from backinstock import jobs, told
from backinstock.config import SETTINGS
from integration.core.exchange import Access, Answer, Request, StoreFacts
from integration.core.phone import e164
from integration.core.plugins import Destination, Send
from integration.core.records import (
    CustomerErased,
    OrderPlaced,
    ProductChanged,
    ProductDeleted,
    ProductUnpublished,
    Record,
    StockChanged,
)
from integration.core.rules import Json, Problem

WORDS = {
    "note_stock": "Note the stock of a variant",
    "describe_product": "Note what a product is",
    "withdraw_product": "Note that a product is not to be seen",
    "note_purchase": "Note that somebody bought something",
    "forget_person": "Take a person off the waiting lists",
}


def _stock(record: StockChanged, store: StoreFacts) -> list[Request]:
    body = {"sku": record.sku, "quantity": record.after, "at": record.occurred_at.isoformat()}
    return [_about(f"stock:{record.sku}", record, "note_stock", body)]


def _product(record: ProductChanged, store: StoreFacts) -> list[Request]:
    body = told.written(record)
    return [_about(f"product:{record.external_id}", record, "describe_product", body)]


def _withdrawn(record: ProductUnpublished | ProductDeleted, store: StoreFacts) -> list[Request]:
    body = {"product_id": record.external_id}
    return [_about(f"product:{record.external_id}", record, "withdraw_product", body)]


def _purchase(record: OrderPlaced, store: StoreFacts) -> list[Request]:
    countries = [record.billing.country] if record.billing else []
    phone = e164(record.billing.phone, *countries, store.country) if record.billing else None
    body = {
        "email": record.email,
        "phone": phone or "",
        "skus": sorted({line.sku for line in record.lines if line.sku}),
        "product_ids": sorted({line.product_id for line in record.lines if line.product_id}),
        "at": record.occurred_at.isoformat(),
    }
    return [_fact(f"purchase:{record.external_id}", "note_purchase", body)]


def _erased(record: CustomerErased, store: StoreFacts) -> list[Request]:
    if not record.email:
        return []
    return [_fact(f"erasure:{record.external_id}", "forget_person", {"email": record.email})]


def _about(order_key: str, record: Record, operation: str, body: Json) -> Request:
    return Request(
        operation=operation,
        method="NOTE",
        path="/",
        body=body,
        order_key=order_key,
        version=record.version,
        notes=record.notes,
    )


def _fact(key: str, operation: str, body: Json) -> Request:
    return Request(operation=operation, method="NOTE", path="/", body=body, idempotency_key=key)


def _sender(access: Access) -> Send:
    """Return what notes a request. It rings for a restock that it opens."""

    def send(operation: str, request: Json) -> Answer:
        restocks = _NOTES[operation](access.store_id, request["body"])
        for restock in restocks:
            jobs.ring_for(restock)
        return Answer(status=200, body={"restocks": [restock.id for restock in restocks]})

    return send


def _nothing_to_check(operation: str, body: Json) -> list[Problem]:
    return []


_NOTES: dict[str, Callable[[int, Json], list[told.Restock]]] = {
    "note_stock": told.note_stock,
    "describe_product": told.describe_product,
    "withdraw_product": told.withdraw_product,
    "note_purchase": told.note_purchase,
    "forget_person": told.forget_person,
}

DESTINATION = Destination(
    kind="backinstock",
    label="Back in stock",
    fields=(),
    settings=SETTINGS,
    mappers={
        StockChanged: _stock,
        ProductChanged: _product,
        ProductUnpublished: _withdrawn,
        ProductDeleted: _withdrawn,
        OrderPlaced: _purchase,
        CustomerErased: _erased,
    },
    rates=dict.fromkeys(WORDS, ()),
    account=lambda access: f"backinstock:{access.store_id}",
    check=_nothing_to_check,
    send=_sender,
    test=lambda access: "It is switched on.",
    words=WORDS,
    in_turn=True,
)

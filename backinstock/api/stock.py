"""Other systems tell us of stock, and ask what is known of it: with the tokens of the REST API."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from backinstock import jobs
from backinstock.api.stock_shapes import (
    KNOWN,
    MOST_ROWS,
    TAKEN,
    TELL,
    AllKnownShape,
    AskedShape,
    TakenShape,
    ToldShape,
)
from backinstock.counts import Count, note_all
from backinstock.models import StockItem, StockLevel
from integration.api.access import (
    MayRead,
    MayRun,
    OftenEnoughToRead,
    OftenEnoughToRun,
    token_of,
)
from integration.api.schema import HEADERS, refusals
from integration.api.views import SyncView, store_of
from integration.core.rules import Json
from integration.models import Store

TWICE = "This SKU is there twice: the first one counts."
UNREADABLE = "This SKU has characters in it that cannot be written."


class Stock(SyncView):
    """What is known of the stock of a store, and how others change it."""

    Input = ToldShape
    Question = AskedShape
    Output = TakenShape

    def get_permissions(self) -> list[BasePermission]:
        """To tell takes more than to ask."""
        return [MayRun() if self.request.method == "POST" else MayRead()]

    def get_throttles(self) -> list[BaseThrottle]:
        """A thousand rows at a time are often enough once a second."""
        return [OftenEnoughToRun() if self.request.method == "POST" else OftenEnoughToRead()]

    @extend_schema(
        operation_id="tell_stock",
        summary="Say how many there are",
        description=f"Up to {MOST_ROWS:,} variants at a time. One that was not to be had and now "
        "is, by the store's rules, is a restock: those who wait for it hear of it.",
        parameters=HEADERS,
        request=Input,
        examples=[TELL],
        responses={
            200: OpenApiResponse(TakenShape, "What became of it.", [TAKEN]),
            **refusals(400, 401, 403, 411, 413, 415, 429, 503),
        },
    )
    def post(self, request: Request) -> Response:
        asked = self.Input(data=dict(request.data))
        asked.is_valid(raise_exception=True)
        store = alerting(store_of(token_of(request), asked.validated_data.get("store")))
        rows = asked.validated_data["items"]
        refused = _refused(rows)
        counts = [_count(row) for place, row in enumerate(rows) if place not in refused]
        restocks = note_all(store, counts, StockLevel.Source.API, now()).restocks
        for restock in restocks:
            transaction.on_commit(partial(jobs.ring_for, restock))
        told = {"taken": len(counts), "restocks": len(restocks), "refused": _named(refused)}
        return Response(self.Output(told).data)

    @extend_schema(
        operation_id="show_stock",
        summary="What is known of the stock",
        parameters=[Question, *HEADERS],
        responses={
            200: OpenApiResponse(AllKnownShape, "What is known.", [KNOWN]),
            **refusals(400, 401, 429, 503),
        },
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        said = {name: query[name] for name in query if name != "sku"}
        asked = self.Question(data={**said, "sku": query.getlist("sku")})
        asked.is_valid(raise_exception=True)
        store = alerting(store_of(token_of(request), asked.validated_data.get("store")))
        skus = list(dict.fromkeys(asked.validated_data["sku"]))
        items = list(StockItem.objects.filter(store=store, sku__in=skus).order_by("sku"))
        unknown = sorted(set(skus) - {item.sku for item in items})
        return Response(AllKnownShape({"items": items, "unknown": unknown}).data)


def alerting(store: Store) -> Store:
    """Return the store, if it has back in stock. Raises ValidationError."""
    if not store.connections.filter(kind="backinstock", enabled=True).exists():
        raise ValidationError({"store": ["Back in stock is not switched on for this store."]})
    return store


def _refused(rows: Iterable[Json]) -> dict[int, str]:
    """What is wrong with rows that are well formed, by their place."""
    refused: dict[int, str] = {}
    seen: set[str] = set()
    for place, row in enumerate(rows):
        if not row["sku"].isprintable():
            refused[place] = UNREADABLE
        elif row["sku"] in seen:
            refused[place] = TWICE
        seen.add(row["sku"])
    return refused


def _count(row: Json) -> Count:
    quantity = None if row["quantity"] is None else max(row["quantity"], 0)
    return Count(sku=row["sku"], quantity=quantity, backorder=row.get("backorder"))


def _named(refused: dict[int, str]) -> list[Json]:
    # As the 400 of what is not well formed counts: "Entry 1" is the first.
    return [{"row": place + 1, "detail": detail} for place, detail in refused.items()]

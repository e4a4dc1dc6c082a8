"""Imports are watched: how far they are, and what failed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import bulk
from integration.api import spreadsheet
from integration.api.access import MayRead, OftenEnoughToRead, token_of
from integration.api.asking import Asked
from integration.api.paging import InOrder, NewestFirst
from integration.api.schema import HEADERS, RUN, listed, refusals, shown
from integration.api.shapes import FailureShape, RunShape, StandShape
from integration.api.views import SyncView, run_of, runs_of, stores_of
from integration.models import FailedEvent, JobRun, Store


class Status(SyncView):
    """Where each store is with each kind: the run that is active, else the last one."""

    permission_classes = (MayRead,)
    throttle_classes = (OftenEnoughToRead,)

    class Input(Asked):
        store = serializers.CharField(required=False, help_text="Of this store only.")

    Output = StandShape

    @extend_schema(
        operation_id="status",
        summary="Where everything is",
        parameters=[Input, *HEADERS],
        responses={200: listed(StandShape), **refusals(400, 401, 429, 503)},
    )
    def get(self, request: Request) -> Response:
        asked = self.Input(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        stores = stores_of(token_of(request), asked.validated_data.get("store"))
        return Response(self.Output(_stands(stores), many=True).data)


class Runs(SyncView):
    """The imports there were, the newest first."""

    permission_classes = (MayRead,)
    throttle_classes = (OftenEnoughToRead,)
    pagination_class = NewestFirst

    class Input(Asked):
        store = serializers.CharField(required=False, help_text="Of this store only.")
        kind = serializers.ChoiceField(
            required=False, choices=list(bulk.kinds()), help_text="Of this kind only."
        )
        state = serializers.ChoiceField(
            required=False, choices=JobRun.State.choices, help_text="In this state only."
        )
        page_size = serializers.IntegerField(required=False, min_value=1, max_value=1000)
        cursor = serializers.CharField(required=False)

    Output = RunShape

    @extend_schema(
        operation_id="list_runs",
        summary="The imports there were",
        parameters=[Input, *HEADERS],
        responses={200: listed(RunShape), **refusals(400, 401, 429, 503)},
    )
    def get(self, request: Request) -> Response:
        asked = self.Input(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        runs = runs_of(stores_of(token_of(request), wanted.get("store")))
        narrowed = {name: wanted[name] for name in ("kind", "state") if name in wanted}
        page = self.paginate_queryset(runs.filter(**narrowed))
        return self.get_paginated_response(self.Output(page, many=True).data)


class Run(SyncView):
    """One import."""

    permission_classes = (MayRead,)
    throttle_classes = (OftenEnoughToRead,)
    Output = RunShape

    @extend_schema(
        operation_id="show_run",
        summary="One import",
        parameters=[RUN, *HEADERS],
        responses={200: shown(), **refusals(401, 404, 429, 503)},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(self.Output(run_of(request, public_id)).data)


class Failures(SyncView):
    """What failed in an import, row by row: JSON a page at a time, or all of it as CSV."""

    permission_classes = (MayRead,)
    throttle_classes = (OftenEnoughToRead,)
    pagination_class = InOrder

    class Input(Asked):
        format = serializers.ChoiceField(
            required=False,
            choices=["json", "csv"],
            help_text="`csv` is all of it in one file. An `Accept: text/csv` does the same.",
        )
        page_size = serializers.IntegerField(required=False, min_value=1, max_value=1000)
        cursor = serializers.CharField(required=False)

    Output = FailureShape

    @extend_schema(
        operation_id="list_failures",
        summary="What failed, row by row",
        parameters=[RUN, Input, *HEADERS],
        responses={
            (200, "application/json"): listed(FailureShape),
            (200, spreadsheet.CSV): OpenApiResponse(OpenApiTypes.STR, "The same as a spreadsheet."),
            **refusals(400, 401, 404, 429, 503),
        },
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponseBase:
        asked = self.Input(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        run = run_of(request, public_id)
        failures = FailedEvent.objects.filter(run=run)
        if _wants_csv(request, asked.validated_data):
            return spreadsheet.of(failures, f"failures-{run.public_id}.csv")
        light = failures.select_related("delivery").defer("payload", "delivery__request")
        page = self.paginate_queryset(light)
        return self.get_paginated_response(self.Output(page, many=True).data)


def _stands(stores: list[Store]) -> list[dict[str, Any]]:
    newest = runs_of(stores).newest_of_each()
    latest = {(run.store_id, run.kind): run for run in newest}
    return [
        {
            "store": store.slug,
            "kind": kind,
            "title": title,
            "active": run is not None and run.is_active,
            "run": run,
        }
        for store in stores
        for kind, title in bulk.kinds().items()
        for run in [latest.get((store.id, kind))]
    ]


def _wants_csv(request: Request, wanted: dict[str, Any]) -> bool:
    if "format" in wanted:
        return bool(wanted["format"] == "csv")
    return request.get_preferred_type(["application/json", spreadsheet.CSV]) == spreadsheet.CSV

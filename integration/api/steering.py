"""Imports are stopped, taken up again, and repeated for what failed."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integration import bulk
from integration.api.access import MayRun, OftenEnoughToRun, token_of
from integration.api.asking import Asked, Text
from integration.api.schema import HEADERS, KIND, LOCATION, RUN, refusals, started, stopped
from integration.api.shapes import RunShape
from integration.api.views import (
    SyncView,
    accepted,
    kind_of,
    refused,
    run_of,
    started_with,
    store_of,
)
from integration.core.errors import Reject


class StopImport(SyncView):
    """Stop the import of this kind that is active: cleanly, within one batch."""

    permission_classes = (MayRun,)
    throttle_classes = (OftenEnoughToRun,)

    class Input(Asked):
        store = Text(
            required=False, help_text="The store's short name, where the token has several."
        )

        class Meta:
            ref_name = "Stop"

    Output = RunShape

    @extend_schema(
        operation_id="stop_import",
        summary="Stop what is active",
        parameters=[KIND, *HEADERS],
        request=Input,
        responses={200: stopped(), **refusals(400, 401, 403, 404, 409, 411, 413, 415, 429, 503)},
    )
    def post(self, request: Request, kind: str) -> Response:
        kind_of(kind)
        asked = self.Input(data=dict(request.data))
        asked.is_valid(raise_exception=True)
        store = store_of(token_of(request), asked.validated_data.get("store"))
        run = bulk.active(store, kind)
        if run is None:
            nothing = f"No import of {kind} is active for this store."
            raise refused(Reject(nothing, code="not_running"), store, kind)
        bulk.stop(run)
        run.refresh_from_db()
        return Response(self.Output(run).data)


class ResumeImport(SyncView):
    """Let a run that was stopped or has failed go on from its cursor."""

    permission_classes = (MayRun,)
    throttle_classes = (OftenEnoughToRun,)

    class Input(Asked):
        """Nothing."""

    Output = RunShape

    @extend_schema(
        operation_id="resume_run",
        summary="Go on after a stop",
        parameters=[RUN, LOCATION, *HEADERS],
        request=None,
        responses={202: started(), **refusals(400, 401, 403, 404, 409, 411, 413, 415, 429, 503)},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        run = run_of(request, public_id)
        self.Input(data=dict(request.data)).is_valid(raise_exception=True)
        try:
            bulk.resume(run)
        except Reject as exc:
            raise refused(exc, run.store, run.kind) from exc
        return accepted(run)


class RetryImport(SyncView):
    """Import the rows that failed anew, in a run of their own."""

    permission_classes = (MayRun,)
    throttle_classes = (OftenEnoughToRun,)

    class Input(Asked):
        """Nothing."""

    Output = RunShape

    @extend_schema(
        operation_id="retry_run",
        summary="Import anew what failed",
        parameters=[RUN, LOCATION, *HEADERS],
        request=None,
        responses={202: started(), **refusals(400, 401, 403, 404, 409, 411, 413, 415, 429, 503)},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        run = run_of(request, public_id)
        self.Input(data=dict(request.data)).is_valid(raise_exception=True)
        try:
            again = bulk.retry(run, started_with=started_with(token_of(request)))
        except Reject as exc:
            raise refused(exc, run.store, run.kind) from exc
        return accepted(again)

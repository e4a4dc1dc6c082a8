"""Other systems ask what would happen if units came now: with the tokens of the REST API."""

from __future__ import annotations

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backinstock.api.rehearsal_shapes import REHEARSED, RehearsalShape, RehearseShape
from backinstock.api.stock import alerting
from backinstock.models import StockItem
from backinstock.rehearsal import rehearse
from integration.api.access import MayRead, OftenEnoughToRun, token_of
from integration.api.schema import HEADERS, refusals
from integration.api.views import SyncView, store_of


class Rehearse(SyncView):
    """Who would hear of a return, and when. As costly as a start, so it is as often."""

    permission_classes = (MayRead,)
    throttle_classes = (OftenEnoughToRun,)
    Question = RehearseShape

    @extend_schema(
        operation_id="rehearse",
        summary="What would happen if units came now",
        description="Who would hear of it when, and who would be skipped and why, by the rules of "
        "a real return. Nothing is sent, and nothing changes. People are sign-ups' ids.",
        parameters=[RehearseShape, *HEADERS],
        responses={
            200: OpenApiResponse(RehearsalShape, "What would happen.", [REHEARSED]),
            **refusals(400, 401, 404, 429, 503),
        },
    )
    def get(self, request: Request) -> Response:
        asked = self.Question(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        store = alerting(store_of(token_of(request), said.get("store")))
        items = StockItem.objects.select_related("store")
        item = items.filter(store=store, sku=said["sku"]).first()
        if item is None:
            raise Http404("Nobody has told of this SKU, and nobody waits for it.")
        found = rehearse(item, said["units"], now())
        return Response(RehearsalShape(found, context={"item": item}).data)

"""Imports are started."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import bulk
from integration.api.access import MayRun, OftenEnoughToRun, token_of
from integration.api.asking import Asked, Flag, Moment, Number, Text, in_zone
from integration.api.examples import STARTS
from integration.api.schema import HEADERS, KIND, LOCATION, refusals, started
from integration.api.shapes import RunShape
from integration.api.views import SyncView, accepted, kind_of, refused, started_with, store_of
from integration.bulk.wishes import MOST_IDS
from integration.core.errors import Reject
from integration.models import Store

MOST = 2_147_483_647  # what a run can count


class StartImport(SyncView):
    """Start an import."""

    permission_classes = (MayRun,)
    throttle_classes = (OftenEnoughToRun,)

    class Input(Asked):
        store = Text(
            required=False, help_text="The store's short name, where the token has several."
        )
        ids = serializers.ListField(
            child=Text(max_length=300),
            required=False,
            allow_empty=False,
            max_length=MOST_IDS,
            help_text="Only these, by the shop's id. Left out: all.",
        )
        start_id = Text(
            required=False, max_length=300, help_text="Orders only: begin at this id, by id."
        )
        since = Moment(
            required=False,
            help_text="Only what is as old as this or newer. Without a zone: the store's.",
        )
        until = Moment(required=False, help_text="Only what is older than this.")
        limit = Number(
            required=False, min_value=1, max_value=MOST, help_text="At most so many entries."
        )
        dry_run = Flag(
            required=False, help_text="Read, map and check everything, and send nothing."
        )
        backfill = Flag(
            required=False,
            help_text=(
                "Orders only, true unless said otherwise: Klaviyo records the events as history "
                "and starts no flow. False takes `confirmFlows`."
            ),
        )
        confirmFlows = Text(
            required=False,
            help_text="With `backfill: false`: the name of the metric, “Placed Order”.",
        )
        deleteAll = Flag(
            required=False,
            help_text=(
                "Categories and products only: delete from Klaviyo's catalogue what this store "
                "has sent there, instead of importing. Takes `confirmDeletion`."
            ),
        )
        confirmDeletion = Text(
            required=False, help_text="With `deleteAll: true`: `categories` or `products`."
        )

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            """Refuse what affirms something that was not asked for: a word was mistyped."""
            if "confirmDeletion" in attrs and not attrs.get("deleteAll"):
                reason = "This affirms “deleteAll”, which was not asked for."
                raise serializers.ValidationError({"confirmDeletion": reason})
            if "confirmFlows" in attrs and attrs.get("backfill", True):
                reason = "This affirms “backfill: false”, which was not asked for."
                raise serializers.ValidationError({"confirmFlows": reason})
            return attrs

        class Meta:
            ref_name = "Import"

    Output = RunShape

    @extend_schema(
        operation_id="start_import",
        summary="Start an import",
        parameters=[KIND, LOCATION, *HEADERS],
        request=Input,
        responses={202: started(), **refusals(400, 401, 403, 404, 409, 411, 413, 415, 429, 503)},
        examples=STARTS,
    )
    def post(self, request: Request, kind: str) -> Response:
        kind_of(kind)
        asked = self.Input(data=dict(request.data))
        asked.is_valid(raise_exception=True)
        wanted, token = asked.validated_data, token_of(request)
        store = store_of(token, wanted.get("store"))
        wishes = _wishes(wanted, store)
        confirmed = wanted.get("confirmDeletion" if wishes.delete_all else "confirmFlows", "")
        try:
            run = bulk.start(
                store, kind, wishes, started_with=started_with(token), confirmed=confirmed
            )
        except Reject as exc:
            raise refused(exc, store, kind) from exc
        return accepted(run)


def _wishes(wanted: Mapping[str, Any], store: Store) -> bulk.Wishes:
    zone = ZoneInfo(store.timezone)
    return bulk.Wishes(
        ids=tuple(wanted.get("ids", ())),
        start_id=wanted.get("start_id", ""),
        since=in_zone(wanted, "since", zone),
        until=in_zone(wanted, "until", zone),
        limit=wanted.get("limit"),
        dry_run=wanted.get("dry_run", False),
        backfill=wanted.get("backfill", True),
        delete_all=wanted.get("deleteAll", False),
    )

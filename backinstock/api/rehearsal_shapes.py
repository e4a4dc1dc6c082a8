"""How a rehearsal looks in the API's question and answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from backinstock.api.stock_shapes import LONGEST_SKU, STORE
from backinstock.models import Alert
from backinstock.queue_ahead import MOST_READ
from backinstock.rehearsal import MOST_UNITS, MOST_WAVES, NAMED, Rehearsal, Skipped
from integration.api.asking import Asked


class RehearseShape(Asked):
    store = serializers.CharField(required=False, help_text=STORE)
    sku = serializers.CharField(max_length=LONGEST_SKU)
    units = serializers.IntegerField(
        min_value=1, max_value=MOST_UNITS, help_text="How many come to those that are there."
    )


class ObstacleShape(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(source="words", help_text="In words.")

    class Meta:
        ref_name = "RehearsalObstacle"


class PeopleField(serializers.ListField):
    """Sign-ups, by their ids: never an address."""

    child = serializers.UUIDField()

    def to_representation(self, data: Any) -> list[str]:
        return [str(one.public_id) for one in data]


class WaveShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="At the earliest: as if nobody bought in between.")
    count = serializers.IntegerField(help_text="How many would hear.")
    units = serializers.IntegerField(help_text="How many units they want.")
    people = PeopleField(help_text=f"The first {NAMED} of them.")
    more = serializers.IntegerField(help_text="How many are not among the people.")

    class Meta:
        ref_name = "RehearsedWave"


class SkippedShape(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=Alert.Reason.choices)
    detail = serializers.SerializerMethodField(help_text="In words.")
    count = serializers.IntegerField()
    people = PeopleField(help_text=f"The first {NAMED} of them.")

    class Meta:
        ref_name = "RehearsedSkip"

    def get_detail(self, skipped: Skipped) -> str:
        return str(Alert.Reason(skipped.reason).label)


class WantsMoreShape(serializers.Serializer[Any]):
    count = serializers.IntegerField(source="wants_more")
    people = PeopleField(source="too_large", help_text=f"The first {NAMED} of them.")

    class Meta:
        ref_name = "RehearsedWantsMore"


class RehearsalShape(serializers.Serializer[Any]):
    """What would happen."""

    store = serializers.SerializerMethodField()
    sku = serializers.SerializerMethodField()
    units = serializers.IntegerField(help_text="How many come, as asked.")
    stock = serializers.IntegerField(
        allow_null=True, help_text="How many there would be. Null: nobody counts."
    )
    waiting = serializers.IntegerField(help_text="How many wait for it.")
    nobody = ObstacleShape(many=True, help_text="Why nobody would hear. Empty: somebody would.")
    size = serializers.IntegerField(
        allow_null=True, help_text="Units a wave offers. Null: no end of them, or nobody hears."
    )
    begins = serializers.DateTimeField(
        allow_null=True, help_text="When the first wave could begin. Null: nobody hears."
    )
    waves = WaveShape(many=True, help_text=f"The first {MOST_WAVES}.")
    told = serializers.IntegerField(help_text="How many would hear in these waves.")
    later = serializers.IntegerField(help_text="How many have their turn after these waves.")
    skipped = SkippedShape(many=True, help_text="Who would not hear, by reason.")
    wants_more = WantsMoreShape(source="*", help_text="Who wants more than a wave offers.")
    looked_at = serializers.IntegerField(
        help_text=f"How many in line were looked at: at most about {MOST_READ:,}. Of those after "
        "them some may hear in the last wave, too."
    )
    asked = serializers.IntegerField(
        help_text="Of how many, the first in line, it was asked who is suppressed."
    )

    class Meta:
        ref_name = "Rehearsal"

    def get_store(self, found: Rehearsal) -> str:
        return str(self.context["item"].store.slug)

    def get_sku(self, found: Rehearsal) -> str:
        return str(self.context["item"].sku)


REHEARSED = OpenApiExample(
    "One unit, and four who wait",
    {
        "store": "my-shop",
        "sku": "TENT-BLUE",
        "units": 1,
        "stock": 1,
        "waiting": 4,
        "nobody": [],
        "size": 1,
        "begins": "2026-11-21T08:00:00Z",
        "waves": [
            {
                "number": 1,
                "at": "2026-11-21T08:00:00Z",
                "count": 1,
                "units": 1,
                "people": ["7d4f9f0e-54c1-4d0b-8f5e-0f6f4e0c5a11"],
                "more": 0,
            },
            {
                "number": 2,
                "at": "2026-11-21T09:00:00Z",
                "count": 1,
                "units": 1,
                "people": ["2f0b1c7c-9a58-4a55-8a3a-6a0c9b1d7e22"],
                "more": 0,
            },
        ],
        "told": 2,
        "later": 0,
        "skipped": [
            {
                "reason": "bought",
                "detail": "Bought it meanwhile",
                "count": 1,
                "people": ["c1a5d9aa-3a3b-4a39-a7d6-5b8c7e4f9d33"],
            }
        ],
        "wants_more": {"count": 1, "people": ["e8b7a6c5-1d2e-4f3a-9b8c-7d6e5f4a3b44"]},
        "looked_at": 4,
        "asked": 3,
    },
    response_only=True,
)

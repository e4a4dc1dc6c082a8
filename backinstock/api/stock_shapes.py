"""How stock looks in the API's questions and answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from integration.api.asking import Asked, Flag, Number, Text

MOST_ROWS, MOST_ASKED = 1000, 100
LARGEST = 2_147_483_647
LONGEST_SKU = 200
STORE = "The store's short name, where the token has several."


class Row(Asked):
    """How many there are of a SKU."""

    sku = Text(max_length=LONGEST_SKU)
    quantity = Number(
        allow_null=True,
        min_value=-LARGEST,
        max_value=LARGEST,
        help_text="Null where nobody counts: it is to be had, then. Less than 0 is 0.",
    )
    backorder = Flag(
        required=False, help_text="Whether it can be ordered without stock. Left out: as before."
    )

    class Meta:
        ref_name = "Stock"


class ToldShape(Asked):
    store = Text(required=False, help_text=STORE)
    items = serializers.ListField(
        child=Row(),
        min_length=1,
        max_length=MOST_ROWS,
        error_messages={
            "min_length": "Send at least one.",
            "max_length": f"Send at most {MOST_ROWS:,} at a time.",
        },
    )

    class Meta:
        ref_name = "TellStock"


class AskedShape(Asked):
    store = serializers.CharField(required=False, help_text=STORE)
    sku = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_SKU),
        min_length=1,
        max_length=MOST_ASKED,
        help_text=f"Up to {MOST_ASKED}: ?sku=A&sku=B",
    )


class RefusedShape(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="Which of the items: the first is 1.")
    detail = serializers.CharField(help_text="What is wrong with it.")

    class Meta:
        ref_name = "RefusedStock"


class TakenShape(serializers.Serializer[Any]):
    """What became of it."""

    taken = serializers.IntegerField(help_text="Rows that were noted.")
    restocks = serializers.IntegerField(help_text="Variants that came back: people hear of them.")
    refused = RefusedShape(many=True)

    class Meta:
        ref_name = "TakenStock"


class KnownShape(serializers.Serializer[Any]):
    sku = serializers.CharField()
    quantity = serializers.IntegerField(allow_null=True)
    counted = serializers.BooleanField(source="is_counted", help_text="Whether anybody counts it.")
    backorder = serializers.BooleanField()
    published = serializers.BooleanField(help_text="Whether shoppers see it.")
    available = serializers.BooleanField(
        source="is_available", allow_null=True, help_text="Null while nobody has told of it."
    )
    told = serializers.DateTimeField(
        source="seen_at", allow_null=True, help_text="When its stock was last told."
    )

    class Meta:
        ref_name = "KnownStock"


class AllKnownShape(serializers.Serializer[Any]):
    items = KnownShape(many=True)
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="SKUs that nobody has told of."
    )

    class Meta:
        ref_name = "AllKnownStock"


TELL = OpenApiExample(
    "Three variants",
    {
        "store": "my-shop",
        "items": [
            {"sku": "TENT-BLUE", "quantity": 30},
            {"sku": "TENT-RED", "quantity": 0, "backorder": True},
            {"sku": "GIFT-CARD", "quantity": None},
        ],
    },
    request_only=True,
)
TAKEN = OpenApiExample(
    "One row twice",
    {
        "taken": 2,
        "restocks": 1,
        "refused": [{"row": 2, "detail": "This SKU is there twice: the first one counts."}],
    },
    response_only=True,
)
KNOWN = OpenApiExample(
    "One that is known",
    {
        "items": [
            {
                "sku": "TENT-BLUE",
                "quantity": 30,
                "counted": True,
                "backorder": False,
                "published": True,
                "available": True,
                "told": "2026-11-21T08:00:00Z",
            }
        ],
        "unknown": ["TENT-GREEN"],
    },
    response_only=True,
)

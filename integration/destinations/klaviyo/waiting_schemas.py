"""The shapes Klaviyo takes of what people want to get: waiting lists and consent; closed."""

from __future__ import annotations

from integration.core.rules import Json
from integration.destinations.klaviyo.schemas import FILLED, ID, PERSON, closed

MOST_SOURCE = 255  # characters; what Klaviyo takes is not said
_KNOWN_BY: dict[str, Json] = {name: PERSON[name] for name in ("email", "phone_number")}


def _person(required: list[str], /, **more: Json) -> Json:
    return closed(
        ["type", "attributes"],
        type={"const": "profile"},
        attributes=closed(required, **_KNOWN_BY, **more),
    )


def _of_list(type_: str, word: str, /, **more: Json) -> Json:
    """One profile, one word, and the list that it is about: Klaviyo would do without a list."""
    marketing = closed(
        ["marketing"],
        marketing=closed(["consent"], consent={"const": word}),
    )
    channels: Json = {**closed([], email=marketing, sms=marketing), "minProperties": 1}
    profiles: Json = {
        "type": "array",
        "minItems": 1,
        "maxItems": 1,
        "items": _person(["subscriptions"], subscriptions=channels),
    }
    return closed(
        ["data"],
        data=closed(
            ["type", "attributes", "relationships"],
            type={"const": type_},
            attributes=closed(["profiles"], profiles=closed(["data"], data=profiles), **more),
            relationships=closed(
                ["list"],
                list=closed(
                    ["data"],
                    data=closed(["type", "id"], type={"const": "list"}, id=FILLED),
                ),
            ),
        ),
    )


BACK_IN_STOCK = closed(
    ["data"],
    data=closed(
        ["type", "attributes", "relationships"],
        type={"const": "back-in-stock-subscription"},
        attributes=closed(
            ["channels", "profile"],  # Klaviyo's document would do without a profile
            channels={
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"enum": ["EMAIL", "PUSH", "SMS", "WHATSAPP"]},
            },
            profile=closed(["data"], data=_person([])),
        ),
        relationships=closed(
            ["variant"],
            variant=closed(
                ["data"],
                data=closed(["type", "id"], type={"const": "catalog-variant"}, id=ID),
            ),
        ),
    ),
)
SUBSCRIBE = _of_list(
    "profile-subscription-bulk-create-job",
    "SUBSCRIBED",
    custom_source={**FILLED, "maxLength": MOST_SOURCE},
)
UNSUBSCRIBE = _of_list("profile-subscription-bulk-delete-job", "UNSUBSCRIBED")

"""What Klaviyo's document (revision 2026-07-15) allows in the bodies about consent and waiting.

Push, WhatsApp, open tracking and messages about orders are left out: a sandbox that took them would
have to obey them. What the document says in words only is checked below.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from project.sandbox.klaviyo.catalog_schemas import VARIANT
from project.sandbox.klaviyo.checks import invalid
from project.sandbox.klaviyo.document_checks import wrong_profile
from project.sandbox.klaviyo.marketing import CHANNELS, SUBSCRIBED, UNSUBSCRIBED
from project.sandbox.klaviyo.schemas import PERSON, TEXT, Json, closed, profile

MOST_SUBSCRIBED, MOST_UNSUBSCRIBED = 1_000, 100
PROFILES = "/data/attributes/profiles/data"
KNOWN_BY = {name: PERSON[name] for name in ("email", "phone_number")}


def _reference(type_: str) -> Json:
    reference = {"type": {"const": type_}, "id": {"type": "string", "minLength": 1}}
    return closed(["data"], {"data": closed(["type", "id"], reference)})


def _body(type_: str, attributes: Json, relationships: Json, needed: tuple[str, ...] = ()) -> Json:
    document = {
        "type": {"const": type_},
        "attributes": attributes,
        "relationships": relationships,
    }
    return closed(["data"], {"data": closed(["type", "attributes", *needed], document)})


def _said(word: str, more: Json) -> Json:
    """The channels, and what somebody said about each."""
    marketing = closed(["consent"], {"consent": {"const": word}, **more})
    channel = closed([], {"marketing": marketing})
    return closed([], dict.fromkeys(CHANNELS, channel))


def _job(verb: str, word: str, most: int, of_word: Json, more: Json) -> Json:
    person = closed(["subscriptions"], {**KNOWN_BY, "subscriptions": _said(word, of_word)})
    document = {"type": {"const": "profile"}, "id": TEXT, "attributes": person}
    one = closed(["type", "attributes"], document)
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": most}
    attributes = closed(["profiles"], {"profiles": closed(["data"], {"data": many}), **more})
    lists = closed([], {"list": _reference("list")})
    return _body(f"profile-subscription-bulk-{verb}-job", attributes, lists)


WAITING = closed(
    ["channels"],
    {
        "channels": {
            "type": "array",
            "minItems": 1,
            "items": {"enum": ["EMAIL", "PUSH", "SMS", "WHATSAPP"]},
        },
        "profile": profile({**KNOWN_BY, "external_id": PERSON["external_id"]}, beside={}),
    },
)
MARKETING_SCHEMAS = {
    "create_back_in_stock_subscription": _body(
        "back-in-stock-subscription",
        WAITING,
        closed(["variant"], {"variant": _reference(VARIANT)}),
        needed=("relationships",),
    ),
    "bulk_subscribe_profiles": _job(
        "create",
        SUBSCRIBED,
        MOST_SUBSCRIBED,
        {"consented_at": {"type": ["string", "null"], "format": "date-time"}},
        {"custom_source": TEXT, "historical_import": {"type": ["boolean", "null"]}},
    ),
    "bulk_unsubscribe_profiles": _job("delete", UNSUBSCRIBED, MOST_UNSUBSCRIBED, {}, {}),
}


def wrong_waiting(document: Json) -> Iterator[Json]:
    """Yield the errors of an entry of the waiting list."""
    base = "/data/attributes/profile"
    if "profile" not in document["attributes"]:
        yield invalid("One or more identifiers is required", base)
        return
    yield from wrong_profile(document["attributes"]["profile"]["data"], f"{base}/data")


def wrong_subscriptions(document: Json) -> Iterator[Json]:
    """Yield the errors of what people said."""
    is_history = bool(document["attributes"].get("historical_import"))
    for place, one in enumerate(document["attributes"]["profiles"]["data"]):
        person, base = one["attributes"], f"{PROFILES}/{place}/attributes"
        if not person["subscriptions"]:
            yield invalid("One or more channels is required", f"{base}/subscriptions")
        for channel, said in person["subscriptions"].items():
            where = f"{base}/subscriptions/{channel}/marketing"
            if not person.get(CHANNELS[channel]):
                yield invalid(f"{CHANNELS[channel]} is required", f"{base}/{CHANNELS[channel]}")
            yield from _wrong_time(said["marketing"].get("consented_at"), is_history, where)


def _wrong_time(text: str | None, is_history: bool, where: str) -> Iterator[Json]:
    if is_history and not text:
        yield invalid("consented_at is required with historical_import.", where)
    if text and not is_history:
        yield invalid("consented_at is for historical_import only.", f"{where}/consented_at")
    if text and datetime.fromisoformat(text) > datetime.now(UTC):
        yield invalid("consented_at must be in the past.", f"{where}/consented_at")

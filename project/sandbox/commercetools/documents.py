"""What all documents of the shop are made of: ids, times, money, references."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

Json = dict[str, Any]

CURRENCY = "EUR"
FRACTION_DIGITS = 2
# RFC 9562: six bits of a uuid say that it is one of version 4.
_VERSION_4 = 4 << 76 | 8 << 60
_FREE_BITS = ~(0xF << 76 | 0xC << 60)


def new_id(random: Random) -> str:
    """Return a uuid that follows from the state of `random`."""
    digits = f"{random.getrandbits(128) & _FREE_BITS | _VERSION_4:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def stamp(moment: datetime) -> str:
    """Return the moment as commercetools writes it: UTC, milliseconds, Z."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def money(cents: int) -> Json:
    """Return an amount of euros as a centPrecision money."""
    return {
        "type": "centPrecision",
        "currencyCode": CURRENCY,
        "centAmount": cents,
        "fractionDigits": FRACTION_DIGITS,
    }


def reference(type_id: str, id_: str) -> Json:
    """Return a reference to another document."""
    return {"typeId": type_id, "id": id_}


def born(random: Random, moment: datetime) -> Json:
    """Return the fields that every document has from its first day."""
    at = stamp(moment)
    return {
        "id": new_id(random),
        "version": 1,
        "lastMessageSequenceNumber": 1,
        "versionModifiedAt": at,
        "createdAt": at,
        "lastModifiedAt": at,
    }


def changed(document: Json, moment: datetime, **fields: Any) -> Json:
    """Return the next version of a document; the old one stays as it was."""
    at = stamp(moment)
    version = document["version"] + 1
    return {
        **document,
        **fields,
        "version": version,
        "versionModifiedAt": at,
        "lastModifiedAt": at,
    }


def announced(document: Json, moment: datetime, **fields: Any) -> Json:
    """Return the next version of a document for a change that a message tells of."""
    number = document["lastMessageSequenceNumber"] + 1
    return changed(document, moment, **fields, lastMessageSequenceNumber=number)


def deleted(document: Json, moment: datetime) -> Json:
    """Return a document as its deletion tells of it: the last version, one message later."""
    number = document["lastMessageSequenceNumber"] + 1
    return {**document, "lastModifiedAt": stamp(moment), "lastMessageSequenceNumber": number}


def now() -> datetime:
    """Return the moment at which something happens."""
    return datetime.now(tz=UTC)

"""What the account holds: profiles, events, a catalog, and what was asked of it."""

from __future__ import annotations

import uuid
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from project.sandbox.klaviyo.catalog import Catalog
from project.sandbox.klaviyo.patching import patched
from project.sandbox.klaviyo.schemas import Json

IDENTIFIERS = ("email", "phone_number", "external_id")
DROPPED = ("@example.com", "@example.org", "@example.net", "@test.com")
KEPT_REQUESTS = 2000


class Conflict(Exception):
    """The identifiers belong to another profile as well."""

    def __init__(self, profile_id: str) -> None:
        super().__init__(profile_id)
        self.profile_id = profile_id


class Missing(Exception):
    """There is no profile with this id."""


class Account:
    """One Klaviyo account in memory."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Empty it."""
        self.profiles: dict[str, Json] = {}
        self.events: list[Json] = []
        self.deleted_profiles: list[str] = []  # their ids, as Klaviyo keeps nothing else
        self.catalog = Catalog()
        self.requests: deque[Json] = deque(maxlen=KEPT_REQUESTS)
        self.asked: Counter[str] = Counter()
        self.answered: dict[str, Counter[str]] = {}
        self.dropped_unique_ids = 0
        self.dropped_addresses = 0
        self.throttled = 0
        self._seen: set[tuple[str, str, str]] = set()
        self._by_identifier: dict[tuple[str, str], str] = {}

    def upsert(self, document: Json) -> tuple[Json, bool]:
        """Create or update a profile. Return it, and whether it is new.

        Raises Conflict, and Missing if it gives an id that there is not.
        """
        profile_id = document.get("id") or ""
        if profile_id and profile_id not in self.profiles:
            raise Missing(profile_id)
        owners = [self._by_identifier.get(key) for key in _keys(document["attributes"])]
        known = list(dict.fromkeys(owner for owner in [profile_id, *owners] if owner))
        if len(known) > 1:
            raise Conflict(known[1] if profile_id else known[0])
        if known and not profile_id and self._only_shares_a_phone(known[0], document["attributes"]):
            raise Conflict(known[0])
        created = not known
        return self._write(known[0] if known else "", document), created

    def find(self, name: str, values: list[str]) -> list[str]:
        """Return the ids of the profiles that have one of these values under this identifier."""
        if name == "id":
            owners = [value for value in values if value in self.profiles]
        else:
            keys = [_key(name, value) for value in values]
            owners = [self._by_identifier[key] for key in keys if key in self._by_identifier]
        return list(dict.fromkeys(owners))

    def erase(self, identifiers: Json) -> None:
        """Remove the profiles known by one of these, with all that they did."""
        for name, value in identifiers.items():
            for id_ in self.find(name, [value]) if value else []:
                for key in _keys(self.profiles.pop(id_)):
                    del self._by_identifier[key]
                self.events = [event for event in self.events if event["profile_id"] != id_]
                self.deleted_profiles.append(id_)

    def record(self, attributes: Json, received_at: str) -> None:
        """Keep an event, unless it is one that Klaviyo drops without a word."""
        document = attributes["profile"]["data"]
        if str(document["attributes"].get("email") or "").lower().endswith(DROPPED):
            self.dropped_addresses += 1
            return
        profile = self._of_event(document)
        metric = attributes["metric"]["data"]["attributes"]["name"]
        unique_id = attributes.get("unique_id") or str(attributes.get("time") or received_at)[:19]
        if (profile["id"], metric, unique_id) in self._seen:
            self.dropped_unique_ids += 1
            return
        self._seen.add((profile["id"], metric, unique_id))
        self.events.append(
            {
                "id": str(uuid.uuid4()),
                "metric": metric,
                "unique_id": unique_id,
                **{name: attributes.get(name) for name in ("time", "value", "value_currency")},
                "backfill": bool(attributes.get("backfill")),
                "properties": attributes["properties"],
                "profile_id": profile["id"],
                "received_at": received_at,
            }
        )

    def metrics(self) -> Counter[str]:
        """Return how many events of each metric there are."""
        return Counter(event["metric"] for event in self.events)

    def counts(self) -> Json:
        """Return what was asked and answered."""
        return {
            "requests": dict(self.asked),
            "answers": {name: dict(statuses) for name, statuses in self.answered.items()},
            "dropped_unique_ids": self.dropped_unique_ids,
            "dropped_addresses": self.dropped_addresses,
            "throttled": self.throttled,
        }

    def _only_shares_a_phone(self, profile_id: str, attributes: Json) -> bool:
        """Whether it is somebody else's profile: other in all that both have, but for the phone."""
        known = self.profiles[profile_id]
        names = ("email", "external_id")
        common = [name for name in names if known.get(name) and attributes.get(name)]
        return bool(common) and all(
            _key(name, known[name]) != _key(name, attributes[name]) for name in common
        )

    def _of_event(self, document: Json) -> Json:
        """The profile of an event: by the first identifier that is known, no conflict ever."""
        person, given_id = document["attributes"], document.get("id") or ""
        known = [self._by_identifier[key] for key in _keys(person) if key in self._by_identifier]
        owner = given_id if given_id in self.profiles else next(iter(known), "")
        free = {
            name: value
            for name, value in person.items()
            if name not in IDENTIFIERS or self._by_identifier.get(_key(name, value), owner) == owner
        }
        return self._write(owner, {"attributes": free, "meta": person.get("meta")})

    def _write(self, profile_id: str, document: Json) -> Json:
        before = self.profiles.get(profile_id, {"id": profile_id or uuid.uuid4().hex.upper()[:26]})
        after = patched(before, document)
        for key in _keys(before):  # a changed or cleared one is free again
            del self._by_identifier[key]
        self._by_identifier.update((key, after["id"]) for key in _keys(after))
        self.profiles[after["id"]] = after
        return after


def _keys(attributes: Json) -> Iterator[tuple[str, str]]:
    for name in IDENTIFIERS:
        if attributes.get(name):
            yield _key(name, attributes[name])


def _key(name: str, value: Any) -> tuple[str, str]:
    return name, str(value).lower() if name == "email" else str(value)

"""What the account holds: profiles, events, and what was asked of it."""

from __future__ import annotations

import uuid
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from project.sandbox.klaviyo.schemas import Json

IDENTIFIERS = ("email", "phone_number", "external_id")
DROPPED = ("@example.com", "@example.org", "@example.net", "@test.com")
KEPT_REQUESTS = 2000


class Conflict(Exception):
    """The identifiers belong to another profile as well."""

    def __init__(self, profile_id: str) -> None:
        super().__init__(profile_id)
        self.profile_id = profile_id


class Account:
    """One Klaviyo account in memory."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Empty it."""
        self.profiles: dict[str, Json] = {}
        self.events: list[Json] = []
        self.requests: deque[Json] = deque(maxlen=KEPT_REQUESTS)
        self.asked: Counter[str] = Counter()
        self.answered: dict[str, Counter[str]] = {}
        self.dropped_unique_ids = 0
        self.dropped_addresses = 0
        self.throttled = 0
        self._seen: set[tuple[str, str, str]] = set()
        self._by_identifier: dict[tuple[str, str], str] = {}

    def upsert(self, attributes: Json, profile_id: str = "") -> tuple[Json, bool]:
        """Create or update a profile. Return it, and whether it is new. Raises Conflict."""
        owners = [self._by_identifier.get(key) for key in _keys(attributes)]
        known = list(dict.fromkeys(owner for owner in [profile_id, *owners] if owner))
        if len(known) > 1:
            raise Conflict(known[1] if profile_id else known[0])
        return self._write(known[0] if known else "", attributes)

    def update(self, profile_id: str, attributes: Json) -> Json:
        """Update the profile with this id. Raises Conflict, and KeyError if there is none."""
        _ = self.profiles[profile_id]
        return self.upsert(attributes, profile_id)[0]

    def record(self, attributes: Json, received_at: str) -> None:
        """Keep an event, unless it is one that Klaviyo drops without a word."""
        person = attributes["profile"]["data"]["attributes"]
        if str(person.get("email") or "").lower().endswith(DROPPED):
            self.dropped_addresses += 1
            return
        profile = self._of_event(person)
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

    def _of_event(self, person: Json) -> Json:
        """The profile of an event: by the first identifier that is known, no conflict ever."""
        owner = next(
            (self._by_identifier[k] for k in _keys(person) if k in self._by_identifier), ""
        )
        free = {
            name: value
            for name, value in person.items()
            if name not in IDENTIFIERS or self._by_identifier.get(_key(name, value), owner) == owner
        }
        return self._write(owner, free)[0]

    def _write(self, profile_id: str, attributes: Json) -> tuple[Json, bool]:
        created = not profile_id
        profile_id = profile_id or uuid.uuid4().hex.upper()[:26]
        profile = self.profiles.setdefault(profile_id, {"id": profile_id})
        for name, value in attributes.items():
            if isinstance(value, dict):
                profile[name] = {**profile.get(name, {}), **value}
            elif name != "meta":
                profile[name] = value  # null clears
        self._by_identifier.update(dict.fromkeys(_keys(profile), profile_id))
        return profile, created


def _keys(attributes: Json) -> Iterator[tuple[str, str]]:
    for name in IDENTIFIERS:
        if attributes.get(name):
            yield _key(name, attributes[name])


def _key(name: str, value: Any) -> tuple[str, str]:
    return name, str(value).lower() if name == "email" else str(value)

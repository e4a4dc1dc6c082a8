"""What the account holds: profiles, events, a catalog, and what was asked of it."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from project.sandbox.klaviyo.catalog import Catalog
from project.sandbox.klaviyo.checks import Refused, error
from project.sandbox.klaviyo.event_log import EventLog
from project.sandbox.klaviyo.jobs import Jobs
from project.sandbox.klaviyo.marketing import Marketing
from project.sandbox.klaviyo.patching import patched, without_nulls
from project.sandbox.klaviyo.request_log import RequestLog
from project.sandbox.klaviyo.schemas import Json

IDENTIFIERS = ("email", "phone_number", "external_id")
EXCHANGE_ID = "_kx"  # what browsers know a profile by, and give for it
DROPPED = ("@example.com", "@example.org", "@example.net", "@test.com")


class Conflict(Refused):
    """The identifiers belong to another profile as well."""

    def __init__(self, profile_id: str) -> None:
        detail = "A profile already exists with one of these identifiers."
        source, meta = {"pointer": "/data/attributes"}, {"duplicate_profile_id": profile_id}
        super().__init__(error(409, detail, source, meta))


class Missing(Refused):
    """There is no profile with this id."""

    def __init__(self) -> None:
        super().__init__(error(404, "A profile with this id does not exist."))


class Account:
    """One Klaviyo account in memory. A lean one keeps little of its events."""

    def __init__(self, *, lean: bool = False) -> None:
        self._lean = lean
        self.clear()

    def clear(self) -> None:
        """Empty it."""
        self.profiles: dict[str, Json] = {}
        self.events = EventLog(self._lean)
        self.deleted_profiles: list[str] = []  # their ids, as Klaviyo keeps nothing else
        self.catalog = Catalog()
        self.marketing = Marketing()
        self.flows: dict[str, list[Json]] = {}  # by the metric that starts them
        self.jobs = Jobs()
        self.requests = RequestLog()
        self.asked: Counter[str] = Counter()
        self.taken_bytes: Counter[str] = Counter()
        self.answered: dict[str, Counter[str]] = {}
        self.dropped_unique_ids = 0
        self.dropped_addresses = 0
        self.throttled = 0
        self._by_identifier: dict[tuple[str, str], str] = {}

    def upsert(self, document: Json) -> tuple[Json, bool]:
        """Create or update a profile. Return it, and whether it is new.

        Raises Conflict, and Missing if it gives an id that there is not.
        """
        profile_id = document.get("id") or ""
        if profile_id and profile_id not in self.profiles:
            raise Missing()
        owners = [self._by_identifier.get(key) for key in _keys(document["attributes"])]
        known = list(dict.fromkeys(owner for owner in [profile_id, *owners] if owner))
        if len(known) > 1:
            raise Conflict(known[1] if profile_id else known[0])
        if known and not profile_id and self._only_shares_a_phone(known[0], document["attributes"]):
            raise Conflict(known[0])
        created = not known
        return self._write(known[0] if known else "", document), created

    def import_row(self, document: Json) -> None:
        """Create or update a profile of a bulk import: what is null there says nothing."""
        self.upsert({**document, "attributes": without_nulls(document["attributes"])})

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
                self.events.forget(id_)
                self.marketing.forget(id_)
                self.deleted_profiles.append(id_)

    def record(self, document: Json, events: list[Json], received_at: str) -> None:
        """Keep these events of a profile, unless Klaviyo drops them without a word."""
        if str(document["attributes"].get("email") or "").lower().endswith(DROPPED):
            self.dropped_addresses += len(events)
            return
        profile_id = self.person(document)["id"]
        for attributes in events:
            if not self.events.add(profile_id, attributes, received_at):
                self.dropped_unique_ids += 1

    def person(self, document: Json) -> Json:
        """Return the profile that something is about, a new one if need be: by the first identifier
        that is known, no conflict ever.
        """
        person, owner = document["attributes"], self.owner(document)
        meta = document.get("meta") or person.get("meta")  # where, depends on the operation
        if owner and not meta and person.items() <= self.profiles[owner].items():
            return self.profiles[owner]  # as it is with most
        free = {
            name: value
            for name, value in person.items()
            if name not in IDENTIFIERS or self._by_identifier.get(_key(name, value), owner) == owner
        }
        return self._write(owner, {"attributes": free, "meta": meta})

    def owner(self, document: Json) -> str:
        """Return the id of the profile that something is about, "" if it would be a new one."""
        given_id = document.get("id") or ""
        if given_id in self.profiles:
            return str(given_id)
        keys = _keys(document["attributes"])
        return next((self._by_identifier[key] for key in keys if key in self._by_identifier), "")

    def exchange_id(self, profile_id: str) -> str:
        """Return what browsers may know this profile by. It says nothing of who it is."""
        profile = self.profiles[profile_id]
        if EXCHANGE_ID not in profile:
            made = {EXCHANGE_ID: secrets.token_urlsafe(24)}
            profile = self._write(profile_id, {"attributes": made})
        return str(profile[EXCHANGE_ID])

    def metrics(self) -> list[str]:
        """Return the names of those that have events, or flows to start."""
        return sorted({*self.events.metrics, *self.flows})

    def counts(self) -> Json:
        """Return what was asked and answered."""
        return {
            "requests": dict(self.asked),
            "bytes": dict(self.taken_bytes),
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

    def _write(self, profile_id: str, document: Json) -> Json:
        before = self.profiles.get(profile_id, {"id": profile_id or uuid.uuid4().hex.upper()[:26]})
        after = patched(before, document)
        for key in _keys(before):  # a changed or cleared one is free again
            del self._by_identifier[key]
        self._by_identifier.update((key, after["id"]) for key in _keys(after))
        self.profiles[after["id"]] = after
        return after


def _keys(attributes: Json) -> Iterator[tuple[str, str]]:
    for name in (*IDENTIFIERS, EXCHANGE_ID):
        if attributes.get(name):
            yield _key(name, attributes[name])


def _key(name: str, value: Any) -> tuple[str, str]:
    return name, str(value).lower() if name == "email" else str(value)

"""What people want to get: their consent by channel, the lists they are on, what they wait for."""

from __future__ import annotations

from datetime import UTC, datetime

from project.sandbox.klaviyo.schemas import Json

CHANNELS = {"email": "email", "sms": "phone_number"}  # and what somebody must be known by
SUBSCRIBED, UNSUBSCRIBED, NEVER = "SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED"
UNSUBSCRIBE = "UNSUBSCRIBE"
LIFTED = (UNSUBSCRIBE, "SPAM_COMPLAINT", "USER_SUPPRESSED")  # by a subscription
REASONS = (*LIFTED, "HARD_BOUNCE", "INVALID_EMAIL")


class Marketing:
    """All of it in memory, by the ids of profiles."""

    def __init__(self) -> None:
        self.waiting: list[Json] = []  # the native list for back in stock, the oldest first
        self.lists: dict[str, list[str]] = {}
        self.suppressions: dict[str, list[Json]] = {}
        self._left: dict[str, list[Json]] = {}  # lists that somebody does not want to be on
        self._said: dict[tuple[str, str], Json] = {}

    def wait(self, profile_id: str, variant_id: str, channels: list[str]) -> None:
        """Put somebody on the waiting list of a variant, once."""
        entry = {"profile_id": profile_id, "variant_id": variant_id, "channels": channels}
        known = [one for one in self.waiting if {**one, "channels": channels} == entry]
        for one in known:
            one["channels"] = sorted({*one["channels"], *channels})
        if not known:
            self.waiting.append(entry)

    def subscribe(self, profile_id: str, channel: str, list_id: str, source: str | None) -> None:
        """Somebody agreed, whatever they said before; "" is no list."""
        self._said[profile_id, channel] = _word(SUBSCRIBED, source)
        if channel == "email":
            kept = [one for one in self._suppressed(profile_id) if one["reason"] not in LIFTED]
            self.suppressions[profile_id] = kept
        if list_id:
            self._left[profile_id] = [
                one for one in self._left.get(profile_id, []) if one["list_id"] != list_id
            ]
            members = self.lists.setdefault(list_id, [])
            if profile_id not in members:
                members.append(profile_id)

    def unsubscribe(self, profile_id: str, channel: str, list_id: str) -> None:
        """Take somebody off a list. Whom it does not have is unsubscribed from everything."""
        if profile_id in self.lists.get(list_id, []):
            self.lists[list_id].remove(profile_id)
            left = {"list_id": list_id, "reason": UNSUBSCRIBE, "timestamp": _now()}
            self._left.setdefault(profile_id, []).append(left)
            return
        self._said[profile_id, channel] = _word(UNSUBSCRIBED)
        for members in self.lists.values():
            if profile_id in members:
                members.remove(profile_id)
        if channel == "email":
            self.suppress(profile_id, UNSUBSCRIBE)

    def suppress(self, profile_id: str, reason: str) -> None:
        """Let nothing more go to somebody by e-mail."""
        told = {"reason": reason, "timestamp": _now()}
        self.suppressions.setdefault(profile_id, []).append(told)
        if reason == UNSUBSCRIBE:
            self._said[profile_id, "email"] = _word(UNSUBSCRIBED)

    def subscriptions(self, profile_id: str) -> Json:
        """Return what a profile shows of it, where that is asked for."""
        suppressed = self._suppressed(profile_id)
        sms = self._word(profile_id, "sms")
        return {
            "email": {
                "marketing": {
                    "can_receive_email_marketing": not suppressed,
                    **self._word(profile_id, "email"),
                    "suppression": suppressed,
                    "list_suppressions": self._left.get(profile_id, []),
                }
            },
            "sms": {
                "marketing": {"can_receive_sms_marketing": sms["consent"] == SUBSCRIBED, **sms}
            },
        }

    def shown(self) -> Json:
        """Return all of it, for who looks into the sandbox."""
        known = {*(id_ for id_, _ in self._said), *self.suppressions, *self._left}
        return {
            "back_in_stock": self.waiting,
            "lists": self.lists,
            "subscriptions": {id_: self.subscriptions(id_) for id_ in sorted(known)},
        }

    def forget(self, profile_id: str) -> None:
        """Remove all that is known of somebody."""
        self.waiting = [one for one in self.waiting if one["profile_id"] != profile_id]
        for known in (self.suppressions, self._left):
            known.pop(profile_id, None)
        for channel in CHANNELS:
            self._said.pop((profile_id, channel), None)
        for members in self.lists.values():
            if profile_id in members:
                members.remove(profile_id)

    def _suppressed(self, profile_id: str) -> list[Json]:
        return self.suppressions.get(profile_id, [])

    def _word(self, profile_id: str, channel: str) -> Json:
        return self._said.get((profile_id, channel)) or {"consent": NEVER}


def _word(consent: str, source: str | None = None) -> Json:
    return {
        "consent": consent,
        "consent_timestamp": _now(),
        "method": "API",
        "custom_method_detail": source,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat()

"""What a store has decided about its waiting lists, ready to be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from backinstock.choices import DEFAULT, GROUP, SETTINGS
from integration.core.exchange import Settings

if TYPE_CHECKING:
    from integration.models import Store

__all__ = ["DEFAULT", "GROUP", "SETTINGS", "Policy", "policy", "policy_of"]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A store's choices."""

    contact: str
    confirm: bool
    announce: bool
    mirror: str
    newsletter_list: str
    newsletter_text: dict[str, str]
    texts: dict[str, str]
    blocked_domains: frozenset[str]
    challenge: bool
    minimum_stock: int
    minimum_time: timedelta
    backorder: bool
    poll_every: timedelta
    newest_first: bool
    rate: int
    wave_every: timedelta
    cool_down: timedelta
    tell_at: int
    expire_after: timedelta
    forget_after: timedelta

    @property
    def alerts(self) -> bool:
        """Whether alerting is ours, and not Klaviyo's."""
        return self.mirror != "instead"


def policy_of(store: Store) -> Policy:
    """Return a store's choices."""
    return policy(store.facts().settings)


def policy(settings: Settings) -> Policy:
    """Return the choices in a store's complete settings."""
    chosen = settings[GROUP]
    return Policy(
        contact=chosen["contact"],
        confirm=chosen["confirm"],
        announce=chosen["announce"],
        mirror=chosen["mirror"],
        newsletter_list=chosen["newsletter_list"],
        newsletter_text=chosen["newsletter_text"],
        texts=chosen["texts"],
        blocked_domains=frozenset(domain.lower() for domain in chosen["blocked_domains"]),
        challenge=chosen["challenge"],
        minimum_stock=chosen["minimum_stock"],
        minimum_time=timedelta(minutes=chosen["minimum_minutes"]),
        backorder=chosen["backorder"],
        poll_every=timedelta(minutes=int(chosen["poll_minutes"])),
        newest_first=chosen["order"] == "newest",
        rate=chosen["rate"],
        wave_every=timedelta(minutes=chosen["wave_minutes"]),
        cool_down=timedelta(hours=chosen["cool_down_hours"]),
        tell_at=chosen["tell_at"],
        expire_after=timedelta(days=chosen["expire_days"]),
        forget_after=timedelta(days=chosen["forget_days"]),
    )

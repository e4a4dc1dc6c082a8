"""Imports in words: what becomes of each kind, how far a run is, how long something takes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime, now

from integration import bulk
from integration.core.rules import Json
from integration.models import JobRun, Store

MINUTE, HOUR, DAY = 60, 3600, 86_400
SHOWN_IDS = 5

BECOMES = {
    "customers": "Each customer becomes a profile in Klaviyo, or brings the one that is there up "
    "to date.",
    "orders": "Each order becomes what happened to it: that it was placed, with which products, "
    "and that it was fulfilled, cancelled or refunded, each at the time when it happened.",
    "categories": "Each category becomes a category of the catalogue in Klaviyo. What the shop has "
    "no more is removed there.",
    "products": "Each product becomes an item of the catalogue in Klaviyo, with its variants. What "
    "the shop has no more is removed there.",
}


def about(seconds: float) -> str:
    """Return how long that is, about, for somebody who has to decide whether to wait."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds, -1):.0f} seconds"
    minutes = round(seconds / MINUTE)
    if minutes < 60:
        return f"about {_many(minutes, 'minute')}"
    if seconds >= 2 * DAY:
        return f"about {_many(round(seconds / DAY), 'day')}"
    hours, minutes = divmod(round(minutes, -1), 60)
    rest = f" {_many(minutes, 'minute')}" if minutes and hours < 6 else ""
    return f"about {_many(hours, 'hour')}{rest}"


def lasted(run: JobRun) -> str:
    """Return how long a run took, or has taken so far."""
    if run.started is None:
        return "–"
    seconds = max(0, round(((run.finished or now()) - run.started).total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE} s"
    return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"


def counted(run: JobRun) -> str:
    """Return how many of how many were read."""
    return f"{run.read:,} of {run.total:,}" if run.total else f"{run.read:,}"


def pace(rate: float | None) -> str:
    """Return how many that is a second, or a minute where it is slow."""
    if rate is None:
        return "–"
    return f"{rate:,.0f} a second" if rate >= 1 else f"{rate * MINUTE:,.0f} a minute"


def told(run: JobRun) -> Json:
    """Return how far an import is, for its page and for the script that keeps it up to date."""
    far = bulk.progress(run)
    percent = "" if far.percent is None else f"{far.percent} %"
    numbers = ("read", "sent", "accepted", "failed", "skipped")
    return {
        "percent": far.percent,
        "is_active": run.is_active,
        "texts": {
            "state": run.get_state_display(),
            "words": far.words,
            "percent": percent,
            "counted": counted(run),
            "pace": pace(far.rate),
            "left": "–" if far.remaining is None else about(far.remaining),
            **{name: f"{getattr(run, name):,}" for name in numbers},
        },
    }


def options(run: JobRun) -> list[str]:
    """Return what was chosen for a run, a sentence each."""
    wishes, said = bulk.Wishes.of(run.parameters), []
    if wishes.delete_all:
        said.append("Everything that this store has sent of it is deleted from Klaviyo.")
    elif wishes.is_everything:
        said.append("Everything that the shop has.")
    if wishes.ids:
        shown = ", ".join(wishes.ids[:SHOWN_IDS])
        more = f" and {len(wishes.ids) - SHOWN_IDS:,} more" if len(wishes.ids) > SHOWN_IDS else ""
        said.append(f"Only these: {shown}{more}.")
    if wishes.start_id:
        said.append(f"From the id {wishes.start_id} on.")
    if wishes.since:
        said.append(f"Since {moment(wishes.since, run.store)}.")
    if wishes.until:
        said.append(f"Until {moment(wishes.until, run.store)}.")
    if wishes.limit:
        said.append(f"At most {wishes.limit:,}.")
    if wishes.dry_run:
        said.append("Only tried: everything is checked, nothing is sent.")
    if run.kind == "orders":
        history = "Recorded as history: no flow starts."
        said.append(history if wishes.backfill else "Not as history: live flows start.")
    return said


def moment(at: datetime, store: Store) -> str:
    """Return a time as the people of a store know it."""
    return date_format(localtime(at, ZoneInfo(store.timezone)), "j F Y, H:i")


def _many(count: int, what: str) -> str:
    one = {"hour": "an"}.get(what, "a")
    return f"{one} {what}" if count == 1 else f"{count} {what}s"

"""A variant's page: who waits for it, its stock over time, its returns, and who heard of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Min, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime, now

from backinstock.admin import charts, words
from backinstock.admin.permissions import may_see_people, may_steer
from backinstock.config import policy_of
from backinstock.models import Alert, Restock, SignUp, StockItem, StockLevel
from integration.admin.display import page
from integration.admin.import_words import moment

DAYS = (7, 30, 90)
MOST_LEVELS = 2_000  # that a picture of that width can show
LISTED_LEVELS = 25
LISTED_RESTOCKS = 10
LISTED_ALERTS = 25

Level = tuple[datetime, int | None]


def context(request: HttpRequest, item: StockItem) -> dict[str, Any]:
    """Return what the page shows of a variant."""
    at = now()
    standing = words.standing(item)
    return {
        "name": words.name_of(item),
        "standing": standing,
        "colour": words.STATES[standing],
        "means": words.MEANS[standing],
        "figures": _figures(item, at),
        "buttons": _buttons(request, item),
        "history": _history(request, item, at),
        "restocks": _restocks(item),
        "alerts": _alerts(request, item),
        "may_see_people": may_see_people(request),
        "klaviyo_alerts": not policy_of(item.store).alerts,
    }


def _figures(item: StockItem, at: datetime) -> list[tuple[str, str]]:
    """Return numbers and what they are, as the list has them."""
    waiting = SignUp.objects.for_item(item)
    told = waiting.aggregate(units=Sum("units"), oldest=Min("waiting_since"))
    people, units = waiting.count(), told["units"] or 0
    money = None if item.price is None else item.price * units
    return [
        (f"{people:,}", "person waits" if people == 1 else "people wait"),
        (f"{units:,}", "unit wanted" if units == 1 else "units wanted"),
        (words.money(money, item.currency), "waiting to be spent"),
        (words.waited(told["oldest"], at), "the oldest wait"),
        (words.stock(item.quantity), "in stock"),
    ]


def _buttons(request: HttpRequest, item: StockItem) -> list[tuple[str, str]]:
    """Return what can be done here by this user, with its address."""
    names = [("Rehearse …", "rehearse")]
    if may_steer(request):
        names += [("Alert now …", "alert_now"), ("Add stock …", "add_stock")]
        names += [("Resume …", "resume") if item.alerts_paused else ("Pause …", "pause")]
    buttons = [
        (text, reverse(f"admin:backinstock_stockitem_{name}", args=[item.id]))
        for text, name in names
    ]
    if may_see_people(request):
        waiting = f"?item__id__exact={item.id}&state__exact={SignUp.State.WAITING}"
        buttons += [
            ("Who waits", reverse("admin:backinstock_signup_changelist") + waiting),
            ("Export", reverse("admin:backinstock_signup_export") + waiting),
        ]
    return buttons


def _history(request: HttpRequest, item: StockItem, at: datetime) -> dict[str, Any]:
    """Return the picture of the stock of some days, and the newest changes as a table."""
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in map(str, DAYS) else DAYS[1]
    levels = list(item.levels.all()[:LISTED_LEVELS])
    here = localtime(at, ZoneInfo(item.store.timezone))
    return {
        "days": days,
        "choices": DAYS,
        "chart": _chart(item, here - timedelta(days=days), here) if levels else None,
        "levels": [
            (moment(level.at, item.store), words.stock(level.quantity), level.get_source_display())
            for level in levels
        ],
    }


def _chart(item: StockItem, since: datetime, until: datetime) -> charts.Steps:
    before: list[Level] = _levels(item, Q(at__lte=since), 1)
    within: list[Level] = _levels(item, Q(at__gt=since, at__lte=until), MOST_LEVELS)
    if len(within) == MOST_LEVELS:  # what is left out is older
        before, since = [], localtime(within[0][0], until.tzinfo)
    returned = item.restocks.filter(at__gt=since, at__lte=until).order_by("at")[:MOST_LEVELS]
    marks = [(restock.at, f"Came back {moment(restock.at, item.store)}") for restock in returned]
    return charts.steps([*before, *within], since, until, marks)


def listed(model: str, **filters: object) -> str:
    """Return the address of a list of ours with these filters chosen."""
    return f"{reverse(f'admin:backinstock_{model}_changelist')}?{urlencode(filters)}"


def _levels(item: StockItem, which: Q, most: int) -> list[Level]:
    """Return the newest of these levels in their order."""
    found: list[Level] = list(item.levels.filter(which).values_list("at", "quantity")[:most])
    return found[::-1]


def _restocks(item: StockItem) -> list[dict[str, Any]]:
    newest = item.restocks.prefetch_related("waves")[:LISTED_RESTOCKS]
    return [shown_restock(restock, item) for restock in newest]


def shown_restock(restock: Restock, item: StockItem) -> dict[str, Any]:
    """Return a restock with its waves, in words."""
    next_at = restock.next_wave_at if restock.state == Restock.State.OPEN else None
    return {
        "address": page(restock),
        "number": restock.number,
        "at": moment(restock.at, item.store),
        "quantity": words.stock(restock.quantity),
        "source": StockLevel.Source(restock.source).label,
        "state": restock.get_state_display(),
        "reason": restock.reason,
        "next": moment(next_at, item.store) if next_at else "",
        "waves": [
            {
                "wave": wave,
                "at": moment(wave.at, item.store),
                "stock": words.stock(wave.stock),
                "size": "everyone" if wave.size is None else f"{wave.size:,}",
                "alerted": f"{wave.alerted:,}",
                "skipped": f"{wave.skipped:,}",
                "passed_over": f"{wave.passed_over:,}",
            }
            for wave in restock.waves.all()
        ],
    }


def _alerts(request: HttpRequest, item: StockItem) -> Any:
    """Return a page of who was alerted or skipped, the newest first."""
    made = Alert.objects.filter(restock__item=item).select_related("sign_up", "restock", "wave")
    return Paginator(made.order_by("-id"), LISTED_ALERTS).get_page(request.GET.get("heard"))

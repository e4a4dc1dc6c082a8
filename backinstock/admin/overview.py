"""“Back in stock”: a store's demand over time, and what is wanted most."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import now
from unfold.admin import ModelAdmin

from backinstock import demand, links
from backinstock.admin import charts, crowds, setting_up, words
from backinstock.admin.permissions import may_see_list
from backinstock.models.polls import StockPoll
from integration.admin.display import page
from integration.admin.import_words import moment
from integration.models import Store

DAYS = (30, 90, 365)
MOST_WANTED = 20
WIDGET = "backinstock/widget.js"


def show(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show the page of one store; without a choice, of the first where it is on."""
    if not may_see_list(request):
        raise PermissionDenied
    stores = setting_up.stores()
    chosen = _chosen(request, stores)
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in map(str, DAYS) else DAYS[0]
    context = {
        **admin.admin_site.each_context(request),
        "title": "Back in stock",
        "opts": admin.opts,
        "stores": stores,
        "chosen": chosen,
        "days": days,
        "choices": DAYS,
    }
    if chosen is not None:
        context |= _of(chosen.store, days)
    return TemplateResponse(request, "admin/backinstock/overview.html", context)


def _chosen(request: HttpRequest, stores: list[setting_up.SetUp]) -> setting_up.SetUp | None:
    wanted = request.GET.get("store", "")
    first = sorted(stores, key=lambda one: not one.is_on)
    return next((one for one in first if str(one.store.id) == wanted), first[0] if first else None)


def _of(store: Store, days: int) -> dict[str, Any]:
    """Return what the page shows of a store."""
    at = now()
    shown = demand.days(store, days, at)
    totals = demand.totals(store)
    return {
        "charts": [
            charts.bars("Sign-ups each day", "sign-ups", [(d.day, d.sign_ups) for d in shown], "a"),
            charts.bars("Alerts each day", "alerts", [(d.day, d.alerts) for d in shown], "b"),
        ],
        "table": [day for day in reversed(shown) if day.sign_ups or day.alerts],
        "figures": _figures(totals),
        "oldest": words.waited(totals.oldest, at),
        "top": _top(store),
        "script": f"{settings.PUBLIC_URL}{settings.STATIC_URL}{WIDGET}",
        "form_address": links.hosted_form(store.slug),
        "poll": _poll(store, at),
        "crowds": [(told, item) for told, item in crowds.told() if item.store_id == store.id],
    }


def _poll(store: Store, at: datetime) -> dict[str, str] | None:
    """Why the shop could not be asked the last time, and when it is asked again."""
    poll = StockPoll.objects.filter(store=store).exclude(reason="").first()
    if poll is None:
        return None
    again = moment(poll.not_before, store) if poll.not_before > at else "in a moment"
    return {"reason": poll.reason, "again": again}


def _figures(totals: demand.Totals) -> list[tuple[str, str]]:
    money = [words.money(amount, currency) for currency, amount in totals.money.items()]
    return [
        (f"{totals.people:,}", "person waits" if totals.people == 1 else "people wait"),
        (f"{totals.variants:,}", "variant" if totals.variants == 1 else "variants"),
        (f"{totals.units:,}", "unit wanted" if totals.units == 1 else "units wanted"),
        (" + ".join(money) or words.NOTHING, "waiting to be spent"),
    ]


def _top(store: Store) -> list[dict[str, Any]]:
    wanted = demand.most_wanted(store, MOST_WANTED)
    most = max((each.people for each in wanted), default=1)
    return [
        {
            "address": page(each.item),
            "sku": each.item.sku,
            "name": words.name_of(each.item),
            "people": f"{each.people:,}",
            "units": f"{each.units:,}",
            "money": words.money(each.money, each.item.currency),
            "standing": (standing := words.standing(each.item)),
            "colour": words.STATES[standing],
            "percent": round(100 * each.people / most),
        }
        for each in wanted
    ]

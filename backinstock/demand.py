"""How much is waited for: each day, in all, by variant, and where it has become many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import TruncDate
from django.utils.timezone import localtime

from backinstock.config import policy_of
from backinstock.models import Alert, SignUp, StockItem
from integration.models import Store

SHOWN_CROWDS = 10


@dataclass(frozen=True, kw_only=True)
class Day:
    """How many signed up on a day, and how many alerts were made."""

    day: date
    sign_ups: int
    alerts: int


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Everybody who waits in a store. `money` is what the units would bring, by currency."""

    people: int
    variants: int
    units: int
    oldest: datetime | None
    money: dict[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A variant and those who wait for it. Without a price nobody knows the `money`."""

    item: StockItem
    people: int
    units: int
    money: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """A variant for which as many wait as its store wanted to be told of."""

    item: StockItem
    people: int


def days(store: Store, count: int, at: datetime) -> list[Day]:
    """Return the last so many days of a store up to today, in its own time, without a gap."""
    zone = ZoneInfo(store.timezone)
    today = localtime(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=count - 1)
    signed_up = SignUp.objects.filter(store=store, created__gte=since)
    made = Alert.objects.filter(restock__item__store=store, at__gte=since)
    sign_ups = _by_day(signed_up, "created", zone)
    alerts = _by_day(made.exclude(state=Alert.State.SKIPPED), "at", zone)
    shown = [since.date() + timedelta(days=number) for number in range(count)]
    return [Day(day=day, sign_ups=sign_ups.get(day, 0), alerts=alerts.get(day, 0)) for day in shown]


def totals(store: Store) -> Totals:
    """Return how many wait in a store, for how much."""
    waiting = SignUp.objects.filter(store=store, state=SignUp.State.WAITING)
    counted = waiting.aggregate(
        people=Count("id"),
        variants=Count("item", distinct=True),
        units=Sum("units", default=0),
        oldest=Min("waiting_since"),
    )
    priced = waiting.filter(item__price__isnull=False).order_by("item__currency")
    money = priced.values_list("item__currency").annotate(money=Sum(F("units") * F("item__price")))
    return Totals(**counted, money=dict(money))


def most_wanted(store: Store, most: int) -> list[Wanted]:
    """Return the variants for which most people wait, the most wanted first.

    Those that nobody but who signed up has told of come last: there may be no such variants.
    """
    waiting = SignUp.objects.filter(store=store, state=SignUp.State.WAITING, item__isnull=False)
    counted = waiting.order_by("item").values("item").annotate(people=Count("id"))
    is_told_of = Q(item__seen_at__isnull=False) | ~Q(item__names={}) | ~Q(item__product_id="")
    lines = counted.annotate(
        wanted=Sum("units"), known=Case(When(is_told_of, then=1), default=0)
    ).order_by("-known", "-people", "item")[:most]
    items = StockItem.objects.select_related("store").in_bulk([line["item"] for line in lines])
    return [
        Wanted(
            item=(item := items[line["item"]]),
            people=line["people"],
            units=line["wanted"],
            money=None if item.price is None else item.price * line["wanted"],
        )
        for line in lines
    ]


def crowds() -> list[Crowd]:
    """Return, of all stores that want to be told, where many wait: the greatest of each."""
    return [crowd for store in Store.objects.all() for crowd in _crowds(store)]


def others_who_wait(items: list[StockItem]) -> dict[int, int]:
    """Return by id of item how many would take it, though they looked at another variant."""
    products = {item.product_id for item in items if item.product_id}
    anyone = SignUp.objects.filter(
        state=SignUp.State.WAITING,
        any_variant=True,
        product_id__in=products,
        store__in={item.store_id for item in items},
    )
    lines = anyone.order_by("store").values_list("store", "product_id", "item")
    counted = list(lines.annotate(Count("id")))
    return {
        item.id: sum(
            count
            for store_id, product_id, item_id, count in counted
            if (store_id, product_id) == (item.store_id, item.product_id) and item_id != item.id
        )
        for item in items
    }


def _crowds(store: Store) -> list[Crowd]:
    least = policy_of(store).tell_at
    if not least:
        return []
    wanted = most_wanted(store, SHOWN_CROWDS)
    return [Crowd(item=each.item, people=each.people) for each in wanted if each.people >= least]


def _by_day(rows: QuerySet[SignUp] | QuerySet[Alert], name: str, zone: ZoneInfo) -> dict[date, int]:
    counted = rows.order_by().annotate(day=TruncDate(name, tzinfo=zone)).values_list("day")
    return dict(counted.annotate(Count("id")))

"""“Rehearse”: who would hear when, if so many units came now. Nothing is sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import now
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from backinstock.admin import words
from backinstock.admin.permissions import may_see_people
from backinstock.config import Policy, policy
from backinstock.models import Alert, SignUp, StockItem
from backinstock.rehearsal import Rehearsal, RehearsedWave, rehearse
from integration.admin.import_words import moment
from integration.models import Store

MOST_UNITS = 1_000_000
NAMED = 100  # people who are listed, of the waves and of the skipped ones
PROPOSED = 10


class RehearsalForm(forms.Form):
    """How many come."""

    units = forms.IntegerField(
        label="Units that arrive now",
        min_value=1,
        max_value=MOST_UNITS,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"min": 1}),
        error_messages={"required": "Write how many arrive."},
    )


@dataclass(frozen=True, kw_only=True)
class Wave:
    """A wave in words."""

    number: int
    when: str
    count: int
    units: int
    people: list[SignUp]


def show(admin: ModelAdmin, request: HttpRequest, item: StockItem) -> HttpResponse:
    """Show the form, and what would happen for the number in it. Changes nothing."""
    asked = request.GET if "units" in request.GET else None
    form = RehearsalForm(asked, initial={"units": item.quantity or PROPOSED})
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Rehearse a return of {item.sku}",
        "opts": admin.opts,
        "item": item,
        "name": words.name_of(item),
        "form": form,
        "may_see_people": may_see_people(request),
        "rules": _rules(policy(item.store.facts().settings)),
        "waiting": words.wait(SignUp.objects.for_item(item).count()),
    }
    if form.is_valid():
        found = rehearse(item, form.cleaned_data["units"], now())
        context |= _told(found, item.store, form.cleaned_data["units"])
    return TemplateResponse(request, "admin/backinstock/stockitem/rehearsal.html", context)


def _told(found: Rehearsal, store: Store, units: int) -> dict[str, Any]:
    reasons = Counter(reason for _, reason in found.skipped)
    left = max(0, NAMED - sum(len(wave.people) for wave in found.waves))
    return {
        "found": found,
        "units": units,
        "told": words.people(found.told),
        "waves": _named(found.waves, store),
        "reasons": [(Alert.Reason(r).label, words.people(n)) for r, n in reasons.most_common()],
        "skipped": [(one, Alert.Reason(why).label) for one, why in found.skipped[:NAMED]],
        "waiting_on": found.waiting_on[:NAMED],
        "wants_more": words.people(len(found.waiting_on)),
        "left_out": left == 0,
        "more": words.people(found.more) if found.more else "",
    }


def _named(waves: list[RehearsedWave], store: Store) -> list[Wave]:
    """Return the waves, with the first people in all of them."""
    shown, left = [], NAMED
    for number, wave in enumerate(waves, start=1):
        people = wave.people[:left]
        left -= len(people)
        when = "at once" if number == 1 else moment(wave.at, store)
        shown.append(
            Wave(number=number, when=when, count=wave.count, units=wave.units, people=people)
        )
    return shown


def _rules(rules: Policy) -> list[str]:
    """Return the rules that apply, a sentence each."""
    first = "newest" if rules.newest_first else "oldest"
    minutes = int(rules.wave_every.total_seconds() // 60)
    size = "Everybody hears at once."
    if rules.rate:
        size = (
            f"At a time it is the turn of {words.people(rules.rate)} for each unit; after "
            f"{words.many(minutes, 'minute')} the stock is looked at again."
        )
    return [f"The {first} sign-up comes first.", size]

"""“Rehearse”: who would hear when, if so many units came now. Nothing is sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import now
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from backinstock.admin import words
from backinstock.admin.permissions import may_see_people
from backinstock.config import Policy, policy_of
from backinstock.models import Alert, SignUp, StockItem
from backinstock.queue_ahead import MOST_READ
from backinstock.rehearsal import MOST_UNITS, NAMED, Rehearsal, Skipped, rehearse
from integration.admin.import_words import moment
from integration.models import Store

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


def show(admin: ModelAdmin, request: HttpRequest, item: StockItem) -> HttpResponse:
    """Show the form, and what would happen for the number in it. Changes nothing."""
    asked = request.GET if "units" in request.GET else None
    form = RehearsalForm(asked, initial={"units": PROPOSED})
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Rehearse a return of {item.sku}",
        "opts": admin.opts,
        "item": item,
        "name": words.name_of(item),
        "form": form,
        "may_see_people": may_see_people(request),
        "rules": _rules(policy_of(item.store)),
        "waiting": words.wait(SignUp.objects.for_item(item).count()),
    }
    if form.is_valid():
        at = now()
        context |= _told(rehearse(item, form.cleaned_data["units"], at), item.store)
    return TemplateResponse(request, "admin/backinstock/stockitem/rehearsal.html", context)


def _told(found: Rehearsal, store: Store) -> dict[str, Any]:
    return {
        "found": found,
        "there": _there(found),
        "told": words.people(found.told),
        "begins": moment(found.begins, store) if found.begins else "",
        "waves": [(wave, moment(wave.at, store)) for wave in found.waves],
        "reasons": [(_label(one), words.people(one.count)) for one in found.skipped],
        "skipped": [(person, _label(one)) for one in found.skipped for person in one.people],
        "is_cut": any(one.count > NAMED for one in found.skipped),
        "wants_more": words.people(found.wants_more),
        "later": words.people(found.later) if found.later else "",
        "looked_at": words.people(found.looked_at) if found.looked_at >= MOST_READ else "",
        "asked": words.people(found.asked) if found.asked else "",
    }


def _label(skipped: Skipped) -> str:
    return str(Alert.Reason(skipped.reason).label)


def _there(found: Rehearsal) -> str:
    """Return how many there would be, where that is not how many arrive."""
    if found.stock is None:
        return "Nobody counts it."
    if found.stock == found.units:
        return ""
    return f"With what is there already: {found.stock:,}."


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

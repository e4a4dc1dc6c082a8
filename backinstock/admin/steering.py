"""What can be done about a variant: alert now, pause, resume, add stock by hand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from backinstock import jobs, restocks
from backinstock.admin import words
from backinstock.admin.questions import Question, ask
from backinstock.config import Policy, policy_of
from backinstock.models import Restock, SignUp, StockItem, StockLevel
from backinstock.rules import wave_size
from backinstock.stock import note_stock
from integration.admin.display import page
from integration.models import Store

GOES_ON = "This page shows who was told: load it again in a moment."


class StockForm(forms.Form):
    """How many there are."""

    quantity = forms.IntegerField(
        label="In stock now",
        min_value=0,
        max_value=1_000_000_000,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"min": 0}),
        help_text="All that can be sold, not only what has just come in. The next word of the shop "
        "or of a feed replaces it.",
        error_messages={"required": "Write how many there are; 0 if it is sold out."},
    )


def alert_now(admin: ModelAdmin, request: HttpRequest, item: StockItem) -> HttpResponse:
    """Ask whether people are to be told now; when that is affirmed, begin."""
    if request.method != "POST":
        return ask(admin, request, _about_alerting(item))
    restock = restocks.alert_now(item)
    if restock is None:
        admin.message_user(request, "People are being told of it already.", messages.WARNING)
    else:
        jobs.ring_for(restock)
        admin.log_change(request, item, "Alert now")
        admin.message_user(request, f"It has begun. {GOES_ON}")
    return redirect(page(item))


def pause(admin: ModelAdmin, request: HttpRequest, item: StockItem) -> HttpResponse:
    """Ask whether nobody is to be told any more; when that is affirmed, see to it."""
    if request.method == "POST":
        return _switch(admin, request, item, "Nobody is told of it until you resume.", paused=True)
    told = "Nobody is told that it is back, whatever its stock, until you resume. Who is in a "
    question = Question(
        title=f"Pause alerts for {item.sku}?",
        words=f"{told}wave that has been planned already still is. Sign-ups go on.",
        button="Pause",
        back=page(item),
    )
    return ask(admin, request, question)


def resume(admin: ModelAdmin, request: HttpRequest, item: StockItem) -> HttpResponse:
    """Ask whether people are to be told again; when that is affirmed, see to it."""
    if request.method == "POST":
        response = _switch(admin, request, item, "Alerts go on.", paused=False)
        for restock in item.restocks.filter(state=Restock.State.OPEN):
            jobs.ring_for(restock)
        return response
    question = Question(
        title=f"Resume alerts for {item.sku}?",
        words="If it is back at the moment, the next wave begins at once.",
        button="Resume",
        back=page(item),
    )
    return ask(admin, request, question)


def add_stock(admin: ModelAdmin, request: HttpRequest, item: StockItem) -> HttpResponse:
    """Show the form; when it is sent, note the stock, and begin to tell people if it is back."""
    form = StockForm(request.POST or None, initial={"quantity": item.quantity})
    if request.method == "POST" and form.is_valid():
        quantity = form.cleaned_data["quantity"]
        restock = note_stock(item.store, item.sku, quantity, StockLevel.Source.HAND)
        if restock is not None:
            jobs.ring_for(restock)
        admin.log_change(request, item, f"Stock by hand: {quantity}")
        told = f" It is back, and people are being told. {GOES_ON}" if restock else ""
        admin.message_user(request, f"Noted: {quantity:,} in stock.{told}")
        return redirect(page(item))
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Stock of {item.sku}",
        "opts": admin.opts,
        "item": item,
        "name": words.name_of(item),
        "form": form,
        "waiting": words.wait(SignUp.objects.for_item(item).count()),
    }
    return TemplateResponse(request, "admin/backinstock/stockitem/add_stock.html", context)


def _switch(
    admin: ModelAdmin, request: HttpRequest, item: StockItem, said: str, *, paused: bool
) -> HttpResponse:
    StockItem.objects.filter(id=item.id).update(alerts_paused=paused)
    admin.log_change(request, item, "Paused" if paused else "Resumed")
    admin.message_user(request, said)
    return redirect(page(item))


def _about_alerting(item: StockItem) -> Question:
    """Return the question, with what will happen and what stands against it."""
    rules = policy_of(item.store)
    size = wave_size(item.quantity, rules) if item.quantity else None
    people = words.wait(SignUp.objects.for_item(item).count())
    first = "All of them hear of it" if size is None else f"{words.many(size, 'unit')} are offered"
    return Question(
        title=f"Alert for {item.sku} now?",
        words=f"{people} for it. {first} at once, as if it had just come back. The rules are "
        "those of every return: who bought it, wants no alerts, is suppressed or heard of it a "
        "short while ago is skipped. “Rehearse” shows who that is.",
        button="Alert now",
        back=page(item),
        warnings=_against(item, rules),
    )


def _against(item: StockItem, rules: Policy) -> list[str]:
    against = []
    if item.is_available is False:
        against.append("As far as Storewire knows it is sold out: people may find nothing to buy.")
    if item.alerts_paused:
        against.append("Alerts are paused for this variant: it begins when you resume them.")
    if not rules.alerts:
        against.append("This store leaves alerts to Klaviyo's own list, which may tell them, too.")
    if item.store.sending != Store.Sending.LIVE:
        against.append("The store is not live: it begins when the store is.")
    return against

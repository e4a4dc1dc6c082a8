"""Taking entries off the waiting list, and people out of it: asked about first."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from backinstock import signups
from backinstock.admin import words
from backinstock.admin.people import address_of
from backinstock.admin.questions import Question, ask
from backinstock.admin.variant import listed
from backinstock.models import SignUp
from integration.admin.display import page

HEARS_NOTHING = "hears nothing when it comes back. They can sign up again at any time."


def cancel_one(admin: ModelAdmin, request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Ask whether to take an entry off the list; when that is affirmed, do it."""
    if request.method != "POST":
        question = Question(
            title="Take this person off the list?",
            words=f"{address_of(sign_up)} {HEARS_NOTHING} Nobody is told of the cancellation.",
            button="Take off the list",
            back=page(sign_up),
        )
        return ask(admin, request, question)
    if signups.cancel(sign_up):
        admin.log_change(request, sign_up, "Cancelled")
        admin.message_user(request, "They are off the list.")
    else:
        admin.message_user(request, "They were off the list already.", messages.WARNING)
    return redirect(page(sign_up))


def cancel_many(
    admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[SignUp]
) -> HttpResponse | None:
    """The same for those chosen in the list; nothing is returned when it is done."""
    open_ones = queryset.filter(state__in=SignUp.OPEN)
    if "confirmed" not in request.POST:
        count = open_ones.count()
        question = Question(
            title="Take them off the list?",
            words=f"Of those chosen, {words.wait(count)} and {HEARS_NOTHING}"
            if count == 1
            else f"Of those chosen, {words.wait(count)}. They hear nothing when it comes back, and "
            "can sign up again at any time.",
            button="Take off the list",
            back=listed("signup"),
            ids=list(open_ones.values_list("id", flat=True)),
            action="cancel_selected",
        )
        return ask(admin, request, question)
    done = sum(signups.cancel(sign_up) for sign_up in open_ones)
    admin.message_user(request, f"{words.people(done)} taken off the list.")
    return None


def erase(admin: ModelAdmin, request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """Ask whether to forget a person; when that is affirmed, do it."""
    store, person = sign_up.store, sign_up.person
    if not person:
        admin.message_user(request, "This person is forgotten already.", messages.WARNING)
        return redirect(page(sign_up))
    if request.method != "POST":
        count = SignUp.objects.filter(store=store, person=person).count()
        entries = words.many(count, "entry", "entries")
        question = Question(
            title="Erase this person?",
            words=f"{address_of(sign_up)} has {entries} in {store}. The address and the number go "
            "from all of them, and what is open ends; what stays is that somebody waited. It "
            "cannot be undone. What Klaviyo holds of them has to be deleted in Klaviyo.",
            button="Erase",
            back=page(sign_up),
            is_dangerous=True,
        )
        return ask(admin, request, question)
    count = signups.erase(store, person)
    admin.log_change(request, sign_up, "Erased the person")
    entries = words.many(count, "entry", "entries")
    admin.message_user(request, f"They are erased from {entries}.")
    return redirect(page(sign_up))

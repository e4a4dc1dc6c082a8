"""Confirming a sign-up, where a store wants that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backinstock import doors, jobs, links, signups
from backinstock.views import pages
from integration.jobs import ring

SAYS = {"ask": "confirm_question", "done": "confirm_done", "over": "confirm_over"}


@csrf_exempt  # the link is the proof, no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask (GET), and do it (POST): scanners of mail follow every link, and would confirm."""
    sign_up = links.confirming(signed)
    if sign_up is None:
        return pages.gone(request, "confirm_over")
    state = "ask"
    if request.method == "POST":
        state = "done" if signups.confirm(sign_up) else "over"
        ring(jobs.announce, sign_up.store_id)
    door = doors.of(sign_up.store)
    language = door.language(*pages.locales(request, sign_up.locale))
    words = door.texts(language)
    context = {
        "texts": words,
        "store": sign_up.store,
        "state": state,
        "said": pages.filled(SAYS[state], sign_up, language, words),
        "back": door.page(sign_up.page),
    }
    return pages.page(request, "confirm", language, context, status=410 if state == "over" else 200)

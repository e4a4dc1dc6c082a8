"""Leaving the list by the link in an alert."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backinstock import doors, links, signups
from backinstock.models import SignUp
from backinstock.views import pages

SAYS = {"": "leave_question", "one": "left_one", "all": "left_all"}


# The link is the proof, no cookie: mail programs post to it as well (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask (GET: scanners of mail follow every link), and do it (POST): this one, or all."""
    sign_up = links.leaving(signed)
    if sign_up is None:
        return pages.gone(request)
    left = _left(request, sign_up) if request.method == "POST" else ""
    door = doors.of(sign_up.store)
    language = door.language(*pages.locales(request, sign_up.locale))
    words = door.texts(language)
    context = {
        "texts": words,
        "store": sign_up.store,
        "left": left,
        "said": pages.filled(SAYS[left], sign_up, language, words),
        "back": door.page(sign_up.page),
    }
    return pages.page(request, "leave", language, context)


def _left(request: HttpRequest, sign_up: SignUp) -> str:
    if request.POST.get("what") == "all":
        signups.opt_out(sign_up.store, sign_up.person)
        return "all"
    signups.cancel(sign_up)
    return "one"

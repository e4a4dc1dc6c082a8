"""What a page asks before anybody signs up: is it sold out, what does the form say, a puzzle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from backinstock import challenges, doors, links
from backinstock.api.signups import not_found
from backinstock.doors import Door
from backinstock.models import StockItem
from backinstock.texts import of_forms
from integration.public.answers import refusal
from integration.public.origins import preflight, readable

STOCK_SECONDS = 30
FORM_SECONDS = 300
MOST_SKUS = 100


def _asked(
    answer: Callable[[HttpRequest, Door], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """Return the view that finds the store and lets its pages read the answer."""

    @require_http_methods(["GET", "HEAD", "OPTIONS"])
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        if request.method == "OPTIONS":
            return preflight(request, doors.KIND)
        door = doors.find(slug)
        if door is None:
            return not_found()
        return readable(answer(request, door), request, door.origins)

    return view


@_asked
def stock(request: HttpRequest, door: Door) -> HttpResponse:
    """Say of each SKU whether it is to be had; null where nobody has told us."""
    skus = list(dict.fromkeys(request.GET.getlist("sku")))
    if not 1 <= len(skus) <= MOST_SKUS or any("\0" in sku for sku in skus):
        return refusal(400, "invalid", f"Ask for 1 to {MOST_SKUS} SKUs: ?sku=A&sku=B")
    known = StockItem.objects.filter(store=door.store, sku__in=skus)
    found = dict(known.values_list("sku", "is_available"))
    items = {sku: {"available": found.get(sku)} for sku in skus}
    return _kept(JsonResponse({"items": items}), STOCK_SECONDS)


@_asked
def form(request: HttpRequest, door: Door) -> HttpResponse:
    """Say what a form asks for, and in which words."""
    language = door.language(request.GET.get("locale", ""))
    newsletter = door.newsletter(language)
    challenge = links.absolute(reverse("back_in_stock_challenge", args=[door.store.slug]))
    content: dict[str, Any] = {
        "contact": door.policy.contact,
        "newsletter": {"text": newsletter} if newsletter else None,
        "challenge": challenge if door.policy.challenge else None,
        "language": language,
        "texts": of_forms(door.texts(language)),
    }
    return _kept(JsonResponse(content), FORM_SECONDS)


@_asked
def challenge(request: HttpRequest, door: Door) -> HttpResponse:
    """Give a puzzle to solve: each is for one sign-up."""
    answer = JsonResponse(challenges.make())
    answer["Cache-Control"] = "no-store"
    return answer


def _kept(answer: HttpResponse, seconds: int) -> HttpResponse:
    """Let browsers and caches keep it for a while: it is the same for everybody."""
    answer["Cache-Control"] = f"public, max-age={seconds}"
    return answer

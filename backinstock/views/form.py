"""The store's own page with the form, for shops that only set a link, and for the template tag."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backinstock import doors, jobs
from backinstock.doors import Door
from backinstock.fields import fields_of
from backinstock.models import StockItem
from backinstock.taking import Taken, take
from backinstock.views import pages
from integration.core.text import localized
from integration.jobs import ring
from integration.public.limiting import client_of
from integration.public.origins import is_foreign


@csrf_exempt  # it needs no cookie, does nothing in anybody's name, and is posted to by shops
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or take what was entered."""
    door = doors.find(slug)
    if door is None or _is_refused(request, door):
        return pages.gone(request)
    if request.method != "POST":
        return _page(request, door, request.GET.dict(), Taken())
    entered = request.POST.dict()
    taken = take(door, entered, client_of(request.META))
    if taken.state:  # for whoever is known, too: the answer takes as long
        ring(jobs.announce, door.store.id)
    return _page(request, door, entered, taken)


def _is_refused(request: HttpRequest, door: Door) -> bool:
    # A page that keeps its address to itself (Referrer-Policy), as Django's do, posts as "null".
    is_unnamed = request.headers.get("Origin") == "null"
    return request.method == "POST" and not is_unnamed and is_foreign(request, door.origins)


def _page(request: HttpRequest, door: Door, entered: dict[str, str], taken: Taken) -> HttpResponse:
    language = door.language(*pages.locales(request, entered.get("locale", "")))
    context = {
        **fields_of(door, language, entered),
        "product_name": _product_name(door, entered, language),
        "store": door.store,
        "state": taken.state,
        "wrong": taken.wrong,
        "wait": taken.wait,
        "back": door.page(entered.get("page", "")),
    }
    answer = pages.page(request, "form", language, context, status=_status(taken))
    if taken.wait:
        answer["Retry-After"] = str(taken.wait)
    return answer


def _status(taken: Taken) -> int:
    if taken.wait:
        return 429
    return 400 if taken.wrong else 200


def _product_name(door: Door, entered: dict[str, str], language: str) -> str:
    sku = entered.get("sku", "")
    if not sku or "\0" in sku:
        return ""
    item = StockItem.objects.filter(store=door.store, sku=sku).only("names").first()
    return localized(item.names, entered.get("locale") or language) if item else ""

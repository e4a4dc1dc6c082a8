"""Everything that somebody waits for, by a link that only they have."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backinstock import doors, links, signups
from backinstock.models import OptOut, SignUp
from backinstock.views import pages
from integration.models import Store


@csrf_exempt  # the link is the proof, no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, signed: str) -> HttpResponse:
    """Show it, take one off the list, or take back that they want no alerts."""
    found = links.whose(signed)
    if found is None:
        return pages.gone(request)
    store, person = found
    done = _done(request, store, person) if request.method == "POST" else ""
    entries = list(_open(store, person))
    door = doors.of(store)
    language = door.language(*pages.locales(request, *(one.locale for one in entries[:1])))
    words = door.texts(language)
    with override(language):
        shown = [_shown(one, language, words) for one in entries]
    context = {
        "texts": words,
        "store": store,
        "entries": shown,
        "done": words.get(f"mine_{done}", ""),
        "is_out": OptOut.objects.filter(store=store, person=person).exists(),
    }
    return pages.page(request, "mine", language, context)


def _open(store: Store, person: str) -> list[SignUp]:
    mine = SignUp.objects.open().filter(store=store, person=person)
    return list(mine.select_related("item"))


def _shown(sign_up: SignUp, language: str, words: dict[str, str]) -> dict[str, object]:
    since = date_format(sign_up.waiting_since, "DATE_FORMAT")
    return {
        "id": sign_up.public_id,
        "name": pages.name_of(sign_up, language, words),
        "variant": sign_up.item.variant_name if sign_up.item and not sign_up.any_variant else "",
        "since": words["mine_since"].replace("{date}", since),
        "is_unconfirmed": sign_up.state == SignUp.State.UNCONFIRMED,
    }


def _done(request: HttpRequest, store: Store, person: str) -> str:
    """Do what was asked for, of their own entries only. Return which words say so."""
    if "again" in request.POST:
        return "back" if signups.opt_in(store, person) else ""
    try:
        public_id = UUID(request.POST.get("remove", ""))
    except ValueError:
        return ""
    entry = SignUp.objects.filter(public_id=public_id, store=store, person=person).first()
    return "removed" if entry and signups.cancel(entry) else ""

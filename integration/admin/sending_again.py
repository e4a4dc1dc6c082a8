"""“Send again”: messages are queued once more; a person is asked first where they were done."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from integration import jobs
from integration.admin.display import page
from integration.core.errors import Reject
from integration.models import InboundMessage
from integration.pipeline import inbox

TEMPLATE = "admin/integration/inboundmessage/again.html"
PERMISSION = "integration.retry_failedevent"  # who may retry what failed
MOST = 1_000  # at once: they are read and written one by one while the browser waits
SHOWN_REFUSALS = 5


def one(admin: ModelAdmin, request: HttpRequest, message: InboundMessage) -> HttpResponse:
    """Ask about one message; when that is affirmed, queue it and lead back to its page."""
    if request.method != "POST":
        chosen = InboundMessage.objects.filter(pk=message.pk)
        return _ask(admin, request, chosen, address="", back=page(message))
    _queue(admin, request, [message])
    return redirect(page(message))


def many(
    admin: ModelAdmin, request: HttpRequest, chosen: QuerySet[InboundMessage]
) -> HttpResponse | None:
    """Queue the chosen messages, after asking if some of them were done before."""
    if chosen.count() > MOST:
        too_many = f"Choose {MOST:,} messages at most, then the next ones."
        admin.message_user(request, too_many, messages.ERROR)
        return None
    was_done = chosen.filter(state=InboundMessage.State.DONE).exists()
    if was_done and "confirmed" not in request.POST:
        address = reverse("admin:integration_inboundmessage_changelist")
        return _ask(admin, request, chosen, address=address, back=address)
    _queue(admin, request, chosen.select_related("connection").iterator(chunk_size=100))
    return None


def _ask(
    admin: ModelAdmin,
    request: HttpRequest,
    chosen: QuerySet[InboundMessage],
    *,
    address: str,
    back: str,
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": "Send again?",
        "opts": admin.opts,
        "address": address,
        "back": back,
        "count": chosen.count(),
        "done": chosen.filter(state=InboundMessage.State.DONE).count(),
        "first": chosen.select_related("connection")[:10],
        "ids": list(chosen.values_list("id", flat=True)),
    }
    return TemplateResponse(request, TEMPLATE, context)


def _queue(admin: ModelAdmin, request: HttpRequest, chosen: Iterable[InboundMessage]) -> None:
    queued, refused = 0, []
    for message in chosen:
        try:
            inbox.again(message)
        except Reject as exc:
            refused.append(f"{message}: {exc.reason}")
        else:
            queued += 1
    jobs.sweep()
    if queued:
        said = f"{queued} queued again; what is made of them shows here soon: load the page again."
        admin.message_user(request, said)
    for reason in refused[:SHOWN_REFUSALS]:
        admin.message_user(request, reason, messages.ERROR)
    if len(refused) > SHOWN_REFUSALS:
        more = f"{len(refused) - SHOWN_REFUSALS} more could not be queued, for such reasons."
        admin.message_user(request, more, messages.ERROR)

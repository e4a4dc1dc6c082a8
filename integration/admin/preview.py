"""“Preview”: what would be sent for a message, beside the message."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from integration import registry
from integration.admin.display import pretty
from integration.admin.message_words import said_and_type
from integration.core.errors import Failure, Misconfigured
from integration.core.exchange import Request
from integration.models import InboundMessage
from integration.pipeline.preview import Preview, Previewed, preview

TEMPLATE = "admin/integration/inboundmessage/preview.html"


def show(admin: ModelAdmin, request: HttpRequest, message: InboundMessage) -> HttpResponse:
    """Show what would become of a message now. Reads the shop; writes and sends nothing."""
    found = _preview(message)
    context = {
        **admin.admin_site.each_context(request),
        "title": f"Preview of {message}",
        "opts": admin.opts,
        "message": message,
        "said": said_and_type(message),
        "source": pretty(message.payload),
        "documents": [pretty(document) for document in found.documents],
        "reason": found.reason,
        "requests": [_shown(previewed) for previewed in found.requests],
    }
    return TemplateResponse(request, TEMPLATE, context)


def what(request: Request, kind: str) -> str:
    """Return in words what a request to this kind of destination does, or which event it is."""
    attributes = request.body.get("data", {}).get("attributes", {})
    metric = attributes.get("metric", {}).get("data", {}).get("attributes", {}).get("name")
    if metric:
        return f"Event “{metric}”"
    words = registry.destinations()[kind].words
    return words.get(request.operation, request.operation.replace("_", " ").capitalize())


def _preview(message: InboundMessage) -> Preview:
    try:
        return preview(message)
    except Misconfigured as exc:
        return Preview(reason=f"{exc.reason} {exc.remedy}")
    except Failure as exc:
        return Preview(reason=exc.reason)


def _shown(previewed: Previewed) -> dict[str, Any]:
    request = previewed.request
    return {
        "what": what(request, previewed.connection.kind),
        "to": previewed.connection.label,
        "method": request.method,
        "path": request.path,
        "notes": (*request.notes, *request.remarks),
        "problems": previewed.problems,
        "body": pretty(request.body),
    }

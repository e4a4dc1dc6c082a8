"""Whether what the shop tells arrives here, with a colour."""

from __future__ import annotations

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from integration import registry
from integration.admin.display import NOTHING
from integration.models import Connection

WORKS = "Healthy"
UNCLEAR = ("Unknown", "TemporaryError")  # it may be well, or get well by itself


def shown_health(connection: Connection) -> SafeString:
    """Return how the subscription is, what to do about it, and when that was asked."""
    source = registry.sources().get(connection.kind)
    if source is None or source.subscriptions is None:
        return format_html("{}", NOTHING)
    health = connection.health
    if not health:
        return format_html("{}", "Not asked yet.")
    label, words = _label(health["status"])
    context = {
        "label": label,
        "label_words": words,
        "words": health["words"],
        "status": health["status"],
        "asked": datetime.fromisoformat(health["checked_at"]),
    }
    return render_to_string("admin/integration/connection/health.html", context)


def _label(status: str) -> tuple[str, str]:
    if status == WORKS:
        return "success", "Arrives"
    return ("warning", "Unclear") if status in UNCLEAR else ("danger", "Does not arrive")

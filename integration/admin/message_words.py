"""Messages in words: what a type says, how a state looks."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from integration import registry
from integration.models import InboundMessage

STATES = {
    "Waiting": "info",
    "Done": "success",
    "Ignored": "default",
    "Not known": "warning",
    "Parked": "warning",
    "Failed": "danger",
}


def all_types() -> dict[str, str]:
    """Return every type that some source handles, with what it says, in the sources' order."""
    return {
        type_: handles.says
        for source in registry.sources().values()
        for type_, handles in source.handlers.items()
    }


def says(message: InboundMessage) -> str:
    """Return what a message says in words; its type's name where nobody knows better."""
    source = registry.sources().get(message.connection.kind)
    handles = source.handlers.get(message.type) if source else None
    return (handles and handles.says) or message.type or "Not understood"


def said_and_type(message: InboundMessage) -> SafeString:
    """Return what a message says, with its type's name small beside it."""
    words = says(message)
    if words in (message.type, "") or not message.type:
        return format_html("{}", words)
    return format_html('{} <small class="sw-small">{}</small>', words, message.type)

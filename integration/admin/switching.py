"""Switching types of message on and off for a store."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from django.db import transaction

from integration import registry
from integration.admin.message_words import all_types
from integration.core.rules import Json
from integration.models import Store


@dataclass(frozen=True, kw_only=True)
class Switched:
    """What was changed, in words."""

    on: list[str]
    off: list[str]


def switch(store: Store, on: Set[str], off: Set[str]) -> Switched:
    """Switch these types, leaving all others as they are; rings nothing. Say what was changed."""
    types = all_types()
    with transaction.atomic():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        before = _off(locked.settings) & types.keys()
        after = (before - on) | (off & types.keys())
        if after != before:
            locked.settings = _with_off(locked.settings, after)
            locked.save(update_fields=["settings"])
    return Switched(
        on=[words or type_ for type_, words in types.items() if type_ in before - after],
        off=[words or type_ for type_, words in types.items() if type_ in after - before],
    )


def _off(settings: Json) -> set[str]:
    return set(registry.complete_settings(settings)["messages"]["off"])


def _with_off(settings: Json, off: set[str]) -> Json:
    """Return the settings with this switched off; what is the default is not stored."""
    others = {name: group for name, group in settings.items() if name != "messages"}
    messages = dict(settings.get("messages", {}))
    messages.pop("off", None)
    if off != _off({}):
        messages["off"] = sorted(off)
    return others | ({"messages": messages} if messages else {})

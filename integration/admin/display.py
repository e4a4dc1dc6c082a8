"""How things are shown: JSON to read, links to follow, records nobody edits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

NOTHING = "–"


class RecordAdmin(ModelAdmin):
    """What the system writes and people read: nothing to add, change or delete."""

    empty_text = ""
    list_per_page = 50
    show_full_result_count = False  # counting millions of rows for a page of fifty

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes these by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes these by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Retention deletes, people do not."""
        return False


def pretty(document: Any) -> SafeString:
    """Return a document as indented JSON, safely escaped."""
    if document in (None, "", [], {}):
        return format_html("{}", NOTHING)
    return format_html(
        '<pre class="sw-json">{}</pre>', json.dumps(document, indent=2, ensure_ascii=False)
    )


def link(target: Model | None) -> SafeString:
    """Return a link to a row's page."""
    if target is None:
        return format_html("{}", NOTHING)
    return format_html('<a class="sw-link" href="{}">{}</a>', page(target), target)


def links(targets: Iterable[Model]) -> SafeString:
    """Return links to rows' pages, one a line."""
    lines = format_html_join("", "<div>{}</div>", ((link(target),) for target in targets))
    return lines or format_html("{}", NOTHING)


def page(target: Model) -> str:
    """Return the address of a row's page."""
    meta = target._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[target.pk])

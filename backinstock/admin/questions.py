"""“Are you sure?”: GET shows the question, POST is the answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, what the button says, and where somebody goes who would rather not."""

    title: str
    words: str
    button: str
    back: str
    is_dangerous: bool = False
    warnings: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)  # of what was chosen in a list,
    action: str = ""  # and for what


def ask(admin: ModelAdmin, request: HttpRequest, question: Question) -> HttpResponse:
    """Show the question."""
    context = {
        **admin.admin_site.each_context(request),
        "title": question.title,
        "opts": admin.opts,
        "question": question,
    }
    return TemplateResponse(request, "admin/backinstock/ask.html", context)

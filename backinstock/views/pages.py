"""What all pages share: the language, the frame, and that nobody keeps a copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from backinstock.models import SignUp
from backinstock.texts import language_of, texts
from integration.core.text import localized


def locales(request: HttpRequest, *known: str) -> list[str]:
    """Return the languages that may be wanted, the likeliest first: what the address says, what is
    known of the person, what their browser prefers.
    """
    preferred = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return [request.GET.get("locale", ""), *known, *(language for language, _ in preferred)]


def name_of(sign_up: SignUp, language: str, words: Mapping[str, str]) -> str:
    """Return what somebody waits for, in their language."""
    item = sign_up.item
    name = localized(item.names, sign_up.locale or language) if item else ""
    return name or words["page_something"]


def filled(name: str, sign_up: SignUp, language: str, words: Mapping[str, str]) -> str:
    """Return the text of this name, with what somebody waits for."""
    return words[name].replace("{name}", name_of(sign_up, language, words))


def page(
    request: HttpRequest, template: str, language: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page. It is for one person, so no cache keeps it, and no search engine."""
    answer = render(
        request, f"backinstock/{template}.html", {"language": language, **context}, status=status
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    patch_vary_headers(answer, ["Accept-Language"])
    return answer


def gone(request: HttpRequest, why: str = "page_gone_help") -> HttpResponse:
    """Return the page for an address that is none of ours, or not any more."""
    language = language_of(locales(request))
    words = texts(language, {})
    return page(request, "gone", language, {"texts": words, "why": words[why]}, status=404)

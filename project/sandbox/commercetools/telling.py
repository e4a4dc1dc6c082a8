"""Whoever subscribed is told what happened."""

from __future__ import annotations

from dataclasses import dataclass

from project.sandbox.commercetools import envelopes, notifications
from project.sandbox.commercetools.documents import Json
from project.sandbox.commercetools.envelopes import Notice
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How something is told; without an envelope in each of them in turn."""

    envelope: str | None = None
    times: int = 1
    too_large: bool = False
    silent: bool = False


AS_USUAL = Manner()


def tell(shop: Shop, hook: Hook | None, what: Happening, manner: Manner = AS_USUAL) -> Notice:
    """Remember what happened in the shop's messages, and send the notification of it."""
    for earlier in what.prepared:
        _remember(shop, earlier)
    payload = shop.record(what)
    if manner.too_large:
        payload = notifications.too_large(payload)
    if manner.silent:
        _remember(shop, *what.consequences)
        return envelopes.notice(payload, manner.envelope or "platform")
    notice = announce(shop, hook, payload, manner.envelope, manner.times)
    for later in what.consequences:
        tell(shop, hook, later, Manner(envelope=manner.envelope))
    return notice


def announce(
    shop: Shop, hook: Hook | None, payload: Json, envelope: str | None = None, times: int = 1
) -> Notice:
    """Send a notification so many times; without an envelope, each of them in turn."""
    with shop.lock:
        in_turn = envelopes.ENVELOPES
        chosen = envelope or in_turn[next(shop.rotation) % len(in_turn)]
        notice = envelopes.notice(payload, chosen)
        shop.notices.append(notice)
    if hook is not None:
        hook.send(*[notice] * times)
    return notice


def _remember(shop: Shop, *happenings: Happening) -> None:
    for what in happenings:
        _remember(shop, *what.prepared)
        shop.record(what)
        _remember(shop, *what.consequences)

"""Objects: what is news about one is sent; what is older, or the same again, is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from integration import registry
from integration.models import Connection, Delivery, ResourceVersion
from integration.models.versions import Standing
from integration.pipeline import parts
from integration.pipeline.batches import OLDER, SAME, Queued, Wanted, wanted

Known = dict[str, Standing | None]


def hold_owners(owners: Iterable[str], connection: Connection) -> None:
    """Lock the things that several objects are made of, for one worker at a time.

    Before their objects: what was made of one must not change while it is compared.
    """
    ResourceVersion.objects.hold(connection, set(owners) - {""})


def hold(everything: list[Wanted], connection: Connection) -> None:
    """Lock what is known of these objects until the transaction ends, for one worker at a time."""
    keys = {one.request.order_key for one in everything} - {""}
    overwritten = {key for one in everything for key in one.request.overwrites}
    ResourceVersion.objects.hold(connection, keys, overwritten)


def news(everything: list[Wanted], connection: Connection, queued: Queued) -> list[Wanted]:
    """Leave out what is older than, or the same as, what is known of its object or comes here.

    The objects are held. What waits for one of which there is news is dropped.
    """
    told = parts.fresh((one for one in everything if one.request.parts), connection, queued)
    wholes = [one for one in everything if not one.request.parts]
    keys = {one.request.order_key for one in wholes} - {""}
    if not keys:  # facts alone are news, each of them
        return [*wholes, *told]
    known = ResourceVersion.objects.standings(connection, keys)
    candidates = _without_late_families(wholes, known, queued)
    newest = _newest(candidates)
    ResourceVersion.objects.advance(
        connection, {key: one.standing() for key, one in newest.items()}
    )
    kept, dropped = [], []
    for one in candidates:
        reason = _why_not(one, newest, known) if one.request.order_key else ""
        if reason:
            queued.note(one.batch, reason)
            dropped.append(one)
        else:
            kept += [*_moved_away(one, known, connection), one]
    _take_the_place(kept, dropped, connection)
    return [*_needed_first(kept), *told]


def _newest(everything: list[Wanted]) -> dict[str, Wanted]:
    newest: dict[str, Wanted] = {}
    for one in everything:
        key = one.request.order_key
        if key and (key not in newest or one.standing().beats(newest[key].standing())):
            newest[key] = one
    return newest


def _without_late_families(everything: list[Wanted], known: Known, queued: Queued) -> list[Wanted]:
    """Leave out all that is made of one thing where it is an older word about that thing.

    One of its objects may not be known at all: that it is new does not make it news.
    """
    newest = _newest(everything)
    late = set()
    for one in everything:
        was = known.get(one.request.order_key)
        if one.request.completes and (
            newest[one.request.order_key] is not one or (was and not one.standing().beats(was))
        ):
            late.add((id(one.batch), one.request.owner))
            queued.note(one.batch, OLDER)
    return [one for one in everything if (id(one.batch), one.request.owner) not in late]


def _why_not(one: Wanted, newest: dict[str, Wanted], known: Known) -> str:
    """Why this need not be sent; "" if it must."""
    was, now = known[one.request.order_key], one.standing()
    if newest[one.request.order_key] is not one or (was and not now.beats(was)):
        return OLDER
    if was and now.repeats(was) and not one.is_resent:
        return SAME
    return ""


def _moved_away(one: Wanted, known: Known, connection: Connection) -> list[Wanted]:
    """What was made of another thing cannot be made over: it is deleted first."""
    was, now = known.get(one.request.order_key), one.standing()
    if not was or not was.owner or was.owner == now.owner:
        return []
    if now.deleted or (was.deleted and was.digest):  # without one its deletion was not sent
        return []
    removal = registry.destinations()[connection.kind].removal
    gone = removal(one.request.order_key, one.request.version)
    return [wanted(replace(gone, owner=was.owner), one.batch, connection)] if gone else []


def _needed_first(kept: list[Wanted]) -> list[Wanted]:
    """Put what goes first, by `after`, before what needs it, and leave the rest as it is.

    Of several messages the last word about a category may come behind an item that needs it.
    """
    by_key: dict[str, list[Wanted]] = {}
    for one in kept:
        by_key.setdefault(one.request.order_key, []).append(one)
    ordered: dict[int, Wanted] = {}
    met: set[int] = set()

    def place(one: Wanted) -> None:
        if id(one) in met:  # also where two need each other: then the first to come is the first
            return
        met.add(id(one))
        for key in one.request.after:
            for needed in by_key.get(key, []):
                place(needed)
        ordered[id(one)] = one

    for one in kept:
        place(one)
    return list(ordered.values())


def _take_the_place(kept: list[Wanted], dropped: list[Wanted], connection: Connection) -> None:
    """Drop what waits for the same objects. What that was to look up first is handed on."""
    replaced = {one.request.order_key: one for one in kept if one.request.order_key}
    waiting = Delivery.objects.waiting(connection, replaced)
    for delivery in [*waiting, *(one.delivery for one in dropped)]:
        successor = replaced.get(delivery.order_key)
        if successor and "find" in delivery.request and "find" not in successor.delivery.request:
            successor.delivery.operation = delivery.operation
            successor.delivery.request["find"] = delivery.request["find"]
    Delivery.objects.supersede(connection, replaced)
    overwritten = {key for one in kept for key in one.request.overwrites}
    ResourceVersion.objects.forget(connection, overwritten)

"""Objects: what is news about one is sent; what is older, or the same again, is not."""

from __future__ import annotations

from integration.models import Connection, Delivery, ResourceVersion
from integration.models.versions import Standing
from integration.pipeline.batches import Queued, Wanted

OLDER = "A newer version of the same object had come before."
SAME = "Nothing has changed since the last time it was sent."


def hold(wanted: list[Wanted], connection: Connection) -> None:
    """Lock what is known of these objects until the transaction ends, for one worker at a time."""
    keys = {one.request.order_key for one in wanted} - {""}
    if keys:
        ResourceVersion.objects.make_known(connection, keys)
        overwritten = {key for one in wanted for key in one.request.overwrites}
        ResourceVersion.objects.hold(connection, keys | overwritten)


def news(wanted: list[Wanted], connection: Connection, queued: Queued) -> list[Wanted]:
    """Leave out what is older than, or the same as, what is known of its object or comes here.

    The objects are held. What waits for one of which there is news is dropped.
    """
    newest: dict[str, Wanted] = {}
    for one in wanted:
        key = one.request.order_key
        if key and (key not in newest or one.standing().beats(newest[key].standing())):
            newest[key] = one
    if not newest:
        return wanted
    standings = {key: one.standing() for key, one in newest.items()}
    before = ResourceVersion.objects.advance(connection, standings)
    kept, replaced = [], set()
    for one in wanted:
        key = one.request.order_key
        reason = _why_not(one, newest, before) if key else ""
        if reason:
            queued.note(one.batch, reason)
            continue
        kept.append(one)
        replaced.add(key)
    Delivery.objects.supersede(connection, replaced - {""})
    ResourceVersion.objects.forget(
        connection, {key for one in kept for key in one.request.overwrites}
    )
    return kept


def _why_not(one: Wanted, newest: dict[str, Wanted], before: dict[str, Standing | None]) -> str:
    """Why this need not be sent; "" if it must."""
    key, now = one.request.order_key, one.standing()
    was = before[key]
    if newest[key] is not one or (was and not now.beats(was)):
        return OLDER
    if was and now.repeats(was) and not _resent(one):
        return SAME
    return ""


def _resent(one: Wanted) -> bool:
    return bool(one.batch.origin and one.batch.origin.resends)

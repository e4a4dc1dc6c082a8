"""Steering restocks by hand."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now

from backinstock.models import Restock, StockItem, StockLevel

State = Restock.State


def pause(restock: Restock) -> bool:
    """Tell nobody else for the time being. Return whether people were being told."""
    open_one = Restock.objects.filter(id=restock.id, state=State.OPEN)
    return bool(open_one.update(state=State.PAUSED, reason="Paused by hand."))


def resume(restock: Restock) -> bool:
    """Go on with the next wave at once. Return whether it was paused."""
    paused = Restock.objects.filter(id=restock.id, state=State.PAUSED)
    return bool(paused.update(state=State.OPEN, reason="", next_wave_at=now()))


@transaction.atomic
def alert_now(item: StockItem) -> Restock | None:
    """Begin to tell people of a variant as if it had come back, whatever is known of its stock.

    Return the restock; None where people are being told already.
    """
    held = StockItem.objects.select_for_update().get(id=item.id)
    if held.restocks.exclude(state=State.DONE).exists():
        return None
    held.returns += 1
    held.save(update_fields=["returns"])
    return Restock.objects.create(
        item=held, number=held.returns, quantity=held.quantity, source=StockLevel.Source.HAND
    )

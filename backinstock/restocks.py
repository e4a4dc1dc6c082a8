"""Restocks begun, held up and taken up again, by hand or for newcomers."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from backinstock.models import Restock, SignUp, StockItem, StockLevel
from integration.models import Store

State = Restock.State
NOBODY = "Nobody waited."
EVERYBODY = "Nobody is left to be told."


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


def reopen_for_newcomers(store: Store) -> list[Restock]:
    """Return the restocks that go on, because somebody has begun to wait for what is there: the
    page they saw was older, or they confirmed after it had come back.
    """
    new = SignUp.objects.filter(store=store, is_announced=False, state=SignUp.State.WAITING)
    products = new.filter(any_variant=True).values("product_id")
    waited_for = Q(id__in=new.values("item_id")) | (~Q(product_id="") & Q(product_id__in=products))
    there = StockItem.objects.filter(waited_for, store=store, is_available=True)
    reopened = []
    for item in there:
        last = item.restocks.order_by("-number").first()
        if last and last.state == State.DONE and last.reason in (NOBODY, EVERYBODY):
            last.state, last.reason, last.next_wave_at = State.OPEN, "", now()
            last.save(update_fields=["state", "reason", "next_wave_at"])
            reopened.append(last)
    return reopened

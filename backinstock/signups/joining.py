"""Getting on the list. Two who ask for the same at the same moment are one entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.timezone import now

from backinstock.config import Policy, policy_of
from backinstock.links import CONFIRM_WITHIN
from backinstock.models import OptOut, SignUp, StockItem
from backinstock.people import person_of
from integration.core.short_memory import ShortMemory
from integration.models import Store

# Who asks again after this long, and has not confirmed, gets another link: the first one may not
# have arrived. Not sooner, because people click twice.
LINK_AGAIN_AFTER = timedelta(minutes=3)
# When something sells out, many sign up for the same; what is remembered is its id and product.
REMEMBERED_SECONDS, MOST_REMEMBERED = 60.0, 5_000

_remembered: ShortMemory[tuple[int, str], StockItem] = ShortMemory(
    REMEMBERED_SECONDS, MOST_REMEMBERED
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody waits for, checked and in its final form. `phone` is E.164."""

    sku: str = ""
    product_id: str = ""
    any_variant: bool = False
    email: str = ""
    phone: str = ""
    units: int = 1
    newsletter: bool = False
    newsletter_text: str = ""
    keep: bool = False
    locale: str = ""
    currency: str = ""
    channel: str = ""
    page: str = ""


def sign_up(store: Store, wish: Wish, at: datetime | None = None) -> SignUp | None:
    """Put a wish on the waiting list. Return the entry, None if the same one is on it already."""
    rules = policy_of(store)
    moment = at or now()
    entry = _entry(store, wish, rules, moment)
    if _added(entry) or _replaced(entry, moment):
        return entry
    if wish.newsletter:
        _agree(entry)
    return None


def confirm(sign_up: SignUp, at: datetime | None = None) -> bool:
    """Let somebody wait who has followed the link that went to their address. Return whether they
    wait now, also if they had followed it before.

    It proves whose address it is, and takes back that they wanted no alerts at all.
    """
    rules = policy_of(sign_up.store)
    moment = at or now()
    same = SignUp.objects.same(sign_up)  # also where a second link was asked for, this is the first
    confirmed = same.filter(state=SignUp.State.UNCONFIRMED).update(
        state=SignUp.State.WAITING,
        waiting_since=moment,
        expires_at=moment + rules.expire_after,
        is_announced=False,
    )
    waits = bool(confirmed) or same.exists()
    if waits:
        OptOut.objects.filter(store_id=sign_up.store_id, person=sign_up.person).delete()
    return waits


def _entry(store: Store, wish: Wish, rules: Policy, at: datetime) -> SignUp:
    item = _item(store, wish)
    state = SignUp.State.UNCONFIRMED if rules.confirm else SignUp.State.WAITING
    return SignUp(
        store=store,
        item=item,
        # What the shop told us itself counts more than what a browser says.
        product_id=(item.product_id if item else "") or wish.product_id,
        any_variant=wish.any_variant,
        email=wish.email,
        phone=wish.phone,
        person=person_of(store.id, wish.email, wish.phone),
        units=wish.units,
        locale=wish.locale,
        currency=wish.currency,
        channel=wish.channel,
        page=wish.page,
        keep=wish.keep,
        newsletter=wish.newsletter,
        newsletter_text=wish.newsletter_text if wish.newsletter else "",
        state=state,
        created=at,
        waiting_since=at,
        expires_at=at + (CONFIRM_WITHIN if rules.confirm else rules.expire_after),
    )


def forget_items() -> None:
    """Look all variants up anew the next time."""
    _remembered.clear()


def _item(store: Store, wish: Wish) -> StockItem | None:
    """The variant, whether or not the shop has told of it yet."""
    if not wish.sku:
        return None
    known = _remembered.get((store.id, wish.sku))
    if known:
        return known
    # Not with the product that a browser names: others would wait for what may not exist.
    item, _ = StockItem.objects.only("id", "product_id").get_or_create(store=store, sku=wish.sku)
    _remembered.set((store.id, wish.sku), item)
    return item


def _added(entry: SignUp) -> bool:
    """Write it, unless the same is there: the database decides, also between two at once.

    In one statement that says so, which Django's own way to do this does not: sign-ups come by the
    hundred in a second.
    """
    fields = [field for field in SignUp._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(entry, True), connection) for field in fields]
    columns = [connection.ops.quote_name(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SignUp._meta.db_table} ({', '.join(columns)}) "  # noqa: S608 (our names)
            f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT DO NOTHING RETURNING id",
            values,
        )
        written = cursor.fetchone()
    entry.pk = written[0] if written else None
    entry._state.adding = entry.pk is None
    return entry.pk is not None


def _replaced(entry: SignUp, at: datetime) -> bool:
    """Write it in the place of one whose link to confirm may not have arrived."""
    if entry.state != SignUp.State.UNCONFIRMED:
        return False
    unanswered = SignUp.objects.same(entry).filter(
        state=SignUp.State.UNCONFIRMED, created__lte=at - LINK_AGAIN_AFTER
    )
    ended = unanswered.update(state=SignUp.State.EXPIRED, ended_at=at)
    return bool(ended) and _added(entry)


def _agree(entry: SignUp) -> None:
    """Keep that somebody agreed to the newsletter who was on the list without it."""
    SignUp.objects.same(entry).filter(newsletter=False).update(
        newsletter=True, newsletter_text=entry.newsletter_text, is_announced=False
    )

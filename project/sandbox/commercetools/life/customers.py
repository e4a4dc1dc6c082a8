"""What happens to customers."""

from __future__ import annotations

import uuid

from project.sandbox.commercetools import people
from project.sandbox.commercetools.documents import Json, announced, changed, deleted, now
from project.sandbox.commercetools.life.asked import ANYTHING, Asked, Impossible, merged, need
from project.sandbox.commercetools.notifications import Happening
from project.sandbox.commercetools.shop import Shop


def signs_up(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """Somebody new opens an account."""
    tag = _tag()
    with shop.lock:
        made = merged(people.customer(shop.random, f"K-{tag}", tag, now()), asked)
        shop.put("customers", made)
        shop.newcomers.append(made["id"])
    return Happening("CustomerCreated", "customer", made, {"customer": made})


def gets_other_email(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A customer has another e-mail address: that of the fields, or a new one."""
    with shop.lock:
        before = need(shop, "customers", asked)
        email = asked.fields.get("email") or _other_email(before["email"])
        if email == before["email"]:
            raise Impossible("fields.email: another one than the customer has")
        made = announced({**merged(before, asked), "email": email}, now())
        shop.put("customers", made)
    fields = {"email": email, "oldEmail": before["email"]}
    return Happening("CustomerEmailChanged", "customer", made, fields)


def is_deleted(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A customer leaves, and the message still says the e-mail address."""
    gone = _remove(shop, asked)
    return Happening("CustomerDeleted", "customer", gone, {"email": gone["email"]})


def is_changed(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A customer is different: as the fields say, or has another family name."""
    with shop.lock:
        before = need(shop, "customers", asked)
        name = before.get("lastName")
        others = [family for family in people.FAMILY if family != name]
        fields = asked.fields or {"lastName": shop.random.choice(others)}
        made = changed({**before, **fields}, now())
        shop.put("customers", made)
    return Happening("ResourceUpdated", "customer", made, {"oldVersion": before["version"]})


def is_erased(shop: Shop, asked: Asked = ANYTHING) -> Happening:
    """A customer is deleted, perhaps with everything that commercetools knew of them."""
    gone = _remove(shop, asked)
    return Happening("ResourceDeleted", "customer", gone, {"dataErasure": asked.data_erasure})


def _remove(shop: Shop, asked: Asked) -> Json:
    with shop.lock:
        gone = deleted(merged(need(shop, "customers", asked), asked), now())
        shop.remove("customers", gone["id"])
    return gone


def _other_email(email: str) -> str:
    name = email.partition("@")[0].partition("+")[0]
    return f"{name}+{_tag()}@{people.DOMAIN}"


def _tag() -> str:
    return uuid.uuid4().hex[:6]

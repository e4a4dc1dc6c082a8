"""Who somebody is, without saying it."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def person_of(store_id: int, email: str, phone: str) -> str:
    """Return what tells one person from another within a store: by the address, or else the number.

    It is a keyed hash: whoever reads it learns nothing, and it stays when the address is forgotten.
    """
    return salted_hmac(
        "backinstock.person", f"{store_id}:{email.lower() or phone}", algorithm="sha256"
    ).hexdigest()

"""Secrets at rest: Fernet with rotating keys. The first key writes, every key reads."""

from __future__ import annotations

import json
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHOWN = 4  # of a secret, its last characters, so that people can tell which one it is


@cache
def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


def seal(values: dict[str, str]) -> str:
    """Return the values encrypted."""
    return _fernet().encrypt(json.dumps(values).encode()).decode()


def unseal(token: str) -> dict[str, str]:
    """Return what was sealed; nothing sealed is an empty dict.

    Raises ImproperlyConfigured if no key in FIELD_ENCRYPTION_KEYS fits.
    """
    if not token:
        return {}
    try:
        values: dict[str, str] = json.loads(_fernet().decrypt(token.encode()))
    except InvalidToken as exc:
        raise ImproperlyConfigured(
            "A stored secret cannot be decrypted. Put the key it was written with back into "
            "FIELD_ENCRYPTION_KEYS."
        ) from exc
    return values


def hint(secret: str) -> str:
    """Return how a secret may be shown: "••••1234", and nothing of a short one."""
    return "••••" + (secret[-SHOWN:] if len(secret) >= SHOWN * 3 else "")

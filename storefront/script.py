"""A store's script: where it is served, the fingerprint by which browsers know it, its choices."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from integration.models import Store
from integration.sources.storefront.choices import choices
from storefront.doors import public_key
from storefront.snippets.tag import Facts

NAME = "storefront/storewire.js"


def facts_of(store: Store, company: str | None = None) -> Facts:
    """Return what a store's tag says. `company` is its public key, where that is known already."""
    chosen = choices(store.facts().settings)
    return Facts(
        script=f"{settings.PUBLIC_URL}{static(NAME)}",
        integrity=integrity(),
        store=store.slug,
        company=public_key(store) if company is None else company,
        send=chosen.send,
        consent=chosen.consent,
        gpc=chosen.gpc,
        data_layer=chosen.data_layer,
    )


def newest() -> str:
    """Return the address at which the newest version always is."""
    return f"{settings.PUBLIC_URL}{settings.STATIC_URL}{NAME}"


def integrity() -> str:
    """Return the fingerprint of the file that is served (https://www.w3.org/TR/SRI/)."""
    served = _served()
    return _fingerprint(served, served.stat().st_mtime_ns)


def _served() -> Path:
    # Collected files are served as they are; while developing, and in tests, those of the apps.
    if settings.STATIC_ROOT and not settings.DEBUG:
        return Path(settings.STATIC_ROOT) / static(NAME).removeprefix(settings.STATIC_URL)
    found = finders.find(NAME)
    if not isinstance(found, str):
        raise FileNotFoundError(NAME)
    return Path(found)


@lru_cache(maxsize=4)
def _fingerprint(served: Path, changed: int) -> str:
    digest = hashlib.sha384(served.read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"

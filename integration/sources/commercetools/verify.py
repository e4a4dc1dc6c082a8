"""Is it really the shop that knocks?"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

HEADER = "X-Storewire-Secret"


def verify(headers: Mapping[str, str], secrets: Mapping[str, str]) -> bool:
    """Return whether the sender knows the connection's notification secret.

    A connection without a secret lets nobody in.
    """
    expected = secrets.get("hook_secret", "")
    given = headers.get(HEADER, "")
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())

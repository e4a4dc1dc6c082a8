"""A puzzle that a browser solves in a second unseen, and that makes sign-ups by machines costly.

The library ALTCHA makes and checks it: find the number behind a hash. It is signed and ends by
itself, so nothing is kept of it but that it was used. We take no script and no markup of theirs:
those would need more than our pages and many shops allow to scripts and styles.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any

import orjson
from altcha import v1 as altcha
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from integration.public.limiting import is_first

NUMBERS = 50_000  # to try at most: a second on a phone
LASTS = timedelta(minutes=20)
PARTS: dict[str, type] = {
    "algorithm": str,
    "challenge": str,
    "number": int,
    "salt": str,
    "signature": str,
}


def make() -> dict[str, Any]:
    """Return a new puzzle, in ALTCHA's own format."""
    puzzle = altcha.create_challenge(
        altcha.ChallengeOptions(max_number=NUMBERS, hmac_key=_key(), expires=now() + LASTS)
    )
    return {
        "algorithm": puzzle.algorithm,
        "challenge": puzzle.challenge,
        "maxnumber": puzzle.max_number,
        "salt": puzzle.salt,
        "signature": puzzle.signature,
    }


def is_solved(answer: str) -> bool:
    """Return whether this is the solution of a puzzle of ours, in time and for the first time.

    `answer` is ALTCHA's: the puzzle with its number as JSON, in base64.
    """
    payload = _read(answer)
    if payload is None:
        return False
    solved, _ = altcha.verify_solution(payload, _key())
    return solved and is_first(payload["challenge"], int(LASTS.total_seconds()))


def _read(answer: str) -> Any:
    try:
        payload = orjson.loads(base64.b64decode(answer, validate=True))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(payload, dict):
        return None
    fits = all(type(payload.get(name)) is kind for name, kind in PARTS.items())
    # One without an end is none of ours.
    return payload if fits and "expires=" in payload["salt"] else None


def _key() -> str:
    return salted_hmac("backinstock.challenge", "", algorithm="sha256").hexdigest()

"""Google's word for a sender: the token that Pub/Sub puts on a push.

https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

from __future__ import annotations

import json
from typing import Any

from google.auth import jwt

from integration.core.rules import Json
from integration.sources.commercetools import certificates
from integration.sources.commercetools.comparing import same

CERTIFICATES_URL = "https://www.googleapis.com/oauth2/v1/certs"
ISSUERS = ("accounts.google.com", "https://accounts.google.com")
ALGORITHM = "RS256"
CLOCK_SECONDS = 10  # by which Google's clock may be ahead of ours, or behind it


def vouches(token: str, audience: str, account: str) -> bool:
    """Return whether Google gave this token to this service account, for this audience.

    Without an audience and an account nobody is vouched for. Raises Retry while Google's
    certificates cannot be fetched.
    """
    if not audience or not account:
        return False  # google-auth takes an absent audience for "any"
    claims = _claims(token, audience)
    return (
        claims.get("iss") in ISSUERS
        and claims.get("email_verified") is True
        and same(str(claims.get("email", "")), account)
    )


def _claims(token: str, audience: str) -> Json:
    """What the token says, if Google signed it for this audience and it has not ended."""
    try:
        header = jwt.decode_header(token)  # type: ignore[no-untyped-call]
        if header.get("alg") != ALGORITHM:
            return {}
        return dict(
            jwt.decode(  # type: ignore[no-untyped-call]
                token,
                certs=_certificates(header.get("kid")),
                audience=audience,
                clock_skew_in_seconds=CLOCK_SECONDS,
            )
        )
    except (ValueError, TypeError, RecursionError):
        return {}  # google-auth's own errors are ValueErrors; odd tokens make it raise the others


def _certificates(key_id: Any) -> dict[str, str]:
    known: dict[str, str] = json.loads(certificates.text_at(CERTIFICATES_URL))
    if key_id not in known:  # Google has new keys every few days
        known = json.loads(certificates.newer_text_at(CERTIFICATES_URL))
    return known

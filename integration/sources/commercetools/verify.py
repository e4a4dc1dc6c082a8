"""Is it really the shop that knocks?"""

from __future__ import annotations

import base64
import binascii

from integration.core.errors import Reject
from integration.core.exchange import Access
from integration.core.plugins import Knock
from integration.sources.commercetools import google, sns
from integration.sources.commercetools.comparing import same
from integration.sources.commercetools.envelopes import document_in

HEADER = "X-Storewire-Secret"
PARAMETER = "secret"


def verify(knock: Knock, access: Access) -> bool:
    """Return whether the sender has any of the proofs that the connection asks for.

    A connection that asks for none lets nobody in. Raises Retry where a proof cannot be checked
    just now.
    """
    return any(proves(knock, access) for proves in PROOFS)  # what costs nothing comes first


def _secret(knock: Knock, access: Access) -> bool:
    expected = access.secrets.get("hook_secret", "")
    if same(knock.headers.get(HEADER, ""), expected):
        return True
    # Event Grid cannot send a header in every set-up. What is in an address ends up in logs.
    return same(knock.query.get(PARAMETER, ""), expected)


def _password(knock: Knock, access: Access) -> bool:
    user, password = access.config.get("basic_user", ""), access.secrets.get("basic_password", "")
    if not user or not password:
        return False
    try:
        given = base64.b64decode(_credentials(knock, "basic"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return same(given.decode("utf-8", "replace"), f"{user}:{password}")


def _google(knock: Knock, access: Access) -> bool:
    token = _credentials(knock, "bearer")
    wanted = (access.config.get(name, "") for name in ("google_audience", "google_account"))
    return bool(token) and google.vouches(token, *wanted)


def _amazon(knock: Knock, access: Access) -> bool:
    topic = access.config.get("sns_topic_arn", "")
    if not topic:
        return False
    try:
        return sns.is_signed(document_in(knock.body), topic)
    except Reject:
        return False


PROOFS = (_secret, _password, _google, _amazon)


def _credentials(knock: Knock, scheme: str) -> str:
    found, _, credentials = knock.headers.get("Authorization", "").partition(" ")
    return credentials.strip() if found.lower() == scheme else ""

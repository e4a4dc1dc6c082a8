"""Amazon's word for a sender: the signature on what SNS posts.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from integration.core.rules import Json, Schema
from integration.sources.commercetools import certificates
from integration.sources.commercetools.comparing import same

NOTIFICATION = "Notification"
SUBSCRIBE = "SubscriptionConfirmation"
UNSUBSCRIBE = "UnsubscribeConfirmation"
OLDEST = timedelta(hours=2)  # SNS itself tries for an hour at most
HASHES = {"1": SHA1, "2": SHA256}  # by SignatureVersion

_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    SUBSCRIBE: _CONFIRMATION,
    UNSUBSCRIBE: _CONFIRMATION,
}
ENVELOPE = Schema(
    {
        "type": "object",
        "required": [
            *("Type", "TopicArn", "Timestamp", "Message", "MessageId"),
            *("Signature", "SignatureVersion", "SigningCertURL"),
        ],
        "properties": {
            **{name: {"type": "string"} for name in {*_CONFIRMATION, "Subject", "Signature"}},
            "Type": {"enum": list(SIGNED)},
            "SignatureVersion": {"enum": list(HASHES)},
            "SigningCertURL": {"type": "string"},
        },
    }
)

# The whole beginning up to the path: no room for a user, a port or a host after it.
_HOST = r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/"
_CERTIFICATE = re.compile(_HOST + r"[A-Za-z0-9._-]+\.pem")
_CONFIRM = re.compile(_HOST + r"\?[!-~]+")


def is_signed(document: Json, topic: str) -> bool:
    """Return whether Amazon signed this message of this topic, within the last hours.

    Without a topic nothing is. Raises Retry while Amazon's certificate cannot be fetched.
    """
    if ENVELOPE.problems(document) or not same(document["TopicArn"], topic):
        return False
    address = document["SigningCertURL"]
    if not _is_recent(document["Timestamp"]) or not _CERTIFICATE.fullmatch(address):
        return False
    certificate = certificates.text_at(address)
    try:
        key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
        if not isinstance(key, RSAPublicKey):
            return False
        signature = base64.b64decode(document["Signature"], validate=True)
        version = HASHES[document["SignatureVersion"]]
        key.verify(signature, _canonical(document), PKCS1v15(), version())
    except (InvalidSignature, ValueError):
        return False
    return True


def may_confirm(address: str) -> bool:
    """Return whether it is an address at which SNS itself confirms a subscription."""
    return bool(_CONFIRM.fullmatch(address))


def _canonical(document: Json) -> bytes:
    lines = [f"{name}\n{document[name]}\n" for name in SIGNED[document["Type"]] if name in document]
    return "".join(lines).encode()


def _is_recent(timestamp: str) -> bool:
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return abs(datetime.now(UTC) - moment) <= OLDEST

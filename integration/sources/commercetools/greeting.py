"""Who only wants to know whether somebody is there: the greetings of the clouds.

Event Grid's two handshakes: https://learn.microsoft.com/azure/event-grid/webhook-event-delivery
SNS' confirmation: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
"""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO

from integration.core import http
from integration.core.errors import Reject, Retry
from integration.core.exchange import Access
from integration.core.plugins import Knock, Reply
from integration.core.rules import Json
from integration.sources.commercetools import sns
from integration.sources.commercetools.envelopes import document_in, parts

VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent"
BOUNDS = http.Bounds(most_bytes=100_000, seconds=15)  # of SNS' answer, a page of XML
UNLIMITED = "*"  # notifications a minute that Event Grid may send


def greet(knock: Knock, access: Access) -> Reply | None:
    """Return the answer to a greeting, None if it is none. The sender is proven already.

    Raises Retry where a subscription cannot be confirmed just now.
    """
    if knock.method == "OPTIONS":
        return _handshake(knock)
    # Nearly nothing is a greeting: what does not name one need not be read twice.
    if b"SubscriptionValidationEvent" in knock.body:
        return _validation(_first(knock.body))
    if b"SubscriptionConfirmation" in knock.body or b"UnsubscribeConfirmation" in knock.body:
        return _confirmation(_first(knock.body), access.config.get("sns_topic_arn", ""))
    return None


def _handshake(knock: Knock) -> Reply | None:
    origin = knock.headers.get("WebHook-Request-Origin", "")
    if not origin:
        return None
    allowed = {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": UNLIMITED}
    return Reply(status=200, headers={**allowed, "Allow": "POST"})


def _validation(event: Json) -> Reply | None:
    about = event.get("data")
    code = about.get("validationCode") if isinstance(about, dict) else None
    if event.get("eventType") != VALIDATION or not isinstance(code, str):
        return None
    return Reply(status=200, body={"validationResponse": code})


def _confirmation(document: Json, topic: str) -> Reply | None:
    if document.get("Type") == sns.UNSUBSCRIBE:
        return Reply(status=204)
    if document.get("Type") != sns.SUBSCRIBE or not sns.is_signed(document, topic):
        return None
    address = document.get("SubscribeURL", "")
    if not sns.may_confirm(address):
        return None
    answer = http.fetch(address, BytesIO(), BOUNDS, {})
    if answer.status != HTTPStatus.OK:
        raise Retry(f"SNS answered {answer.status}.", status=answer.status)
    return Reply(status=204)


def _first(body: bytes) -> Json:
    try:
        return document_in(parts(body)[0])
    except Reject:
        return {}

"""Azure Service Bus, by its REST interface: one message at a time, locked until it is deleted.

https://learn.microsoft.com/rest/api/servicebus/peek-lock-message-non-destructive-read
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from urllib.parse import quote, quote_plus

import requests

from integration.consumers.queues import Taken, filled_in
from integration.core import http
from integration.core.errors import Misconfigured, Retry
from integration.core.exchange import Access

ADDRESS = "servicebus_queue_url"
WAIT_SECONDS = 20
TOKEN_SECONDS = 3600
GONE = (requests.codes.not_found, requests.codes.gone)  # the lock has ended: it comes again


class ServiceBusQueue:
    """A queue, or a subscription of a topic, of which several processes may take."""

    def __init__(self, access: Access) -> None:
        self._url = filled_in(access.config, ADDRESS, "Service Bus queue").rstrip("/")
        self._key_name = filled_in(access.config, "servicebus_key_name", "Service Bus key name")
        self._key = filled_in(access.secrets, "servicebus_key", "Service Bus key")

    def take(self) -> list[Taken]:
        """Return the next message, locked for us as long as the queue says."""
        response = self._send("POST", f"{self._url}/messages/head?timeout={WAIT_SECONDS}")
        if response.status_code == requests.codes.no_content:
            return []
        if response.status_code != requests.codes.created:
            raise _failure(response)
        return [self._taken(response)]

    def remove(self, messages: Sequence[Taken]) -> None:
        """Delete them. One that is not deleted comes again, and is known then."""
        for message in messages:
            self._settle("DELETE", message)

    def put_back(self, messages: Sequence[Taken]) -> None:
        """Unlock them."""
        for message in messages:
            self._settle("PUT", message)

    def _settle(self, method: str, message: Taken) -> None:
        response = self._send(method, message.receipt)
        if not response.ok and response.status_code not in GONE:
            raise _failure(response)

    def _taken(self, response: requests.Response) -> Taken:
        try:
            properties = json.loads(response.headers["BrokerProperties"])
            number, lock = str(properties["SequenceNumber"]), str(properties["LockToken"])
        except (KeyError, TypeError, ValueError) as exc:
            raise Retry("Service Bus gave a message without its lock.", code="no_lock") from exc
        # Not the Location of the answer, which is the same: our key goes to our own address only.
        receipt = f"{self._url}/messages/{quote(number, safe='')}/{quote(lock, safe='')}"
        return Taken(id=number, body=response.content, receipt=receipt)

    def _send(self, method: str, url: str) -> requests.Response:
        token = sas_token(self._url, self._key_name, self._key, time.time() + TOKEN_SECONDS)
        headers = {"Authorization": token}
        return http.send(method, url, headers=headers, read_seconds=WAIT_SECONDS + 10)


def sas_token(address: str, key_name: str, key: str, until: float) -> str:
    """Return what proves to Service Bus that we have the key, until a point in time."""
    resource = quote_plus(address.lower())
    signed = hmac.new(key.encode(), f"{resource}\n{int(until)}".encode(), hashlib.sha256).digest()
    signature = quote_plus(base64.b64encode(signed))
    name = quote_plus(key_name)
    return f"SharedAccessSignature sr={resource}&sig={signature}&se={int(until)}&skn={name}"


def _failure(response: requests.Response) -> Misconfigured | Retry:
    status = response.status_code
    if status in (401, 403, 404):
        return Misconfigured(
            f"Service Bus refused ({status}).",
            remedy="Correct the queue, the key name and the key in Connections.",
            code="refused",
            status=status,
        )
    return Retry(f"Service Bus answered {status}.", after=http.retry_after(response), status=status)

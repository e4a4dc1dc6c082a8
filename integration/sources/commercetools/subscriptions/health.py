"""Whether what commercetools tells arrives, in its words and in ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import requests

from integration.core import http
from integration.core.errors import Failure, Misconfigured
from integration.core.exchange import Access
from integration.core.rules import Json
from integration.core.subscriptions import Health
from integration.sources.commercetools import client
from integration.sources.commercetools.subscriptions.planning import PATH, find

# https://docs.commercetools.com/api/projects/subscriptions#subscriptionhealthstatus
WORDS = {
    "Healthy": "The shop's notifications arrive. There is nothing to do.",
    "ConfigurationError": "The shop cannot deliver its notifications: the place they go to is "
    "gone, or refuses them. It keeps them for a day, in a test project for an hour. Ask whoever "
    "looks after the cloud to restore it and its permissions; then all of them arrive.",
    "ConfigurationErrorDeliveryStopped": "The shop has given up delivering its notifications, and "
    "what happens there now is lost here. Ask whoever looks after the cloud to restore the place "
    "they go to and its permissions; what happened meanwhile has to be fetched afterwards.",
    "ManuallySuspended": "commercetools has stopped this subscription by hand, because the place "
    "its notifications go to kept failing. Have that restored, then ask the support of "
    "commercetools to switch the subscription on again.",
    "TemporaryError": "The shop cannot deliver its notifications just now. It keeps them for two "
    "days and goes on trying. If this lasts for hours, ask whoever looks after the cloud.",
    "Missing": "The shop has no subscription that we made. If none was made by hand either, "
    "nothing that happens there arrives here: run “manage.py subscriptions apply”.",
    "Unknown": "How the subscription is could not be found out.",
}
_UNKNOWN = WORDS["Unknown"]
# What the status of an answer means that says no more.
MEANINGS = {400: "ConfigurationError", 503: "TemporaryError"}


def health(access: Access, key: str, id_: str = "") -> Health:
    """Return how the subscription with this key is. Raises nothing: then it is Unknown, and why.

    With `id_`, from an earlier answer, a healthy one is found so without a token and its scope.
    """
    try:
        answer = _asked(access, id_) if id_ else None
        if answer is None or answer.status_code == requests.codes.not_found:
            there = find(access, key)
            if not there:
                return Health(status="Missing", words=WORDS["Missing"])
            id_ = str(there["id"])
            answer = _asked(access, id_)
        status = _status(access, key, answer)
    except Misconfigured as exc:
        return Health(status="Unknown", words=f"{_UNKNOWN} {exc.reason} {exc.remedy}", id=id_)
    except Failure as exc:
        return Health(status="Unknown", words=f"{_UNKNOWN} {exc.reason}", id=id_)
    return Health(status=status, words=_words(status, answer), id=id_)


def _asked(access: Access, id_: str) -> requests.Response:
    """The one question that needs no token: monitoring systems are meant to ask it."""
    url = client.address(access, f"{PATH}/{quote(id_, safe='')}/health")
    headers = {"User-Agent": client.AGENT}
    return http.send("GET", url, headers=headers, read_seconds=client.READ_SECONDS)


def _status(access: Access, key: str, answer: requests.Response) -> str:
    """The word for an answer. The reference promises no more than its status, so that the
    subscription itself is looked at where the answer says no word."""
    if answer.ok:
        return "Healthy"
    said = _said(answer)
    if said or answer.status_code not in MEANINGS:
        return said or "Unknown"
    try:
        there = find(access, key)
    except Failure:  # without the scope the status has to do
        there = {}
    return _known(there) or MEANINGS[answer.status_code]


def _said(answer: requests.Response) -> str:
    try:
        document: Any = answer.json()
    except ValueError:
        return ""
    return _known(document) if isinstance(document, dict) else ""


def _known(document: Json) -> str:
    status = document.get("status")
    return status if isinstance(status, str) and status in WORDS else ""


def _words(status: str, answer: requests.Response) -> str:
    if status == "Unknown":
        return f"{_UNKNOWN} commercetools answered {answer.status_code}."
    return WORDS[status]

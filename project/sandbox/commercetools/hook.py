"""Where notifications go. What cannot be delivered waits, as a queue in the cloud would let it."""

from __future__ import annotations

import threading
from collections import deque

import requests

from project.sandbox.commercetools.envelopes import Notice

KEPT = 1_000  # undelivered notifications; the oldest goes first
TIMEOUT_SECONDS = 5.0
PASSING = (408, 429)  # refusals that are none; of the others the sender of the real ones gives up


class Hook:
    """One address that wants the notifications, in the order in which they happened."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between two processes of one machine
        self._session.headers["X-Storewire-Secret"] = secret
        self._waiting: deque[Notice] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many notifications are still undelivered."""
        return len(self._waiting)

    def send(self, *notices: Notice) -> None:
        """Post what has waited and then these, until the first that has to wait for later."""
        with self._lock:
            self._waiting.extend(notices)
            while self._waiting and self._settled(self._waiting[0]):
                self._waiting.popleft()

    def _settled(self, notice: Notice) -> bool:
        """Post it. Whether that was the last time: it was taken, or refused for good."""
        notice.attempts += 1
        try:
            answer = self._session.post(
                self.url,
                json=notice.body,
                headers=notice.headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as exc:
            notice.status, notice.problem = None, type(exc).__name__
            return False
        notice.status, notice.problem = answer.status_code, ""
        return answer.status_code < 500 and answer.status_code not in PASSING

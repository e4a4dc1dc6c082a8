"""Being told to stop: at once while waiting, else when the batch is done."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """We were told to stop while we waited.

    Not an Exception, because libraries catch those on their way and try once more.
    """


class Stop:
    """Whether we were told to stop."""

    def __init__(self) -> None:
        self.asked = False
        self._is_waiting = False

    def heed_signals(self) -> None:
        """Let SIGTERM and SIGINT tell us."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, being told to stop raises Stopped: nothing is lost if it ends right there."""
        self._is_waiting = True
        try:
            if self.asked:
                raise Stopped
            yield
        finally:
            self._is_waiting = False

    def sleep(self, seconds: float) -> None:
        """Do nothing for a while. Raises Stopped as soon as we are told to stop."""
        with self.waiting():
            time.sleep(seconds)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        if self._is_waiting:
            self._is_waiting = False  # the second Ctrl-C must not disturb what the first began
            raise Stopped

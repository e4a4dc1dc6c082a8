"""Klaviyo's documented limits: fixed windows of a second and of a minute, by operation."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

RATES = {
    "create_event": (350, 3500),
    "profile_import": (75, 750),
    "update_profile": (75, 750),
    "get_profiles": (75, 750),
    "get_accounts": (1, 15),
    "get_metrics": (10, 150),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a request fits. `seconds` is the wait if not, else the time to the next minute."""

    fits: bool
    seconds: int
    limit: int
    remaining: int


class Limits:
    """Counts requests."""

    def __init__(self, enforced: bool) -> None:
        self.enforced = enforced
        self._counts: dict[tuple[str, int, int], int] = defaultdict(int)

    def hit(self, operation: str, now: float) -> Verdict:
        """Count a request at this time (seconds), unless it is one too many."""
        second, minute = RATES[operation]
        windows = [(operation, 1, int(now)), (operation, 60, int(now // 60))]
        to_next_minute = math.ceil(60 - now % 60)
        for window, most, wait in zip(windows, (second, minute), (1, to_next_minute), strict=True):
            if self.enforced and self._counts[window] >= most:
                return Verdict(False, max(wait, 1), minute, 0)
        for window in windows:
            self._counts[window] += 1
        left = max(0, minute - self._counts[windows[1]])
        return Verdict(True, to_next_minute, minute, left)

    def clear(self) -> None:
        """Forget what was counted."""
        self._counts.clear()

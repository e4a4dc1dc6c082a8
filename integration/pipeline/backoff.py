"""How long to wait before the next try, and when to stop trying."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db import OperationalError
from rq.timeouts import JobTimeoutException

from integration.core.errors import Retry

# Not the fault of what is worked on: the work ends here, and the leases bring it back.
INTERRUPTIONS = (OperationalError, JobTimeoutException)

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 300.0  # an outage that ends is noticed within five minutes
MOST_ATTEMPTS = 1500  # at two and a half minutes on average: two days and a half


def next_try(failure: Retry, attempts: int, now: datetime) -> datetime:
    """Return when to try again after `attempts` tries: exponential, with full jitter.

    A wait that the other side asked for is obeyed, a little prolonged to spread the crowd.
    """
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(attempts, 20))
    jitter = random.uniform(0, ceiling)  # noqa: S311 - spread, not secrecy
    seconds = failure.after + jitter / 10 if failure.after is not None else jitter
    return now + timedelta(seconds=seconds)

"""What happens by the clock: `manage.py rqcron project.cron`."""

from __future__ import annotations

from rq import cron

from integration.jobs import sweep

# A sweep that nobody took within its interval is followed by the next one.
cron.register(sweep, queue_name="default", interval=10, ttl=10, result_ttl=0, failure_ttl=86_400)

"""What happens by the clock: `manage.py rqcron project.cron`."""

from __future__ import annotations

from django.conf import settings
from rq import cron

from backinstock.jobs import tick, tidy
from integration.jobs import check_subscriptions, purge, scheduled_catch_up, sweep

# A sweep that nobody took within its interval is followed by the next one.
cron.register(sweep, queue_name="default", interval=10, ttl=10, result_ttl=0, failure_ttl=86_400)
cron.register(check_subscriptions, queue_name="default", interval=300, ttl=60, result_ttl=0)
cron.register(tick, queue_name="default", interval=10, ttl=10, result_ttl=0, failure_ttl=86_400)
cron.register(purge, queue_name="default", interval=3600, ttl=600, result_ttl=0, failure_ttl=86_400)
cron.register(tidy, queue_name="default", interval=3600, ttl=600, result_ttl=0, failure_ttl=86_400)
if settings.CATCH_UP_MINUTES:
    cron.register(
        scheduled_catch_up,
        queue_name="default",
        interval=60 * settings.CATCH_UP_MINUTES,
        ttl=60,
        result_ttl=0,
        failure_ttl=86_400,
    )

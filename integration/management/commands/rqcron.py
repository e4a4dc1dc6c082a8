"""manage.py rqcron: django-rq's scheduler, which goes on when Redis has been away."""

from __future__ import annotations

import logging
import time
from typing import Any

from django_rq.cron import DjangoCronScheduler
from django_rq.management.commands import rqcron
from redis.exceptions import RedisError
from rq.exceptions import StopRequested

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2.0


class EnduringScheduler(DjangoCronScheduler):
    """A scheduler that a lost Redis does not end."""

    def start(self) -> None:
        """Run until told to stop."""
        while True:
            try:
                super().start()  # type: ignore[no-untyped-call]
            except RedisError as exc:
                logger.warning("scheduler lost Redis: %s", type(exc).__name__)
            else:
                return
            try:
                time.sleep(RETRY_SECONDS)
            except StopRequested:
                return


class Command(rqcron.Command):
    """The same command with the enduring scheduler."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the jobs and run until told to stop."""
        scheduler = EnduringScheduler(logging_level=logging.INFO)
        scheduler.load_config_from_file(options["config_path"])
        scheduler.start()

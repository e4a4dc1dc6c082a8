"""manage.py consume_sqs SLUG"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration import jobs
from integration.consumers.loop import empty
from integration.consumers.sqs import ADDRESS, SqsQueue
from integration.core.errors import Misconfigured


class Command(BaseCommand):
    """Empties an Amazon SQS queue into a store."""

    help = "Take a store's notifications from its Amazon SQS queue, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: the store."""
        parser.add_argument("slug", help="of the store")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it until SIGTERM or SIGINT."""
        try:
            for connection_id in empty(options["slug"], ADDRESS, SqsQueue):
                jobs.ring(jobs.process, connection_id)
        except Misconfigured as exc:
            raise CommandError(f"{exc.reason} {exc.remedy}") from exc

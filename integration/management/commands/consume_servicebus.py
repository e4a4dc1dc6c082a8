"""manage.py consume_servicebus SLUG"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration import jobs
from integration.consumers.loop import consume, kind_of
from integration.consumers.queues import Opener
from integration.consumers.servicebus import ADDRESS, ServiceBusQueue
from integration.consumers.stopping import Stop
from integration.core.errors import Misconfigured


class Command(BaseCommand):
    """Empties an Azure Service Bus queue into a store."""

    help = "Take a store's notifications from its Azure Service Bus queue, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: the store."""
        parser.add_argument("slug", help="of the store")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it until SIGTERM or SIGINT."""
        stop = Stop()
        stop.heed_signals()
        try:
            kind = kind_of(options["slug"], ADDRESS)
        except Misconfigured as exc:
            raise CommandError(f"{exc.reason} {exc.remedy}") from exc
        for connection_id in consume(kind, options["slug"], Opener(ServiceBusQueue), stop):
            jobs.ring(jobs.process, connection_id)

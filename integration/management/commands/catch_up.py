"""manage.py catch_up SLUG [--since 2026-11-21T08:00] [--now]"""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration import catch_up, jobs
from integration.core.errors import Reject
from integration.models import JobRun, Store

LOOK_SECONDS = 1.0


class Command(BaseCommand):
    """Reads what a shop did while nobody listened."""

    help = "Read what a store's shop did while nobody listened. Nothing is sent twice."

    def add_arguments(self, parser: CommandParser) -> None:
        """The store, from when, and whether to wait for the workers."""
        parser.add_argument("slug", help="of the store")
        parser.add_argument(
            "--since",
            help="from when, in the store's time zone unless given: 2026-11-21T08:00, "
            "2026-11-21T08:00+01:00; without it from where it was",
        )
        parser.add_argument(
            "--now",
            action="store_true",
            help="process here and now what was found, instead of leaving it to the workers",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start a run and read it to its end."""
        store = Store.objects.filter(slug=options["slug"]).first()
        if store is None:
            known = ", ".join(Store.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no store “{options['slug']}”. Known: {known}.")
        try:
            written = options["since"]
            since = catch_up.moment(written, store.timezone) if written else None
            run = catch_up.start(store, since, None)
        except Reject as exc:
            raise CommandError(exc.reason) from exc
        found_by = self._read(run)
        if options["now"]:
            for connection_id in found_by:
                jobs.process(connection_id)
        self._tell(run)

    def _read(self, run: JobRun) -> set[int]:
        """Read to the end, through all waits. Return the connections that something came from."""
        found_by: set[int] = set()
        said = ""
        try:
            while run.finished is None:
                for connection_id in catch_up.run(run.id):
                    found_by.add(connection_id)
                    jobs.ring(jobs.process, connection_id)
                run.refresh_from_db()
                if run.finished is None:
                    if run.reason != said:
                        self.stderr.write(run.reason)
                        said = run.reason
                    time.sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            catch_up.stop(run.id)
            raise CommandError("Stopped. The next catch-up begins where this one did.") from None
        return found_by

    def _tell(self, run: JobRun) -> None:
        for line in run.parameters["streams"]:
            counts = f"{line['read']} read, {line['new']} new"
            said = f"{line['label']}, {line['stream']}: {counts}, since {line['since']}."
            self.stdout.write(f"{said} {line['note']}".rstrip())
        if run.state == JobRun.State.FAILED:
            raise CommandError(run.reason)
        if run.state == JobRun.State.STOPPED:
            raise CommandError("It was stopped.")
        self.stdout.write(self.style.SUCCESS(f"{run.read} read, {run.sent} new."))

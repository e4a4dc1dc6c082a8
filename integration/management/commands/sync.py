"""manage.py sync orders [--store SLUG] [--ids A,B] [--dry-run] [--wait]"""

from __future__ import annotations

import sys
import time
from argparse import BooleanOptionalAction
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from integration import bulk, jobs
from integration.bulk import Wishes
from integration.catch_up import moment
from integration.core.errors import Reject
from integration.models import JobRun, Store

LOOK_SECONDS = 1.0
WIDTH = 30  # of the bar


class Command(BaseCommand):
    """Imports everything of a kind from a shop, or says how far an import is."""

    help = "Import all customers, orders, categories or products of a store's shop."

    def add_arguments(self, parser: CommandParser) -> None:
        """What is to be imported, which of it, and how."""
        parser.add_argument("kind", choices=sorted(bulk.kinds()))
        parser.add_argument("--store", help="its short name; needed where there are several")
        parser.add_argument("--ids", help="only these, with commas between them")
        parser.add_argument("--start-id", default="", help="orders: from this id on")
        parser.add_argument("--since", help="placed or changed since: 2026-11-21T08:00")
        parser.add_argument("--until", help="and before: 2026-11-22")
        parser.add_argument("--limit", type=int, help="at most so many")
        parser.add_argument("--dry-run", action="store_true", help="check all of it, send nothing")
        parser.add_argument(
            "--backfill",
            action=BooleanOptionalAction,
            default=True,
            help="orders: record as history, which starts no flow; --no-backfill needs --confirm",
        )
        parser.add_argument("--delete-all", action="store_true", help="delete them from Klaviyo")
        parser.add_argument("--confirm", default="", help="what --delete-all or --no-backfill asks")
        parser.add_argument("--wait", action="store_true", help="do it here, with a progress bar")
        parser.add_argument("--stop", action="store_true", help="stop the one that is under way")
        parser.add_argument("--resume", action="store_true", help="let the last one go on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, stop or resume, and wait if asked to."""
        store = self._store(options["store"])
        try:
            run = self._run(store, options)
        except Reject as exc:
            raise CommandError(exc.reason) from exc
        if run is None:
            self.stdout.write("It stops as soon as what is under way is done.")
        elif options["wait"]:
            self._wait(run)
        else:
            jobs.ring(jobs.import_run, run.id)
            self.stdout.write(f"The import has begun. Its id is {run.public_id}.")

    def _store(self, slug: str | None) -> Store:
        stores = list(Store.objects.filter(slug=slug) if slug else Store.objects.all())
        if len(stores) == 1:
            return stores[0]
        known = ", ".join(Store.objects.values_list("slug", flat=True)) or "none yet"
        problem = f"There is no store “{slug}”" if slug else "Say which store: --store"
        raise CommandError(f"{problem}. Known: {known}.")

    def _run(self, store: Store, options: dict[str, Any]) -> JobRun | None:
        kind = options["kind"]
        if options["stop"]:
            active = bulk.active(store, kind)
            if active is None or not bulk.stop(active):
                raise CommandError("None is under way.")
            return None
        if options["resume"]:
            last = JobRun.objects.filter(store=store, kind=kind).first()
            if last is None:
                raise CommandError("There was none yet.")
            bulk.resume(last)
            return last
        return bulk.start(
            store,
            kind,
            self._wishes(store, options),
            started_with="manage.py sync",
            confirmed=options["confirm"],
        )

    def _wishes(self, store: Store, options: dict[str, Any]) -> Wishes:
        since, until = (
            moment(text, store.timezone) if (text := options[name]) else None
            for name in ("since", "until")
        )
        ids = tuple(id_.strip() for id_ in (options["ids"] or "").split(",") if id_.strip())
        if options["ids"] is not None and not ids:
            raise CommandError("--ids has no ids in it. Leave it out to import everything.")
        return Wishes(
            ids=ids,
            start_id=options["start_id"],
            since=since,
            until=until,
            limit=options["limit"],
            dry_run=options["dry_run"],
            backfill=options["backfill"],
            delete_all=options["delete_all"],
        )

    def _wait(self, run: JobRun) -> None:
        """Work on it here, unless a worker does, until it is over."""
        try:
            with ThreadPoolExecutor(1) as worker:
                try:
                    self._turns(run, worker)
                except KeyboardInterrupt:
                    bulk.stop(run)  # before the executor waits for the turn to end
                    raise
        except KeyboardInterrupt:
            raise CommandError("Stopped. “--resume” lets it go on.") from None
        self.stdout.write("")
        self._tell(run)

    def _turns(self, run: JobRun, worker: ThreadPoolExecutor) -> None:
        while run.is_active:
            turn = worker.submit(_turn, run.id)
            while not turn.done():
                wait([turn], LOOK_SECONDS)
                run.refresh_from_db()
                self._show(run)
            turn.result()
            if run.is_active:
                time.sleep(LOOK_SECONDS)

    def _show(self, run: JobRun) -> None:
        """Draw the bar, over the one before where that can be."""
        so_far = bulk.progress(run)
        filled = WIDTH * (so_far.percent or 0) // 100
        bar = "█" * filled + "░" * (WIDTH - filled)
        of = f" of {run.total:,}" if run.total else ""
        rate = f", {so_far.rate:,.0f} a second" if so_far.rate else ""
        line = f"{bar} {run.read:,}{of}{rate}. {so_far.words}"
        is_drawn = sys.stdout.isatty()
        self.stdout.write(f"\r\033[K{line}" if is_drawn else line, ending="" if is_drawn else "\n")
        self.stdout.flush()

    def _tell(self, run: JobRun) -> None:
        for part in ("skipped", "failed", "notes"):
            for reason, count in run.report.get(part, {}).items():
                self.stdout.write(f"{count:,} {part}: {reason}")
        if run.state == JobRun.State.FAILED:
            raise CommandError(run.reason)
        if run.state == JobRun.State.STOPPED:
            raise CommandError("It was stopped. “--resume” lets it go on.")
        self.stdout.write(self.style.SUCCESS(run.reason))


def _turn(run_id: int) -> None:
    """What a worker does, in a thread of its own."""
    try:
        bulk.run(run_id)
        for connection_id in bulk.due():
            bulk.follow(connection_id)
    finally:
        connection.close()

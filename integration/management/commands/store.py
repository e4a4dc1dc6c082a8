"""manage.py store import FILE | store export SLUG"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration import jobs, store_file
from integration.models import Store


class Command(BaseCommand):
    """Stores from files, and back."""

    help = "Create or update a store from a YAML or JSON file, or write one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two words: import FILE, export SLUG."""
        actions = parser.add_subparsers(dest="action", required=True)
        importing = actions.add_parser("import", help="Create or update a store from a file.")
        importing.add_argument("file", type=Path, help="YAML or JSON; ${NAME} is the environment's")
        exporting = actions.add_parser("export", help="Write a store; no secret is shown.")
        exporting.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["action"] == "import":
            self._import(options["file"])
        else:
            self._export(options["slug"])

    def _import(self, path: Path) -> None:
        try:
            store, created = store_file.import_store(store_file.read(path))
        except OSError as exc:
            raise CommandError(f"{path} cannot be read: {exc.strerror}.") from exc
        except store_file.StoreFileError as exc:
            raise CommandError("\n".join(["Nothing was changed.", *exc.problems])) from exc
        jobs.sweep()  # what waited for these values goes on now
        done = "created" if created else "updated"
        self.stdout.write(self.style.SUCCESS(f"Store “{store.slug}” {done}."))
        for connection in store.connections.all():
            if connection.missing():
                missing = ", ".join(connection.missing())
                self.stdout.write(f"{connection.label}: still to fill in: {missing}.")

    def _export(self, slug: str) -> None:
        store = Store.objects.filter(slug=slug).first()
        if store is None:
            known = ", ".join(Store.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no store “{slug}”. Known: {known}.")
        self.stdout.write(store_file.as_yaml(store_file.export_store(store)), ending="")

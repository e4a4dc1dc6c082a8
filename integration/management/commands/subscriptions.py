"""manage.py subscriptions show SLUG | apply SLUG [--destination FILE] [--yes] | remove SLUG"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration import store_file, subscriptions
from integration.core.errors import Failure, Misconfigured
from integration.core.rules import Json
from integration.core.subscriptions import Plan
from integration.models import Connection, Store

DOES = {"create": "is to be created", "update": "is to be changed", "": "is as it should be"}


class Command(BaseCommand):
    """What a store's shop tells us, and what it should."""

    help = "Compare the subscription of a store's shop with what the store needs, and set it up."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three words, each with a store: show, apply, remove."""
        actions = parser.add_subparsers(dest="action", required=True)
        showing = actions.add_parser("show", help="What is there, what is wanted, how it is.")
        applying = actions.add_parser("apply", help="Create or change it, after asking.")
        removing = actions.add_parser("remove", help="Remove ours, after asking; no other.")
        for action in (showing, applying, removing):
            action.add_argument("slug", help="the short name of the store")
        applying.add_argument(
            "--destination",
            type=Path,
            metavar="FILE",
            help="YAML or JSON: where notifications are to go, as commercetools writes it; "
            "${NAME} is the environment's. Needed once, and to move it.",
        )
        for action in (applying, removing):
            action.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a failure is said in words."""
        connection = _connection(options["slug"])
        try:
            if options["action"] == "show":
                self._show(connection)
            elif options["action"] == "apply":
                self._apply(connection, options["destination"], options["yes"])
            else:
                self._remove(connection, options["yes"])
        except Misconfigured as exc:
            raise CommandError(f"{exc.reason} {exc.remedy}") from exc
        except Failure as exc:
            raise CommandError(exc.reason) from exc

    def _show(self, connection: Connection) -> None:
        plan = subscriptions.plan(connection, {})
        self._tell(plan)
        self._tell_health(connection)

    def _apply(self, connection: Connection, file: Path | None, is_sure: bool) -> None:
        plan = subscriptions.plan(connection, _document(file) if file else {})
        self._tell(plan)
        if not plan.act:
            self.stdout.write("There is nothing to change.")
            return
        if plan.is_homeless:
            raise CommandError("Say where notifications are to go: --destination FILE.")
        self._ask(is_sure)
        self.stdout.write("This can take a minute: the shop tries the destination first.")
        subscriptions.apply(connection, plan)
        done = "created" if plan.act == "create" else "changed"
        self.stdout.write(self.style.SUCCESS(f"The subscription “{plan.key}” is {done}."))
        self._tell_health(connection)

    def _remove(self, connection: Connection, is_sure: bool) -> None:
        key = subscriptions.key_for(connection.store)
        self.stdout.write(f"The subscription “{key}” is to be removed: nothing arrives any more.")
        self._ask(is_sure)
        if subscriptions.remove(connection):
            self.stdout.write(self.style.SUCCESS(f"The subscription “{key}” is removed."))
        else:
            self.stdout.write(f"There is no subscription “{key}”. Others are left alone.")

    def _tell(self, plan: Plan) -> None:
        """Print the difference, in the way of patches."""
        self.stdout.write(f"The subscription “{plan.key}” {DOES[plan.act]}.")
        if plan.goes_to:
            self.stdout.write(f"{'-' if plan.moves_to else ' '} to {plan.goes_to}")
        if plan.moves_to:
            self.stdout.write(f"+ to {plan.moves_to}")
        lines = [(name, mark) for mark, names in _marked(plan) for name in names]
        for name, mark in sorted(lines):
            self.stdout.write(f"{mark} {name}")

    def _tell_health(self, connection: Connection) -> None:
        subscriptions.check_health(connection)
        health = connection.health
        self.stdout.write(f"Health: {health['status']}. {health['words']}")

    def _ask(self, is_sure: bool) -> None:
        """Return if a person wants it. Raises CommandError otherwise."""
        if is_sure:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nothing was changed: there is nobody to ask. Repeat with --yes.")
        if input("Do this? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")


def _marked(plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (" ", plan.kept), ("+", plan.added), ("-", plan.removed)


def _connection(slug: str) -> Connection:
    store = Store.objects.filter(slug=slug).first()
    if store is None:
        known = ", ".join(Store.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no store “{slug}”. Known: {known}.")
    connection = subscriptions.of_store(store)
    if connection is None:
        raise CommandError(f"The store “{slug}” is not connected to a shop with subscriptions.")
    if connection.missing():
        missing = ", ".join(connection.missing())
        raise CommandError(f"{connection.label}: still to fill in: {missing}.")
    return connection


def _document(path: Path) -> Json:
    try:
        return store_file.read(path)
    except OSError as exc:
        raise CommandError(f"{path} cannot be read: {exc.strerror}.") from exc
    except store_file.StoreFileError as exc:
        raise CommandError("\n".join(["Nothing was changed.", *exc.problems])) from exc

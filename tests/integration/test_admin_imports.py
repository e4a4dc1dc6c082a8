"""Imports in the admin: chosen, looked at, started, followed, stopped, resumed, repeated."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import now

from integration import jobs, registry
from integration.admin.import_words import about
from integration.core.bulk import Flow
from integration.core.errors import Reject, Retry
from integration.models import Connection, FailedEvent, JobRun, ResourceVersion, Store
from integration.pipeline import failures

pytestmark = pytest.mark.django_db

State = JobRun.State
PLACED = "Placed Order"
COUNTS = {"customers": 800, "orders": 5_000, "categories": 12, "products": 300}


class Sides:
    """What the shop and Klaviyo say when they are asked what an import would do."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.flows = [
            Flow(metric=PLACED, name="Thank you", is_live=True),
            Flow(metric=PLACED, name="A draft", is_live=False),
        ]
        self.trouble: Exception | None = None

    def count(self, kind: str, scope: Any) -> int:
        self.asked.append(scope)
        if self.trouble:
            raise self.trouble
        return len(scope.ids) or COUNTS[kind]


@pytest.fixture
def sides(monkeypatch) -> Sides:
    """A shop that counts at once, and a Klaviyo with a live flow that takes 1,000 a second."""
    sides = Sides()
    shop, klaviyo = registry.sources()["commercetools"], registry.destinations()["klaviyo"]
    collections = {
        kind: replace(there, count=lambda read, scope, kind=kind: sides.count(kind, scope))
        for kind, there in shop.collections.items()
    }
    assert klaviyo.bulk is not None
    bulk = replace(
        klaviyo.bulk,
        flows=lambda access, names: sides.flows,
        ceiling=lambda collection: 60_000,
    )
    monkeypatch.setitem(registry.sources(), shop.kind, replace(shop, collections=collections))
    monkeypatch.setitem(registry.destinations(), klaviyo.kind, replace(klaviyo, bulk=bulk))
    return sides


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[tuple]:
    """The bells that were rung; no worker comes."""
    rung: list[tuple] = []
    monkeypatch.setattr(jobs, "ring", lambda job, *ids: rung.append((job.__name__, *ids)))
    return rung


@pytest.fixture
def marketer(client):
    """Signed in with all that somebody needs who runs imports."""
    user = User.objects.create_user("marketer", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Marketer"))
    user.user_permissions.add(Permission.objects.get(codename="run_jobrun"))
    client.force_login(user)
    return client


@pytest.fixture
def reader(client):
    """Signed in to look at runs and failures, and no more."""
    user = User.objects.create_user("reader", password="x", is_staff=True)
    seen = ("view_jobrun", "view_store")
    user.user_permissions.add(*Permission.objects.filter(codename__in=seen))
    client.force_login(user)
    return client


def imports(store: Store, kind: str = "") -> str:
    address = reverse("admin:integration_store_import_all", args=[store.id])
    return f"{address}?kind={kind}" if kind else address


def page(run: JobRun, name: str = "change") -> str:
    return reverse(f"admin:integration_jobrun_{name}", args=[run.id])


def shown(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def ran(store: Store, kind: str = "orders", state: State = State.SUCCEEDED, **more: Any) -> JobRun:
    return JobRun.objects.create(store=store, kind=kind, state=state, **more)


def failed(run: JobRun, klaviyo: Connection, row: str, **more: Any) -> FailedEvent:
    return FailedEvent.objects.create(
        store=run.store,
        connection=klaviyo,
        run=run,
        row=row,
        stage="checking",
        reason="The phone number is not one.",
        pointer="/data/attributes/phone_number",
        **more,
    )


# --- What can be imported ------------------------------------------------------------------------


def test_a_stores_page_leads_to_the_kinds_with_what_becomes_of_each(marketer, store, sides):
    change = reverse("admin:integration_store_change", args=[store.id])
    assert imports(store) in shown(marketer.get(change))
    run = ran(store, total=5_000, read=5_000)
    active = ran(store, kind="customers", state=State.RUNNING, read=40)

    said = shown(marketer.get(imports(store)))

    for kind in COUNTS:
        assert f'href="{imports(store, kind)}">Import {kind} …</a>' in said
    assert "Each customer becomes a profile in Klaviyo" in said
    assert f'<a class="sw-link" href="{page(run)}">Finished, 5,000 of 5,000 read</a>' in said
    assert f'Under way:</strong> <a class="sw-link" href="{page(active)}">40 read</a>' in said
    assert said.count("Never imported.") == 2


def test_without_a_shop_to_import_from_the_page_says_whom_to_ask(marketer, store, monkeypatch):
    shop = registry.sources()["commercetools"]
    monkeypatch.setitem(registry.sources(), shop.kind, replace(shop, collections={}))

    assert "Nothing can be imported" in shown(marketer.get(imports(store)))
    assert marketer.get(imports(store, "orders")).status_code == 404


@pytest.mark.parametrize("kind", ["", "orders"])
def test_without_the_permission_there_is_no_button_and_no_page(reader, store, sides, kind):
    change = reverse("admin:integration_store_change", args=[store.id])
    assert imports(store) not in shown(reader.get(change))

    assert reader.get(imports(store, kind)).status_code == 403
    assert reader.post(imports(store, kind), {"start": "1"}).status_code == 403
    assert not JobRun.objects.exists()


# --- What will happen ----------------------------------------------------------------------------


def test_a_start_page_is_there_before_anybody_was_asked(marketer, store, sides):
    said = shown(marketer.get(imports(store, "orders")))

    assert "Asking the shop and Klaviyo …" in said
    assert 'hx-trigger="load"' in said
    assert sides.asked == []


def test_it_says_how_many_how_long_which_metrics_and_that_no_flow_starts(marketer, store, sides):
    told = marketer.post(imports(store, "orders"), {"look": "1", "backfill": "on"}).context["told"]

    assert told.sentences == [
        "5,000 orders are in the shop.",
        "Importing them takes about 30 seconds. You need not wait for it.",
        "Klaviyo records these metrics: “Placed Order”, “Ordered Product”, “Fulfilled Order”, "
        "“Cancelled Order”, “Refunded Order”.",
        "They are recorded as history: no flow starts.",
        "Storewire subscribes nobody: who may get mail stays as Klaviyo has it.",
    ]
    assert not JobRun.objects.exists()


def test_customers_start_no_flow_because_nothing_is_recorded(marketer, store, sides):
    told = marketer.post(imports(store, "customers"), {"look": "1"}).context["told"]

    assert told.sentences[2] == "No event is recorded, so that no flow starts."
    assert told.flows == []


def test_looking_again_counts_what_was_chosen(marketer, store, sides):
    Store.objects.update(timezone="Europe/Berlin")
    chosen = {"look": "1", "backfill": "on", "ids": "a, b\nc a", "since": "2026-07-01T08:00"}
    response = marketer.post(imports(store, "orders"), {**chosen, "dry_run": "on"})

    [scope] = sides.asked
    assert scope.ids == ("a", "b", "c")
    assert scope.since == datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert response.context["told"].sentences[:3] == [
        "3 orders fit what you chose.",
        "Trying them takes a few seconds. You need not wait for it.",
        "Nothing is sent: everything is mapped and checked, and the report tells.",
    ]
    said = "Only what was placed then or later, in the time of Europe/Berlin."
    assert said in shown(response)


def test_with_backfill_off_the_live_flows_are_named(marketer, store, sides):
    said = shown(marketer.post(imports(store, "orders"), {"look": "1"}))

    assert "These live flows start, and people may get mail:" in said
    assert "“Thank you”, started by “Placed Order”" in said
    assert "A draft" not in said


def test_what_could_not_be_asked_is_said_in_words(marketer, store, sides):
    sides.trouble = Retry("commercetools answered 503.")

    said = shown(marketer.post(imports(store, "orders"), {"look": "1", "backfill": "on"}))

    assert "How many there are could not be asked: commercetools answered 503." in said


def test_a_store_that_is_connected_to_nothing_says_so(marketer, store, sides, klaviyo):
    Connection.objects.filter(id=klaviyo.id).update(enabled=False)

    assert marketer.get(imports(store, "orders")).status_code == 200
    said = shown(marketer.post(imports(store, "orders"), {"look": "1", "backfill": "on"}))
    assert "This store is connected to nothing to send to." in said


def test_a_dry_store_and_what_goes_first_are_told_on_the_page(marketer, store, sides):
    Store.objects.update(sending=Store.Sending.DRY_RUN)

    said = shown(marketer.get(imports(store, "products")))

    assert "The categories that they refer to go first by themselves." in said
    assert "This store is in a dry run: everything is mapped and checked, and nothing" in said


def test_only_orders_have_the_choices_that_are_about_events(marketer, store, sides):
    fields = {kind: marketer.get(imports(store, kind)).context["form"].fields for kind in COUNTS}

    assert set(fields["orders"]) - set(fields["customers"]) == {
        "start_id",
        "backfill",
        "confirm_flows",
    }
    for there in fields.values():
        assert all(field.help_text for field in there.values())


# --- Starting ------------------------------------------------------------------------------------


def test_an_import_is_started_with_what_was_chosen_and_rung(marketer, store, sides, rung):
    Store.objects.update(timezone="Europe/Berlin")
    chosen = {"backfill": "on", "until": "2026-07-01T08:00", "limit": "50", "dry_run": "on"}

    response = marketer.post(imports(store, "orders"), {"start": "1", **chosen})

    run = JobRun.objects.get()
    assert (response.status_code, response.url) == (302, page(run))
    assert (run.kind, run.state, run.started_by.username) == ("orders", "queued", "marketer")
    assert run.parameters == {
        "until": "2026-07-01T08:00:00+02:00",
        "limit": 50,
        "dry_run": True,
        "backfill": True,
        "delete_all": False,
    }
    assert rung == [("import_run", run.id)]
    assert "It has started. You may leave this page: it goes on." in shown(marketer.get(page(run)))


@pytest.mark.parametrize(
    ("chosen", "field", "said"),
    [
        ({"ids": "a", "start_id": "b"}, "start_id", "Give either ids or the id to start with"),
        ({"since": "yesterday"}, "since", "“yesterday” is not a date and a time."),
        (
            {"since": "2026-07-02T08:00", "until": "2026-07-01T08:00"},
            "until",
            "“until” has to be later than “since”.",
        ),
        ({"limit": "0"}, "limit", "Give a number from 1 on, or none for all."),
        ({"limit": "many"}, "limit", "Enter a whole number."),
        ({"ids": " ".join(map(str, range(10_001)))}, "ids", "Give at most 10,000 ids"),
    ],
)
@pytest.mark.parametrize("button", ["start", "look"])
def test_what_makes_no_sense_is_refused_at_its_field(
    marketer, store, sides, chosen, field, said, button
):
    response = marketer.post(imports(store, "orders"), {button: "1", "backfill": "on", **chosen})

    assert said in response.context["form"].errors[field][0]
    assert escape(said) in shown(response)
    assert not JobRun.objects.exists()
    assert sides.asked == []


def test_flows_start_only_after_the_name_of_the_metric_was_typed(marketer, store, sides):
    address = imports(store, "orders")
    for typed in ("", "placed order"):
        response = marketer.post(address, {"start": "1", "confirm_flows": typed})
        assert response.context["form"].errors["confirm_flows"] == [
            "Every order would start these live flows, and people would get mail: “Thank you” (on "
            "Placed Order). To do it, confirm with the name of the metric, “Placed Order”."
        ]
    assert not JobRun.objects.exists()

    marketer.post(address, {"start": "1", "confirm_flows": PLACED})

    assert JobRun.objects.get().parameters["backfill"] is False


def test_a_dry_run_needs_no_name(marketer, store, sides):
    marketer.post(imports(store, "orders"), {"start": "1", "dry_run": "on"})

    assert JobRun.objects.get().parameters["dry_run"] is True


def test_a_second_one_is_refused_on_top_with_a_link_to_the_first(marketer, store, sides, rung):
    first = ran(store, state=State.RUNNING)

    response = marketer.post(imports(store, "orders"), {"start": "1", "backfill": "on"})

    assert response.context["form"].non_field_errors() == [
        "An import of orders runs already for this store: wait for its end, or stop it."
    ]
    assert f'<a class="sw-link" href="{page(first)}">see how far it is</a>' in shown(response)
    assert (JobRun.objects.count(), rung) == (1, [])


def test_a_paused_store_is_told_why_it_cannot_start(marketer, store, sides):
    Store.objects.update(sending=Store.Sending.PAUSED)

    said = shown(marketer.post(imports(store, "customers"), {"start": "1"}))

    assert "The store is paused: set it live, or to a dry run." in said


# --- Deleting ------------------------------------------------------------------------------------


def test_everything_is_deleted_only_after_the_kind_was_typed(marketer, store, sides, klaviyo, rung):
    for number in range(3):
        key = f"category:{number}"
        ResourceVersion.objects.create(connection=klaviyo, key=key, version=1, as_of=now())
    address = imports(store, "categories")
    assert "<strong>3 objects</strong>" in shown(marketer.get(address))
    assert "There is nothing to delete" in shown(marketer.get(imports(store, "products")))

    response = marketer.post(address, {"delete": "1", "confirm_deletion": "Categories"})
    assert response.context["deletion"].errors["confirm_deletion"] == [
        "This deletes from Klaviyo what this store has sent there: 3 objects that we know of. To "
        "do it, confirm with “categories”."
    ]
    assert not JobRun.objects.exists()

    marketer.post(address, {"delete": "1", "confirm_deletion": "categories"})
    run = JobRun.objects.get()
    assert (run.kind, run.parameters["delete_all"]) == ("categories", True)
    assert rung == [("import_run", run.id)]


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_customers_and_orders_cannot_be_deleted(marketer, store, sides, kind):
    assert "Delete all of them" not in shown(marketer.get(imports(store, kind)))

    marketer.post(imports(store, kind), {"delete": "1", "confirm_deletion": kind})
    assert not JobRun.objects.exists()


# --- A run's page --------------------------------------------------------------------------------


@pytest.fixture
def going(store, sides) -> JobRun:
    """An import that is under way."""
    return ran(
        store,
        state=State.RUNNING,
        total=5_000,
        read=1_200,
        sent=4_000,
        accepted=3_900,
        failed=3,
        skipped=7,
        worked=8.0,
        started=now() - timedelta(seconds=10),
        heartbeat=now(),
        cursor="0:a-1",
        report={"stage": "Orders"},
        parameters={"limit": 50, "backfill": True},
        started_with="the token “ERP”",
    )


def test_a_runs_page_shows_how_far_it_is_and_follows(marketer, going):
    said = shown(marketer.get(page(going)))

    assert '<progress class="sw-bar" max="100" value="24" aria-label="How far it is">' in said
    assert f'data-follow="{page(going, "progress")}" data-then="reload"' in said
    assert '<script src="/static/integration/progress.js" defer></script>' in said
    for name, words in {
        "state": "Running",
        "percent": "24 %",
        "counted": "1,200 of 5,000",
        "words": "Orders",
        "pace": "150 a second",
        "left": "about 30 seconds",
        "sent": "4,000",
        "accepted": "3,900",
        "failed": "3",
        "skipped": "7",
    }.items():
        assert re.search(f'data-told="{name}">{words}<', said), name
    assert "At most 50." in said
    assert "Recorded as history: no flow starts." in said
    assert "the token “ERP”" in said
    assert "a-1" in said


def test_the_script_is_answered_with_the_same_words(marketer, going):
    told = marketer.get(page(going, "progress")).json()

    assert (told["percent"], told["is_active"]) == (24, True)
    assert told["texts"]["counted"] == "1,200 of 5,000"
    JobRun.objects.update(state=State.SUCCEEDED, finished=now())
    told = marketer.get(page(going, "progress")).json()
    assert (told["percent"], told["is_active"]) == (100, False)
    assert told["texts"]["state"] == "Finished"


def test_while_it_is_not_known_how_many_there_are_the_bar_has_no_end(marketer, going):
    JobRun.objects.update(total=None)

    said = shown(marketer.get(page(going)))

    assert '<progress class="sw-bar" max="100" aria-label="How far it is">' in said
    assert marketer.get(page(going, "progress")).json()["percent"] is None


def test_progress_is_for_those_who_may_see_runs(client, going):
    assert client.get(page(going, "progress")).status_code == 302
    client.force_login(User.objects.create_user("guest", password="x", is_staff=True))
    assert client.get(page(going, "progress")).status_code == 403


def test_a_catch_up_keeps_its_page_and_has_none_of_an_imports(marketer, store, sides):
    run = ran(store, kind="catch_up", state=State.RUNNING)

    said = shown(marketer.get(page(run)))

    assert "What was read" in said
    assert "<progress" not in said
    for name in ("stop_import", "resume_import", "retry_import", "progress"):
        assert marketer.get(page(run, name)).status_code == 404
    assert page(run, "stop_run") in said


def test_the_report_lists_reasons_with_the_most_frequent_first(marketer, store, sides):
    run = ran(
        store,
        read=100,
        report={
            "failed": {"The phone <b> is not one.": 2, "Too large.": 4},
            "skipped": {"The order has no address.": 1_500},
            "notes": {},
            "stage": "Orders",
        },
    )

    said = shown(marketer.get(page(run)))

    assert said.index("Too large.") < said.index("The phone &lt;b&gt; is not one.")
    assert 'The phone &lt;b&gt; is not one.<div class="sw-share" style="width: 50%">' in said
    assert "<td>1,500</td>" in said
    assert "Notes on what was sent" not in said


def test_a_report_with_many_reasons_shows_twenty_and_counts_the_rest(marketer, store, sides):
    notes = {f"The price is {number} EUR.": number for number in range(1, 31)}

    said = shown(marketer.get(page(ran(store, read=500, report={"notes": notes}))))

    assert "The price is 11 EUR." in said
    assert "The price is 10 EUR." not in said
    assert '10 more reasons<div class="sw-share" style="width: 0%"></div></td><td>55</td>' in said


def test_without_trouble_the_report_says_so(marketer, store, sides):
    words = "Nothing failed, nothing was skipped, and there is nothing to note."

    assert words in shown(marketer.get(page(ran(store, read=9))))
    for not_so in ({"failed": 1}, {"skipped": 1}, {"state": State.FAILED}):
        assert words not in shown(marketer.get(page(ran(store, **{"read": 9, **not_so}))))


# --- Stop, resume, retry -------------------------------------------------------------------------


def test_an_import_is_stopped_after_a_question(marketer, going):
    assert f'href="{page(going, "stop_import")}">Stop</a>' in shown(marketer.get(page(going)))
    assert "What was sent stays in Klaviyo." in shown(marketer.get(page(going, "stop_import")))
    going.refresh_from_db()
    assert going.state == State.RUNNING

    response = marketer.post(page(going, "stop_import"), follow=True)

    assert "It stops as soon as what is under way is done." in shown(response)
    going.refresh_from_db()
    assert going.state == State.STOPPING
    assert page(going, "stop_import") not in shown(marketer.get(page(going)))


def test_what_is_over_cannot_be_stopped(marketer, store, sides, rung):
    run = ran(store)

    said = shown(marketer.post(page(run, "stop_import"), follow=True))

    assert "There is nothing to stop: it is over." in said
    assert rung == []


@pytest.mark.parametrize("state", [State.STOPPED, State.FAILED])
def test_a_stopped_or_failed_one_is_resumed(marketer, going, rung, state):
    JobRun.objects.update(state=state, finished=now(), heartbeat=None)
    assert page(going, "resume_import") in shown(marketer.get(page(going)))
    asked = shown(marketer.get(page(going, "resume_import")))
    assert "It goes on from where it was, after 1,200 that were read." in asked

    response = marketer.post(page(going, "resume_import"))

    assert response.url == page(going)
    going.refresh_from_db()
    assert (going.state, going.cursor, going.finished) == (State.QUEUED, "0:a-1", None)
    assert rung == [("import_run", going.id)]


def test_one_that_runs_is_not_resumed(marketer, going, rung):
    assert page(going, "resume_import") not in shown(marketer.get(page(going)))

    said = shown(marketer.post(page(going, "resume_import"), follow=True))

    assert "Only what was stopped or has failed can go on." in said
    assert rung == []


def test_the_failed_ones_are_repeated_by_a_new_import(marketer, store, sides, klaviyo, rung):
    run = ran(store, failed=3)
    for row in ("a", "a", "b"):
        failed(run, klaviyo, row)
    failed(run, klaviyo, "c", resolution="noted")
    assert "Retry the failed ones (2)</a>" in shown(marketer.get(page(run)))
    assert "reads the 2 that failed" in shown(marketer.get(page(run, "retry_import")))

    response = marketer.post(page(run, "retry_import"))

    again = JobRun.objects.exclude(id=run.id).get()
    assert response.url == page(again)
    assert again.parameters["ids"] == ["a", "b"]
    assert again.started_by.username == "marketer"
    assert rung == [("import_run", again.id)]
    assert FailedEvent.objects.unresolved().count() == 0
    assert page(run, "retry_import") not in shown(marketer.get(page(run)))
    said = shown(marketer.post(page(run, "retry_import"), follow=True))
    assert "Nothing of it waits to be retried." in said


@pytest.mark.parametrize("name", ["stop_import", "resume_import", "retry_import"])
def test_who_may_only_look_has_no_buttons(reader, store, going, klaviyo, name):
    failed(going, klaviyo, "a")
    for state in (State.RUNNING, State.STOPPED):
        JobRun.objects.update(state=state)
        assert page(going, name) not in shown(reader.get(page(going)))

    assert reader.post(page(going, name)).status_code == 403
    going.refresh_from_db()
    assert going.state == State.STOPPED


def test_an_import_is_not_stopped_by_who_may_only_stop_catch_ups(client, going):
    user = User.objects.create_user("other", password="x", is_staff=True)
    permissions = ("view_jobrun", "retry_failedevent")
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client.force_login(user)

    assert client.post(page(going, "stop_run")).status_code == 404
    going.refresh_from_db()
    assert going.state == State.RUNNING


# --- Lists ---------------------------------------------------------------------------------------


def test_runs_are_listed_with_how_far_they_are_and_chosen_by_kind(marketer, store, going):
    ran(store, kind="catch_up")
    address = reverse("admin:integration_jobrun_changelist")

    said = shown(marketer.get(address))
    assert "Import: orders" in said
    assert "1,200 of 5,000" in said
    assert re.search(r"\b[1-5]\d s\b", said)  # since it began; 10 s if no time passed
    listed = marketer.get(address, {"kind": "orders"}).context["cl"].result_list
    assert [run.id for run in listed] == [going.id]


def test_failures_are_listed_and_downloaded_for_one_import(marketer, store, sides, klaviyo):
    run, other = ran(store), ran(store)
    mine = failed(run, klaviyo, "a-1")
    failed(run, klaviyo, "a-2", resolution="noted")
    failed(other, klaviyo, "b-1")
    changelist = reverse("admin:integration_failedevent_changelist")
    export = reverse("admin:integration_failedevent_export")

    said = shown(marketer.get(page(run)))
    assert "In the list of failed events: 1 open, 1 only noted: " in said
    assert f'href="{changelist}?run={run.id}">see them</a>' in said
    assert f'href="{export}?run={run.id}">download them</a>' in said
    listed = marketer.get(changelist, {"run": run.id}).context["cl"].result_list
    assert {each.row for each in listed} == {"a-1", "a-2"}
    found = {"run": run.id, "resolution__exact": "open"}
    listed = marketer.get(changelist, found).context["cl"].result_list
    assert [each.id for each in listed] == [mine.id]

    form = marketer.get(export, {"run": run.id})
    formats = dict(form.context["form"].fields["format"].choices)
    csv = next(number for number, name in formats.items() if name == "csv")
    sent = {"format": csv, "resource": ""}
    assert 'form action="" method="POST"' in shown(form)
    rows = (
        marketer.post(f"{export}?run={run.id}&resolution__exact=open", sent)
        .content.decode()
        .splitlines()
    )
    names, [values] = rows[0].split(","), [line.split(",") for line in rows[1:]]
    found = dict(zip(names, values, strict=True))
    assert (found["run"], found["row"]) == (str(run.id), "a-1")
    assert found["pointer"] == "/data/attributes/phone_number"
    assert found["reason"] == "The phone number is not one."


def test_who_may_not_see_failures_cannot_download_them(reader, store, sides, klaviyo):
    run = ran(store)
    failed(run, klaviyo, "a-1")

    assert "download them" not in shown(reader.get(page(run)))
    assert reader.get(reverse("admin:integration_failedevent_export")).status_code == 403


def test_a_failure_names_its_row_and_its_import(marketer, store, sides, klaviyo):
    run = ran(store)
    address = reverse("admin:integration_failedevent_change", args=[failed(run, klaviyo, "a-1").id])

    said = shown(marketer.get(address))

    assert "a-1" in said
    assert f'<a class="sw-link" href="{page(run)}">' in said
    assert "Only noted: it was sent with this left out, or only tried; there is nothing" in said


def test_a_row_of_an_import_is_retried_from_the_imports_page(marketer, store, sides, klaviyo):
    row = failed(ran(store), klaviyo, "a-1")
    with pytest.raises(Reject) as refused:
        failures.retry(row, None)

    chosen = {"action": "retry", "_selected_action": [row.id], "confirmed": "1"}
    address = reverse("admin:integration_failedevent_changelist")
    said = shown(marketer.post(address, chosen, follow=True))

    assert escape(f"{row}: {refused.value.reason}") in said
    row.refresh_from_db()
    assert row.resolution == "open"


def test_the_start_page_shows_imports_under_way(marketer, reader, store, going):
    for client in (marketer, reader):
        said = shown(client.get(reverse("admin:index")))
        assert "Imports under way" in said
        assert f'data-follow="{page(going, "progress")}"' in said
        assert "1,200 of 5,000" in said

    JobRun.objects.update(state=State.SUCCEEDED)
    assert "Imports under way" not in shown(reader.get(reverse("admin:index")))


# --- All of it -----------------------------------------------------------------------------------


def test_no_page_has_an_inline_script(marketer, store, going):
    pages = [imports(store), *(imports(store, kind) for kind in COUNTS), page(going)]
    pages += [page(going, "stop_import"), reverse("admin:index")]

    for address in pages:
        said = shown(marketer.get(address))
        for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", said):
            is_code = 'type="application/json"' not in attributes
            assert not (is_code and content.strip()), address
        assert not re.search(r"\son(click|load|submit|change)=", said), address
        assert "javascript:" not in said


@pytest.mark.parametrize("name", ["stop_import", "resume_import", "retry_import", "progress"])
def test_a_run_that_is_not_there_is_404(marketer, sides, name):
    address = reverse(f"admin:integration_jobrun_{name}", args=[999_999])

    assert marketer.get(address).status_code == 404


def test_a_store_that_is_not_there_is_404(marketer, sides):
    address = reverse("admin:integration_store_import_all", args=["nothing"])

    assert marketer.get(address).status_code == 404


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a few seconds"),
        (12, "about 10 seconds"),
        (60, "about a minute"),
        (250, "about 4 minutes"),
        (3_590, "about an hour"),
        (5_100, "about an hour 20 minutes"),
        (30_000, "about 8 hours"),
        (200_000, "about 2 days"),
    ],
)
def test_how_long_it_takes_is_said_as_people_say_it(seconds, words):
    assert about(seconds) == words


def test_what_the_script_gets_is_json(marketer, going):
    response = marketer.get(page(going, "progress"))

    assert response["Content-Type"] == "application/json"
    assert set(json.loads(response.content)) == {"percent", "is_active", "texts"}

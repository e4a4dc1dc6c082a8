"""Catching up: what was missed comes in once, whatever dies on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.timezone import now

from integration import catch_up, jobs, registry
from integration.catch_up import reading
from integration.core.errors import Misconfigured, Reject, Retry
from integration.models import Connection, InboundMessage, JobRun, Store, SyncState
from tests.conftest import Sandbox
from tests.integration.shelf import Shelf, customer, message

pytestmark = pytest.mark.django_db

State = JobRun.State
STREAMS = ["messages", "customers", "categories", "products", "inventory"]


@pytest.fixture
def shelf(shop: Connection, monkeypatch) -> Shelf:
    """A shop that a test fills, instead of the sandbox's."""
    shelf = Shelf()
    source = replace(registry.sources()[shop.kind], reader=lambda access: shelf.read)
    monkeypatch.setitem(registry.sources(), shop.kind, source)
    return shelf


@pytest.fixture
def began() -> datetime:
    """Before anything in the test happened."""
    return now()


def read_all(store: Store, since: datetime | None = None) -> JobRun:
    """Catch up. Return the run, as it ended."""
    run = catch_up.start(store, since, None)
    for _ in catch_up.run(run.id):
        pass
    run.refresh_from_db()
    return run


def counts(run: JobRun) -> tuple[int, int, int, int]:
    return run.read, run.sent, run.skipped, run.failed


def an_hour_ago(number: int = 0) -> str:
    moment = now() - timedelta(hours=1) + timedelta(seconds=number)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


# --- With the sandbox ----------------------------------------------------------------------------


def test_what_nobody_told_is_found(store, happen, began, work, sandbox: Sandbox):
    made = happen("CustomerCreated")
    happen("category.ResourceUpdated")
    stock = happen("inventory-entry.ResourceUpdated")

    run = read_all(store, began)

    assert run.state == State.SUCCEEDED
    keys = set(InboundMessage.objects.values_list("dedupe_key", flat=True))
    assert f"message:{made['id']}" in keys
    assert f"inventory-entry:{stock['resource']['id']}:{stock['version']}:ResourceUpdated" in keys
    assert run.sent == len(keys)
    work()
    profiles = [profile["external_id"] for profile in sandbox.state()["profiles"]]
    assert profiles.count(made["resource"]["id"]) == 1


def test_what_came_in_live_is_not_stored_again(store, happen, receive, began):
    told = [happen("CustomerCreated"), happen("customer.ResourceUpdated"), happen("OrderCreated")]
    receive(*told)
    live = set(InboundMessage.objects.values_list("dedupe_key", flat=True))

    first, second = read_all(store, began), read_all(store, began)

    assert first.skipped >= len(live)
    assert (second.sent, second.skipped) == (0, first.read)
    for key in live:
        assert InboundMessage.objects.filter(dedupe_key=key).count() == 1


def test_live_after_catch_up_is_not_stored_again(store, happen, receive, began):
    told = happen("OrderCreated")
    read_all(store, began)
    stored = InboundMessage.objects.count()

    receive(told)

    assert InboundMessage.objects.count() == stored


def test_what_was_sent_live_is_not_sent_again(store, happen, receive, began, work, sandbox):
    receive(happen("OrderCreated"), happen("CustomerCreated"))
    work()
    events = len(sandbox.state()["events"])
    profiles = len(sandbox.state()["profiles"])

    assert read_all(store, began).sent > 0  # the customers changed, which was not told
    work()

    assert len(sandbox.state()["events"]) == events
    assert len(sandbox.state()["profiles"]) == profiles


# --- From where to where -------------------------------------------------------------------------


def test_a_stream_never_read_begins_at_the_first_message_else_a_day_ago(store, shop, shelf):
    catch_up.start(store, None, None)
    [state, *_] = SyncState.objects.all()
    assert now() - state.since > timedelta(hours=24)
    JobRun.objects.all().delete()
    SyncState.objects.all().delete()

    long_ago = now() - timedelta(days=9)
    InboundMessage.objects.create(connection=shop, dedupe_key="1", received_at=long_ago)
    catch_up.start(store, None, None)

    assert {state.since for state in SyncState.objects.all()} == {long_ago - timedelta(minutes=2)}


def test_the_next_one_goes_on_two_minutes_before_the_start_of_the_last(store, shelf):
    first = read_all(store)
    catch_up.start(store, None, None)

    for state in SyncState.objects.all():
        assert state.since == first.started - timedelta(minutes=2)
        assert state.last_success is not None
    assert [state.stream for state in SyncState.objects.order_by("id")] == STREAMS


def test_a_short_look_back_leaves_no_gap(store, shelf):
    known = now() - timedelta(hours=5)
    read_all(store)
    SyncState.objects.update(read_until=known)

    read_all(store, now() - timedelta(minutes=10))

    assert {state.read_until for state in SyncState.objects.all()} == {known}
    read_all(store, now() - timedelta(hours=6))
    assert min(state.read_until for state in SyncState.objects.all()) > known


def test_what_came_is_noted_by_stream(store, shelf):
    shelf.collections["customers"] = [customer(1, an_hour_ago())]
    run = read_all(store)

    lines = {line["stream"]: line for line in run.parameters["streams"]}
    assert list(lines) == STREAMS
    assert (lines["customers"]["read"], lines["customers"]["new"]) == (1, 1)
    assert (lines["products"]["read"], lines["products"]["state"]) == (0, "done")
    assert SyncState.objects.get(stream="customers").last_at is not None
    assert SyncState.objects.get(stream="products").last_at is None


def test_many_of_the_same_time_come_in_once(store, shelf):
    at = an_hour_ago()
    shelf.collections["customers"] = [customer(number, at) for number in range(1_100)]

    run = read_all(store)

    assert counts(run) == (1_100, 1_100, 0, 0)
    assert InboundMessage.objects.count() == 1_100
    assert counts(read_all(store, now() - timedelta(hours=2))) == (1_100, 0, 1_100, 0)


# --- What goes wrong -----------------------------------------------------------------------------


def test_a_worker_that_dies_between_pages_loses_nothing(store, shelf):
    shelf.collections["customers"] = [customer(n, an_hour_ago(n)) for n in range(1_100)]
    run = catch_up.start(store, None, None)
    pages = catch_up.run(run.id)
    next(pages), next(pages)  # all messages, and the first customers
    kept = InboundMessage.objects.count()
    assert kept == 500
    assert catch_up.waiting() == []  # somebody works on it

    long_ago = now() - timedelta(minutes=3)
    JobRun.objects.update(heartbeat=long_ago)
    assert catch_up.waiting() == [run.id]
    for _ in catch_up.run(run.id):
        pass

    run.refresh_from_db()
    assert run.state == State.SUCCEEDED
    assert counts(run) == (1_100, 1_100, 0, 0)
    assert InboundMessage.objects.count() == 1_100


def test_a_page_and_the_place_after_it_are_one(store, shelf, monkeypatch):
    shelf.collections["messages"] = [message(n, an_hour_ago()) for n in range(600)]
    run = catch_up.start(store, None, None)

    def dies(*args: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(reading.inbox, "keep", dies)
        with pytest.raises(KeyboardInterrupt):
            list(catch_up.run(run.id))

    assert SyncState.objects.get(stream="messages").cursor == ""
    for _ in catch_up.run(run.id):
        pass
    assert InboundMessage.objects.count() == 600


def test_two_workers_at_once_do_not_double(store, shelf, monkeypatch):
    shelf.collections["customers"] = [customer(n, an_hour_ago(n)) for n in range(700)]
    run = catch_up.start(store, None, None)
    keep = reading._keep

    def with_another(run_id: int, state: SyncState, page: object) -> None:
        monkeypatch.setattr(reading, "_keep", keep)
        catch_up.step(run_id)  # the other worker reads the same page, and is faster
        keep(run_id, state, page)
        monkeypatch.setattr(reading, "_keep", with_another)

    monkeypatch.setattr(reading, "_keep", with_another)
    for _ in catch_up.run(run.id):
        pass

    run.refresh_from_db()
    assert run.state == State.SUCCEEDED
    assert counts(run) == (700, 700, 0, 0)
    assert InboundMessage.objects.count() == 700


def test_a_run_that_somebody_works_on_is_left_alone(store, shelf):
    run = catch_up.start(store, None, None)
    mine = catch_up.run(run.id)
    next(mine)
    asked = len(shelf.asked)

    assert list(catch_up.run(run.id)) == []
    assert len(shelf.asked) == asked


def test_it_stops_after_a_page(store, shelf):
    shelf.collections["messages"] = [message(n, an_hour_ago()) for n in range(600)]
    run = catch_up.start(store, None, None)
    pages = catch_up.run(run.id)
    next(pages)

    assert catch_up.stop(run.id)
    assert list(pages) == []

    run.refresh_from_db()
    assert (run.state, run.read) == (State.STOPPED, 500)
    assert run.finished is not None
    assert not catch_up.stop(run.id)
    assert counts(read_all(store)) == (600, 100, 500, 0)


def test_one_that_nobody_works_on_stops_at_once(store, shelf):
    run = catch_up.start(store, None, None)

    assert catch_up.stop(run.id)
    run.refresh_from_db()
    assert run.state == State.STOPPED


def test_without_messages_the_rest_is_read_and_the_run_says_so(store, shelf):
    shelf.refusal = Misconfigured("No.", remedy="Do.", code="scope_missing", status=403)
    shelf.collections["customers"] = [customer(1, an_hour_ago())]

    run = read_all(store)

    assert (run.state, counts(run)) == (State.SUCCEEDED, (1, 1, 0, 0))
    assert "changeMessagesConfiguration" in run.reason
    assert SyncState.objects.get(stream="messages").last_success is None
    assert store.connections.get(kind="commercetools").works


def test_a_stream_that_is_refused_fails_the_run_after_the_others(store, shelf):
    shelf.refusal = Reject("commercetools refused the question /messages (400).", code="refused")
    shelf.collections["customers"] = [customer(1, an_hour_ago())]

    run = read_all(store)

    assert (run.state, counts(run)) == (State.FAILED, (1, 1, 0, 1))
    assert run.reason == "commercetools refused the question /messages (400)."


def test_a_shop_that_is_away_is_waited_for(store, shelf):
    shelf.refusal = Retry("commercetools answered 503.", after=600)
    run = read_all(store)

    assert run.state == State.RUNNING
    assert run.reason == "commercetools answered 503. It goes on by itself."
    assert catch_up.waiting() == []
    assert list(catch_up.run(run.id)) == []

    shelf.refusal = None
    run.wait_until = now()
    run.save()
    assert catch_up.waiting() == [run.id]
    for _ in catch_up.run(run.id):
        pass
    run.refresh_from_db()
    assert (run.state, run.reason) == (State.SUCCEEDED, "")


def test_a_wrong_key_pauses_the_connection_and_fails_the_run(store, shop, shelf):
    shelf.refusal = Misconfigured("Refused (401).", remedy="Enter it again.", status=401)

    run = read_all(store)

    assert (run.state, run.reason) == (State.FAILED, "Refused (401). Enter it again.")
    shop.refresh_from_db()
    assert shop.paused_reason.startswith("Refused (401). Reading is paused.")
    with pytest.raises(Reject, match="No shop of this store can be read"):
        catch_up.start(store, None, None)


def test_a_bug_ends_the_run_with_its_name(store, shelf, monkeypatch):
    monkeypatch.setattr(reading.inbox, "keep", lambda *args: 1 / 0)

    run = read_all(store)

    assert (run.state, run.reason) == (
        State.FAILED,
        "A page could not be kept (ZeroDivisionError).",
    )


def test_there_is_one_at_a_time(store, shelf):
    catch_up.start(store, None, None)

    with pytest.raises(Reject, match="runs already"):
        catch_up.start(store, None, None)


# --- By the clock, by hand -----------------------------------------------------------------------


def test_by_the_clock_every_live_shop_is_read_and_the_sweep_brings_back_the_lost(
    store, shelf, monkeypatch
):
    rung = []
    monkeypatch.setattr(jobs, "ring", lambda job, *ids: rung.append((job.__name__, *ids)))

    jobs.scheduled_catch_up()
    jobs.scheduled_catch_up()

    [run] = JobRun.objects.all()
    assert rung == [("catch_up", run.id)]
    jobs.sweep()
    assert rung[1:] == [("catch_up", run.id)]
    jobs.catch_up(run.id)
    assert ("process", store.connections.get(kind="commercetools").id) in rung
    run.refresh_from_db()
    assert run.state == State.SUCCEEDED

    Store.objects.update(sending=Store.Sending.DRY_RUN)
    jobs.scheduled_catch_up()
    assert JobRun.objects.count() == 1


def test_the_command_reads_to_the_end_and_says_what_it_did(store, shelf):
    shelf.collections["customers"] = [customer(1, an_hour_ago())]
    out = StringIO()

    call_command("catch_up", "shop", "--since", "2026-01-01T08:00", stdout=out)

    said = out.getvalue()
    assert "commercetools, customers: 1 read, 1 new, since 2026-01-01 08:00 UTC." in said
    assert "1 read, 1 new." in said


def test_the_command_processes_at_once_if_it_is_told_to(store, happen, began):
    happen("CustomerCreated")

    call_command("catch_up", "shop", "--since", began.isoformat(), "--now", stdout=StringIO())

    assert not InboundMessage.objects.filter(type="CustomerCreated").exclude(state="done").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody"], "There is no store “nobody”. Known: shop."),
        (["shop", "--since", "yesterday"], "Write it like 2026-11-21T08:00."),
        (["shop", "--since", "2999-01-01T08:00"], "This time has not come yet"),
    ],
)
def test_the_command_says_what_is_wrong(store, words: list[str], said: str):
    with pytest.raises(CommandError, match=said):
        call_command("catch_up", *words, stdout=StringIO())


def test_a_time_is_the_stores_unless_it_says_otherwise():
    assert catch_up.moment("2026-11-21T08:00", "Europe/Berlin").isoformat() == (
        "2026-11-21T08:00:00+01:00"
    )
    assert catch_up.moment("2026-11-21T08:00Z", "Europe/Berlin").isoformat() == (
        "2026-11-21T08:00:00+00:00"
    )


# --- In the admin --------------------------------------------------------------------------------


@pytest.fixture
def marketer(db, client):
    user = User.objects.create_user("marketer", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Marketer"))
    client.force_login(user)
    return client


def form_of(store: Store) -> str:
    return reverse("admin:integration_store_catch_up_since", args=[store.id])


def page_of(run: JobRun) -> str:
    return reverse("admin:integration_jobrun_change", args=[run.id])


def test_a_marketer_starts_one_and_is_led_to_its_page(marketer, store, shelf):
    Store.objects.update(timezone="Europe/Berlin")
    assert (
        form_of(store)
        in marketer.get(reverse("admin:integration_store_change", args=[store.id])).content.decode()
    )

    response = marketer.post(form_of(store), {"since": "2026-07-01T08:00"})

    [run] = JobRun.objects.all()
    assert (response.status_code, response.url) == (302, page_of(run))
    assert run.parameters["since"] == "2026-07-01T08:00:00+02:00"
    assert run.started_by.username == "marketer"
    shown = marketer.get(page_of(run)).content.decode()
    assert "commercetools: customers" in shown
    assert "2026-07-01 06:00 UTC" in shown


def test_the_form_proposes_the_last_success_else_an_hour_ago(marketer, store, shelf):
    hour_ago = (now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:")
    assert hour_ago in marketer.get(form_of(store)).content.decode()

    read_all(store)
    SyncState.objects.update(last_success=datetime.fromisoformat("2026-07-01T08:30:00Z"))
    shown = marketer.get(form_of(store)).content.decode()
    assert 'value="2026-07-01T08:30"' in shown
    assert "commercetools: inventory" in shown


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("yesterday", "“yesterday” is not a date and a time. Write it like 2026-11-21T08:00."),
        ("", "Choose from when the shop is to be read."),
        ("2999-01-01T08:00", "This time has not come yet: choose one that is over."),
    ],
)
def test_a_wrong_date_is_said(marketer, store, written: str, said: str):
    response = marketer.post(form_of(store), {"since": written})

    assert response.status_code == 200
    assert said in response.content.decode()
    assert not JobRun.objects.exists()


def test_a_second_one_is_refused_with_a_link_to_the_first(marketer, store, shelf):
    run = catch_up.start(store, None, None)

    shown = marketer.post(form_of(store), {"since": "2026-07-01T08:00"}).content.decode()

    assert "A catch-up of this store runs already" in shown
    assert page_of(run) in shown


def test_a_run_is_stopped_after_a_question(admin_client, store, shelf):
    run = catch_up.start(store, None, None)
    stop = reverse("admin:integration_jobrun_stop_run", args=[run.id])
    assert stop in admin_client.get(page_of(run)).content.decode()

    assert admin_client.get(stop).status_code == 200
    run.refresh_from_db()
    assert run.state == State.QUEUED

    assert admin_client.post(stop).url == page_of(run)
    run.refresh_from_db()
    assert run.state == State.STOPPED
    assert stop not in admin_client.get(page_of(run)).content.decode()


def test_without_the_permission_there_is_no_button(client, store):
    client.force_login(User.objects.create_user("guest", password="x", is_staff=True))

    assert client.post(form_of(store), {"since": "2026-07-01T08:00"}).status_code == 403
    assert not JobRun.objects.exists()


def test_runs_by_the_clock_that_found_nothing_do_not_pile_up(store):
    for hours in (3, 2):
        run = catch_up.start(store, None, None)
        ended = now() - timedelta(hours=hours)
        JobRun.objects.filter(id=run.id).update(state=JobRun.State.SUCCEEDED, finished=ended)
    catch_up.start(store, None, None)

    assert JobRun.objects.count() == 1

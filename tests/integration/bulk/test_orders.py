"""Importing orders: exactly the right events, as history, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from django.utils.timezone import now

from integration import bulk
from integration.bulk import Wishes, meanwhile, turns, walking, writing
from integration.bulk.understanding import LIVE, WAITS
from integration.core.errors import Reject
from integration.destinations.klaviyo.packs import PACKS
from integration.models import Delivery, FailedEvent, JobRun
from integration.sources.commercetools.imports import walking as shop_walking
from integration.sources.commercetools.imports.sizes import PageSize
from tests.integration.bulk.conftest import events, expected_events


def orders(sandbox) -> list[dict]:
    answer = requests.get(f"{sandbox.url}/commercetools/_sandbox/orders-compact", timeout=30)
    return [requests.compat.json.loads(line) for line in answer.text.splitlines()]


def sent_events(sandbox) -> list[dict]:
    """Every event that went out in bulk requests which were taken."""
    taken = [
        request
        for request in sandbox.requests()
        if request["operation"] == "bulk_create_events" and request["status"] == 202
    ]
    groups = [
        group
        for request in taken
        for group in request["body"]["data"]["attributes"]["events-bulk-create"]["data"]
    ]
    return [event for group in groups for event in group["attributes"]["events"]["data"]]


def keep_all(sandbox) -> None:
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/requests", json={"keep_all": True}, timeout=5
    ).raise_for_status()


def test_all_orders_become_their_events_and_start_no_flow(sandbox, imported):
    keep_all(sandbox)

    run = imported("orders")

    assert run.state == "succeeded"
    assert events(sandbox) == expected_events(sandbox)
    assert run.sent == run.accepted == len(expected_events(sandbox))
    assert (run.read, run.total, run.failed) == (len(orders(sandbox)), len(orders(sandbox)), 0)
    assert all(event["attributes"]["backfill"] is True for event in sent_events(sandbox))


def test_no_pack_has_a_unique_id_twice(sandbox, imported):
    keep_all(sandbox)

    imported("orders")

    for request in sandbox.requests():
        if request["operation"] == "bulk_create_events":
            groups = request["body"]["data"]["attributes"]["events-bulk-create"]["data"]
            ids = [
                event["attributes"]["unique_id"]
                for group in groups
                for event in group["attributes"]["events"]["data"]
            ]
            assert len(ids) == len(set(ids))


def test_only_some_orders(sandbox, imported):
    wanted = [order[0] for order in orders(sandbox)[3:6]]

    run = imported("orders", ids=tuple(wanted))

    assert run.read == run.total == 3
    assert {id_ for metric, id_ in events(sandbox) if metric == "Placed Order"} == set(wanted)


def test_from_an_id_on(sandbox, imported):
    ids = sorted(order[0] for order in orders(sandbox))

    run = imported("orders", start_id=ids[-5])

    assert run.read == 5
    assert {id_ for metric, id_ in events(sandbox) if metric == "Placed Order"} == set(ids[-5:])


def test_no_more_than_a_limit(imported):
    run = imported("orders", limit=7)

    assert (run.read, run.total) == (7, 7)


def test_an_order_that_the_shop_does_not_have_is_a_failure_that_names_it(imported):
    run = imported("orders", ids=("11111111-1111-1111-1111-111111111111",))

    failed = FailedEvent.objects.get(run=run)
    assert run.state == "succeeded"
    assert (failed.row, failed.code) == ("11111111-1111-1111-1111-111111111111", "not_found")
    assert run.failed == 1


def test_only_trying_sends_nothing_and_reports_what_would_go(sandbox, imported):
    run = imported("orders", dry_run=True)

    live = run.report["skipped"].get(LIVE, 0)
    assert run.sent + live == len(expected_events(sandbox))
    assert "would be sent" in run.reason
    assert events(sandbox) == []
    assert not any(r["operation"].startswith("bulk_") for r in sandbox.requests())


def test_a_store_in_a_dry_run_only_tries(sandbox, store, imported):
    store.sending = "dry_run"
    store.save()

    assert imported("orders", limit=3).sent > 0
    assert events(sandbox) == []


def test_what_fails_in_a_try_is_only_noted(imported):
    run = imported("orders", ids=("no-such-order",), dry_run=True)

    assert FailedEvent.objects.get(run=run).resolution == "noted"


def test_flows_may_start_only_after_the_metric_was_typed(sandbox, start, work_on):
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/flows",
        json={"Placed Order": [{"name": "Thank you", "status": "live"}]},
        timeout=5,
    ).raise_for_status()
    keep_all(sandbox)

    with pytest.raises(Reject, match="“Thank you” \\(on Placed Order\\)") as refused:
        start("orders", backfill=False)
    assert (refused.value.code, refused.value.pointer) == ("unconfirmed", "/confirmFlows")

    work_on(start("orders", "Placed Order", backfill=False))
    assert not any("backfill" in event["attributes"] for event in sent_events(sandbox))


def test_a_second_import_of_a_kind_has_to_wait(store, start):
    start("orders")

    with pytest.raises(Reject, match="runs already") as refused:
        start("orders")
    assert refused.value.code == "runs_already"
    start("customers")  # another kind may


def test_an_order_placed_after_the_beginning_is_left_to_real_time(
    sandbox, start, work_on, happen, receive, process, send
):
    run = start("orders")
    message = happen("OrderCreated")
    receive(message)
    process()  # it waits in the outbox
    keep_all(sandbox)

    work_on(run)
    assert run.report["skipped"][LIVE] >= 2  # the order, and each of its lines
    assert ("Placed Order", message["resource"]["id"]) not in events(sandbox)

    send()
    single = [one for one in sandbox.requests() if one["operation"] == "create_event"]
    assert single
    assert not any("backfill" in one["body"]["data"]["attributes"] for one in single)
    assert events(sandbox) == expected_events(sandbox)


def test_what_happened_meanwhile_and_did_not_come_in_real_time_is_history_in_the_end(
    sandbox, start, work_on, happen
):
    run = start("orders")
    order = happen("OrderCreated")["resource"]["id"]  # nobody is told

    work_on(run)

    assert run.state == "succeeded"
    assert ("Placed Order", order) in events(sandbox)
    assert events(sandbox) == expected_events(sandbox)


def test_what_happened_meanwhile_is_given_some_time(start, work_on, happen):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meanwhile, "PATIENCE", timedelta(minutes=2))
        run = start("orders")
        happen("OrderCreated")

        work_on(run, turns=3)

    assert run.state == "running"
    assert run.reason.startswith("It waits a little for what happened meanwhile")


def test_an_event_that_waits_to_be_sent_is_left_to_real_time(
    sandbox, start, work_on, happen, receive, process, monkeypatch
):
    monkeypatch.setattr(turns, "MARGIN", timedelta(0))
    receive(happen("OrderCreated"))
    process()
    waiting = Delivery.objects.filter(state="ready").count()

    run = work_on(start("orders"))

    assert run.report["skipped"][WAITS] == waiting
    assert len(events(sandbox)) == len(expected_events(sandbox)) - waiting


def test_a_stop_is_obeyed_and_a_resume_goes_on(sandbox, start, work_on, monkeypatch):
    pages_of(monkeypatch, 10)
    run = start("orders")
    stop_after(monkeypatch, run, pages=3)

    bulk.run(run.id)
    run.refresh_from_db()
    assert run.state == "stopped"
    assert 0 < run.read < len(orders(sandbox))
    assert run.cursor.startswith("0:")

    monkeypatch.undo()
    bulk.resume(run)
    work_on(run)

    assert run.state == "succeeded"
    assert events(sandbox) == expected_events(sandbox)
    assert run.read == len(orders(sandbox))


def test_a_worker_that_dies_costs_a_page_and_counts_nothing_twice(
    sandbox, start, work_on, monkeypatch
):
    pages_of(monkeypatch, 10)
    monkeypatch.setattr(walking, "MOST_PACKS", 1)  # a page is settled before the next is sent
    run = start("orders")
    saved = writing.save
    pages_to_live = 0

    def dies(run: JobRun, pages: list, *rest: object) -> None:
        nonlocal pages_to_live
        pages_to_live -= len(pages)
        if pages_to_live < 0:
            raise SystemExit  # as much as a kill leaves behind: nothing is tidied up
        saved(run, pages, *rest)

    monkeypatch.setattr(writing, "save", dies)
    read = [0]
    for _ in range(2):
        pages_to_live = 4
        with pytest.raises(SystemExit):
            bulk.run(run.id)
        run.refresh_from_db()
        read.append(run.read)
    assert 0 < read[1] < read[2] <= 80
    monkeypatch.setattr(writing, "save", saved)
    JobRun.objects.filter(id=run.id).update(heartbeat=now() - timedelta(minutes=5))
    work_on(run)

    assert events(sandbox) == expected_events(sandbox)
    assert run.sent == len(expected_events(sandbox))
    assert run.read == len(orders(sandbox))


def test_a_run_with_a_heartbeat_is_nobody_elses(start):
    run = start("orders")
    assert JobRun.objects.claim(run.id)

    assert not JobRun.objects.claim(run.id)
    assert run.id not in bulk.waiting()

    JobRun.objects.filter(id=run.id).update(heartbeat=now() - timedelta(seconds=40))
    assert run.id in bulk.waiting()


def test_a_worker_whose_run_was_taken_up_by_another_writes_nothing(start, monkeypatch):
    pages_of(monkeypatch, 10)
    run = start("orders")

    def taken(*args: object) -> None:
        JobRun.objects.filter(id=run.id).update(claims=99)
        writing_save(*args)

    writing_save = writing.save
    monkeypatch.setattr(writing, "save", taken)
    bulk.run(run.id)

    run.refresh_from_db()
    assert (run.state, run.read, run.sent) == ("running", 0, 0)


@pytest.mark.parametrize("how", ["503", "429"])
def test_a_klaviyo_that_fails_now_and_then_only_costs_time(sandbox, imported, monkeypatch, how):
    pages_of(monkeypatch, 10)
    monkeypatch.setattr("integration.pipeline.packs.FIRST_WAIT", 0.001)
    sandbox.fail(how, operation="bulk_create_events", share=0.3)

    run = imported("orders")

    assert (run.state, run.failed) == ("succeeded", 0)
    assert events(sandbox) == expected_events(sandbox)


def test_a_klaviyo_that_is_down_is_waited_for(sandbox, start, work_on, monkeypatch):
    monkeypatch.setattr("integration.pipeline.packs.FIRST_WAIT", 0.001)
    monkeypatch.setattr("integration.pipeline.packs.LONGEST_WAIT", 0.001)
    sandbox.fail("503", operation="bulk_create_events")
    run = start("orders")

    bulk.run(run.id)
    run.refresh_from_db()
    assert run.state == "running"
    assert run.wait_until > now()
    assert "goes on by itself" in run.reason
    assert run.id not in bulk.waiting()

    sandbox.recover()
    work_on(run)
    assert events(sandbox) == expected_events(sandbox)


def test_a_key_that_is_refused_pauses_the_connection_and_nothing_fails(
    sandbox, start, work_on, klaviyo
):
    run = start("orders")
    klaviyo.set_secrets(private_key="pk_wrong")
    klaviyo.save()

    bulk.run(run.id)
    run.refresh_from_db()
    klaviyo.refresh_from_db()
    assert "refused the key" in klaviyo.paused_reason
    assert (run.state, run.failed) == ("running", 0)
    assert "refused the key" in run.reason

    klaviyo.set_secrets(private_key="pk_sandbox")
    klaviyo.paused_reason = ""
    klaviyo.save()
    work_on(run)
    assert events(sandbox) == expected_events(sandbox)


def test_a_shop_that_finds_pages_too_large_gets_smaller_ones(sandbox, imported):
    sandbox.fail("400", side="commercetools", above=20, code="QueryTimedOut")

    run = imported("orders")

    assert run.state == "succeeded"
    assert events(sandbox) == expected_events(sandbox)


def test_a_shop_that_is_down_is_waited_for(sandbox, start, work_on, monkeypatch):
    monkeypatch.setattr(walking, "FIRST_WAIT", 0.001)
    run = start("orders")
    sandbox.fail("503", side="commercetools")

    bulk.run(run.id)
    run.refresh_from_db()
    assert (run.state, run.tries) == ("running", 1)

    sandbox.recover("commercetools")
    work_on(run)
    assert events(sandbox) == expected_events(sandbox)


def test_a_paused_store_waits_until_it_is_live(sandbox, store, start, work_on):
    run = start("orders")
    store.sending = "paused"
    store.save()

    bulk.run(run.id)
    run.refresh_from_db()
    assert run.reason == (
        "The store is set to “paused”: it waits until that is “live”. It goes on by itself."
    )
    assert events(sandbox) == []

    store.sending = "live"
    store.save()
    work_on(run)
    assert run.state == "succeeded"


@pytest.mark.parametrize("again", [bulk.retry, bulk.resume])
def test_what_is_to_be_sent_is_refused_in_a_dry_run_and_stays_as_it_is(
    store, start, work_on, again
):
    run = work_on(start("orders", ids=("no-such-order",)))
    JobRun.objects.update(state="failed")
    run.refresh_from_db()
    store.sending = "dry_run"
    store.save()
    run.store.refresh_from_db()

    with pytest.raises(Reject, match="set to a dry run, and this is to be sent") as refused:
        again(run)

    assert refused.value.code == "not_ready"
    assert FailedEvent.objects.get().resolution == "open"
    assert JobRun.objects.get().state == "failed"


def test_a_try_is_resumed_in_a_dry_run(store, start, work_on):
    store.sending = "dry_run"
    store.save()
    run = start("orders")
    bulk.stop(run)

    bulk.resume(run)

    assert work_on(run).state == "succeeded"


def test_an_import_cannot_begin_without_a_key(store, klaviyo, start):
    klaviyo.sealed = ""
    klaviyo.save()

    with pytest.raises(Reject, match="Klaviyo is not connected yet: Private API key") as refused:
        start("orders")
    assert refused.value.code == "not_ready"


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"ids": ("a",), "start_id": "b"}, "/start_id"),
        ({"since": now(), "until": now() - timedelta(days=1)}, "/until"),
        ({"limit": 0}, "/limit"),
        ({"delete_all": True}, "/deleteAll"),
    ],
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(store, wishes, field):
    with pytest.raises(Reject) as refused:
        bulk.start(store, "orders", Wishes(**wishes))
    assert (refused.value.code, refused.value.pointer) == ("invalid", field)


def test_a_turn_ends_by_itself_and_the_next_one_goes_on(sandbox, start, work_on, monkeypatch):
    pages_of(monkeypatch, 10)
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.0)
    run = start("orders")

    bulk.run(run.id)
    run.refresh_from_db()
    assert run.state == "running"
    assert 0 < run.read < len(orders(sandbox))
    assert run.id in bulk.waiting()

    monkeypatch.undo()
    work_on(run)
    assert events(sandbox) == expected_events(sandbox)


def pages_of(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """The shop is read in small pages, and packs are small, so that a walk has many steps."""

    class Small(PageSize):
        def __init__(self, begin_with: int) -> None:
            super().__init__(limit)

        def learn(self, rows: int, size: int) -> None:
            pass

    monkeypatch.setattr(shop_walking, "PageSize", Small)
    monkeypatch.setitem(PACKS, "create_event", replace(PACKS["create_event"], most=2 * limit))


def stop_after(monkeypatch: pytest.MonkeyPatch, run: JobRun, pages: int) -> None:
    """Somebody presses Stop when so many pages were saved."""
    saved, count = writing.save, 0
    monkeypatch.setattr(walking, "LOOK_SECONDS", 0.01)

    def save(*args: object) -> None:
        nonlocal count
        saved(*args)
        count += 1
        if count == pages:
            bulk.stop(run)

    monkeypatch.setattr(writing, "save", save)

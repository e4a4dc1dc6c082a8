"""Importing customers: profiles in bulk, and what becomes of the ones that fail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import requests
from django.utils.timezone import now

from integration import bulk
from integration.bulk import following
from integration.models import Delivery, FailedEvent, JobRun, RemoteJob, ResourceVersion
from integration.pipeline import backlog, failures


def emails(sandbox) -> set[str]:
    return {profile["email"] for profile in sandbox.state()["profiles"]}


def change(sandbox, id_: str, **fields: object) -> dict:
    """A customer is changed in the shop. Return the notification."""
    answer = requests.post(
        f"{sandbox.url}/commercetools/_sandbox/notify",
        json={"type": "customer.ResourceUpdated", "id": id_, "silent": True, **fields},
        timeout=5,
    )
    assert answer.ok, answer.text
    return answer.json()["payload"]


def customers(sandbox) -> list[dict]:
    token = requests.post(
        f"{sandbox.url}/commercetools/oauth/token",
        auth=("demo-client", "demo-secret"),
        data={"grant_type": "client_credentials"},
        timeout=5,
    ).json()["access_token"]
    answer = requests.get(
        f"{sandbox.url}/commercetools/demo-shop/customers?limit=500",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    )
    return answer.json()["results"]


def test_all_customers_are_profiles_in_one_request(sandbox, imported, deliver):
    run = imported("customers")
    deliver()  # some share a phone, which the job says: they go again, without it
    run.refresh_from_db()

    assert emails(sandbox) == {customer["email"] for customer in customers(sandbox)}
    assert run.sent == run.accepted == run.total == len(customers(sandbox))
    asked = [request["operation"] for request in sandbox.requests()]
    assert asked.count("bulk_import_profiles") == 1
    assert asked.count("profile_import") < run.sent / 3


def test_nobody_is_subscribed_by_an_import(sandbox, imported):
    imported("customers")

    assert not any("subscription" in request["path"] for request in sandbox.requests())


def test_rows_that_would_be_refused_are_failures_and_the_rest_arrives(
    sandbox, fill, imported, deliver
):
    bad = fill(customers=60, bad=0.5)["bad"]["customers"]
    without_at = {id_ for id_, why in bad.items() if why == "email without @"}
    no_phone = {id_ for id_, why in bad.items() if why == "phone is no phone number"}

    run = imported("customers")
    deliver()

    failed = FailedEvent.objects.filter(run=run, resolution="open")
    assert set(failed.values_list("row", flat=True)) == without_at
    assert set(failed.values_list("pointer", flat=True)) == {"/data/attributes/email"}
    noted = FailedEvent.objects.filter(run=run, resolution="noted")
    assert no_phone <= set(noted.values_list("row", flat=True))
    assert len(emails(sandbox)) == run.read - len(without_at)
    assert run.failed == len(without_at)
    assert sum(run.report["failed"].values()) == len(without_at)


def test_a_row_that_fails_can_be_corrected_and_retried(sandbox, fill, imported, deliver):
    fill(customers=20, bad=0.5)
    run = imported("customers")
    failed = FailedEvent.objects.filter(run=run, resolution="open").first()
    failed.payload["data"]["attributes"]["email"] = "corrected@storewire-demo.com"
    failed.save()

    failures.retry(failed, None)
    deliver()

    assert "corrected@storewire-demo.com" in emails(sandbox)


def test_what_failed_is_read_anew_in_an_import_of_its_own(sandbox, fill, imported, work_on):
    fill(customers=20, bad=0.5)
    run = imported("customers")
    rows = set(FailedEvent.objects.filter(run=run, resolution="open").values_list("row", flat=True))

    again = bulk.retry(run)
    assert set(again.parameters["ids"]) == rows
    assert not FailedEvent.objects.filter(run=run, resolution="open").exists()

    work_on(again)
    assert again.read == again.failed == len(rows)  # the shop has not corrected them yet


def test_a_conflict_that_the_job_finds_is_a_failure_of_its_row(sandbox, imported, deliver):
    first, second = customers(sandbox)[:2]
    for email, external_id in ((first["email"], "x-1"), ("other@storewire-demo.com", first["id"])):
        requests.post(
            f"{sandbox.url}/klaviyo/api/profile-import",
            json={
                "data": {
                    "type": "profile",
                    "attributes": {"email": email, "external_id": external_id},
                }
            },
            headers={"Authorization": "Klaviyo-API-Key pk_sandbox", "revision": "2026-07-15"},
            timeout=5,
        ).raise_for_status()

    run = imported("customers")
    deliver()

    failed = FailedEvent.objects.get(run=run, resolution="open")
    assert (failed.row, failed.code) == (first["id"], "identity_conflict")
    run.refresh_from_db()  # it failed by itself, after the run
    assert (run.failed, run.report["failed"]) == (1, {failed.reason: 1})
    assert run.accepted == run.sent - 1
    assert bulk.progress(run).words.startswith(f"{run.read} read, {run.sent} sent, 1 failed")
    assert failed.payload["data"]["attributes"]["email"] == first["email"]
    assert second["email"] in emails(sandbox)


def test_what_fails_again_after_a_retry_is_counted_once(sandbox, fill, imported, deliver):
    fill(customers=20, bad=0.5)
    run = imported("customers")
    deliver()
    count = FailedEvent.objects.filter(run=run, resolution="open").count()
    failed = FailedEvent.objects.filter(run=run, resolution="open").first()
    failed.payload["data"]["attributes"]["email"] = "corrected@storewire-demo.com"
    failed.save()
    sandbox.fail("400", operation="profile_import")

    failures.retry(failed, None)
    deliver()

    failed.refresh_from_db()
    run.refresh_from_db()
    assert (failed.resolution, failed.attempts) == ("open", 2)
    assert run.failed == count


def test_a_job_takes_its_time_and_the_run_waits_for_it(sandbox, jobs_take, start, deliver):
    run = start("customers")
    jobs_take(2)

    bulk.run(run.id)
    run.refresh_from_db()
    assert (run.state, run.accepted) == ("running", 0)
    assert run.reason.startswith("Klaviyo is still at work on 1 job")

    jobs_take(0)
    RemoteJob.objects.update(not_before=now())
    following.follow(run.store.connections.get(kind="klaviyo").id)
    JobRun.objects.update(wait_until=None)
    bulk.run(run.id)
    deliver()
    run.refresh_from_db()
    assert (run.state, run.accepted) == ("succeeded", run.sent)


def test_a_job_that_is_cancelled_there_is_a_failure_of_all_its_rows(sandbox, imported):
    requests.put(
        f"{sandbox.url}/klaviyo/_sandbox/jobs", json={"cancel": 1}, timeout=5
    ).raise_for_status()

    run = imported("customers")

    assert run.accepted == 0
    lost = FailedEvent.objects.filter(run=run, code="lost")
    assert run.failed == run.sent == lost.count()


def test_what_is_newer_than_the_page_is_left_alone(sandbox, klaviyo, imported):
    known = customers(sandbox)[0]
    ResourceVersion.objects.create(
        connection=klaviyo, key=f"customer:{known['id']}", version=99, as_of=now()
    )

    run = imported("customers")

    assert run.report["skipped"] == {"A newer version of the same object had come before.": 1}
    assert known["email"] not in emails(sandbox)


def test_who_was_erased_stays_erased(sandbox, klaviyo, imported):
    known = customers(sandbox)[0]
    ResourceVersion.objects.create(
        connection=klaviyo, key=f"customer:{known['id']}", version=99, deleted=True
    )

    imported("customers")
    imported("orders")

    assert known["email"] not in emails(sandbox)


def test_a_change_in_real_time_while_a_job_is_at_it_is_said_again(
    sandbox, start, jobs_take, receive, process, send, deliver
):
    run = start("customers")
    jobs_take(3)
    bulk.run(run.id)  # taken, and not done yet
    known = customers(sandbox)[0]
    receive(change(sandbox, known["id"]))
    process()
    send()

    jobs_take(0)
    RemoteJob.objects.update(not_before=now())
    following.follow(run.store.connections.get(kind="klaviyo").id)
    key = f"customer:{known['id']}"
    again = Delivery.objects.get(order_key=key, state="ready")
    deliver()

    assert again.request["body"]["data"]["attributes"]["external_id"] == known["id"]
    newest = next(c for c in customers(sandbox) if c["id"] == known["id"])
    profile = next(p for p in sandbox.state()["profiles"] if p.get("external_id") == known["id"])
    assert profile["email"] == newest["email"]


def test_a_lost_look_at_a_job_is_repeated(sandbox, start, work_on, deliver, monkeypatch):
    monkeypatch.setattr(following, "FOLLOW_SECONDS", 0.1)  # the next look is another worker's
    run = start("customers")
    sandbox.fail("503", operation="get_bulk_import_profiles_job", times=2)

    work_on(run)
    deliver()
    run.refresh_from_db()

    assert (run.state, run.accepted) == ("succeeded", run.sent)


@pytest.mark.parametrize("bound", ["since", "until"])
def test_only_those_changed_in_a_time(sandbox, imported, bound):
    times = sorted(customer["lastModifiedAt"] for customer in customers(sandbox))
    middle = times[len(times) // 2]
    run = imported("customers", **{bound: datetime.fromisoformat(middle)})

    is_wanted = {"since": lambda at: at >= middle, "until": lambda at: at < middle}[bound]
    assert run.read == sum(is_wanted(at) for at in times)


def test_a_claim_of_a_job_ends_by_itself(klaviyo):
    job = RemoteJob.objects.create(
        connection=klaviyo,
        operation="bulk_import_profiles",
        external_id="1",
        count=0,
        packed=RemoteJob.pack([]),
        as_of=now(),
        newest_as_of=now(),
    )
    job.later(now() + timedelta(minutes=1))

    assert following.due() == []
    RemoteJob.objects.update(not_before=now() - timedelta(seconds=1))
    assert following.due() == [klaviyo.id]


def test_many_that_meet_another_profile_go_alone_all_the_same(sandbox, start, work_on, deliver):
    known = customers(sandbox)
    taken = [(customer["email"], f"other-{n}") for n, customer in enumerate(known)]
    others = [(f"other-{n}@storewire-demo.com", c["id"]) for n, c in enumerate(known)]
    hold(sandbox, [*taken, *others])

    run = work_on(start("customers"))
    assert Delivery.objects.filter(run=run, state="ready").count() == len(known) > backlog.MANY
    deliver()
    run.refresh_from_db()

    asked = [request["operation"] for request in sandbox.requests()]
    assert asked.count("bulk_import_profiles") == 2  # ours, and one of those who were before us
    assert (run.sent, run.accepted, run.failed) == (len(known), 0, len(known))


def hold(sandbox, profiles: list[tuple[str, str]]) -> None:
    """Klaviyo has a profile with each of these addresses and ids."""
    pieces = [
        {"type": "profile", "attributes": {"email": email, "external_id": external_id}}
        for email, external_id in profiles
    ]
    attributes = {"profiles": {"data": pieces}}
    requests.post(
        f"{sandbox.url}/klaviyo/api/profile-bulk-import-jobs",
        json={"data": {"type": "profile-bulk-import-job", "attributes": attributes}},
        headers={"Authorization": "Klaviyo-API-Key pk_sandbox", "revision": "2026-07-15"},
        timeout=5,
    ).raise_for_status()

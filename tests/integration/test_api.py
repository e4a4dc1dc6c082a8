"""The REST API: how imports are started, stopped and taken up again by scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils.timezone import now
from redis.exceptions import ConnectionError as RedisAway
from rest_framework.throttling import SimpleRateThrottle

from integration import jobs
from integration.api.access import OftenEnoughToRun
from integration.models import ApiToken, JobRun, Store
from integration.models.tokens import ApiTokenQuerySet
from tests.integration.scripts import ask, browser, failure, token

ORDER = "c2d1a6f0-1f0b-4b8e-9d52-6a1f0c8e7b34"


@pytest.fixture
def script(store: Store) -> Client:
    """A script that may run imports of the one store."""
    return browser(token(store))


@pytest.fixture
def other(db) -> Store:
    """A store that is not connected to anything."""
    return Store.objects.create(slug="other", name="Other")


# --- Starting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["customers", "orders", "categories", "products"])
def test_an_import_of_everything_is_started_with_nothing(script, store, kind: str):
    response = script.post(f"/sync/{kind}")

    run = JobRun.objects.get()
    assert response.status_code == 202
    assert response["Location"] == f"/sync/runs/{run.public_id}"
    assert (run.store, run.kind, run.state) == (store, kind, "queued")
    assert run.parameters == {"dry_run": False, "backfill": True, "delete_all": False}
    assert response.json() == {
        "id": str(run.public_id),
        "store": "shop",
        "kind": kind,
        "state": "queued",
        "words": "It waits for a worker.",
        "percent": None,
        "total": None,
        "read": 0,
        "sent": 0,
        "accepted": 0,
        "failed": 0,
        "skipped": 0,
        "rate": None,
        "remaining_seconds": None,
        "cursor": "",
        "parameters": {"dry_run": False, "backfill": True, "delete_all": False},
        "report": {},
        "reason": "",
        "who": "API token “ERP”",
        "created": response.json()["created"],
        "started": None,
        "finished": None,
    }


def test_a_worker_is_woken_when_the_run_is_there(
    script, monkeypatch, django_capture_on_commit_callbacks
):
    bells: list[tuple] = []
    monkeypatch.setattr(jobs, "ring", lambda job, *ids: bells.append((job.__name__, *ids)))

    with django_capture_on_commit_callbacks(execute=True):
        script.post("/sync/orders")
        assert bells == []

    assert bells == [("import_run", JobRun.objects.get().id)]


def test_what_is_wanted_is_kept_with_the_run(script):
    wanted = {"ids": [ORDER], "dry_run": True, "limit": 5}

    assert ask(script, "/sync/orders", wanted).status_code == 202
    assert JobRun.objects.get().parameters == {
        "ids": [ORDER],
        "limit": 5,
        "dry_run": True,
        "backfill": True,
        "delete_all": False,
    }


def test_orders_can_begin_at_an_id(script):
    assert ask(script, "/sync/orders", {"start_id": ORDER}).status_code == 202
    assert JobRun.objects.get().parameters["start_id"] == ORDER


def test_a_time_without_a_zone_is_the_stores(script, store):
    store.timezone = "Europe/Berlin"
    store.save()

    ask(script, "/sync/orders", {"since": "2026-11-01", "until": "2026-11-02T00:00:00-05:00"})

    parameters = JobRun.objects.get().parameters
    assert parameters["since"] == "2026-10-31T23:00:00+00:00"
    assert parameters["until"] == "2026-11-02T05:00:00+00:00"


def test_a_second_one_of_the_same_kind_is_refused_and_the_first_is_shown(script):
    first = script.post("/sync/orders").json()

    response = script.post("/sync/orders")

    assert response.status_code == 409
    assert response.json() == {
        "detail": "An import of orders runs already for this store: wait for its end, or stop it.",
        "code": "runs_already",
        "run": first,
    }
    assert script.post("/sync/customers").status_code == 202


def test_a_store_that_is_not_ready_says_what_is_missing(other):
    response = browser(token(other)).post("/sync/orders")

    assert response.status_code == 409
    assert response.json() == {
        "detail": "No shop of this store can be imported from.",
        "code": "not_ready",
    }


def test_flows_start_only_if_the_metric_is_named(script):
    refused = ask(script, "/sync/orders", {"backfill": False})
    assert refused.status_code == 400
    assert (refused.json()["code"], refused.json()["field"]) == ("unconfirmed", "confirmFlows")
    assert not JobRun.objects.exists()

    named = {"backfill": False, "confirmFlows": "Placed Order"}
    assert ask(script, "/sync/orders", named).status_code == 202
    assert JobRun.objects.get().parameters["backfill"] is False


@pytest.mark.parametrize("kind", ["categories", "products"])
def test_deletion_takes_the_exact_word(script, kind: str):
    for said in ({}, {"confirmDeletion": "all"}, {"confirmDeletion": kind.upper()}):
        refused = ask(script, f"/sync/{kind}", {"deleteAll": True, **said})
        assert refused.status_code == 400
        assert refused.json()["code"] == "unconfirmed"
        assert refused.json()["field"] == "confirmDeletion"
        assert "0 objects" in refused.json()["detail"]
    assert not JobRun.objects.exists()

    confirmed = {"deleteAll": True, "confirmDeletion": kind}
    assert ask(script, f"/sync/{kind}", confirmed).status_code == 202
    assert JobRun.objects.get().parameters["delete_all"] is True


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "field", "detail"),
    [
        ({"ids": []}, "ids", "This list may not be empty."),
        ({"ids": ORDER}, "ids", 'Expected a list of items but got type "str".'),
        ({"ids": [ORDER, 5]}, "ids", "Entry 2: Not a valid string."),
        ({"ids": ["a\0b"]}, "ids", "Entry 1: Null characters are not allowed."),
        ({"ids": None}, "ids", "This field may not be null."),
        ({"since": "yesterday"}, "since", None),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since", "This time is out of reach."),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "until", None),
        ({"limit": 0}, "limit", "Ensure this value is greater than or equal to 1."),
        ({"limit": 10**30}, "limit", "A valid integer is required."),
        ({"limit": "5"}, "limit", "A valid integer is required."),
        ({"limit": True}, "limit", "A valid integer is required."),
        ({"dry_run": "no"}, "dry_run", "Must be a valid boolean."),
        ({"ids": ["a"], "start_id": "a"}, "start_id", None),
        ({"store": 5}, "store", "Not a valid string."),
        ({"dryRun": True}, "dryRun", None),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(script, wanted, field, detail):
    response = ask(script, "/sync/orders", wanted)

    said = response.json()
    assert response.status_code == 400
    assert said["field"] == field
    assert said["errors"][field][0] == said["detail"]
    assert detail in (None, said["detail"])
    assert said["code"]
    assert not JobRun.objects.exists()


@pytest.mark.parametrize(
    ("kind", "wanted", "field"),
    [
        ("customers", {"start_id": "a"}, "start_id"),
        ("customers", {"backfill": False}, "backfill"),
        ("orders", {"deleteAll": True, "confirmDeletion": "orders"}, "deleteAll"),
    ],
)
def test_what_a_kind_does_not_have_is_refused(script, kind: str, wanted: dict, field: str):
    response = ask(script, f"/sync/{kind}", wanted)

    assert (response.status_code, response.json()["field"]) == (400, field)


def test_every_field_that_is_wrong_is_named(script):
    said = ask(script, "/sync/orders", {"limit": 0, "dry_run": 1}).json()

    assert sorted(said["errors"]) == ["dry_run", "limit"]


@pytest.mark.parametrize(
    "body",
    ["{", "[]", '"ids"', "null", "5", '{"limit": NaN}', b"\xff", "[" * 100_000, r'{"a": "\ud800"}'],
)
def test_what_is_no_json_object_is_refused(script, body):
    response = script.post("/sync/orders", body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["code"] == "parse_error"
    assert not JobRun.objects.exists()


def test_ids_in_a_form_do_not_import_everything(script):
    response = script.post("/sync/orders", {"ids": "a"})

    assert response.status_code == 415
    assert response.json() == {
        "detail": "Send JSON, with the header “Content-Type: application/json”.",
        "code": "unsupported_media_type",
    }
    assert not JobRun.objects.exists()


def test_a_body_of_unknown_length_does_not_import_everything(script):
    response = script.generic("POST", "/sync/orders", headers={"transfer-encoding": "chunked"})

    assert (response.status_code, response.json()["code"]) == (411, "length_required")
    assert not JobRun.objects.exists()


def test_a_body_too_large_is_refused(script):
    response = ask(script, "/sync/orders", {"ids": ["x" * 5_000_000]})

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "address", ["/sync/", "/sync/widgets", "/sync/orders/", "/sync/runs/7", "/sync/a/b/c"]
)
def test_an_address_that_is_not_there_says_so_in_json(script, address: str):
    response = script.post(address)

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_another_method_is_refused_in_json(script):
    response = script.get("/sync/orders")

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


# --- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown", [None, "Token", "Token sw_wrong", "Bearer sw_wrong", "Basic eDp4"]
)
def test_without_a_token_nothing_is_told(store, shown):
    client = Client(headers={"authorization": shown} if shown else None)

    for response in (client.post("/sync/orders"), client.get("/sync/status")):
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == 'Token realm="Storewire"'
        assert response.json()["code"] in ("not_authenticated", "authentication_failed")
    assert not JobRun.objects.exists()


@pytest.mark.parametrize(
    "ended",
    [{"revoked": now()}, {"expires": now() - timedelta(seconds=1)}],
    ids=lambda e: list(e)[0],
)
def test_a_token_that_has_ended_opens_nothing(store, ended):
    assert browser(token(store, **ended)).get("/sync/status").status_code == 401


def test_a_token_for_reading_starts_and_stops_nothing(script, store):
    run = script.post("/sync/orders").json()["id"]
    reader = browser(token(store, scope="read"))

    for address in ("customers", "orders/stop", f"runs/{run}/resume", f"runs/{run}/retry"):
        response = reader.post(f"/sync/{address}")
        assert (response.status_code, response.json()["code"]) == (403, "may_only_read")
    assert reader.get("/sync/status").status_code == 200
    assert JobRun.objects.get().state == "queued"


def test_the_runs_of_others_are_not_there(script, other):
    run = JobRun.objects.create(store=other, kind="orders", state="failed")

    assert script.get(f"/sync/runs/{run.public_id}").status_code == 404
    assert script.get(f"/sync/runs/{run.public_id}/failures").status_code == 404
    assert script.post(f"/sync/runs/{run.public_id}/resume").status_code == 404
    assert script.post(f"/sync/runs/{run.public_id}/retry").status_code == 404
    assert script.get("/sync/runs").json()["results"] == []


def test_a_token_of_several_stores_has_to_say_which(store, other):
    script = browser(token(store, other))

    unsaid = script.post("/sync/orders")
    assert unsaid.status_code == 400
    assert unsaid.json()["field"] == "store"
    assert unsaid.json()["detail"].endswith("There are: other, shop.")

    assert ask(script, "/sync/orders", {"store": "shop"}).status_code == 202
    assert JobRun.objects.get().store == store


def test_a_store_that_is_not_the_tokens_is_refused(script, other):
    response = ask(script, "/sync/orders", {"store": "other"})

    assert response.status_code == 400
    assert response.json()["field"] == "store"
    assert "shop" in response.json()["detail"]


def test_a_token_remembers_when_it_was_used(script):
    script.get("/sync/status")

    assert now() - ApiToken.objects.get().last_used < timedelta(seconds=5)


# --- How often ----------------------------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_again(script, monkeypatch):
    monkeypatch.setattr(OftenEnoughToRun, "rate", "2/min")

    statuses = [script.post("/sync/orders/stop").status_code for _ in range(3)]
    response = script.post("/sync/orders/stop")

    assert statuses == [409, 409, 429]
    assert response.json()["code"] == "throttled"
    assert 1 <= int(response["Retry-After"]) <= 60
    assert script.get("/sync/status").status_code == 200


def test_another_token_is_counted_by_itself(script, store, monkeypatch):
    monkeypatch.setattr(OftenEnoughToRun, "rate", "1/min")
    script.post("/sync/orders/stop")

    assert browser(token(store)).post("/sync/orders/stop").status_code == 409


def test_while_redis_is_away_nobody_counts(script, monkeypatch):
    class Away:
        def get(self, *arguments: object) -> None:
            raise RedisAway

    monkeypatch.setattr(SimpleRateThrottle, "cache", Away())

    assert script.post("/sync/orders").status_code == 202


def test_while_the_database_is_away_scripts_are_asked_to_come_again(script, monkeypatch):
    def away(self: object) -> None:
        raise OperationalError

    monkeypatch.setattr(ApiTokenQuerySet, "usable", away)

    response = script.post("/sync/orders")
    assert response.status_code == 503
    assert response.json() == {
        "detail": "The database is away. Try again in a moment.",
        "code": "unavailable",
    }


# --- Stopping, going on, repeating --------------------------------------------------------------


def test_an_import_that_nobody_works_on_is_stopped_at_once(script):
    run = script.post("/sync/orders").json()

    response = script.post("/sync/orders/stop")

    assert response.status_code == 200
    assert (response.json()["id"], response.json()["state"]) == (run["id"], "stopped")


def test_an_import_that_is_under_way_stops_soon(script, store):
    JobRun.objects.create(store=store, kind="orders", state="running", heartbeat=now())

    for _ in range(2):
        response = script.post("/sync/orders/stop")
        assert (response.status_code, response.json()["state"]) == (200, "stopping")


def test_where_nothing_runs_there_is_nothing_to_stop(script):
    script.post("/sync/customers")

    response = script.post("/sync/orders/stop")

    assert response.status_code == 409
    assert response.json() == {
        "detail": "No import of orders is active for this store.",
        "code": "not_running",
    }
    assert JobRun.objects.get().state == "queued"


def test_a_stopped_import_goes_on_from_its_cursor(script, store):
    run = JobRun.objects.create(store=store, kind="orders", state="stopped", cursor="somewhere")

    response = script.post(f"/sync/runs/{run.public_id}/resume")

    assert response.status_code == 202
    assert response["Location"] == f"/sync/runs/{run.public_id}"
    assert (response.json()["state"], response.json()["cursor"]) == ("queued", "somewhere")


def test_what_is_over_does_not_go_on(script, store):
    run = JobRun.objects.create(store=store, kind="orders", state="succeeded")

    response = script.post(f"/sync/runs/{run.public_id}/resume")

    assert (response.status_code, response.json()["code"]) == (409, "not_over")


def test_none_goes_on_beside_another(script, store):
    run = JobRun.objects.create(store=store, kind="orders", state="stopped")
    active = script.post("/sync/orders").json()

    response = script.post(f"/sync/runs/{run.public_id}/resume")

    assert (response.status_code, response.json()["code"]) == (409, "runs_already")
    assert response.json()["run"] == active


def test_what_failed_is_imported_anew(script, store, klaviyo):
    run = JobRun.objects.create(store=store, kind="orders", state="succeeded")
    failed = failure(run, klaviyo, row="one")

    response = script.post(f"/sync/runs/{run.public_id}/retry")

    assert response.status_code == 202
    assert response.json()["id"] != str(run.public_id)
    assert response.json()["parameters"]["ids"] == ["one"]
    assert response.json()["who"] == "API token “ERP”"
    failed.refresh_from_db()
    assert failed.resolution == "retried"

    again = script.post(f"/sync/runs/{run.public_id}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_failed")


def test_an_empty_form_asks_for_what_nothing_asks_for(script):
    form = "application/x-www-form-urlencoded"
    answer = script.post("/sync/orders", b"", content_type=form)

    assert answer.status_code == 202
    assert answer.json()["parameters"]["backfill"] is True


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"confirmDeletion": "products"}, "confirmDeletion"), ({"confirmFlows": "x"}, "confirmFlows")],
)
def test_what_affirms_nothing_that_was_asked_for_is_refused(script, asked: dict, field: str):
    answer = script.post("/sync/products", asked, content_type="application/json")

    assert (answer.status_code, answer.json()["field"]) == (400, field)

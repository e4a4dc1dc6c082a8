"""What happens in the shop is told, in every envelope, until somebody takes it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from flask import Flask
from flask.testing import FlaskClient

from project.sandbox.commercetools import Hook, Shop, blueprint, start_trickle
from project.sandbox.commercetools.envelopes import ENVELOPES
from project.sandbox.commercetools.life import TYPES
from project.sandbox.commercetools.telling import announce
from project.sandbox.commercetools.trickle import step

SECRET = "quite-secret"


class Door(HTTPServer):
    """A hook that answers as it is told and keeps what it took."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 204
        self.taken: list[dict] = []
        self.refused = 0
        self.arrived = threading.Event()
        self.headers: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/commercetools/demo/"


class Handler(BaseHTTPRequestHandler):
    """Answers for a Door."""

    server: Door

    def do_POST(self) -> None:
        """Take a notification, or not."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["X-Storewire-Secret"] == SECRET
        self.server.headers = dict(self.headers)
        if self.server.status == 204:
            self.server.taken.append(payload_of(body))
        else:
            self.server.refused += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.arrived.set()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def payload_of(body: dict) -> dict:
    if "message" in body:
        body = json.loads(base64.b64decode(body["message"]["data"]))
    if "detail-type" in body:
        body = body["detail"]
    return body["data"] if "specversion" in body else body


def type_of(payload: dict) -> str:
    if payload["notificationType"] != "Message":
        return f"{payload['resource']['typeId']}.{payload['notificationType']}"
    return payload.get("type") or payload["payloadNotIncluded"]["payloadType"]


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    thread = threading.Thread(target=door.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield door
    door.shutdown()
    door.server_close()


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def hook(door: Door) -> Hook:
    return Hook(door.url, SECRET)


def client_of(shop: Shop, hook: Hook | None) -> FlaskClient:
    app = Flask("project.sandbox.app")
    app.register_blueprint(blueprint(shop, hook, lambda operation: None))
    return app.test_client()


def test_all_envelopes_carry_the_same_payload(shop: Shop):
    payload = step(shop, None, 1).payload
    notices = [announce(shop, None, payload) for _ in ENVELOPES]
    assert {notice.envelope for notice in notices} == set(ENVELOPES)
    assert [payload_of(notice.body) for notice in notices] == [payload] * len(ENVELOPES)


def test_eventbridge_puts_the_payload_into_an_event(shop: Shop):
    order = {"type": "customer.ResourceUpdated", "envelope": "eventbridge"}
    answer = client_of(shop, None).post("/_sandbox/notify", json=order).json
    event = answer["body"]
    assert event["detail"] == answer["payload"]
    assert event["detail-type"] == "ResourceUpdated"
    assert event["source"] == "aws.partner/commercetools.com/demo-shop/storewire"
    assert (event["version"], event["resources"]) == ("0", [])


def test_pubsub_without_wrapper_posts_the_bare_payload_with_its_ids_beside(shop, hook, door: Door):
    order = {"type": "CustomerCreated", "envelope": "pubsub-nowrapper"}
    answer = client_of(shop, hook).post("/_sandbox/notify", json=order).json
    assert answer["body"] == answer["payload"]
    assert door.taken == [answer["payload"]]
    assert door.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert door.headers["x-goog-pubsub-message-id"].isdecimal()


def test_one_can_be_sent_several_times(shop: Shop, hook: Hook, door: Door):
    order = {"type": "CustomerDeleted", "times": 3}
    payload = client_of(shop, hook).post("/_sandbox/notify", json=order).json["payload"]
    assert door.taken == [payload] * 3


def test_a_message_says_what_happened_and_it_really_has(shop: Shop, hook: Hook, door: Door):
    client = client_of(shop, hook)
    answer = client.post("/_sandbox/notify", json={"type": "CustomerCreated"}).json
    [payload] = door.taken
    assert answer["payload"] == payload
    assert (answer["status"], answer["attempts"]) == (204, 1)
    assert payload["type"] == "CustomerCreated"
    assert payload["notificationType"] == "Message"
    assert payload["projectKey"] == "demo-shop"
    assert payload["resource"] == {"typeId": "customer", "id": payload["customer"]["id"]}
    assert payload["resourceVersion"] == payload["customer"]["version"] == 1
    assert payload["sequenceNumber"] == 1
    assert shop.referred(payload["resource"]) == payload["customer"]


def test_an_order_changes_its_state(shop: Shop):
    client = client_of(shop, None)
    order = {"type": "OrderStateChanged", "order_state": "Cancelled", "envelope": "cloudevents"}
    answer = client.post("/_sandbox/notify", json=order).json
    payload = answer["payload"]
    assert payload["orderState"] == "Cancelled"
    assert payload["oldOrderState"] in {"Open", "Confirmed"}
    assert payload["resourceVersion"] > 1
    assert payload["sequenceNumber"] > 1
    event = answer["body"]
    assert event["type"] == "com.commercetools.order.message.OrderStateChanged"
    assert event["sequence"] == str(payload["sequenceNumber"])
    assert answer["status"] is None
    kept = client.get("/_sandbox/notifications").json
    assert kept == [answer]


def test_what_was_too_large_comes_without_document_and_type(shop: Shop):
    order = {"type": "OrderCreated", "too_large": True}
    payload = client_of(shop, None).post("/_sandbox/notify", json=order).json["payload"]
    assert payload["payloadNotIncluded"]["payloadType"] == "OrderCreated"
    assert payload["resourceUserProvidedIdentifiers"]["orderNumber"].startswith("SW-")
    assert not {"type", "order"} & set(payload)


@pytest.mark.parametrize(
    "order",
    [
        None,
        {},
        {"type": "Nonsense"},
        {"type": "OrderCreated", "envelope": "pigeon"},
        {"type": "OrderStateChanged", "order_state": "Open"},
        {"type": ["OrderCreated"]},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(shop: Shop, order: object):
    client = client_of(shop, None)
    assert client.post("/_sandbox/notify", json=order).status_code == 400
    assert client.get("/_sandbox/notifications").json == []


def test_a_failing_hook_gets_everything_later_and_in_order(shop: Shop, hook: Hook, door: Door):
    door.status = 503
    first = step(shop, hook, 1)
    step(shop, hook, 2)
    missed = list(shop.notices)
    assert first.status == 503
    assert (door.taken, hook.waiting) == ([], len(missed))
    door.status = 204
    last = step(shop, hook, 3)
    assert door.taken == [notice.payload for notice in [*missed, last]]
    assert hook.waiting == 0
    assert first.attempts == len(missed) + 1


@pytest.mark.parametrize(("status", "waiting"), [(408, 1), (429, 1), (500, 1), (400, 0), (413, 0)])
def test_only_a_refusal_for_good_is_not_sent_again(shop, hook, door, status: int, waiting: int):
    door.status = status
    assert step(shop, hook, 1).status == status
    assert (hook.waiting, door.taken) == (waiting, [])


def test_an_unreachable_hook_keeps_the_newest_thousand(shop: Shop):
    hook = Hook("http://127.0.0.1:9/", SECRET)
    notice = step(shop, hook, 1)
    assert (notice.status, notice.problem) == (None, "ConnectionError")
    hook.send(*[notice] * 1_200)
    assert hook.waiting == 1_000


def test_the_trickle_shows_everything_and_is_as_untidy_as_real_life(shop, hook, door: Door):
    for number in range(200):
        step(shop, hook, number)
    test, first, second, *_ = door.taken
    assert test["resource"]["typeId"] == "subscription"
    assert first["type"] == "CustomerCreated"
    assert second["order"]["customerEmail"] == first["customer"]["email"]
    assert {type_of(payload) for payload in door.taken[1:]} == set(TYPES)
    assert any("payloadNotIncluded" in payload for payload in door.taken)
    ids = [payload["id"] for payload in door.taken if "id" in payload]
    assert len(set(ids)) < len(ids)
    erased = [payload.get("dataErasure") for payload in door.taken]
    assert True in erased
    bought = [payload for payload in door.taken if payload.get("type") == "OrderCreated"]
    assert len(bought) > 200 / 5


def test_what_the_trickle_tells_is_the_newest_version(shop: Shop, hook: Hook, door: Door):
    for number in range(1, 100):
        step(shop, hook, number)
    told = {}
    for payload in door.taken:
        version = payload.get("resourceVersion", payload.get("version"))
        told[payload["resource"]["id"]] = (payload["resource"], version)
    for resource, version in told.values():
        document = shop.referred(resource)
        assert document is None or document["version"] == version


def test_the_trickle_runs_by_itself(shop: Shop, hook: Hook, door: Door):
    thread = start_trickle(shop, hook, every=3600)
    assert thread.daemon
    assert door.arrived.wait(10)

"""Subscriptions are made, changed, ended, and fall ill when told to."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from project.sandbox.commercetools import Hook, Shop, blueprint

BASE = "/commercetools/demo-shop/subscriptions"
HEALTH = "/commercetools/_sandbox/subscription-health"
DRAFT = {
    "key": "storewire",
    "destination": {"type": "GoogleCloudPubSub", "projectId": "p", "topic": "t"},
    "messages": [{"resourceTypeId": "customer", "types": ["CustomerCreated"]}],
    "changes": [{"resourceTypeId": "category"}],
}


@pytest.fixture
def shop() -> Shop:
    return Shop(customers=2, orders=2)


@pytest.fixture
def client(shop: Shop) -> FlaskClient:
    return client_of(shop, None)


@pytest.fixture
def made(client: FlaskClient) -> dict:
    answer = client.post(BASE, json=DRAFT)
    assert answer.status_code == 201
    return answer.json


def client_of(shop: Shop, hook: Hook | None) -> FlaskClient:
    app = Flask("project.sandbox.app")
    calls = blueprint(shop, hook, lambda operation: None)
    app.register_blueprint(calls, url_prefix="/commercetools")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {shop.new_token()}"
    return client


def test_a_new_one_can_be_found_and_its_door_was_tried(shop, client, made: dict):
    assert made.items() >= {**DRAFT, "version": 1, "format": {"type": "Platform"}}.items()
    assert client.get(f"{BASE}/{made['id']}").json == made
    assert client.get(f"{BASE}/key=storewire").json == made
    assert client.get(BASE).json["results"] == [made]
    [notice] = shop.notices
    assert notice.envelope == "pubsub"
    assert notice.payload["notificationType"] == "ResourceCreated"
    assert notice.payload["resource"] == {"typeId": "subscription", "id": made["id"]}
    assert notice.payload["resourceUserProvidedIdentifiers"] == {"key": "storewire"}


def test_cloudevents_are_tried_as_such(shop: Shop, client: FlaskClient):
    client.post(BASE, json={**DRAFT, "format": {"type": "CloudEvents"}})
    assert shop.notices[0].envelope == "cloudevents"


def test_none_is_made_if_the_door_stays_closed(shop: Shop):
    answer = client_of(shop, Hook("http://127.0.0.1:9/", "secret")).post(BASE, json=DRAFT)
    assert answer.status_code == 400
    assert "could not be delivered" in answer.json["message"]
    assert shop.held("subscriptions") == []


@pytest.mark.parametrize(
    "draft",
    [
        None,
        {},
        {**DRAFT, "destination": {}},
        {**DRAFT, "messages": [], "changes": []},
        {**DRAFT, "messages": "all"},
        {**DRAFT, "changes": [{"resourceTypeId": "wish"}]},
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(client: FlaskClient, draft: object):
    answer = client.post(BASE, json=draft)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["code"] == "InvalidInput"


def test_a_key_is_there_once_and_no_more_than_fifty(client: FlaskClient, made: dict):
    assert client.post(BASE, json=DRAFT).status_code == 400
    for number in range(49):
        assert client.post(BASE, json={**DRAFT, "key": f"k-{number}"}).status_code == 201
    assert client.post(BASE, json={**DRAFT, "key": "k-50"}).status_code == 400


def test_it_is_changed_action_by_action(shop: Shop, client: FlaskClient, made: dict):
    changes = [{"resourceTypeId": "product"}]
    actions = [
        {"action": "setKey", "key": "other"},
        {"action": "setMessages", "messages": []},
        {"action": "setChanges", "changes": changes},
    ]
    url = f"{BASE}/{made['id']}"
    answer = client.post(url, json={"version": 1, "actions": actions})
    assert answer.status_code == 200
    assert answer.json.items() >= {"key": "other", "messages": [], "changes": changes}.items()
    assert answer.json["version"] == 2
    assert client.get(url).json == answer.json
    assert len(shop.notices) == 1
    elsewhere = {"action": "changeDestination", "destination": {"type": "EventBridge"}}
    assert client.post(url, json={"version": 2, "actions": [elsewhere]}).status_code == 200
    assert [notice.envelope for notice in shop.notices] == ["pubsub", "eventbridge"]


@pytest.mark.parametrize(
    "order",
    [
        None,
        {"version": 1},
        {"version": 1, "actions": [{"action": "dance"}]},
        {"version": 1, "actions": [{"action": ["setKey"]}]},
        {"version": 1, "actions": ["setKey"]},
        {"version": 1, "actions": [{"action": "setChanges", "changes": [1]}]},
    ],
)
def test_an_action_that_makes_no_sense_changes_nothing(client, made: dict, order: object):
    url = f"{BASE}/{made['id']}"
    assert client.post(url, json=order).status_code == 400
    assert client.get(url).json == made


def test_a_wrong_version_is_a_conflict(client: FlaskClient, made: dict):
    url = f"{BASE}/{made['id']}"
    for answer in (
        client.post(url, json={"version": 7, "actions": []}),
        client.delete(f"{url}?version=7"),
    ):
        assert answer.status_code == 409
        [error] = answer.json["errors"]
        assert (error["code"], error["currentVersion"]) == ("ConcurrentModification", 1)


def test_it_ends(client: FlaskClient, made: dict):
    url = f"{BASE}/{made['id']}"
    assert client.delete(url).status_code == 400
    assert client.delete(f"{url}?version=1").json == made
    for answer in (
        client.get(url),
        client.get(f"{url}/health"),
        client.delete(f"{url}?version=1"),
        client.post(url, json={"version": 1, "actions": []}),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("ConfigurationError", 400),
        ("ConfigurationErrorDeliveryStopped", 400),
        ("ManuallySuspended", 400),
        ("TemporaryError", 503),
    ],
)
def test_its_health_is_what_was_told_and_asked_without_a_token(shop, made, status, code):
    anonymous = client_of(shop, None)
    del anonymous.environ_base["HTTP_AUTHORIZATION"]
    url = f"{BASE}/{made['id']}/health"
    healthy = anonymous.get(url)
    assert (healthy.status_code, healthy.json) == (200, {})
    anonymous.post(HEALTH, json={"id": made["id"], "status": status})
    ill = anonymous.get(url)
    assert (ill.status_code, ill.json["status"]) == (code, status)
    anonymous.post(HEALTH, json={"id": made["id"], "status": "Healthy"})
    assert anonymous.get(url).status_code == 200


@pytest.mark.parametrize("order", [None, {}, {"id": "nobody", "status": "Healthy"}, {"id": 3}])
def test_only_what_is_there_falls_ill(client: FlaskClient, made: dict, order: object):
    assert client.post(HEALTH, json=order).json["error"].startswith("id: ")
    answer = client.post(HEALTH, json={"id": made["id"], "status": "Sad"})
    assert (answer.status_code, answer.json["error"][:8]) == (400, "status: ")


def test_nobody_subscribes_without_a_token(shop: Shop, client: FlaskClient):
    del client.environ_base["HTTP_AUTHORIZATION"]
    assert client.post(BASE, json=DRAFT).status_code == 401
    assert client.get(BASE).status_code == 401
    assert client.delete(f"{BASE}/1?version=1").status_code == 401
    assert list(shop.notices) == []

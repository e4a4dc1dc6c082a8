"""The shop is asked to tell what the store has handlers for; nothing else there is touched."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from flask import Flask, Response, request
from werkzeug.serving import make_server

from integration import registry, store_file, subscriptions
from integration.core.errors import Reject
from integration.models import Connection
from integration.sources.commercetools.messages import HANDLERS, OFF
from integration.sources.commercetools.subscriptions import wanted
from project.sandbox.commercetools import Shop, blueprint
from tests.conftest import store_document

pytestmark = pytest.mark.django_db

PUBSUB = {"type": "GoogleCloudPubSub", "projectId": "our-cloud", "topic": "shop"}
SQS = {
    "type": "SQS",
    "queueUrl": "https://sqs.eu-west-1.amazonaws.com/1/shop",
    "region": "eu-west-1",
    "accessKey": "AKIA-OURS",
    "accessSecret": "do-not-show",
}
FOREIGN = {
    "key": "somebody-elses",
    "destination": PUBSUB,
    "messages": [{"resourceTypeId": "order", "types": ["OrderCreated"]}],
    "changes": [],
}
LIST = "/commercetools/demo-shop/subscriptions"


class Api:
    """The sandbox's shop on a port of its own; what it was asked about subscriptions."""

    def __init__(self) -> None:
        self.shop = Shop(customers=1, orders=1)
        self.asked: list[tuple[str, str, dict | None]] = []
        self.tokens: list[str] = []  # who asked, in the same order
        self.before: dict[str, list[Response]] = {}  # operation: answers to give first
        app = Flask("project.sandbox.app")
        app.register_blueprint(
            blueprint(self.shop, None, self._strike), url_prefix="/commercetools"
        )
        app.before_request(self._note)
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"

    def _note(self) -> None:
        if "/subscriptions" in request.path:
            body = request.get_json(silent=True)
            path = request.full_path.rstrip("?").removeprefix(LIST)
            self.asked.append((request.method, path, body))
            self.tokens.append(request.headers.get("Authorization", ""))

    def _strike(self, operation: str) -> Response | None:
        waiting = self.before.get(operation)
        return waiting.pop(0) if waiting else None

    def fail(self, operation: str, status: int, **document: object) -> None:
        """Answer the next request of this kind so."""
        answer = Response(json.dumps(document), status, content_type="application/json")
        self.before.setdefault(operation, []).append(answer)

    def put(self, document: dict) -> dict:
        """Make a subscription, as somebody else would."""
        rest = {"version": 1, "format": {"type": "Platform"}, "status": "Healthy"}
        made = {"id": f"id-{document['key']}", **rest, **document}
        self.shop.put("subscriptions", made)
        return made

    def held(self, key: str = "storewire-shop") -> dict | None:
        """Return the subscription with this key."""
        found = [e for e in self.shop.held("subscriptions") if e.get("key") == key]
        return found[0] if found else None


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    thread = threading.Thread(target=api.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield api
    api.server.shutdown()
    thread.join(10)
    api.server.server_close()


@pytest.fixture
def connection(api: Api) -> Connection:
    store, _ = store_file.import_store(store_document(api.url))
    return store.connections.get(kind="commercetools")


@pytest.fixture
def pubsub(tmp_path: Path) -> str:
    return destination(tmp_path, PUBSUB)


def destination(folder: Path, document: object) -> str:
    path = folder / "destination.json"
    path.write_text(json.dumps(document))
    return str(path)


def run(capsys: pytest.CaptureFixture, *words: str) -> str:
    call_command("subscriptions", *words)
    return capsys.readouterr().out


def ours(**changes: object) -> dict:
    """A subscription as we would make it for a store with every default."""
    on = [name for name in HANDLERS if name not in OFF]
    return {"key": "storewire-shop", "destination": PUBSUB, **wanted(on), **changes}


def test_the_least_set_names_each_message_and_each_changed_resource_once():
    types = ["OrderImported", "customer.ResourceUpdated", "ReturnInfoAdded", "OrderCreated"]
    types += ["customer.ResourceDeleted", "category.ResourceUpdated", "PaymentTransactionAdded"]
    assert wanted([*types, "OrderCreated"]) == {
        "messages": [
            {
                "resourceTypeId": "order",
                "types": ["OrderCreated", "OrderImported", "ReturnInfoAdded"],
            },
            {"resourceTypeId": "payment", "types": ["PaymentTransactionAdded"]},
        ],
        "changes": [{"resourceTypeId": "category"}, {"resourceTypeId": "customer"}],
    }


def test_every_message_with_a_handler_can_be_subscribed_to():
    found = wanted(HANDLERS)
    listed = {type_ for entry in found["messages"] for type_ in entry["types"]}
    assert listed == {name for name in HANDLERS if "." not in name}
    assert {entry["resourceTypeId"] for entry in found["changes"]} == {
        name.partition(".")[0] for name in HANDLERS if "." in name
    }


@pytest.mark.parametrize("name", ["QuoteCreated", "CustomerGroupSet", "ProductSelectionCreated"])
def test_a_message_about_who_knows_what_is_refused(name: str):
    with pytest.raises(Reject, match=f"which resource “{name}” messages are about"):
        wanted([name])


def test_what_a_store_switches_off_is_not_wanted():
    source = registry.sources()["commercetools"]
    on = subscriptions.switched_on(source, {"messages": {"off": ["OrderCreated"]}})
    assert on == sorted(name for name in HANDLERS if name != "OrderCreated")


def test_show_tells_what_would_be_created_and_creates_nothing(api, connection, capsys):
    out = run(capsys, "show", "shop")

    assert "The subscription “storewire-shop” is to be created.\n" in out
    assert "+ changes of customer\n" in out
    assert "+ message OrderCreated of order\n" in out
    assert "ReturnInfoAdded" not in out  # known, and off unless a store wants it
    assert "Health: Missing. The shop has no subscription that we made." in out
    assert {method for method, _, _ in api.asked} == {"GET"}
    assert api.held() is None


def test_apply_creates_it_with_the_destination_and_tells_how_it_is(api, connection, pubsub, capsys):
    out = run(capsys, "apply", "shop", "--destination", pubsub, "--yes")

    assert api.asked[:2] == [
        ("GET", "/key=storewire-shop", None),
        ("POST", "", {**ours(), "format": {"type": "Platform"}}),
    ]
    assert api.held().items() >= ours().items()
    assert "+ to GoogleCloudPubSub (projectId our-cloud, topic shop)\n" in out
    assert "The subscription “storewire-shop” is created.\n" in out
    assert "Health: Healthy. The shop's notifications arrive." in out
    connection.refresh_from_db()
    assert connection.health["status"] == "Healthy"
    assert connection.health["id"] == api.held()["id"]


def test_event_grid_gets_cloudevents(api, connection, tmp_path):
    grid = {"type": "EventGrid", "uri": "https://shop.eventgrid.azure.net/api/events"}
    path = destination(tmp_path, {**grid, "accessKey": "hidden"})
    call_command("subscriptions", "apply", "shop", "--destination", path, "--yes")
    assert api.held()["format"] == {"type": "CloudEvents", "cloudEventsVersion": "1.0"}


def test_a_second_apply_finds_nothing_to_do(api, connection, pubsub, capsys):
    api.put(ours())

    for more in ([], ["--destination", pubsub]):
        out = run(capsys, "apply", "shop", *more)  # nobody is asked
        assert "The subscription “storewire-shop” is as it should be.\n" in out
        assert "There is nothing to change.\n" in out
    assert [method for method, _, _ in api.asked] == ["GET", "GET"]


def test_what_is_too_much_goes_and_what_is_missing_comes(api, connection, capsys):
    before = wanted(["OrderCreated", "OrderDeleted", "customer.ResourceUpdated"])
    made = api.put(ours(**before))

    out = run(capsys, "apply", "shop", "--yes")
    assert "The subscription “storewire-shop” is to be changed.\n" in out
    assert "  to GoogleCloudPubSub (projectId our-cloud, topic shop)\n" in out
    assert "- message OrderDeleted of order\n" in out
    assert "+ message OrderImported of order\n" in out
    assert "  message OrderCreated of order\n" in out
    assert "+ changes of category\n" in out
    assert api.asked[1] == (
        "POST",
        f"/{made['id']}",
        {
            "version": 1,
            "actions": [
                {"action": "setMessages", "messages": ours()["messages"]},
                {"action": "setChanges", "changes": ours()["changes"]},
            ],
        },
    )
    assert api.held()["messages"] == ours()["messages"]
    assert api.held()["destination"] == PUBSUB


def test_all_messages_of_a_resource_become_the_ones_that_are_wanted(api, connection, capsys):
    others = [e for e in ours()["messages"] if e["resourceTypeId"] != "order"]
    api.put(ours(messages=[*others, {"resourceTypeId": "order"}]))

    assert "- all messages of order\n" in run(capsys, "apply", "shop", "--yes")
    assert api.held()["messages"] == ours()["messages"]


def test_a_move_changes_the_destination_alone_and_shows_no_secret(
    api, connection, tmp_path, capsys
):
    made = api.put(ours())

    path = destination(tmp_path, SQS)
    out = run(capsys, "apply", "shop", "--destination", path, "--yes")
    assert "- to GoogleCloudPubSub (projectId our-cloud, topic shop)\n" in out
    assert f"+ to SQS (queueUrl {SQS['queueUrl']}, region eu-west-1)\n" in out
    assert "do-not-show" not in out
    assert "AKIA" not in out
    move = {"action": "changeDestination", "destination": SQS}
    assert api.asked[1] == ("POST", f"/{made['id']}", {"version": 1, "actions": [move]})


def test_keys_that_the_shop_hides_are_set_anew(api, connection, tmp_path, capsys):
    api.put(ours(destination={**SQS, "accessSecret": "****show"}))

    path = destination(tmp_path, SQS)
    out = run(capsys, "apply", "shop", "--destination", path, "--yes")
    assert "+ to SQS (" in out
    assert "with its keys set anew" in out
    assert api.held()["destination"] == SQS


def test_a_secret_of_the_destination_comes_from_the_environment(
    api, connection, tmp_path, monkeypatch
):
    monkeypatch.setenv("QUEUE_SECRET", "do-not-show")
    path = destination(tmp_path, {**SQS, "accessSecret": "${QUEUE_SECRET}"})
    call_command("subscriptions", "apply", "shop", "--destination", path, "--yes")
    assert api.held()["destination"] == SQS


def test_who_was_faster_is_read_again_and_the_change_is_made_once_more(api, connection):
    made = api.put(ours(changes=[]))
    api.fail("subscribe", 409, message="different version", statusCode=409)

    call_command("subscriptions", "apply", "shop", "--yes")
    assert [(method, path) for method, path, _ in api.asked[:4]] == [
        ("GET", "/key=storewire-shop"),
        ("POST", f"/{made['id']}"),
        ("GET", "/key=storewire-shop"),
        ("POST", f"/{made['id']}"),
    ]
    assert api.held()["changes"] == ours()["changes"]


def test_two_conflicts_are_enough(api, connection):
    api.put(ours(changes=[]))
    for _ in range(2):
        api.fail("subscribe", 409, message="different version", statusCode=409)

    with pytest.raises(CommandError, match=r"refused the subscription \(409\): different version"):
        call_command("subscriptions", "apply", "shop", "--yes")
    assert api.held()["changes"] == []


def test_nobody_to_ask_and_no_yes_changes_nothing(api, connection, pubsub, capsys):
    with pytest.raises(CommandError, match="Nothing was changed: there is nobody to ask."):
        call_command("subscriptions", "apply", "shop", "--destination", pubsub)

    assert "+ message OrderCreated of order\n" in capsys.readouterr().out
    assert api.held() is None


@pytest.mark.parametrize(("answer", "is_made"), [("y\n", True), ("\n", False), ("no\n", False)])
def test_a_person_is_asked(api, connection, pubsub, monkeypatch, answer: str, is_made: bool):
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    words = ["subscriptions", "apply", "shop", "--destination", pubsub]
    if is_made:
        call_command(*words)
    else:
        with pytest.raises(CommandError, match="^Nothing was changed.$"):
            call_command(*words)
    assert bool(api.held()) == is_made


def test_a_new_one_needs_a_destination(api, connection):
    with pytest.raises(CommandError, match="Say where notifications are to go: --destination"):
        call_command("subscriptions", "apply", "shop", "--yes")
    assert api.held() is None


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"type": "IronMQ", "uri": "x"}, "The destination's type is not one of AzureServiceBus"),
        ({"projectId": "p"}, "The destination's type is not one of"),
        ({"type": "GoogleCloudPubSub", "projectId": "p"}, "lacks “topic”"),
        ({"type": "EventBridge", "region": "r", "accountId": 12}, "“accountId” should be text"),
    ],
)
def test_what_is_no_destination_is_refused(api, connection, tmp_path, document, problem):
    path = destination(tmp_path, document)
    with pytest.raises(CommandError, match=problem):
        call_command("subscriptions", "apply", "shop", "--destination", path, "--yes")
    assert api.asked == []


def test_a_file_that_is_not_there_is_said_plainly(api, connection):
    with pytest.raises(CommandError, match="nowhere.json cannot be read: No such file"):
        call_command("subscriptions", "apply", "shop", "--destination", "nowhere.json", "--yes")


def test_the_reason_of_a_refusal_is_told(api, connection, pubsub):
    api.fail("subscribe", 400, statusCode=400, message="A test message could not be delivered.")
    with pytest.raises(CommandError, match=r"\(400\): A test message could not be delivered."):
        call_command("subscriptions", "apply", "shop", "--destination", pubsub, "--yes")


@pytest.mark.parametrize("words", [["show", "shop"], ["remove", "shop", "--yes"]])
def test_a_missing_scope_is_named(api, connection, words):
    api.fail("get", 403, statusCode=403, message="Insufficient scope")
    with pytest.raises(CommandError, match="the scope manage_subscriptions:demo-shop."):
        call_command("subscriptions", *words)


def test_nothing_is_wanted_if_everything_is_off(api, connection):
    connection.store.settings = {"messages": {"off": sorted(HANDLERS)}}
    connection.store.save()
    with pytest.raises(CommandError, match="Every message is switched off"):
        call_command("subscriptions", "show", "shop")


def test_what_somebody_else_subscribed_to_is_never_touched(api, connection, pubsub, capsys):
    theirs = api.put(FOREIGN)

    call_command("subscriptions", "apply", "shop", "--destination", pubsub, "--yes")
    call_command("subscriptions", "remove", "shop", "--yes")
    out = run(capsys, "remove", "shop", "--yes")
    assert "There is no subscription “storewire-shop”. Others are left alone.\n" in out
    assert api.held("somebody-elses") == theirs
    assert not any("somebody-elses" in path for _, path, _ in api.asked)


def test_remove_removes_ours_in_the_version_that_it_saw(api, connection, capsys):
    made = api.put(ours(version=7))

    out = run(capsys, "remove", "shop", "--yes")
    assert ("DELETE", f"/{made['id']}?version=7", None) in api.asked
    assert "The subscription “storewire-shop” is removed.\n" in out
    connection.refresh_from_db()
    assert connection.health["status"] == "Missing"


def test_remove_asks_too(api, connection):
    api.put(ours())
    with pytest.raises(CommandError, match="there is nobody to ask"):
        call_command("subscriptions", "remove", "shop")
    assert api.held()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("Healthy", "There is nothing to do."),
        ("ConfigurationError", "Ask whoever looks after the cloud"),
        ("ConfigurationErrorDeliveryStopped", "what happens there now is lost here"),
        ("ManuallySuspended", "ask the support of commercetools"),
        ("TemporaryError", "goes on trying"),
    ],
)
def test_health_is_kept_and_asked_without_a_token_once_the_id_is_known(
    api, connection, status: str, words: str
):
    made = api.put(ours(status=status))
    connection.health = {"id": made["id"]}

    subscriptions.check_health(connection)
    connection.refresh_from_db()
    assert connection.health["status"] == status
    assert words in connection.health["words"]
    assert connection.health["checked_at"]
    assert api.asked == [("GET", f"/{made['id']}/health", None)]
    assert api.tokens == [""]


@pytest.mark.parametrize("status", ["ManuallySuspended", "ConfigurationErrorDeliveryStopped"])
def test_an_answer_without_a_word_is_looked_up(api, connection, status: str):
    api.put(ours(status=status))
    api.fail("health", 400)

    subscriptions.check_health(connection)
    assert connection.health["status"] == status


@pytest.mark.parametrize(
    ("answer", "status"), [(400, "ConfigurationError"), (503, "TemporaryError"), (502, "Unknown")]
)
def test_without_the_scope_an_answer_without_a_word_tells_what_its_status_does(
    api, connection, answer: int, status: str
):
    made = api.put(ours())
    connection.health = {"id": made["id"]}
    api.fail("health", answer)
    api.fail("get", 403)

    subscriptions.check_health(connection)
    assert connection.health["status"] == status
    assert connection.health["id"] == made["id"]


def test_one_that_was_made_anew_is_found_by_its_key(api, connection):
    made = api.put(ours())
    connection.health = {"id": "the-old-one"}

    subscriptions.check_health(connection)
    assert connection.health["status"] == "Healthy"
    assert connection.health["id"] == made["id"]


def test_one_that_is_gone_is_missing(api, connection):
    connection.health = {"id": "the-old-one"}

    subscriptions.check_health(connection)
    assert connection.health["status"] == "Missing"
    assert connection.health["id"] == ""


def test_what_cannot_be_asked_is_unknown_with_the_reason(api, connection):
    connection.set_secrets(client_secret="wrong")

    subscriptions.check_health(connection)
    assert connection.health["status"] == "Unknown"
    assert "commercetools refused the API client (401)." in connection.health["words"]


def test_what_has_no_subscriptions_has_no_health(api, connection):
    klaviyo = connection.store.connections.get(kind="klaviyo")
    subscriptions.check_health(klaviyo)
    assert klaviyo.health == {}
    connection.config = {}
    subscriptions.check_health(connection)
    assert connection.health == {}
    assert api.asked == []


def test_the_page_of_the_store_shows_it(api, connection, admin_client):
    page = f"/admin/integration/store/{connection.store_id}/change/"
    assert "Not asked yet." in admin_client.get(page).content.decode()

    api.put(ours(status="ConfigurationError"))
    subscriptions.check_health(connection)
    shown = admin_client.get(page).content.decode()
    assert "the place they go to is gone, or refuses them" in shown
    assert "ConfigurationError" in shown


def test_a_store_that_is_not_there_or_not_filled_in_is_named(api, connection):
    with pytest.raises(CommandError, match="There is no store “x”. Known: shop."):
        call_command("subscriptions", "show", "x")
    connection.config = {}
    connection.save()
    with pytest.raises(CommandError, match="commercetools: still to fill in: Project key"):
        call_command("subscriptions", "show", "shop")
    connection.delete()
    with pytest.raises(CommandError, match="“shop” is not connected to a shop with subscriptions"):
        call_command("subscriptions", "show", "shop")

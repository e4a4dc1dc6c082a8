"""Queues are emptied into the inbox: nothing is removed unless it is stored, nothing kept twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit
from uuid import uuid4

import boto3
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from integration import store_file
from integration.consumers import servicebus, sqs
from integration.consumers.loop import consume, kind_of
from integration.consumers.queues import Opener
from integration.consumers.servicebus import ServiceBusQueue, sas_token
from integration.consumers.sqs import SqsQueue
from integration.consumers.stopping import Stop, Stopped
from integration.core import http
from integration.core.errors import Misconfigured
from integration.models import Connection, InboundMessage
from integration.pipeline import doors, inbox
from integration.sources.commercetools import certificates, sns
from project.local.ports import HOST, free_port
from tests.conftest import ROOT, answers, store_document, wait_until
from tests.integration.samples import cloudevent, customer_created

REGION = "eu-west-1"
KEY_NAME, KEY = "storewire-listen", "c2VjcmV0+/="
QUEUE_PATH = "/shop-queue"


class StopsAfter(Stop):
    """Told to stop after so many rounds; does not sleep but notes for how long it would have."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._count()

    def _count(self) -> None:
        self.rounds -= 1
        self.asked = self.rounds <= 0


def run(opens: Callable, rounds: int = 1) -> tuple[list[int], list[float]]:
    """Empty the store's queue for some rounds. Return for whom it rang, and the pauses."""
    stop = StopsAfter(rounds)

    class Counting:
        def __init__(self, access) -> None:
            self.queue = opens(access)
            self.remove, self.put_back = self.queue.remove, self.queue.put_back

        def take(self) -> list:
            batch = self.queue.take()
            stop._count()
            return batch

    doors.forget("commercetools", "shop")
    return list(consume("commercetools", "shop", Opener(Counting), stop)), stop.slept


def kept() -> list[str]:
    return sorted(InboundMessage.objects.values_list("resource_id", flat=True))


@pytest.fixture(autouse=True)
def _the_transaction_of_the_test(monkeypatch):
    """Django would close its connection, thinking that somebody had forgotten it in there."""
    monkeypatch.setattr("integration.consumers.loop.close_old_connections", lambda: None)


# --- Amazon SQS ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def amazon() -> Iterator[str]:
    """An Amazon on this machine: its queues, topics and event buses."""
    url = f"http://{HOST}:{(port := free_port())}"
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: answers(url))
    yield url
    process.terminate()
    process.wait(10)


class Amazon:
    """What a test does in Amazon's console."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.sqs, self.sns, self.events = (
            boto3.client(kind, endpoint_url=url, region_name=REGION)
            for kind in ("sqs", "sns", "events")
        )
        attributes = {"VisibilityTimeout": "1"}
        self.queue = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = self._attribute("QueueArn")

    def fill_in(self, shop: Connection) -> None:
        values = {"sqs_queue_url": self.queue, "sqs_region": REGION, "sqs_endpoint_url": self.url}
        shop.config |= values
        shop.save()

    def put(self, *payloads: object) -> None:
        for payload in payloads:
            text = payload if isinstance(payload, str) else json.dumps(payload)
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=text)

    def waiting(self) -> int:
        """Return how many messages are in the queue, taken or not."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(self._attribute(name)) for name in names)

    def _attribute(self, name: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=[name])
        return answer["Attributes"][name]


@pytest.fixture
def bare_queue(amazon: str, monkeypatch) -> Amazon:
    """A queue of Amazon's that nobody has filled in yet."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setattr(sqs, "WAIT_SECONDS", 0)
    return Amazon(amazon, f"queue-{uuid4()}")


@pytest.fixture
def queue(bare_queue: Amazon, shop) -> Amazon:
    """A queue of Amazon's, filled in on the store's connection."""
    bare_queue.fill_in(shop)
    return bare_queue


def test_what_is_in_the_queue_is_stored_rung_for_and_removed(queue: Amazon, shop):
    queue.put(*(customer_created(number) for number in range(12)))

    rung, pauses = run(SqsQueue, rounds=3)

    assert kept() == sorted(f"customer-{number}" for number in range(12))
    assert set(rung) == {shop.id}
    assert pauses == []
    assert queue.waiting() == 0


@pytest.mark.parametrize("raw", ["true", "false"])
def test_what_a_topic_put_there_is_stored_wrapped_or_raw(queue: Amazon, shop, raw: str):
    topic = queue.sns.create_topic(Name=f"topic-{raw}")["TopicArn"]
    queue.sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": raw},
    )
    queue.sns.publish(TopicArn=topic, Message=json.dumps(customer_created()))
    queue.sns.publish(TopicArn=topic, Message=json.dumps(cloudevent(customer_created(2))))

    run(SqsQueue, rounds=2)

    assert kept() == ["customer-1", "customer-2"]
    assert {message.payload["id"] for message in InboundMessage.objects.all()} == {
        "message-1-1",
        "message-2-1",
    }


def test_what_another_program_signed_as_amazon_does_is_found_signed(queue: Amazon, monkeypatch):
    topic = queue.sns.create_topic(Name=f"topic-{uuid4()}")["TopicArn"]
    queue.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    queue.sns.publish(TopicArn=topic, Message=json.dumps(customer_created()))
    body = queue.sqs.receive_message(QueueUrl=queue.queue)["Messages"][0]["Body"]
    send = http.send

    def to_this_machine(method: str, url: str, **more: object):
        scope = f"Credential=nobody/20260101/{REGION}/sns/aws4_request"  # tells it which service
        headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}
        return send(method, queue.url + urlsplit(url).path, headers=headers)

    certificates.forget()
    monkeypatch.setattr(http, "send", to_this_machine)

    assert sns.is_signed(json.loads(body), topic)
    assert not sns.is_signed({**json.loads(body), "MessageId": "another"}, topic)
    certificates.forget()


def test_what_eventbridge_put_there_is_stored(queue: Amazon, shop):
    source = "aws.partner/commercetools.com/demo-shop/storewire"
    queue.events.put_rule(Name="all", EventPattern=json.dumps({"source": [source]}))
    queue.events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": queue.arn}])
    detail = json.dumps(customer_created())
    queue.events.put_events(
        Entries=[{"Source": source, "DetailType": "CustomerCreated", "Detail": detail}]
    )

    run(SqsQueue)

    message = InboundMessage.objects.get()
    assert (message.type, message.payload) == ("CustomerCreated", customer_created())


def test_the_same_message_twice_or_in_another_envelope_is_stored_once(queue: Amazon, shop):
    queue.put(customer_created(), customer_created(), cloudevent(customer_created()))

    run(SqsQueue, rounds=2)

    assert InboundMessage.objects.count() == 1
    assert queue.waiting() == 0


def test_what_is_no_notification_is_stored_raw_and_removed(queue: Amazon, shop):
    queue.put("hello", "[1]")

    run(SqsQueue)

    raw = {bytes(message.raw) for message in InboundMessage.objects.all()}
    assert raw == {b"hello", b"1"}
    assert queue.waiting() == 0


def test_what_the_database_does_not_take_stays_in_the_queue(queue: Amazon, shop, monkeypatch):
    def away(*args):
        raise OperationalError("server closed the connection")

    queue.put(customer_created())
    with monkeypatch.context() as broken:
        broken.setattr("integration.pipeline.inbox._insert", away)
        rung, pauses = run(SqsQueue)
    assert (rung, pauses) == ([], [1.0])
    assert (kept(), queue.waiting()) == ([], 1)

    time.sleep(1.1)  # the queue's visibility timeout
    run(SqsQueue)
    assert (kept(), queue.waiting()) == (["customer-1"], 0)


def test_what_was_stored_before_the_database_went_is_removed_the_rest_stays(
    queue: Amazon, shop, monkeypatch
):
    insert, left = inbox._insert, [2]

    def twice(*messages):
        if not left[0]:
            raise OperationalError("server closed the connection")
        left[0] -= 1
        insert(*messages)

    queue.put(*(customer_created(number) for number in range(5)))
    monkeypatch.setattr("integration.pipeline.inbox._insert", twice)
    rung, pauses = run(SqsQueue)

    assert (rung, pauses) == ([shop.id], [1.0])
    assert (len(kept()), queue.waiting()) == (2, 3)


def test_without_the_database_nothing_is_taken_at_all(queue: Amazon, shop, monkeypatch):
    def away(*args):
        raise OperationalError("server closed the connection")

    queue.put(customer_created())
    monkeypatch.setattr("integration.pipeline.doors.find", away)
    _, pauses = run(SqsQueue, rounds=9)

    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    answer = queue.sqs.receive_message(
        QueueUrl=queue.queue, AttributeNames=["ApproximateReceiveCount"]
    )
    assert answer["Messages"][0]["Attributes"]["ApproximateReceiveCount"] == "1"


def test_an_amazon_that_is_away_or_refuses_is_waited_for(queue: Amazon, shop, caplog):
    shop.config |= {"sqs_queue_url": queue.queue + "-other"}
    shop.save()
    assert run(SqsQueue, rounds=2)[1] == [1.0, 2.0]
    assert "NonExistentQueue" in caplog.text

    shop.config |= {"sqs_queue_url": queue.queue, "sqs_endpoint_url": f"http://{HOST}:1"}
    shop.save()
    assert run(SqsQueue, rounds=1)[1] == [1.0]
    assert "EndpointConnectionError" in caplog.text


def test_a_connection_that_is_switched_off_takes_nothing(queue: Amazon, shop):
    queue.put(customer_created())
    shop.enabled = False
    shop.save()

    assert run(SqsQueue) == ([], [10.0])
    assert queue.waiting() == 1


def test_the_logs_name_ids_only(queue: Amazon, shop, monkeypatch, caplog):
    def away(*args):
        raise OperationalError("Failing row contains (shopper-1@storewire-demo.com)")

    queue.put(customer_created())
    monkeypatch.setattr("integration.pipeline.inbox._insert", away)
    run(SqsQueue)

    assert "not stored: OperationalError" in caplog.text
    assert "shopper-1" not in caplog.text


def test_a_command_for_a_store_without_a_queue_says_so(shop):
    for command in ("consume_sqs", "consume_servicebus"):
        with pytest.raises(CommandError, match="“shop”"):
            call_command(command, "shop")
        with pytest.raises(CommandError, match="“other”"):
            call_command(command, "other")


def test_half_a_set_up_is_waited_for_too(queue: Amazon, shop, caplog):
    shop.config |= {"sqs_region": ""}
    shop.save()

    assert kind_of("shop", sqs.ADDRESS) == "commercetools"
    assert run(SqsQueue)[1] == [1.0]
    assert "no SQS region" in caplog.text


# --- A real process ------------------------------------------------------------------------------


@pytest.fixture
def real_shop(django_db_setup, django_db_blocker) -> Iterator[Connection]:
    """A connection that other processes see too: outside of any transaction."""
    with django_db_blocker.unblock():
        store, _ = store_file.import_store(store_document(f"http://{HOST}:1"))
        yield store.connections.get(kind="commercetools")
        store.delete()


def process(command: str, log: IO[bytes]) -> subprocess.Popen:
    """The command as an operator runs it, on the database of the test."""
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    return subprocess.Popen(
        [sys.executable, "manage.py", command, "shop"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        stdout=log,
        stderr=log,
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_processes_work_until_they_are_told_to_stop_and_end_well(
    bare_queue: Amazon, real_shop, tmp_path, how: int
):
    bare_queue.fill_in(real_shop)
    log = tmp_path / "log"
    with log.open("wb") as file:
        running = [process("consume_sqs", file) for _ in range(2)]
        try:
            bare_queue.put(*(customer_created(number) for number in range(25)))
            wait_until(lambda: len(kept()) == 25 and not bare_queue.waiting())
            wait_until(lambda: log.read_text().count("taking from its queue") == 2)
            assert [one.poll() for one in running] == [None, None]

            told = time.monotonic()
            for one in running:
                one.send_signal(how)  # in the middle of waiting for twenty seconds
            assert [one.wait(30) for one in running] == [0, 0]
            assert time.monotonic() - told < 15
        finally:
            for one in running:
                one.kill()
    assert log.read_text().count("stopped") == 2
    assert "Traceback" not in log.read_text()


def test_told_to_stop_while_it_stores_the_batch_is_finished(queue: Amazon, shop, monkeypatch):
    insert, stop = inbox._insert, Stop()
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    def told_meanwhile(*messages):
        os.kill(os.getpid(), signal.SIGTERM)
        insert(*messages)

    monkeypatch.setattr("integration.pipeline.inbox._insert", told_meanwhile)
    queue.put(customer_created(1), customer_created(2))
    try:
        stop.heed_signals()
        assert list(consume("commercetools", "shop", Opener(SqsQueue), stop)) == [shop.id]
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])

    assert (kept(), queue.waiting()) == (["customer-1", "customer-2"], 0)


def test_told_to_stop_no_wait_begins():
    stop = Stop()
    stop.asked = True

    with pytest.raises(Stopped):
        stop.sleep(60)


# --- Azure Service Bus ---------------------------------------------------------------------------


class Azure:
    """A queue of Service Bus, as far as its REST interface goes: locks, tokens, nothing else."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, bytes]] = []
        self.locked: dict[str, tuple[str, bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        self.fails_with = 0
        azure = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                azure.asked.append(("POST", self.path))
                if not azure.knows(self.headers["Authorization"]):
                    return self.reply(401)
                if azure.fails_with:
                    return self.reply(azure.fails_with)
                if not self.path.startswith(f"{QUEUE_PATH}/messages/head?timeout="):
                    return self.reply(404)
                return self.reply(201) if azure.waiting else self.reply(204)

            def do_DELETE(self) -> None:
                self.settle("DELETE")

            def do_PUT(self) -> None:
                self.settle("PUT")

            def settle(self, method: str) -> None:
                azure.asked.append((method, self.path))
                message = azure.locked.pop(self.path, None)
                if not azure.knows(self.headers["Authorization"]) or message is None:
                    return self.reply(404)
                if method == "PUT":
                    azure.waiting.insert(0, message)
                return self.reply(200)

            def reply(self, status: int) -> None:
                self.send_response(status)
                body = b""
                if status == 201:
                    number, body = message = azure.waiting.pop(0)
                    place = f"{QUEUE_PATH}/messages/{number}/lock-{number}"
                    azure.locked[place] = message
                    properties = {"SequenceNumber": int(number), "LockToken": f"lock-{number}"}
                    self.send_header("BrokerProperties", json.dumps(properties))
                    self.send_header("Location", f"https://evil.com{place}")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer((HOST, 0), Handler)
        self.url = f"http://{HOST}:{self.server.server_port}{QUEUE_PATH}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def knows(self, given: str) -> bool:
        """Check the token as Microsoft describes it."""
        scheme, _, rest = given.partition(" ")
        fields = {name: values[0] for name, values in parse_qs(rest, strict_parsing=True).items()}
        signed = f"{rest.partition('sr=')[2].partition('&')[0]}\n{fields['se']}"
        digest = hmac.new(KEY.encode(), signed.encode(), hashlib.sha256).digest()
        return (
            scheme == "SharedAccessSignature"
            and fields["sr"] == self.url.lower()
            and fields["skn"] == KEY_NAME
            and int(fields["se"]) > time.time()
            and fields["sig"] == base64.b64encode(digest).decode()
        )

    def fill_in(self, shop: Connection) -> None:
        shop.config |= {"servicebus_queue_url": self.url, "servicebus_key_name": KEY_NAME}
        shop.set_secrets(servicebus_key=KEY)
        shop.save()

    def put(self, *payloads: object) -> None:
        for payload in payloads:
            number = str(len(self.waiting) + 1)
            self.waiting.append((number, json.dumps(payload).encode()))


@pytest.fixture
def bare_azure(monkeypatch) -> Iterator[Azure]:
    """A queue of Service Bus that nobody has filled in yet."""
    azure = Azure()
    monkeypatch.setattr(servicebus, "WAIT_SECONDS", 1)
    yield azure
    azure.server.shutdown()
    azure.server.server_close()


@pytest.fixture
def azure(bare_azure: Azure, shop) -> Azure:
    """A queue of Service Bus, filled in on the store's connection."""
    bare_azure.fill_in(shop)
    return bare_azure


def test_service_bus_is_emptied_message_by_message(azure: Azure, shop):
    azure.put(customer_created(1), cloudevent(customer_created(2)), customer_created(1))

    rung, pauses = run(ServiceBusQueue, rounds=4)

    assert (rung, pauses) == ([shop.id] * 3, [])
    assert kept() == ["customer-1", "customer-2"]
    assert (azure.waiting, azure.locked) == ([], {})
    head = ("POST", f"{QUEUE_PATH}/messages/head?timeout=1")
    gone = [("DELETE", f"{QUEUE_PATH}/messages/{n}/lock-{n}") for n in (1, 2, 3)]
    assert azure.asked == [head, gone[0], head, gone[1], head, gone[2], head]


def test_what_the_database_does_not_take_is_unlocked(azure: Azure, shop, monkeypatch):
    def away(*args):
        raise OperationalError("server closed the connection")

    azure.put(customer_created())
    with monkeypatch.context() as broken:
        broken.setattr("integration.pipeline.inbox._insert", away)
        assert run(ServiceBusQueue) == ([], [1.0])
    assert azure.asked[-1] == ("PUT", f"{QUEUE_PATH}/messages/1/lock-1")
    assert (kept(), len(azure.waiting), azure.locked) == ([], 1, {})

    run(ServiceBusQueue)
    assert (kept(), azure.waiting, azure.locked) == (["customer-1"], [], {})


def test_a_lock_that_has_ended_is_no_trouble(azure: Azure, shop, monkeypatch):
    remove = ServiceBusQueue.remove

    def late(queue, messages):
        azure.locked.clear()
        remove(queue, messages)

    azure.put(customer_created())
    monkeypatch.setattr(ServiceBusQueue, "remove", late)

    assert run(ServiceBusQueue) == ([shop.id], [])


def test_a_wrong_key_is_waited_for_until_somebody_corrects_it(azure: Azure, shop, caplog):
    azure.put(customer_created())
    shop.set_secrets(servicebus_key="wrong")
    shop.save()
    assert run(ServiceBusQueue, rounds=2) == ([], [1.0, 2.0])
    assert "Service Bus refused (401)" in caplog.text
    assert "wrong" not in caplog.text

    shop.set_secrets(servicebus_key=KEY)
    shop.save()
    assert run(ServiceBusQueue)[0] == [shop.id]


def test_a_service_bus_in_trouble_is_waited_for(azure: Azure, shop):
    azure.put(customer_created())
    azure.fails_with = 500
    assert run(ServiceBusQueue, rounds=2) == ([], [1.0, 2.0])
    azure.fails_with = 0

    assert run(ServiceBusQueue) == ([shop.id], [])
    shop.config |= {"servicebus_queue_url": f"http://{HOST}:1{QUEUE_PATH}"}
    shop.save()
    assert run(ServiceBusQueue)[1] == [1.0]


def test_a_key_is_corrected_while_the_program_runs(azure: Azure, shop):
    opener = Opener(ServiceBusQueue)
    door = doors.find("commercetools", "shop")
    first = opener.queue(door.access)
    assert opener.queue(door.access) is first

    shop.set_secrets(servicebus_key="another")
    shop.save()
    doors.forget("commercetools", "shop")
    assert opener.queue(doors.find("commercetools", "shop").access) is not first


def test_a_token_is_made_as_microsoft_describes_it():
    token = sas_token("https://Shop.servicebus.windows.net/Queue", "a name", KEY, 1_800_000_000.9)

    resource = "https%3A%2F%2Fshop.servicebus.windows.net%2Fqueue"
    text = f"{resource}\n1800000000".encode()
    signature = base64.b64encode(hmac.new(KEY.encode(), text, hashlib.sha256).digest()).decode()
    assert token.startswith(f"SharedAccessSignature sr={resource}&sig=")
    assert token.endswith("&se=1800000000&skn=a+name")
    assert unquote(token.partition("sig=")[2].partition("&")[0]) == signature


def test_a_process_empties_service_bus_and_ends_well(bare_azure: Azure, real_shop, tmp_path):
    bare_azure.fill_in(real_shop)
    bare_azure.put(customer_created(1), customer_created(2))
    with (tmp_path / "log").open("wb") as file:
        running = process("consume_servicebus", file)
        try:
            wait_until(lambda: len(kept()) == 2 and len(bare_azure.asked) > 4)
            running.terminate()
            assert running.wait(30) == 0
        finally:
            running.kill()
    assert (bare_azure.waiting, bare_azure.locked) == ([], {})


def test_a_queue_without_a_key_is_no_queue(azure: Azure, shop):
    shop.set_secrets(servicebus_key="")
    shop.save()
    doors.forget("commercetools", "shop")

    with pytest.raises(Misconfigured, match="Service Bus key"):
        ServiceBusQueue(doors.find("commercetools", "shop").access)

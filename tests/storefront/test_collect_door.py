"""The collector's door: who gets in, how often, and what is told to those who do not."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisAway

from integration.core.redis_client import connect
from integration.models import InboundMessage
from tests.storefront.telling import ANNA, BROWSER, SHOP, post, tell, viewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages")]

FOREIGN = ["https://evil.test", "https://www.shop.test.evil.test", "http://www.shop.test", "null"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_origin_cannot_tell_anything(client, origin):
    answer = tell(client, viewed(), origin=origin)

    assert (answer.status_code, answer.json()["code"]) == (403, "origin")
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("origin", FOREIGN)
def test_any_page_may_read_why_it_was_refused(client, origin):
    foreign = tell(client, viewed(), origin=origin)
    unknown = tell(client, viewed(), origin=origin, store="other")
    unreadable = post(client, b"{", origin=origin)
    too_large = post(client, b" " * 70_000, origin=origin)

    for answer, status in ((foreign, 403), (unknown, 404), (unreadable, 400), (too_large, 413)):
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, origin)
        assert "Access-Control-Allow-Credentials" not in answer
        assert "Origin" in answer["Vary"]
        assert ANNA not in answer.content.decode()


@pytest.mark.parametrize("origin", [SHOP, "http://testserver"])
def test_a_page_of_the_store_or_of_ours_may_read_the_answer(client, origin):
    answer = tell(client, viewed(), origin=origin)

    assert answer.status_code == 202
    assert answer["Access-Control-Allow-Origin"] == origin
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Origin" in answer["Vary"]
    assert not answer.cookies


def test_apps_and_servers_have_no_origin_and_get_in(client):
    for agent in ("okhttp/4.12.0", "python-requests/2.32", ""):
        answer = tell(client, viewed(), origin="", agent=agent)
        assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
        assert "Access-Control-Allow-Origin" not in answer

    assert InboundMessage.objects.count() == 3


@pytest.mark.parametrize(("origin", "is_let"), [(SHOP, True), ("https://evil.test", False)])
def test_a_browser_asks_before_it_posts_json(client, origin, is_let):
    answer = client.options("/storefront/collect", headers={"origin": origin})

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.get("Access-Control-Allow-Origin") == (origin if is_let else None)
    assert answer.get("Access-Control-Allow-Headers") == ("Content-Type" if is_let else None)


def test_other_methods_are_not_there(client):
    assert client.get("/storefront/collect").status_code == 405


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    ],
)
def test_what_a_machine_reads_is_not_kept(client, agent):
    answer = tell(client, viewed(), agent=agent)

    assert (answer.status_code, answer.json()) == (202, {"accepted": 0, "refused": []})
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize(
    "agent", [BROWSER, BROWSER.replace("Chrome", "HeadlessChrome"), "x" * 5000, ""]
)
def test_browsers_are_no_machines_even_where_a_test_steers_them(client, agent):
    assert tell(client, viewed(), agent=agent).json()["accepted"] == 1


@pytest.mark.parametrize("slug", ["other", "", "../shop", "x" * 51, None, 7, ["shop"], {}])
def test_a_store_that_is_not_there_takes_nothing(client, slug):
    answer = tell(client, viewed(), store=slug)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not InboundMessage.objects.exists()


def test_a_storefront_that_is_switched_off_takes_nothing(client, pages):
    pages.enabled = False
    pages.save()

    assert tell(client, viewed()).status_code == 404


def test_a_paused_storefront_goes_on_taking(client, pages):
    pages.paused_reason = "Something is wrong."
    pages.save()

    assert tell(client, viewed()).status_code == 202


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b'"x"', b"\xff", b"[" * 30_000, b'{"store": ' + b"9" * 5000]
)
def test_what_is_no_object_is_refused(client, body):
    answer = post(client, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_body_may_have_64_kb_and_no_more(client):
    long = "x" * 60_000
    assert tell(client, viewed(properties={"Text": long})).status_code == 202

    answer = tell(client, viewed(properties={"Text": long, "More": "x" * 6000}))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert InboundMessage.objects.count() == 1


def test_a_client_may_ask_120_times_a_minute(client):
    statuses = [tell(client, {"type": "hello"}).status_code for _ in range(121)]

    assert statuses == [202] * 120 + [429]
    refused = tell(client, viewed())
    assert refused.json()["code"] == "too_many"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["Access-Control-Allow-Origin"] == SHOP
    assert refused["Access-Control-Expose-Headers"] == "Retry-After"
    assert tell(client, viewed(), address="192.0.2.2").status_code == 202


def test_machines_are_counted_before_their_names_are_looked_up(client, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr("storefront.views.is_crawler", lambda name: asked.append(name) or True)

    statuses = [tell(client, viewed(), agent=f"bot {number}").status_code for number in range(121)]

    assert statuses == [202] * 120 + [429]
    assert len(asked) == 120


def test_a_client_may_tell_1200_events_a_minute(client):
    full = [{"type": "hello"}] * 50

    assert [tell(client, *full).status_code for _ in range(24)] == [202] * 24
    assert tell(client, viewed()).status_code == 429
    assert not InboundMessage.objects.exists()


def test_limits_can_be_switched_off(client, settings):
    settings.RATE_LIMITS = False

    assert {tell(client, {"type": "hello"}).status_code for _ in range(125)} == {202}


def test_keys_in_redis_tell_nothing(client):
    tell(client, viewed(), address="192.0.2.77")

    keys = b" ".join(connect(django_settings.REDIS_URL).keys("*"))
    assert b"public:storefront requests:" in keys
    assert b"public:storefront events:" in keys
    assert b"192.0.2" not in keys
    assert ANNA.encode() not in keys


def test_without_redis_events_are_kept_all_the_same(client, monkeypatch):
    def away(*args: object, **kwargs: object) -> None:
        raise RedisAway

    monkeypatch.setattr("redis.connection.ConnectionPool.get_connection", away)

    assert {tell(client, viewed()).status_code for _ in range(125)} == {202}
    assert InboundMessage.objects.count() == 125


def test_without_the_database_the_page_is_to_try_again(client, monkeypatch, caplog):
    tell(client, {"type": "hello"})  # the store is known

    def away(*args: object) -> None:
        raise OperationalError(f"could not insert {ANNA}")

    monkeypatch.setattr("integration.pipeline.inbox.insert_at_once", away)
    answer = tell(client, viewed())

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert "events not kept, the database is away: OperationalError" in caplog.messages
    assert ANNA not in caplog.text


def test_a_worker_is_rung_for_what_was_kept_and_for_nothing_else(client, pages, monkeypatch):
    rung = []
    monkeypatch.setattr("storefront.views.ring", lambda job, *ids: rung.append((job, *ids)))

    tell(client, {"type": "hello"})
    tell(client, viewed(name=""))
    assert rung == []

    tell(client, viewed(), viewed())
    assert [(job.__name__, ids) for job, *ids in rung] == [("process", [pages.id])]


def test_the_usual_door_stays_shut(client):
    answer = client.post("/hooks/storefront/shop/", b"{}", content_type="application/json")

    assert answer.status_code == 401
    assert not InboundMessage.objects.exists()

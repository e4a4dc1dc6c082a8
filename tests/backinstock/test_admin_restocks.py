"""Returns and feeds in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from backinstock import jobs
from backinstock.admin import feeds
from backinstock.models import Feed, Restock, Wave
from tests.backinstock.admin import listed, page, rows, shown, sign_in


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


@pytest.fixture
def operator(db, client):
    return sign_in(client, group="Operator")


@pytest.fixture(autouse=True)
def rung(monkeypatch) -> list[tuple]:
    """The bells that were rung; no worker comes."""
    rung: list[tuple] = []
    for module in (jobs, feeds):
        monkeypatch.setattr(module, "ring", lambda job, *ids: rung.append((job.__name__, *ids)))
    return rung


@pytest.fixture
def restock(item) -> Restock:
    restock = Restock.objects.create(item=item, number=1, quantity=8, source="poll")
    Wave.objects.create(restock=restock, number=1, stock=8, size=8, alerted=7, skipped=1)
    return restock


# --- Returns ------------------------------------------------------------------------------------


def test_a_return_is_listed_and_shown_with_its_waves(marketer, item, restock):
    assert rows(marketer.get(listed("restock"))) == [str(restock)]
    assert rows(marketer.get(listed("restock", "?q=nothing"))) == []

    told = shown(marketer.get(page(restock)))

    assert "8 in stock. The shop was asked." in told
    assert '<td class="is-number">7</td><td class="is-number">1</td>' in told
    assert page(item) in told
    assert f"{listed('alert')}?restock__id__exact={restock.id}" in told


def test_a_return_is_paused_and_goes_on_after_asking(marketer, restock, rung):
    assert "Nobody else is told until you resume" in shown(marketer.get(page(restock, "pause")))
    restock.refresh_from_db()
    assert restock.state == "open"

    told = shown(marketer.post(page(restock, "pause"), follow=True))
    restock.refresh_from_db()
    assert restock.state == "paused"
    assert page(restock, "resume") in told
    assert page(restock, "pause") not in told
    assert rung == []

    assert "the next wave begins at once" in shown(marketer.get(page(restock, "resume")))
    marketer.post(page(restock, "resume"))
    restock.refresh_from_db()
    assert restock.state == "open"
    assert rung == [("alert_wave", restock.id)]


@pytest.mark.parametrize("name", ["pause", "resume"])
def test_what_is_over_is_neither_paused_nor_resumed(marketer, restock, rung, name: str):
    Restock.objects.update(state="done")

    assert page(restock, name) not in shown(marketer.get(page(restock)))
    marketer.post(page(restock, name))

    restock.refresh_from_db()
    assert restock.state == "done"
    assert rung == []


@pytest.mark.parametrize("name", ["pause", "resume"])
def test_who_may_only_look_steers_no_return(client, restock, name: str):
    reader = sign_in(client, "view_restock")

    assert page(restock, name) not in shown(reader.get(page(restock)))
    assert reader.post(page(restock, name)).status_code == 403


def test_a_return_that_is_not_there_is_404(marketer, restock):
    nowhere = page(restock, "pause").replace(str(restock.id), "999999")

    assert marketer.get(nowhere).status_code == 404


# --- Feeds --------------------------------------------------------------------------------------


@pytest.fixture
def feed(store, lists) -> Feed:
    return Feed.objects.create(store=store, url="https://shop.storewire-demo.com/feed.csv")


def test_a_feed_is_added_by_an_operator_and_read_at_once(operator, store, lists, rung):
    assert "A feed is a file" in shown(operator.get(listed("feed")))
    entered = {
        "store": store.id,
        "url": "https://shop.storewire-demo.com/feed.json",
        "format": "json",
        "columns": '{"sku": "article"}',
        "every": "30",
        "enabled": "on",
    }

    operator.post(reverse("admin:backinstock_feed_add"), entered)

    feed = Feed.objects.get()
    assert (feed.store, feed.format, feed.columns, feed.every) == (
        store, "json", {"sku": "article"}, 30,
    )  # fmt: skip
    assert rung == [("read_feed", feed.id)]


@pytest.mark.parametrize(
    ("name", "written"), [("every", "1"), ("columns", '{"colour": "x"}'), ("url", "nowhere")]
)
def test_a_feed_that_cannot_be_is_refused_at_its_field(operator, feed, rung, name, written):
    entered = {"url": feed.url, "format": "auto", "columns": "{}", "every": "15", "enabled": "on"}

    response = operator.post(page(feed), {**entered, name: written})

    assert list(response.context["adminform"].form.errors) == [name]
    assert rung == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Not read yet"),
        ({"is_well": True, "result": "All taken."}, "Well"),
        ({"is_well": False, "result": "The server answered 404."}, "In trouble"),
        ({"enabled": False}, "Off"),
    ],
)
def test_a_feed_says_how_it_is(marketer, feed, values: dict, said: str):
    Feed.objects.update(problems=["Row 3: no SKU."], **values)

    told = shown(marketer.get(page(feed)))

    assert said in told
    assert values.get("result", "") in told
    assert "Row 3: no SKU." in told
    assert said in shown(marketer.get(listed("feed")))


def test_a_feed_is_read_again_after_asking(operator, feed, rung):
    assert "The file is fetched" in shown(operator.get(page(feed, "read_now")))
    assert rung == []

    operator.post(page(feed, "read_now"))

    assert rung == [("read_feed", feed.id)]


def test_a_file_that_was_refused_can_be_taken_all_the_same(operator, feed, rung):
    assert page(feed, "accept") not in shown(operator.get(page(feed)))
    Feed.objects.update(is_well=False, rows=1000, result="There are only 10 rows.")

    assert page(feed, "accept") in shown(operator.get(page(feed)))
    assert "There are only 10 rows." in shown(operator.get(page(feed, "accept")))
    operator.post(page(feed, "accept"))

    feed.refresh_from_db()
    assert feed.rows is None
    assert rung == [("read_feed", feed.id)]


def test_a_marketer_sees_feeds_and_does_not_change_them(marketer, feed, rung):
    assert "Read now" not in shown(marketer.get(page(feed)))
    for name in ("read_now", "accept"):
        assert marketer.post(page(feed, name)).status_code == 403
    assert marketer.post(page(feed), {"url": "https://x.storewire-demo.com"}).status_code == 403
    assert rung == []

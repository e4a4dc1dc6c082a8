"""What is for the collector waits in a box that all tabs share."""

from __future__ import annotations

import json

from tests.browser import stand_ins
from tests.browser.small_shop import SmallShop
from tests.browser.storefront_page import COMPANY, OPEN, SHOP, StorefrontPage, one_window

storefront_page = one_window
ADA = {"email": "ada@klaviyo-demo.com"}
OLD = '{"queue": [{"at": 99999999999999, "name": "Of nobody"}, null]}'
OWN_SERVER = f'{COMPANY} data-send="server"'


def names(events: list[dict]) -> list[str]:
    """Return what these events are called."""
    return [event.get("name", event["type"]) for event in events]


def waiting(storefront_page: StorefrontPage) -> list[str]:
    """Return what is in the outbox."""
    return names(storefront_page.box()["queue"])


def test_a_request_says_no_more_than_it_must(storefront_page: StorefrontPage):
    storefront_page.open(path="/p/lamp?email=ada@klaviyo-demo.com#top")
    storefront_page.run("() => { document.cookie = 'session=secret'; }")
    storefront_page.call("identify", ADA)
    storefront_page.sent()
    [batch] = storefront_page.batches
    headers = batch.pop("headers")
    assert (batch.pop("method"), batch.pop("events")[0]["person"]) == ("POST", ADA)
    assert batch == {"store": "shop", "page": f"{SHOP}/p/lamp"}
    assert headers["content-type"] == "text/plain;charset=UTF-8"
    assert "cookie" not in headers


def test_the_collector_may_be_a_path_of_the_shop(storefront_page: StorefrontPage):
    storefront_page.open(options=f'{COMPANY} data-collect="https://storewire.test/own/collect"')
    storefront_page.call("identify", ADA)
    assert len(storefront_page.sent()) == 1
    assert storefront_page.asked[-1] == "https://storewire.test/own/collect"


def test_nothing_is_lost_when_a_page_is_left_at_once(page):
    with SmallShop(OWN_SERVER) as shop:
        page.goto(shop.address)
        page.evaluate(
            "() => { storewire.identify({email: 'ada@klaviyo-demo.com'});"
            " storewire.track('Last word'); location.assign('/elsewhere'); }"
        )
        page.wait_for_url("**/elsewhere")
        shop.wait_for(2)
        left = [event["id"] for event in shop.events()]
        page.goto(shop.address)
        shop.wait_for(4)
        assert [event["id"] for event in shop.events()] == left * 2  # once more, to be sure
        assert page.evaluate("() => JSON.parse(localStorage['storewire.shop']).queue") == []


def test_a_request_has_fifty_events_at_most(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", ADA)
    storefront_page.run("() => { for (let n = 1; n < 80; n++) storewire.track('Number ' + n); }")
    storefront_page.sent()
    storefront_page.sent()
    assert [len(batch["events"]) for batch in storefront_page.batches] == [50, 30]


def test_a_request_stays_under_what_a_browser_takes(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", ADA)
    for _ in range(4):
        storefront_page.call("track", "Long", {"Text": "ü" * 12_000})  # 24 kB
    storefront_page.call("track", "Too long", {"Text": "x" * 60_000})
    for _ in range(3):
        storefront_page.sent()
    sizes = [[len(event.get("name", "")) for event in b["events"]] for b in storefront_page.batches]
    assert sizes == [[0, 4, 4], [4, 4]]
    assert "too large" in storefront_page.complaints[0]
    assert storefront_page.told()[-1][1] == "Too long"


def test_a_hundred_events_of_a_week_are_kept(storefront_page: StorefrontPage):
    storefront_page.answers = [None] * 9
    storefront_page.open()
    storefront_page.call("identify", ADA)
    storefront_page.run("() => { for (let n = 1; n <= 120; n++) storewire.track('Number ' + n); }")
    assert waiting(storefront_page) == [f"Number {number}" for number in range(21, 121)]
    storefront_page.run(
        "() => { const box = JSON.parse(localStorage['storewire.shop']);"
        " box.queue[0].at -= 8 * 24 * 3600e3;"
        " localStorage['storewire.shop'] = JSON.stringify(box) }"
    )
    storefront_page.sent()
    assert waiting(storefront_page)[0] == "Number 22"


def test_two_tabs_do_not_lose_each_others_events(storefront_page: StorefrontPage):
    storefront_page.answers = [None] * 9
    storefront_page.open()
    storefront_page.call("identify", ADA)
    other = storefront_page.page.context.new_page()
    other.goto(f"{SHOP}/other")
    for number in range(5):
        storefront_page.call("track", f"Here {number}")
        other.evaluate("(number) => storewire.track('There ' + number)", number)
    said = [f"{place} {number}" for number in range(5) for place in ("Here", "There")]
    assert waiting(storefront_page) == ["identify", *said]

    # Both may send what is in the box: the collector knows an event by its id.
    storefront_page.answers.clear()
    assert set(names(storefront_page.sent(10))) == {"identify", *said}
    assert waiting(storefront_page) == []


def test_where_storage_is_forbidden_it_works_as_long_as_the_page(storefront_page: StorefrontPage):
    storefront_page.answers = [(503, {})]
    storefront_page.open(early=stand_ins.FORBID, path="/?_kx=abc")
    storefront_page.call("track", "Looked")
    storefront_page.call("identify", ADA)
    storefront_page.call("identify", ADA)
    assert len(storefront_page.sent()) == 2
    assert names(storefront_page.sent(6)) == ["Looked", "identify"]
    storefront_page.call("consent", False)
    assert storefront_page.complaints == []


def test_a_box_that_makes_no_sense_is_a_new_one(storefront_page: StorefrontPage):
    for kept in ("", "null", "nonsense", "[]", '{"queue": 5, "who": null}', OLD):
        storefront_page.open(early=f"localStorage['storewire.shop'] = {json.dumps(kept)};")
        storefront_page.call("identify", ADA)
        assert names(storefront_page.sent()) == ["identify"], kept
        storefront_page.forget()
    assert storefront_page.complaints == []


def test_the_clock_of_a_visitor_may_be_set_back(storefront_page: StorefrontPage):
    assert OPEN["Access-Control-Expose-Headers"] == "Retry-After"  # or the pause stays unread
    storefront_page.open()
    storefront_page.call("identify", ADA)
    storefront_page.run(
        "() => { const box = JSON.parse(localStorage['storewire.shop']);"
        " box.queue[0].at += 3600e3; localStorage['storewire.shop'] = JSON.stringify(box) }"
    )
    [event] = storefront_page.sent()
    assert event["age"] < 0  # the collector counts it as now

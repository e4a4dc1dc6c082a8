"""How storewire.js gets into a page, klaviyo.js with it, and the calls of old pages."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.browser import stand_ins
from tests.browser.storefront_page import COMPANY, KLAVIYO, STATIC, StorefrontPage, one_window

storefront_page = one_window
SCRIPT = STATIC / "storefront" / "storewire.js"
BUDGET = 6_000  # bytes, as a browser gets it


def test_the_script_stays_within_its_budget():
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= BUDGET
    assert "storewire-debug.js" in SCRIPT.read_text()  # what is rarely wanted is loaded then
    assert (SCRIPT.parent / "storewire-debug.js").exists()


def test_calls_made_before_the_script_is_there_come_in_their_order(storefront_page: StorefrontPage):
    early = (
        "(window.storewire = window.storewire || []).push("
        "['identify', {email: 'ada@klaviyo-demo.com'}], ['track', 'First']);"
        "storewire.push(['searchedSite', {SearchTerm: 'lamp'}]);"
    )
    storefront_page.open(early=early)
    storefront_page.run("() => storewire.push(['track', 'Last'])")

    said = [call[1] for call in storefront_page.told()]
    assert said == [{"email": "ada@klaviyo-demo.com"}, "First", "Searched Site", "Last"]
    assert [event.get("name") for event in storefront_page.sent()] == [None, *said[1:]]


def test_what_comes_before_klaviyo_is_kept_for_it(storefront_page: StorefrontPage):
    storefront_page.klaviyo = ""  # late
    storefront_page.open()
    storefront_page.call("track", "First")
    storefront_page.run("() => { klaviyo.track('The page itself', {}); }")
    storefront_page.run("() => { window.known = klaviyo.isIdentified(); }")
    storefront_page.call("track", "Second")
    waiting = storefront_page.told()
    assert [call[:2] for call in waiting] == [
        ["track", "First"],
        ["track", "The page itself"],
        ["isIdentified"],
        ["track", "Second"],
    ]

    storefront_page.release()
    assert storefront_page.told() == waiting
    assert storefront_page.run("() => known") is True
    storefront_page.call("track", "Third")
    assert [call[1] for call in storefront_page.told() if call[1:]][-1] == "Third"
    assert storefront_page.complaints == []


@pytest.mark.parametrize("is_blocked", [True, False])
def test_events_reach_the_collector_where_klaviyo_never_comes(
    storefront_page: StorefrontPage, is_blocked: bool
):
    storefront_page.klaviyo, storefront_page.is_klaviyo_blocked = "", is_blocked
    storefront_page.open()
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.call("viewedProduct", {"ProductName": "A lamp"})

    assert [event["type"] for event in storefront_page.sent()] == ["identify", "track"]
    assert len(storefront_page.told()) == 2
    assert storefront_page.complaints == []


def test_a_shop_chooses_the_ways(storefront_page: StorefrontPage):
    ways = [
        (COMPANY, True, True),
        (f'{COMPANY} data-send="both"', True, True),
        (f'{COMPANY} data-send="browser"', True, False),
        (f'{COMPANY} data-send="server"', False, True),
        ("", False, True),
    ]
    for options, asks_klaviyo, asks_us in ways:
        storefront_page.open(options=options)
        storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})

        assert bool(storefront_page.sent()) is asks_us, options
        loaded = ["/onsite/js/klaviyo.js?company_id=ABC123"] if asks_klaviyo else []
        assert storefront_page.asked_of(KLAVIYO) == loaded, options
        assert storefront_page.run("() => 'klaviyo' in window") is asks_klaviyo, options
        assert (storefront_page.run("() => localStorage.length") > 0) is asks_us, options
        storefront_page.forget()


def test_klaviyo_is_not_loaded_where_a_page_has_it(storefront_page: StorefrontPage):
    tag = f'<script src="{KLAVIYO}/onsite/js/ABC123/klaviyo.js" async></script>'
    storefront_page.open(body=tag)
    storefront_page.call("track", "One")
    assert storefront_page.asked_of(KLAVIYO) == ["/onsite/js/ABC123/klaviyo.js"]
    assert [call[1] for call in storefront_page.told()] == ["One"]

    storefront_page.asked.clear()
    own = "window.told = []; window.klaviyo = { push: (call) => told.push(call) };"
    storefront_page.open(early=own)
    storefront_page.call("track", "Two")
    assert storefront_page.asked_of(KLAVIYO) == []
    assert [call[1] for call in storefront_page.told()] == ["Two"]


def test_nothing_else_of_the_page_is_touched(storefront_page: StorefrontPage):
    names = "() => Object.getOwnPropertyNames(window)"
    storefront_page.open(early="window.before = Object.getOwnPropertyNames(window);")
    added = set(storefront_page.run(names)) - set(storefront_page.run("() => window.before"))
    assert added == {"storewire", "klaviyo", "_klOnsite", "_learnq", "before", "told"}


def test_a_second_tag_does_nothing(storefront_page: StorefrontPage):
    script = (
        '<script src="https://storewire.test/static/storefront/storewire.js" data-store="shop" '
        f"{COMPANY} defer></script>"
    )
    storefront_page.open(body=f'{script}<div data-storewire="viewedProduct"></div>')
    assert len(storefront_page.told()) == 1
    assert len(storefront_page.asked_of(KLAVIYO)) == 1


# --- The calls of old pages: _learnq

PERSON = {"email": "ada@klaviyo-demo.com"}
OLD = [
    ["identify", {"$email": "ada@klaviyo-demo.com", "$first_name": "Ada", "Plan": "Weekly"}],
    ["track", "Viewed Product", {"ProductName": "A lamp", "$value": 5}],
    ["trackViewedItem", {"Title": "A lamp"}],
]
NEW = [["identify", {**PERSON, "first_name": "Ada", "Plan": "Weekly"}], *OLD[1:]]
PUSH = "(calls) => { for (const call of calls) _learnq.push(call); }"
ACCOUNT = ["account", "ABC123"]


def told(storefront_page: StorefrontPage) -> list[list[Any]]:
    """Return what klaviyo.js was told, without ids that are different each time."""
    calls = storefront_page.told()
    for call in calls:
        if call[0] == "track":
            del call[2]["$event_id"]
    return calls


@pytest.mark.parametrize(
    "klaviyo", [stand_ins.KLAVIYO, stand_ins.OLD_KLAVIYO, stand_ins.ECHOING_KLAVIYO]
)
def test_old_calls_are_understood_once(storefront_page: StorefrontPage, klaviyo: str):
    storefront_page.klaviyo = klaviyo
    for start in ("var _learnq = _learnq || [];", "window._learnq = [];", ""):
        calls = f"for (const call of {json.dumps(OLD)}) _learnq.push(call);" if start else ""
        storefront_page.open(early=start + calls)
        # Many pages begin so, whatever there is.
        storefront_page.run("() => { window._learnq = window._learnq || []; }")
        storefront_page.run(PUSH, [["identify", {"$id": 7}], ACCOUNT, ["track", "Last"]])

        later = [["identify", {"external_id": "7"}], ["track", "Last", {}]]
        said = [call for call in told(storefront_page) if call != ACCOUNT]
        assert said == [*(NEW if start else []), *later]
        names = [event.get("name") for event in storefront_page.sent()]
        assert names == [*([None, "Viewed Product"] if start else []), None, "Last"]
        storefront_page.forget()
    assert storefront_page.complaints == []


def test_what_klaviyo_offers_by_its_old_name_stays(storefront_page: StorefrontPage):
    storefront_page.klaviyo = stand_ins.OLD_KLAVIYO
    storefront_page.open()
    assert storefront_page.run("() => _learnq.isIdentified()") is True
    storefront_page.run("() => { _learnq = null; _learnq.push(['track', 'Still', {}]); }")
    assert [call[:2] for call in storefront_page.told() if call != ACCOUNT] == [["track", "Still"]]


def test_old_calls_of_pages_that_own_the_variable_are_found_again(storefront_page: StorefrontPage):
    storefront_page.klaviyo = stand_ins.OLD_KLAVIYO
    storefront_page.open(early="var _learnq = _learnq || [];")
    storefront_page.page.locator("h1").click()
    storefront_page.run(PUSH, [["identify", {"$email": "ada@klaviyo-demo.com"}]])
    assert [event["person"] for event in storefront_page.sent()] == [PERSON]

"""What is shown to whoever puts storewire.js into a shop."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests import own_browser
from tests.browser.storefront_page import COMPANY, Answer, StorefrontPage, one_window

storefront_page = one_window

ASKED = "/p/lamp?storewire_debug"
EVIL = "</script><img src=x onerror=alert(1)>"


def overlay(storefront_page: StorefrontPage) -> Locator:
    """Return the overlay, once it is drawn."""
    shown = storefront_page.page.get_by_role("region", name="Storewire debug")
    shown.wait_for()
    return shown


def says(storefront_page: StorefrontPage, text: str) -> None:
    """Wait until the overlay says this."""
    storefront_page.settle()
    storefront_page.page.clock.fast_forward(100)
    overlay(storefront_page).get_by_text(text).first.wait_for(timeout=3_000)


def test_nobody_is_shown_it_unasked(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.sent()
    assert "debug" not in storefront_page.batches[0]
    assert storefront_page.run("() => 'debug' in storewire") is False
    assert not [url for url in storefront_page.asked if "debug" in url]


def test_it_begins_with_a_greeting_and_reports_all(storefront_page: StorefrontPage):
    storefront_page.open(options=f'{COMPANY} data-send="browser"', path=ASKED)
    storefront_page.call("track", "Looked")
    events = storefront_page.sent()
    assert events[0] == {"type": "hello"}
    assert [(event["name"], event["person"]) for event in events[1:]] == [("Looked", {})]
    assert storefront_page.batches[0]["debug"] is True
    storefront_page.call("track", "Looked again")
    assert [event["type"] for event in storefront_page.sent()] == ["track"]


def test_what_it_reports_of_nobody_goes_again_with_a_person(storefront_page: StorefrontPage):
    storefront_page.open(path=ASKED)
    storefront_page.call("track", "Looked")
    assert [event["person"] for event in storefront_page.sent()[1:]] == [{}]
    storefront_page.open(path="/other")
    assert [event["type"] for event in storefront_page.sent()] == ["hello"]  # and no more of it

    ada = {"email": "ada@klaviyo-demo.com"}
    storefront_page.call("identify", ada)
    events = [(event.get("name"), event["person"]) for event in storefront_page.sent()]
    assert events == [("Looked", ada), (None, ada)]
    assert storefront_page.box()["queue"] == []


def test_it_says_what_happens_and_what_is_wrong_with_it(storefront_page: StorefrontPage):
    storefront_page.says = {
        "accepted": 2,
        "refused": [{"index": 1, "field": "events/1/name", "detail": "No such event."}],
        "lint": [[], ["ItemNames are missing."], []],
        "send": "server",
    }
    storefront_page.open(path=ASKED)
    says(storefront_page, "not identified")
    says(storefront_page, "Nobody is identified yet.")
    storefront_page.call("startedCheckout", {"CheckoutID": "k-1"})
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.sent()

    says(storefront_page, "identified: email ada@klaviyo-demo.com")
    says(storefront_page, "ItemNames are missing.")
    says(storefront_page, "events/1/name: No such event.")
    says(storefront_page, "The snippet is older than the store's settings.")
    says(storefront_page, "to browser and server · answer 202")
    entry = overlay(storefront_page).get_by_role("listitem").filter(has_text="Started Checkout")
    entry.locator("summary").click()
    assert '"CheckoutURL"' in entry.locator("pre").inner_text()
    assert not overlay(storefront_page).get_by_text("Nobody is identified yet.").is_visible()
    storefront_page.page.clock.resume()  # axe has timers of its own
    assert own_browser.faults(storefront_page.page) == []
    assert storefront_page.complaints == []


def test_what_a_page_says_stays_text(storefront_page: StorefrontPage):
    storefront_page.says = {"accepted": 1, "refused": [], "lint": [[], [EVIL]]}
    storefront_page.open(path=ASKED)
    storefront_page.call("viewedProduct", {"ProductName": EVIL})
    storefront_page.call("track", EVIL)
    storefront_page.sent()
    says(storefront_page, EVIL)
    overlay(storefront_page).locator("summary").last.click()
    assert EVIL in overlay(storefront_page).locator("pre").last.inner_text()
    assert storefront_page.page.locator("img").count() == 0
    assert storefront_page.complaints == []


def test_the_last_twenty_events_are_shown(storefront_page: StorefrontPage):
    storefront_page.open(path=ASKED)
    storefront_page.run("() => { for (let n = 1; n <= 30; n++) storewire.track('Number ' + n); }")
    says(storefront_page, "Number 30")
    names = overlay(storefront_page).locator("summary").all_inner_texts()
    assert names == [f"Number {number}" for number in range(30, 10, -1)]


def test_it_says_what_to_do_about_the_collector(storefront_page: StorefrontPage):
    hints: list[tuple[Answer, str]] = [
        (None, "Our server cannot be reached."),
        (
            (403, {}),
            "This page's origin is not among the store's origins: add it in the store's settings.",
        ),
        ((404, {}), "There is no such store, or its storefront is switched off."),
        ((503, {}), "Our server has trouble."),
    ]
    for answer, hint in hints:
        storefront_page.answers = [answer]
        storefront_page.open(path=ASKED)
        storefront_page.sent()
        says(storefront_page, hint)


def test_it_misses_klaviyo(storefront_page: StorefrontPage):
    storefront_page.is_klaviyo_blocked = True
    storefront_page.open(path=ASKED)
    storefront_page.call("track", "Looked")
    overlay(storefront_page)
    storefront_page.page.clock.fast_forward(5_000)
    says(storefront_page, "klaviyo.js has not come.")


def test_it_stays_until_it_is_closed_with_keys(storefront_page: StorefrontPage):
    storefront_page.open(path=ASKED)
    overlay(storefront_page)
    storefront_page.open(path="/other")
    storefront_page.call("track", "Looked")
    says(storefront_page, "Looked")
    keys = storefront_page.page.keyboard
    keys.press("Tab")
    assert storefront_page.run("() => document.activeElement.localName") == "storewire-debug"
    keys.press("Tab")
    keys.press("Enter")
    overlay(storefront_page).locator("pre").wait_for()
    storefront_page.call("track", "Looked again")
    says(storefront_page, "Looked again")
    assert overlay(storefront_page).locator("pre:visible").count() == 1  # nothing folds up
    keys.press("Escape")
    assert storefront_page.page.locator("storewire-debug").count() == 0

    storefront_page.open(path="/third")
    assert storefront_page.page.locator("storewire-debug").count() == 0


def test_it_stays_for_an_hour_at_most(storefront_page: StorefrontPage):
    storefront_page.open(path=ASKED)
    overlay(storefront_page)
    storefront_page.page.clock.fast_forward(3_600_000)
    storefront_page.open(path="/other")
    storefront_page.sent()
    assert storefront_page.page.locator("storewire-debug").count() == 0


def test_it_tells_of_consent_before_and_after_it(storefront_page: StorefrontPage):
    storefront_page.open(options=f'{COMPANY} data-consent="call"', path=ASKED)
    storefront_page.call("track", "Waiting")
    says(storefront_page, "Nothing is sent yet: consent was not given.")
    assert storefront_page.sent() == []
    assert storefront_page.run("() => 'klaviyo' in window || localStorage.length") == 0
    storefront_page.call("consent", True)
    says(storefront_page, "Waiting")
    storefront_page.call("consent", False)
    says(storefront_page, "Nothing is sent: consent was refused, or withdrawn.")


def test_a_narrow_window_shows_it_whole(storefront_page: StorefrontPage):
    storefront_page.page.set_viewport_size({"width": 320, "height": 480})
    storefront_page.open(path=ASKED)
    box = overlay(storefront_page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 320
    assert box["y"] + box["height"] <= 480

"""Before consent storewire.js does nothing but wait; after a refusal it forgets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import stand_ins
from tests.browser.storefront_page import (
    COMPANY,
    SHOP,
    STOREWIRE,
    StorefrontPage,
    one_window,
)

storefront_page = one_window

ASKS = f'{COMPANY} data-consent="call"'
BEFORE = [
    f"{SHOP}/p/lamp",
    f"{STOREWIRE}/static/storefront/storewire.js",
]
BODY = (
    '<script type="application/json" data-storewire="identify">'
    '{"email": "ada@klaviyo-demo.com"}</script>'
    '<div data-storewire="viewedProduct" data-storewire-product-name="A lamp"></div>'
)
REMEMBER = (
    '() => { localStorage[\'storewire.shop\'] = \'{"who": {"email": "a@klaviyo-demo.com"}}\';'
    " document.cookie = '__kla_id=x;path=/';"
    " document.cookie = '__kla_id=y;path=/;domain=my-shop.test';"
    " document.cookie = 'cart=c-7;path=/'; }"
)
REMEMBERED = "() => [localStorage.length, sessionStorage.length, document.cookie]"


def said(storefront_page: StorefrontPage) -> list[Any]:
    """Return what klaviyo.js was told, without its properties."""
    return [call[1] for call in storefront_page.told()]


def test_before_consent_there_is_no_request_no_cookie_no_storage(storefront_page: StorefrontPage):
    early = f"{stand_ins.WATCH}{stand_ins.GTAG} window._learnq = [['track', 'Old', {{}}]];"
    path = "/p/lamp?_kx=abc.Def"
    storefront_page.open(BODY, f"{ASKS} data-data-layer", early, path)
    storefront_page.call("searchedSite", {"SearchTerm": "lamp"})

    assert storefront_page.sent() == []
    assert storefront_page.run("() => window.touched") == []
    assert storefront_page.asked == [f"{SHOP}{path}", *BEFORE[1:]]
    assert storefront_page.run("() => 'klaviyo' in window") is False

    storefront_page.call("consent", True)
    storefront_page.page.wait_for_function("() => window.told")
    names = ["Old", {"email": "ada@klaviyo-demo.com"}, "Viewed Product", "Searched Site"]
    assert said(storefront_page) == names
    sent = [event.get("name") for event in storefront_page.sent()]
    assert sent == ["Old", None, "Viewed Product", "Searched Site"]


def test_what_waits_happened_when_it_was_said(storefront_page: StorefrontPage):
    storefront_page.open(options=ASKS)
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.page.clock.fast_forward(60_000)
    storefront_page.call("consent", True)
    [event] = storefront_page.sent()
    assert 60_000 <= event["age"] < 70_000


def test_the_last_fifty_calls_wait(storefront_page: StorefrontPage):
    storefront_page.open(options=ASKS)
    storefront_page.run("() => { for (let n = 1; n <= 60; n++) storewire.track('Number ' + n); }")
    storefront_page.call("consent", True)
    assert said(storefront_page) == [f"Number {number}" for number in range(11, 61)]


def test_a_refusal_drops_what_waits_and_forgets(storefront_page: StorefrontPage):
    storefront_page.open(BODY, ASKS)
    storefront_page.run(REMEMBER)
    storefront_page.call("consent", False)
    storefront_page.call("track", "Later")

    assert storefront_page.sent(10) == []
    assert storefront_page.asked == BEFORE
    assert storefront_page.run(REMEMBERED) == [0, 0, "cart=c-7"]
    storefront_page.call("consent", True)
    storefront_page.call("track", "After all")
    assert said(storefront_page) == ["After all"]


def test_only_true_is_consent(storefront_page: StorefrontPage):
    storefront_page.open(options=ASKS)
    for wrong in ("yes", 1, None, {}):
        storefront_page.call("consent", wrong)
        assert storefront_page.sent() == []
    assert storefront_page.asked == BEFORE


def test_who_withdraws_is_forgotten_at_once(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.sent()
    storefront_page.run(REMEMBER)
    storefront_page.call("track", "Not sent yet")
    storefront_page.call("consent", False)
    storefront_page.call("track", "Too late")

    assert storefront_page.sent(10) == []
    assert storefront_page.run(REMEMBERED) == [0, 0, "cart=c-7"]
    assert said(storefront_page) == [{"email": "ada@klaviyo-demo.com"}, "Not sent yet"]


def test_a_withdrawal_before_klaviyo_comes_leaves_it_nothing(storefront_page: StorefrontPage):
    storefront_page.klaviyo = ""  # late
    storefront_page.open(BODY)
    assert len(storefront_page.told()) == 2
    storefront_page.call("consent", False)
    storefront_page.release()
    assert storefront_page.told() == []


def test_a_withdrawal_is_one_in_all_tabs(storefront_page: StorefrontPage):
    storefront_page.open(BODY)
    storefront_page.sent()
    with storefront_page.page.context.new_page() as other:
        other.goto(f"{SHOP}/other")
        other.evaluate("() => { localStorage['storewire.other'] = '{}'; }")
        other.evaluate("() => { delete localStorage['storewire.other']; }")
        storefront_page.call("track", "That was another box")
        assert storefront_page.sent()[-1]["name"] == "That was another box"
        other.evaluate("() => storewire.consent(false)")
    storefront_page.run(REMEMBER)
    storefront_page.call("track", "Too late")
    storefront_page.call("identify", {"email": "bob@klaviyo-demo.com"})
    assert storefront_page.sent(10) == []
    assert storefront_page.told()[-1][1] == "That was another box"


def test_an_answer_after_a_withdrawal_leaves_nothing_behind(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.run(
        "() => { const { fetch } = window; window.fetch = (...given) => {"
        " window.fetch = fetch; storewire.consent(false); return fetch(...given); }; }"
    )
    assert len(storefront_page.sent()) == 1
    assert storefront_page.run(REMEMBERED) == [0, 0, ""]


@pytest.mark.parametrize("mode", ["none", "call"])
def test_global_privacy_control_is_a_refusal_that_nothing_overrides(
    storefront_page: StorefrontPage, mode: str
):
    options = f'{COMPANY} data-consent="{mode}" data-gpc'
    storefront_page.open(BODY, options, stand_ins.PRIVATE)
    storefront_page.call("consent", True)
    storefront_page.call("track", "Said")
    assert storefront_page.sent() == []
    assert storefront_page.asked == BEFORE
    assert storefront_page.run(REMEMBERED) == [0, 0, ""]


def test_a_shop_may_go_by_its_own_question_alone(storefront_page: StorefrontPage):
    storefront_page.open(BODY, early=stand_ins.PRIVATE)
    assert len(storefront_page.sent()) == 2


def test_an_unknown_way_to_ask_waits(storefront_page: StorefrontPage):
    storefront_page.open(BODY, f'{COMPANY} data-consent="cookiebot"')
    assert storefront_page.sent() == []
    assert storefront_page.asked == BEFORE

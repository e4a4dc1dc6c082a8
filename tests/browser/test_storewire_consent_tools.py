"""Tools that ask visitors: IAB TCF and Google's consent mode."""

from __future__ import annotations

from typing import Any

from tests.browser import stand_ins
from tests.browser.storefront_page import (
    COMPANY,
    KLAVIYO,
    SHOP,
    STOREWIRE,
    StorefrontPage,
    one_window,
)

storefront_page = one_window

BEFORE = [
    f"{SHOP}/p/lamp",
    f"{STOREWIRE}/static/storefront/storewire.js",
]
BODY = (
    '<script type="application/json" data-storewire="identify">'
    '{"email": "ada@klaviyo-demo.com"}</script>'
    '<div data-storewire="viewedProduct" data-storewire-product-name="A lamp"></div>'
)


def said(storefront_page: StorefrontPage) -> list[Any]:
    """Return what klaviyo.js was told, without its properties."""
    return [call[1] for call in storefront_page.told()]


def grant(storefront_page: StorefrontPage, state: str) -> None:
    """Update Google's consent mode, as a consent tool does."""
    storefront_page.run(
        "(state) => { gtag('consent', 'update', {ad_storage: state}); }",
        state,
    )


def test_the_purposes_of_the_tcf_decide(storefront_page: StorefrontPage):
    cases = [
        ("", [1, 3, 4], True),
        ("", [1, 2, 3], False),
        ("", [], False),
        ('data-purposes="1, 2"', [1, 2], True),
        ('data-purposes="1, 2"', [1], False),
    ]
    for more, purposes, is_granted in cases:
        storefront_page.open(BODY, f'{COMPANY} data-consent="tcf" {more}', stand_ins.TCF)
        assert storefront_page.sent() == []
        assert storefront_page.asked == BEFORE
        storefront_page.run("(purposes) => decide(purposes)", purposes)
        assert len(storefront_page.sent()) == (2 if is_granted else 0), purposes
        assert bool(storefront_page.asked_of(KLAVIYO)) is is_granted, purposes
        storefront_page.forget()


def test_the_tcf_may_change_its_mind_and_come_late(storefront_page: StorefrontPage):
    storefront_page.open(options=f'{COMPANY} data-consent="tcf"')
    storefront_page.call("track", "First")
    storefront_page.run(f"() => {{ {stand_ins.TCF} }}")
    storefront_page.page.clock.fast_forward(1_000)
    storefront_page.run("() => decide([], {gdprApplies: false, eventStatus: 'tcloaded'})")
    storefront_page.page.wait_for_function("() => window.told")
    storefront_page.run("() => decide([1])")
    storefront_page.call("track", "Second")
    storefront_page.run("() => decide([1, 3, 4])")
    storefront_page.call("track", "Third")
    assert said(storefront_page) == ["First", "Third"]


def test_googles_consent_mode_decides_and_may_change(storefront_page: StorefrontPage):
    denied = f"{stand_ins.GTAG} gtag('consent', 'default', {{ad_storage: 'denied'}});"
    storefront_page.open(BODY, f'{COMPANY} data-consent="google"', denied)
    assert storefront_page.sent() == []
    assert storefront_page.asked == BEFORE

    storefront_page.run("() => { dataLayer.push({event: 'gtm.js'}, null); }")
    grant(storefront_page, "granted")
    assert len(storefront_page.sent()) == 2
    storefront_page.page.wait_for_function("() => window.told")
    grant(storefront_page, "denied")
    storefront_page.call("track", "Refused")
    grant(storefront_page, "granted")
    storefront_page.call("track", "Granted")
    assert said(storefront_page)[2:] == ["Granted"]


def test_what_google_was_told_before_counts(storefront_page: StorefrontPage):
    cases = [
        ([("default", "granted")], True),
        ([("default", "granted"), ("default", "denied")], False),  # for a region, perhaps this
        ([("default", "denied"), ("default", "granted")], False),
        ([("default", "denied"), ("update", "granted")], True),
        ([("default", "granted"), ("update", "denied")], False),
        ([], False),
    ]
    for commands, is_granted in cases:
        told = "".join(f"gtag('consent', '{how}', {{ad_storage: '{it}'}});" for how, it in commands)
        early = stand_ins.GTAG + told
        storefront_page.open(options=f'{COMPANY} data-consent="google"', early=early)
        storefront_page.call("track", "Said")
        assert bool(storefront_page.asked_of(KLAVIYO)) is is_granted, commands
        storefront_page.forget()


def test_what_the_page_says_itself_wins(storefront_page: StorefrontPage):
    storefront_page.open(options=f'{COMPANY} data-consent="tcf"', early=stand_ins.TCF)
    storefront_page.call("consent", True)
    storefront_page.run("() => decide([])")
    storefront_page.call("track", "Said")
    assert said(storefront_page) == ["Said"]

"""Whose events they are."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

from tests.browser.storefront_page import COMPANY, StorefrontPage, one_window

storefront_page = one_window
ADA = {"email": "ada@klaviyo-demo.com"}
BOB = {"email": "bob@klaviyo-demo.com"}


def names(events: list[dict]) -> list[str]:
    """Return what these events are called."""
    return [event.get("name", event["type"]) for event in events]


def waiting(storefront_page: StorefrontPage) -> list[str]:
    """Return what is in the outbox."""
    return names(storefront_page.box()["queue"])


def test_events_of_nobody_known_wait_for_a_person(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("track", "Looked")
    storefront_page.call("identify", {"first_name": "Ada", "Status": "Active"})
    assert storefront_page.sent(10) == []
    assert len(storefront_page.told()) == 2  # klaviyo.js holds them itself

    storefront_page.open(path="/other")
    storefront_page.call("identify", {**ADA, "first_name": "Ada"})
    events = storefront_page.sent()
    assert names(events) == ["Looked", "identify", "identify"]
    assert [event["person"] for event in events] == [
        ADA,
        {"first_name": "Ada", **ADA},
        {"first_name": "Ada", **ADA},
    ]
    assert waiting(storefront_page) == []


def test_a_link_of_an_email_says_who_it_is(storefront_page: StorefrontPage):
    storefront_page.open(path="/p/lamp?_kx=abc-D_e.FgH")
    storefront_page.call("track", "Looked")
    [event] = storefront_page.sent()
    assert event["person"] == {"exchange_id": "abc-D_e.FgH"}

    storefront_page.open(path="/other")
    storefront_page.call("track", "Looked on")
    [event] = storefront_page.sent()
    assert event["person"] == {"exchange_id": "abc-D_e.FgH"}


def test_klaviyos_cookie_says_who_it_is(storefront_page: StorefrontPage):
    cookie = quote(base64.b64encode(json.dumps({"cid": "1", "$exchange_id": "kx.1"}).encode()))
    storefront_page.open(early=f"document.cookie = 'a=1'; document.cookie = '__kla_id={cookie}';")
    storefront_page.call("track", "Looked")
    [event] = storefront_page.sent()
    assert event["person"] == {"exchange_id": "kx.1"}


def test_a_cookie_that_names_nobody_is_no_harm(storefront_page: StorefrontPage):
    for cookie in ("", "nonsense", "eyJjaWQiOiIxIn0="):
        storefront_page.open(early=f"document.cookie = '__kla_id={cookie}';")
        storefront_page.call("track", "Looked")
        assert storefront_page.sent() == []
    assert storefront_page.complaints == []


def test_who_is_told_once(storefront_page: StorefrontPage):
    storefront_page.open()
    for _ in range(3):
        storefront_page.call("identify", {**ADA, "Status": "Active"})
    assert names(storefront_page.sent()) == ["identify"]

    storefront_page.open(path="/other")
    storefront_page.call("identify", ADA)
    storefront_page.call("identify", {**ADA, "Status": "Active"})
    assert storefront_page.sent() == []
    storefront_page.call("identify", {**ADA, "Status": "Stopped"})
    [event] = storefront_page.sent()
    assert event["properties"] == {"Status": "Stopped"}


def test_another_address_is_another_person(storefront_page: StorefrontPage):
    storefront_page.open(path="/?_kx=abc")
    storefront_page.call("identify", {**ADA, "external_id": "1", "Status": "Active"})
    storefront_page.call("track", "As Ada")
    storefront_page.call("identify", {**BOB, "Status": "Active"})
    storefront_page.call("track", "As Bob")
    events = storefront_page.sent()
    known = {**ADA, "external_id": "1", "exchange_id": "abc"}
    assert [event["person"] for event in events] == [known, known, BOB, BOB]
    assert storefront_page.box()["who"] == {**BOB, "Status": "Active"}


def test_names_go_with_identify_only(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", {**ADA, "first_name": "Ada", "phone_number": "+4930901820"})
    storefront_page.call("track", "Looked")
    [_, event] = storefront_page.sent()
    assert event["person"] == {**ADA, "phone_number": "+4930901820"}


def test_what_is_no_address_is_nobodys(storefront_page: StorefrontPage):
    storefront_page.open()
    for typo in ("ada@klaviyo", "ada", "ada @klaviyo-demo.com", "@", " "):
        storefront_page.call("identify", {"email": typo})
    assert (storefront_page.told(), storefront_page.sent()) == ([], [])

    storefront_page.call("identify", ADA)
    storefront_page.call("contactForm", {"email": "ada@klaviyo", "first_name": "A", "Subject": "x"})
    assert [event["person"] for event in storefront_page.sent()] == [
        ADA,
        {**ADA, "first_name": "A"},
        ADA,
    ]
    assert storefront_page.box()["who"] == {**ADA, "first_name": "A"}


def test_a_link_to_somebody_else_begins_anew(storefront_page: StorefrontPage):
    storefront_page.open(path="/?_kx=abc.Ada")
    storefront_page.call("identify", ADA)
    storefront_page.sent()
    for kx, person in [("abc.Ada", ADA), ("abc.Bob", {})]:
        storefront_page.open(path=f"/?_kx={kx}")
        storefront_page.call("track", "Looked")
        [event] = storefront_page.sent()
        assert event["person"] == {**person, "exchange_id": kx}

    storefront_page.call("identify", ADA)  # it is Ada after all
    [event] = storefront_page.sent()
    assert event["person"] == {**ADA, "exchange_id": "abc.Bob"}
    for nonsense in ("x" * 256, "a%20b", "%C3%BC", ""):
        storefront_page.open(path=f"/?_kx={nonsense}")
        assert storefront_page.box()["who"] == {**ADA, "exchange_id": "abc.Bob"}


def test_who_logs_out_is_forgotten(storefront_page: StorefrontPage):
    storefront_page.open(options=f'{COMPANY} data-consent="call"')
    storefront_page.run("() => { document.cookie = '__kla_id=x;path=/'; }")
    storefront_page.call("identify", {**ADA, "Status": "Active"})
    storefront_page.call("track", "As Ada")
    storefront_page.call("forget")
    storefront_page.call("track", "As nobody")
    storefront_page.call("consent", True)

    events = storefront_page.sent()
    assert [(event["type"], event["person"]) for event in events] == [
        ("identify", ADA),
        ("track", ADA),
    ]
    assert waiting(storefront_page) == ["As nobody"]
    assert storefront_page.box()["who"] == {}
    assert storefront_page.run("() => document.cookie") == ""
    assert [call[0] for call in storefront_page.told()] == ["identify", "track", "track"]
    storefront_page.call("identify", BOB)
    assert {event["person"]["email"] for event in storefront_page.sent()} == {BOB["email"]}

"""“Put it on your shop” in a real browser: it waits for an event, it copies, anybody can use it."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.own_browser import faults
from tests.storefront.admin import PUBLIC_URL, SHOP, new_store, shop_page, sign_in, switch_on, told
from tests.storefront.shop_windows import Window

THEME = ("landmark-one-main", "landmark-unique", "region")  # what the theme leaves out everywhere


@pytest.fixture(scope="module", autouse=True)
def _database_beside_a_browser(browser: Browser):
    """The browser's loop runs in this thread, where Django would rather not ask the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield
        connections.close_all()  # those of this loop, which nobody else closes


@pytest.fixture
def store(db):
    return new_store()


@pytest.fixture
def window(page: Page, client: Client, store, settings) -> Window:
    """A marketer's browser, before the page of a store that is set up."""
    settings.PUBLIC_URL = PUBLIC_URL
    settings.ALLOWED_HOSTS = ["*"]
    switch_on(store)
    sign_in(client, group="Marketer")
    return Window(page, client)


@pytest.mark.parametrize("width", [390, 1280])
def test_all_can_use_it_also_on_a_phone(window: Window, store, width: int):
    window.page.set_viewport_size({"width": width, "height": 900})
    window.open(shop_page(store))
    window.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")

    found = [fault for fault in faults(window.page) if fault.split(": ")[1] not in THEME]

    assert found == []
    assert window.page.evaluate("document.documentElement.scrollWidth") <= width
    assert window.complaints == []  # of the policy, too


def test_it_waits_for_the_first_event_and_says_that_it_sees_it(window: Window, store):
    told(store.connections.get(kind="storefront"), "Viewed Category", id="before")
    window.open(shop_page(store))
    said = window.page.locator("#test-said")

    with window.page.context.expect_page() as opened:
        window.page.get_by_role("link", name="Open it and wait").click()
    expect(said).to_have_text("Waiting for your page …")
    told(store.connections.get(kind="storefront"), "Viewed Product")

    assert opened.value.url == f"{SHOP}/?storewire_debug"
    assert opened.value.evaluate("window.opener") is None
    expect(said).to_contain_text("We see you: Viewed Product, ")
    expect(window.page.locator("#test-events li")).to_have_text([f"Viewed Product · {SHOP}/shoe"])
    expect(window.page.locator("#test-advice")).to_be_hidden()


def test_when_nothing_comes_it_says_what_to_look_at(window: Window, store):
    window.page.clock.install()
    window.open(shop_page(store))
    with window.page.context.expect_page():
        window.page.get_by_role("link", name="Open it and wait").click()

    for _ in range(16):
        with window.page.expect_response("**/seen/*"):
            window.page.clock.run_for(2000)

    expect(window.page.locator("#test-advice")).to_be_visible()


def test_only_pages_of_the_store_are_opened(window: Window, store):
    window.open(shop_page(store))
    link = window.page.locator("#test-open")

    window.page.get_by_label("Address of a page").fill(f"{SHOP}/shoe?colour=blue#top")
    assert link.get_attribute("href") == f"{SHOP}/shoe?colour=blue&storewire_debug#top"

    for elsewhere in ("https://elsewhere.storewire-demo.com/", "javascript:alert(1)", ""):
        window.page.get_by_label("Address of a page").fill(elsewhere)
        assert link.get_attribute("href") is None
        expect(window.page.locator("#test-wrong")).to_contain_text("This is no page of the store's")


def test_a_text_is_copied(window: Window, store):
    window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.open(f"{shop_page(store)}?way=django")

    window.page.get_by_role("button", name="Copy: Every page").click()

    expect(window.page.get_by_text("Copied.")).to_be_visible()
    copied = window.page.evaluate("navigator.clipboard.readText()")
    assert copied == '{% load storewire %}{% storewire_script "my-shop" %}'


def test_without_a_permission_the_text_is_selected(window: Window, store):
    window.page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('no'));"
        "document.execCommand = () => false;"
    )
    window.open(f"{shop_page(store)}?way=django")

    window.page.get_by_role("button", name="Copy: Every page").click()

    expect(window.page.get_by_text("It is selected: copy it with the keyboard.")).to_be_visible()
    selected = window.page.evaluate("getSelection().toString().trim()")
    assert selected == '{% load storewire %}{% storewire_script "my-shop" %}'

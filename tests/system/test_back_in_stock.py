"""The whole circle in a browser: sign up, the shop restocks, Klaviyo hears, leave the list."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Page

from tests.own_browser import faults, focused
from tests.system.conftest import System

WHO = "grace@storewire-demo.com"
LIST = "Subscribed to Back in Stock"
ALERT = "Back In Stock Alert"


def tab_to(page: Page, what: str) -> None:
    """Press Tab until this has the keyboard: an id, a class, or the words on a button."""
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement?.innerText ?? ''")
        seen.append((focused(page), words))
        if what in seen[-1]:
            return
    pytest.fail(f"{what} cannot be reached: {seen}")


def heard_of(system: System, metric: str) -> list[dict]:
    state = system.sandbox.state()
    people = {profile["id"]: profile.get("email") for profile in state["profiles"]}
    return [
        event
        for event in state["events"]
        if event["metric"] == metric and people[event["profile_id"]] == WHO
    ]


def pass_on(system: System) -> None:
    """Be the queue between the shop and Storewire: bring its last notification."""
    told = requests.get(f"{system.sandbox.url}/commercetools/_sandbox/notifications", timeout=5)
    assert system.knock(told.json()[-1]["payload"]) == 204


@pytest.mark.timeout(300)
def test_a_shopper_with_keys_and_a_narrow_window_goes_the_whole_circle(system: System, page: Page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{system.sandbox.url}/shop/")
    page.locator(".shelf a").first.click()
    page.get_by_role("button", name="Sell out").click()
    page.get_by_role("heading", name="Behind the counter").wait_for()
    pass_on(system)
    system.settle()
    page.locator(".chosen a").first.click()

    page.locator("[data-back-in-stock] .button").wait_for()
    tab_to(page, "button")
    assert faults(page) == []
    page.keyboard.press("Enter")
    assert_fits(page)
    page.keyboard.type(WHO)
    page.wait_for_timeout(1_000)  # who is quicker is a machine
    page.keyboard.press("Enter")
    page.get_by_text("Done. We write to you").wait_for()
    page.keyboard.press("Escape")
    system.wait_until(lambda: len(heard_of(system, LIST)) == 1, 30)
    assert heard_of(system, ALERT) == []

    tab_to(page, "Restock 5")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Behind the counter").wait_for()
    pass_on(system)
    page.get_by_role("row").filter(has_text=ALERT).filter(has_text=WHO).wait_for(timeout=30_000)
    assert_fits(page)
    [alert] = heard_of(system, ALERT)
    assert alert["properties"]["InventoryQuantity"] == 5
    assert alert["properties"]["SKU"] in page.url

    leave_and_look(page, alert["properties"])
    assert len(heard_of(system, ALERT)) == 1


@pytest.mark.timeout(300)
def test_the_hosted_form_says_what_is_wrong_and_takes_what_is_right(system: System, page: Page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{system.web}/backinstock/shop/form/?sku=LAMP-1&product=p-1&locale=en-GB")
    assert_fits(page)
    page.get_by_label("E-mail address").fill("grace@nowhere")
    page.keyboard.press("Enter")
    page.get_by_text("Write an address like name@shop.com.").wait_for()
    assert focused(page) == "back-in-stock-email"
    assert_fits(page)

    page.get_by_label("E-mail address").fill(WHO)
    page.wait_for_timeout(1_000)
    page.keyboard.press("Enter")
    page.get_by_text("Done. We write to you").wait_for()
    assert_fits(page)
    system.wait_until(lambda: len(heard_of(system, LIST)) == 1, 30)
    [event] = heard_of(system, LIST)
    assert event["properties"]["SKU"] == "LAMP-1"


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert faults(page) == []


def leave_and_look(page: Page, alert: dict[str, str]) -> None:
    """Leave all lists by the link in an alert, and look at what is left."""
    page.goto(alert["UnsubscribeURL"])
    assert_fits(page)
    tab_to(page, "No alerts from this shop any more")
    page.keyboard.press("Enter")
    page.get_by_text("You get no more alerts").wait_for()
    assert_fits(page)
    page.goto(alert["MyAlertsURL"])
    page.get_by_role("heading", name="My alerts").wait_for()
    assert_fits(page)

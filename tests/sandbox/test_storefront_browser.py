"""The sample shop in a real browser: what Klaviyo's stand-in hears of each page, in which order."""

from __future__ import annotations

import pytest

from project.sandbox.storefront import window
from tests.own_browser import faults

ADA = "ada@storewire-demo.com"
PAGES = (
    *("", "category/tents/", "search/?q=tent", "cart/", "checkout/", "sign-up/"),
    *("log-in/", "cancel/", "contact/"),
)
NASTY = "</script><img src=x onerror=alert(1)>"


def know(visit, email: str = ADA) -> None:
    visit.show("log-in/")
    visit.fill({"E-mail address": email}, "Log in")
    assert visit.heard("profiles", 1)[0]["email"] == email


def product_page(visit) -> str:
    product = window.product(visit.shop, "skerry-two-person-tent")
    assert product is not None
    variant = next(one for one in product.variants if not one.is_sold_out)
    return f"{product.slug}/?sku={variant.sku}"


@pytest.mark.parametrize(
    ("path", "metric"),
    [("category/tents/", "Viewed Category"), ("search/?q=tent", "Searched Site")],
)
def test_a_page_says_what_is_looked_at(visiting, path: str, metric: str):
    visit = visiting()
    know(visit)
    visit.show(path)
    assert visit.metrics(1) == [metric]


def test_home_says_nothing(visiting):
    visit = visiting()
    know(visit)
    visit.show()
    visit.page.wait_for_timeout(500)
    assert visit.metrics(0) == []


def test_a_product_page_says_what_is_viewed_for_flows_and_for_the_recently_viewed(visiting):
    visit = visiting()
    know(visit)
    visit.show(product_page(visit))

    assert visit.metrics(1) == ["Viewed Product"]
    visit.page.wait_for_function(
        "localStorage.__kla_viewed && !JSON.parse(localStorage.__kla_waiting).profiles.length"
    )
    [profile] = visit.heard("profiles", 1)
    [item] = profile["properties"]["$viewed_items"]
    assert item["Title"] == "Skerry two-person tent"
    assert item["Categories"] == ["Outdoor", "Camping", "Tents"]
    assert item["Metadata"]["Brand"] == "Nordhaven"


def test_from_a_product_to_an_order(visiting):
    visit = visiting()
    visit.show(product_page(visit))
    visit.fill({"How many": "2"}, "Add to cart")
    visit.page.reload()
    with visit.page.expect_navigation():
        visit.page.get_by_role("link", name="To the checkout").click()
    visit.page.reload()
    assert visit.klaviyo()["profiles"] == []
    visit.fill({"Your e-mail address": ADA}, "Go on")

    assert visit.metrics(3) == ["Viewed Product", "Added to Cart", "Started Checkout"]
    _, added, started = visit.klaviyo()["events"]
    properties = started["properties"]
    assert added["unique_id"] == f"{properties['CartID']}:1"
    assert started["unique_id"] == properties["CheckoutID"]
    assert added["value"] == started["value"] == properties["Items"][0]["RowTotal"]
    assert added["properties"]["AddedItemQuantity"] == 2
    assert properties["ItemNames"] == ["Skerry two-person tent"]
    assert [profile["email"] for profile in visit.klaviyo()["profiles"]] == [ADA]

    reported = [name for name in visit.reported(4) if name != "identify"]
    assert reported == ["Viewed Product", "Added to Cart", "Started Checkout"]
    assert visit.collected[started["unique_id"]] == "Started Checkout"

    visit.fill({}, "Place the order")
    assert visit.shop.held("orders")[-1]["customerEmail"] == ADA
    visit.page.wait_for_timeout(500)
    assert len(visit.klaviyo()["events"]) == 3


def test_from_a_sign_up_to_its_end(visiting):
    visit = visiting()
    visit.show("sign-up/")
    visit.fill({"First name": "Ada", "E-mail address": ADA}, "Go on")
    [profile] = visit.heard("profiles", 1)
    assert (profile["email"], profile["first_name"]) == (ADA, "Ada")
    assert profile["properties"] | {"SignUpDate": ""} == {
        "SignUpDate": "",
        "Schedule": "Daily",
        "Status": "Active",
        "HasFilledOutProfile": False,
    }
    visit.fill({"Last name": "Ahlgren"}, "Finish")
    assert visit.metrics(1) == ["Completed Signup"]
    [profile] = visit.klaviyo()["profiles"]
    assert profile["properties"]["HasFilledOutProfile"] is True

    visit.show("cancel/")
    visit.fill({}, "Cancel the account")
    assert visit.metrics(2) == ["Completed Signup", "Cancelled Account"]
    [profile] = visit.klaviyo()["profiles"]
    assert profile["properties"]["Status"] == "Stopped"


def test_a_message_says_who_it_is_from(visiting):
    visit = visiting()
    visit.show("contact/")
    visit.fill({"First name": "Ada", "E-mail address": ADA, "Message": "Hello"}, "Send")

    assert visit.metrics(1) == ["Submitted Contact Form"]
    [profile] = visit.klaviyo()["profiles"]
    assert (profile["email"], profile["first_name"]) == (ADA, "Ada")
    [event] = visit.klaviyo()["events"]
    assert event["properties"] == {"Subject": "Question"}


def test_before_anybody_accepts_nothing_is_asked_or_kept(visiting):
    visit = visiting(consent="call")
    visit.show("category/tents/")
    visit.page.get_by_role("heading", name="May we see what you look at?").wait_for()
    visit.page.wait_for_timeout(500)
    assert visit.asked == []
    assert visit.page.context.cookies() == []
    assert visit.page.evaluate("localStorage.length + sessionStorage.length") == 0

    visit.page.get_by_role("button", name="Accept").click()
    visit.page.wait_for_function("document.cookie.includes('__kla_id')")
    assert not visit.page.locator("#consent").is_visible()
    know(visit)
    assert visit.metrics(1) == ["Viewed Category"]


def test_who_refuses_is_not_asked_again_but_may_think_again(visiting):
    visit = visiting(consent="call")
    visit.show("category/tents/")
    visit.page.get_by_role("button", name="Refuse").click()
    visit.show("category/tents/")
    assert not visit.page.locator("#consent").is_visible()
    visit.page.wait_for_timeout(300)
    assert visit.asked == []

    visit.page.get_by_role("button", name="Cookies").click()
    visit.page.get_by_role("button", name="Accept").press("Enter")
    visit.page.wait_for_timeout(300)
    visit.show("category/tents/")
    visit.page.wait_for_function("document.cookie.includes('__kla_id')")
    assert visit.asked != []


def test_a_name_that_is_code_is_not_run(visiting):
    visit = visiting()
    product = next(one for one in visit.shop.held("products") if one["key"] == "stew-pot")
    master = product["masterData"]
    current = {**master["current"], "name": {"en": NASTY, "de": NASTY}}
    visit.shop.put("products", {**product, "masterData": {**master, "current": current}})
    know(visit)

    visit.show("stew-pot/")

    assert visit.metrics(1) == ["Viewed Product"]
    assert visit.klaviyo()["events"][0]["properties"]["ProductName"] == NASTY
    assert visit.page.get_by_role("heading", level=1).inner_text() == NASTY
    assert visit.page.locator("img").count() == 0


def test_the_pages_can_be_used_by_everybody_and_on_small_windows(visiting):
    visit = visiting(consent="call")
    visit.page.set_viewport_size({"width": 320, "height": 640})
    for path in (*PAGES, product_page(visit)):
        visit.show(path)
        assert faults(visit.page) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 320
    visit.fill({}, "Add to cart")
    assert faults(visit.page) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 320

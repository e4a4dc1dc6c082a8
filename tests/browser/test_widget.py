"""The widget in a shop's page that allows no more than it must."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from tests.browser.shop_page import PLACE, SHOP, ShopPage

WIDE_AND_NARROW = [(1280, 800), (320, 560)]


def test_a_shopper_signs_up_with_keys_alone(shop_page: ShopPage):
    options = 'data-any-variant data-keep data-currency="EUR" data-channel="web"'
    shop_page.show(PLACE.format(options))
    shop_page.button.wait_for()
    keys = shop_page.page.keyboard
    keys.press("Tab")
    assert shop_page.focused() == "button"
    keys.press("Enter")
    assert shop_page.focused() == "email"
    keys.type("ada@storewire-demo.com")
    keys.press("Tab")
    keys.press("ArrowUp")  # of units: two
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    assert shop_page.focused() == "keep"
    keys.press("Tab")
    assert shop_page.focused() == "send"
    keys.press("Enter")

    shop_page.dialog.get_by_text(shop_page.says("success")).wait_for()
    [sent] = shop_page.sent
    assert 0 < sent.pop("seconds") < 10
    assert sent == {
        "store": "shop",
        "sku": "LAMP-1",
        "product": "p-1",
        "any_variant": True,
        "email": "ada@storewire-demo.com",
        "phone": "",
        "units": 2,
        "newsletter": False,
        "newsletter_text": "",
        "keep": False,
        "locale": "en-GB",
        "currency": "EUR",
        "channel": "web",
        "page": f"{SHOP}/lamp",
        "website": "",
        "altcha": "",
    }
    assert shop_page.focused() == "intro"
    keys.press("Escape")
    assert not shop_page.dialog.is_visible()
    assert shop_page.focused() == "button"
    assert shop_page.complaints == []


def test_the_keyboard_stays_in_the_dialog(shop_page: ShopPage):
    shop_page.open(f'<a href="/">Home</a>{PLACE.format("")}')
    seen = set()
    for _ in range(12):
        shop_page.page.keyboard.press("Tab")
        seen.add(shop_page.focused())
    # The body stands for the browser's own buttons.
    assert seen == {"email", "units", "send", "x", "body"}


def test_what_is_to_be_had_or_not_known_has_no_button(shop_page: ShopPage):
    shop_page.available = {"LAMP-1": False, "LAMP-2": True, "LAMP-3": None, "LAMP-4": None}
    places = {"LAMP-1": "", "LAMP-2": 'data-available="false"', "LAMP-3": ""}
    places |= {"LAMP-4": 'data-available="false"'}
    shop_page.show(
        "".join(
            f'<div id="{sku}" data-back-in-stock data-sku="{sku}" {more}></div>'
            for sku, more in places.items()
        )
    )

    shop_page.page.locator("#LAMP-4 .button").wait_for()
    assert shop_page.page.locator("#LAMP-1 .button").is_visible()
    assert shop_page.button.count() == 2
    assert shop_page.asked == [["LAMP-1", "LAMP-2", "LAMP-3", "LAMP-4"]]


def test_it_follows_the_chosen_variant_and_pages_that_come_later(shop_page: ShopPage):
    shop_page.available |= {"LAMP-2": True, "LAMP-3": False}
    shop_page.show()
    shop_page.button.wait_for()

    place = "document.querySelector('[data-back-in-stock]')"
    shop_page.page.evaluate(f"{place}.dataset.sku = 'LAMP-2'")
    shop_page.button.wait_for(state="detached")
    shop_page.page.evaluate(f"{place}.dataset.sku = 'LAMP-1'")
    shop_page.button.wait_for()
    shop_page.page.evaluate(
        f"() => {{ const other = {place}.cloneNode(); {place}.remove();"
        " other.dataset.sku = 'LAMP-3'; document.body.append(other); }"
    )
    shop_page.button.click()
    shop_page.dialog.get_by_label(shop_page.says("email")).wait_for()
    assert shop_page.asked == [["LAMP-1"], ["LAMP-2"], ["LAMP-3"]]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((429, {"code": "too_many", "detail": "…"}), "too_many"),
        ((400, {"code": "invalid", "detail": "…"}), "invalid"),
        ((404, {"code": "not_found", "detail": "…"}), "unavailable"),
        ((502, {}), "unavailable"),
        (None, "offline"),
    ],
)
def test_each_trouble_has_words_of_its_own(shop_page: ShopPage, answer, words: str):
    shop_page.answer = answer
    dialog = shop_page.open()
    dialog.get_by_label(shop_page.says("email")).fill("ada@storewire-demo.com")
    dialog.get_by_role("button", name=shop_page.says("submit"), exact=True).click()

    dialog.get_by_role("alert").filter(has_text=shop_page.says(words)).wait_for()
    shop_page.answer = (202, {"state": "confirm"})
    dialog.get_by_role("button", name=shop_page.says("submit"), exact=True).click()
    dialog.get_by_text(shop_page.says("confirm")).wait_for()


def test_a_wrong_field_says_what_is_wrong_with_it(shop_page: ShopPage):
    shop_page.answer = (400, {"code": "invalid", "fields": {"email": "Nobody lives there."}})
    dialog = shop_page.open()
    email = dialog.get_by_label(shop_page.says("email"))
    send = dialog.get_by_role("button", name=shop_page.says("submit"), exact=True)

    send.click()
    assert shop_page.focused() == "email"
    assert email.evaluate("it => it.ariaInvalid") == "true"
    assert dialog.get_by_text(shop_page.says("error_email_required")).is_visible()
    assert shop_page.sent == []

    email.fill("ada@nowhere.test")
    send.click()
    dialog.get_by_text("Nobody lives there.").wait_for()
    described = email.get_attribute("aria-describedby")
    assert dialog.locator(f"#{described}").inner_text() == "Nobody lives there."
    assert shop_page.faults() == []


def test_who_has_signed_up_here_is_told_so_until_it_is_back(shop_page: ShopPage):
    shop_page.answer = (429, {"code": "too_many"})
    dialog = shop_page.open()
    dialog.get_by_label(shop_page.says("email")).fill("ada@storewire-demo.com")
    send = dialog.get_by_role("button", name=shop_page.says("submit"), exact=True)
    send.click()
    dialog.get_by_text(shop_page.says("too_many")).wait_for()
    assert not shop_page.open().get_by_text(shop_page.says("already")).is_visible()

    shop_page.answer = (202, {"state": "waiting"})
    dialog.get_by_label(shop_page.says("email")).fill("ada@storewire-demo.com")
    send.click()
    dialog.get_by_text(shop_page.says("success")).wait_for()
    assert shop_page.open().get_by_text(shop_page.says("already")).is_visible()

    shop_page.available = {"LAMP-1": True}
    shop_page.show()
    shop_page.page.wait_for_function("() => localStorage.length === 0")
    shop_page.available = {"LAMP-1": False}
    assert not shop_page.open().get_by_text(shop_page.says("already")).is_visible()


def test_the_newsletter_is_a_choice_of_its_own(shop_page: ShopPage):
    shop_page.form["newsletter"] = {"text": "Send me news. I can leave at any time."}
    dialog = shop_page.open()
    newsletter = dialog.get_by_label("Send me news.")
    assert not newsletter.is_checked()

    newsletter.check()
    dialog.get_by_label(shop_page.says("email")).fill("ada@storewire-demo.com")
    dialog.get_by_role("button", name=shop_page.says("submit"), exact=True).click()
    dialog.get_by_text(shop_page.says("success")).wait_for()
    [sent] = shop_page.sent
    assert sent["newsletter"] is True
    assert sent["newsletter_text"] == "Send me news. I can leave at any time."


def test_one_of_address_and_number_is_enough(shop_page: ShopPage):
    shop_page.form["contact"] = "either"
    dialog = shop_page.open()
    send = dialog.get_by_role("button", name=shop_page.says("submit"), exact=True)
    send.click()
    assert dialog.get_by_text(shop_page.says("error_email_contact")).is_visible()

    dialog.get_by_label(shop_page.says("phone")).fill("+49 30 901820")
    send.click()
    dialog.get_by_text(shop_page.says("success")).wait_for()
    [sent] = shop_page.sent
    assert (sent["email"], sent["phone"]) == ("", "+49 30 901820")


def test_the_puzzle_is_solved_without_anybody_noticing(shop_page: ShopPage):
    salt, number = "7f3a?expires=1", 1_234
    challenge = hashlib.sha256(f"{salt}{number}".encode()).hexdigest()
    puzzle = {"algorithm": "SHA-256", "challenge": challenge, "salt": salt, "signature": "s"}
    shop_page.puzzle = {**puzzle, "maxnumber": 5_000}
    shop_page.form["challenge"] = "/backinstock/shop/challenge"
    dialog = shop_page.open()
    dialog.get_by_label(shop_page.says("email")).fill("ada@storewire-demo.com")
    dialog.get_by_role("button", name=shop_page.says("submit"), exact=True).click()

    dialog.get_by_text(shop_page.says("success")).wait_for()
    [sent] = shop_page.sent
    assert json.loads(base64.b64decode(sent["altcha"])) == {**puzzle, "number": number}


@pytest.mark.parametrize("size", WIDE_AND_NARROW)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_and_axe_finds_nothing(shop_page: ShopPage, size, theme: str):
    shop_page.page.set_viewport_size({"width": size[0], "height": size[1]})
    shop_page.form |= {"contact": "either", "newsletter": {"text": "Ja, schickt mir Neues."}}
    place = PLACE.format(f'data-any-variant data-keep data-theme="{theme}"')
    dialog = shop_page.open(place, language="de-DE")

    assert dialog.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert shop_page.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]
    assert shop_page.faults() == []
    assert shop_page.complaints == []


def test_it_wears_the_colours_and_the_words_of_the_shop(shop_page: ShopPage):
    shop_page.show(PLACE.format('data-text-button="Ping me"'), options='data-text-close="Away"')
    shop_page.page.evaluate(
        "document.documentElement.style.setProperty('--storewire-accent', 'rgb(0, 90, 60)')"
    )
    assert shop_page.button.inner_text() == "Ping me"
    colour = "it => getComputedStyle(it).backgroundColor"
    assert shop_page.button.evaluate(colour) == "rgb(0, 90, 60)"
    shop_page.button.click()
    assert shop_page.dialog.get_by_role("button", name="Away").is_visible()

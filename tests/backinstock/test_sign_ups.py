"""Signing up over the API: who gets on the list, once, with what, and what strangers learn."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.utils.timezone import now

from backinstock import purchases, signups
from backinstock.models import SignUp, StockItem
from backinstock.people import person_of
from tests.backinstock.sign_ups import ANNA, SHOP, entered, post

pytestmark = pytest.mark.usefixtures("item")


@pytest.fixture(autouse=True)
def _storefront(store):
    store.origins = [SHOP]
    store.save()


def test_who_signs_up_waits_with_what_the_page_knew(client, store, item):
    answer = post(client, units=2, keep=True)

    assert (answer.status_code, answer.json()) == (202, {"state": "waiting"})
    sign_up = SignUp.objects.get()
    assert (sign_up.store, sign_up.item, sign_up.product_id) == (store, item, "shoe")
    assert (sign_up.email, sign_up.phone, sign_up.units) == (ANNA, "", 2)
    assert (sign_up.locale, sign_up.currency, sign_up.channel) == ("en-GB", "GBP", "uk")
    assert sign_up.page == f"{SHOP}/shoe?colour=blue"
    assert (sign_up.state, sign_up.keep, sign_up.any_variant) == ("waiting", True, False)
    assert sign_up.person == person_of(store.id, ANNA, "")
    assert (sign_up.expires_at - sign_up.created).days == 180
    assert sign_up.newsletter is False
    assert sign_up.is_announced is False


def test_signing_up_twice_is_one_entry_and_answers_the_same(client):
    first = post(client)
    second = post(client, email=ANNA.upper().replace("ANNA", "Anna"), units=5)

    assert SignUp.objects.get().units == 1
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers.items() == first.headers.items()


def test_the_answer_for_a_known_address_is_the_same_as_for_an_unknown_one(client, choose_settings):
    choose_settings(confirm=True)
    post(client)

    known = post(client)
    unknown = post(client, email="bea@klaviyo-demo.com")

    assert known.content == unknown.content == b'{"state": "confirm"}'
    assert dict(known.headers) == dict(unknown.headers)


def test_after_an_alert_one_can_sign_up_again(client):
    post(client)
    SignUp.objects.update(state="alerted")

    post(client)

    assert sorted(SignUp.objects.values_list("state", flat=True)) == ["alerted", "waiting"]


def test_each_variant_has_its_own_entry(client):
    for sku in ("BLUE-42", "BLUE-43", "BLUE-44"):
        assert post(client, sku=sku).status_code == 202

    assert SignUp.objects.count() == 3
    assert SignUp.objects.filter(item__sku="BLUE-44", product_id="shoe").count() == 1


def test_a_browser_does_not_decide_the_product_of_others(client, store):
    post(client, sku="NEW", product="typo")
    assert StockItem.objects.get(sku="NEW").product_id == ""

    post(client, sku="NEW", any_variant=True, email="grace@klaviyo-demo.com")

    products = SignUp.objects.order_by("id").values_list("product_id", flat=True)
    assert list(products) == ["typo", "shoe"]
    sibling = StockItem.objects.create(store=store, sku="NEW-2", product_id="shoe")
    [hears] = SignUp.objects.for_item(sibling)
    assert hears.email == "grace@klaviyo-demo.com"


def test_who_waits_for_any_variant_and_bought_the_one_they_looked_at_has_it(client, store):
    post(client, sku="NEW", any_variant=True)
    [person] = SignUp.objects.values_list("person", flat=True)

    assert purchases.note_purchase(store.id, {person}, ["OTHER"], [], now()) == 0
    assert purchases.note_purchase(store.id, {person}, ["NEW"], [], now()) == 1


def test_any_variant_of_a_product_is_one_entry_whichever_was_looked_at(client, item):
    post(client, any_variant=True)
    post(client, any_variant=True, sku="BLUE-43")
    post(client, any_variant=True, sku="")

    sign_up = SignUp.objects.get()
    assert (sign_up.any_variant, sign_up.product_id, sign_up.item) == (True, "shoe", item)


def test_any_variant_needs_no_sku(client):
    answer = post(client, any_variant=True, sku="", product="boot")

    assert answer.status_code == 202
    sign_up = SignUp.objects.get()
    assert (sign_up.item, sign_up.product_id, sign_up.any_variant) == (None, "boot", True)


def test_the_shop_knows_better_than_a_page_which_product_a_variant_is_of(client):
    post(client, any_variant=True, product="another")

    assert SignUp.objects.get().product_id == "shoe"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"email": ""}, {"email": "Write your e-mail address."}),
        ({"email": "anna"}, {"email": "Write an address like name@shop.com."}),
        ({"email": "anna@localhost"}, {"email": "Write an address like name@shop.com."}),
        ({"email": True}, {"email": "Write an address like name@shop.com."}),
        ({"email": f"{'a' * 255}@shop.com"}, {"email": "Write an address like name@shop.com."}),
        ({"email": "a\0@shop.com"}, {"email": "Write an address like name@shop.com."}),
        (
            {"email": "anna@example.com"},
            {"email": "We cannot write to this address. Please use another one."},
        ),
        ({"units": 0}, {"units": "Write a number from 1 to 999."}),
        ({"units": 1.5}, {"units": "Write a number from 1 to 999."}),
        ({"units": 1000}, {"units": "Write a number from 1 to 999."}),
        ({"units": "many"}, {"units": "Write a number from 1 to 999."}),
        (
            {"sku": "", "product": ""},
            {"sku": "Say what somebody waits for: the sku, or any_variant and the product."},
        ),
        (
            {"sku": ""},
            {"sku": "Say what somebody waits for: the sku, or any_variant and the product."},
        ),
        (
            {"any_variant": True, "product": ""},
            {
                "product": "Say whose variants: any_variant needs the product, in up to 200 "
                "characters."
            },
        ),
        ({"seconds": None}, {"seconds": "Say for how many seconds the form was open, like 4.2."}),
        ({"seconds": "nan"}, {"seconds": "Say for how many seconds the form was open, like 4.2."}),
        ({"sku": ["a"]}, {"sku": "Send text, a number, true or false."}),
        ({"colour": "blue"}, {"colour": "There is no such field."}),
        (
            {"email": "anna", "locale": "de-AT"},
            {"email": "Schreiben Sie eine Adresse wie name@shop.de."},
        ),
        (
            {"email": "anna", "locale": "fr"},
            {"email": "Écrivez une adresse comme nom@boutique.fr."},
        ),
        (
            {"email": "anna", "locale": "es_MX"},
            {"email": "Escribe una dirección como nombre@tienda.es."},
        ),
        ({"email": "anna", "locale": "ja"}, {"email": "Write an address like name@shop.com."}),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_written(client, changes, wrong):
    answer = post(client, **changes)

    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["fields"]) == ("invalid", wrong)
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "1", '"x"', '{"store": "shop", "email": "\\ud800"}']
)
def test_what_is_no_json_object_is_refused(client, body):
    answer = client.post("/backinstock/signups", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_body_that_is_too_large_is_refused(client):
    answer = client.post("/backinstock/signups", "x" * 40_000, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("slug", ["other", "", "shop\0", "x" * 60])
def test_an_unknown_store_is_not_found(client, slug):
    answer = post(client, store=slug)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_store_that_has_switched_it_off_is_not_found(client, lists):
    lists.enabled = False
    lists.save()

    assert post(client).status_code == 404
    assert not SignUp.objects.exists()


def test_addresses_of_blocked_domains_cannot_sign_up(client, choose_settings):
    choose_settings(blocked_domains=["Mailbin.com"])

    for email in ("a@mailbin.com", "a@eu.MAILBIN.com"):
        answer = post(client, email=email)
        assert answer.json()["fields"] == {
            "email": "We cannot write to this address. Please use another one."
        }
    assert post(client, email="a@notmailbin.com").status_code == 202


def test_a_number_is_kept_as_the_world_writes_it(client, choose_settings):
    choose_settings(contact="phone")

    assert post(client, phone="01512 3456789").status_code == 202
    assert post(client, phone="12").json()["fields"] == {
        "phone": "Write the number with its country code, like +44 7400 123456."
    }
    assert post(client).json()["fields"] == {"phone": "Write your mobile number."}
    sign_up = SignUp.objects.get()
    assert (sign_up.phone, sign_up.email) == ("+4915123456789", "")


def test_where_either_will_do_one_is_enough(client, choose_settings):
    choose_settings(contact="either")

    assert post(client, email="", phone="+4915123456789").status_code == 202
    assert post(client).status_code == 202
    assert post(client, email="").json()["fields"] == {
        "email": "Write your e-mail address or your mobile number."
    }


def test_a_number_that_nobody_asked_for_is_not_kept(client):
    post(client, phone="+4915123456789")

    assert SignUp.objects.get().phone == ""


@pytest.mark.parametrize(
    "page",
    [
        "https://elsewhere.test/shoe",
        "javascript:alert(1)",
        "https://elsewhere.test\\@www.shop.test/",
        "https://www.shop.test@elsewhere.test/",
        "http://www.shop.test/",
        "https://www.shop.test:8443/",
        "//www.shop.test/",
        "x" * 5000,
    ],
)
def test_a_page_that_is_not_the_storefronts_is_left_out(client, page):
    assert post(client, page=page).status_code == 202

    assert SignUp.objects.get().page == ""


def test_a_long_address_of_a_page_goes_without_its_parameters(client):
    post(client, page=f"{SHOP}/shoe?{'x' * 1000}")

    assert SignUp.objects.get().page == f"{SHOP}/shoe"


def test_what_only_the_page_gets_wrong_keeps_nobody_from_signing_up(client):
    answer = post(client, locale="<b>", currency="pounds", channel="x" * 300)

    assert answer.status_code == 202
    sign_up = SignUp.objects.get()
    assert (sign_up.locale, sign_up.currency, len(sign_up.channel)) == ("en-GB", "EUR", 100)


@pytest.mark.parametrize(
    ("shown", "kept"),
    [("Ja zu Post.", "Ja zu Post."), ("Yes to everything.", "Yes to mail."), ("", "Yes to mail.")],
)
def test_consent_is_kept_with_the_text_that_was_shown_if_it_is_the_stores(
    client, choose_settings, shown, kept
):
    texts = {"en": "Yes to mail.", "de": "Ja zu Post."}
    choose_settings(newsletter_list="AbC123", newsletter_text=texts)

    post(client, newsletter=True, newsletter_text=shown)

    sign_up = SignUp.objects.get()
    assert (sign_up.newsletter, sign_up.newsletter_text) == (True, kept)


def test_nobody_agrees_to_what_was_not_offered(client):
    post(client, newsletter=True, newsletter_text="Everything")

    sign_up = SignUp.objects.get()
    assert (sign_up.newsletter, sign_up.newsletter_text) == (False, "")


def test_who_agrees_at_the_second_time_has_agreed(client, choose_settings):
    choose_settings(newsletter_list="AbC123", newsletter_text={"en": "Yes to mail."})
    post(client)
    SignUp.objects.update(is_announced=True)

    post(client, newsletter=True, newsletter_text="")

    sign_up = SignUp.objects.get()
    assert (sign_up.newsletter, sign_up.newsletter_text) == (True, "Yes to mail.")
    assert sign_up.is_announced is False


def test_two_at_the_same_moment_are_one_entry(client, store, monkeypatch):
    """The second one looked before the first had written: the database decides."""
    wish = signups.Wish(sku="BLUE-42", email=ANNA)

    first, second = signups.sign_up(store, wish), signups.sign_up(store, wish)

    assert first is not None
    assert SignUp.objects.get() == first
    assert second is None


def test_only_the_stores_own_pages_may_ask(client):
    answer = post(client, origin="https://elsewhere.test")

    assert (answer.status_code, answer.json()["code"]) == (403, "origin")
    assert "Access-Control-Allow-Origin" not in answer
    assert not SignUp.objects.exists()
    assert post(client, origin="null").status_code == 403


def test_the_stores_pages_may_read_the_answer_and_caches_know_it(client):
    answer = post(client)

    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer


def test_apps_have_no_origin(client):
    assert post(client, origin="").status_code == 202


def test_our_own_pages_may_ask(client):
    assert post(client, origin="http://testserver").status_code == 202


def test_a_browser_that_asks_before_is_answered(client):
    def ask(origin: str):
        return client.options(
            "/backinstock/signups",
            headers={"origin": origin, "access-control-request-method": "POST"},
        )

    answer = ask(SHOP)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, SHOP)
    assert answer["Access-Control-Allow-Headers"] == "Content-Type"
    assert answer["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in ask("https://elsewhere.test")


def test_without_the_database_the_answer_says_so(client, monkeypatch):
    def away(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr("backinstock.taking.signups.sign_up", away)

    answer = post(client)

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_the_answer_takes_as_long_for_who_is_known(client, monkeypatch, store):
    """As many questions to Redis, whether or not somebody is on the list."""
    rung = []
    monkeypatch.setattr("backinstock.api.signups.ring", lambda *told: rung.append(told[1:]))

    post(client)
    post(client)

    assert rung == [(store.id,), (store.id,)]


def test_nothing_personal_is_logged(client, caplog):
    caplog.set_level("DEBUG")

    post(client)
    post(client, website="x")
    post(client, email="anna")

    assert "anna" not in caplog.text


def test_text_of_any_content_type_is_read(client):
    """Browsers post plain text without asking before."""
    answer = client.post(
        "/backinstock/signups",
        json.dumps(entered()),
        content_type="text/plain;charset=UTF-8",
        headers={"origin": SHOP},
    )

    assert answer.status_code == 202


def test_a_sign_up_takes_few_queries(client, django_assert_max_num_queries):
    post(client, email="first@klaviyo-demo.com")

    with django_assert_max_num_queries(5):  # the item, the entry in its transaction, its id
        post(client)


@pytest.mark.parametrize(
    ("said", "agreed"), [(True, True), ("true", True), ("no", False), ("off", False), ("0", False)]
)
def test_only_a_plain_yes_is_a_consent(client, choose_settings, said: object, agreed: bool):
    choose_settings(newsletter_list="AbC123", newsletter_text={"en": "Yes to mail."})
    post(client, newsletter=said, newsletter_text="Yes to mail.")

    assert SignUp.objects.get().newsletter is agreed

"""What a page asks before anybody signs up."""

from __future__ import annotations

import pytest

from backinstock.models import StockItem
from backinstock.texts import BY_LANGUAGE
from tests.backinstock.sign_ups import SHOP

pytestmark = pytest.mark.usefixtures("item")


@pytest.fixture(autouse=True)
def _storefront(store):
    store.origins = [SHOP]
    store.save()


def test_stock_is_told_by_sku_and_kept_for_half_a_minute(client, store):
    StockItem.objects.create(store=store, sku="RED", is_available=True)
    StockItem.objects.create(store=store, sku="NEW")

    answer = client.get(
        "/backinstock/shop/stock?sku=BLUE-42&sku=RED&sku=NEW&sku=X", headers={"origin": SHOP}
    )

    assert answer.json() == {
        "items": {
            "BLUE-42": {"available": False},
            "RED": {"available": True},
            "NEW": {"available": None},
            "X": {"available": None},
        }
    }
    assert answer["Cache-Control"] == "public, max-age=30"
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert answer["Vary"] == "Origin"


def test_looking_at_stock_writes_nothing(client):
    client.get("/backinstock/shop/stock?sku=X")

    assert list(StockItem.objects.values_list("sku", flat=True)) == ["BLUE-42"]


@pytest.mark.parametrize(
    "query", ["", "?sku=a%00b", "?" + "&".join(f"sku={n}" for n in range(101))]
)
def test_stock_is_asked_of_one_to_a_hundred(client, query):
    assert client.get(f"/backinstock/shop/stock{query}").status_code == 400


def test_a_foreign_page_may_not_read_it(client):
    for path in ("stock?sku=X", "form.json", "challenge"):
        answer = client.get(
            f"/backinstock/shop/{path}", headers={"origin": "https://elsewhere.test"}
        )
        assert "Access-Control-Allow-Origin" not in answer


def test_an_unknown_store_has_nothing(client):
    for path in ("stock?sku=X", "form.json", "challenge"):
        answer = client.get(f"/backinstock/other/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_form_comes_in_the_language_that_is_asked_for(client, choose_settings):
    choose_settings(
        contact="either",
        challenge=True,
        newsletter_list="AbC123",
        newsletter_text={"en": "Yes to mail.", "de": "Ja zu Post."},
        texts={"de.button": "Sagt mir Bescheid", "en.button": "Ping me"},
    )

    answer = client.get("/backinstock/shop/form.json?locale=de-AT")

    assert answer["Cache-Control"] == "public, max-age=300"
    form = answer.json()
    assert (form["contact"], form["language"]) == ("either", "de")
    assert form["newsletter"] == {"text": "Ja zu Post."}
    assert form["challenge"] == "http://127.0.0.1:8000/backinstock/shop/challenge"
    assert form["texts"]["button"] == "Sagt mir Bescheid"
    assert form["texts"]["title"] == "Wir sagen Bescheid, wenn es wieder da ist"
    assert not any(name.startswith(("mine_", "leave_", "page_")) for name in form["texts"])


def test_a_form_is_in_the_stores_language_where_we_have_no_other(client, store):
    store.locale = "fr-FR"
    store.save()

    form = client.get("/backinstock/shop/form.json?locale=ja").json()

    assert (form["language"], form["texts"]["close"]) == ("fr", "Fermer")
    assert (form["newsletter"], form["challenge"]) == (None, None)


def test_every_language_has_every_text():
    names = {language: set(words) for language, words in BY_LANGUAGE.items()}

    assert names["de"] == names["fr"] == names["es"] == names["en"]


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_no_text_was_left_in_english_nor_lost_its_gap(language):
    english = BY_LANGUAGE["en"]
    for name, text in BY_LANGUAGE[language].items():
        assert text != english[name]
        assert [gap in text for gap in ("{name}", "{date}")] == [
            gap in english[name] for gap in ("{name}", "{date}")
        ]

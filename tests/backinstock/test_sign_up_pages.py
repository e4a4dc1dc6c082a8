"""The pages for shoppers: the hosted form, confirming, leaving, and all that one waits for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.signing import Signer, TimestampSigner
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.timezone import now

from backinstock import links, signups
from backinstock.forms import opened
from backinstock.models import OptOut, SignUp, StockItem
from tests.backinstock.sign_ups import ANNA, SHOP

pytestmark = pytest.mark.usefixtures("item")
FORM = "/backinstock/shop/form/"


@pytest.fixture(autouse=True)
def _storefront(store):
    store.origins = [SHOP]
    store.save()


def a_while_ago() -> str:
    """Return what a page carries that was opened before."""
    return opened(now() - timedelta(seconds=5))


def path(link: str) -> str:
    """Return a link as a test client asks for it."""
    return link.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def sign_up(wait):
    """Somebody who waits."""
    return wait(1, locale="de-DE", page=f"{SHOP}/schuh")[0]


# --- The hosted form


def test_the_form_says_what_it_is_about_and_asks_for_what_the_store_wants(client):
    answer = client.get(f"{FORM}?sku=BLUE-42&locale=en")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="en">' in page
    assert "We tell you when it is back" in page
    assert '<p class="product">Shoe</p>' in page
    assert 'name="email"' in page
    assert 'name="phone"' not in page
    assert 'name="newsletter"' not in page
    assert "Set-Cookie" not in answer
    assert "<style" not in page
    assert "<script" not in page


def test_the_form_is_in_the_language_of_the_browser(client):
    answer = client.get(f"{FORM}?sku=BLUE-42", headers={"accept-language": "ja, fr-CA;q=0.8, de"})

    assert '<html lang="de">' in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


def test_who_sends_the_form_waits(client):
    answer = client.post(
        FORM,
        {"sku": "BLUE-42", "email": ANNA, "units": "2", "keep": "on", "opened": a_while_ago()}
        | {"page": f"{SHOP}/shoe", "locale": "fr"},
    )

    sign_up = SignUp.objects.get()
    assert (sign_up.email, sign_up.units, sign_up.keep) == (ANNA, 2, True)
    assert (sign_up.locale, sign_up.page) == ("fr", f"{SHOP}/shoe")
    page = answer.content.decode()
    assert "C’est fait. Nous vous écrivons dès son retour." in page
    assert f'<a href="{SHOP}/shoe">Retour à la boutique</a>' in page
    assert "<form" not in page


def test_what_is_wrong_is_said_beside_the_field_and_nothing_entered_is_lost(client):
    answer = client.post(
        FORM, {"sku": "BLUE-42", "email": "<anna", "units": "3", "opened": a_while_ago()}
    )

    page = answer.content.decode()
    assert answer.status_code == 400
    assert '<p class="wrong" id="back-in-stock-email-error">Write an address like' in page
    assert 'aria-describedby="back-in-stock-email-error" autofocus' in page
    assert 'value="&lt;anna"' in page
    assert 'name="units" value="3"' in page
    assert "<title>Please look at this again." in page


def test_a_page_from_a_cache_may_be_a_week_old(client):
    week_old = opened(now() - timedelta(days=7))

    client.post(FORM, {"sku": "BLUE-42", "email": ANNA, "opened": week_old})

    assert SignUp.objects.count() == 1


@pytest.mark.parametrize("machine", [{"opened": opened(now())}, {"website": "spam"}])
def test_a_machine_is_thanked_as_well(client, machine):
    entered = {"sku": "BLUE-42", "email": ANNA, "opened": a_while_ago()}
    if "opened" in machine:
        machine = {"opened": opened(now())}

    answer = client.post(FORM, {**entered, **machine})

    assert "Done. We write to you as soon as it is back." in answer.content.decode()
    assert not SignUp.objects.exists()


def test_nobody_can_make_up_when_a_form_was_opened(client):
    answer = client.post(FORM, {"sku": "BLUE-42", "email": ANNA, "opened": "1.x"})

    assert answer.status_code == 400
    assert not SignUp.objects.exists()


def test_too_many_tries_are_said_on_the_page(client):
    for number in range(11):
        answer = client.post(FORM, {"sku": f"S{number}", "email": "x", "opened": a_while_ago()})

    assert answer.status_code == 429
    assert "That was too often for now." in answer.content.decode()
    assert "Retry-After" in answer


def test_a_form_of_the_shop_may_be_posted_here_and_no_foreign_one(client):
    def send(origin: str, sku: str) -> int:
        entered = {"sku": sku, "email": ANNA, "opened": a_while_ago()}
        return client.post(FORM, entered, headers={"origin": origin}).status_code

    assert send(SHOP, "A") == 200
    assert send("null", "B") == 200
    assert send("https://elsewhere.test", "C") == 404
    assert SignUp.objects.count() == 2


def test_nobody_is_led_to_a_foreign_page(client):
    page = client.post(
        FORM,
        {"sku": "A", "email": ANNA, "opened": a_while_ago(), "page": "https://elsewhere.test/"},
    ).content.decode()

    assert "elsewhere.test" not in page


def test_a_newsletter_is_offered_unticked_with_the_text_to_keep(client, choose_settings):
    choose_settings(newsletter_list="AbC123", newsletter_text={"en": "Yes to mail."})

    page = client.get(f"{FORM}?sku=BLUE-42&newsletter=on").content.decode()
    assert '<input id="back-in-stock-newsletter" type="checkbox" name="newsletter">' in page
    assert 'name="newsletter_text" value="Yes to mail."' in page


def test_a_puzzle_brings_its_script_and_says_that_it_needs_one(client, choose_settings):
    choose_settings(challenge=True)

    page = client.get(f"{FORM}?sku=BLUE-42").content.decode()
    assert 'data-challenge="/backinstock/shop/challenge"' in page
    assert '<script src="/static/backinstock/challenge.js" defer></script>' in page
    assert "<noscript>" in page


def test_an_unknown_store_has_no_form(client):
    assert client.get("/backinstock/other/form/").status_code == 404


# --- The template tag


def tag(source: str) -> str:
    """Render a page of a Django shop."""
    request = RequestFactory().get("/shoe", headers={"host": "testserver"})
    template = Template("{% load back_in_stock %}" + source)
    return template.render(Context({"request": request, "sku": "BLUE-42"}))


def test_the_tag_is_the_same_form(client):
    page = tag('{% back_in_stock "shop" sku product="shoe" locale="de" %}')

    assert 'action="http://127.0.0.1:8000/backinstock/shop/form/"' in page
    assert 'name="sku" value="BLUE-42"' in page
    assert 'name="any_variant"' in page
    assert "Wir sagen Bescheid, wenn es wieder da ist" in page


def test_the_tag_shows_nothing_of_what_is_to_be_had(client):
    StockItem.objects.update(is_available=True)

    assert tag('{% back_in_stock "shop" sku %}').strip() == ""
    assert tag('{% back_in_stock "other" sku %}').strip() == ""


def test_the_tag_leads_to_the_hosted_form_where_a_puzzle_is_wanted(client, choose_settings):
    choose_settings(challenge=True)

    page = tag('{% back_in_stock "shop" sku %}')
    assert "<form" not in page
    assert "/backinstock/shop/form/?sku=BLUE-42&amp;product=&amp;locale=en-gb&amp;page=http" in page


# --- Leaving


def test_opening_the_link_asks_and_changes_nothing(client, sign_up):
    answer = client.get(path(links.leave_link(sign_up)))

    page = answer.content.decode()
    assert "Sie warten auf Schuh. Möchten Sie sich von der Liste abmelden?" in page
    assert ANNA not in page
    assert "/backinstock/mine/" not in page  # who was sent an alert on sees nothing else
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    sign_up.refresh_from_db()
    assert sign_up.state == "waiting"


def test_one_press_leaves_this_list_only(client, wait, numbers):
    first = wait(1)[0]
    wait(1, any_variant=True)

    answer = client.post(path(links.leave_link(first)), {"what": "one"})

    assert "Done. You will not hear of Shoe." in answer.content.decode()
    assert list(SignUp.objects.order_by("id").values_list("state", flat=True)) == [
        "cancelled",
        "waiting",
    ]
    assert not OptOut.objects.exists()


def test_mail_programs_leave_with_one_click(client, sign_up):
    client.post(path(links.leave_link(sign_up)), {"List-Unsubscribe": "One-Click"})

    sign_up.refresh_from_db()
    assert sign_up.state == "cancelled"
    assert sign_up.ended_at is not None


def test_leaving_all_ends_everything_and_holds(client, wait, store):
    first = wait(1)[0]
    wait(1, any_variant=True)
    wait(2)

    client.post(path(links.leave_link(first)), {"what": "all"})

    assert OptOut.objects.get().person == first.person
    assert list(SignUp.objects.order_by("id").values_list("state", flat=True)) == [
        "cancelled",
        "cancelled",
        "waiting",
    ]
    signups.sign_up(store, signups.Wish(sku="BLUE-42", email=first.email))
    assert OptOut.objects.filter(person=first.person).exists()


def test_a_link_that_was_changed_opens_nothing(client, sign_up, wait):
    other = wait(2)[0]
    signed = links.leave_link(sign_up).split("/")[-2]
    forged = [
        signed[:-1] + ("A" if signed[-1] != "A" else "B"),
        f"{other.public_id.hex}.{signed.split('.')[1]}",
        sign_up.public_id.hex,
        links.confirm_link(sign_up).split("/")[-2],
        links.mine_link(sign_up).split("/")[-2],
        Signer(salt="backinstock.leave", sep=".", key="guessed").sign(sign_up.public_id.hex),
    ]

    for link in forged:
        assert client.post(f"/backinstock/leave/{link}/", {"what": "all"}).status_code == 404
    assert set(SignUp.objects.values_list("state", flat=True)) == {"waiting"}


# --- My alerts


def test_somebody_sees_what_they_wait_for_and_nobody_elses(client, wait, store):
    mine = wait(1, locale="en-GB")[0]
    product = wait(1, item=None, product_id="boot", any_variant=True, locale="en-GB")[0]
    other = wait(2)[0]

    page = client.get(path(links.mine_link(mine))).content.decode()

    assert str(mine.public_id) in page
    assert str(product.public_id) in page
    assert str(other.public_id) not in page
    assert "Shoe" in page
    assert "since Nov. 20, 2026" in page
    assert mine.email not in page


def test_somebody_removes_their_own_and_nobody_elses(client, wait, store):
    mine, other = wait(1, 2)
    link = path(links.mine_link(mine))

    client.post(link, {"remove": str(other.public_id)})
    client.post(link, {"remove": "x"})
    answer = client.post(link, {"remove": str(mine.public_id)})

    assert "Done. It is off your list." in answer.content.decode()
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == ("cancelled", "waiting")


def test_who_wanted_no_alerts_can_take_that_back_there(client, sign_up, store):
    signups.opt_out(store, sign_up.person)
    link = path(links.mine_link(sign_up))

    assert "You get no alerts from this shop." in client.get(link).content.decode()
    answer = client.post(link, {"again": "1"})

    assert "Done. You can sign up for alerts again." in answer.content.decode()
    assert not OptOut.objects.exists()


def test_nobody_makes_up_a_link_to_somebodys_alerts(client, sign_up, store):
    signed = links.mine_link(sign_up).split("/")[-2]

    for link in (signed[:-1], f"{store.id}-{sign_up.person}", f"0-{signed}", "x"):
        assert client.get(f"/backinstock/mine/{link}/").status_code == 404


# --- Confirming


def test_who_confirms_waits_from_then_on(client, store, choose_settings):
    choose_settings(confirm=True)
    sign_up = signups.sign_up(store, signups.Wish(sku="BLUE-42", email=ANNA, locale="en"))
    OptOut.objects.create(store=store, person=sign_up.person)
    link = path(links.confirm_link(sign_up))
    SignUp.objects.update(is_announced=True)

    asked = client.get(link).content.decode()
    assert "Shall we write to you when Shoe is back?" in asked
    assert SignUp.objects.get().state == "unconfirmed"

    done = client.post(link).content.decode()
    assert "Thank you. We write to you as soon as Shoe is back." in done
    waiting = SignUp.objects.get()
    assert (waiting.state, waiting.is_announced) == ("waiting", False)
    assert (waiting.expires_at - waiting.waiting_since).days == 180
    assert not OptOut.objects.exists()
    assert "Thank you." in client.post(link).content.decode()


def test_a_link_to_confirm_ends_after_three_days(client, store, choose_settings, monkeypatch):
    choose_settings(confirm=True)
    sign_up = signups.sign_up(store, signups.Wish(sku="BLUE-42", email=ANNA))
    monkeypatch.setattr(TimestampSigner, "timestamp", lambda signer: "1uyVgO")  # in 2025

    answer = client.post(path(links.confirm_link(sign_up)))

    assert answer.status_code == 404
    assert "This link is not valid any more. Please sign up again." in answer.content.decode()
    assert SignUp.objects.get().state == "unconfirmed"


def test_who_has_left_meanwhile_confirms_nothing(client, store, choose_settings):
    choose_settings(confirm=True)
    sign_up = signups.sign_up(store, signups.Wish(sku="BLUE-42", email=ANNA))
    link = path(links.confirm_link(sign_up))
    signups.opt_out(store, sign_up.person)

    assert client.post(link).status_code == 410
    assert OptOut.objects.exists()
    assert SignUp.objects.get().state == "cancelled"


def test_who_asks_again_later_gets_another_link_and_both_work(client, store, choose_settings):
    choose_settings(confirm=True)
    wish = signups.Wish(sku="BLUE-42", email=ANNA)
    first = signups.sign_up(store, wish)

    assert signups.sign_up(store, wish) is None
    second = signups.sign_up(store, wish, now() + timedelta(minutes=4))

    assert second is not None
    assert [one.state for one in SignUp.objects.order_by("id")] == ["expired", "unconfirmed"]
    assert client.post(path(links.confirm_link(first))).status_code == 200
    second.refresh_from_db()
    assert second.state == "waiting"

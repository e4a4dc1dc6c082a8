"""Sign-ups as files: taken away, and brought from elsewhere."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from backinstock.models import SignUp, StockItem
from backinstock.people import person_of
from tests.backinstock.admin import listed, page, rows, shown, sign_in

CSV = "0"  # the number of the format in the forms
IMPORT = reverse("admin:backinstock_signup_import")
CONFIRM = reverse("admin:backinstock_signup_process_import")
EXPORT = reverse("admin:backinstock_signup_export")


@pytest.fixture
def marketer(db, client):
    return sign_in(client, group="Marketer")


def exported(client, filters: str = "") -> list[dict[str, str]]:
    response = client.post(EXPORT + filters, {"format": CSV})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def upload(client, *lines: str):
    """Upload a file, and return the page that shows what would be imported."""
    file = SimpleUploadedFile("list.csv", "\n".join(lines).encode(), "text/csv")
    return client.post(IMPORT, {"import_file": file, "format": CSV})


def confirm(client, preview) -> str:
    """Confirm what was uploaded, and return the page that follows."""
    form = preview.context["confirm_form"]
    return shown(client.post(CONFIRM, form.initial, follow=True))


def test_an_export_has_who_waits_for_what(marketer, item, wait):
    wait(1, units=2, locale="de-DE")
    wait(2, state="alerted")

    found = exported(marketer, f"?item__id__exact={item.id}&state__exact=waiting")

    (line,) = found
    assert (line["store"], line["sku"], line["product"]) == ("shop", "BLUE-42", "shoe")
    assert (line["email"], line["units"], line["state"]) == ("p1@klaviyo-demo.com", "2", "waiting")
    assert line["waiting_since"] == "2026-11-20 12:00:01"
    assert len(exported(marketer)) == 2


def test_the_variants_page_leads_to_the_export_of_who_waits(marketer, item, wait):
    assert f"{EXPORT}?item__id__exact={item.id}&amp;state__exact=waiting" in shown(
        marketer.get(page(item))
    )


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("web", "web"),
    ],
)
def test_no_exported_text_is_a_formula(marketer, item, wait, written: str, there: str):
    wait(1, channel=written)

    assert exported(marketer)[0]["channel"] == there


def test_a_number_stays_a_number(marketer, item, wait):
    SignUp.objects.create(store=item.store, item=item, phone="+4915112345678", person="x")

    assert exported(marketer)[0]["phone"] == "+4915112345678"


def test_a_list_is_shown_first_and_then_imported(marketer, item):
    preview = upload(
        marketer,
        "store,sku,email,phone,units,locale,waiting_since",
        "shop,BLUE-42,P1@Klaviyo-Demo.com,,3,de-DE,2026-01-02 03:04:05",
        "shop,NEW,,0151 12345678,,,",
    )
    assert not preview.context["result"].has_errors()
    assert "<td>shop</td><td>BLUE-42</td>" in shown(preview)
    assert not SignUp.objects.exists()

    told = confirm(marketer, preview)

    assert "2 new" in told
    one, two = SignUp.objects.order_by("id")
    assert (one.item, one.product_id, one.units, one.locale) == (item, "shoe", 3, "de-DE")
    assert one.person == person_of(item.store_id, "p1@klaviyo-demo.com", "")
    assert one.waiting_since == one.created == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert one.expires_at - now() > timedelta(days=179)
    assert (one.state, one.is_announced) == ("waiting", True)
    assert (two.phone, two.item.sku, two.units) == ("+4915112345678", "NEW", 1)


def test_who_is_on_the_list_already_is_left_out(marketer, item, wait):
    wait(1)

    preview = upload(
        marketer,
        "store,sku,email",
        "shop,BLUE-42,p1@klaviyo-demo.com",
        "shop,BLUE-42,p2@klaviyo-demo.com",
        "shop,BLUE-42,p2@klaviyo-demo.com",
    )

    assert "1 new, 0 updated, 0 deleted and 2 skipped" in confirm(marketer, preview)
    assert SignUp.objects.count() == 2


def test_any_variant_of_a_product_can_be_imported(marketer, item):
    preview = upload(marketer, "store,product,email,any_variant", "shop,boot,p1@klaviyo-demo.com,1")
    confirm(marketer, preview)

    one = SignUp.objects.get()
    assert (one.product_id, one.any_variant, one.item) == ("boot", True, None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nowhere,BLUE-42,p1@klaviyo-demo.com,", "There is no store “nowhere”."),
        ("shop,BLUE-42,p1,", "Write an address like name@shop.com."),
        ("shop,BLUE-42,,12", "Write a number like +4915112345678."),
        ("shop,BLUE-42,,", "Write an e-mail address or a phone number."),
        ("shop,,p1@klaviyo-demo.com,", "Write what they wait for"),
    ],
)
def test_a_wrong_line_is_shown_with_what_is_wrong(marketer, item, line: str, said: str):
    preview = upload(marketer, "store,sku,email,phone", line)

    assert said in shown(preview)
    assert "Constraint" not in shown(preview)
    assert "confirm_form" not in preview.context
    assert not SignUp.objects.exists()


def test_an_export_is_taken_back_in_without_those_whose_wait_was_over(marketer, item, wait):
    wait(1, channel="=1+1", units=4)
    wait(2, state="cancelled")
    lines = marketer.post(EXPORT, {"format": CSV}).content.decode().splitlines()
    SignUp.objects.all().delete()

    confirm(marketer, upload(marketer, *lines))

    one = SignUp.objects.get()
    assert (one.email, one.units, one.channel) == ("p1@klaviyo-demo.com", 4, "=1+1")
    assert rows(marketer.get(listed("signup"))) == [str(one)]


def test_who_may_only_look_imports_nobody(client, item):
    reader = sign_in(client, "view_signup")

    assert IMPORT not in shown(reader.get(listed("signup")))
    assert reader.get(IMPORT).status_code == 403
    assert StockItem.objects.count() == 1

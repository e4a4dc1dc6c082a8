"""Stock as files: taken away, and brought from elsewhere."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from backinstock import jobs
from backinstock.models import Restock, StockItem, StockLevel
from integration.models import Store
from tests.backinstock.admin import shown, sign_in
from tests.backinstock.conftest import NOON

CSV = "0"  # the number of the format in the forms
IMPORT = reverse("admin:backinstock_stockitem_import")
CONFIRM = reverse("admin:backinstock_stockitem_process_import")
EXPORT = reverse("admin:backinstock_stockitem_export")


@pytest.fixture
def marketer(lists, client):
    return sign_in(client, group="Marketer")


@pytest.fixture
def bells(monkeypatch) -> list[tuple]:
    """Which jobs workers were woken for."""
    bells: list[tuple] = []
    monkeypatch.setattr(jobs, "ring", lambda job, *ids: bells.append((job.__name__, *ids)))
    return bells


def exported(client) -> list[dict[str, str]]:
    response = client.post(EXPORT, {"format": CSV})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def upload(client, *lines: str):
    """Upload a file, and return the page that shows what would be imported."""
    file = SimpleUploadedFile("stock.csv", "\n".join(lines).encode(), "text/csv")
    return client.post(IMPORT, {"import_file": file, "format": CSV})


def confirm(client, preview) -> str:
    """Confirm what was uploaded, and return the page that follows."""
    form = preview.context["confirm_form"]
    return shown(client.post(CONFIRM, form.initial, follow=True))


def noted() -> list[tuple]:
    items = StockItem.objects.order_by("sku")
    return list(items.values_list("sku", "quantity", "backorder", "is_available"))


def test_a_file_is_shown_first_and_noted_when_it_is_confirmed(
    marketer, item, wait, bells, django_capture_on_commit_callbacks
):
    wait(1)
    preview = upload(
        marketer, "store,sku,quantity,backorder", "shop,BLUE-42,30,", "shop,NEW,untracked,yes"
    )
    assert noted() == [("BLUE-42", 0, False, False)]
    assert "30" in shown(preview)

    with django_capture_on_commit_callbacks(execute=True):
        confirm(marketer, preview)

    assert noted() == [("BLUE-42", 30, False, True), ("NEW", None, True, True)]
    restock = Restock.objects.get()
    assert (restock.item, restock.source) == (item, "import")
    assert bells == [("alert_wave", restock.id)]
    assert set(StockLevel.objects.values_list("source", flat=True)) == {"import"}


def test_a_preview_of_what_is_back_wakes_nobody(
    marketer, item, wait, bells, django_capture_on_commit_callbacks
):
    wait(1)

    with django_capture_on_commit_callbacks(execute=True):
        upload(marketer, "sku,quantity", "BLUE-42,30")

    assert bells == []
    assert not Restock.objects.exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("shop,,3,", "There is no SKU: write one."),
        ("shop,A,,", "Write a whole number, or “untracked” where nobody counts."),
        ("shop,A,many,", "“many” is no quantity: write a whole number"),
        ("shop,A,3,perhaps", "“perhaps” is neither yes nor no, in the column “backorder”."),
        ("other,A,3,", "There is no store “other”."),
        ("shop,FIRST,3,", "This SKU is there twice: write it once."),
    ],
)
def test_what_is_wrong_with_a_row_is_said_and_nothing_is_noted(marketer, line: str, words: str):
    preview = upload(marketer, "store,sku,quantity,backorder", "shop,FIRST,1,", line)

    assert words in shown(preview)
    assert "confirm_form" not in preview.context
    assert not StockItem.objects.exists()


def test_the_short_name_of_a_store_is_needed_where_there_are_several(marketer):
    Store.objects.create(slug="other", name="Other")

    preview = upload(marketer, "sku,quantity", "A,3")

    assert "Write the short name of the store." in shown(preview)


def test_an_export_can_be_imported_again_and_changes_nothing(marketer, item, wait):
    formula_like = StockItem.objects.create(
        store=item.store, sku="=1+1", names={"en": "=cmd()"}, seen_at=NOON, is_counted=False
    )
    wait(1, 2, units=2)
    wait(3, item=formula_like)

    lines = exported(marketer)

    formula, blue = sorted(lines, key=lambda line: line["sku"])
    assert (formula["sku"], formula["name"], formula["quantity"]) == (
        "'=1+1",
        "'=cmd()",
        "untracked",
    )
    assert (blue["store"], blue["sku"], blue["name"], blue["quantity"]) == (
        "shop",
        "BLUE-42",
        "Shoe",
        "0",
    )
    assert (blue["people"], blue["units_wanted"]) == ("2", "4")
    table = [",".join(lines[0]), *(",".join(line.values()) for line in lines)]
    assert [row.import_type for row in upload(marketer, *table).context["result"].rows] == [
        "skip",
        "skip",
    ]


def test_who_may_only_look_may_not_import(client, lists):
    viewer = sign_in(client, "view_stockitem")

    assert viewer.get(IMPORT).status_code == 403
    assert viewer.get(EXPORT).status_code == 200


def test_who_may_not_look_may_not_export(client, lists):
    assert sign_in(client).get(EXPORT).status_code == 403

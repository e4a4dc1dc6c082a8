"""Stock as a spreadsheet: taken away, and brought from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from import_export.fields import Field
from import_export.resources import ModelResource

from backinstock import jobs
from backinstock.admin import stock_rows
from backinstock.admin.formulas import harmless
from backinstock.admin.import_files import Read, ReadAtOnce, Row, Table
from backinstock.counts import Count, note_all
from backinstock.feeds.rows import UNTRACKED
from backinstock.models import StockItem, StockLevel
from integration.core.errors import Reject
from integration.core.text import localized

MOST_NEWS = 1_000  # each may bring something back, and is noted on its own
TOO_MUCH = (
    f"More than {MOST_NEWS:,} rows of this file have news. Split it, and import the parts one "
    "after the other; or let a feed read it, which takes as many as there are."
)


class StockExport(ModelResource):
    """A row for each variant, with how many there are and who waits. Can be imported again."""

    store = Field(column_name="store", attribute="store__slug")
    name = Field(column_name="name")
    quantity = Field(column_name="quantity")
    people = Field(column_name="people")
    units_wanted = Field(column_name="units_wanted")

    class Meta:
        model = StockItem
        fields = (
            *("store", "sku", "product_id", "name", "variant_name", "quantity", "backorder"),
            *("published", "is_available", "seen_at", "price", "currency", "url"),
            *("people", "units_wanted"),
        )
        export_order = fields

    def get_user_visible_fields(self) -> list[Field]:
        """What the page of the export says that there is."""
        return list(self.get_export_fields())

    def export_field(self, field: Field, instance: StockItem, **options: Any) -> Any:
        """Return a value that no spreadsheet takes for a formula."""
        return harmless(super().export_field(field, instance, **options))

    def dehydrate_name(self, item: StockItem) -> str:
        """The name of the product in the store's language."""
        return localized(item.names, item.store.locale)

    def dehydrate_quantity(self, item: StockItem) -> str:
        """How many, as an import reads it; nothing where nobody has said."""
        if item.seen_at is None:
            return ""
        return str(item.quantity) if item.is_counted else UNTRACKED

    def dehydrate_people(self, item: StockItem) -> int:
        """How many people wait for this variant, of a list that counts them."""
        return getattr(item, "people", 0)

    def dehydrate_units_wanted(self, item: StockItem) -> int:
        """How many units they want."""
        return getattr(item, "units_wanted", 0)


class StockImport(ReadAtOnce):
    """A row for each variant: `store` is the short name, `quantity` a whole number or “untracked”,
    `backorder` yes or no (nothing: as before). Other columns are left alone.
    """

    store = Field(column_name="store", attribute="store__slug", readonly=True)

    class Meta(ReadAtOnce.Meta):
        model = StockItem
        fields = ("store", "sku", "quantity", "backorder")
        import_order = fields
        # Each row on its own: a thousand variants are not held until the last one is noted.
        use_transactions = False

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._at = now()

    def read(self, rows: Sequence[Row]) -> Sequence[Read]:
        """Return the variants with their new numbers. Raises Reject for too many of them."""
        items = stock_rows.read(rows)
        if sum(isinstance(item, StockItem) for item in items) > MOST_NEWS:
            raise Reject(TOO_MUCH, code="too_many")
        return items

    def bulk_create(self, using_transactions: bool, dry_run: bool, *args: Any, **more: Any) -> None:
        """Note the stock of variants that are new."""
        self._note(self.create_instances, dry_run)

    def bulk_update(self, using_transactions: bool, dry_run: bool, *args: Any, **more: Any) -> None:
        """Note the stock of variants that are known."""
        self._note(self.update_instances, dry_run)

    def _note(self, items: list[StockItem], dry_run: bool) -> None:
        """Note it as all others do, and wake a worker for what is back."""
        for store_id in dict.fromkeys(item.store_id for item in items if not dry_run):
            mine = [item for item in items if item.store_id == store_id]
            counts = [
                Count(sku=item.sku, quantity=item.quantity, backorder=item.backorder)
                for item in mine
            ]
            noted = note_all(mine[0].store, counts, StockLevel.Source.IMPORT, self._at)
            for restock in noted.restocks:
                transaction.on_commit(partial(jobs.ring_for, restock))
        items.clear()


class StockTable(Table):
    """What is read of a file."""

    columns = ("sku", "quantity")

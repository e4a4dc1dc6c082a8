"""Stock as a spreadsheet: taken away, and brought from elsewhere."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import now
from import_export.fields import Field
from import_export.resources import ModelResource

from backinstock import jobs, stock
from backinstock.admin.sign_up_files import Row, harmless, original, store_of
from backinstock.feeds.rows import UNTRACKED, Wrong, flag_of, quantity_of, sku_of
from backinstock.models import StockItem, StockLevel
from integration.core.text import localized

NO_QUANTITY = f"Write a whole number, or “{UNTRACKED}” where nobody counts."
TWICE = "This SKU is there twice: write it once."


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


class StockImport(ModelResource):
    """A row for each variant: `store` is the short name, `quantity` a whole number or “untracked”,
    `backorder` yes or no (nothing: as before). Other columns are left alone.
    """

    store = Field(column_name="store", attribute="store__slug", readonly=True)

    class Meta:
        model = StockItem
        import_id_fields: tuple[str, ...] = ()
        fields = ("store", "sku", "quantity", "backorder")
        import_order = fields
        report_skipped = True
        # Each row on its own: a thousand variants are not held until the last one is noted.
        use_transactions = False

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._seen: set[tuple[int, str]] = set()
        self._at = now()

    def before_import_row(self, row: Any, **options: Any) -> None:
        """Undo what an export did to texts."""
        for name, value in row.items():
            row[name] = original(value) if isinstance(value, str) else value

    def get_instance(self, instance_loader: Any, row: Row) -> StockItem | None:
        """Return the variant of a row. Raises ValidationError for one that there cannot be."""
        store = store_of(row)
        try:
            sku = sku_of(row)
        except Wrong as exc:
            raise ValidationError({"sku": str(exc)}) from exc
        if (store.id, sku) in self._seen:
            raise ValidationError({"sku": TWICE})
        self._seen.add((store.id, sku))
        known = StockItem.objects.select_related("store")
        return known.filter(store=store, sku=sku).first()

    def init_instance(self, row: Row | None = None) -> StockItem:
        """Return a variant that is not known yet."""
        assert row is not None  # noqa: S101 - for mypy
        return StockItem(store=store_of(row), sku=sku_of(row))

    def import_instance(self, instance: StockItem, row: Row, **options: Any) -> None:
        """Put the numbers of a row into its variant. Raises ValidationError by column."""
        quantity = str(row.get("quantity") or row.get("quantity") == 0 and "0" or "").strip()
        if not quantity:
            raise ValidationError({"quantity": NO_QUANTITY})
        try:
            instance.quantity = quantity_of(quantity)
        except Wrong as exc:
            raise ValidationError({"quantity": str(exc)}) from exc
        try:
            backorder = flag_of(row, "backorder")
        except Wrong as exc:
            raise ValidationError({"backorder": str(exc)}) from exc
        instance.is_counted = instance.quantity is not None
        instance.backorder = instance.backorder if backorder is None else backorder

    def skip_row(self, instance: StockItem, original: Any, row: Row, errors: Any = None) -> bool:
        """Leave out what is known."""
        names = ("quantity", "is_counted", "backorder")
        same = all(getattr(instance, name) == getattr(original, name) for name in names)
        return not errors and instance.seen_at is not None and same

    def do_instance_save(self, instance: StockItem, is_create: bool) -> None:
        """Note the stock as all others do, and wake a worker for what is back."""
        restock = stock.note_stock(
            instance.store,
            instance.sku,
            instance.quantity,
            StockLevel.Source.IMPORT,
            backorder=instance.backorder,
            at=self._at,
        )
        if restock:
            transaction.on_commit(partial(jobs.ring_for, restock))
        instance.pk = StockItem.objects.get(store=instance.store, sku=instance.sku).pk

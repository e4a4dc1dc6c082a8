"""Sign-ups as a spreadsheet: taken away, and brought from elsewhere.

Who is imported waits at once: they are taken to have asked for it, and Klaviyo is not told that
they joined, so that no flow thanks them for what they did months ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource

from backinstock.admin import sign_up_rows
from backinstock.admin.formulas import harmless
from backinstock.admin.import_files import Read, ReadAtOnce, Row, Table
from backinstock.models import SignUp


class SignUpExport(ModelResource):
    """A row for each entry, with all that is known of it."""

    store = Field(column_name="store", attribute="store__slug")
    sku = Field(column_name="sku", attribute="item__sku")
    product = Field(column_name="product", attribute="product_id")

    class Meta:
        model = SignUp
        fields = (
            *("store", "sku", "product", "any_variant", "email", "phone", "units", "state"),
            *("waiting_since", "locale", "currency", "channel", "page", "keep"),
            *("newsletter", "newsletter_text", "created", "expires_at", "alerted_at", "ended_at"),
        )
        export_order = fields

    def get_user_visible_fields(self) -> list[Field]:
        """What the page of the export says that there is."""
        return list(self.get_export_fields())

    def export_field(self, field: Field, instance: SignUp, **options: Any) -> Any:
        """Return a value that no spreadsheet takes for a formula."""
        return harmless(super().export_field(field, instance, **options))


class SignUpImport(ReadAtOnce):
    """A row for each entry: `store` is the short name, `email` or `phone` says who, `sku` or
    `product` what they wait for. Rows of an export are taken back if they are of people who wait.
    """

    store = Field(column_name="store", attribute="store__slug", readonly=True)
    sku = Field(column_name="sku", attribute="item__sku", readonly=True)
    product = Field(column_name="product", attribute="product_id")

    class Meta(ReadAtOnce.Meta):
        model = SignUp
        fields = (
            *("store", "sku", "product", "any_variant", "email", "phone", "units", "keep"),
            *("waiting_since", "locale", "currency", "channel", "page"),
        )
        import_order = fields
        use_transactions = True

    def read(self, rows: Sequence[Row]) -> Sequence[Read]:
        """Return their entries."""
        return sign_up_rows.read(rows)

    def bulk_create(self, using_transactions: bool, dry_run: bool, *args: Any, **more: Any) -> None:
        """Write them. Who has signed up in the meantime is on the list already."""
        if not dry_run:
            SignUp.objects.bulk_create(self.create_instances, ignore_conflicts=True)
        self.create_instances.clear()


class SignUpTable(Table):
    """What is read of a file."""

    columns = ("email", "phone")

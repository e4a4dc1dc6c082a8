"""Sign-ups as a spreadsheet: taken away, and brought from elsewhere.

Who is imported waits at once: they are taken to have asked for it, and Klaviyo is not told that
they joined, so that no flow thanks them for what they did months ago.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import now
from import_export.fields import Field
from import_export.resources import ModelResource

from backinstock.config import policy
from backinstock.contacts import mailbox, number
from backinstock.models import SignUp, StockItem
from backinstock.people import person_of
from integration.models import Store

IMPORTED = ("", SignUp.State.WAITING)  # states of rows of an export that are taken back in
FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d[\d.,]*")
Row = Mapping[str, Any]


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


class SignUpImport(ModelResource):
    """A row for each entry: `store` is the short name, `email` or `phone` says who, `sku` or
    `product` what they wait for. Rows of an export are taken back if they are of people who wait.
    """

    store = Field(column_name="store", attribute="store__slug", readonly=True)
    sku = Field(column_name="sku", attribute="item__sku", readonly=True)
    product = Field(column_name="product", attribute="product_id")

    class Meta:
        model = SignUp
        import_id_fields: tuple[str, ...] = ()
        fields = (
            *("store", "sku", "product", "any_variant", "email", "phone", "units", "keep"),
            *("waiting_since", "locale", "currency", "channel", "page"),
        )
        import_order = fields
        clean_model_instances = True
        report_skipped = True
        use_transactions = True

    def before_import_row(self, row: Any, **options: Any) -> None:
        """Undo what an export did to texts."""
        for name, value in row.items():
            row[name] = original(value) if isinstance(value, str) else value

    def import_instance(self, instance: SignUp, row: Row, **options: Any) -> None:
        """Make an entry of a row. Raises ValidationError with what is wrong by column."""
        store = store_of(row)
        super().import_instance(instance, row, **options)
        instance.store, instance.item = store, _item(row, store)
        instance.email, instance.phone = _who(row, store)
        instance.person = person_of(store.id, instance.email, instance.phone)
        instance.product_id = (instance.item and instance.item.product_id) or instance.product_id
        instance.units = instance.units or 1
        instance.waiting_since = instance.created = instance.waiting_since or now()
        # Who has waited long goes first, but is not over at once.
        rules = policy(store.facts().settings)
        instance.expires_at = max(instance.waiting_since, now()) + rules.expire_after
        instance.is_announced = True

    def validate_instance(
        self, instance: SignUp, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Say what is wrong with a row; what follows from that would only puzzle."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)
        super().validate_instance(instance, None, validate_unique)

    def skip_row(self, instance: SignUp, original: Any, row: Row, errors: Any = None) -> bool:
        """Leave out who is on the list already, and whose entry was over when it was exported."""
        if errors:
            return False
        if str(row.get("state") or "") not in IMPORTED:
            return True
        same = SignUp.objects.open().filter(store=instance.store, person=instance.person)
        if instance.any_variant:
            return same.filter(any_variant=True, product_id=instance.product_id).exists()
        return same.filter(any_variant=False, item=instance.item).exists()


def harmless(value: Any) -> Any:
    """Return a text so that a spreadsheet shows it and does not compute it."""
    if isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def original(text: str) -> str:
    """Return what a harmless text was before."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def store_of(row: Row) -> Store:
    """Return the store of a row: where there is one only, none need be written.

    Raises ValidationError.
    """
    slug = str(row.get("store") or "").strip()
    stores = list(Store.objects.filter(slug=slug) if slug else Store.objects.all()[:2])
    if len(stores) != 1:
        said = f"There is no store “{slug}”." if slug else "Write the short name of the store."
        raise ValidationError({"store": said})
    return stores[0]


def _who(row: Row, store: Store) -> tuple[str, str]:
    email, phone = (str(row.get(name) or "").strip() for name in ("email", "phone"))
    if not email and not phone:
        raise ValidationError({"email": "Write an e-mail address or a phone number."})
    address = mailbox(email) if email else ""
    if address is None:
        raise ValidationError({"email": "Write an address like name@shop.com."})
    e164 = number(phone, store.country) if phone else ""
    if e164 is None:
        raise ValidationError({"phone": "Write a number like +4915112345678."})
    return address, e164


def _item(row: Row, store: Store) -> StockItem | None:
    sku = str(row.get("sku") or "").strip()
    if not sku:
        if str(row.get("product") or "").strip():
            return None
        raise ValidationError({"sku": "Write what they wait for: a SKU, or the id of a product."})
    # What its product is, the shop or a feed says: not a row about a person.
    item, _ = StockItem.objects.get_or_create(store=store, sku=sku)
    return item

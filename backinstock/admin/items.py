"""The waiting list by variant, and each variant's page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.timezone import now
from unfold.decorators import action, display
from unfold.views import ChangeList

from backinstock.admin import crowds, overview, rehearsing, setting_up, steering, variant, words
from backinstock.admin.import_files import ImportedByFile
from backinstock.admin.item_filters import StandingFilter, WaitedForFilter
from backinstock.admin.permissions import may_import_stock, may_steer
from backinstock.admin.stock_files import StockExport, StockImport, StockTable
from backinstock.admin.waiting_list import WaitingList
from backinstock.models import StockItem
from integration.admin.display import RecordAdmin, link
from integration.admin.import_words import moment


@admin.register(StockItem)
class StockItemAdmin(ImportedByFile, RecordAdmin):
    """What people wait for."""

    import_formats = (StockTable,)

    list_display = (
        "sku",
        "shown_name",
        "shown_people",
        "shown_units",
        "shown_money",
        "shown_oldest",
        "shown_stock",
        "shown_standing",
        "shown_store",
    )
    list_display_links = ("sku", "shown_name")
    list_filter = (WaitedForFilter, StandingFilter, "alerts_paused", "store")
    search_fields = ("sku", "=product_id", "names", "variant_name")
    search_help_text = "SKU, or words of the product's name"
    list_select_related = ("store",)
    list_before_template = "admin/backinstock/crowds.html"
    fieldsets = (
        (
            "About this variant",
            {
                "fields": (
                    ("sku", "product_id", "shown_store"),
                    ("shown_name", "shown_price"),
                    ("shown_seen", "shown_sale"),
                    ("url", "image"),
                ),
            },
        ),
    )
    actions_detail = ("rehearse", "alert_now", "add_stock", "pause", "resume")
    change_form_outer_before_template = "admin/backinstock/stockitem/variant.html"
    change_form_outer_after_template = "admin/backinstock/stockitem/returns.html"

    @property
    def empty_text(self) -> SafeString:  # type: ignore[override]
        """What to do next, which depends on what is set up."""
        steps = {"stores": setting_up.stores()}
        return render_to_string("admin/backinstock/stockitem/empty.html", steps)

    def get_urls(self) -> list[Any]:
        """With the picture of demand."""
        view = self.admin_site.admin_view(self.overview)
        name = "backinstock_stockitem_overview"
        return [path("overview/", view, name=name), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """The list that counts the others, too."""
        return WaitingList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what has become many."""
        notices = {"crowds": crowds.told(), "title": "Waiting list"}
        response: HttpResponse = super().changelist_view(request, notices | (extra_context or {}))
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        """With who waits, the stock over time, the returns, and what can be done."""
        item: StockItem = context["original"]
        context["variant"] = variant.context(request, item)
        context |= {"title": item.sku, "clock": item.store.timezone}
        response: HttpResponse = super().render_change_form(request, context, *args, **more)
        return response

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons stand on the page, beside what they are about."""
        return []

    def get_import_resource_classes(self, request: HttpRequest) -> list[type]:
        """What is read of a file."""
        return [StockImport]

    def get_export_resource_classes(self, request: HttpRequest) -> list[type]:
        """What is written to one."""
        return [StockExport]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Who may say how many there are."""
        return may_import_stock(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may see the list may take it away."""
        return bool(self.has_view_permission(request))

    def has_steer_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may steer alerts."""
        return may_steer(request)

    @display(description="Name", ordering="names")
    def shown_name(self, item: StockItem) -> str:
        return words.name_of(item) or words.NOTHING

    @display(description="People", ordering="people")
    def shown_people(self, item: Any) -> str:
        more = f" + {item.others:,} for any variant" if item.others else ""
        return f"{item.people:,}{more}"

    @display(description="Units wanted", ordering="units_wanted")
    def shown_units(self, item: Any) -> str:
        return f"{item.units_wanted:,}"

    @display(description="Money waiting", ordering="money_waiting")
    def shown_money(self, item: Any) -> str:
        amount: Decimal | None = None if item.price is None else item.money_waiting
        return words.money(amount, item.currency)

    @display(description="Oldest wait", ordering="oldest")
    def shown_oldest(self, item: Any) -> str:
        return words.waited(item.oldest, now())

    @display(description="Stock", ordering="quantity")
    def shown_stock(self, item: StockItem) -> str:
        return words.stock(item.quantity)

    @display(description="State", label=words.STATES, ordering="is_available")
    def shown_standing(self, item: StockItem) -> str:
        return words.standing(item)

    @display(description="Store", ordering="store")
    def shown_store(self, item: StockItem) -> SafeString:
        return link(item.store)

    @display(description="Price")
    def shown_price(self, item: StockItem) -> str:
        return words.money(item.price, item.currency)

    @display(description="Its stock was last told")
    def shown_seen(self, item: StockItem) -> str:
        return moment(item.seen_at, item.store) if item.seen_at else words.NOTHING

    @display(description="In the shop")
    def shown_sale(self, item: StockItem) -> str:
        return words.sale(item)

    @action(description="Rehearse", permissions=["view"], icon="theaters")
    def rehearse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return rehearsing.show(self, request, self._found(request, object_id))

    @action(description="Alert now", permissions=["steer"], icon="notifications_active")
    def alert_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steering.alert_now(self, request, self._found(request, object_id))

    @action(description="Add stock", permissions=["steer"], icon="add_box")
    def add_stock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steering.add_stock(self, request, self._found(request, object_id))

    @action(description="Pause", permissions=["steer"], icon="pause")
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steering.pause(self, request, self._found(request, object_id))

    @action(description="Resume", permissions=["steer"], icon="play_arrow")
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steering.resume(self, request, self._found(request, object_id))

    def overview(self, request: HttpRequest) -> HttpResponse:
        """The picture of demand."""
        return overview.show(self, request)

    def _found(self, request: HttpRequest, object_id: str) -> StockItem:
        item: StockItem | None = self.get_object(request, object_id)
        if item is None:
            raise Http404
        return item

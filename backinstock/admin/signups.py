"""Who signed up, for what, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from backinstock.admin import erasing
from backinstock.admin.import_files import ImportedByFile
from backinstock.admin.people import address_of, found_by_address
from backinstock.admin.permissions import may_change_people, may_erase_people, may_import_people
from backinstock.admin.sign_up_files import SignUpExport, SignUpImport, SignUpTable
from backinstock.models import SignUp
from integration.admin.display import NOTHING, RecordAdmin, link, page

STATES = {
    "To be confirmed": "warning",
    "Waiting": "info",
    "Alert on its way": "info",
    "Alerted": "success",
    "Bought it meanwhile": "success",
    "Cancelled": "default",
    "Expired": "default",
}


@admin.register(SignUp)
class SignUpAdmin(ImportedByFile, RecordAdmin):
    """The waiting list, person by person."""

    import_formats = (SignUpTable,)

    list_display = (
        "id",
        "shown_person",
        "shown_item",
        "units",
        "shown_state",
        "waiting_since",
        "locale",
        "store",
    )
    list_display_links = ("id", "shown_person")
    list_filter = ("state", "store", "any_variant", "waiting_since", "newsletter")
    search_fields = ("item__sku", "=product_id")
    search_help_text = "A whole address or number, a SKU, or the id of a product"
    list_select_related = ("item__store", "store")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_person", "shown_state"),
                    ("shown_item", "store"),
                    ("product_id", "any_variant"),
                    ("units", "keep"),
                    ("created", "waiting_since", "expires_at"),
                    ("alerted_at", "bought_at", "ended_at"),
                )
            },
        ),
        ("Where they were", {"fields": (("locale", "currency", "channel"), "page")}),
        ("Newsletter", {"fields": ("newsletter", "newsletter_text")}),
        ("What became of it", {"fields": ("shown_alerts", "shown_announcement")}),
    )
    actions = ("cancel_selected",)
    actions_detail = ("cancel", "erase")
    empty_text = (
        "Nobody has signed up yet. “Waiting list” says how the form gets on the shop; or import "
        "the list that you have."
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[SignUp], search_term: str
    ) -> tuple[QuerySet[SignUp], bool]:
        """By a whole address or number; else by what is waited for."""
        people = found_by_address(search_term)
        by_person = queryset.filter(person__in=people)
        if people and ("@" in search_term or by_person.exists()):
            return by_person, False
        found: tuple[QuerySet[SignUp], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with this one."""
        sign_up = self.get_object(request, str(object_id))
        if sign_up is None:
            return []
        useless = [] if sign_up.state in SignUp.OPEN else ["_cancel"]
        useless += [] if sign_up.person else ["_erase"]
        every = super().get_actions_detail(request, object_id)
        return [one for one in every if not one.action_name.endswith(tuple(useless))]

    def get_import_resource_classes(self, request: HttpRequest) -> list[type]:
        """What is read of a file."""
        return [SignUpImport]

    def get_export_resource_classes(self, request: HttpRequest) -> list[type]:
        """What is written to one."""
        return [SignUpExport]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Who may put people on the list."""
        return may_import_people(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Who may see the list may take it away."""
        return bool(self.has_view_permission(request))

    def has_cancel_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may take people off the list."""
        return may_change_people(request)

    def has_erase_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may erase people."""
        return may_erase_people(request)

    @display(description="Person", ordering="email")
    def shown_person(self, sign_up: SignUp) -> str:
        return address_of(sign_up)

    @display(description="Waits for", ordering="item__sku")
    def shown_item(self, sign_up: SignUp) -> SafeString | str:
        if sign_up.item is None:
            return f"Any variant of {sign_up.product_id}"
        return link(sign_up.item)

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, sign_up: SignUp) -> str:
        return sign_up.get_state_display()

    @display(description="Klaviyo knows of the sign-up")
    def shown_announcement(self, sign_up: SignUp) -> str:
        return "Yes, or need not" if sign_up.is_announced else "In a moment"

    @display(description="Alerts")
    def shown_alerts(self, sign_up: SignUp) -> SafeString:
        alerts = sign_up.alerts.select_related("restock__item", "delivery")[:50]
        lines = (
            (
                page(alert),
                f"{alert.restock.item}: {alert.get_state_display()}",
                f". {alert.get_reason_display()}" if alert.reason else "",
                link(alert.delivery) if alert.delivery else "",
            )
            for alert in alerts
        )
        line = '<div><a class="sw-link" href="{}">{}</a>{} {}</div>'
        return format_html_join("", line, lines) or SafeString(NOTHING)

    @admin.action(description="Cancel the selected", permissions=["cancel"])
    def cancel_selected(
        self, request: HttpRequest, queryset: QuerySet[SignUp]
    ) -> HttpResponse | None:
        return erasing.cancel_many(self, request, queryset)

    @action(description="Cancel", permissions=["cancel"], icon="person_remove")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return erasing.cancel_one(self, request, self._found(request, object_id))

    @action(description="Erase the person", permissions=["erase"], icon="delete_forever")
    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return erasing.erase(self, request, self._found(request, object_id))

    def _found(self, request: HttpRequest, object_id: str) -> SignUp:
        sign_up: SignUp | None = self.get_object(request, object_id)
        if sign_up is None:
            raise Http404
        return sign_up

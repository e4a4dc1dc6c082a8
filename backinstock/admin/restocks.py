"""Returns of variants, with their waves."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from backinstock import jobs, restocks
from backinstock.admin import words
from backinstock.admin.permissions import may_steer
from backinstock.admin.questions import Question, ask
from backinstock.admin.variant import listed, shown_restock
from backinstock.models import Restock
from integration.admin.display import RecordAdmin, link, page
from integration.admin.import_words import moment

STATES = {"People are being told": "info", "Paused": "warning", "Done": "success"}


@admin.register(Restock)
class RestockAdmin(RecordAdmin):
    """What came back, and what became of it."""

    list_display = (
        "id",
        "shown_item",
        "shown_at",
        "shown_quantity",
        "source",
        "shown_state",
        "shown_alerted",
        "reason",
        "shown_store",
    )
    list_display_links = ("id",)
    list_filter = ("state", "source", "at", "item__store")
    search_fields = ("item__sku",)
    search_help_text = "SKU"
    list_select_related = ("item__store",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_item", "shown_store", "shown_state"),
                    ("shown_at", "shown_quantity", "source"),
                    ("shown_next", "reason"),
                    "shown_alerts",
                )
            },
        ),
    )
    actions_detail = ("pause", "resume")
    change_form_outer_before_template = "admin/backinstock/clock.html"
    change_form_outer_after_template = "admin/backinstock/restock/waves.html"
    empty_text = (
        "Nothing has come back yet. As soon as a variant that was sold out can be had again, it "
        "appears here, with who hears of it when."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Restock]:
        """With how many were alerted."""
        queryset: QuerySet[Restock] = super().get_queryset(request)
        return queryset.annotate(alerted=Sum("waves__alerted"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        """With its waves."""
        restock: Restock = context["original"]
        context["restock"] = shown_restock(restock, restock.item)
        context["clock"] = restock.item.store.timezone
        response: HttpResponse = super().render_change_form(request, context, *args, **more)
        return response

    def has_steer_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may steer alerts."""
        return may_steer(request)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done in its state."""
        restock = self.get_object(request, str(object_id))
        offered = {Restock.State.OPEN: "_pause", Restock.State.PAUSED: "_resume"}
        name = offered.get(Restock.State(restock.state)) if restock else None
        every = super().get_actions_detail(request, object_id)
        return [each for each in every if name and each.action_name.endswith(name)]

    @display(description="Variant", ordering="item__sku")
    def shown_item(self, restock: Restock) -> SafeString:
        return link(restock.item)

    @display(description="When", ordering="at")
    def shown_at(self, restock: Restock) -> str:
        return moment(restock.at, restock.item.store)

    @display(description="Next wave")
    def shown_next(self, restock: Restock) -> str:
        at = restock.next_wave_at
        return moment(at, restock.item.store) if at else words.NOTHING

    @display(description="Stock then", ordering="quantity")
    def shown_quantity(self, restock: Restock) -> str:
        return words.stock(restock.quantity)

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, restock: Restock) -> str:
        return restock.get_state_display()

    @display(description="Alerted", ordering="alerted")
    def shown_alerted(self, restock: Any) -> str:
        return f"{restock.alerted or 0:,}"

    @display(description="Store", ordering="item__store")
    def shown_store(self, restock: Restock) -> SafeString:
        return link(restock.item.store)

    @display(description="Who heard")
    def shown_alerts(self, restock: Restock) -> SafeString:
        count = restock.alerts.count()
        address = listed("alert", restock__id__exact=restock.id)
        return format_html(
            '<a class="sw-link" href="{}">{}</a>', address, words.many(count, "entry", "entries")
        )

    @action(description="Pause", permissions=["steer"], icon="pause")
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        restock = self._found(request, object_id)
        if request.method != "POST":
            question = Question(
                title=f"Pause the alerts of this return of {restock.item}?",
                words="Nobody else is told until you resume. Alerts that are on their way arrive.",
                button="Pause",
                back=page(restock),
            )
            return ask(self, request, question)
        done = restocks.pause(restock)
        return self._said(request, restock, done, "Paused", "It is over: nothing to pause.")

    @action(description="Resume", permissions=["steer"], icon="play_arrow")
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        restock = self._found(request, object_id)
        if request.method != "POST":
            question = Question(
                title=f"Go on with this return of {restock.item}?",
                words="The stock is looked at, and the next wave begins at once.",
                button="Resume",
                back=page(restock),
            )
            return ask(self, request, question)
        done = restocks.resume(restock)
        if done:
            jobs.ring_for(restock)
        return self._said(request, restock, done, "Resumed", "It was not paused.")

    def _said(
        self, request: HttpRequest, restock: Restock, done: bool, did: str, otherwise: str
    ) -> HttpResponse:
        if done:
            self.log_change(request, restock, did)
            self.message_user(request, f"{did}.")
        else:
            self.message_user(request, otherwise, messages.WARNING)
        return redirect(page(restock))

    def _found(self, request: HttpRequest, object_id: str) -> Restock:
        restock: Restock | None = self.get_object(request, object_id)
        if restock is None:
            raise Http404
        return restock

"""Job runs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from integration import catch_up
from integration.admin import catching_up
from integration.admin.display import RecordAdmin, link
from integration.models import JobRun

STATES = {
    "Waiting": "info",
    "Running": "info",
    "Stopping": "warning",
    "Stopped": "warning",
    "Finished": "success",
    "Failed": "danger",
}
KINDS = {catch_up.KIND: "Catch-up"}


@admin.register(JobRun)
class JobRunAdmin(RecordAdmin):
    """Catch-ups, imports and other long work."""

    list_display = ("id", "what", "store", "shown_state", "read", "sent", "failed", "started")
    list_display_links = ("id", "what")
    list_filter = ("state", "kind", "store")
    list_select_related = ("store", "started_by")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("what", "shown_store", "shown_state"),
                    "shown_reason",
                    ("read", "sent", "skipped", "failed"),
                    ("started", "finished", "shown_person"),
                )
            },
        ),
        ("What was read", {"fields": ("shown_streams",)}),
    )
    actions_detail = ("stop_run",)
    empty_text = (
        "Nothing has run yet. Every ten minutes a live shop is read for what was missed; “Catch "
        "up since …” on a store's page does it at once."
    )

    @display(description="What", ordering="kind")
    def what(self, run: JobRun) -> str:
        return KINDS.get(run.kind, run.kind)

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, run: JobRun) -> str:
        return run.get_state_display()

    @display(description="Store")
    def shown_store(self, run: JobRun) -> SafeString:
        return link(run.store)

    @display(description="Why")
    def shown_reason(self, run: JobRun) -> str:
        return run.reason or "–"

    @display(description="Started by")
    def shown_person(self, run: JobRun) -> str:
        return str(run.started_by) if run.started_by else "itself"

    @display(description="By stream")
    def shown_streams(self, run: JobRun) -> SafeString:
        template = "admin/integration/jobrun/streams.html"
        return render_to_string(template, {"streams": run.parameters.get("streams", [])})

    def has_stop_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may start one may stop one."""
        return bool(request.user.has_perm(catching_up.PERMISSION))

    @action(description="Stop", permissions=["stop"], icon="stop_circle")
    def stop_run(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        return catching_up.ask_to_stop(self, request, run)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """What is over cannot be stopped."""
        run = self.get_object(request, str(object_id))
        goes_on = run is not None and run.kind == catch_up.KIND and run.finished is None
        return super().get_actions_detail(request, object_id) if goes_on else []

"""Job runs."""

from __future__ import annotations

from django.contrib import admin
from unfold.decorators import display

from integration.admin.display import RecordAdmin
from integration.models import JobRun

STATES = {
    "Waiting": "info",
    "Running": "info",
    "Stopping": "warning",
    "Stopped": "warning",
    "Finished": "success",
    "Failed": "danger",
}


@admin.register(JobRun)
class JobRunAdmin(RecordAdmin):
    """Imports and other long work."""

    list_display = ("id", "kind", "store", "shown_state", "read", "sent", "failed", "started")
    list_filter = ("state", "kind", "store")
    list_select_related = ("store",)
    empty_text = (
        "No import has run yet. Imports of all customers, orders and products come with a later "
        "version; what happens in the shop from now on arrives by itself."
    )

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, run: JobRun) -> str:
        return run.get_state_display()

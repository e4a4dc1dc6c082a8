"""Job runs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from integration import bulk, catch_up
from integration.admin import catching_up, import_runs
from integration.admin.display import RecordAdmin, link
from integration.admin.import_words import counted, lasted, options, told
from integration.admin.importing import PERMISSION
from integration.admin.run_filters import KindFilter, titles
from integration.models import JobRun

STATES = {
    "Waiting": "info",
    "Running": "info",
    "Stopping": "warning",
    "Stopped": "warning",
    "Finished": "success",
    "Failed": "danger",
}
CATCH_UP = (
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
IMPORT = (
    (
        "About this import",
        {
            "fields": (
                ("what", "shown_store"),
                ("shown_options", "shown_person"),
                ("started", "finished"),
                ("shown_lasted", "shown_cursor"),
            )
        },
    ),
)


@admin.register(JobRun)
class JobRunAdmin(RecordAdmin):
    """Catch-ups, imports and other long work."""

    list_display = (
        "id",
        "what",
        "store",
        "shown_state",
        "shown_progress",
        "sent",
        "failed",
        "started",
        "shown_lasted",
    )
    list_display_links = ("id", "what")
    list_filter = ("state", KindFilter, "store")
    list_select_related = ("store", "started_by")
    actions_detail = ("stop_run", "stop_import", "resume_import", "retry_import")
    change_form_outer_before_template = "admin/integration/jobrun/import.html"
    change_form_outer_after_template = "admin/integration/jobrun/report.html"
    empty_text = (
        "Nothing has run yet. Every ten minutes a live shop is read for what was missed; “Catch "
        "up since …” on a store's page does it at once, and “Import …” there brings all that "
        "the shop has."
    )

    class Media:
        js = (Script("integration/progress.js", defer=True),)

    def get_urls(self) -> list[Any]:
        """With how far an import is, for the script of its page."""
        view = self.admin_site.admin_view(self.progress)
        name = "integration_jobrun_progress"
        return [path("<int:run_id>/progress/", view, name=name), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """An import has a page of its own."""
        return IMPORT if obj is not None and _is_import(obj) else CATCH_UP

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        """With how far an import is, what came of it, and what can be done about it."""
        run: JobRun | None = context.get("original")
        if run is not None and _is_import(run):
            context["imported"] = import_runs.context(request, run)
        response: HttpResponse = super().render_change_form(request, context, *args, **more)
        return response

    @display(description="What", ordering="kind")
    def what(self, run: JobRun) -> str:
        return titles().get(run.kind, run.kind)

    @display(description="State", label=STATES, ordering="state")
    def shown_state(self, run: JobRun) -> str:
        return run.get_state_display()

    @display(description="Read", ordering="read")
    def shown_progress(self, run: JobRun) -> str:
        return counted(run)

    @display(description="Took")
    def shown_lasted(self, run: JobRun) -> str:
        return lasted(run)

    @display(description="Store")
    def shown_store(self, run: JobRun) -> SafeString:
        return link(run.store)

    @display(description="Why")
    def shown_reason(self, run: JobRun) -> str:
        return run.reason or "–"

    @display(description="Chosen")
    def shown_options(self, run: JobRun) -> SafeString:
        return format_html_join("", "<div>{}</div>", ((line,) for line in options(run)))

    @display(description="Read up to the id")
    def shown_cursor(self, run: JobRun) -> str:
        return run.cursor.partition(":")[2] or "–"

    @display(description="Started by")
    def shown_person(self, run: JobRun) -> str:
        return run.who

    @display(description="By stream")
    def shown_streams(self, run: JobRun) -> SafeString:
        template = "admin/integration/jobrun/streams.html"
        return render_to_string(template, {"streams": run.parameters.get("streams", [])})

    def has_stop_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may start a catch-up may stop one."""
        return bool(request.user.has_perm(catching_up.PERMISSION))

    def has_run_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Who may start an import may stop one."""
        return bool(request.user.has_perm(PERMISSION))

    @action(description="Stop", permissions=["stop"], icon="stop_circle")
    def stop_run(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = self.get_object(request, object_id)
        if run is None or run.kind != catch_up.KIND:
            raise Http404
        return catching_up.ask_to_stop(self, request, run)

    @action(description="Stop", permissions=["run"], icon="stop_circle")
    def stop_import(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return import_runs.stop(self, request, self._import(request, object_id))

    @action(description="Resume", permissions=["run"], icon="play_circle")
    def resume_import(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return import_runs.resume(self, request, self._import(request, object_id))

    @action(description="Retry the failed ones", permissions=["run"], icon="replay")
    def retry_import(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return import_runs.retry(self, request, self._import(request, object_id))

    def progress(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Answer how far an import is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(told(self._import(request, str(run_id))))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """What is over cannot be stopped. An import has its buttons beside its bar."""
        run = self.get_object(request, str(object_id))
        goes_on = run is not None and run.kind == catch_up.KIND and run.finished is None
        offered = super().get_actions_detail(request, object_id) if goes_on else []
        return [each for each in offered if each.action_name.endswith("_stop_run")]

    def _import(self, request: HttpRequest, object_id: str) -> JobRun:
        run: JobRun | None = self.get_object(request, object_id)
        if run is None or not _is_import(run):
            raise Http404
        return run


def _is_import(run: JobRun) -> bool:
    return run.kind in bulk.kinds()

"""The addresses of the REST API: the ones that shops script against, so without a slash."""

from __future__ import annotations

from django.urls import path, re_path

from integration.api.starting import StartImport
from integration.api.steering import ResumeImport, RetryImport, StopImport
from integration.api.views import NothingHere
from integration.api.watching import Failures, Run, Runs, Status

urlpatterns = [
    path("status", Status.as_view(), name="sync_status"),
    path("runs", Runs.as_view(), name="sync_runs"),
    path("runs/<uuid:public_id>", Run.as_view(), name="sync_run"),
    path("runs/<uuid:public_id>/failures", Failures.as_view(), name="sync_failures"),
    path("runs/<uuid:public_id>/resume", ResumeImport.as_view(), name="sync_resume"),
    path("runs/<uuid:public_id>/retry", RetryImport.as_view(), name="sync_retry"),
    path("<slug:kind>", StartImport.as_view(), name="sync_start"),
    path("<slug:kind>/stop", StopImport.as_view(), name="sync_stop"),
    re_path("", NothingHere.as_view()),
]

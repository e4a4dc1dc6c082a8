"""What the API can do: its OpenAPI document, and pages to read it and try it out."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # The split one: its script is a file of its own, as our Content-Security-Policy wants it.
    path("docs/", SpectacularSwaggerSplitView.as_view(), name="api_docs"),
]

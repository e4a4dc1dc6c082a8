"""The addresses."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("", include("integration.api.health")),
    path("admin/", admin.site.urls),
    path("hooks/", include("integration.webhooks")),
]

"""The addresses."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("", include("integration.api.health")),
    path("admin/", admin.site.urls),
    path("api/", include("integration.api.documents")),
    path("sync/", include("integration.api.sync")),
    path("hooks/", include("integration.webhooks")),
    path("backinstock/", include("backinstock.urls")),
    path("storefront/", include("storefront.urls")),
]

"""The addresses for browsers."""

from __future__ import annotations

from django.urls import path

from storefront.views import collect

urlpatterns = [path("collect", collect, name="storefront_collect")]

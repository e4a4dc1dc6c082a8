"""The app's name for people."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    """The sync pipeline."""

    name = "integration"
    verbose_name = "Sync"

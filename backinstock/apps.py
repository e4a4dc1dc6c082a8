"""The app."""

from django.apps import AppConfig


class BackInStockConfig(AppConfig):
    name = "backinstock"
    verbose_name = "Back in stock"

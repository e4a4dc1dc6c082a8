"""Where the shop sells from: its channels, and its one store."""

from __future__ import annotations

from random import Random

from project.sandbox.commercetools.catalog import OPENED
from project.sandbox.commercetools.documents import Json, born, reference

# key: (English, German, what the channel is for)
CHANNELS = {
    "warehouse-kiel": ("Warehouse in Kiel", "Lager Kiel", "InventorySupply"),
    "outlet-bremen": ("Outlet in Bremen", "Outlet Bremen", "InventorySupply"),
    "web": ("Web shop", "Webshop", "ProductDistribution"),
}
SUPPLIES_THE_STORE = "warehouse-kiel"


def channels(random: Random) -> list[Json]:
    """Return the channels: two that have stock, one that sells."""
    return [
        {
            **born(random, OPENED),
            "key": key,
            "roles": [role],
            "name": {"en": en, "de": de},
        }
        for key, (en, de, role) in CHANNELS.items()
    ]


def suppliers(channels: list[Json]) -> list[Json]:
    """Return those channels that have stock."""
    return [channel for channel in channels if "InventorySupply" in channel["roles"]]


def stores(random: Random, channels: list[Json]) -> list[Json]:
    """Return the one store. The outlet does not deliver for it."""
    by_key = {channel["key"]: reference("channel", channel["id"]) for channel in channels}
    return [
        {
            **born(random, OPENED),
            "key": "main",
            "name": {"en": "Main store", "de": "Hauptgeschäft"},
            "languages": ["en", "de"],
            "countries": [{"code": "DE"}, {"code": "FR"}, {"code": "SE"}],
            "distributionChannels": [by_key["web"]],
            "supplyChannels": [by_key[SUPPLIES_THE_STORE]],
            "productSelections": [],
        }
    ]

"""The stores that the rows of a file are about, looked up once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from backinstock.config import Policy, policy_of
from integration.models import Store


class Stores:
    """All stores by their short names, with their rules."""

    def __init__(self) -> None:
        self._stores = {store.slug: store for store in Store.objects.all()}
        self._rules: dict[int, Policy] = {}

    def of(self, row: Mapping[str, Any]) -> Store:
        """Return the store of a row: where there is one only, none need be written.

        Raises ValidationError.
        """
        slug = str(row.get("store") or "").strip()
        if slug in self._stores:
            return self._stores[slug]
        if not slug and len(self._stores) == 1:
            return next(iter(self._stores.values()))
        said = f"There is no store “{slug}”." if slug else "Write the short name of the store."
        raise ValidationError({"store": said})

    def rules(self, store: Store) -> Policy:
        """Return what a store has decided."""
        if store.id not in self._rules:
            self._rules[store.id] = policy_of(store)
        return self._rules[store.id]

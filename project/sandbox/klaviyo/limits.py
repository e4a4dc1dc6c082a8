"""Klaviyo's documented limits: fixed windows of a second and of a minute, by operation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from project.sandbox.klaviyo.bulk_schemas import CATALOG_JOBS, CatalogJob
from project.sandbox.klaviyo.catalog_schemas import CATEGORY

CATALOG_WRITES, CATALOG_READS = (75, 750), (350, 3500)
CATALOG_KINDS = ("item", "variant", "category")
MANY = (10, 150)


def _job_reads(kind: CatalogJob) -> tuple[int, int]:
    """Those that create or update items or variants are read less often than the others."""
    often = kind.verb == "delete" or kind.object_type == CATEGORY
    return CATALOG_READS if often else CATALOG_WRITES


RATES = {  # requests a second, requests a minute
    "create_event": (350, 3500),
    "create_client_event": (350, 3500),
    "create_client_profile": (350, 3500),
    "profile_import": (75, 750),
    "update_profile": (75, 750),
    "get_profiles": (75, 750),
    "get_accounts": (1, 15),
    "get_metrics": (10, 150),
    "get_flows_triggered_by_metric": (10, 150),
    "bulk_create_events": MANY,
    "bulk_import_profiles": MANY,
    "get_bulk_import_profiles_job": MANY,
    "get_bulk_import_profiles_jobs": MANY,
    "get_errors_for_bulk_import_profiles_job": MANY,
    **{kind.create: CATALOG_WRITES for kind in CATALOG_JOBS},
    **{kind.get_one: _job_reads(kind) for kind in CATALOG_JOBS},
    **{kind.get_many: _job_reads(kind) for kind in CATALOG_JOBS},
    "request_profile_deletion": (3, 60),
    "create_back_in_stock_subscription": (350, 3500),
    "bulk_subscribe_profiles": (75, 750),
    "bulk_unsubscribe_profiles": (75, 750),
    "get_profiles_for_list": (75, 750),
    **{
        f"{verb}_catalog_{kind}": CATALOG_WRITES
        for verb in ("create", "update", "delete")
        for kind in CATALOG_KINDS
    },
    **{f"get_catalog_{kind}": CATALOG_READS for kind in CATALOG_KINDS},
    "get_catalog_items": CATALOG_READS,
    "get_catalog_variants": CATALOG_READS,
    "get_catalog_categories": CATALOG_READS,
    "get_variants_for_catalog_item": CATALOG_READS,
    "get_category_ids_for_catalog_item": CATALOG_READS,
    "add_categories_to_catalog_item": CATALOG_WRITES,
    "update_categories_for_catalog_item": CATALOG_WRITES,
    "remove_categories_from_catalog_item": CATALOG_WRITES,
    "get_item_ids_for_catalog_category": CATALOG_READS,
    "add_items_to_catalog_category": CATALOG_WRITES,
    "update_items_for_catalog_category": CATALOG_WRITES,
    "remove_items_from_catalog_category": CATALOG_WRITES,
}
SECOND, MINUTE = 1, 60


@dataclass(frozen=True)
class Verdict:
    """Whether a request fits. `seconds` is the wait if not, else the time to the next minute."""

    fits: bool
    seconds: int
    limit: int
    remaining: int


class Limits:
    """Counts requests."""

    def __init__(self, enforced: bool) -> None:
        self.enforced = enforced
        # By operation and length of the window: which window it is, and the requests in it.
        self._counts: dict[tuple[str, int], tuple[int, int]] = {}

    def hit(self, operation: str, now: float) -> Verdict:
        """Count a request at this time (seconds), unless it is one too many."""
        in_second, in_minute = RATES[operation]
        to_next_minute = math.ceil(MINUTE - now % MINUTE)
        if self.enforced:
            # A full minute is the longer wait: whoever came back after a second would meet it.
            if self._count(operation, MINUTE, now) >= in_minute:
                return Verdict(False, to_next_minute, in_minute, 0)
            if self._count(operation, SECOND, now) >= in_second:
                return Verdict(False, SECOND, in_minute, 0)
        for length in (SECOND, MINUTE):
            window = int(now // length)
            self._counts[operation, length] = (window, self._count(operation, length, now) + 1)
        left = max(0, in_minute - self._count(operation, MINUTE, now))
        return Verdict(True, to_next_minute, in_minute, left)

    def clear(self) -> None:
        """Forget what was counted."""
        self._counts.clear()

    def _count(self, operation: str, length: int, now: float) -> int:
        window, count = self._counts.get((operation, length), (0, 0))
        return count if window == int(now // length) else 0

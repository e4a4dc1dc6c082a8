"""One turn of an import."""

from __future__ import annotations


def run(run_id: int) -> None:
    """Import for a minute at most, unless somebody else does."""

"""A plugin of pytest: what its processes do, and in which order.

Loaded by name in pyproject.toml, as the process that shares out needs it too.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling

SYSTEM = "tests/system/"


class AllOfTheSystemAtOnce(LoadFileScheduling):
    """All tests of the whole system go to one process: they share the one that is running."""

    def _split_scope(self, nodeid: str) -> str:
        return SYSTEM if nodeid.startswith(SYSTEM) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> AllOfTheSystemAtOnce | None:
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # it would move files with few tests to the end
    return AllOfTheSystemAtOnce(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the whole system go first: they take longest, and wait while others work."""
    items.sort(key=_place)  # files of the system by name, all others as they come


def _place(item: pytest.Item) -> tuple[bool, str]:
    is_system = item.nodeid.startswith(SYSTEM)
    return not is_system, item.nodeid.partition("::")[0] if is_system else ""

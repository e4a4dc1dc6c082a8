"""Machines that read pages: what they look at says nothing of anybody.

The list is that of https://github.com/monperrus/crawler-user-agents. Two of its groups get in: what
apps and servers speak HTTP with, as they may tell us something, and what steers a browser, as that
is how a shop tests its pages.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

LET_IN = {"http-library", "browser-automation"}
LONGEST = 500  # characters that are looked at
MOST_REMEMBERED = 4096  # to look through the list takes longer than all the rest of a request
AT_ONCE = 25  # patterns in one expression: so few are quicker than all


def is_crawler(user_agent: str) -> bool:
    """Return whether this is the name of a known crawler."""
    return _is_known(user_agent[:LONGEST])


@lru_cache(MOST_REMEMBERED)
def _is_known(user_agent: str) -> bool:
    return any(pattern.search(user_agent) for pattern in _patterns())


@cache
def _patterns() -> list[re.Pattern[str]]:
    names = [one["pattern"] for one in CRAWLER_USER_AGENTS_DATA if not LET_IN & set(one["tags"])]
    return [
        re.compile("|".join(names[start : start + AT_ONCE]))
        for start in range(0, len(names), AT_ONCE)
    ]

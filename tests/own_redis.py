"""A plugin of pytest: each of its processes has a Redis database of its own.

Loaded by name in pyproject.toml, before Django reads its settings.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker:
    url = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(url._replace(path=f"/{int(worker[2:]) + 1}"))

"""Import: everything of a kind from a shop, at the other side's own speed.

A run walks a collection page by page, packs what it means into bulk requests and saves its cursor
when they were accepted. Cut off anywhere, it goes on from there; what goes out twice counts once.
"""

from integration.bulk.following import due, follow
from integration.bulk.preflight import Outlook, look
from integration.bulk.progress import Progress, progress
from integration.bulk.running import run
from integration.bulk.starting import active, kinds, resume, retry, start, stop, waiting
from integration.bulk.wishes import Wishes

__all__ = [
    "Outlook",
    "Progress",
    "Wishes",
    "active",
    "due",
    "follow",
    "kinds",
    "look",
    "progress",
    "resume",
    "retry",
    "run",
    "start",
    "stop",
    "waiting",
]

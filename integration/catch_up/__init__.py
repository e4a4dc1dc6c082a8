"""Catch up: read what a shop did while nobody listened, into the same inbox.

A run reads each stream of a store's sources page by page. What a page told and where the next one
begins are written in one transaction: a run that is cut off goes on from there, and what came in
before, by whichever way, is not stored twice.
"""

from integration.catch_up.reading import run, step
from integration.catch_up.runs import KIND, stop, waiting
from integration.catch_up.starting import due_stores, moment, readable, start

__all__ = ["KIND", "due_stores", "moment", "readable", "run", "start", "step", "stop", "waiting"]

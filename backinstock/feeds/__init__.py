"""Product feeds: files at an address, with the products of a store and how many there are."""

from backinstock.feeds.reading import accept, due, read, read_soon

__all__ = ["accept", "due", "read", "read_soon"]

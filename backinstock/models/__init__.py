"""Rows: what is known of stock, who waits for it, and who was told of its return."""

from backinstock.models.feeds import Feed, FeedItem
from backinstock.models.items import StockItem, StockLevel
from backinstock.models.polls import StockPoll
from backinstock.models.restocks import Alert, Restock, Wave
from backinstock.models.signups import OptOut, SignUp

__all__ = [
    "Alert",
    "Feed",
    "FeedItem",
    "OptOut",
    "Restock",
    "SignUp",
    "StockItem",
    "StockLevel",
    "StockPoll",
    "Wave",
]

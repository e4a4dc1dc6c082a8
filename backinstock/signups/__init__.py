"""The waiting list: how one gets on it, off it, and what becomes of who was on it."""

from backinstock.signups.announcing import announce, unannounced
from backinstock.signups.ending import cancel, erase, expire, forget, opt_in, opt_out
from backinstock.signups.joining import Wish, confirm, sign_up

__all__ = [
    "Wish",
    "announce",
    "cancel",
    "confirm",
    "erase",
    "expire",
    "forget",
    "opt_in",
    "opt_out",
    "sign_up",
    "unannounced",
]

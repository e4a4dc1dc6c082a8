"""A stand-in for a commercetools project: a sample shop, its HTTP API, and its notifications."""

from project.sandbox.commercetools.api import blueprint, told_to_fail
from project.sandbox.commercetools.hook import Hook
from project.sandbox.commercetools.shop import Shop
from project.sandbox.commercetools.trickle import start_trickle

__all__ = ["Hook", "Shop", "blueprint", "start_trickle", "told_to_fail"]

"""The sample shop as shoppers see it, and a look behind its counter."""

from project.sandbox.storefront.pages import Storewire, blueprint

__all__ = ["Storewire", "blueprint"]

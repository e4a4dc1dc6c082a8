"""What only a real browser can tell: keys, focus, narrow windows, strict pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.shop_page import ShopPage
from tests.browser.storefront_page import StorefrontPage


@pytest.fixture
def shop_page(page: Page) -> ShopPage:
    """A shop's page with the widget, and a Storewire that answers it."""
    return ShopPage(page)


@pytest.fixture
def storefront_page(page: Page) -> StorefrontPage:
    """A shop's page with storewire.js, a klaviyo.js, and a Storewire that collects."""
    return StorefrontPage(page)

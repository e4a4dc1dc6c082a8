"""A plugin of pytest: a real browser, where a Chromium is installed.

Loaded by name in pyproject.toml, as tests of two folders need it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of this machine. Each test has a window of its own in it."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("There is no Chromium on this machine (on Debian: apt install chromium).")
    arguments = ["--no-sandbox", "--disable-gpu"]  # it may be root who runs the tests
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def faults(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page as it is now."""
    return [
        f"{violation['impact']}: {violation['id']}: {[node['html'] for node in violation['nodes']]}"
        for violation in Axe().run(page).response["violations"]
    ]


def focused(page: Page) -> str:
    """Return the id or the class of what has the keyboard, inside of shadow roots too."""
    found: str = page.evaluate(
        "() => { let it = document.activeElement;"
        " while (it?.shadowRoot) it = it.shadowRoot.activeElement;"
        " return it?.id || it?.className || it?.localName || '' }"
    )
    return found

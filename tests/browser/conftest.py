"""One server and one browser for all browser tests. Without a browser they are skipped; in CI they fail."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.app import running
from tests.browser.find_chromium import launch

PATIENCE = 180  # seconds; a job of a page that was closed holds its worker for 90


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    with running(MODELS_FOR_ANTS_CACHE=str(tmp_path_factory.mktemp("cache")), MODELS_FOR_ANTS_LOCAL_FILES="1") as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except PlaywrightError as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no Chromium here: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address) -> Iterator[Callable[..., Page]]:
    """Open a path in a fresh context; at the end, no page may show an exception."""
    contexts = []

    def open_page(path: str, wait: bool = True, **options) -> Page:
        contexts.append(browser.new_context(**({"viewport": {"width": 1400, "height": 1000}} | options)))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{address}/{path}")
        if wait:
            page.locator('[data-testid="stMetricValue"]').nth(3).wait_for()
            page.locator(".pictures").first.wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            assert page.locator('[data-testid="stException"]').count() == 0
        context.close()

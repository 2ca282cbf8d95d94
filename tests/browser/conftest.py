"""One server, one browser and one context for all browser tests of a process, so that what one page has loaded the next
need not. Without a browser they are skipped; in CI they fail."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.app import started
from tests.browser.find_chromium import launch
from tests.browser.reader import DESK, PATIENCE, close

SHOWN = 3_000  # characters of a page that a failed test quotes
# Whatever stood on a page at any time, through all its addresses; and what the page tried that the headers forbid.
WATCH = """
document.addEventListener("securitypolicyviolation", event => {
    const { effectiveDirective, blockedURI, sourceFile } = event
    sessionStorage.exception = `${effectiveDirective} forbids ${blockedURI} of ${sourceFile}`
})
new MutationObserver(() => {
    const found = document.querySelector('[data-testid=stException]')
    if (found) sessionStorage.exception = found.innerText
}).observe(document, { subtree: true, childList: true })
"""


@pytest.fixture(scope="session")
def log(tmp_path_factory) -> Path:
    """The file with all that the server says."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="session")
def server(tmp_path_factory, log) -> Iterator[tuple[str, subprocess.Popen]]:
    """The address of the app, and its process."""
    variables = {"MODELS_FOR_ANTS_CACHE": str(tmp_path_factory.mktemp("cache")), "MODELS_FOR_ANTS_LOCAL_FILES": "1"}
    with started(streamlit="tests.browser.impatient", log=log, **variables) as found:
        yield found
    print(log.read_text(), file=sys.stderr)  # where a failing test shows it


@pytest.fixture(scope="session")
def address(server) -> str:
    return server[0]


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


@pytest.fixture(scope="session")
def context(browser, address) -> BrowserContext:
    found = browser.new_context(base_url=address, viewport=DESK)
    found.set_default_timeout(PATIENCE * 1000)
    found.add_init_script(WATCH)
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test that fails says what its pages showed then."""
    try:
        return (yield)
    except Exception as error:
        for page in getattr(item.funcargs.get("context"), "pages", ()):
            with suppress(PlaywrightError):
                error.add_note(f"{page.url} showed:\n{page.locator('body').inner_text()[-SHOWN:]}")
        raise


@pytest.fixture
def visit(context) -> Iterator[Callable[[str], Page]]:
    """Open a page at a path; at the end, none may ever have shown an exception."""

    def open_page(path: str) -> Page:
        page = context.new_page()
        page.goto(f"/{path}")
        return page

    yield open_page
    context.pages[-1].evaluate("localStorage.clear()")  # what one reader kept is none of the next one's
    shown = [close(page) for page in context.pages]
    assert not any(shown), shown

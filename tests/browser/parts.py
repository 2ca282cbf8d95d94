"""What every part of a lesson must do for a reader: stand still, let everybody in, fit a phone, fill a stage."""

from playwright.sync_api import Page

from tests.browser.test_access import serious
from tests.browser.test_reader import WIDE, settle
from tests.browser.test_stage import SMALL

PHONE = {"viewport": {"width": 390, "height": 844}}
STAGE = {"viewport": {"width": 1920, "height": 1080}}
DRAWN = 700  # ms, for charts and colours


def ready(page: Page) -> None:
    """Wait until nothing is being measured."""
    settle(page, lambda: page.get_by_text("Measuring …").count() == 0)
    page.wait_for_function("!document.querySelector('[data-stale=true]')")


def must_let_everybody_in(page: Page) -> None:
    ready(page)
    page.wait_for_timeout(DRAWN)
    assert serious(page) == []


def must_fit_a_phone(page: Page) -> None:
    ready(page)
    assert page.evaluate(WIDE) == [], page.url


def must_fill_a_stage(page: Page) -> None:
    """All of it shows, and the last row can read it."""
    ready(page)
    page.wait_for_timeout(DRAWN)
    assert page.evaluate(SMALL) == [], page.url
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 1080, page.url

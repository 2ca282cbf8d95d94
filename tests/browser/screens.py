"""Other screens than a desk's: a phone must not scroll sideways, and a stage shows all of a lab so large that the last
row can read it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.browser.reader import DESK, press, ready

PHONE = {"width": 390, "height": 844}
STAGE = {"width": 1920, "height": 1080}
SCROLLS = (
    "[data-testid=stDataFrame], pre, .katex, .vega-embed details, input[type=range]"  # for itself; or nobody sees it
)
WIDE = """
scrolls => [...document.querySelectorAll('[data-testid=stMain], [data-testid=stMain] *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(scrolls))
    .map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right))
"""
SMALL = """
() => {
    const found = []
    const look = root => {
        for (const e of root.querySelectorAll("*")) {
            if (e.shadowRoot) look(e.shadowRoot)
            const box = e.getBoundingClientRect()
            const says = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
            if (box.width < 2 || box.height < 2 || !says) continue
            const scale = e.ownerSVGElement ? e.ownerSVGElement.getScreenCTM().a : 1
            const size = parseFloat(getComputedStyle(e).fontSize) * scale
            if (size < 23.99) found.push(e.tagName + " " + e.textContent.trim().slice(0, 30))
        }
    }
    look(document)
    return found
}
"""

KNOBS = """
() => [...document.querySelectorAll('[data-testid=stMain] :is([class*="stS"][class*="lider"], .stSelectbox, .stRadio,'
    + '[data-testid=stButtonGroup], .stTextInput, .stTextArea, .stNumberInput)')]
    .filter(e => e.checkVisibility()).map(e => e.closest('[class*=st-key-]')?.className.match(/st-key-\\S+/)?.[0])
"""


@contextmanager
def on_a_phone(page: Page) -> Iterator[Page]:
    page.set_viewport_size(PHONE)
    yield page
    page.set_viewport_size(DESK)


def must_fit_a_phone(page: Page, but: str = "") -> None:
    """Nothing is wider than a phone, `but` what scrolls for itself."""
    with on_a_phone(page):
        ready(page)
        found = page.evaluate(WIDE, ", ".join(filter(None, (SCROLLS, but))))
        assert not found, (page.url, found)


@contextmanager
def on_a_stage(page: Page) -> Iterator[Page]:
    """A speaker turns the switch in the sidebar, on a large screen, and leaves the stage at the end."""
    page.set_viewport_size(STAGE)
    present(page)
    yield page
    press(page, "Leave")
    page.locator('[data-testid="stSidebar"]').wait_for()
    page.set_viewport_size(DESK)


def present(page: Page) -> None:
    page.get_by_test_id("stSidebar").get_by_text("Present", exact=True).click()  # once it stands still: it may slide in
    page.get_by_role("button", name="Leave").wait_for()


def must_fill_a_stage(page: Page, still: bool = True) -> None:
    """All of it shows, and the last row can read it; once all stands `still`, or at once."""
    if still:
        ready(page)
    found = page.evaluate(SMALL)
    assert not found, (page.url, found)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= STAGE["height"], page.url

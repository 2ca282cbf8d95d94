"""What a newcomer sees first: on every page the picture of its idea, on the first screen, and no page without end; and
a room that is asked."""

from playwright.sync_api import Page

from lessons.catalog import HOME, LESSONS
from tests.browser.reader import DESK, press, ready, settle
from tests.browser.screens import PHONE, STAGE, must_fill_a_stage

LAPTOP = {"width": 1280, "height": 800}
TOP, SCREENS = 450, 5  # pixels; of a laptop
DRAWN = """
place => [...place.querySelectorAll('*')].map(e => e.shadowRoot ?? e)
    .some(e => e.querySelector('svg, canvas, .passages > *'))
"""
PAGES = [lesson.path for lesson in (HOME, *LESSONS)]


def test_every_page_opens_with_a_picture(visit):
    page = visit("")
    page.set_viewport_size(LAPTOP)
    for path in PAGES:
        page.goto("/" if path == HOME.path else f"/{path}")
        first_picture_is_seen(page, TOP)
        ready(page)
        height = page.get_by_test_id("stMainBlockContainer").bounding_box()["height"]
        assert height <= SCREENS * LAPTOP["height"], (path, height)
    page.set_viewport_size(PHONE)
    for path in PAGES:
        page.goto("/" if path == HOME.path else f"/{path}")
        first_picture_is_seen(page, 2 * PHONE["height"])
    page.set_viewport_size(STAGE)
    for lesson in LESSONS:
        page.goto(f"/{lesson.path}?present=1")
        press(page, "Ask the room")
        first_picture_is_seen(page, STAGE["height"] // 3)
        must_fill_a_stage(page)
    page.set_viewport_size(DESK)


def first_picture_is_seen(page: Page, lowest: int) -> None:
    picture = page.locator(".st-key-first_picture")
    picture.wait_for()
    settle(page, lambda: picture.evaluate(DRAWN))
    assert picture.bounding_box()["y"] <= lowest, page.url

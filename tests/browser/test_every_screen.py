"""Every lesson on every screen, as it opens: the picture of its idea comes first, no page is without end, nothing is
wider than a phone; on a stage a room is asked, and all of it is seen from the last row of a hall."""

import pytest
from playwright.sync_api import Page

from lessons.catalog import HOME, LESSONS
from tests.browser.reader import press, ready, settle
from tests.browser.screens import (
    KNOBS,
    PHONE,
    SCROLLS,
    SMALL,
    STAGE,
    WIDE,
    must_fill_a_stage,
    must_fit_a_phone,
    present,
)

LAPTOP = {"width": 1280, "height": 800}
TOP, SCREENS = 450, 5  # pixels; of a laptop
STAGES = (STAGE, {"width": 1024, "height": 768}, {"width": 1080, "height": 1920})
BUTTONS = "[data-testid=stButtonGroup], input"  # in a row that is too long, they scroll for themselves
DRAWN = """
place => [...place.querySelectorAll('*')].map(e => e.shadowRoot ?? e)
    .some(e => e.querySelector('svg, canvas, .passages > *'))
"""
# Text that is off the screen, or that a place around it cuts.
CUT = """
() => {
    const found = [], cuts = e => /hidden|clip|auto|scroll/.test(getComputedStyle(e).overflow)
    const look = (root, around) => {
        for (const e of root.querySelectorAll("*")) {
            if (e.shadowRoot) look(e.shadowRoot, e)
            const says = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
            const box = e.getBoundingClientRect()
            if (!says || box.width < 2 || box.height < 2 || !e.checkVisibility() || e.closest("style")) continue
            let places = [{ left: 0, top: 0, right: innerWidth, bottom: innerHeight }]
            for (let at = e.parentElement; at; at = at.parentElement ?? null) {
                const place = at.getBoundingClientRect()
                if (place.width < 2) { places = []; break }  // for those who hear it
                if (cuts(at)) places.push(place)
            }
            if (e.scrollWidth > e.clientWidth + 1 && cuts(e)) places.push({ left: 0, top: 0, right: 0, bottom: 0 })
            const out = place => box.left < place.left - 2 || box.right > place.right + 2
                || box.top < place.top - 2 || box.bottom > place.bottom + 2
            if (places.some(out)) found.push(`${e.tagName} ${e.textContent.trim().slice(0, 40)}`)
        }
    }
    look(document.querySelector("[data-testid=stMain]"))
    return found
}
"""
HIGH = "document.querySelector('[data-testid=stMain]').scrollHeight - innerHeight"


@pytest.mark.parametrize("lesson", (HOME, *LESSONS), ids=lambda lesson: lesson.path)
def test_a_page_suits_every_screen(visit, lesson):
    page = visit("" if lesson == HOME else lesson.path)
    page.set_viewport_size(LAPTOP)
    first_picture_is_seen(page, TOP)
    ready(page)
    height = page.get_by_test_id("stMainBlockContainer").bounding_box()["height"]
    assert height <= SCREENS * LAPTOP["height"], height
    page.set_viewport_size(PHONE)
    first_picture_is_seen(page, 2 * PHONE["height"])
    must_fit_a_phone(page, but=BUTTONS)
    page.set_viewport_size(STAGE)
    present(page)
    if lesson != HOME:
        the_room_is_asked(page)
    for screen in STAGES:
        all_of_it_is_seen(page, screen)


def first_picture_is_seen(page: Page, lowest: int) -> None:
    picture = page.locator(".st-key-first_picture")
    picture.wait_for()

    def seen() -> bool:
        place = picture.bounding_box()  # None for a moment where the page is drawn anew
        return picture.evaluate(DRAWN) and place is not None and place["y"] <= lowest

    settle(page, seen)


def the_room_is_asked(page: Page) -> None:
    press(page, "Ask the room")
    first_picture_is_seen(page, STAGE["height"] // 3)
    must_fill_a_stage(page)
    press(page, "Reveal")
    page.get_by_role("button", name="Reveal").wait_for(state="detached")


def all_of_it_is_seen(page: Page, screen: dict[str, int]) -> None:
    page.set_viewport_size(screen)
    settle(page, lambda: page.evaluate(HIGH) <= 0, 20)
    ready(page)
    assert len(page.evaluate(KNOBS)) <= 1, screen
    assert page.evaluate(CUT) == [], screen
    assert page.evaluate(WIDE, SCROLLS) == [], screen
    if screen == STAGE:
        assert page.evaluate(SMALL) == [], screen

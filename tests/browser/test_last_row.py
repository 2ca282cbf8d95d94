"""What the last row of a hall sees: every lesson on screens of several shapes, with one knob, large letters, all of it;
the other knobs, a QR code and what a link holds where they are wanted."""

import pytest
from playwright.sync_api import Page

from lessons.catalog import HOME, LESSONS
from tests.browser.reader import LAB, measured, move, ready, settle, slider
from tests.browser.screens import SCROLLS, SMALL, STAGE, WIDE, present

SCREENS = (STAGE, {"width": 1024, "height": 768}, {"width": 1080, "height": 1920})
KNOBS = """
() => [...document.querySelectorAll('[data-testid=stMain] :is([class*="stS"][class*="lider"], .stSelectbox, .stRadio,'
    + '[data-testid=stButtonGroup], .stTextInput, .stTextArea, .stNumberInput)')]
    .filter(e => e.checkVisibility()).map(e => e.closest('[class*=st-key-]')?.className.match(/st-key-\\S+/)?.[0])
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
def test_all_of_a_stage_is_seen(visit, lesson):
    page = visit(f"{lesson.path if lesson != HOME else ''}?present=1")
    page.get_by_role("button", name="Leave").wait_for()
    ready(page)
    for screen in SCREENS:
        page.set_viewport_size(screen)
        settle(page, lambda: page.evaluate(HIGH) <= 0, 20)
        ready(page)
        where = (lesson.path, screen)
        assert len(page.evaluate(KNOBS)) <= 1, where
        assert page.evaluate(CUT) == [], where
        assert page.evaluate(WIDE, SCROLLS) == [], where
        if screen == STAGE:
            assert page.evaluate(SMALL) == [], where


def test_knobs_and_a_qr_code_come_by_a_key_and_go(visit):
    page = visit(f"{LAB}&present=1")
    page.set_viewport_size(STAGE)
    measured(page)
    ready(page)
    page.keyboard.press("k")
    settle(page, lambda: len(page.evaluate(KNOBS)) > 5)
    assert page.evaluate(SMALL) == []
    page.get_by_role("radio", name="channel", exact=True).click()
    settle(page, lambda: "quantization_grain=channel" in page.url)
    page.keyboard.press("k")
    settle(page, lambda: len(page.evaluate(KNOBS)) == 1)
    a_qr_code_and_a_link_fill_the_stage(page)


def a_qr_code_and_a_link_fill_the_stage(page: Page) -> None:
    page.keyboard.press("q")
    code = page.locator("dialog img")
    code.wait_for()
    settle(page, lambda: code.evaluate("image => image.naturalWidth > 0 && image.clientHeight"))
    assert code.bounding_box()["height"] >= 0.6 * STAGE["height"]
    address = page.locator("dialog .link").inner_text()
    assert page.get_by_text("make run HOST=").is_visible()  # for the test's server has no name for others
    page.keyboard.press("Escape")
    code.wait_for(state="detached")
    page.goto(f"http://{address}")
    settle(page, lambda: "quantization_grain=channel" in page.url)
    assert "present" not in page.url and "guess" not in page.url


def test_what_a_link_holds_stays_when_other_knobs_move(visit):
    page = visit(f"{LAB}&lock=quantization_grain&hide=quantization_activations&assignment=Find+the+$cliff$")
    measured(page)
    page.get_by_text("Find the $cliff$").wait_for()
    assert page.get_by_role("radio", name="channel", exact=True).is_disabled()
    assert not page.locator(".st-key-quantization_activations").is_visible()
    move(page, "Bits per weight", "ArrowLeft")
    settle(page, lambda: slider(page, "Bits per weight").get_attribute("aria-valuetext") != "5")
    assert all(part in page.url for part in ("lock=quantization_grain", "hide=quantization_act", "assignment=Find"))


def test_a_page_that_becomes_a_stage_keeps_its_knobs_in_the_address(visit):
    page = visit(LAB)
    measured(page)
    ready(page)
    present(page)
    ready(page)
    move(page, "Bits per weight", "ArrowRight")
    settle(page, lambda: "quantization_bits=6" in page.url and "present=1" in page.url, 30)

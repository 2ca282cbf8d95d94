"""What a speaker does: drag, and turn pages with the keys, in a page that fills the screen."""

import re

from playwright.sync_api import Page

from lessons.catalog import LESSONS
from tests.browser.reader import LAB, at, grab, measured, press, ready, settle, swept, tiles
from tests.browser.screens import SMALL, STAGE, must_fill_a_stage, present
from tests.browser.slow import delayed

BITS = "Bits per weight"
PATHS = [lesson.path for lesson in LESSONS]
FRAME = """
() => {
    const root = [...document.querySelectorAll("*")].find(e => e.shadowRoot?.querySelector(".sweep")).shadowRoot
    const slider = document.querySelector(".st-key-quantization_bits input[type=range]")
    window.drawn = new Set(), window.late = []
    let moved = null
    const watch = new MutationObserver(() => { moved = performance.now() })
    watch.observe(slider, { attributes: true, attributeFilter: ["aria-valuetext"] })
    const look = () => {
        const at = root.querySelector(".at").textContent
        drawn.add([at, root.querySelector(".value").textContent, root.querySelector(".now").getAttribute("cx"),
            root.querySelector(".words").textContent, root.querySelector(".tiles").textContent].join("|"))
        if (moved && !at.endsWith(`: ${slider.getAttribute("aria-valuetext")}`)) late.push(at)
        if (looks) requestAnimationFrame(look)
    }
    window.looks = true
    requestAnimationFrame(look)
}
"""

TOGETHER = """
() => {
    const later = setTimeout
    window.setTimeout = (act, wait, ...more) => later(act, wait || 500, ...more)
    later(() => { window.setTimeout = later }, 2000)
}
"""  # as on a busy machine, what happens at nearly the same moment is sent in one message


def test_a_talk(visit):
    page = visit(LAB)
    measured(page)
    swept(page)
    ready(page)
    the_headline_moves_while_dragging_and_the_rest_follows_on_release(page)
    assert len(page.evaluate(SMALL)) > 20  # what is looked for on a stage can be found
    the_switch_in_the_sidebar_presents_and_the_address_says_so(page)
    the_room_is_asked_and_told(page)
    keys_go_through_presets_and_lessons_and_back(page)
    home_leads_to_the_first_lesson_and_is_found_again(page)


def drag(page: Page, stops: int) -> None:
    """Take the bits slider from its one end to the other, without letting go."""
    pull = grab(page, "quantization_bits", BITS)
    for stop in range(stops + 1):
        pull(stop / stops)
        page.wait_for_timeout(40)  # a hand is no faster


def the_headline_moves_while_dragging_and_the_rest_follows_on_release(page: Page) -> None:
    before = tiles(page)
    page.evaluate(FRAME)
    drag(page, 34)
    pictures = page.evaluate("looks = false, [...drawn]")
    assert len(pictures) >= 15  # 17 positions
    assert page.evaluate("late") == []  # no frame showed another position than the slider
    assert tiles(page)[:3] != before[:3]
    grid = page.get_by_label(re.compile("Histogram of the weights of conv2")).first
    said = grid.get_attribute("aria-label")
    page.mouse.up()
    settle(page, lambda: grid.get_attribute("aria-label") != said)
    settle(page, lambda: "quantization_bits=fp32" in page.url)


def the_switch_in_the_sidebar_presents_and_the_address_says_so(page: Page) -> None:
    press(page, "Reset the knobs")
    settle(page, lambda: "quantization_bits" not in page.url)
    page.set_viewport_size(STAGE)
    present(page)
    settle(page, lambda: "present=1" in page.url)
    page.reload()
    page.get_by_role("button", name="Leave").wait_for()
    assert "guess=skip" in page.url
    measured(page)


def the_room_is_asked_and_told(page: Page) -> None:
    press(page, "Ask the room")
    page.locator(".picture").wait_for()
    must_fill_a_stage(page)
    assert tiles(page) == []
    press(page, "Reveal")
    measured(page)
    assert page.locator(".picture").count() == 0


def keys_go_through_presets_and_lessons_and_back(page: Page) -> None:
    to(page, "PageDown", "quantization_bits=8")
    to(page, "ArrowRight", "quantization_bits=2")
    to(page, "ArrowRight", "quantization_network=depthwise")
    page.get_by_text("Break it: a depthwise network").wait_for()
    swept(page, curve=1)
    must_fill_a_stage(page)
    assert page.get_by_text("Speaker notes").count() == 0
    assert not page.locator('[data-testid="stSidebar"]').is_visible()
    to(page, "PageUp", "quantization_bits=2")
    drag(page, 3)
    page.mouse.up()
    settle(page, lambda: "quantization_bits=fp32" in page.url)
    to(page, "PageDown", "quantization_network=depthwise")  # though a slider was in use
    to(page, "PageUp", "quantization_bits=2")
    drag(page, 3)
    page.evaluate(TOGETHER)
    page.mouse.up()
    to(page, "PageDown", "quantization_network=depthwise")  # which the part below the slider does not have
    for _ in range(3):
        to(page, "ArrowLeft", "quantization")
    assert "quantization_" not in page.url
    to(page, "ArrowLeft", f"/{PATHS[PATHS.index('quantization') - 1]}?present=1")
    press(page, "Leave")
    settle(page, lambda: "present" not in page.url)


def to(page: Page, key: str, part: str) -> None:
    """Press a key; once all stands still, the address has this part."""
    before = page.url
    page.keyboard.press(key)
    settle(page, lambda: part in page.url and page.url != before)
    ready(page)
    assert part in page.url


def home_leads_to_the_first_lesson_and_is_found_again(page: Page) -> None:
    page.goto("/?present=1")
    measured(page)
    to(page, "ArrowRight", f"/{PATHS[0]}?present=1")
    to(page, "ArrowLeft", "/?present=1")


def test_every_key_counts_on_a_slow_network_while_it_measures_and_no_page_stays_white(browser, address):
    gaps = (80, 160, 400)  # ms: before, in and after a run of the page
    with delayed(address, 0.2) as slow:
        page = browser.new_page(viewport=STAGE)
        page.goto(f"{slow}/pruning?present=1&pruning_sparsity=85")
        settle(page, lambda: page.evaluate("Boolean(window.stageForAnts)"))
        for pressed in range(14):  # 5 presets, the next lesson with 5, and two of the lesson after that
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(gaps[pressed % 3])
        arrived = re.compile("/language-model[?].*language_part=read&language_bits=2$")
        page.wait_for_url(arrived, timeout=180_000)
        settle(page, lambda: at(page, BITS) == "2")
        page.wait_for_timeout(1000)
        assert arrived.search(page.url)  # it does not go back
        page.close()

"""What a speaker does: drag, and turn pages with the keys, in a page that fills the screen."""

import re

from playwright.sync_api import Page

from lessons.catalog import LESSONS
from tests.browser.slow import delayed
from tests.browser.test_reader import LAB, settle, tiles

FRAME = """
() => {
    const root = [...document.querySelectorAll("*")].find(e => e.shadowRoot?.querySelector(".sweep")).shadowRoot
    const slider = document.querySelector(".st-key-quantization_bits input[type=range]")
    window.drawn = new Set(), window.late = []
    let moved = null
    new MutationObserver(() => { moved = performance.now() }).observe(slider, {attributes: true, attributeFilter: ["aria-valuetext"]})
    const look = () => {
        const at = root.querySelector(".at").textContent
        drawn.add([at, root.querySelector(".value").textContent, root.querySelector(".now").getAttribute("cx"),
            root.querySelector(".words").textContent].join("|"))
        if (moved && !at.endsWith(`: ${slider.getAttribute("aria-valuetext")}`)) late.push(at)
        requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
}
"""
SMALL = """
() => {
    const found = []
    const look = root => {
        for (const e of root.querySelectorAll("*")) {
            if (e.shadowRoot) look(e.shadowRoot)
            const box = e.getBoundingClientRect()
            if (box.width < 2 || box.height < 2 || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue
            const scale = e.ownerSVGElement ? e.ownerSVGElement.getScreenCTM().a : 1
            if (parseFloat(getComputedStyle(e).fontSize) * scale < 23.99) found.push(e.tagName + " " + e.textContent.trim().slice(0, 30))
        }
    }
    look(document)
    return found
}
"""


def drag(page: Page, stops: int) -> None:
    """Take the bits slider from its one end to the other, without letting go."""
    track = page.locator(".st-key-quantization_bits [role=group]").bounding_box()
    thumb = page.get_by_role("slider", name="Bits per weight").bounding_box()
    height = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, height)
    page.mouse.down()
    for stop in range(stops + 1):
        page.mouse.move(track["x"] + track["width"] * stop / stops, height)
        page.wait_for_timeout(40)


def test_the_figure_moves_while_dragging_and_the_numbers_follow_on_release(visit):
    page = visit(LAB)
    page.wait_for_timeout(500)
    settle(page, lambda: page.locator(".curve0 circle").count() == 17)  # the whole sweep is there
    before = tiles(page)
    page.evaluate(FRAME)
    drag(page, 34)
    pictures = page.evaluate("[...drawn]")
    assert len(pictures) >= 15  # 17 positions
    assert page.evaluate("late") == []  # no frame showed another position than the slider
    assert tiles(page) == before
    page.mouse.up()
    settle(page, lambda: tiles(page) != before)
    assert "quantization_bits=fp32" in page.url


def test_keys_go_through_presets_and_lessons_and_back(visit):
    paths = [lesson.path for lesson in LESSONS]
    page = visit("quantization?present=1", viewport={"width": 1920, "height": 1080})

    def to(key: str, part: str) -> None:
        page.keyboard.press(key)
        settle(page, lambda: part in page.url)
        page.wait_for_timeout(700)

    to("PageDown", "quantization_bits=5")
    to("ArrowRight", "quantization_bits=2")
    to("ArrowRight", "quantization_network=depthwise")
    page.get_by_text("Break it: a depthwise network").wait_for()
    to("PageUp", "quantization_bits=2")
    drag(page, 3)
    page.mouse.up()
    settle(page, lambda: "quantization_bits=fp32" in page.url)
    page.wait_for_timeout(500)
    to("PageDown", "quantization_network=depthwise")  # though a slider was in use
    for _ in range(3):
        to("ArrowLeft", "quantization")
    assert "quantization_" not in page.url
    to("ArrowLeft", f"/{paths[paths.index('quantization') - 1]}?present=1")
    page.get_by_role("button", name="Leave").click()
    settle(page, lambda: "present" not in page.url)
    home = page = visit("?present=1", viewport={"width": 1920, "height": 1080})
    to("ArrowRight", f"/{paths[0]}?present=1")
    to("ArrowLeft", ":")
    settle(home, lambda: "/?present=1" in home.url)


def test_every_key_counts_on_a_slow_network_while_it_measures_and_no_page_stays_white(browser, address):
    gaps = (80, 160, 400)  # ms: before, in and after a run of the page
    with delayed(address, 0.2) as slow:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{slow}/pruning?present=1&pruning_sparsity=85")
        page.wait_for_function("window.modelsForAnts")
        for at in range(17):  # 6 presets, the next lesson with 7, and two of the lesson after that
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(gaps[at % 3])
        arrived = re.compile("/language-model[?].*language_part=read&language_bits=2$")
        page.wait_for_url(arrived, timeout=60_000)
        settle(page, lambda: page.get_by_role("slider", name="Bits per weight").get_attribute("aria-valuetext") == "2")
        page.wait_for_timeout(1000)
        assert arrived.search(page.url)  # it does not go back
        page.close()


def test_the_lab_fills_a_stage_and_the_last_row_can_read_it(visit):
    page = visit(
        "quantization?present=1&quantization_network=depthwise&quantization_bits=4",
        viewport={"width": 1920, "height": 1080},
    )
    settle(page, lambda: page.locator(".curve1 circle").count() == 17)
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 1080
    assert page.get_by_text("Speaker notes").count() == 0
    assert not page.locator('[data-testid="stSidebar"]').is_visible()
    small = visit(LAB)
    assert len(small.evaluate(SMALL)) > 20  # what is looked for can be found


def test_the_switch_in_the_sidebar_presents_and_the_address_says_so(visit):
    page = visit(LAB)
    page.get_by_role("switch", name="Present").or_(page.get_by_role("checkbox", name="Present")).first.click(force=True)
    settle(page, lambda: "present=1" in page.url)
    page.reload()
    page.get_by_role("button", name="Leave").wait_for()
    assert re.search(r"guess=skip", page.url)

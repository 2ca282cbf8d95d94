"""The network lesson: what is drawn is answered while it is drawn, with mouse and finger."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_access import THEIRS
from tests.browser.test_reader import WIDE, settle
from tests.browser.test_stage import SMALL

DIGITS = "network?guess=skip&network_task=digits"
SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
ONE = [(0.5, 0.15), (0.5, 0.85)]


def answer(page: Page) -> str:
    """The most probable class, as a screen reader hears it."""
    label = page.get_by_label(re.compile("ten answers")).first.get_attribute("aria-label") or ""
    return re.search(r"most probable: (.+?), ", label)[1]


def opened(visit, path: str = DIGITS, **options) -> Page:
    page = visit(path, wait=False, **options)
    page.get_by_label(re.compile("ten answers")).first.wait_for()
    page.get_by_text("measured").first.wait_for()
    page.wait_for_timeout(500)
    return page


def on_canvas(page: Page, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    canvas = page.locator("canvas[role=img]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    """Draw with the mouse, and let go."""
    first, *rest = on_canvas(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point, steps=12)
    page.mouse.up()


def test_a_stroke_changes_the_answer_and_clear_gives_the_picture_back(visit):
    page = opened(visit, DIGITS + "&network_picture=4")
    assert answer(page) == "3"
    draw(page, ONE)
    began = time.monotonic()
    settle(page, lambda: answer(page) == "1")
    print(f"stroke → other answer on the screen: {1000 * (time.monotonic() - began):.0f} ms")
    page.get_by_text("Your drawing, made as MNIST was").wait_for()
    page.get_by_role("button", name="Clear").click()
    settle(page, lambda: answer(page) == "3")
    draw(page, SEVEN)
    settle(page, lambda: answer(page) == "7")


def test_the_answer_changes_while_the_pen_is_down(visit):
    page = opened(visit, DIGITS + "&network_picture=4")
    first, *_ = on_canvas(page, ONE)
    page.mouse.move(*first)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(first[0], first[1] + 16 * step)
        page.wait_for_timeout(60)
    settle(page, lambda: answer(page) == "1")
    page.mouse.up()


def test_another_picture_takes_the_place_of_a_drawing(visit):
    page = opened(visit)
    draw(page, ONE)
    settle(page, lambda: answer(page) == "1")
    page.get_by_role("slider", name="Test picture").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settle(page, lambda: answer(page) == "2" and page.get_by_text("Test picture 3: 2").count() == 1)
    canvas = page.locator("canvas[role=img]")
    settle(page, lambda: canvas.count() == 1)  # the new one may stand beside the old one for a moment
    assert canvas.evaluate("c => !c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v)")


def test_a_finger_draws_and_does_not_scroll(visit):
    page = opened(visit, DIGITS + "&network_picture=4", viewport={"width": 390, "height": 844}, has_touch=True)
    assert page.evaluate(WIDE) == []
    points = on_canvas(page, ONE)
    top = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    touch = page.context.new_cdp_session(page)

    def event(kind: str, *places: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places]})

    (x, above), (_, below) = points
    event("touchStart", (x, above))
    for step in range(1, 13):
        event("touchMove", (x, above + (below - above) * step / 12))
    event("touchEnd")
    settle(page, lambda: answer(page) == "1")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == top


def test_each_part_fills_a_stage_and_the_last_row_can_read_it(visit):
    for part in ("inside", "size", "learning"):
        page = visit(f"network?present=1&network_part={part}", wait=False, viewport={"width": 1920, "height": 1080})
        page.get_by_text("measured", exact=True).nth(1).wait_for()
        page.wait_for_timeout(2000)
        assert page.evaluate(SMALL) == [], part
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 1080, part


def test_a_reader_goes_through_the_parts_and_the_address_keeps_where(visit):
    page = visit("network", wait=False)
    page.get_by_role("radio", name="conv1").click()
    page.get_by_text(re.compile("You predicted conv1; the most multiplications are in conv2")).wait_for()
    page.get_by_role("button", name="Break it").click()
    page.get_by_text("Step 1 leaves the measured range").first.wait_for()
    page.get_by_role("button", name="Mend it").click()
    settle(page, lambda: page.get_by_text("leaves the measured range").count() == 0)
    assert "network_part=learning" in page.url
    page.reload()
    expect(page.get_by_role("slider", name="Learning rate")).to_have_attribute("aria-valuetext", "10")


@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        (DIGITS, "light"),
        (DIGITS, "dark"),
        ("network?guess=skip&network_part=learning", "dark"),
        ("network?present=1", "light"),
    ],
)
def test_axe_finds_nothing_serious(visit, path, scheme):
    page = visit(path, wait=False, color_scheme=scheme)
    page.get_by_text("measured", exact=True).nth(1).wait_for()
    if "present" not in path:
        for drawer in ("The formulas, with these numbers", "The code that just ran", "Export these numbers"):
            page.get_by_text(drawer).first.click()
            page.wait_for_timeout(300)
    page.wait_for_timeout(1000)
    page.wait_for_function("!document.querySelector('[data-stale=true]')")
    found = Axe().run(page, context={"exclude": THEIRS}).response["violations"]
    assert [v["id"] + v["nodes"][0]["html"][:200] for v in found if v["impact"] in ("serious", "critical")] == []


def test_a_phone_does_not_scroll_sideways(visit):
    page = visit(f"{DIGITS}&network_part=learning", wait=False, viewport={"width": 390, "height": 844})
    page.get_by_text("measured", exact=True).nth(3).wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate(WIDE) == []

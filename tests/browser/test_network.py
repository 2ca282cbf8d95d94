"""The network lesson: what is drawn is answered while it is drawn, with mouse and finger."""

import re

from playwright.sync_api import Page, expect

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import (
    press,
    ready,
    settle,
    slider,
    unfold,
    wait_for_address,
)
from tests.browser.screens import must_fill_a_stage, must_fit_a_phone, on_a_phone, on_a_stage

DIGITS = "network?guess=skip&network_task=digits"
SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
ONE = [(0.5, 0.15), (0.5, 0.85)]
CLOSED = ("The formulas, with these numbers", "The code that just ran", "Export these numbers")
HIGH = "document.querySelector('[data-testid=stMain]').scrollTop"


def answer(page: Page) -> str:
    """The most probable class, as a screen reader hears it."""
    label = page.get_by_label(re.compile("ten classes")).first.get_attribute("aria-label") or ""
    return re.search(r"most probable: (.+?), ", label)[1]


def counted(page: Page, numbers: int) -> None:
    page.get_by_text("measured", exact=True).nth(numbers - 1).wait_for()
    ready(page)


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


def pick(page: Page, picture: int, key: str) -> None:
    """Another test picture is chosen; the canvas is white paper again."""
    unfold(page, "Test image")
    slider(page, "Test image").press(key)
    settle(page, lambda: page.get_by_text(f"Test image {picture}: ").count() == 1)
    page.keyboard.press("Escape")
    canvas = page.locator("canvas[role=img]")
    settle(page, lambda: canvas.count() == 1)  # the new one may stand beside the old one for a moment
    assert canvas.evaluate("c => !c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v)")


def test_a_reader_draws_and_is_answered(visit):
    page = visit(f"{DIGITS}&network_picture=4")
    page.get_by_label(re.compile("ten classes")).first.wait_for()
    counted(page, 2)
    assert answer(page) == "3"
    a_stroke_changes_the_answer_and_clear_gives_the_picture_back(page)
    another_picture_takes_the_place_of_a_drawing(page)
    the_answer_changes_while_the_pen_is_down(page)
    a_finger_draws_and_does_not_scroll(page)
    for closed in CLOSED:
        page.get_by_text(closed).first.click()
        ready(page)
    must_let_everybody_in(page, "light", "dark")


def a_stroke_changes_the_answer_and_clear_gives_the_picture_back(page: Page) -> None:
    draw(page, ONE)
    settle(page, lambda: answer(page) == "1")
    page.get_by_text("Your drawing, made as MNIST was").wait_for()
    press(page, "Clear")
    settle(page, lambda: answer(page) == "3")
    draw(page, SEVEN)
    settle(page, lambda: answer(page) == "7")


def another_picture_takes_the_place_of_a_drawing(page: Page) -> None:
    pick(page, 3, "ArrowLeft")
    settle(page, lambda: answer(page) == "2" and page.get_by_text("Test image 3: 2").count() == 1)


def the_answer_changes_while_the_pen_is_down(page: Page) -> None:
    first, *_ = on_canvas(page, ONE)
    page.mouse.move(*first)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(first[0], first[1] + 16 * step)
        page.wait_for_timeout(60)  # a hand is no faster
    settle(page, lambda: answer(page) == "1")
    page.mouse.up()
    pick(page, 4, "ArrowRight")


def a_finger_draws_and_does_not_scroll(page: Page) -> None:
    with on_a_phone(page):
        touch = page.context.new_cdp_session(page)
        touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        ready(page)
        settle(page, lambda: answer(page) == "3")
        points = on_canvas(page, ONE)
        top = page.evaluate(HIGH)

        def event(kind: str, *places: tuple[float, float]) -> None:
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places]})

        (x, above), (_, below) = points
        event("touchStart", (x, above))
        for step in range(1, 13):
            event("touchMove", (x, above + (below - above) * step / 12))
        event("touchEnd")
        settle(page, lambda: answer(page) == "1")
        assert page.evaluate(HIGH) == top
        touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    must_fit_a_phone(page)


def test_a_reader_goes_through_the_parts_and_the_address_keeps_where(visit):
    page = visit("network")
    page.get_by_role("radio", name="conv1").click()
    page.get_by_text(re.compile("You predicted conv1; conv2 does the most")).wait_for()
    press(page, "Break it")
    page.get_by_text("Step 1 leaves the measured range").first.wait_for()
    settle(page, lambda: {"network_rate=100", "network_steps=12"} <= set(page.url.partition("?")[2].split("&")))
    slider(page, "Learning rate").press("ArrowLeft")
    slider(page, "Learning rate").press("ArrowLeft")
    settle(page, lambda: page.get_by_text("Step 1 leaves the measured range").count() == 0)
    wait_for_address(page, "network_part=learning")
    page.reload()
    expect(slider(page, "Learning rate")).to_have_attribute("aria-valuetext", "10")
    counted(page, 4)
    must_fit_a_phone(page)
    for closed in CLOSED:
        page.get_by_text(closed).first.click()
        ready(page)
    must_let_everybody_in(page, "dark")
    page.emulate_media(color_scheme="light")
    each_part_fills_a_stage(page)


def each_part_fills_a_stage(page: Page) -> None:
    with on_a_stage(page):
        for part in ("learning", "size", "inside"):
            if part != "learning":
                page.goto(f"/network?guess=skip&present=1&network_part={part}")
            counted(page, 2)
            must_fill_a_stage(page)
        must_let_everybody_in(page, "light")

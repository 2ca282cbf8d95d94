"""The distillation lesson in a real browser: the teacher's doubts under the hand, a race that is watched, stopped and won."""

import re

from playwright.sync_api import Page

from tests.browser.test_access import serious
from tests.browser.test_reader import WIDE, settle
from tests.browser.test_stage import SMALL

QUICK = "distillation?guess=skip&distillation_epochs=2"
LONG = 300_000  # ms, for a race beside other work


def opened(visit, path: str = QUICK, **options) -> Page:
    page = visit(path, wait=False, **options)
    page.get_by_role("button", name=re.compile("Race|Stop")).first.wait_for()
    return page


def answers(page: Page) -> list[float]:
    """The teacher's probabilities of the picture shown, in %."""
    return [float(text.removesuffix(" %")) for text in page.locator(".bars span").all_inner_texts()]


def button(page: Page, name: str):
    """A button of the race, not of the others on the page."""
    return page.locator(".st-key-race").get_by_role("button", name=name, exact=True)


def test_the_teachers_doubts_follow_the_temperature_while_it_is_dragged(visit):
    page = opened(visit)
    page.locator(".alike td").first.wait_for()
    before = page.locator('[data-testid="stMetricValue"]').all_inner_texts()
    page.locator(".dark").scroll_into_view_if_needed()
    box = page.locator(".st-key-distillation_shown_at [role=group]").bounding_box()
    thumb = page.get_by_role("slider", name="Temperature of what is shown").bounding_box()
    height = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, height)
    page.mouse.down()
    surest = []
    for at in (0.0, 0.5, 1.0):  # without letting go
        page.mouse.move(box["x"] + box["width"] * at, height, steps=4)
        page.wait_for_timeout(100)
        surest.append((page.locator(".dark .value").inner_text(), max(answers(page))))
        assert abs(sum(answers(page)) - 100) < 1
    assert [temperature for temperature, _ in surest][::2] == ["T = 0.1", "T = 100"]
    assert surest[0][1] > 99 > surest[1][1] > surest[2][1]
    assert surest[2][1] < 20
    assert "distillation_shown_at" not in page.url  # nothing was asked of the server
    page.mouse.up()
    settle(page, lambda: "distillation_shown_at=100" in page.url)
    assert page.locator('[data-testid="stMetricValue"]').all_inner_texts() == before


def test_a_race_is_watched_stopped_and_run_to_its_end(visit):
    page = opened(visit, QUICK + "&distillation_labelled=200")
    button(page, "Race").click()
    page.get_by_text(re.compile("Step .* of 320")).first.wait_for()
    page.get_by_text("The race").wait_for()
    button(page, "Stop").click()
    button(page, "Race").wait_for()
    button(page, "Race").click()
    page.get_by_text("1 of the 3 races").wait_for(timeout=LONG)
    page.get_by_text("Student's file").wait_for()
    page.get_by_text("Accuracy against bytes").wait_for()
    again = opened(visit, QUICK + "&distillation_labelled=200")
    again.get_by_text("1 of the 3 races").wait_for()  # what was trained once is there


def test_the_lesson_is_accessible_and_fits_a_phone(visit):
    page = opened(visit, viewport={"width": 390, "height": 800})
    page.locator(".alike td").first.wait_for()
    assert not page.evaluate(WIDE)
    assert not serious(page)


def test_a_race_fits_a_stage_and_the_last_row_can_read_it(visit):
    page = opened(
        visit,
        "distillation?present=1&distillation_epochs=2&distillation_labelled=50",
        viewport={"width": 1920, "height": 1080},
    )
    high = "document.querySelector('[data-testid=stMain]').scrollHeight"
    button(page, "Race").click()
    page.get_by_text("The race").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate(high) <= 1080
    assert page.evaluate(SMALL) == []
    page.get_by_text("1 of the 3 races").wait_for(timeout=LONG)
    page.wait_for_timeout(500)
    assert page.evaluate(high) <= 1080
    assert page.evaluate(SMALL) == []

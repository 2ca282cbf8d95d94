"""The distillation lesson in a real browser: the teacher's doubts under the hand, a race that is watched, stopped and
won."""

import re

from playwright.sync_api import Page

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import another_tab, choose, grab, must_follow_the_hand, ready, settle
from tests.browser.screens import must_fill_a_stage, must_fit_a_phone, on_a_phone, on_a_stage

WATCHED = "distillation?guess=skip"  # long enough to be stopped
AGAIN = "Race again from another seed"
CURVES = ".st-key-race-curves_charts"
LONG = 300_000  # ms, for a race beside other work


def button(page: Page, name: str):
    """A button of the race, not of the others on the page."""
    return page.locator(".st-key-race").get_by_role("button", name=name, exact=True)


def answers(page: Page) -> list[float]:
    """The teacher's three largest probabilities of the image shown, in %."""
    said = page.get_by_label(re.compile("Test image .* and a bar for each")).first.get_attribute("aria-label")
    return [float(share) for share in re.findall(r"([\d.]+) %", said.partition("the teacher says")[2])]


def test_a_reader_distils(visit):
    page = visit(WATCHED)
    button(page, "Race").wait_for()
    page.get_by_label(re.compile("Test image 5 and a bar for each")).first.wait_for()
    the_teachers_doubts_follow_the_temperature_while_it_is_dragged(page)
    with on_a_phone(page):
        must_let_everybody_in(page, "light")
    must_fit_a_phone(page)
    must_follow_the_hand(page, "distillation_labelled", "Labelled images")
    a_race_is_watched_and_stopped(page)
    a_race_ends_on_a_stage_and_on_a_desk_and_stays(page)


def the_teachers_doubts_follow_the_temperature_while_it_is_dragged(page: Page) -> None:
    ready(page)
    pull = grab(page, "distillation_shown_at", "Temperature")
    surest = []
    for share, said in (
        (0.0, "temperature 0.1 "),
        (0.5, "temperature "),
        (1.0, "temperature 100 "),
    ):  # without letting go
        pull(share)
        page.get_by_label(re.compile(f"a bar for each.*{said}")).first.wait_for()
        page.evaluate(
            "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))"
        )
        surest.append(max(answers(page)))
        assert len(answers(page)) == 3
    assert surest[0] > 99 > surest[1] > surest[2]
    assert surest[2] < 20
    assert "distillation_shown_at" not in page.url  # nothing was asked of the server
    page.mouse.up()
    settle(page, lambda: "distillation_shown_at=100" in page.url)


def a_race_is_watched_and_stopped(page: Page) -> None:
    page.locator(f"{CURVES} .badge").first.wait_for()
    assert ways_known(page) == ["recorded"]
    button(page, "Race").click()
    page.get_by_text(re.compile("Step .* of 800")).first.wait_for()
    page.locator(f"{CURVES} .badge.measured").wait_for()
    assert ways_known(page) == ["measured", "recorded"]  # it draws over what was recorded
    button(page, "Stop").click()
    button(page, "Race").wait_for()


def ways_known(page: Page) -> list[str]:
    """How the curves of the race are known."""
    return page.locator(f"{CURVES} .badge").all_inner_texts()


def a_race_ends_on_a_stage_and_on_a_desk_and_stays(page: Page) -> None:
    with another_tab(page, WATCHED) as desk, on_a_stage(page):
        button(page, "Race").click()
        page.get_by_text("The race").wait_for()
        button(desk, "Race").click()  # the same run
        page.wait_for_timeout(500)  # while it runs, nothing stands still
        must_fill_a_stage(page, still=False)
        for each in (page, desk):
            button(each, AGAIN).wait_for(timeout=LONG)
        must_fill_a_stage(page)
        choose(desk, "bargain", "distillation_part=bargain")
        desk.get_by_text("Accuracy against bytes").wait_for()
    page.reload()
    button(page, AGAIN).wait_for()  # what was trained once is there
    page.get_by_text("Hollow: recorded.").wait_for()

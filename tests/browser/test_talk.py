"""A speaker gives the whole talk that ships, by keyboard alone; a second window goes with it."""

import re
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page

from lessons.talk import Talk
from lessons.ui.state.talks import find
from tests.browser.access import serious
from tests.browser.reader import DRAWN, another_tab, at, press, ready, settle
from tests.browser.screens import PHONE, SMALL, STAGE, WIDE

TALK = find("37c3")
SCREEN, SMALL_SCREEN = {"width": 1280, "height": 720}, {"width": 800, "height": 600}
STANDS = "at => window.stageForAnts?.talk.at === at && modelsForAnts.idle() && location.search.includes(`at=${at}`)"
BIT = next(
    n for n, state in enumerate(TALK.states, 1) if "quantization_bits" in state.settings
)  # a state with a slider


def test_a_talk_is_given_by_keyboard(visit):
    page = visit(f"?present=1&talk={TALK.name}")
    page.set_viewport_size(STAGE)
    settle(page, lambda: page.evaluate("Boolean(window.stageForAnts)"))
    must_show(page, TALK, 1)
    for number in range(2, len(TALK.states) + 1):
        page.keyboard.press("PageDown" if number % 2 else "ArrowRight")
        must_show(page, TALK, number)
    page.keyboard.press("ArrowRight")  # there is no further state
    the_overview_leads_to_any_state(page)
    a_moved_knob_comes_back(page)
    keys_do_not_fire_in_a_field(page)
    a_black_screen_comes_back_with_any_key(page)
    many_keys_lead_where_they_say(page)
    page.reload()
    must_show(page, TALK, BIT + 5)
    the_speaker_s_window_is_in_step(page)


def must_show(page: Page, talk: Talk, number: int) -> None:
    """This state is on the stage, all of it can be read from the last row, and the address says what it is."""
    state, place = talk.states[number - 1], page.get_by_text(f"{number} / {len(talk.states)}", exact=True)
    settle(page, lambda: place.is_visible() and page.evaluate(DRAWN) and page.evaluate(STANDS, number))
    path, query = urlsplit(page.url).path.strip("/"), dict(parse_qsl(urlsplit(page.url).query))
    assert path == ("" if state.lesson == "home" else state.lesson)
    assert query.pop("present") == "1" and query.pop("talk") == talk.name and query.pop("at") == str(number)
    assert query.pop("exercise", "lab") in (state.shows, "lab")
    assert query.items() <= state.settings.items(), page.url
    assert page.evaluate(SMALL) == [], page.url


def the_overview_leads_to_any_state(page: Page) -> None:
    page.keyboard.press("o")
    card = page.get_by_role("dialog").get_by_role("button")
    assert card.count() == len(TALK.states)
    assert page.locator("[aria-current=step]").inner_text().startswith(f"{len(TALK.states)} ")
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    page.keyboard.press("o")
    for _ in range(len(TALK.states) - BIT):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    must_show(page, TALK, BIT)


def a_moved_knob_comes_back(page: Page) -> None:
    ready(page)
    scripted = page.url
    slider = page.get_by_role("slider").first
    slider.press("ArrowRight")
    settle(page, lambda: page.url != scripted)
    page.keyboard.press("0")
    settle(page, lambda: page.url == scripted)
    scripted_bits = TALK.states[BIT - 1].settings["quantization_bits"]
    settle(page, lambda: at(page, "Bits per weight") == scripted_bits)  # the address may be there first


def keys_do_not_fire_in_a_field(page: Page) -> None:
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), { id: 'field' }))")
    page.locator("#field").press_sequentially("bot0?")
    assert page.locator("#field").input_value() == "bot0?"
    assert page.get_by_role("dialog").count() == 0
    page.evaluate("document.querySelector('#field').remove()")


def a_black_screen_comes_back_with_any_key(page: Page) -> None:
    black = page.locator(".black")
    page.keyboard.press("b")
    assert black.is_visible()
    page.keyboard.press("PageDown")  # brings it back, and goes nowhere
    assert not black.is_visible()
    page.keyboard.press("t")
    time = page.get_by_role("timer")
    minutes, seconds = time.inner_text().split(" / ")[0].split(":")
    assert int(minutes) * 60 + int(seconds) > 0  # since the first step
    page.keyboard.press("t")
    assert time.count() == 0
    must_show(page, TALK, BIT)


def many_keys_lead_where_they_say(page: Page) -> None:
    """However fast they are pressed."""
    for key in ["ArrowRight"] * 6 + ["PageUp"] * 3 + ["PageDown"] * 2:
        page.keyboard.press(key)
    must_show(page, TALK, BIT + 5)
    page.wait_for_timeout(500)
    must_show(page, TALK, BIT + 5)  # it does not go back


def the_speaker_s_window_is_in_step(page: Page) -> None:
    with another_tab(page, f"talk?talk={TALK.name}&speaker=1&at=1") as speaker:
        place, says = speaker.locator(".place"), speaker.locator(".says")
        settle(speaker, lambda: place.inner_text() == f"{BIT + 5} / {len(TALK.states)}")  # it has asked the stage
        speaker.keyboard.press("PageDown")
        assert says.inner_text() == TALK.states[BIT + 5].says
        must_show(page, TALK, BIT + 6)
        page.keyboard.press("ArrowLeft")
        settle(speaker, lambda: says.inner_text() == TALK.states[BIT + 4].says)
        speaker.keyboard.press("b")
        settle(page, page.locator(".black").is_visible)
        assert speaker.get_by_text("The stage is black.").is_visible()
        speaker.keyboard.press("b")
        settle(page, lambda: not page.locator(".black").is_visible())
        for size in (SCREEN, SMALL_SCREEN, PHONE):
            speaker.set_viewport_size(size)
            ready(speaker)
            assert speaker.evaluate(WIDE, "pre") == []
            assert says.is_visible() and speaker.get_by_role("button", name="Next").is_visible()
        assert serious(speaker) == []


SCRIPT = b"""
title: Two states
states:
- {lesson: scaling, sees: Demand and supply, says: Look., seconds: 10}
- {lesson: scaling, settings: {scaling_by: 2015}, sees: Ten years before, says: Look back., seconds: 20}
"""


def test_a_script_is_brought_and_rehearsed(visit):
    page = visit("talk")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "two.yaml", "mimeType": "application/yaml", "buffer": SCRIPT}
    )
    page.get_by_text("Ten years before").wait_for()
    press(page, "Rehearse")
    page.get_by_text("2 of 2 ready.").wait_for()
    late = page.locator(".rehearsal li").all_inner_texts()
    assert all(re.search(r": took \d+ s$", line) for line in late), late  # nothing failed
    press(page, "Rehearse")
    press(page, "Stop")
    page.get_by_text(re.compile("Stopped: . of 2 ready.")).wait_for()
    assert page.locator("iframe").count() == 0

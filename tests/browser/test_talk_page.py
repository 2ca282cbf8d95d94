"""The page on talks: a speaker brings a script, corrects it, and begins on the stage."""

from playwright.sync_api import Page

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import ready
from tests.browser.screens import must_fit_a_phone

GOOD = """\
title: Mine
states:
- {lesson: scaling, settings: {scaling_by: 2030}, sees: Ten years, says: Hello., seconds: 9}
"""
BAD = GOOD.replace("2030", "1999").replace("seconds: 9", "seconds: no")


def test_a_speaker_brings_a_talk(visit):
    page = visit("talk")
    page.locator("table.talk").wait_for()
    ready(page)
    must_let_everybody_in(page, "dark", "light")
    must_fit_a_phone(page)
    bring(page, BAD)
    page.get_by_text("line 3: scaling_by cannot be “1999”").wait_for()
    assert page.get_by_text("line 3: seconds is a whole number").is_visible()
    bring(page, GOOD)
    page.get_by_text("1 state, 0:09 minutes").wait_for()
    ready(page)
    assert "talk=" in page.url  # which says so where it is shared
    page.reload()
    page.locator("table.talk").get_by_text("Ten years").wait_for()
    page.get_by_text("Start on the stage").click()
    page.get_by_text("1 / 1", exact=True).wait_for()
    page.get_by_text("By 2030, training FLOP had grown").first.wait_for()


def bring(page: Page, script: str) -> None:
    file = {"name": "script.yaml", "mimeType": "application/yaml", "buffer": script.encode()}
    page.locator("input[type=file]").set_input_files(file)

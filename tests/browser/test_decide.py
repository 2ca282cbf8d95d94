"""The lesson on deciding in a real browser: knobs and address, the page to print, a phone, a stage, and readers who
cannot see."""

import re

from playwright.sync_api import Page

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import move, must_follow_the_hand, ready, tile, wait_for_address
from tests.browser.screens import must_fill_a_stage, must_fit_a_phone, on_a_stage

KNOW = "&decide_task=know+facts"
A_SHEET = re.compile(rb"/Type /Page\b(?!s)")


def opened(page: Page, more: str = "") -> None:
    page.goto(f"/decide?guess=skip{more}")
    tile(page).first.wait_for()
    ready(page)


def test_a_reader_decides(visit):
    page = visit("")
    opened(page)
    page.get_by_text(re.compile("µWh$")).first.wait_for()  # without a model, once it is measured
    must_follow_the_hand(page, "decide_uses", "Uses a day")
    the_first_picture_follows_the_hand(page)
    what_is_printed_is_one_page(page)
    must_let_everybody_in(page, "light")
    opened(page, KNOW)
    what_is_printed_is_one_page(page)
    must_let_everybody_in(page, "dark")
    must_fit_a_phone(page)
    with on_a_stage(page):
        must_fill_a_stage(page)
    allowing_more_brings_the_choice_home_and_the_address_says_so(page)
    opened(page, KNOW + "&decide_privacy=must+stay&decide_budget=1&decide_uses=1000000")
    what_is_printed_is_one_page(page)


def the_first_picture_follows_the_hand(page: Page) -> None:
    for key, uses in (("Home", "1 uses a day"), ("End", "1,000,000 uses a day")):
        move(page, "Uses a day", key)
        page.get_by_label(
            re.compile(f"Columns on logarithmic axes, of four ways to sort texts, in a year. .*{uses}")
        ).first.wait_for()
    page.goto("/decide?guess=skip")
    tile(page).first.wait_for()
    ready(page)


def what_is_printed_is_one_page(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="One page to print").click()
    html = download.value.path().read_text(encoding="utf-8")
    sheet = page.context.new_page()
    sheet.set_content(html)
    assert sheet.get_by_role("row").count() == 5
    assert len(A_SHEET.findall(sheet.pdf(format="A4"))) == 1
    sheet.close()


def allowing_more_brings_the_choice_home_and_the_address_says_so(page: Page) -> None:
    page.get_by_text("The smallest that does what you ask: DeepSeek-V3").wait_for()
    move(page, "Allowed gap to the best score (percentage points)", "ArrowRight", 2)
    home = page.get_by_text("The smallest that does what you ask: Qwen2.5 7B")
    home.wait_for()
    wait_for_address(page, "decide_worse=20")
    page.reload()
    home.wait_for()

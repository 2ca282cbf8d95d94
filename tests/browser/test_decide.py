"""The lesson on deciding in a real browser: knobs and address, the page to print, a phone, a stage, and readers who cannot see."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.parts import PHONE, STAGE, must_fill_a_stage, must_fit_a_phone, must_let_everybody_in, ready
from tests.browser.test_language import move

KNOW = "&decide_task=know+facts"
A_SHEET = re.compile(rb"/Type /Page\b(?!s)")


def opened(visit, more: str = "", **options) -> Page:
    page = visit(f"decide?guess=skip{more}", wait=False, **options)
    page.locator("[data-testid=stMetricValue]").first.wait_for()
    ready(page)
    return page


def test_allowing_more_brings_the_choice_home_and_the_address_says_so(visit):
    page = opened(visit, KNOW)
    page.get_by_text("The smallest that does what you ask: DeepSeek-V3").wait_for()
    for _ in range(2):
        move(page, "May be behind the best by (points)", "ArrowRight")
    page.get_by_text("The smallest that does what you ask: Qwen2.5 7B").wait_for()
    assert "decide_worse=20" in page.url
    page.reload()
    page.get_by_text("The smallest that does what you ask: Qwen2.5 7B").wait_for()


@pytest.mark.parametrize("more", ["", KNOW, KNOW + "&decide_privacy=must+stay&decide_budget=1&decide_uses=1000000"])
def test_what_is_printed_is_one_page(visit, more):
    page = opened(visit, more)
    with page.expect_download() as download:
        page.get_by_role("button", name="One page to print").click()
    html = download.value.path().read_text(encoding="utf-8")
    sheet = page.context.new_page()
    sheet.set_content(html)
    assert sheet.get_by_role("row").count() == 5
    assert len(A_SHEET.findall(sheet.pdf(format="A4"))) == 1


@pytest.mark.parametrize(("more", "scheme"), [("", "light"), (KNOW, "dark")])
def test_nobody_is_kept_out(visit, more, scheme):
    must_let_everybody_in(opened(visit, more, color_scheme=scheme))


def test_it_fits_a_phone(visit):
    must_fit_a_phone(opened(visit, KNOW, **PHONE))


def test_it_fills_a_stage_and_the_last_row_can_read_it(visit):
    for more in ("&present=1", KNOW + "&present=1"):
        must_fill_a_stage(opened(visit, more, **STAGE))

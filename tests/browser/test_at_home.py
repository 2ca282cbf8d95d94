"""The lesson on large models at home in a real browser: knobs and address, a phone, a stage, and readers who cannot see."""

import pytest
from playwright.sync_api import Page

from tests.browser.parts import PHONE, STAGE, must_fill_a_stage, must_fit_a_phone, must_let_everybody_in, ready
from tests.browser.test_language import move, tiles
from tests.browser.test_reader import settle

PARTS = ("memory", "speed", "map&llm_context=1024", "check")


def opened(visit, part: str, more: str = "", **options) -> Page:
    page = visit(f"llm-at-home?guess=skip&llm_part={part}{more}", wait=False, **options)
    page.locator("[data-testid=stMetricValue], .js-plotly-plot").first.wait_for()
    return page


def test_fewer_bits_take_less_and_the_address_says_so(visit):
    page = opened(visit, "memory", "&llm_format=Q4_K_M")
    before = tiles(page).first.inner_text()
    move(page, "Weights as", "ArrowLeft")
    settle(page, lambda: tiles(page).first.inner_text() != before)
    assert "llm_format=Q5_K_M" in page.url
    after = tiles(page).first.inner_text()
    page.reload()
    settle(page, lambda: tiles(page).count() == 4 and tiles(page).first.inner_text() == after)


def test_a_link_says_what_belongs_to_its_preset_and_nothing_else(visit):
    page = opened(visit, "memory", "&llm_model=Llama+3.1+70B&llm_format=Q4_K_M")
    page.get_by_text("Seventy billion weights do not fit").wait_for()
    page = opened(visit, "memory", "&llm_model=Llama+3.1+70B&llm_format=Q2_K")
    ready(page)
    assert page.get_by_text("Seventy billion weights do not fit").count() == 0


def test_this_machine_is_measured_once_for_all(visit):
    page = opened(visit, "speed", "&llm_machine=this+machine&llm_model=Qwen3+0.6B")
    said = page.get_by_text("This machine, measured")
    said.wait_for()
    before = said.inner_text()
    page.reload()
    said.wait_for()
    assert said.inner_text() == before


@pytest.mark.parametrize(("part", "scheme"), [*zip(PARTS, ("light", "dark", "dark", "light"), strict=True)])
def test_nobody_is_kept_out(visit, part, scheme):
    must_let_everybody_in(opened(visit, part, color_scheme=scheme))


def test_it_fits_a_phone(visit):
    for part in PARTS:
        must_fit_a_phone(opened(visit, part, **PHONE))


def test_each_part_fills_a_stage_and_the_last_row_can_read_it(visit):
    for part in PARTS:
        must_fill_a_stage(opened(visit, part, "&present=1", **STAGE))


def test_what_is_pasted_calls_nobody(visit):
    page = visit("llm-at-home?guess=skip&llm_part=memory&llm_model=your+config.json", wait=False)
    called = []
    page.on("request", lambda request: called.append(request.url))
    page.get_by_label("Your config.json").fill('{"model_type": "![x](http://evil.invalid/x.png) www.evil.invalid"}')
    page.get_by_label("Your config.json").press("Control+Enter")
    alert = page.get_by_test_id("stAlert")
    alert.wait_for()
    assert "![x](http:" in alert.inner_text()
    assert alert.locator("img, a").count() == 0
    assert not [url for url in called if "evil" in url]

"""Part I in a real browser: calculators answer, links hold, the sources fit a phone."""

import re

from playwright.sync_api import Page

from tests.browser.reader import another_tab, choose, link, must_follow_the_hand, ready, settle, slider, tile, tiles
from tests.browser.screens import must_fit_a_phone

BUTTONS = "[data-testid=stButtonGroup], input"  # in a row that is too long, they scroll for themselves


def go(page: Page, path: str) -> None:
    """Open a page whose numbers stand still."""
    page.goto(f"/{path}")
    tile(page).or_(page.get_by_test_id("stDataFrame")).first.wait_for()
    ready(page)


def a_link_gives_the_same(page: Page, numbers: int) -> None:
    ready(page)
    shown = tiles(page)[:numbers]
    with another_tab(page, link(page)) as again:
        tile(again).nth(len(shown) - 1).wait_for()
        settle(again, lambda: tiles(again)[:numbers] == shown)


def test_the_energy_of_one_inference(visit):
    page = visit("energy?guess=skip")
    tile(page).first.wait_for()
    ready(page)
    pointing_at_a_cited_number_shows_its_source(page)
    must_follow_the_hand(page, "energy_batch", "Batch size (images)")
    before = tiles(page)
    choose(page, "int8", "energy_format=int8")
    slider(page, "Batch").first.press("ArrowRight")
    settle(page, lambda: "energy_batch=2" in page.url and tiles(page) != before)
    a_link_gives_the_same(page, 3)
    go(page, "energy?guess=skip&energy_node=7%20nm&energy_format=int2&present=yes")
    page.get_by_text(re.compile(r"int2: no sourced figure for int2 at 7 nm.*Showing fp32")).wait_for()
    assert page.get_by_role("radio", name="fp32").is_checked()
    assert page.get_by_role("radio", name="int2").is_disabled()
    page.get_by_text("present=yes").wait_for()


def pointing_at_a_cited_number_shows_its_source(page: Page) -> None:
    number = page.get_by_role("link", name="9.40 J")
    assert number.get_attribute("title").startswith("cited: AI Energy Score")
    assert number.get_attribute("href").startswith("https://")


def test_the_footprint_of_one_use(visit):
    page = visit("footprint?guess=skip")
    tile(page).first.wait_for()
    must_follow_the_hand(page, "footprint_batch", "Answers computed at once (batch size)")
    before = tiles(page)
    box = page.get_by_role("combobox", name=re.compile("Model"))
    box.click()
    box.fill("405B")
    page.keyboard.press("Enter")
    settle(page, lambda: "405B" in page.url and tiles(page) != before)
    a_link_gives_the_same(page, 4)
    go(page, "footprint?guess=skip&footprint_model=GPT-9&footprint_batch=0&footprint_grid=Atlantis&trained=seed1")
    page.get_by_text("Part of the link was ignored").wait_for()
    said = page.get_by_test_id("stAlert").locator("code").all_inner_texts()
    assert {"footprint_model=GPT-9", "footprint_grid=Atlantis", "footprint_batch=0", "trained"} <= set(said), said
    settle(page, lambda: len(tiles(page)) == 4)


def test_growth_and_the_sources(visit):
    page = visit("scaling?guess=skip")
    tile(page).first.wait_for()
    must_follow_the_hand(page, "scaling_by", "Year")
    go(page, "sources?sources_search=horowitz%20dram")
    page.get_by_text(re.compile(r"^1 of \d,\d+ figures")).wait_for()
    must_fit_a_phone(page, but=BUTTONS)
    page.get_by_role("searchbox").or_(page.get_by_placeholder("DRAM")).first.fill("eyeriss")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile(r"^4 of \d,\d+ figures")).wait_for()
    settle(page, lambda: "sources_search=eyeriss" in page.url)
    go(page, "sources")
    must_fit_a_phone(page, but=BUTTONS)

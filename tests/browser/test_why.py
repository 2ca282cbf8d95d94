"""Part I in a real browser: calculators answer, links hold, every page fits a phone and a stage."""

import re

import pytest

from lessons.catalog import LESSONS
from tests.browser.test_reader import settle, tiles
from tests.browser.test_stage import SMALL

WHY = [
    lesson.path for lesson in LESSONS if lesson.part == "Why shrink?" and lesson.path != "network"
]  # see test_network
PAGES = [*(f"{path}?guess=skip" for path in WHY), "sources"]
# Buttons in a row that is too long scroll for themselves.
TOO_WIDE = """
[...document.querySelectorAll('[data-testid=stMain], [data-testid=stMain] *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(
        '[data-testid=stDataFrame], pre, .katex, .vega-embed details, [data-testid=stButtonGroup], input'))
    .map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right))
"""


def opened(visit, path: str, **options):
    """A page whose numbers stand still."""
    page = visit(path, wait=False, **options)
    page.locator('[data-testid="stMetricValue"], [data-testid="stDataFrame"]').first.wait_for()
    settle(page, lambda: page.get_by_text("Measuring on").count() == 0)
    page.wait_for_timeout(700)
    return page


def test_a_link_to_the_energy_lesson_gives_the_same_numbers(visit):
    page = opened(visit, "energy?guess=skip")
    before = tiles(page)
    page.get_by_role("radio", name="int8").click()
    page.get_by_role("slider").first.press("ArrowRight")
    settle(page, lambda: "energy_format=int8" in page.url and "energy_batch=2" in page.url and tiles(page) != before)
    page.wait_for_timeout(500)
    shown = tiles(page)[:3]
    assert tiles(opened(visit, page.url.rpartition("/")[2]))[:3] == shown


def test_a_link_to_what_nobody_published_is_told_so(visit):
    page = opened(visit, "energy?guess=skip&energy_node=7%20nm&energy_format=int2")
    page.get_by_text(re.compile(r"int2: no figure for int2 at 7 nm is sourced.*Showing fp32")).wait_for()
    assert page.get_by_role("radio", name="fp32").is_checked()
    assert page.get_by_role("radio", name="int2").is_disabled()


def test_a_model_is_found_by_typing_and_is_in_the_link(visit):
    page = opened(visit, "footprint?guess=skip")
    before = tiles(page)
    box = page.get_by_role("combobox", name=re.compile("Model"))
    box.click()
    box.fill("405B")
    page.keyboard.press("Enter")
    settle(page, lambda: "405B" in page.url and tiles(page) != before)
    page.wait_for_timeout(500)
    shown = tiles(page)
    assert tiles(opened(visit, page.url.rpartition("/")[2])) == shown


def test_pointing_at_a_cited_number_shows_its_source(visit):
    page = opened(visit, "energy?guess=skip")
    number = page.get_by_role("link", name="9.40 J")
    assert number.get_attribute("title").startswith("cited: AI Energy Score")
    assert number.get_attribute("href").startswith("https://")


@pytest.mark.parametrize(
    "query", ["footprint_model=GPT-9&footprint_batch=0", "footprint_grid=Atlantis", "trained=seed1"]
)
def test_nonsense_is_named_and_ignored(visit, query):
    page = opened(visit, f"footprint?guess=skip&{query}")
    page.get_by_text("Part of the link was ignored").wait_for()
    assert len(tiles(page)) == 8


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_does_not_scroll_sideways(visit, path):
    page = opened(visit, path, viewport={"width": 390, "height": 844})
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("path", WHY)
def test_every_lesson_fits_a_stage_and_the_last_row_can_read_it(visit, path):
    page = opened(visit, f"{path}?present=1", viewport={"width": 1920, "height": 1080})
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 1080


def test_a_search_among_the_sources_is_in_the_link(visit):
    page = opened(visit, "sources?sources_search=horowitz%20dram")
    page.get_by_text(re.compile(r"^1 of 1,\d+ figures")).wait_for()
    page.get_by_role("searchbox").or_(page.get_by_placeholder("DRAM")).first.fill("eyeriss")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile(r"^4 of 1,\d+ figures")).wait_for()
    settle(page, lambda: "sources_search=eyeriss" in page.url)


def test_a_stage_that_is_none_is_named(visit):
    page = opened(visit, "energy?guess=skip&present=yes")
    page.get_by_text("present=yes").wait_for()

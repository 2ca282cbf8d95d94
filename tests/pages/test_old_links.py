"""Links that readers have copied, and slides and worksheets hold, go on to work: no name of a knob, a preset's settings
or an option may change without a new one for the old."""

import runpy
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lessons.catalog import HOME
from lessons.ui.layout import page as layout
from lessons.ui.layout.page import Page, complaints_about

PAGES = Path(__file__).parents[2] / "pages"
LINKS = (
    Path(__file__).with_name("old_links.txt").read_text().splitlines()
)  # of 28 November 2026: every preset, every knob


class Declared(BaseException):
    """A page has said what can be set on it."""


@pytest.fixture(scope="module")
def page_of() -> Callable[[str], Page]:
    """A page as its script declares it, by its path; each script runs once, up to that line."""
    pages = {}

    def checked(page: Page) -> None:
        pages[page.lesson.path] = page
        raise Declared

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(layout, "_check_link", checked)  # the first thing a page does
        for script in PAGES.glob("*.py"):
            with pytest.raises(Declared):
                runpy.run_path(str(script))
    return pages.__getitem__


@pytest.mark.parametrize("link", LINKS)
def test_an_old_link_is_understood_as_it_was(link, page_of):
    parts = urlsplit(link)
    page, query = page_of(parts.path or HOME.path), parse_qs(parts.query, keep_blank_values=True)
    assert query
    assert complaints_about(page, query) == []


def test_old_links_show_every_knob_there_is(page_of):
    """A knob that is new on such a page has no old link: add one. A lesson that is newer than the links has none."""
    named = {(urlsplit(link).path or HOME.path, name) for link in LINKS for name in parse_qs(urlsplit(link).query)}
    pages = [page_of(script.stem) for script in PAGES.glob("*.py")]
    old = [page for page in pages if page.lesson.path in {path for path, _ in named}]
    assert len(old) >= 13
    assert {(page.lesson.path, knob.name) for page in old for knob in page.knobs} <= named


@pytest.mark.parametrize(
    "link",
    [
        "quantization?quantization_bits=99",
        "pruning?pruning_sparsty=90",
        "network?trained=seed",
        "decide?guess=7×",
        "lora?present=2",
    ],
)
def test_what_was_never_possible_is_named(link, page_of):
    parts = urlsplit(link)
    assert len(complaints_about(page_of(parts.path), parse_qs(parts.query))) == 1

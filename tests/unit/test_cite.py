"""Prose as it is shown: figures with their sources, and links that stay where this app is served."""

import re

import pytest
from streamlit import config

from lessons.catalog import HOME, LESSONS, REFERENCE
from lessons.text import FOLDER, sections
from lessons.ui.layout.cite import address, cited

PAGES = {"", *(lesson.path for lesson in (HOME, *LESSONS, *REFERENCE))}


@pytest.fixture(params=["", "ants", "/ants/", "a/b"])
def base(request):
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", request.param)
    yield "/".join(["", *filter(None, request.param.split("/"))])
    config.set_option("server.baseUrlPath", before)


def test_links_of_all_texts_stay_below_the_base_path(base):
    seen = 0
    for file in (FOLDER / "en").glob("*.md"):
        for text in sections(file.stem).values():
            links = re.findall(r"\]\((/[^)\s]*)", cited(text))
            seen += len(links)
            assert all(link.startswith(f"{base}/") for link in links)
            assert {re.split("[?#]", link.removeprefix(f"{base}/"))[0] for link in links} <= PAGES
    assert seen > 10


def test_an_address_is_below_the_base_path(base):
    assert address("/decide?x=1") == f"{base}/decide?x=1"


def test_addresses_of_others_are_left(base):
    assert cited("[a](https://x.org/y) [b](//x.org)") == "[a](https://x.org/y) [b](//x.org)"

"""What a callback of the whole page has run after it."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.ui.state import rerun as reruns
from lessons.ui.state.rerun import of_the_page


class Again(Exception):
    """All of the page runs again."""


@pytest.mark.parametrize(("parts", "again"), [(None, False), (["lab"], True), (["lab", "below bits"], True)])
def test_all_of_the_page_runs_though_a_part_of_it_was_asked_for_at_the_same_moment(monkeypatch, parts, again):
    done = []

    def run() -> None:
        raise Again

    context = SimpleNamespace(fragment_ids_this_run=parts, yield_check=lambda: None)
    monkeypatch.setattr(reruns, "get_script_run_ctx", lambda: context)
    monkeypatch.setattr(st, "rerun", run)
    try:
        of_the_page(lambda: done.append("set"))()
    except Again:
        done.append("again")
    assert done == ["set"] + ["again"] * again

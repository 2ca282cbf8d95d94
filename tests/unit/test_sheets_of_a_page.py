"""The worksheet of a page at odd addresses: knobs that a link hides, a stranger's task, more than a link says."""

import pytest
import streamlit as st

from lessons.catalog import LESSONS
from lessons.page_link import BadLink
from lessons.ui.layout import worksheets
from lessons.ui.state.rooms import knobs_of
from lessons.worksheet import key, worksheet
from tests.exercises import asked, declared

LESSON = next(lesson for lesson in LESSONS if lesson.path == "quantization")
KNOBS = knobs_of(LESSON.path)


@pytest.fixture
def address(monkeypatch) -> dict[str, str]:
    """What the address of the page says; its exercises are known."""
    said: dict[str, str] = {}
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", said)
    monkeypatch.setattr(worksheets, "_link", lambda link: (link, ""))
    worksheets.begin()
    for each in declared(LESSON):
        about = [*asked(LESSON)[each.name].about.values()][0]
        worksheets.note(each, lambda about=about: about)
    return said


def test_a_goal_is_asked_with_a_knob_that_the_link_hides_and_its_place_is_not_told(address):
    hidden = next(each for each in declared(LESSON) if hasattr(each, "knobs")).knobs[0]
    address["hide"] = hidden
    label = next(knob.label for knob in KNOBS if knob.name == hidden)
    sheet = worksheets._made(LESSON, KNOBS, ())
    assert not sheet.left_out and sheet.knobs[hidden].at == ""
    assert f"{label}:" in worksheet(sheet) and f"{label}: " not in key(sheet)


def test_a_task_of_a_stranger_is_one_line_on_paper(address):
    address["assignment"] = "\u202eFind\n the cliff" + "x" * 5_000
    assert worksheets._made(LESSON, KNOBS, ()).task.startswith("Find the cliff")


def test_a_page_that_no_link_names_says_so_once(address, monkeypatch):
    address["lock"] = "x" * 5_000
    said = []
    monkeypatch.setattr(st, "warning", said.append)
    worksheets._want("key")
    worksheets._wanted(LESSON, KNOBS, ())
    worksheets._wanted(LESSON, KNOBS, ())
    with pytest.raises(BadLink) as error:
        worksheets._made(LESSON, KNOBS, ())
    assert len(said) == 1 and str(error.value)[:20] in said[0]

"""The class on every page: which one a browser means, what it is asked in a lesson, and the places it is led to."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.context import StreamlitCookies
from streamlit.testing.v1 import AppTest

from lessons.classroom import teacher
from lessons.classroom.lesson_question import LessonQuestion, question_of
from lessons.classroom.opening import Key
from lessons.classroom.refusal import NotHere
from lessons.database import SETTING
from lessons.live.identity import cookie
from lessons.scripts import FOLDER
from lessons.text import sections
from lessons.ui.state import classes, lesson_vote, together
from tests.unit.classes import class_of

ROOT = Path(__file__).parents[2]
ONE, TWO = "ABCDEFGH", "23456789"
OPTIONS = ["3", "4", "5"]


@pytest.fixture(autouse=True)
def visit(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setenv(SETTING, f"sqlite:///{tmp_path}/class.sqlite")


@pytest.fixture
def holds(monkeypatch):
    """Have this browser hold keys: a teacher's, and members'."""

    def hold(*members: Key, taught: Key | None = None) -> None:
        found = {cookie(key.code, "member"): key.token for key in members}
        found |= {cookie(taught.code, "teacher"): taught.token} if taught else {}
        monkeypatch.setattr(st, "context", SimpleNamespace(cookies=StreamlitCookies(found)))

    return hold


def test_the_class_that_is_meant_is_the_one_visited_last_or_the_only_one(holds):
    holds()
    assert classes.meant_now() is None and classes.key_now("member") is None
    holds(Key(ONE, "one"))
    assert classes.meant_now() == ONE and classes.key_now("teacher") is None
    holds(Key(ONE, "one"), Key(TWO, "two"))
    assert classes.meant_now() is None and classes.key_now("member") is None
    classes.note_visit("2345-6789")
    assert classes.key_now("member") == Key(TWO, "two")
    classes.note_visit(ONE.lower())
    assert classes.meant_now() == ONE
    for other in ("", "JKMNPQRS", "no code"):
        classes.note_visit(other)
        assert classes.meant_now() is None


def test_a_browser_without_a_class_reads_nothing(holds, monkeypatch):
    holds()
    monkeypatch.setattr(lesson_vote, "question_of", lambda *_: pytest.fail("it was read"))
    monkeypatch.setattr(lesson_vote.student, "vote", lambda *_: pytest.fail("it was written"))
    assert lesson_vote.asked("quantization") is None
    assert not lesson_vote.vote(1, "3")


def test_members_and_the_teacher_see_what_is_asked_about_a_lesson_and_nobody_else():
    desk, (ada, bob) = class_of("Ada", "Bob")
    assert question_of(ada, "quantization") is None
    number = teacher.ask(*desk, "quantization", OPTIONS)
    lesson_vote.student.vote(*ada, number, "4")
    assert question_of(ada, "quantization") == LessonQuestion(number, False, True, "4")
    assert question_of(bob, "quantization") == LessonQuestion(number, False, True, None)
    assert question_of(desk, "quantization") == LessonQuestion(number, False, False, None)
    assert question_of(ada, "pruning") is None
    other, _ = class_of()
    for stranger in (Key(desk.code, "guessed"), Key(desk.code, other.token), Key("JKMNPQRS", ada.token)):
        with pytest.raises(NotHere):
            question_of(stranger, "quantization")


def test_what_a_member_chooses_in_a_lesson_is_a_vote_until_it_is_revealed(holds):
    desk, (ada,) = class_of("Ada")
    number = teacher.ask(*desk, "quantization", OPTIONS)
    holds(ada)
    assert lesson_vote.vote(number, "3") and lesson_vote.vote(number, "5")
    assert lesson_vote.asked("quantization").vote == "5" and lesson_vote.asked("quantization").waits
    assert not lesson_vote.vote(number, "42") and "not one of the answers" in lesson_vote.why_refused()
    teacher.reveal(*desk)
    assert not lesson_vote.vote(number, "3") and "closed" in lesson_vote.why_refused()
    assert lesson_vote.asked("quantization").vote == "5" and not lesson_vote.asked("quantization").waits
    assert lesson_vote.why_refused() == ""
    assert not lesson_vote.vote(teacher.ask(*desk, "pruning", OPTIONS) - 1, "3")


def test_a_teacher_who_is_a_member_too_is_a_teacher_on_a_lesson(holds):
    desk, (ada,) = class_of("Ada")
    teacher.ask(*desk, "quantization", OPTIONS)
    holds(ada, taught=desk)
    assert not lesson_vote.asked("quantization").waits


def test_a_class_is_led_to_pages_of_this_app_alone_with_what_is_theirs():
    place = together.read("quantization?quantization_bits=3&lock=quantization_bits&trained=seed3&present=1&guess=4")
    assert (place.page.path, place.query) == ("quantization", {"quantization_bits": "3", "lock": "quantization_bits"})
    assert together.read("quantization?embed=true&embed_options=dark_theme").query == {}  # what Streamlit refuses
    assert together.read("?home_bits=4").page.path == together.read("").page.path == "home"
    for bad in ("//evil.example", "https://evil.example/quantization", "nowhere", "quantization?<b>=1", None, 3, ["a"]):
        assert together.read(bad) is None, bad


def test_what_the_browser_wants_is_a_place_or_nothing():
    for odd in (None, "quantization", {}, {"address": 1}, {"address": "javascript:alert(1)", "sets": True}, []):
        together.go(odd)
        assert together.elsewhere("home") is None
    together.go({"address": "pruning", "sets": "yes"})
    assert together.elsewhere("home").page.path == "pruning" and not together.elsewhere("home").sets
    assert together.elsewhere("pruning") is None


def test_every_word_of_the_bar_is_asked_for_and_written():
    files = ("class_bar.js", "audience.js", *(f"bar/{path.name}" for path in (FOLDER / "bar").glob("*.js")))
    scripts = "".join((FOLDER / name).read_text() for name in files)
    asked = {one or other for one, other in re.findall(r'\bwords(?:\["([^"]+)"\]|\.(\w+))', scripts)}
    asked |= {f"{said} of" for said in re.findall(r'"(answers|question|voted)"', scripts)}
    asked |= {"answers", "question", "voted", "to the board", "train mine"}
    program = (ROOT / "lessons" / "ui" / "layout" / "in_class.py").read_text()
    asked |= set(re.findall(r'"([a-z ]+)"', program)) & set(sections("class-bar"))
    assert asked == set(sections("class-bar"))


ON_THE_WAY = """
import streamlit as st
from lessons.ui.state import together

def here():
    st.text_input("bits", key="quantization_bits", bind="query-params")
    st.button("go", on_click=together.go, args=({"address": "pruning?quantization_bits=3&pruning_sparsity=50"},))

def there():
    st.text(sorted(st.query_params.to_dict()))

pages = [st.Page(here, default=True), st.Page(there, url_path="pruning")]
page = st.navigation(pages)
if place := together.elsewhere(page.url_path):
    st.switch_page(pages[1], query_params=together.address(place))
page.run()
"""


def test_a_class_is_led_past_parameters_of_the_page_before():
    page = AppTest.from_string(ON_THE_WAY).run(timeout=30)
    page.button[0].click().run(timeout=30)
    assert not page.exception and page.text[0].value == "['pruning_sparsity']"


def test_the_page_of_classes_is_at_the_one_that_is_meant_unless_its_address_says_else(holds, monkeypatch):
    holds(Key(ONE, "one"))
    for address, code in (({}, ONE), ({"code": "2345-6789"}, TWO), ({"code": "none"}, None), ({"another": "1"}, None)):
        monkeypatch.setattr(st, "query_params", address)
        assert classes.looked_at() == code, address

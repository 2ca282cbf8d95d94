"""The page of classes: its script in the browser has every word it asks for, and asks for every word."""

import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.context import StreamlitCookies

from lessons.catalog import LESSONS
from lessons.scripts import FOLDER
from lessons.text import sections
from lessons.ui.classroom import panel
from lessons.ui.state import classes
from lessons.ui.state.rooms import guesses_of

PATIENCE = 5  # seconds; it took 20
ROOT = Path(__file__).parents[2]
CATALOG = {"title", "question"}  # which asks for these


def test_every_word_of_the_page_is_asked_for_and_written():
    scripts = "".join(path.read_text() for path in (FOLDER / "classroom.js", *(FOLDER / "classroom").glob("*.js")))
    asked = {one or other for one, other in re.findall(r'\bwords(?:\["([^"]+)"\]|\.(\w+))', scripts)}
    page = (ROOT / "pages" / "class.py").read_text()
    asked |= set(re.findall(r'"([a-z ]+)"\)?\]?', page)) & set(sections("class"))
    assert asked | CATALOG == set(sections("class"))


def test_each_lesson_is_asked_about_as_its_page_asks():
    for lesson in LESSONS:
        asked = panel._asked_of(lesson)
        assert asked["question"].startswith("**Predict") and not re.search(
            r"[{}\[\]\n]|(?<!\*)\*(?!\*)", asked["question"]
        )
        assert asked["options"] == guesses_of(lesson.path) and "{guess}" in asked["answer"]


def test_the_classes_of_a_browser_are_those_it_has_cookies_for(monkeypatch):
    cookies = {"ants-teacher-ABCDEFGH": "one", "ants-member-ABCDEFGH": "two", "ants-member-23456789": "three"}
    odd = {"other": "x", "ants-member-abc": "x", "xants-member-ABCDEFGH": "x", "ants-owner-ABCDEFGH": "x", "": "x"}
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies=StreamlitCookies(cookies | odd)))
    assert sorted(classes.keys("member")) == [("23456789", "three"), ("ABCDEFGH", "two")]
    assert classes.keys("teacher") == [("ABCDEFGH", "one")] and len(classes.keys()) == 3


@pytest.mark.reliability("security", "A cookie has a name that takes minutes to search")
def test_a_cookie_with_a_long_name_keeps_nobody_waiting(monkeypatch, tried):
    long = {f"ants-member-{'B' * 60_000}{end}": "x" for end in ("!", "\n", "a")}
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies=StreamlitCookies(long)))
    began = time.monotonic()
    assert classes.keys() == []
    assert time.monotonic() - began < PATIENCE
    tried(len(long))

"""Scripts of talks: what is read, what is refused and in which line; what is kept of those that speakers bring."""

import os
import re
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons import talk_store
from lessons.catalog import HOME, LESSONS
from lessons.plain_yaml import MOST_BYTES
from lessons.talk import (
    LAB,
    LESSON_PATHS,
    MOST_STATES,
    PICTURE,
    BadTalkError,
    State,
    Talk,
    read,
    shipped,
    shipped_file,
)
from lessons.text import sections
from lessons.text.exercises import exercises
from lessons.ui.state.rooms import knobs_of

ROOT = Path(__file__).parents[2]
GOOD = """\
title: Ants
states:
- lesson: energy
  settings: {energy_batch: 256}
  sees: DRAM shrinks
  says: >-
    All images share
    one fetch.
  seconds: 30
- lesson: home
  sees: A square
  says: Hello.
  seconds: 20
"""
KNOBS = {lesson.path: [knob for knob in knobs_of(lesson.path) if knob.options] for lesson in (HOME, *LESSONS)}
LETTERS = string.ascii_letters + string.digits + " .,:#'\"-%&*!?{}[]|>äß→"
LINES = st.text(LETTERS, min_size=1, max_size=100).filter(str.strip)


def complaints(text: str | bytes) -> list[str]:
    with pytest.raises(BadTalkError) as bad:
        read("x", text if isinstance(text, bytes) else text.encode(), knobs_of)
    return [*bad.value.complaints]


def test_a_talk_is_read():
    talk = read("ants", GOOD.encode(), knobs_of)
    first = State("energy", "DRAM shrinks", "All images share one fetch.", 30, {"energy_batch": "256"})
    assert talk == Talk("ants", "Ants", (first, State("home", "A square", "Hello.", 20)))
    assert talk.seconds == 50
    assert talk.link(1) == "/energy?present=1&talk=ants&at=1&energy_batch=256"
    assert talk.link(2) == "/?present=1&talk=ants&at=2"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: Ants\n", "", 1, "title is missing"),
        ("title: Ants", "heading: Ants", 1, "“heading” is unknown here; known: title"),
        ("title: Ants", "title: [Ants]", 1, "title is a text"),
        ("title: Ants", f"title: {'a' * 121}", 1, "title has at most 120 characters, not 121"),
        ("  sees: DRAM shrinks\n", "", 3, "sees is missing"),
        ("  sees: DRAM shrinks", "  sees: a\n  sees: b", 6, "sees is given twice"),
        ("  sees: DRAM shrinks", '  sees: "  "', 5, "sees is a text"),
        ("lesson: energy", "lesson: enrgy", 3, "there is no lesson “enrgy”; there is: energy"),
        ("energy_batch: 256", "energy_bath: 256", 4, "“energy_bath” is unknown here; known: energy_batch"),
        ("energy_batch: 256", "energy_batch: 3", 4, "energy_batch cannot be “3”; it can be 1, 2, 4"),
        ("energy_batch: 256", "energy_batch: [1]", 4, "energy_batch takes one option"),
        ("{energy_batch: 256}", "energy_batch", 4, "settings has the names of knobs"),
        ("seconds: 30", "seconds: 0", 9, "seconds is a whole number"),
        ("seconds: 30", "seconds: half a minute", 9, "seconds is a whole number"),
        ("seconds: 30", "seconds: ³", 9, "seconds is a whole number"),
        ("seconds: 30", "seconds: 3601", 9, "seconds is a whole number"),
        ("lesson: home", "lesson: home\n  shows: picture", 11, "home cannot show “picture”; it can show lab"),
        ("lesson: energy", "lesson: energy\n  shows: fetsch", 4, "energy cannot show “fetsch”"),
        ("seconds: 30", "seconds: 30\n  notes: a", 10, "“notes” is unknown here"),
        ("- lesson: home\n  sees: A square\n  says: Hello.\n  seconds: 20\n", "- a\n", 10, "here go the keys lesson"),
    ],
)
def test_each_mistake_is_told_with_its_line(old, new, line, said):
    assert old in GOOD
    assert [each for each in complaints(GOOD.replace(old, new)) if each.startswith(f"line {line}: {said}")]


def test_all_mistakes_are_told_at_once_in_order():
    bad = GOOD.replace("energy_batch", "energy_bath").replace("seconds: 20", "seconds: no").replace("title", "heading")
    assert [each.partition(":")[0] for each in complaints(bad)] == ["line 1", "line 1", "line 4", "line 13"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "the file is empty"),
        (b"# nothing", "the file is empty"),
        (b"a" * (10 * 2**20), "a talk has at most 64 kB"),
        (b"a" * (MOST_BYTES + 1), "a talk has at most 64 kB"),
        ("title: Ameisen größer".encode("latin-1"), "this is not UTF-8"),
        (GOOD.encode("utf-16"), "this is not UTF-8"),
        (b"title: a\x00b", "the character U+0000 is not allowed"),
        (b"title: a\n\ttitle: b", "this is not valid YAML"),
        (b"title: 'a", "this is not valid YAML"),
        (b"[" * 60_000, "this is not valid YAML"),
        (b"- " * 30_000, "nothing in a talk is nested deeper than"),
        (b"{a: " * 30, "nothing in a talk is nested deeper than"),
        (b"a: &a [x, x]\nb: &b [*a, *a]", "anchors (&) and aliases (*) are not used"),
        (b"title: *a", "anchors (&) and aliases (*) are not used"),
        (b"title: !!python/object/apply:os.system [ls]", "tags (!) are not used"),
        (b"title: a\n---\ntitle: b", "a talk is one document"),
        (b"states: {}\ntitle: a", "states is a list with at least one state"),
        (b"[]", "here go the keys title, states"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(file, said):
    [complaint] = complaints(file)
    assert said in complaint
    assert len(complaint) < 200


def test_more_states_than_anybody_shows_are_refused():
    state = GOOD[GOOD.index("- lesson: home") :]
    assert read("x", (GOOD + state * (MOST_STATES - 2)).encode(), knobs_of)
    [complaint] = complaints(GOOD + state * (MOST_STATES - 1))
    assert complaint == f"line {13 + 4 * (MOST_STATES - 2) + 1}: a talk has at most 200 states, not 201"


def test_of_very_many_complaints_some_are_told_and_the_rest_counted():
    found = complaints("a: 1\n" * 5_000)
    assert len(found) == 101
    assert found[-1] == "and 4902 more"


@st.composite
def talks(draw) -> Talk:
    """A talk that is none of ours."""

    def state() -> State:
        lesson = draw(st.sampled_from([*KNOBS]))
        knobs = draw(st.lists(st.sampled_from(KNOBS[lesson]), unique=True, max_size=3))
        chosen = {knob.name: draw(st.sampled_from(knob.options)) for knob in knobs}
        known = ["lab", *(["picture"] if "predict" in sections(lesson) else []), *exercises(lesson)]
        words = [" ".join(draw(LINES).split()) for _ in "ab"]
        return State(lesson, *words, draw(st.integers(1, 3600)), chosen, draw(st.sampled_from(known)))

    return Talk("x", " ".join(draw(LINES).split()), tuple(state() for _ in range(draw(st.integers(1, 3)))))


@given(talks())
@settings(max_examples=60, deadline=None)
def test_a_talk_that_is_written_and_read_again_is_the_same(talk):
    states = [{**vars(state), "settings": dict(state.settings)} for state in talk.states]
    file = yaml.safe_dump({"title": talk.title, "states": states}, allow_unicode=True)
    again = read("x", file.encode(), knobs_of)
    assert again == talk
    assert [state.settings for state in again.states] == [state.settings for state in talk.states]


def test_a_picture_is_named_by_what_is_shown():
    state = State("energy", "a", "b", 1, {"energy_batch": "1"})
    assert state.picture == State("energy", "c", "d", 2, {"energy_batch": "1"}).picture
    other = [State("energy", "a", "b", 1), State("scaling", "a", "b", 1), State("energy", "a", "b", 1, {}, "picture")]
    assert len({state.picture, *(each.picture for each in other)}) == 4


def test_what_a_speaker_brings_is_kept_by_what_it_holds(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    name = talk_store.keep(GOOD.encode())
    assert talk_store.find(name) == GOOD.encode()
    assert talk_store.keep(GOOD.encode()) == name
    assert talk_store.keep(b"other") != name
    assert talk_store.find("0" * 12) is None
    assert talk_store.find("../weights") is None
    [file] = (tmp_path / "talks").glob(f"{name}*")
    file.write_bytes(b"damaged")
    assert talk_store.find(name) is None


def test_those_used_least_recently_go_first(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    monkeypatch.setattr(talk_store, "KEPT", 2)
    names = [talk_store.keep(text) for text in (b"a", b"b")]
    for age, name in zip((200, 100), names, strict=True):
        talk_store.find(name)
        path = tmp_path / "talks" / f"{name}.yaml"
        os.utime(path, (path.stat().st_atime - age, path.stat().st_mtime - age))
    talk_store.keep(b"c")
    assert talk_store.find(names[0]) is None
    assert talk_store.find(names[1]) == b"b"


@pytest.mark.parametrize("name", shipped())
def test_a_talk_that_ships_has_20_minutes_and_words_one_can_speak(name):
    talk = read(name, shipped_file(name), knobs_of)
    assert 18 * 60 <= talk.seconds <= 22 * 60
    assert 25 <= len(talk.states) <= 40
    spoken = {number: len(state.says.split()) for number, state in enumerate(talk.states, 1)}
    assert {number: words for number, words in spoken.items() if not 30 <= words <= 90} == {}
    too_fast = {n: each for n, each in enumerate(talk.states, 1) if spoken[n] / each.seconds > 150 / 60}  # words
    assert too_fast == {}
    assert sum(state.shows == PICTURE for state in talk.states) >= 5
    assert sum(state.shows not in (LAB, PICTURE) for state in talk.states) >= 2
    assert {state.lesson for state in talk.states} == set(LESSON_PATHS)


@pytest.mark.parametrize("file", ("docs/talk.md", "lessons/text/en/talk.md"))
def test_the_script_that_readers_are_shown_is_accepted(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    [script] = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert [state.shows for state in read("x", script.encode(), knobs_of).states] == [PICTURE, LAB]

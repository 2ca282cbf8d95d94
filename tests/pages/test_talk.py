"""The page on talks; and every state of the talks that ship, as the stage opens it."""

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from lessons.catalog import HOME, LESSONS
from lessons.live import rate
from lessons.talk import PICTURE, Talk, shipped
from lessons.talk_store import name_of
from lessons.ui.layout import exercises, presenter
from lessons.ui.state.rooms import knobs_of
from lessons.ui.state.talk_run import RUN, TalkRun
from lessons.ui.state.talks import find
from lessons.ui.talk.choosing import CHOSEN, DEFAULT
from tests.pages.reader import link

LESSON_OF = {lesson.path: lesson for lesson in (HOME, *LESSONS)}
MINE = b"title: <b>Mine</b>\nstates:\n- {lesson: home, sees: '<img src=x> $x$', says: Hello., seconds: 65}\n"
BAD = b"title: Mine\nstates:\n- {lesson: hom, sees: a, says: b, seconds: 1}\n- {lesson: '[x](//y)', sees: a, says: b}\n"


def ran(**query: str) -> AppTest:
    page = link("talk", **query).run()
    assert not page.exception
    return page


def table(page: AppTest) -> str:
    return next(each.value for each in page.get("html") if "class='talk'" in each.value)


def brought(file: bytes) -> AppTest:
    page = ran()
    page.file_uploader[0].set_value(("script.yaml", file, "application/yaml"))
    page.run()
    assert not page.exception
    return page


@pytest.mark.reliability("security", "One network brings talks until those of others go")
def test_nobody_brings_talks_without_end(monkeypatch, tried):
    monkeypatch.setattr(type(streamlit.context), "ip_address", None)  # of who sits at the machine itself
    monkeypatch.setattr(rate, "TALKS", rate.Allowance(1, 0.001))
    assert not brought(MINE).error
    assert "Wait ten minutes" in brought(MINE + b"# another").error[0].value
    tried()


@pytest.mark.parametrize("name", shipped())
def test_the_page_lists_every_state_with_its_time_and_its_link(name):
    page, talk = ran(talk=name), find(name)
    assert not page.warning
    rows = table(page).split("<tr>")[2:]
    assert len(rows) == len(talk.states)
    assert f"talk={name}&amp;at=2&amp;" in rows[1]
    assert "20:50" in rows[-1]
    [start] = [each for each in page.get("page_link") if "present=1" in each.proto.query_string]
    assert f"talk={name}" in start.proto.query_string
    assert len(page.get("download_button")) == 3


def test_a_script_that_is_accepted_is_chosen_and_kept_for_those_who_have_its_link():
    page = brought(MINE)
    assert page.selectbox(key=CHOSEN).value == name_of(MINE)
    assert not page.warning
    assert "1:05" in table(page)
    assert "<img src=x" not in table(page)
    others = ran()
    assert not others.selectbox  # they see no name of what somebody else has brought
    assert "1:05" in table(ran(talk=name_of(MINE)))


def test_a_script_that_is_refused_is_told_all_its_mistakes_by_line():
    page = brought(BAD)
    [error] = page.error
    lines = [line for line in error.value.splitlines() if line.startswith("- ")]
    assert len(lines) == 3
    assert lines[0].startswith("- line 3: there is no lesson “hom”; there is: home")
    assert "](" not in lines[-1].replace(r"\]", "")
    assert find(name_of(BAD)) is None


def test_a_talk_that_is_not_there_is_told_of():
    page = ran(talk="0123456789ab")
    assert "talk=0123456789ab" in page.warning[0].value
    assert f"talk={DEFAULT}" in table(page)


@pytest.mark.parametrize("path", dict.fromkeys(state.lesson for state in find("37c3").states))
@pytest.mark.parametrize("name", shipped())
def test_every_state_opens_on_the_stage_as_it_is_scripted(name, path):
    talk, page = find(name), None
    for number, state in enumerate(talk.states, 1):
        if state.lesson == path:
            page = stage(talk, number, page)
            assert not page.exception
            assert not page.warning, page.warning[0].value
            drawn = [knob for knob in knobs_of(path) if knob.name in page.session_state]
            assert {*state.settings} <= {knob.name for knob in drawn}
            for knob in drawn:
                assert page.session_state[knob.name] == state.settings.get(knob.name, knob.default)
            assert page.session_state[presenter.ASKING] == (state.shows == PICTURE)
            shown = page.session_state[exercises.ON_STAGE]
            assert (shown[1] if shown else PICTURE if state.shows == PICTURE else "lab") == state.shows


def stage(talk: Talk, number: int, page: AppTest | None) -> AppTest:
    """The stage at a state: opened by its link, or stepped to."""
    if page is None:
        return link(talk.states[number - 1].lesson, present="1", talk=talk.name, at=str(number)).run()
    page.session_state[RUN] = TalkRun(talk, number, linked=False)
    return page.run()

"""A talk that is being given: which of its states the stage shows. The browser says where it goes (stage/tell.js); the
page that is there then is set as the state is scripted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lessons import talk_pictures
from lessons.catalog import HOME, LESSONS, Lesson
from lessons.talk import State, Talk
from lessons.text import sections
from lessons.ui.state import model_link, url_write
from lessons.ui.state.knob import Knob, short
from lessons.ui.state.presets import KEYS
from lessons.ui.state.rerun import of_the_page
from lessons.ui.state.talks import find

WORDS = sections("stage")
TALK, AT = "talk", "at"  # parameters of an address
SCRIPTED = tuple(lesson.path for lesson in (HOME, *LESSONS))
RUN, KEPT = "talk being given", "guess"  # KEPT: the parameter that a page keeps from state to state


@dataclass
class TalkRun:
    """A talk at a state, which counts from 1. `due`: whether the page is still to be set as it is scripted; `linked`:
    whether the address may say otherwise, which then counts; `told`: the browser's time when it told of it last."""

    talk: Talk
    at: int
    due: bool = True
    linked: bool = True
    told: float | None = None

    @property
    def state(self) -> State:
        """The state the stage shows."""
        return self.talk.states[self.at - 1]


def follow_address(path: str, presenting: bool) -> None:
    """Begin the talk that the address of a lesson (by its path) names, on a stage; end it off one. While it is given,
    only an address that the browser goes back to counts: what else arrives may name the place before."""
    if path not in SCRIPTED:
        st.session_state.pop(RUN, None)
    elif not presenting:
        end()
    elif not under_way() or _went_back():
        st.session_state[RUN] = _linked(under_way())


def under_way() -> TalkRun | None:
    """The talk that is being given."""
    return st.session_state.get(RUN)


def end() -> None:
    """Give no talk any more."""
    if st.session_state.pop(RUN, None):
        url_write.write(TALK, None)
        url_write.write(AT, None)


def elsewhere(path: str) -> Lesson | None:
    """The lesson that the talk is at; None where that is the page with this path, or no talk is given."""
    run = under_way()
    return _lesson(run.state.lesson) if run and run.state.lesson != path else None


def address() -> dict[str, str]:
    """What the address of a page says of the talk."""
    run = under_way()
    return {TALK: run.talk.name, AT: str(run.at)} if run else {}


@of_the_page
def go() -> None:
    """Go to the state that the browser names, or set the page again as it is scripted. For callbacks."""
    run, wanted = under_way(), st.session_state[KEYS].get("to")
    at, told = (wanted.get("at"), wanted.get("time")) if isinstance(wanted, Mapping) else (None, None)
    if run and isinstance(at, int) and 1 <= at <= len(run.talk.states):
        st.session_state[RUN] = TalkRun(run.talk, at, linked=False, told=told)


def arrive(lesson: Lesson, knobs: Sequence[Knob]) -> State | None:
    """The state that the talk has just come to, once the page's knobs are set as it is scripted; None where it stays.
    A link that says more than the talk's place is shown as it is."""
    run = under_way()
    if not run or not run.due or run.state.lesson != lesson.path:
        return None
    said = run.linked and any(knob.name in st.query_params for knob in knobs)
    run.due = False
    if not said:
        _set(run, knobs)
    return run.state


def as_data() -> dict[str, Any] | None:
    """The talk and where it is, for the browser."""
    run = under_way()
    if not run:
        return None
    states = [_in_overview(state) for state in run.talk.states]
    return {"name": run.talk.name, "at": run.at, "states": states, "heard": run.told}


def _in_overview(state: State) -> dict[str, Any]:
    return {"sees": state.sees, "seconds": state.seconds, "picture": talk_pictures.address(state)}


def complaints(query: Mapping[str, Sequence[str]]) -> list[str]:
    """What a speaker should know of an address that names no talk, or no state of it."""
    names, places = query.get(TALK, []), query.get(AT, [])
    if not names:
        return [WORDS["at: no talk"]] if places else []
    if _known(names[-1]):
        return []
    talk = find(names[-1])
    if not talk:
        return [WORDS("no talk", name=short(names[-1]))]
    if places and _place(places[-1], talk) is None:
        return [WORDS("no state", at=short(places[-1]), states=len(talk.states))]
    return [WORDS("only on a stage", name=short(names[-1]))]


def _known(name: str) -> bool:
    """Whether the talk of this name is the one that is given."""
    run = under_way()
    return run is not None and run.talk.name == name


def _linked(before: TalkRun | None) -> TalkRun | None:
    """What the address names, instead of what was given before."""
    talk = find(st.query_params.get(TALK, ""))
    at = _place(st.query_params.get(AT, "1"), talk) if talk else None
    return TalkRun(talk, at, told=before and before.told) if at else None


def _went_back() -> bool:
    """Whether the browser shows an address from before."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _place(text: str, talk: Talk) -> int | None:
    """The state that a text names."""
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(len(talk.states)))
    return int(text) if fits and 1 <= int(text) <= len(talk.states) else None


def _lesson(path: str) -> Lesson:
    return next(lesson for lesson in (HOME, *LESSONS) if lesson.path == path)


def _set(run: TalkRun, knobs: Sequence[Knob]) -> None:
    """Set every knob as scripted, all others at their defaults, with the model that ships; the address says so."""
    model_link.forget_own()
    url_write.set_all(knobs, run.state.settings, run.talk.query(run.at), (KEPT,))

"""An exercise that is asked of a reader's model: what is asked, the way to answer it, by its kind, whether the answer
was right, and why."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import singledispatch
from typing import Any, NamedTuple

import streamlit as st

from lessons.exercise import HIGH, LOW, Choice, Exercise, Goal, MissingLine, Number, in_words
from lessons.exercise import RIGHT as IS_RIGHT
from lessons.progress import SHOWN
from lessons.text import sections
from lessons.text.exercises import ExerciseText
from lessons.ui.layout import presenter
from lessons.ui.layout.cite import cited
from lessons.ui.layout.plain import plain
from lessons.ui.layout.predict import RIGHT, WRONG
from lessons.ui.state.kept import keep, kept

WORDS = sections("house")
WIDGET, SAID = "answer", "what the room has answered"  # how the keys of what takes an answer begin; on a stage
OFF = {HIGH: WORDS["too high"], LOW: WORDS["too low"]}  # where the text says no more
NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?(e[-+]\d{1,3})?")
ENOUGH = 2  # wrong answers; from then on a reader may see the right one


class Posed(NamedTuple):
    """An exercise as it is asked of the reader's model: its text, what is asked, what it is asked about, and what the
    text says of that. `place`: the name under which its answer is kept."""

    place: str
    exercise: Exercise
    text: ExerciseText
    asks: str
    about: Sequence[Any]
    said: Mapping[str, object]

    @property
    def key(self) -> str:
        """Of its widget: another question has another one."""
        return f"{WIDGET} {self.place} {hashlib.sha256(self.asks.encode()).hexdigest()[:8]}"

    @property
    def given(self) -> dict[str, Any] | None:
        """What was answered to what is asked now, on a stage by the room."""
        answer = st.session_state.get(SAID) if presenter.presenting() else kept(self.place)
        return answer if answer and answer["asked"] == self.asks else None


def pose(place: str, exercise: Exercise, text: ExerciseText, subject: Sequence[Any] | None) -> None:
    """Ask it, and judge what was answered. `place`: the name under which the answer is kept; `subject`: what it is
    asked about, as its functions take it; None where that is not known."""
    if subject is None:
        st.caption(WORDS["exercise: not known"])
        return
    said = exercise.said(*subject)
    posed = Posed(place, exercise, text, text.asks.format(**said), subject, said)
    st.markdown(cited(posed.asks))
    _ask(exercise, posed)
    if posed.given:
        _judge(posed, posed.given)


def _judge(posed: Posed, given: Mapping[str, Any]) -> None:
    """Say whether the answer is right, and why; after some wrong ones, offer the right one."""
    outcome = given["outcome"]
    words = posed.text.answers.get(IS_RIGHT if outcome == SHOWN else outcome) or OFF[outcome]
    mark = {IS_RIGHT: RIGHT, SHOWN: ""}.get(outcome, WRONG)
    right = posed.exercise.answer(*posed.about)  # nothing for a goal: its knobs are to be moved
    why = words.format(**posed.said | {"given": plain(given["given"]), "right": right})
    st.markdown(f"{mark} {cited(why)}")
    if right and mark == WRONG and given["tries"] >= ENOUGH:
        show = f"{posed.key} show"
        st.button(WORDS["show the answer"], type="tertiary", key=show, on_click=_answer, args=(posed, SHOWN, right))


def _answer(posed: Posed, outcome: str, given: str) -> None:
    """Keep an answer. For callbacks."""
    before = posed.given if presenter.presenting() else kept(posed.place)
    before = before or {"tries": 0, "solved": False}
    answer = {
        "outcome": outcome,
        "given": given,
        "asked": posed.asks,
        "tries": before["tries"] + (outcome != SHOWN),
        "solved": before["solved"] or outcome == IS_RIGHT,
    }
    if presenter.presenting():  # each room begins anew
        st.session_state[SAID] = answer
    else:
        keep(posed.place, answer)


@singledispatch
def _ask(exercise: Exercise, posed: Posed) -> None:
    """Draw the way to answer an exercise."""
    raise NotImplementedError(type(exercise))


@_ask.register
def _ask_to_choose(exercise: Choice, posed: Posed) -> None:
    _options(posed, {outcome: option.words for outcome, option in exercise.options(*posed.about).items()})


@_ask.register
def _ask_for_a_line(exercise: MissingLine, posed: Posed) -> None:
    options = exercise.options(*posed.about)
    left, right_half = st.columns(2) if presenter.presenting() else (st.container(), st.container())
    left.code(exercise.source, language="python", wrap_lines=True)
    with right_half:
        _options(posed, {outcome: option.words for outcome, option in options.items()}, "`{}`")
    if posed.given and (chosen := options.get(posed.given["outcome"])):
        value, right = in_words(chosen.value), in_words(options[IS_RIGHT].value)
        if value == right:
            st.caption(WORDS("line: right", what=posed.text.computes, value=value))
        else:
            st.caption(WORDS("line: computes", what=posed.text.computes, value=value, right=right))


def _options(posed: Posed, words: Mapping[str, str], shown: str = "{}") -> None:
    """Buttons to choose one answer, each as `shown`. `words`: of the answers, by their outcomes."""
    given = posed.given and posed.given["outcome"]
    _begin_with(posed, given if given in words else None)
    st.radio(
        posed.text.title,
        [*words],
        index=None,
        format_func=lambda outcome: shown.format(words[outcome]),
        key=posed.key,
        label_visibility="collapsed",
        on_change=lambda: _answer(posed, st.session_state[posed.key], words[st.session_state[posed.key]]),
    )


@_ask.register
def _ask_for_a_number(exercise: Number, posed: Posed) -> None:
    given = posed.given["given"].replace(",", "") if posed.given else ""
    _begin_with(posed, float(given) if NUMBER.fullmatch(given) else None)
    st.number_input(
        WORDS("your estimate", unit=exercise.unit, within=f"{100 * exercise.within:.0f} %"),
        value=None,
        key=posed.key,
        on_change=_estimated,
        args=(posed,),
        format="%.6g",
    )


def _estimated(posed: Posed) -> None:
    if (given := st.session_state[posed.key]) is not None:
        _answer(posed, posed.exercise.outcome(given, *posed.about), f"{given:,.6g}")


def _begin_with(posed: Posed, given: str | float | None) -> None:
    """Have the widget stand where it was left: a browser may tell that only after it was drawn."""
    if given is not None and st.session_state.get(posed.key) is None:
        st.session_state[posed.key] = given


@_ask.register
def _ask_to_set(exercise: Goal, posed: Posed) -> None:
    st.button(WORDS["check the setting"], icon=":material/flag:", key=posed.key, on_click=_set, args=(posed,))


def _set(posed: Posed) -> None:
    stand = tuple(st.session_state[name] for name in posed.exercise.knobs)
    _answer(posed, posed.exercise.verdict(*stand, *posed.about), ", ".join(stand))


def forget_the_room() -> None:
    """What a room has answered counts no more: another one begins anew."""
    for key in [key for key in st.session_state if key == SAID or str(key).startswith(f"{WIDGET} ")]:
        del st.session_state[key]

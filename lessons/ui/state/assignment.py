"""What a link says to a class: knobs that are locked where the link has them (`lock=NAME,NAME`), knobs that are hidden
(`hide=NAME,NAME`), and a task in words (`assignment=…`)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from lessons.one_line import one_line
from lessons.text import sections
from lessons.ui.state.knob import Knob, short

LOCK, HIDE, ASSIGNMENT = "lock", "hide", "assignment"
PARAMETERS = (LOCK, HIDE, ASSIGNMENT)
HELD = "knobs that a link holds"
HIDDEN = "hidden_knob_"  # how the keys of their places begin
LONGEST = 200  # characters of an assignment
WORDS = sections("class-link")


@dataclass(frozen=True)
class HeldKnobs:
    """What a link holds: the page and the parameters that say so, where each knob stands, by its name, and which of
    them are hidden."""

    said: tuple[str, ...]
    stand: dict[str, str]
    hidden: frozenset[str]


def begin(path: str, knobs: Sequence[Knob]) -> None:
    """Note what the address of a page holds, when it is first seen: afterwards nothing moves it."""
    said = path, *(st.query_params.get(name, "") for name in (LOCK, HIDE))
    if (before := st.session_state.get(HELD)) is None or before.said != said:
        lock, hide = (set(text.split(",")) for text in said[1:])
        stand = {knob.name: _stands(knob) for knob in knobs if knob.name in lock | hide}
        st.session_state[HELD] = HeldKnobs(said, stand, frozenset(hide & stand.keys()))


def forget() -> None:
    """Hold nothing any more, until the address of a page says so anew."""
    st.session_state.pop(HELD, None)


def _stands(knob: Knob) -> str:
    """Where the address has a knob."""
    said = knob.meant(st.query_params.get(knob.name, knob.default))
    return said if said in knob.options or not knob.options else knob.default


@contextmanager
def placed(knob: Knob, options: Sequence[str] = ()) -> Iterator[bool]:
    """The place of a knob, out of sight if the link hides it; gives whether the link holds the knob, which then stands
    where the link has it, if that is one of the `options` there are."""
    held: HeldKnobs | None = st.session_state.get(HELD)
    if held is None or knob.name not in held.stand:
        yield False
        return
    stands = held.stand[knob.name]
    if not options or stands in options:
        st.session_state[knob.name] = stands
    if knob.name in held.hidden:
        with st.container(key=f"{HIDDEN}{knob.name}"):
            yield True
    else:
        yield True


def holds(knob: Knob) -> bool:
    """Whether the link holds a knob where it stands."""
    held: HeldKnobs | None = st.session_state.get(HELD)
    return held is not None and knob.name in held.stand


def assigned() -> str:
    """The task that the address assigns, in one line of plain text; nothing where it assigns none."""
    return one_line(st.query_params.get(ASSIGNMENT, ""))[:LONGEST]


def complaints(name: str, values: Sequence[str], knobs: Sequence[Knob]) -> list[str]:
    """What a reader should know of one of these parameters of a link."""
    if len(values) > 1:
        return [WORDS("given twice", name=name, times=len(values))]
    if name == ASSIGNMENT:
        long = [each for each in values if len(one_line(each)) > LONGEST]
        return [WORDS("assignment: too long", name=name, most=LONGEST)] * len(long)
    named = [each for value in values for each in value.split(",")]
    ours = {knob.name for knob in knobs}
    return [WORDS("no knob", name=name, value=short(each)) for each in named if each not in ours]

"""The next machine of a kind: a slider over the machines of its group, the least memory first, which chooses among them
as the list does. Only what the list says is in the address."""

from functools import lru_cache

import streamlit as st

from lessons.facts.home_machines import group_of, sized
from lessons.text import sections
from lessons.ui.llm_at_home.knobs import MACHINE
from lessons.ui.state import assignment
from lessons.ui.state.knob import Knob
from lessons.ui.work.this_machine import TITLES, USABLE

WORDS = sections("llm-at-home")
NAME = "llm_kin"
STOPS = {sized(board): name for name, board in USABLE.items()}  # the machines, by what the slider calls them


def slider_of(name: str) -> tuple[Knob, ...]:
    """The slider of a machine's kind; none for one that is in no table."""
    return (_slider(group_of(name)),) if name in USABLE else ()


@lru_cache
def _slider(group: str | None) -> Knob:
    boards = [board for name, board in USABLE.items() if group_of(name) == group]
    boards.sort(key=lambda board: (board.memory_GB or 0, board.bandwidth_GB_per_s))
    stops = tuple(sized(board) for board in boards)  # shorter than the list's titles
    return Knob(NAME, WORDS["knob: kin"], stops, stops[0], WORDS["help: kin"])


def draw(name: str) -> None:
    """Draw it where this machine stands; nothing for one that is in no table, or that a link holds."""
    if assignment.holds(MACHINE):
        return
    for knob in slider_of(name):
        st.session_state[NAME] = sized(USABLE[name])
        st.select_slider(knob.label, knob.options, key=NAME, help=knob.help, on_change=_choose)


def _choose() -> None:
    """Callback: choose the machine in the list."""
    st.session_state[MACHINE.name] = TITLES[STOPS[st.session_state[NAME]]]

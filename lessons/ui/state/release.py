"""What a lab draws again when its main slider is let go. Its headline has followed the hand by itself; so most often
only what stands below is out of date, and that alone runs again."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import NamedTuple

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lessons.ui.state import presets
from lessons.ui.state.handing import Drawn, Lab
from lessons.ui.state.knob import Knob
from lessons.ui.state.lab import lab, parts_open
from lessons.ui.state.presets import PRESET
from lessons.ui.state.rerun import rerun

BELOW = "what stands below headlines"  # by the name of the slider's knob, each part by its key


class Below(NamedTuple):
    """The key of the part of a page that stands below a headline, and the positions of its sliders among which nothing
    above changes but the headline."""

    key: str
    among: dict[str, frozenset[str]]  # by the names of the sliders' knobs

    @property
    def holds(self) -> bool:
        """Whether they stand there."""
        return all(st.session_state[name] in positions for name, positions in self.among.items())


def on_release(among: Mapping[Knob, Collection[str]]) -> Callable[[Callable[..., Drawn | None]], Lab]:
    """Decorates a function that draws, in a lab, what stands below its headline, given the positions of its sliders;
    and draws it. While each stays `among` these positions, that alone runs again: everything else of the lab must be
    the same at all of them, but for what is said about a preset. What it gives is handed on as the lab's."""

    def decorate(draw: Callable[..., Drawn | None]) -> Lab:
        def below() -> Drawn | None:
            return draw(*(st.session_state[knob.name] for knob in among))

        names = {knob.name: frozenset(positions) for knob, positions in among.items()}
        part = Below(f"{draw.__name__} {' '.join(names)}", names)
        if part.holds:
            parts = st.session_state.setdefault(BELOW, {})
            for name in names:
                parts[name] = parts.get(name, {}) | {part.key: part}
        return lab(below, part.key)

    return decorate


def forget(knob: Knob) -> None:
    """The lab of a slider is drawn anew: what stood below its headline counts no more."""
    st.session_state.get(BELOW, {}).pop(knob.name, None)


def released(knob: Knob) -> None:
    """Callback of a slider: have only what stands below the headline drawn again, where that will do. If anything else
    was asked for at the same time (a click on another page), that draws it all: a narrower wish would take its
    place."""
    below = st.session_state.get(BELOW, {}).get(knob.name, {}).values()
    asked = get_script_run_ctx().fragment_ids_this_run
    if below and all(part.holds for part in below) and asked and len(asked) == 1:
        with suppress(StreamlitAPIException):  # a part that was open is not on the page any more: all of the lab runs
            rerun([PRESET] * presets.said_is_old() + [part.key for part in below] + parts_open())

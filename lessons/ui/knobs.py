"""Knobs on a page: a widget, its URL parameter and its label, from one declaration."""

from contextlib import AbstractContextManager

import streamlit as st

from lessons.ui.query import Knob


def slider(knob: Knob) -> str:
    """A slider over the knob's options."""
    return st.select_slider(
        knob.label, knob.options, value=knob.default, key=knob.name, bind="query-params", help=knob.help
    )


def sliders(*knobs: Knob) -> tuple[str, ...]:
    """Sliders side by side; one above the other where there is no room."""
    chosen = []
    for place, knob in zip(st.columns(len(knobs)), knobs, strict=True):
        with place:
            chosen.append(slider(knob))
    return tuple(chosen)


def choice(knob: Knob, matters: bool = True) -> str:
    """Buttons, one an option; greyed out where, as things stand, it does not matter."""
    chosen = st.segmented_control(
        knob.label,
        knob.options,
        default=knob.default,
        required=True,
        key=knob.name,
        bind="query-params",
        help=knob.help,
        disabled=not matters,
    )
    return chosen or knob.default


def pick(knob: Knob, matters: bool = True) -> str:
    """A list to search in, where there are too many options for buttons."""
    at = knob.options.index(knob.default)
    return st.selectbox(
        knob.label, knob.options, at, key=knob.name, bind="query-params", help=knob.help, disabled=not matters
    )


def more() -> AbstractContextManager:
    """A place for the knobs that wait until they are wanted."""
    return st.popover("More")


def reset(knobs: tuple[Knob, ...]) -> None:
    """Put every knob back to its default. For callbacks: widgets read it on the next run."""
    for knob in knobs:
        st.session_state[knob.name] = knob.default

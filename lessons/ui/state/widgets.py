"""Knobs on a page: a widget, its URL parameter and its label, from one declaration."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import zip_longest

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lessons.text import sections
from lessons.ui.state import assignment
from lessons.ui.state.drawing import under_way
from lessons.ui.state.knob import Knob
from lessons.ui.state.release import forget, released
from lessons.ui.state.stage import presenting, waiting

WORDS = sections("house")
LONGEST = 2_000  # characters of a field


def slider(
    knob: Knob,
    matters: bool = True,
    fixed: str | None = None,
    most: int | None = None,
    first: int = 0,
    waits: bool = False,
) -> str:
    """A slider over the knob's options, or the first `most` of them, or from the `first` on, at its default where
    another was chosen; greyed out where, as things stand, it does not matter, or is `fixed` at one. On a stage it is
    there, unless it `waits`."""
    options = knob.options[first:most]
    with _placed(knob, options, waits) as (label, held):
        if fixed is not None:
            st.session_state[knob.name] = fixed
        _listed(knob)
        forget(knob)
        return st.select_slider(
            label,
            options,
            value=knob.default if knob.default in options else options[-1],
            key=knob.name,
            bind="query-params",
            help=knob.help,
            disabled=held or not matters or fixed is not None,
            on_change=released,
            args=(knob,),
        )


def sliders(*knobs: Knob, most: Sequence[int | None] = ()) -> tuple[str, ...]:
    """Sliders side by side; one above the other where there is no room; on a stage the first is there, the others wait.
    `most`: options of the first ones."""
    chosen = []
    for nth, (place, knob, count) in enumerate(zip_longest(st.columns(len(knobs)), knobs, most)):
        with place:
            chosen.append(slider(knob, most=count, waits=nth > 0))
    return tuple(chosen)


@contextmanager
def _placed(knob: Knob, options: Sequence[str] = (), waits: bool = True) -> Iterator[tuple[str, bool]]:
    """Where a knob is drawn, unless a link hides it; on a stage it `waits` there. Gives its label, and whether a link
    holds it."""
    with waiting(knob.name) if waits else nullcontext(), assignment.placed(knob, options) as held:
        yield (f":material/lock: {knob.label}" if held else knob.label), held


def choice(
    knob: Knob,
    matters: bool = True,
    barred: Mapping[str, str] | None = None,
    moves: Callable[[], None] | None = None,
) -> str:
    """Buttons, one an option; greyed out where, as things stand, it does not matter. `barred`: options that cannot be
    had as things stand, each with the reason, which shows beside them; `moves`: other knobs, once a reader has chosen
    here."""
    barred = barred or {}
    asked = st.session_state.get(knob.name) or st.query_params.get(knob.name)
    _say_what_is_barred(knob, asked, barred)
    if asked in barred:
        st.session_state[knob.name] = knob.default
    options = [option for option in knob.options if option not in barred]
    with _placed(knob, options) as (label, held):
        _listed(knob)
        chosen = st.segmented_control(
            label,
            options,
            default=knob.default,
            required=True,
            key=knob.name,
            bind="query-params",
            help=knob.help,
            disabled=held or not matters,
            on_change=moves,
        )
        if barred:
            reasons = "\n".join(f"- {option}: {reason}" for option, reason in barred.items())
            key = f"{knob.name} barred"
            st.segmented_control(WORDS["unavailable"], list(barred), key=key, help=reasons, disabled=True)
    return chosen or knob.default


def _listed(knob: Knob) -> None:
    """Have Streamlit know the address's word for a knob as a list of one, as its widget holds it. Streamlit 1.67 takes
    the two for different where a page runs again by itself, and sends the browser the whole address as it was when the
    run began: what the reader has moved since would be gone from it."""
    with get_script_run_ctx().session_state.query_params() as address:
        if knob.name in address:
            address.set_with_no_forward_msg(knob.name, [address[knob.name]])


def _say_what_is_barred(knob: Knob, asked: str | None, barred: Mapping[str, str]) -> None:
    """Say why what was asked for is not shown, until something else is chosen."""
    key = f"{knob.name} asked"
    if asked in barred:
        st.session_state[key] = asked
    elif asked not in (None, knob.default):
        st.session_state.pop(key, None)
    if (refused := st.session_state.get(key)) in barred:
        st.warning(WORDS("refused", option=refused, why=barred[refused], default=knob.default), icon=":material/block:")


def pick(knob: Knob, matters: bool = True, moves: Callable[[], None] | None = None) -> str:
    """A list to search in, where there are too many options for buttons. `moves`: other knobs, once a reader has chosen
    here."""
    at = knob.options.index(knob.default)
    with _placed(knob) as (label, held):
        greyed = held or not matters
        return st.selectbox(
            label,
            knob.options,
            at,
            key=knob.name,
            bind="query-params",
            help=knob.help,
            disabled=greyed,
            on_change=moves,
        )


def field(knob: Knob, example: str, live: bool = True) -> str:
    """A field for any words. `live`: they count while they are written, else once they are (Enter): where an answer
    takes workers, Streamlit 1.67 can lose words that are still being written from the address. At most LONGEST."""
    with _placed(knob) as (label, held):
        words = st.text_input(
            label,
            key=knob.name,
            bind="query-params",
            type="search",
            live=live,
            placeholder=example,
            disabled=held,
        )
    return (words or "")[:LONGEST]


def more(label: str = WORDS["more"]) -> AbstractContextManager:
    """A place for the knobs that wait until they are wanted; a `label` where there is one knob alone."""
    drawn = under_way()
    return waiting(f"{drawn.name if drawn else ''}_{label}") if presenting() else st.popover(label)


def opens(label: str, key: str) -> AbstractContextManager:
    """The same, where the page draws more while it is open: `is_open` says so."""
    return waiting(key) if presenting() else st.popover(label, key=key, on_change="rerun")


def is_open(key: str) -> bool:
    """Whether what is behind such a button is in sight, or may come there by a key of a stage."""
    return presenting() or bool(st.session_state.get(key))


def aside(name: str) -> AbstractContextManager:
    """A place of this name for what a reader sees, and what on a stage waits with the knobs."""
    return waiting(f"aside_{name}") if presenting() else st.container()


def reset(knobs: tuple[Knob, ...]) -> None:
    """Put every knob back to its default. For callbacks: widgets read it on the next run."""
    for knob in knobs:
        st.session_state[knob.name] = knob.default

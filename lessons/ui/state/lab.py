"""The interactive parts of a page: each is drawn again by itself, and hands on to others what they need of it."""

import time
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from lessons.ui import browser
from lessons.ui.state.drawing import Drawing, being_drawn, under_way
from lessons.ui.state.handing import FOLLOWING, OLD, PAGE, Lab, is_old, keep
from lessons.ui.state.rerun import rerun
from lessons.ui.state.visit import visitor

LOOK_EVERY = 0.3  # seconds, while something is under way
WATCHED = "labs whose jobs are watched"
WHOLE = "the whole page runs"
DRAWERS, DRAWER = "drawers", "drawer_"  # the keys of the closed parts of a page: of all, and how those of each begin
LEDGER = "ledger"  # the key of the part that says what a visit has had this machine compute
OTHERS = "the other labs"


def lab(draw: Lab, key: str | None = None) -> Lab:
    """Decorates a function that draws an interactive part of a page, and draws it: only that part runs again when its
    knobs move, or when the jobs it waits for have more to show. The figures and numbers it gives, if it does, are there
    for other parts. With a `key` it is a part of the lab being drawn, if one is: what it gives is that one's."""
    name = (key or f"{draw.__module__}.{draw.__qualname__}").replace("__", "")  # which no component has in its key
    around = under_way() if key else None
    kept_as = around.lab if around else draw.__name__

    @st.fragment(key=name)
    def body() -> None:
        alone = under_way() is None and not st.session_state.get(WHOLE)  # no other part runs around it
        # before all else, so that they stay where they are
        listens, looks = (st.container(key=f"look_{at}_{name}") for at in ("listens", "looks"))
        drawing = Drawing(kept_as, name)
        with being_drawn(drawing):
            if (drawn := draw()) is not None:
                keep(kept_as, *drawn, are_new=key is None)
        _note_what_ended(name, drawing)
        if drawing.told:
            _watch(name, drawing, listens, looks)
        if alone:
            _draw_what_is_old(name)

    whole = st.session_state.get(WHOLE, False)
    st.session_state[WHOLE] = whole or around is None
    try:
        body()
    finally:
        st.session_state[WHOLE] = whole
    return draw


def drawers_open() -> bool:
    """Whether a reader has opened one of the closed parts of a page."""
    return any(is_open for key, is_open in st.session_state.items() if str(key).startswith(DRAWER))


def parts_open() -> list[str]:
    """The keys of the parts that are drawn again when a slider is let go: those a reader has opened, and others that
    follow it."""
    return [DRAWERS] * drawers_open() + [*st.session_state.get(FOLLOWING, ())]


def follows(part: str, is_open: bool = True) -> None:
    """Have a part of this page, which is not below the headline, drawn again when a slider is let go, while it
    `is_open`."""
    following = st.session_state.setdefault(FOLLOWING, {})
    if is_open:
        following[part] = None
    else:
        following.pop(part, None)


def draw_again() -> NoReturn:
    """Begin anew to draw the lab being drawn, or the page, where all of it runs: Streamlit allows no other."""
    rerun("app" if st.session_state[WHOLE] else "fragment")


@st.fragment
def listen_for_others() -> None:
    """What the browser calls when a lab has made others old. A part of a page by itself, which never runs: where a run
    begins as that of a whole page, all clocks stop."""
    with st.container(key="look_others"):
        browser.call(key="call_others", data={"lab": OTHERS}, on_call_change=_draw_others)


def _note_what_ended(name: str, drawing: Drawing) -> None:
    """Where a lab waits no longer, others may have to show what it waited for. A lab that shows a measurement waits for
    it itself; but what somebody has watched, as a training, may show anywhere."""
    watched: dict[str, bool] = st.session_state.setdefault(WATCHED, {})
    if drawing.told:
        watched[name] = watched.get(name, False) or any(ticket.readers for ticket in drawing.told)
    elif name in watched:
        is_old(*([PAGE] if watched.pop(name) else [LEDGER, *[DRAWERS] * drawers_open()]))


def _draw_what_is_old(name: str) -> None:
    """Have drawn again what this drawing of a lab has made old: by the browser, for no fragment can run another."""
    old = st.session_state.get(OLD, {})
    old.pop(name, None)
    if PAGE in old:
        rerun()
    if old:
        with st.container(key=f"look_others_{name}"):
            browser.call(key=f"others_{name}", data={"lab": OTHERS, "now": time.monotonic()})


def _draw_others() -> None:
    """Callback: run what is old alone. Where one of them is not on the page any more, all of it runs."""
    old = st.session_state.pop(OLD, {})
    try:
        rerun([*old] or LEDGER)
    except StreamlitAPIException:
        rerun()


def _watch(name: str, drawing: Drawing, listens: DeltaGenerator, looks: DeltaGenerator) -> None:
    """Look every now and then, which costs next to nothing, whether a lab's drawing is old, and let its jobs know that
    somebody watches. No fragment can run another: so the browser calls the lab. What `listens` for the call and what
    `looks` have a place each: a look may come late, when a new drawing has emptied both, and what a browser is told to
    draw behind nothing leaves the page white (Streamlit 1.67)."""

    @st.fragment(run_every=LOOK_EVERY)
    def look() -> None:
        for ticket in drawing.told:
            if visitor() in ticket.readers:
                ticket.seen(visitor())
        if drawing.is_old:
            browser.call(key=f"now_{name}", data={"lab": name, "now": time.monotonic()})

    with listens:
        browser.call(key=f"call_{name}", data={"lab": name})
    with looks:
        look()

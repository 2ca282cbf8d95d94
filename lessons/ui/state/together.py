"""Where a page goes with its class: to the place that the teacher leads to, with its knobs set as the address says, or
to what is asked. The browser says so when nothing runs (scripts/bar/places.js)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

import streamlit as st

from lessons.catalog import HOME, LESSONS, REFERENCE, Lesson
from lessons.page_link import BadLink, target
from lessons.ui.state import assignment, talk_run, url_write
from lessons.ui.state.knob import Knob
from lessons.ui.state.model_link import PARAMETER as MODEL
from lessons.ui.state.stage import presenting

PAGES = {page.path: page for page in (HOME, *LESSONS, *REFERENCE)}
PLACE = "place the class is at"
OTHERS = (
    MODEL,
    "embed",
    "embed_options",
)  # parameters that are a reader's own: a model, and what Streamlit lets no program set
KEPT = ("guess", MODEL, "present")  # parameters that a reader keeps who follows: an answer, a model, a stage


class ClassPlace(NamedTuple):
    """A page with its settings. `sets`: whether all its knobs are to stand as these say, not only those named."""

    page: Lesson
    query: dict[str, str]
    sets: bool


def go(wanted: object) -> None:
    """Go where the browser wants: an address of this app, and whether its knobs are to be `set` as that says. What is
    no such place is left, and a talk that is being given stays where it is. For callbacks."""
    if isinstance(wanted, Mapping) and not talk_run.under_way() and (place := read(wanted.get("address"))):
        st.session_state[PLACE] = place._replace(sets=wanted.get("sets") is True)


def read(address: object) -> ClassPlace | None:
    """The place that an address names, `quantization?quantization_bits=3`, without what is another reader's own; None
    where it names no page of this app."""
    try:
        path, _, query = target(f"/{address}").removeprefix("/").partition("?")
    except BadLink:
        return None
    said = dict(parse_qsl(query, keep_blank_values=True))
    return ClassPlace(
        PAGES[path or HOME.path], {name: value for name, value in said.items() if name not in OTHERS}, True
    )


def elsewhere(path: str) -> ClassPlace | None:
    """The place to go to; None where that is on the page with this path, or there is none."""
    place: ClassPlace | None = st.session_state.get(PLACE)
    return place if place and place.page.path != path else None


def address(place: ClassPlace) -> dict[str, str]:
    """What the address says on the way there: a stage stays one, and what belongs to a widget of the page before waits
    until `arrive`, as Streamlit wants it."""
    said = {name: value for name, value in place.query.items() if not url_write.is_bound(name)}
    return said | ({"present": "1"} if presenting() else {})


def arrive(lesson: Lesson, knobs: Sequence[Knob]) -> None:
    """Set the page as the place says that was gone to, if it is this one."""
    place: ClassPlace | None = st.session_state.pop(PLACE, None)
    if place and place.page == lesson and place.sets:
        assignment.forget()
        possible = {knob.name: knob.meant(place.query[knob.name]) for knob in knobs if knob.name in place.query}
        options = {knob.name: knob.options for knob in knobs}
        settings = {name: value for name, value in possible.items() if value in options[name] or not options[name]}
        url_write.set_all(knobs, settings, place.query, KEPT)

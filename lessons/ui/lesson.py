"""How every page begins: the link is checked, then title, question, and what one needs and will be able to do."""

from dataclasses import dataclass, field

import streamlit as st

from lessons.catalog import HOME, LESSONS, Lesson
from lessons.text import sections
from lessons.ui import address
from lessons.ui.knobs import reset
from lessons.ui.query import Knob, complaints

HEARD = "heard about the link"
MOST = 5  # complaints shown


@dataclass(frozen=True)
class Page:
    """A page being written: its place in the catalog, its text and its knobs."""

    lesson: Lesson
    sections: dict[str, str]
    knobs: tuple[Knob, ...]

    def text(self, section: str, **values: str | float) -> None:
        """Write one section of the lesson's text; `{name}` in it takes the values."""
        text = self.sections[section]
        st.markdown(text.format(**values) if values else text)

    def share_and_reset(self) -> None:
        """A line with the way to share and the way back."""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Reset the knobs", icon=":material/restart_alt:", on_click=reset, args=(self.knobs,))
            st.caption("Every setting is in this page's address: copy it to share exactly what you see.")


@dataclass
class Heard:
    """What was said about the address of a page, and whether it still shows."""

    path: str
    said: dict[str, bool] = field(default_factory=dict)


def begin(path: str, *knobs: Knob) -> Page:
    """Begin the page with this path."""
    page = Page(next(lesson for lesson in (HOME, *LESSONS) if lesson.path == path), sections(path), knobs)
    _check_link(page)
    st.title(page.lesson.title)
    st.markdown(f"**{page.lesson.question}**")
    if "you need" in page.sections:
        need, able, ask = st.columns(3)
        for column, name in ((need, "you need"), (able, "you will be able to"), (ask, "question for the class")):
            with column.container(border=True, height="stretch"):
                st.caption(name.capitalize())
                page.text(name)
    return page


def _check_link(page: Page) -> None:
    """Say what of the address is ignored. Streamlit takes bad values out of it, so what was said is kept for the page."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    found = complaints(query, page.knobs, others=[address.PARAMETER])
    found += address.complaints(query.get(address.PARAMETER, []))
    heard = st.session_state.get(HEARD)
    if heard is None or heard.path != page.lesson.path:
        heard = st.session_state[HEARD] = Heard(page.lesson.path)
    heard.said.update(dict.fromkeys(found, True) | heard.said)
    if empty := [knob.name for knob in page.knobs if query.get(knob.name) == [""]]:
        for name in empty:  # Streamlit would clear the widget instead of dropping the value
            del st.query_params[name]
        st.rerun()
    if showing := [f"- {complaint}" for complaint, shown in heard.said.items() if shown]:
        more = [f"- … and {len(showing) - MOST} more."] if len(showing) > MOST else []
        st.warning("\n".join(showing[:MOST] + more), title="Part of the link was ignored")
        st.button("Dismiss", on_click=lambda: heard.said.update(dict.fromkeys(heard.said, False)))

"""Which talk the page is about: one that ships, one that was brought in this visit, or the one the address names."""

import streamlit as st

from lessons import talk_store
from lessons.plain_yaml import MOST_BYTES
from lessons.talk import BadTalkError, Talk, read, shipped
from lessons.text import sections
from lessons.ui.layout.plain import plain
from lessons.ui.state import url_write
from lessons.ui.state.knob import Knob
from lessons.ui.state.rooms import knobs_of
from lessons.ui.state.talks import find

WORDS = sections("talk")
PARAMETER = "talk"
CHOSEN, FILE = "talk chosen", "script brought"
BROUGHT, REFUSED = "talks brought", "why a script was refused"
DEFAULT = "37c3"
LARGEST = 1  # MB that are taken from a browser; what is read is far less


def knob() -> Knob:
    """The knob for the talk: nobody is shown the names of what others have brought."""
    linked = st.query_params.get(PARAMETER, "")
    known = dict.fromkeys([*shipped(), *st.session_state.get(BROUGHT, ()), *([linked] if find(linked) else [])])
    return Knob(PARAMETER, WORDS["which talk"], tuple(known), DEFAULT)


def choose(asked: Knob) -> Talk:
    """Draw the list, if there is a choice; the talk chosen. Streamlit's own binding to the address would write titles,
    which several talks can have."""
    linked = st.query_params.get(PARAMETER)
    if len(asked.options) == 1:
        return find(asked.default)
    if st.session_state.get(CHOSEN) not in asked.options:
        st.session_state[CHOSEN] = linked if linked in asked.options else asked.default
    titled = lambda name: find(name).title
    return find(st.selectbox(asked.label, asked.options, key=CHOSEN, format_func=titled, on_change=_say))


def _say() -> None:
    """Callback: have the address say what was chosen."""
    url_write.write(PARAMETER, st.session_state[CHOSEN])


def bring() -> None:
    """Draw the way to bring a script; one that is not accepted is told all its mistakes, by line."""
    st.file_uploader(WORDS["bring"], ["yaml", "yml"], max_upload_size=LARGEST, key=FILE, on_change=_bring)
    if refused := st.session_state.get(REFUSED):
        lines = "\n".join(f"- {plain(complaint)}" for complaint in refused)
        st.error(f"{WORDS['refused']}\n\n{lines}", icon=":material/edit_note:")


def _bring() -> None:
    """Callback: once a file."""
    st.session_state.pop(REFUSED, None)
    if not (uploaded := st.session_state[FILE]):
        return
    file = uploaded.getvalue()[: MOST_BYTES + 1]
    try:
        read("", file, knobs_of)
        name = talk_store.keep(file)
    except BadTalkError as error:
        st.session_state[REFUSED] = error.complaints
    except talk_store.NoRoomError as error:
        st.session_state[REFUSED] = (str(error),)
    else:
        st.session_state.setdefault(BROUGHT, []).append(name)
        st.session_state[CHOSEN] = name
        _say()

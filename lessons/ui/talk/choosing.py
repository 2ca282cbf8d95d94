"""Which talk the page is about: one that ships, one that was brought in this visit, or the one the address names."""

import streamlit as st

from lessons import talk_store
from lessons.jobs import ask
from lessons.live import identity, rate
from lessons.plain_yaml import MOST_BYTES
from lessons.talk import Talk, shipped
from lessons.text import sections
from lessons.ui.layout.plain import plain
from lessons.ui.state import talks, url_write
from lessons.ui.state.knob import Knob
from lessons.ui.state.lab import lab
from lessons.ui.state.rerun import rerun
from lessons.ui.state.talks import find
from lessons.ui.state.visit import visitor
from lessons.ui.work.uploads import read_once

WORDS = sections("talk")
PARAMETER = "talk"
CHOSEN, FILE = "talk chosen", "script brought"
BROUGHT, KEPT, NEW = "talks brought", "upload kept last", "talk to choose"
READER = f"{talks.__name__}:{talks.complaints.__name__}"
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
    if new := st.session_state.pop(NEW, None):
        st.session_state[CHOSEN] = new
        _say()
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
    lab(_bring, FILE)


def _bring() -> None:
    uploaded = st.file_uploader(WORDS["bring"], ["yaml", "yml"], max_upload_size=LARGEST, key=f"{FILE}, as it is")
    if uploaded is None:
        return
    file = uploaded.getvalue()[: MOST_BYTES + 1]
    ticket = read_once(FILE, uploaded.file_id, lambda: ask.read(READER, [("script", file)], visitor()))
    if not ticket.ended:
        return
    refused = [ticket.error] if ticket.error else [each.decode() for each in ticket.result]
    refused = refused or _keep(uploaded.file_id, file)
    if refused:
        lines = "\n".join(f"- {plain(complaint)}" for complaint in refused)
        st.error(f"{WORDS['refused']}\n\n{lines}", icon=":material/edit_note:")


def _keep(upload: str, file: bytes) -> list[str]:
    """Keep a script that was accepted and draw the page with it, once an upload; why that cannot be."""
    if st.session_state.get(KEPT) == upload:
        return []
    if not rate.TALKS.take(identity.network(st.context.ip_address or "")):
        return [WORDS["too many"]]
    try:
        name = talk_store.keep(file)
    except talk_store.NoRoomError as error:
        return [str(error)]
    st.session_state.setdefault(BROUGHT, []).append(name)
    st.session_state[KEPT], st.session_state[NEW] = upload, name
    return rerun()

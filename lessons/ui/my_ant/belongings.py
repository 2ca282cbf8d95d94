"""What a reader can do with all that is kept: print it, take it along, bring it back, delete it."""

import datetime

import streamlit as st

from lessons import reader_record
from lessons.progress import BadEntry
from lessons.quantity import counted
from lessons.text import sections
from lessons.ui.my_ant import record
from lessons.ui.state.kept import all_kept, bring, forget_all

WORDS = sections("my-ant")
LARGEST = 1  # MB of a file that is brought back
SURE, READER, FILE = "sure to delete", "name on the record", "record brought back"
BROUGHT = "what became of it"  # whether it was refused, and what is said


def print_and_take_along() -> None:
    """The record as a page to print, and as a file."""
    kept, today = all_kept(), datetime.date.today().isoformat()
    reader = st.text_input(WORDS["name on it"], key=READER, max_chars=80, help=WORDS["name on it: help"])
    with st.container(horizontal=True):
        st.download_button(
            WORDS["print"],
            record.html(kept, today, reader),
            "record.html",
            "text/html",
            icon=":material/print:",
            on_click="ignore",
        )
        st.download_button(
            WORDS["take along"],
            reader_record.written(kept, today),
            "record.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
        )


def bring_back() -> None:
    """A file that was taken along; what is newer counts. One that lies is refused, and nothing of it is taken."""
    if st.file_uploader(WORDS["bring back"], "json", max_upload_size=LARGEST, key=FILE, on_change=_bring):
        refused, said = st.session_state[BROUGHT]
        (st.error if refused else st.success)(said)


def _bring() -> None:
    """Callback: once a file."""
    if not (file := st.session_state[FILE]):
        return
    try:
        kept = reader_record.read(file.getvalue().decode("utf-8"))
    except BadEntry as error:
        st.session_state[BROUGHT] = True, str(error)
    except UnicodeDecodeError:
        st.session_state[BROUGHT] = True, WORDS["no text"]
    else:
        bring(kept)
        st.session_state[BROUGHT] = (
            False,
            WORDS("brought back", entries=counted(len(kept["entries"]), WORDS["entry"], WORDS["entries"])),
        )


def delete() -> None:
    """Everything, once a reader has said so twice."""
    if not all_kept()["entries"]:
        return
    sure = st.checkbox(WORDS["delete: sure"], key=SURE)
    st.button(WORDS["delete"], icon=":material/delete:", disabled=not sure, on_click=forget_all)

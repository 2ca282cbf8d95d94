"""What a reader can do with all that is kept: print it, take it along, bring it back, delete it."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from lessons import reader_record
from lessons.jobs import ask
from lessons.jobs.uploads import RECORD
from lessons.quantity import counted
from lessons.text import sections
from lessons.ui.layout.plain import plain
from lessons.ui.my_ant import record
from lessons.ui.state.kept import all_kept, bring, forget_all
from lessons.ui.state.lab import lab
from lessons.ui.state.rerun import rerun
from lessons.ui.state.visit import visitor
from lessons.ui.work.uploads import read_once

WORDS = sections("my-ant")
LARGEST = 1  # MB of a file that is brought back
LONGEST = 80  # characters of a reader's name
SURE, READER, FILE = "sure to delete", "name on the record", "record brought back"
TAKEN = "record taken last"


def print_and_take_along() -> None:
    """The record as a page to print, and as a file."""
    kept, today = all_kept(), datetime.date.today().isoformat()
    reader = st.text_input(WORDS["name on it"], key=READER, max_chars=LONGEST, help=WORDS["name on it: help"])[:LONGEST]
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
    lab(_bring_back, FILE)


def _bring_back() -> None:
    file = st.file_uploader(WORDS["bring back"], "json", max_upload_size=LARGEST, key=f"{FILE}, as it is")
    if file is None:
        return
    given = lambda: [("record.json", file.getvalue()[: LARGEST * 2**20 + 1])]
    ticket = read_once(FILE, file.file_id, lambda: ask.read(RECORD, given(), visitor()))
    if ticket.error:
        st.error(plain(ticket.error))
    elif ticket.ended:
        _take(file.file_id, json.loads(ticket.result[0]))


def _take(upload: str, kept: Mapping[str, Any]) -> None:
    """Take what a file has kept, once an upload, and say so."""
    if st.session_state.get(TAKEN) != upload:
        bring(kept)
        st.session_state[TAKEN] = upload
        rerun()
    st.success(WORDS("brought back", entries=counted(len(kept["entries"]), WORDS["entry"], WORDS["entries"])))


def delete() -> None:
    """Everything, once a reader has said so twice."""
    if not all_kept()["entries"]:
        return
    sure = st.checkbox(WORDS["delete: sure"], key=SURE)
    st.button(WORDS["delete"], icon=":material/delete:", disabled=not sure, on_click=forget_all)

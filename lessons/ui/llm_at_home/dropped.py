"""A model that a reader drops as a GGUF file: what its header says, and how its bytes are spread over the layers."""

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from lessons.estimate.at_home import Home
from lessons.estimate.dropped_gguf import LONGEST_NAME, MOST_BYTES, MOST_FILES, MOST_SIZE, DroppedGguf, restored
from lessons.estimate.transformer import CannotCompute
from lessons.facts.architectures import Architecture
from lessons.jobs import ask
from lessons.jobs.uploads import GGUF
from lessons.quantity import show
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.figures import row
from lessons.ui.layout.plain import plain
from lessons.ui.layout.presenter import presenting
from lessons.ui.llm_at_home import file_chart
from lessons.ui.state.visit import visitor
from lessons.ui.state.widgets import aside
from lessons.ui.work.uploads import forget, read_once

WORDS = sections("llm-at-home")
FIELD, HELD, DONE = "llm_gguf", "headers of dropped GGUF files", "dropped files that have set the format"
File = tuple[str, bytes]  # the JSON of its name, its bytes and where its weights begin; what was sent of it


class DroppedFiles(NamedTuple):
    """The files of one model, as far as they were sent, and when they were dropped."""

    at: float
    files: list[File]


SAYS = {
    "label": WORDS["gguf: label"],
    "choose": WORDS["gguf: choose"],
    "hint": WORDS["gguf: hint"],
    "remove": WORDS["gguf: remove"],
    "reading": WORDS["gguf: reading"],
}


def shape(notes: list[tuple[str, dict]]) -> Architecture | None:
    """The shape of the file that was dropped, with its own bytes; None, with a note, where there is none, and while it
    is read. No address holds it: this visit does. Raises CannotCompute."""
    held = _held()
    listed = [_sent(*file) for file in held.files] if held else []
    with aside("gguf"):
        browser.gguf(key=FIELD, data={"words": SAYS, "held": listed}, on_files_change=_take)
    if held is None:
        forget(FIELD)
        notes.append(("drop", {}))
        return None
    found = _read(held)
    return found and found.shape


def describe() -> None:
    """What the file holds that was read, and the bytes of each layer by type."""
    if (held := _held()) and (found := _read(held)):
        _show(found)


def _read(held: DroppedFiles) -> DroppedGguf | None:
    """Raises CannotCompute. None while it is read."""
    ticket = read_once(FIELD, held.at, lambda: ask.read(GGUF, held.files, visitor()))
    if ticket.error:
        raise CannotCompute(ticket.error)
    return restored(ticket.result[0]) if ticket.result else None


def _held() -> DroppedFiles | None:
    return st.session_state.get(HELD)


def is_new() -> bool:
    """Whether other files were dropped since this was asked last."""
    held = _held()
    before, st.session_state[DONE] = st.session_state.get(DONE), held and held.at
    return held is not None and held.at != before


def of_form(home: Home) -> list[tuple[str, dict]]:
    """Whether the bytes of the weights are those of the file, or an estimate for another format than it has."""
    own = home.shape.own
    if own is None:
        return []
    return [("own bytes" if home.form == own.form else "not own bytes", {"form": home.form, "own": own.form})]


def _take() -> None:
    """Hold what the browser has sent of the files that were dropped, in place of those before."""
    told = (st.session_state.get(FIELD) or {}).get("files")
    files = told.get("files") if isinstance(told, dict) else None
    if not isinstance(files, list) or not files:
        st.session_state.pop(HELD, None)
        return
    at = told.get("at")
    st.session_state[HELD] = DroppedFiles(at if isinstance(at, int | float) else 0, _checked(files))


def _checked(files: list[Any]) -> list[File]:
    """Those that are what the page sends; else one that is refused with a sentence."""
    found = [_file(each) for each in files[:MOST_FILES] if isinstance(each, dict)]
    fits = all(found) and len(found) == len(files) and sum(len(head) for _, head in filter(None, found)) <= MOST_BYTES
    return found if fits else [(json.dumps(None), b"")]


def _file(said: Mapping[str, Any]) -> File | None:
    name, size, begin, head = (said.get(key) for key in ("name", "size", "begin", "head"))
    counts = all(type(each) is int and 0 <= each <= MOST_SIZE for each in (size, begin))
    if not isinstance(name, str) or not isinstance(head, str) or not counts:
        return None
    try:
        return json.dumps([name[:LONGEST_NAME], size, begin]), base64.b64decode(head, validate=True)
    except ValueError:
        return None


def _sent(name: str, head: bytes) -> str:
    """What was sent of a file, in words that the field shows as they are."""
    said = json.loads(name)
    if said is None:
        return ""
    return WORDS("gguf: sent", name=said[0], size=show(said[1], "bytes"), sent=show(len(head), "bytes"))


def _show(found: DroppedGguf) -> None:
    """What a file holds, and the bytes of each layer by type."""
    own, estimated = found.shape.own, found.estimated
    said = {
        "called": plain(found.called) or WORDS["gguf: no name"],
        "kind": plain(found.kind),
        "numbers": f"{found.numbers:,}",
        "size": show(found.bytes, "bytes"),
        "bits": f"{8 * found.bytes / found.numbers:.2f}",
        "form": own.form,
        "most": plain(found.most),
        "estimated": show(estimated, "bytes"),
        "off": f"{100 * (found.bytes / estimated - 1):+.2f}",
    }
    st.markdown(WORDS("gguf: named", **said) if found.named else WORDS("gguf: nearest", **said))
    if found.apart:
        st.markdown(WORDS("gguf: apart", size=show(found.apart, "bytes")))
    if presenting():
        return
    row("llm_gguf_layers", file_chart.by_layer(found.layers))
    with st.expander(WORDS["gguf: kinds"]):
        st.dataframe(_kinds(found), hide_index=True, alt=WORDS["gguf: kinds"])


def _kinds(found: DroppedGguf) -> pd.DataFrame:
    columns = [WORDS["gguf: matrix"], WORDS["gguf: type"], WORDS["gguf: count"], WORDS["gguf: bytes"]]
    return pd.DataFrame(found.kinds, columns=columns)

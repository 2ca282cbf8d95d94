"""A GGUF file that a reader drops on the page: its bytes are counted, another one takes its place, and what is no such
file is refused. The browser's part is set by hand."""

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lessons.estimate.at_home import Home, needed
from lessons.estimate.dropped_gguf import model_in, restored
from lessons.facts.architectures import architectures
from lessons.quantity import show
from lessons.ui.llm_at_home import dropped
from lessons.ui.llm_at_home.knobs import DROPPED
from tests.pages.reader import at_home as opened
from tests.pages.reader import link, run_until, said, settled, tile, tiles, unbadged
from tests.unit.gguf_headers import header, published, sent, settings_of, shapes_of

FIELD = {"name": "a.gguf", "size": 10, "begin": 4, "head": "AAAA"}


def drop(page: AppTest, *files: tuple[str, bytes], at: float = 1.0, holds=settled) -> AppTest:
    """The page once it has read files of which the browser has sent this."""
    page.session_state[dropped.HELD] = dropped.DroppedFiles(at, list(files))
    return run_until(page, holds)


def asks_for_a_file(page: AppTest) -> bool:
    return "Drop a **GGUF file**" in said(page)


def eight_bits() -> bytes:
    """Qwen3 0.6B, all its matrices in Q8_0."""
    types = {"norm.weight": "F32", ".weight": "Q8_0"}
    return header(settings_of("Qwen3 0.6B") | {"general.file_type": 7}, shapes_of("Qwen3 0.6B"), types)


def test_a_dropped_file_counts_with_its_own_bytes_until_the_slider_is_moved():
    page = opened(model=DROPPED, holds=asks_for_a_file, format="Q4_K_M")
    assert not tiles(page)
    page = drop(page, sent(eight_bits()))
    shape = restored(model_in([sent(eight_bits())])[0]).shape
    assert page.session_state["llm_format"] == "native"  # as the file is
    assert tile(page, "Memory needed") == str(needed(Home(shape, "Q8_0")))
    assert tile(page, "KV cache per token") == show(2 * 2 * 8 * 128 * 28, "bytes")
    assert "**Q8_0 is your file**" in said(page)
    assert "**Qwen3 0.6B**: qwen3" in said(page) and "8.50 bits per weight" in said(page)
    assert "Bytes of each layer in your file" in said(page) and not unbadged(page)
    page.session_state["llm_format"] = "Q4_K_M"
    run_until(page, settled)
    assert tile(page, "Memory needed") == str(needed(Home(architectures()["Qwen3 0.6B"], "Q4_K_M")))
    assert "**Q4_K_M is an estimate**: your file is Q8_0" in said(page)


def test_another_file_takes_its_place_and_it_is_still_there_after_another_page():
    page = drop(opened(model=DROPPED, holds=asks_for_a_file), sent(published("Qwen3 0.6B")))
    page = drop(page, sent(published("Gemma 3 12B")), at=2.0, holds=lambda page: "**Gemma 3 12B**" in said(page))
    assert "Qwen3 0.6B" not in said(page)
    page.switch_page("../../pages/energy.py").run()
    page.switch_page("../../pages/llm-at-home.py")
    page.query_params["llm_model"] = DROPPED
    run_until(page, lambda page: "**Gemma 3 12B**" in said(page))
    del page.session_state[dropped.HELD]  # Remove was pressed
    run_until(page, asks_for_a_file)
    assert not tiles(page)


@pytest.mark.parametrize("part", ["speed", "map", "engines"])
def test_every_part_counts_with_it(part):
    page = drop(opened(part, model=DROPPED, holds=asks_for_a_file), sent(eight_bits()), holds=lambda page: tiles(page))
    assert not page.exception and not unbadged(page)


def test_what_is_no_such_file_is_refused_in_a_sentence():
    page = opened(model=DROPPED, holds=asks_for_a_file)
    for at, (file, why) in enumerate(
        [
            (sent(b"PK\3\4 a zip"), "not a GGUF file"),
            (sent(published("Qwen3 0.6B")[:900]), "its header ends early"),
            (("null", b""), "drop the file again"),
        ]
    ):
        drop(page, file, at=float(at), holds=lambda page, why=why: page.warning and why in page.warning[0].value)
        assert not tiles(page)


BAD = [
    None, [], [1], [FIELD | {"name": 1}], [FIELD | {"size": "1"}], [FIELD | {"size": -1}], [FIELD | {"size": 2**60}],
    [FIELD | {"begin": 1.5}], [FIELD | {"head": "no base64!"}], [FIELD | {"head": "é"}], [FIELD | {"head": None}],
    [FIELD] * 65, [FIELD | {"head": "AAAA" * 800_000}], [{}],
]  # fmt: skip


@pytest.mark.parametrize("files", BAD, ids=range(len(BAD)))
def test_what_no_page_sends_is_held_as_nothing_or_as_what_is_refused(files):
    assert taken({"files": {"at": 3, "files": files}}) == ((3, [("null", b"")]) if files else None)


def taken(state: object) -> object:
    """What is held once the browser has told this."""
    st.session_state[dropped.FIELD] = state
    try:
        dropped._take()
        return st.session_state.get(dropped.HELD)
    finally:
        for name in (dropped.FIELD, dropped.HELD):
            st.session_state.pop(name, None)


def test_what_a_page_sends_is_held():
    assert taken({"files": {"at": 1, "files": [FIELD]}}) == (1, [(json.dumps(["a.gguf", 10, 4]), b"\0\0\0")])
    assert taken({"files": {"at": None, "files": [FIELD | {"name": "x" * 900}]}})[1][0][0] == json.dumps(
        ["x" * 200, 10, 4]
    )
    assert taken(None) is None and taken({"files": 3}) is None and taken({"files": {"files": []}}) is None


def test_a_link_says_only_that_there_was_a_file():
    page = link("llm-at-home", llm_model=DROPPED, guess="skip").run()
    assert asks_for_a_file(page) and "No address holds it" in said(page)

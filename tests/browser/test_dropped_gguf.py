"""A large GGUF file is dropped in a real browser: little of it is sent, by mouse and by key, and what it says is on the
page."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import ready, settle, tiles
from tests.browser.screens import must_fit_a_phone
from tests.unit.gguf_headers import header, settings_of, shapes_of

PLACE = "/llm-at-home?guess=skip&llm_part=memory&llm_model=your+GGUF+file"
SIZE = 200_000_000  # bytes
WORDS = 60_000  # of its vocabulary
DROP = """(box, name) => {
    const data = new DataTransfer()
    data.items.add(new File(["GGUF, and no more"], name))
    box.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, composed: true, cancelable: true }))
}"""


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    """A model of 135 million weights with a long vocabulary; its weights are a hole on the disk."""
    said = settings_of("SmolLM2 1.7B") | {
        "llama.block_count": 3, "tokenizer.ggml.tokens": [f"word {at}" for at in range(WORDS)],
    }  # fmt: skip
    shapes = {
        name: shape
        for name, shape in shapes_of("SmolLM2 1.7B").items()
        if not name.startswith("blk.") or int(name.split(".")[1]) < 3
    }
    path = tmp_path_factory.mktemp("large") / "small.Q4_0.gguf"
    types = {"norm.weight": "F32", ".weight": "Q4_0"}
    with path.open("wb") as file:
        file.write(header(said | {"general.file_type": 2}, shapes, types))
        file.truncate(SIZE)
    return path


def test_a_large_file_is_dropped_and_little_of_it_is_sent(visit, large):
    page = visit("")
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    page.goto(PLACE)
    page.get_by_text("No address holds it").wait_for()
    ready(page)
    before = sum(sent)
    page.get_by_label("Your GGUF file: Choose a file").set_input_files(large)
    page.get_by_text("bits per weight. The header names Q4_0").wait_for()
    ready(page)
    assert tiles(page)
    assert large.stat().st_size == SIZE > 1_000 * (sum(sent) - before)
    told = page.get_by_text("of 200 MB sent").inner_text()
    assert told.startswith("small.Q4_0.gguf: ") and " kB of" in told
    must_let_everybody_in(page, "light")
    must_fit_a_phone(page)
    it_is_still_there_after_another_page(page)
    another_file_takes_its_place_and_all_are_taken_away(page)


def it_is_still_there_after_another_page(page: Page) -> None:
    page.get_by_role("link", name="Where the energy goes").click()
    page.get_by_role("heading", name="Where the energy goes").first.wait_for()
    page.go_back()
    page.get_by_text("of 200 MB sent").wait_for()
    page.get_by_text("bits per weight. The header names Q4_0").wait_for()


def another_file_takes_its_place_and_all_are_taken_away(page: Page) -> None:
    ready(page)
    page.locator(".gguf").evaluate(DROP, "b.gguf")
    alert = page.get_by_test_id("stAlert")
    alert.wait_for()
    assert "its header ends early" in alert.inner_text() or "version" in alert.inner_text()
    settle(page, lambda: page.get_by_text("b.gguf: 17 B of 17 B sent").count() == 1)
    page.get_by_role("button", name="Remove").press("Enter")
    page.get_by_text("No address holds it").wait_for()
    settle(page, lambda: alert.count() == 0)

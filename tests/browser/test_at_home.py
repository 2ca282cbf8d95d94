"""The lesson on large models at home in a real browser: knobs and address, a phone, a stage, and readers who cannot
see."""

import re

from playwright.sync_api import Page

from lessons.estimate.unknown_output import MOST_CHARACTERS
from tests.browser.access import must_let_everybody_in
from tests.browser.reader import (
    move,
    must_follow_the_hand,
    ready,
    settle,
    slider,
    tile,
    tiles,
    unfold,
    wait_for_address,
)
from tests.browser.screens import must_fill_a_stage, must_fit_a_phone, on_a_stage

FIELD = "Output of nvidia-smi, ollama list or ollama ps"
FORMAT = "Weight format (about 2 to 16 bits per weight)"
# Each part, and the colours it is looked at in.
PARTS = {"memory": "light", "speed": "dark", "map&llm_context=1024": "dark", "engines": "light", "check": "light"}


def opened(page: Page, part: str, more: str = "") -> None:
    page.goto(f"/llm-at-home?guess=skip&llm_part={part}{more}")
    tile(page).or_(page.locator(".js-plotly-plot")).first.wait_for()


def test_a_reader_finds_out_what_fits(visit):
    page = visit("")
    opened(page, "memory", "&llm_format=Q4_K_M")
    must_follow_the_hand(page, "llm_format", FORMAT)
    must_follow_the_hand(page, "llm_context", "Context (tokens)")
    the_jar_follows_the_hand(page)
    what_is_folded_follows_the_hand(page)
    fewer_bits_take_less_and_the_address_says_so(page)
    a_link_says_what_belongs_to_its_preset_and_nothing_else(page)
    this_machine_is_measured_once_for_all(page)
    what_is_advised_is_done_and_undone(page)
    what_is_pasted_calls_nobody(page)
    what_a_driver_prints_is_in_the_address(page)
    what_is_pasted_outlives_escape(page)
    of_a_megabyte_no_more_is_read_than_is_refused(page)
    for part, scheme in PARTS.items():
        opened(page, part)
        must_let_everybody_in(page, scheme)
        must_fit_a_phone(page)
        if part != "memory":  # which it opens with: see test_every_screen
            with on_a_stage(page):
                must_fill_a_stage(page)


def the_jar_follows_the_hand(page: Page) -> None:
    jar = "A jar as high as 25.8 GB \\(24 GiB\\) of memory. .*"
    move(page, "Context (tokens)", "End")
    move(page, FORMAT, "End")  # another format, out of the list
    move(page, FORMAT, "ArrowLeft")  # as the model is published
    page.get_by_label(re.compile(f"{jar}8.23 GB too much")).first.wait_for()
    move(page, "Context (tokens)", "Home")
    page.get_by_label(re.compile(f"{jar}Fits")).first.wait_for()
    opened(page, "memory", "&llm_format=Q4_K_M")


def what_is_folded_follows_the_hand(page: Page) -> None:
    for part, knob, name in (
        ("memory", "llm_batch", "Batch size (conversations at once)"),
        ("speed", "llm_kin", "Machines of this kind, by memory"),
    ):
        opened(page, part, "&llm_format=Q4_K_M&llm_machine=NVIDIA+GeForce+RTX+4060+Laptop,+8+GB")  # of 23
        ready(page)
        unfold(page, "More sliders")
        must_follow_the_hand(page, knob, name)
        page.keyboard.press("Escape")
    opened(page, "memory", "&llm_format=Q4_K_M")
    the_next_machine_is_shown_at_once_and_then_chosen(page)
    opened(page, "memory", "&llm_format=Q4_K_M")


def the_next_machine_is_shown_at_once_and_then_chosen(page: Page) -> None:
    ready(page)
    unfold(page, "More sliders")
    ready(page)
    slider(page, "Machines of this kind").focus()
    page.keyboard.press("End")
    page.get_by_label(re.compile("A jar as high as 34.2 GB")).first.wait_for()
    wait_for_address(page, "llm_machine=NVIDIA+GeForce+RTX+5090")
    page.keyboard.press("Escape")
    move(page, FORMAT, "ArrowRight")  # around the new machine
    page.get_by_text("Llama 3.1 8B, Q5_K_M (5.7 bits), on NVIDIA GeForce RTX 5090").first.wait_for()


def fewer_bits_take_less_and_the_address_says_so(page: Page) -> None:
    ready(page)
    before = tiles(page)[0]
    move(page, FORMAT, "ArrowRight")
    settle(page, lambda: tiles(page)[:1] not in ([before], []))
    wait_for_address(page, "llm_format=Q5_K_M")
    after = tiles(page)[0]
    page.reload()
    settle(page, lambda: tile(page).count() == 6 and tiles(page)[0] == after)


def a_link_says_what_belongs_to_its_preset_and_nothing_else(page: Page) -> None:
    opened(page, "memory", "&llm_model=Llama+3.1+70B&llm_format=Q4_K_M")
    said = page.get_by_text("70 billion weights do not fit")
    said.wait_for()
    opened(page, "memory", "&llm_model=Llama+3.1+70B&llm_format=Q2_K")
    ready(page)
    assert said.count() == 0


def this_machine_is_measured_once_for_all(page: Page) -> None:
    opened(page, "speed", "&llm_machine=this+machine&llm_model=Qwen3+0.6B")
    said = page.get_by_text("This machine, measured")
    said.wait_for()
    before = said.inner_text()
    page.reload()
    said.wait_for()
    assert said.inner_text() == before


def what_is_advised_is_done_and_undone(page: Page) -> None:
    opened(page, "memory", "&llm_model=gpt-oss+120B&llm_main=64")
    page.get_by_text("Change one of these, and it fits").wait_for()
    page.get_by_role("button", name="Experts of").click()
    wait_for_address(page, "llm_offloaded=experts", "llm_offload=")
    page.get_by_text("There is room for one of these").wait_for()
    page.get_by_role("button", name="Undo: Experts of").click()
    page.get_by_text("Change one of these, and it fits").wait_for()
    ready(page)
    assert "llm_offloaded=experts" not in page.url


def what_is_pasted_calls_nobody(page: Page) -> None:
    page.goto("/llm-at-home?guess=skip&llm_part=memory&llm_model=your+config.json")
    called = []
    page.on("request", lambda request: called.append(request.url))
    page.get_by_label("Your config.json").fill('{"model_type": "![x](http://evil.invalid/x.png) www.evil.invalid"}')
    page.get_by_label("Your config.json").press("Control+Enter")
    alert = page.get_by_test_id("stAlert")
    alert.wait_for()
    assert "![x](http:" in alert.inner_text()
    assert alert.locator("img, a").count() == 0
    assert not [url for url in called if "evil" in url]


def what_a_driver_prints_is_in_the_address(page: Page) -> None:
    opened(page, "memory")
    page.get_by_role("button", name="Paste").first.click()
    field = page.get_by_label(FIELD)
    field.fill("\n".join(f"GPU {nth}: NVIDIA GeForce RTX 3090 (UUID: GPU-{nth})" for nth in range(2)))
    field.press("Control+Enter")
    wait_for_address(page, "llm_machine=NVIDIA+GeForce+RTX+3090", "llm_cards=2")
    page.get_by_text("2 cards share the layers").first.wait_for()


def what_is_pasted_outlives_escape(page: Page) -> None:
    """It closes what the field is in."""
    opened(page, "memory")
    page.get_by_role("button", name="Paste").first.click()
    page.get_by_label(FIELD).fill("GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-0)")
    page.get_by_label(FIELD).press("Escape")
    page.get_by_label(FIELD).wait_for(state="detached")
    wait_for_address(page, "llm_machine=NVIDIA+GeForce+RTX+3090")
    page.get_by_role("button", name="Paste").first.click()
    assert page.get_by_label(FIELD).input_value().startswith("GPU 0")


def of_a_megabyte_no_more_is_read_than_is_refused(page: Page) -> None:
    opened(page, "memory")
    page.get_by_role("button", name="Paste").first.click()
    field = page.get_by_label(FIELD)
    field.focus()
    pasted = """([field, size]) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData("text/plain", "x".repeat(size))
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
        return field.value.length
    }"""
    assert page.evaluate(pasted, [field.element_handle(), 1_000_000]) == MOST_CHARACTERS + 1
    field.press("Control+Enter")
    page.get_by_text("longer than 20,000 characters").first.wait_for()

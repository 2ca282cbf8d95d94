"""Quantization as a reader goes through it: a prediction, the slider and the numbers, what is closed, what a link gives
back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.access import must_let_everybody_in
from tests.browser.reader import (
    LAB,
    another_tab,
    choose,
    link,
    measured,
    move,
    must_follow_the_hand,
    predict,
    press,
    ready,
    settle,
    swept,
    tiles,
    wait_for_address,
)

BITS = "Bits per weight"


def test_a_reader_goes_through_the_lesson(visit):
    page = visit("quantization")
    the_first_picture_follows_the_hand(page)
    must_let_everybody_in(page, "light", "dark")
    a_prediction_outlives_a_reload_and_a_look_at_another_page(page)
    page.emulate_media(color_scheme="light")
    page.goto(f"/{LAB}")
    measured(page)
    swept(page)
    as_it_opens = tiles(page)
    presses_move_the_numbers_and_the_address(page, as_it_opens)
    every_chart_and_picture_has_words(page)
    what_is_open_stays_open_while_another_setting_is_measured(page)
    a_link_gives_the_same_numbers_and_reset_the_first_ones(page, as_it_opens)
    both_ends_of_the_slider(page)
    a_preset_sets_the_network_too(page)
    page.goto("/")
    measured(page)
    must_follow_the_hand(page, "home_bits", BITS)


def the_first_picture_follows_the_hand(page: Page) -> None:
    measured(page)
    page.get_by_label(re.compile("Dot plot of 60 weights of conv2 .* 31 levels")).first.wait_for()
    for key, times, levels in (("Home", 1, 2), ("ArrowRight", 2, 7)):
        move(page, BITS, key, times)
        page.get_by_label(re.compile(f"Dot plot of 60 weights of conv2 .* {levels} levels")).first.wait_for()
    choose(page, "depthwise", "quantization_network=depthwise")


def a_prediction_outlives_a_reload_and_a_look_at_another_page(page: Page) -> None:
    predict(page, "4")
    page.get_by_text("You predicted 4 bits").wait_for()
    page.reload()
    page.get_by_text("You predicted 4 bits").wait_for()
    page.get_by_role("link", name="Home", exact=True).click()
    settle(page, lambda: "quantization" not in page.url)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Quantization", exact=True).click()
    page.get_by_text("You predicted 4 bits").wait_for()
    wait_for_address(page, "guess=4", "quantization_network=depthwise")


def presses_move_the_numbers_and_the_address(page: Page, before: list[str]) -> None:
    move(page, BITS, "ArrowLeft", 2)
    settle(page, lambda: "quantization_bits=3" in page.url and tiles(page)[:3] not in (before[:3], []))


def every_chart_and_picture_has_words(page: Page) -> None:
    settle(page, lambda: page.locator(".pictures [role=img]").count() == 12)
    assert page.locator(".pictures [role=img]:not([aria-label])").count() == 0
    page.get_by_label(re.compile("Line chart of test accuracy against bits per weight. At 3: ")).first.wait_for()
    page.get_by_label(re.compile("Histogram of the weights of conv2")).first.wait_for()
    page.get_by_label(re.compile("Histogram of the numbers that flow into conv2")).first.wait_for()
    page.get_by_text("Which class is predicted for which").click()
    page.get_by_label(re.compile("Confusion matrix, 10,000 images")).nth(1).wait_for()
    page.get_by_text("The numbers behind the charts").click()
    for name in ("Accuracy against bits", "Weights of conv2", "Numbers that flow into conv2"):
        page.get_by_label(f"Data of the chart: {name}").first.wait_for()


def what_is_open_stays_open_while_another_setting_is_measured(page: Page) -> None:
    page.get_by_text("Files: which size do you mean?").click()
    sizes = page.get_by_label("Sizes of the model before and after").first
    sizes.wait_for()
    before = tiles(page)
    choose(page, "group", "quantization_grain=group")
    settle(page, lambda: tiles(page) not in (before, []))
    ready(page)
    expect(sizes).to_be_visible()


def a_link_gives_the_same_numbers_and_reset_the_first_ones(page: Page, as_it_opens: list[str]) -> None:
    before = tiles(page)
    choose(page, "channel", "quantization_grain=channel")
    settle(page, lambda: tiles(page) not in (before, []))
    ready(page)
    shown = tiles(page)[:3]
    assert shown != as_it_opens[:3]
    with another_tab(page, link(page)) as again:
        settle(again, lambda: tiles(again)[:3] == shown)
        ready(again)
        press(again, "Reset the knobs")
        settle(again, lambda: tiles(again)[:3] == as_it_opens[:3])
        assert "quantization_" not in again.url


def both_ends_of_the_slider(page: Page) -> None:
    page.goto("/quantization?quantization_bits=2")
    measured(page)
    move(page, BITS, "Home")
    settle(page, lambda: "quantization_bits=1" in page.url and page.get_by_text("Measuring on").count() == 0)
    settle(page, lambda: "-96 %" in page.locator(".tile .delta").nth(1).inner_text())
    move(page, BITS, "End")
    settle(page, lambda: "quantization_bits=fp32" in page.url)
    page.get_by_text("0 of 10,000 predictions changed").first.wait_for()


def a_preset_sets_the_network_too(page: Page) -> None:
    press(page, "Break it")
    settle(page, lambda: "quantization_network=depthwise" in page.url and "quantization_bits=4" in page.url)
    page.get_by_text("Break it: a depthwise network").wait_for()
    press(page, "Reset the knobs")
    settle(page, lambda: "quantization_" not in page.url)

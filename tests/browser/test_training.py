"""A training that two readers watch: one stops it, the other sees its end; a link gives each model back, on every
page."""

import re

from playwright.sync_api import Page, expect

from tests.browser.reader import (
    LAB,
    PANEL,
    another_tab,
    link,
    measured,
    press,
    ready,
    settle,
    slider,
    start_training,
    tiles,
)


def test_two_readers_train_at_once_and_one_stops(visit):
    one, other = visit(LAB), visit(LAB)
    for page in (one, other):
        measured(page)
    shipped = tiles(other)[0]
    both_ask_for_the_same_run(one, other)
    who_stops_keeps_what_was_learnt_and_a_link_gives_it_back(one)
    who_waits_gets_the_whole_run_and_its_curves(other, shipped)
    another_seed_is_trained_and_the_shipped_model_comes_back(other, shipped)


def both_ask_for_the_same_run(one: Page, other: Page) -> None:
    for page in (one, other):
        page.locator(PANEL).get_by_role("button", name="Training settings").click()
        seed = page.get_by_role("spinbutton", name="Seed")
        seed.fill("77")
        seed.press("Enter")
        slider(page, "Epochs").press("ArrowLeft")
        ready(page)
    for page in (one, other):
        page.get_by_role("button", name="Train with these").click()
    one.get_by_text("steps/s").wait_for()


def who_stops_keeps_what_was_learnt_and_a_link_gives_it_back(page: Page) -> None:
    press(page, "Stop and keep")
    page.get_by_text(re.compile(r"seed 77, 4 epochs, stopped at step")).wait_for()
    settle(page, lambda: re.search(r"trained=seed77\.epochs4\.step\d+", page.url))  # the address comes after the text
    ready(page)
    shown = tiles(page)[:3]
    with another_tab(page, link(page)) as again:
        settle(again, lambda: tiles(again)[:3] == shown)
        expect(again.get_by_text("stopped at step").first).to_be_visible()


def who_waits_gets_the_whole_run_and_its_curves(page: Page, shipped: str) -> None:
    page.get_by_text(re.compile(r"Trained here from seed 77, 4 epochs\.")).first.wait_for()
    page.get_by_text("How it was trained").click()
    charts = page.locator(f"{PANEL} canvas, {PANEL} svg.marks")
    settle(page, lambda: charts.count() == 2)
    settle(page, lambda: "trained=seed77.epochs4" in page.url and tiles(page) and tiles(page)[0] != shipped)
    assert "step" not in page.url


def another_seed_is_trained_and_the_shipped_model_comes_back(page: Page, shipped: str) -> None:
    start_training(page, "Retrain with another seed")
    press(page, "Stop and keep")
    page.get_by_text("stopped at step").first.wait_for()
    settle(page, lambda: re.search(r"trained=seed78\.epochs4\.step\d+", page.url))
    press(page, "Back to the shipped model")
    settle(page, lambda: tiles(page) and tiles(page)[0] == shipped and "trained" not in page.url)


def test_a_link_has_a_model_trained_that_comes_along_to_other_pages(visit):
    page = visit("?trained=seed8.epochs1.step20")
    page.get_by_text("stopped at step 20").first.wait_for()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Quantization", exact=True).click()
    page.get_by_text("predictions changed").first.wait_for()
    page.get_by_text("stopped at step 20").first.wait_for()
    settle(page, lambda: "trained=seed8.epochs1.step20" in page.url)

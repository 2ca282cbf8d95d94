"""What a reader does, in a real browser."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

PANEL = ".st-key-training_panel"
LAB = "quantization?guess=skip"
WIDE = """
    [...document.querySelectorAll('[data-testid=stMain], [data-testid=stMain] *')]
       .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('[data-testid=stDataFrame], pre, .katex, .vega-embed details'))
       .map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right))
"""


def tiles(page: Page) -> list[str]:
    return page.locator('[data-testid="stMetricValue"]').all_inner_texts()


def press(page: Page, key: str, times: int = 1) -> None:
    """Press a key on the bits slider until the address has followed, and wait until the numbers have too and stand still. On a
    busy machine Streamlit 1.67 can lose a press that meets a run of the lab's clock, and a reader presses again."""
    for _ in range(times):
        settle(page, lambda: tiles(page))
        before, address = tiles(page), page.url
        for _ in range(10):
            page.get_by_role("slider", name="Bits per weight").focus()
            page.keyboard.press(key)
            with suppress(PlaywrightTimeout):
                page.wait_for_url(lambda url, address=address: url != address, timeout=3_000)
                break
        settle(page, lambda before=before: tiles(page) not in (before, []))


def settle(page: Page, holds: Callable[[], object], seconds: float = 180) -> None:
    """Wait until something holds and no script runs."""
    for _ in range(int(seconds * 20)):
        state = page.get_attribute('[data-testid="stApp"]', "data-test-script-state")
        if state in (None, "notRunning") and holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it took too long")


def start_training(page: Page, label: str) -> None:
    page.locator(PANEL).get_by_role("button", name=re.compile(rf"{label}$")).click()
    page.get_by_text("steps/s").wait_for()


def test_the_slider_moves_the_numbers_and_the_address_and_the_link_gives_them_back(visit):
    page = visit(LAB)
    at_eight = tiles(page)
    press(page, "ArrowLeft", 5)
    assert "quantization_bits=3" in page.url
    page.get_by_role("radio", name="channel").click()
    settle(page, lambda: "quantization_grain=channel" in page.url)
    page.wait_for_timeout(500)
    settle(page, lambda: page.get_by_text("Measuring").count() == 0)
    shown = tiles(page)[:3]
    assert shown != at_eight[:3]
    again = visit(page.url.partition("/")[2].partition("/")[2].partition("/")[2])
    settle(again, lambda: tiles(again)[:3] == shown)
    again.wait_for_timeout(1500)
    again.get_by_role("button", name="Reset the knobs").click()
    settle(again, lambda: tiles(again)[:3] == at_eight[:3])
    assert "quantization_" not in again.url


def test_both_ends_of_the_slider(visit):
    page = visit("quantization?quantization_bits=2")
    press(page, "Home")
    assert "quantization_bits=1" in page.url
    assert "-96 %" in page.locator('[data-testid="stMetricDelta"]').nth(1).inner_text()
    press(page, "End")
    assert "quantization_bits=fp32" in page.url
    page.get_by_text("0 of 10,000 answers changed").wait_for()


def test_train_watch_stop_and_share(visit):
    page = visit(LAB)
    shipped = tiles(page)[0]
    start_training(page, "Train")
    page.get_by_role("button", name="Stop and keep").wait_for()
    charts = page.locator(f"{PANEL} canvas, {PANEL} svg.marks")
    settle(page, lambda: charts.count() == 2)
    page.get_by_text(re.compile(r"trained here from seed 0, 5 epochs\.")).wait_for()
    settle(page, lambda: "trained=seed0" in page.url and tiles(page) and tiles(page)[0] != shipped)

    start_training(page, "Retrain with another seed")
    page.get_by_role("button", name="Stop and keep").click()
    page.get_by_text("stopped at step").wait_for()
    settle(page, lambda: re.search(r"trained=seed1\.step\d+", page.url))  # the address comes after the text
    page.wait_for_timeout(1000)
    settle(page, lambda: page.get_by_text("Measuring").count() == 0 and tiles(page))
    shown = tiles(page)[:3]

    again = visit(page.url.rpartition("/")[2])
    settle(again, lambda: tiles(again)[:3] == shown)
    expect(again.get_by_text("stopped at step")).to_be_visible()

    page.get_by_role("button", name="Back to the shipped model").click()
    settle(page, lambda: tiles(page) and tiles(page)[0] == shipped and "trained" not in page.url)


def test_two_readers_train_at_once_and_one_stops(visit):
    one, other = visit(LAB), visit(LAB)
    for page in (one, other):  # the same question, asked twice: one run
        page.locator(PANEL).get_by_role("button", name="More").click()
        page.get_by_role("spinbutton", name="Seed").fill("77")
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
    for page in (one, other):
        page.get_by_role("button", name="Train with these").click()
    one.get_by_text("steps/s").wait_for()
    one.get_by_role("button", name="Stop and keep").click()
    one.get_by_text(re.compile(r"seed 77, 5 epochs, stopped at step")).wait_for()
    other.get_by_text(re.compile(r"trained here from seed 77, 5 epochs\.")).wait_for()


def test_the_trained_model_comes_along_to_other_pages(visit):
    page = visit("?trained=seed8.epochs1.step20")
    page.get_by_text("stopped at step 20").wait_for()
    page.get_by_role("link", name="Quantization", exact=True).click()
    page.get_by_role("button", name="Skip").click()
    page.get_by_text("answers changed").wait_for()
    page.get_by_text("stopped at step 20").wait_for()
    settle(page, lambda: "trained=seed8.epochs1.step20" in page.url)


@pytest.mark.parametrize(
    "query",
    [
        "quantization_bits=999&quantization_grain=&abc",
        "quantization_bits=4&quantization_bits=5",
        "quantization_layer=" + "a" * 10_000,
        "trained=seed99999999999&%00=%ff",
        "quantization_bits=%3Cscript%3Ealert(1)%3C/script%3E&<b>x</b>=1",
    ],
)
def test_a_nonsense_link_opens_the_page_with_defaults_and_says_what_it_ignored(visit, query):
    plain = visit(LAB)
    page = visit(f"quantization?guess=skip&{query}")
    page.get_by_text("Part of the link was ignored").wait_for()
    assert tiles(page)[:3] == tiles(plain)[:3]
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Part of the link was ignored")).to_have_count(0)


def test_an_empty_setting_leaves_the_default_pressed(visit):
    page = visit("quantization?quantization_scheme=&quantization_bits=5")
    page.get_by_role("button", name="More").last.click()
    expect(page.get_by_role("radio", name="symmetric")).to_be_checked()
    assert "quantization_scheme" not in page.url


@pytest.mark.parametrize("path", ["", LAB])
@pytest.mark.parametrize(("scheme", "light"), [("light", True), ("dark", False)])
def test_both_themes(visit, path, scheme, light):
    page = visit(path, color_scheme=scheme)
    colour = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", colour)[:3])) > 3 * 128) == light


@pytest.mark.parametrize("path", ["", LAB])
def test_a_phone_does_not_scroll_sideways(visit, path):
    page = visit(path, viewport={"width": 390, "height": 844})
    assert page.evaluate(WIDE) == []


def test_a_wrong_address_is_told_so(visit):
    page = visit("no-such-page", wait=False)
    page.get_by_text("Page not found").first.wait_for()


def test_every_chart_and_picture_has_words(visit):
    page = visit("quantization?quantization_bits=3")
    assert page.locator(".pictures [role=img]").count() == 12
    assert page.locator(".pictures [role=img]:not([aria-label])").count() == 0
    page.get_by_label(re.compile("Line chart of test accuracy against bits per weight. At 3: ")).first.wait_for()
    page.get_by_label(re.compile("Histogram of the weights of conv2")).first.wait_for()
    page.get_by_label(re.compile("Histogram of the numbers that flow into conv2")).first.wait_for()
    page.get_by_text("Which class is taken for which").click()
    page.get_by_label(re.compile("Confusion matrix, 10,000 pictures")).nth(1).wait_for()
    page.get_by_text("The numbers behind the charts").click()
    for name in ("Accuracy against bits", "Weights of conv2", "Numbers that flow into conv2"):
        page.get_by_label(f"Data of the chart: {name}").first.wait_for()


def test_closed_parts_stay_open_while_a_new_setting_is_measured(visit):
    page = visit(LAB)
    page.get_by_text("Files: which size do you mean?").click()
    page.get_by_label("Sizes of the model before and after").first.wait_for()
    page.get_by_role("radio", name="group").click()
    settle(page, lambda: "grain=group" in page.url)
    page.wait_for_timeout(2500)
    settle(page, lambda: page.get_by_text("Measuring").count() == 0)
    page.get_by_label("Sizes of the model before and after").first.wait_for()


def test_the_lab_stays_closed_while_the_reader_picks_a_network(visit):
    page = visit("quantization", wait=False)
    page.get_by_role("radio", name="depthwise").click()
    settle(page, lambda: "quantization_network=depthwise" in page.url)
    page.wait_for_timeout(1000)
    assert page.locator('[data-testid="stMetric"]').count() == 0
    page.get_by_role("radio", name="4", exact=True).click()
    page.get_by_text("You predicted 4 bits").wait_for()
    page.reload()
    page.get_by_text("You predicted 4 bits").wait_for()

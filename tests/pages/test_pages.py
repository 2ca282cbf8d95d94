"""Each page's logic, without a browser (which alone sees the URL binding: see tests/browser)."""

import inspect
import re
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lessons import build
from lessons.experiment import Experiment, Quantize, Trained, shipped
from lessons.jobs import ask
from lessons.jobs.pool import pool
from lessons.quantity import show
from lessons.shrink import quantize
from lessons.ui.baseline import MODEL
from tests.browser.app import ROOT

SHELL = ROOT / "lessons" / "ui" / "shell.py"
PAGE = ROOT / "pages" / "quantization.py"


def run_until(page: AppTest, holds: Callable[[AppTest], object], seconds: float = 60) -> AppTest:
    """Run the page again, as its clock would, until something holds."""
    end = time.monotonic() + seconds
    page.run()
    while not holds(page):
        assert not page.exception, page.exception
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)
        page.run()
    assert not page.exception, page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    """Press the button of this label; the next run sees it."""
    return next(button for button in page.button if button.label == label).click()


def measured(page: AppTest) -> bool:
    return len(page.metric) == 4 and not any("Measuring" in caption.value for caption in page.caption)


def tile(page: AppTest, label: str) -> str:
    return next(metric.value for metric in page.metric if metric.label.startswith(label))


@pytest.fixture(scope="module")
def quantization() -> AppTest:
    return run_until(AppTest.from_file(PAGE, default_timeout=30), measured)


def test_home_shrinks_a_model_and_lists_the_lessons():
    home = run_until(AppTest.from_file(SHELL, default_timeout=30), measured)
    assert home.title[0].value == "Models for Ants"
    expected = build.measure(shipped() | Quantize(4))
    assert tile(home, "Accuracy") == str(expected["accuracy"])
    assert tile(home, "File") == str(expected["packed"])
    home.select_slider("home_bits").set_value("2")
    run_until(home, measured)
    assert tile(home, "Accuracy") == str(build.measure(shipped() | Quantize(2))["accuracy"])


@pytest.mark.parametrize(
    ("bits", "grain", "scheme"), [("1", "tensor", "affine"), ("3", "channel", "symmetric"), ("16", "tensor", "affine")]
)
def test_tiles_show_what_the_waist_measures(quantization, bits, grain, scheme):
    quantization.select_slider("quantization_bits").set_value(bits)
    quantization.get("button_group")[0].set_value(grain)
    quantization.get("button_group")[1].set_value(scheme)
    run_until(quantization, measured)
    expected = build.measure(shipped() | Quantize(int(bits), grain, scheme))
    assert tile(quantization, "Accuracy") == str(expected["accuracy"])
    assert tile(quantization, "File") == str(expected["packed"])
    assert tile(quantization, "Energy") == show(expected["energy_45nm"].value, "J")


def test_unshrunk_weights_change_nothing(quantization):
    quantization.select_slider("quantization_bits").set_value("fp32")
    run_until(quantization, measured)
    assert tile(quantization, "Accuracy") == str(build.measure(shipped())["accuracy"])
    assert any("**0** of 10,000 answers changed" in text.value for text in quantization.markdown)


@pytest.mark.parametrize(
    ("bits", "scheme", "ran"), [("4", "affine", quantize.affine), ("1", "affine", quantize.binary)]
)
def test_the_code_shown_is_the_code_that_ran(quantization, bits, scheme, ran):
    quantization.select_slider("quantization_bits").set_value(bits)
    quantization.get("button_group")[1].set_value(scheme)
    run_until(quantization, measured)
    assert quantization.code[0].value.startswith(inspect.getsource(ran).strip()[:60])


def test_every_tile_wears_a_badge(quantization):
    for metric in quantization.metric:
        assert any(f"[{badge}]" in metric.label for badge in ("measured", "estimated", "recorded", "cited")), (
            metric.label
        )


def test_reset_puts_the_knobs_back(quantization):
    quantization.select_slider("quantization_bits").set_value("2").run()
    press(quantization, "Reset the knobs")
    run_until(quantization, measured)
    assert quantization.select_slider("quantization_bits").value == "8"


def test_training_changes_the_model_in_use_and_back_is_back():
    page = run_until(AppTest.from_file(PAGE, default_timeout=30), measured)
    before = tile(page, "Accuracy")
    page.slider("train_epochs").set_value(1)
    page.number_input("train_seed").set_value(5)
    press(page, "Train with these")
    run_until(page, lambda page: MODEL in page.session_state and measured(page))
    mine = Experiment(Trained(seed=5, epochs=1))
    assert page.session_state[MODEL] == mine
    assert page.query_params["trained"] == "seed5.epochs1"
    assert tile(page, "Accuracy") == str(build.measure(mine | Quantize(8))["accuracy"]) != before
    press(page, "Back to the shipped model")
    run_until(page, measured)
    assert tile(page, "Accuracy") == before
    assert "trained" not in page.query_params


def test_stop_keeps_what_was_learnt():
    page = run_until(AppTest.from_file(PAGE, default_timeout=30), measured)
    page.number_input("train_seed").set_value(41)
    press(page, "Train with these")
    run_until(page, lambda page: any("steps/s" in bar.proto.text for bar in page.get("progress")))
    press(page, "Stop and keep")
    run_until(page, lambda page: MODEL in page.session_state)
    kept = page.session_state[MODEL].source
    assert kept.seed == 41
    assert 0 < kept.stopped_at < kept.steps


def test_a_run_that_waits_shows_its_place_and_can_be_taken_back():
    page = run_until(AppTest.from_file(PAGE, default_timeout=30), measured)
    busy = [ask.train(Trained(seed=seed), "somebody") for seed in range(50, 54)]
    press(page, "Train").run()
    run_until(page, lambda page: page.get("progress"))
    assert re.fullmatch(r"The workers are busy: \d runs? (is|are) ahead of yours\.", page.get("progress")[0].proto.text)
    press(page, "Stop and keep")
    run_until(page, lambda page: not page.get("progress"))
    assert MODEL not in page.session_state
    for ticket in busy:
        pool().leave(ticket, "somebody")


def test_a_link_to_a_trained_model_gives_that_model():
    page = AppTest.from_file(PAGE, default_timeout=30)
    page.query_params["trained"] = "seed6.epochs1.step20"
    run_until(page, lambda page: MODEL in page.session_state and measured(page))
    mine = Experiment(Trained(seed=6, epochs=1, stopped_at=20))
    assert tile(page, "Accuracy") == str(build.measure(mine | Quantize(8))["accuracy"])


def test_nonsense_in_a_link_is_named_and_can_be_dismissed():
    page = AppTest.from_file(PAGE, default_timeout=30)
    page.query_params["quantization_bits"] = "999"
    page.query_params["trained"] = "seed-1"
    page.query_params["x" * 10_000] = "y"
    run_until(page, measured)
    said = page.warning[0].value
    assert "`quantization_bits=999` is not possible; using 8." in said
    assert "`trained=seed-1` is ignored" in said
    assert len(said) < 500
    press(page, "Dismiss").run()
    page.run()
    assert not page.warning

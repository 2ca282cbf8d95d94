"""What the page on growth shows is what the calculators say, and the prediction is judged by the facts."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from lessons.estimate import flop, growth, savings
from lessons.experiment import Quantize, shipped
from lessons.facts import boards
from lessons.ui.scaling import knobs
from lessons.vision import build
from tests.pages.reader import lesson, link, press, run_until, settled, tile, tiles


@pytest.fixture
def page() -> AppTest:
    return visited(guess="50")


def visited(**query: str) -> AppTest:
    return run_until(link("scaling", **query), settled)


@pytest.fixture
def operations(page) -> AppTest:
    return choose(page, part="operations")


def choose(page: AppTest, **settings: str) -> AppTest:
    for name, value in settings.items():
        next(group for group in page.get("button_group") if group.key == f"scaling_{name}").set_value(value).run()
    return run_until(page, settled)


def test_the_gap_is_that_of_the_lines_in_use(page):
    wanted = growth.fitted(growth.demand("training FLOP", 2012))
    for offers in ("transistor density", "FLOP/J, fp16"):
        choose(page, supply=offers)
        offered = growth.fitted(growth.supply(offers, 2012))
        assert tile(page, "Demand doubles") == str(wanted.doubling)
        assert tile(page, "Supply doubles") == str(offered.doubling)
        assert tile(page, "Gap in 2025") == str(growth.gap(wanted, offered, max(2012, offered.begins), 2025))
    press(page, "Moore's law")
    run_until(page, settled)
    assert tile(page, "Supply doubles") == "24 months"


@pytest.mark.parametrize("since", ["1950", "2012", "2018"])
def test_the_year_and_the_headline_follow_one_slider_from_the_first_year_of_both_lines_on(since):
    page = lesson("scaling", since=since, supply="memory bandwidth")
    run_until(page, settled)
    wanted, offered = (
        growth.fitted(growth.demand("training FLOP", int(since))),
        growth.supply("memory bandwidth", int(since)),
    )
    offered = growth.fitted(offered)
    both = max(int(since), offered.begins)
    slider = page.select_slider("scaling_by")
    assert slider.options == [str(year) for year in range(both, 2036)]
    for by in (both, 2025, 2035):
        page.select_slider("scaling_by").set_value(str(by))
        run_until(page, settled)
        assert tile(page, f"Gap in {by}, 1 in {both}") == str(growth.gap(wanted, offered, both, by))


def test_a_year_before_both_lines_begin_is_put_back(page):
    page.select_slider("scaling_by").set_value("2013")
    run_until(page, settled)
    page.select_slider("scaling_since").set_value("2018")
    run_until(page, settled)
    assert page.select_slider("scaling_by").value == "2025"
    assert tile(page, "Gap in 2025, 1 in 2018")


def test_without_low_bits_little_is_left(operations):
    page = operations
    old, new = boards()["NVIDIA Tesla P100 SXM2"], boards()["NVIDIA B200"]
    assert tile(page, "It fell by") == str(flop.whole(flop.steps(old, new)))
    said = str(flop.whole(flop.steps(old, new, "fp32")))
    choose(page, format="fp32")
    assert tile(page, "It fell by") == said
    choose(page, format="fp4", board="H100 SXM5 80GB")
    assert tile(page, "Price of a board") == "33,600 USD"


def test_the_prediction_is_judged_by_the_two_lines():
    gap = knobs.two_by_default().gap(2014)
    assert 10 < gap.value < 20
    assert any(f"You predicted **50×**; it is **{gap}**" in text.value for text in visited(guess="50").markdown)


def test_other_lines_change_the_answer(monkeypatch):
    monkeypatch.setattr(knobs, "WANTED", replace(knobs.WANTED, default="12"))
    page = visited(guess="2")
    assert any("You predicted **2×**: it is" in text.value for text in page.markdown)


def test_three_savings_promise_more_than_is_left_of_them(page):
    choose(page, part="savings")
    how = savings.Shrunk(4, 0.1, 0.25)
    assert tile(page, "If savings multiplied") == "320×"
    measured = float(tile(page, "At the energy floor").rstrip("×"))
    assert 1 < measured < 40
    choose(page, network="ResNet-50")
    assert tile(page, "At the energy floor") == str(savings.saved([savings.resnet50()], how))
    choose(page, hardware="both")
    both = savings.Shrunk(4, 0.1, 0.25, "both")
    assert tile(page, "At the energy floor") == str(savings.saved([savings.resnet50()], both))


def test_the_larger_network_rounded_more_is_the_better_one_of_its_size():
    large, small = (build.measure(shipped(name) | Quantize(bits)) for name, bits in (("cnn", 3), ("depthwise", 4)))
    assert large["packed"].value == pytest.approx(small["packed"].value, rel=0.05)
    assert large["accuracy"].value > small["accuracy"].value + 5


def test_a_stage_has_the_first_figure_only():
    page = visited(present="1")
    assert len(tiles(page)) == 3
    assert not page.get("expander")

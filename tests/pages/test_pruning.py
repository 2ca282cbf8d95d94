"""The pruning lesson's logic: tiles, ratios, fine-tuning, and what is recorded."""

import inspect
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lessons.experiment import Experiment, FineTune, Prune, Quantize, RemoveChannels, shipped
from lessons.jobs import ask, recordings, vision
from lessons.quantity import show
from lessons.recorded import lottery
from lessons.shrink import channels, prune, straight_through
from lessons.ui.pruning import faster
from lessons.ui.pruning.knobs import GUESSES, PART, SWEPT
from lessons.ui.pruning.recipe import by_the_scan
from lessons.vision import build
from tests.pages.reader import buttons, charts, link, open_drawer, press, run_until, settled, tile, tiles, unbadged
from tests.pages.reader import lesson as opened


def at(**knobs: str) -> AppTest:
    """The pruning page at these knobs, with what it gains in speed below, measured to the last tile."""
    part = knobs.get("part", "speed")
    count = 4 + (3 if part == "speed" else 0)
    return run_until(
        opened("pruning", **knobs | {"part": part}), lambda page: settled(page) and len(tiles(page)) >= count
    )


def chain(*steps) -> Experiment:
    experiment = shipped()
    for step in steps:
        experiment |= step
    return experiment


@pytest.mark.parametrize(
    ("knobs", "experiment"),
    [
        ({"sparsity": "0"}, chain()),
        ({"sparsity": "90"}, chain(Prune(90))),
        ({"sparsity": "35", "criterion": "random"}, chain(Prune(35, "random"))),
        ({"sparsity": "99", "scope": "each layer"}, chain(Prune(99, scope="layer"))),
        ({"structure": "2:4"}, chain(Prune(50, structure="2:4", scope="layer"))),
        ({"structure": "blocks", "criterion": "gradient"}, chain(Prune(80, "gradient", "blocks"))),
        ({"structure": "channels"}, chain(Prune(80, structure="channels"))),
        (
            {"sparsity": "50", "structure": "channels", "channels": "removed"},
            chain(Prune(50, structure="channels"), RemoveChannels()),
        ),
        (
            {"sparsity": "50", "scope": "my ratios", "cnn_conv1": "0", "cnn_fc": "40"},
            chain(Prune(scope="given", ratios=(0, 50, 50, 20))),
        ),
    ],
)
def test_tiles_show_what_the_waist_measures(knobs, experiment):
    page = at(**knobs)
    expected = build.measure(experiment)
    assert tile(page, "Accuracy") == str(expected["accuracy"])
    assert tile(page, "File") == str(expected["packed"])
    assert tile(page, "Energy") == show(expected["energy_45nm"].value, "J")
    before = build.measure(shipped())
    assert tile(page, "MACs, before ÷ after") == show(before["macs"].value / expected["macs"].value, "×")
    assert not unbadged(page)


def test_only_hardware_that_skips_zeros_saves_energy():
    ordinary, skipping = at(sparsity="80"), at(sparsity="80", hardware="skips zeros")
    found = build.measure(chain(Prune(80)))
    assert tile(ordinary, "Energy") == show(build.measure(shipped())["energy_45nm"].value, "J")
    assert tile(skipping, "Energy") == show(found["energy_45nm_skipping"].value, "J")
    assert found["energy_45nm_skipping"].value < found["energy_45nm"].value / 3
    assert tile(ordinary, "Accuracy") == tile(skipping, "Accuracy")


def test_two_of_four_has_no_choice_of_sparsity():
    page = at(structure="1:4", sparsity="90")
    slider = page.select_slider("pruning_sparsity")
    assert slider.disabled
    assert slider.value == "75"


def test_the_scan_sets_the_ratios_within_the_budget():
    page = at(sparsity="80", scope="scan's ratios")
    ratios = by_the_scan(recordings.find(vision.scanning, shipped(), "magnitude").events)(80)
    assert len(set(ratios)) > 1
    run = chain(Prune(scope="given", ratios=ratios))
    run_until(page, shows(run))
    left = sum(view.kept for view in ask.measure(run).result.layers.values())
    assert left == pytest.approx(0.2 * (26_618 - 106), abs=4)  # 106 biases


def test_the_scan_is_recorded_until_it_is_run_here_and_can_be_stopped():
    page = at(part="layers")
    assert scanned(page) == ["recorded"]
    press(page, "Scan").run()
    ticket = ask.scan(shipped(), "magnitude", "me")
    run_until(page, lambda page: scanned(page) == ["measured"])
    next(button for button in page.button if button.key == "stop scan").click()
    run_until(page, lambda page: "Scan" in buttons(page))
    assert scanned(page) == ["recorded"]
    ticket.pool.leave(ticket, "me")
    press(page, "Scan").run()
    run_until(page, lambda page: scanned(page) == ["measured"] and "Stop" not in buttons(page))


def scanned(page) -> list[str]:
    """How the map of the scan is known."""
    return next(chart["badges"] for chart in charts(page) if chart["title"].startswith("Accuracy with one layer"))


@pytest.mark.parametrize(
    ("knobs", "ran"),
    [
        ({"sparsity": "40"}, [prune.all_together, prune.keep]),
        ({"structure": "2:4"}, [prune.n_of_m]),
        ({"structure": "channels", "channels": "removed"}, [channels.channel_scores, channels.removed]),
        ({"structure": "blocks", "scope": "each layer"}, [prune.block_scores, prune.per_layer]),
    ],
)
def test_the_code_shown_is_the_code_that_ran(knobs, ran):
    page = at(**knobs)
    open_drawer(page, "code")
    shown = page.code[0].value
    assert all(inspect.getsource(function).strip() in shown for function in ran)
    assert inspect.getsource(straight_through.Through).strip() not in shown


def shows(experiment: Experiment):
    """Whether a page shows the accuracy of this experiment."""
    accuracy = str(build.measure(experiment)["accuracy"])
    return lambda page: settled(page) and tile(page, "Accuracy") == accuracy


def test_a_recipe_is_fine_tuned_when_asked_and_only_then():
    recipe = chain(Prune(95), FineTune(1))
    page = at(sparsity="95", when="fine-tuned")
    assert shows(chain(Prune(95)))(page)
    assert not ask.tuned(recipe)
    press(page, "Fine-tune").run()
    assert "Stop" in buttons(page)
    run_until(page, lambda page: ask.tuned(recipe) and "Stop" not in buttons(page))
    run_until(page, shows(recipe))
    assert build.measure(recipe)["accuracy"].value > build.measure(chain(Prune(95)))["accuracy"].value + 30
    assert "Fine-tune" not in buttons(page)
    open_drawer(page, "code")
    assert inspect.getsource(straight_through.Through).strip() in page.code[0].value


def test_what_a_stopped_run_has_finished_is_kept():
    first = chain(Prune(60), FineTune(1))  # a third of the way to 85 %, and so on
    whole = first | Prune(82) | FineTune(1) | Prune(85) | FineTune(1)
    page = at(sparsity="85", when="in rounds")
    press(page, "Fine-tune").run()
    run_until(page, lambda _: ask.tuned(first))
    press(page, "Stop").run()
    run_until(page, lambda page: "Fine-tune" in buttons(page))
    assert not ask.tuned(whole)
    assert ask.tuned(first)


def test_training_rounded_weights_on_brings_two_bits_back():
    rounded = chain(Quantize(2, "channel", range="least-squares"))
    tuned = rounded | FineTune(1)
    page = opened("quantization", bits="2", grain="channel", range="least-squares", epochs="1")
    run_until(page, lambda page: settled(page) and "Fine-tune" in buttons(page))
    assert shows(rounded)(page)
    press(page, "Fine-tune")
    run_until(page, lambda _: ask.tuned(tuned))
    run_until(page, shows(tuned))
    assert build.measure(tuned)["accuracy"].value > build.measure(rounded)["accuracy"].value + 2


def test_what_gets_faster_is_recorded_until_it_is_run_here_and_can_be_stopped():
    page = at()
    assert faster_badges(page) == ["recorded"]
    assert tile(page, "Large network: speedup") == str(faster.recorded()["75 % removed"].times_faster)
    runs = [faster.smaller(share) for share in faster.SHARES]
    press(page, "Remove them here").run()
    assert all(map(ask.tuning, runs))
    next(button for button in page.button if (button.key or "").startswith("stop faster")).click()
    run_until(page, lambda page: "Remove them here" in buttons(page))
    assert not any(map(ask.tuning, runs))
    assert faster_badges(page) == ["recorded"]


def faster_badges(page) -> list[str]:
    """How the chart of the large network is known."""
    return next(chart["badges"] for chart in charts(page) if chart["title"].startswith("The large network by"))


@pytest.mark.parametrize("part", PART.options)
def test_four_knobs_are_on_view_in_every_part(part):
    page = opened("pruning", part=part, guess="skip").run()
    seen = [each.label for each in on_view(page.main) if each.type in ("select_slider", "button_group", "selectbox")]
    assert seen == ["Network", "Sparsity (% pruned)", "Your prediction", "Prune", "Look at"]
    answers = next(each for each in on_view(page.main) if getattr(each, "label", "") == "Your prediction")
    assert answers.options == [f"{answer} %" for answer in GUESSES]  # in one row, with their unit


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        ("75", ["You predicted **75 %**, the nearest", "breaks at **75 %**"]),
        ("80", ["You predicted **75 %**, the nearest"]),  # an answer there was once
        ("50", ["You predicted **45 %**; ", "breaks at **75 %**"]),
    ],
)
def test_the_answer_nearest_to_where_it_breaks_is_right_and_old_ones_are_taken_for_the_nearest(guess, said):
    judged = lambda page: next((text.value for text in page.markdown if "You predicted" in text.value), "")
    page = run_until(link("pruning", guess=guess), lambda page: "breaks at" in judged(page))
    assert all(each in judged(page) for each in said)
    assert not page.warning


def test_no_answer_is_as_near_as_another():
    for at in map(int, SWEPT[1:]):
        first, second, *_ = sorted(abs(int(answer) - at) for answer in GUESSES)
        assert first < second


def on_view(part) -> Iterator:
    """What stands on a page outside of what opens when pressed."""
    for each in part.children.values():
        if each.type == "popover":
            continue
        yield each
        if hasattr(each, "children"):
            yield from on_view(each)


def test_the_ticket_says_what_was_recorded():
    page = at(part="ticket")
    told = " ".join(text.value for text in page.markdown)
    title = "Accuracy after rounds of pruning and training again"
    assert next(chart["badges"] for chart in charts(page) if chart["title"] == title) == ["recorded"]
    assert f"rewound networks reach {lottery.accuracy('rewound')[94]}" in told
    assert lottery.accuracy("rewound")[94].badge == "recorded"

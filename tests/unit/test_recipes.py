"""What a reader chooses becomes a recipe: so much of it, in so many rounds, of each layer what it can bear."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from types import CodeType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.data import examples
from lessons.experiment import (
    CRITERIA,
    STRUCTURES,
    Experiment,
    FineTune,
    Prune,
    Quantize,
    QuantizeActivations,
    RemoveChannels,
    Trained,
    shipped,
)
from lessons.measure.layer_view import SCANNED, Scanned
from lessons.quantity import Quantity
from lessons.shrink import budget, straight_through
from lessons.shrink.schedule import SCHEDULES, cubic, linear
from lessons.training.progress import TrainingStep
from lessons.ui.pruning.recipe import Pruning, by_hand, by_the_scan
from lessons.ui.quantization.recipe import Quantizing
from lessons.vision import build, steps
from tests.unit.ran import run_by

percents, rounds = st.integers(0, 100), st.integers(1, 6)


def sparsities(experiment: Experiment) -> list[int]:
    return [step.sparsity for step in experiment.recipe if isinstance(step, Prune)]


# recipes


def test_what_the_knobs_of_pruning_say_becomes_how_it_is_done():
    said = {
        "structure": "channels",
        "criterion": "random",
        "scope": "each layer",
        "ratios": None,
        "channels": "removed",
    }
    trained = {"epochs": "5", "rounds": "3", "schedule": "linear"}
    once = Pruning("channels", "random", "layer", removed=True)
    tuned, rounds = (
        Pruning.chosen(**said, when="fine-tuned", **trained),
        Pruning.chosen(**said, when="in rounds", **trained),
    )
    assert Pruning.chosen(**said, when="one shot", **trained) == once == tuned.in_one_shot == rounds.in_one_shot
    assert [how.when for how in (once, tuned, rounds)] == ["one shot", "fine-tuned", "in rounds"]
    assert [(how.epochs, how.rounds) for how in (tuned, rounds)] == [(5, 1), (5, 3)]
    assert not Pruning.chosen(**(said | {"structure": "weights"}), when="one shot", **trained).removed
    assert by_hand([100, 50, 0])(80) == (80, 40, 0)


def test_rounding_takes_what_there_is_to_round_and_is_fine_tuned_where_that_is_asked():
    how = Quantizing("4", "channel", activations="8", images=10, range="percentile", group=64)
    weights = shipped() | Quantize(4, "channel", range="percentile")
    assert (
        how.rounded(shipped(), "4") == weights | QuantizeActivations(8, 10, "percentile") == how.tuned(shipped(), "4")
    )
    assert Quantizing().rounded(shipped(), "fp32") == shipped() == Quantizing(epochs=2).tuned(shipped(), "fp32")
    assert Quantizing(epochs=2).tuned(shipped(), "4") == shipped() | Quantize(4) | FineTune(2)
    assert Quantizing(grain="group", group=64).rounded(shipped(), "4") == shipped() | Quantize(4, "group", group=64)


def test_one_shot_is_one_step():
    assert Pruning(criterion="gradient", scope="layer").of(shipped(), 70) == shipped() | Prune(
        70, "gradient", scope="layer"
    )


def test_rounds_rise_by_the_schedule_and_each_is_fine_tuned():
    expected = shipped()
    for sparsity in linear(90, 3):
        expected = expected | Prune(sparsity) | FineTune(2)
    assert Pruning(epochs=2, rounds=3, schedule="linear").of(shipped(), 90) == expected
    assert sparsities(Pruning(epochs=2, rounds=3).of(shipped(), 90)) == cubic(90, 3) != linear(90, 3)


def test_rounds_that_would_repeat_the_last_or_prune_nothing_are_left_out():
    assert sparsities(Pruning(rounds=5).of(shipped(), 3)) == [1, 2, 3]
    assert linear(1, 5) == [0, 0, 1, 1, 1]
    assert sparsities(Pruning(rounds=5, schedule="linear").of(shipped(), 1)) == [1]


@pytest.mark.parametrize(("structure", "sparsity"), [("2:4", 50), ("1:4", 75)])
def test_a_fixed_structure_is_one_round_whatever_else_is_chosen(structure, sparsity):
    chosen = Pruning(structure, scope="global", ratios=lambda _: (1, 2, 3, 4), epochs=1, rounds=3)
    step = Prune(sparsity, structure=structure, scope="layer")
    for asked in (0, 10, 100):
        assert chosen.of(shipped(), asked) == shipped() | step | FineTune(1)


def test_ratios_take_the_place_of_a_scope():
    mine = Pruning(structure="blocks", scope="layer", ratios=lambda percent: (percent, 0, 0, percent / 2), rounds=2)
    ratios = [(step.scope, step.ratios) for step in mine.of(shipped(), 80).recipe]
    assert ratios == [("given", (at, 0, 0, at / 2)) for at in cubic(80, 2)]


def test_channels_are_removed_at_the_end_and_only_where_some_are_pruned():
    out = Pruning("channels", epochs=1, rounds=2, removed=True)
    removals = [isinstance(step, RemoveChannels) for step in out.of(shipped(), 60).recipe]
    assert removals == [False] * 4 + [True]
    assert out.of(shipped(), 0) == shipped()


choices = st.builds(
    Pruning,
    structure=st.sampled_from(list(STRUCTURES)),
    criterion=st.sampled_from(CRITERIA),
    scope=st.sampled_from(["global", "layer"]),
    ratios=st.none() | st.floats(0, 1).map(lambda part: lambda percent: (percent * part, percent)),
    epochs=st.integers(0, 3),
    rounds=rounds,
    schedule=st.sampled_from(list(SCHEDULES)),
    removed=st.booleans(),
)


@given(choices, percents)
def test_whatever_is_chosen_is_an_experiment_that_json_can_name(chosen, sparsity):
    model = Experiment(Trained(model="cnn-2x1"))  # of two layers
    experiment = chosen.of(model, sparsity)
    assert Experiment.from_json(json.loads(json.dumps(experiment.to_json()))) == experiment
    assert (experiment == model) == (sparsity == 0 and chosen.fixed is None)
    if not chosen.ratios:
        assert all(one < other for one, other in pairwise(sparsities(experiment)))
    assert len(experiment.trainings) == (len(sparsities(experiment)) if chosen.epochs else 0)
    if sparsities(experiment) and not (chosen.ratios and not chosen.fixed):
        assert sparsities(experiment)[-1] == (chosen.fixed or sparsity)


# what is named is what runs


@pytest.fixture
def no_learning(monkeypatch, tmp_path) -> Iterator[None]:
    """A training is one forward pass, and nothing is remembered."""
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))

    def once(net, *how, **more) -> Iterator[TrainingStep]:
        net(examples.test_set().images[:1])
        yield TrainingStep(1, 1, 0.0, None, 0.0)

    monkeypatch.setattr(build, "_train", once)
    monkeypatch.setattr(steps, "LOOKED_AT", {"gradient": 1, "movement": 1})
    forget()
    yield
    forget()


def forget() -> None:
    for remembered in (build.build, build._built, steps._scores):
        remembered.cache_clear()


def code(technique: Callable) -> CodeType:
    return technique.forward.__code__ if technique is straight_through.Through else technique.__code__


RECIPES = (
    Pruning(),
    Pruning(scope="layer", criterion="random", rounds=2, schedule="linear"),
    Pruning(criterion="gradient", epochs=1, rounds=2),
    Pruning(criterion="movement", ratios=lambda percent: (percent,) * 4),
    Pruning("2:4", epochs=1, rounds=3),
    Pruning("1:4", scope="layer", rounds=2),
    Pruning("blocks", ratios=lambda percent: (percent,) * 4),
    Pruning("blocks"),
    Pruning("channels", removed=True),
    Pruning("channels", scope="layer", epochs=1),
)
EVERY = {technique for chosen in RECIPES for technique in chosen.techniques} | {straight_through.straight_through}


@pytest.mark.parametrize("chosen", RECIPES, ids=lambda chosen: f"{chosen.structure} {chosen.criterion} {chosen.rounds}")
def test_the_techniques_named_are_those_that_run(chosen, no_learning):
    ran = run_by(lambda: build.build(chosen.of(shipped(), 60)))
    found = {technique for technique in EVERY if code(technique) in ran}
    if chosen.rounds == 1 or chosen.fixed:
        found -= set(SCHEDULES.values())  # one round is no schedule
    assert set(chosen.techniques) == found
    assert len(set(chosen.techniques)) == len(chosen.techniques)


# ratios by the scan


def scanned(curves: list[list[float]]) -> list[Scanned]:
    """A whole scan, in the order it is measured; `curves`: accuracy of each layer."""
    return [
        Scanned(layer, 100 * (layer + 1), sparsity, Quantity("accuracy", curve[at], "%", "measured"))
        for at, sparsity in enumerate(SCANNED)
        for layer, curve in enumerate(curves)
    ]


def test_there_are_no_ratios_until_the_scan_is_complete():
    scan = scanned([[90 - s / 2 for s in SCANNED], [90 - s for s in SCANNED]])
    assert all(by_the_scan(scan[:upto]) is None for upto in range(len(scan)))
    ratios = by_the_scan(scan)(60)
    assert ratios[0] > ratios[1]
    assert (100 * ratios[0] + 200 * ratios[1]) / 300 == pytest.approx(60, abs=0.01)
    assert Pruning(ratios=by_the_scan(scan)).of(Experiment(Trained(model="cnn-2x1")), 60).recipe[0].ratios == ratios


# the budget


AT = (0, 25, 50, 75, 90, 100)
monotone = st.lists(st.floats(0, 100), min_size=6, max_size=6).map(lambda a: sorted(a, reverse=True))
noisy = st.lists(st.floats(0, 100), min_size=6, max_size=6)
flat = st.floats(0, 100).map(lambda a: [a] * 6)
layers = st.lists(st.tuples(monotone | noisy | flat, st.integers(1, 100_000)), min_size=1, max_size=8)


def ratios_of(curves: list[list[float]], weights: list[int], sparsity: float) -> np.ndarray:
    return np.array(budget.ratios([list(zip(AT, curve, strict=True)) for curve in curves], weights, sparsity))


@given(layers, st.floats(0, 100))
def test_the_budget_is_met_whatever_the_scan(layers, sparsity):
    curves, weights = map(list, zip(*layers, strict=True))
    ratios = ratios_of(curves, weights, sparsity)
    assert ((ratios >= 0) & (ratios <= 100)).all()
    assert ratios @ weights / sum(weights) == pytest.approx(sparsity, abs=0.01)


@given(monotone | noisy, st.lists(st.floats(0, 60), min_size=6, max_size=6), layers, st.floats(0, 100))
def test_a_more_sensitive_layer_never_loses_more(curve, worse, others, sparsity):
    sensitive = [accuracy - less for accuracy, less in zip(curve, worse, strict=True)]
    curves, weights = map(list, zip(*others, strict=True))
    ratios = ratios_of([curve, sensitive, *curves], [50, 70, *weights], sparsity)
    assert ratios[1] <= ratios[0] + 1e-3


@given(layers)
def test_nothing_and_everything_are_nothing_and_everything_of_each_layer(layers):
    curves, weights = map(list, zip(*layers, strict=True))
    assert ratios_of(curves, weights, 0) == pytest.approx(0, abs=1e-3)
    assert ratios_of(curves, weights, 100) == pytest.approx(100, abs=1e-3)


def test_all_layers_are_pruned_down_to_one_accuracy():
    """Of one that loses a point for each percent and one that loses half a point, the second loses twice as many."""
    assert ratios_of([[100 - s for s in AT], [100 - s / 2 for s in AT]], [100, 100], 45) == pytest.approx([30, 60])


# schedules


@given(st.sampled_from(list(SCHEDULES.values())), percents, rounds)
def test_a_schedule_never_falls_and_ends_where_it_should(schedule, last, rounds):
    rising = schedule(last, rounds)
    assert len(rising) == rounds
    assert rising[-1] == last
    assert all(0 <= one <= other for one, other in pairwise([0, *rising]))


@given(percents, rounds)
def test_cubic_is_never_behind_linear(last, rounds):
    assert all(fast >= slow for fast, slow in zip(cubic(last, rounds), linear(last, rounds), strict=True))


def test_schedules_are_those_of_their_formulas():
    assert linear(90, 3) == [30, 60, 90]
    assert cubic(81, 3) == [57, 78, 81]  # 81 · (1 − (2/3)³), 81 · (1 − (1/3)³)
    assert [schedule(0, 3) for schedule in SCHEDULES.values()] == [[0, 0, 0]] * 2

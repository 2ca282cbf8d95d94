"""Jobs of the pruning page: trainings that can be stopped and taken up again, the scan of the layers, the race of
kernels."""

from collections.abc import Iterator
from itertools import count

import pytest
import torch

from lessons import models, store
from lessons.experiment import Experiment, FineTune, Prune, Quantize, RemoveChannels, shipped
from lessons.jobs import ask, vision
from lessons.jobs.events import ModelKept
from lessons.jobs.pool import pool
from lessons.measure.layer_view import SCANNED, Scanned
from lessons.quantity import Measurement, Quantity
from lessons.shrink.sparse import Sparse
from lessons.training.progress import TrainingStep
from lessons.ui.pruning.recipe import by_the_scan
from lessons.vision import build
from tests.unit.jobs import until, wait

ONE = shipped() | Prune(50) | FineTune(1, seed=41)
TWO = ONE | Prune(80) | FineTune(2, seed=42)
ENDS = (80, 160, 240, 480)  # the steps that are told, numbered through: two of each training


def silent() -> None:
    """A reader who wants nothing."""


def saying(word: str, at: int):
    """A reader who says a word after the so-manieth event, the first being 1."""
    events = count(1)
    return lambda: word if next(events) == at else None


@pytest.fixture
def trainings(monkeypatch, tmp_path) -> Iterator[list[int]]:
    """A training is two reports, and changes its network a little each time; the list has the seed of each there
    was."""
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    seeds = []

    def short(net, source, epochs, seed, stop_at=None, taught=None) -> Iterator[TrainingStep]:
        seeds.append(seed)
        for half in (1, 2):
            with torch.no_grad():
                net.fc.bias += 0.01
            yield TrainingStep(half * 80 * epochs, 160 * epochs, 1.0, 50.0, 0.1)

    monkeypatch.setattr(build, "_train", short)
    forget()
    yield seeds
    forget()


def forget() -> None:
    build.build.cache_clear()
    build._built.cache_clear()


def told(events: list) -> list[int | Experiment]:
    """Steps by their number, what is kept by its experiment."""
    assert all(event.total == 480 for event in events if isinstance(event, TrainingStep))
    return [event.step if isinstance(event, TrainingStep) else event.experiment for event in events]


# trainings


def test_the_steps_of_all_rounds_are_numbered_through_and_each_round_is_kept(trainings):
    first, second, third, last = ENDS[0], ENDS[1], 160 + 160, ENDS[3]
    assert told(list(vision.tuning(TWO, silent))) == [first, second, ONE, third, last, TWO, TWO]
    assert trainings == [41, 42]
    assert store.has(ONE.stored_as)
    assert store.has(TWO.stored_as)
    bias = build.build(TWO).net.fc.bias
    assert torch.allclose(bias, build.build(shipped()).net.fc.bias + 0.04)
    assert trainings == [41, 42]  # it was read, not trained again


def test_a_run_stopped_in_the_second_round_goes_on_from_the_first(trainings):
    assert told(list(vision.tuning(TWO, saying("stop", 3)))) == [80, 160, ONE, 320]
    assert ask.tuned(ONE)
    assert not ask.tuned(TWO)
    assert told(list(vision.tuning(TWO, silent))) == [320, 480, TWO, TWO]
    assert trainings == [41, 42, 42]


def test_a_run_stopped_amid_its_first_round_keeps_nothing(trainings):
    assert told(list(vision.tuning(TWO, saying("stop", 1)))) == [80]
    assert not ask.tuned(ONE)


def test_a_round_that_was_done_when_it_was_stopped_is_kept_and_the_next_not_begun(trainings):
    assert told(list(vision.tuning(TWO, saying("stop", 2)))) == [80, 160, ONE]
    assert trainings == [41]


def test_keeping_a_copy_does_not_stop_the_rounds(trainings):
    assert told(list(vision.tuning(TWO, saying("keep", 1))))[-1] == TWO
    assert ask.tuned(TWO)


def test_what_is_done_already_is_only_told(trainings):
    list(vision.tuning(TWO, silent))
    assert told(list(vision.tuning(TWO, silent))) == [TWO]
    assert trainings == [41, 42]
    assert list(vision.tuning(shipped() | Prune(50), silent)) == [
        ModelKept(shipped() | Prune(50))
    ]  # it has no training


# asked of the workers


def test_a_stopped_or_failed_run_is_asked_again_and_goes_on_where_a_round_ended():
    recipe = shipped() | Prune(50) | FineTune(1, seed=43) | Prune(80) | FineTune(1, seed=43)
    build.keep(recipe.links[2], build.build(shipped()).net)  # the first round has been done
    stopped = ask.tune(recipe, "me")
    assert ask.tune(recipe, "you") is stopped
    until(lambda: stopped.events)
    pool().command(stopped, "stop")
    wait(stopped)
    assert not ask.tuned(recipe)
    failed = ask.tune(recipe, "me")
    assert failed is not stopped
    pool().command(failed, "stop")
    wait(failed)
    failed.state = "failed"
    assert [ticket.events[0].step for ticket in (stopped, failed)] == [170, 170]
    again = ask.tune(recipe, "me")
    assert again is not failed
    pool().command(again, "stop")
    wait(again)
    build.keep(recipe, build.build(shipped()).net)  # and now the second
    assert ask.tuned(recipe)
    assert ask.tune(recipe, "you") is again


def test_a_recipe_without_training_is_tuned_already():
    assert ask.tuned(shipped() | Prune(50))


# the scan


def test_the_scan_prunes_each_layer_alone_at_every_sparsity(monkeypatch):
    asked = []

    def measured(experiment: Experiment) -> Measurement:
        asked.append(experiment)
        return Measurement((Quantity("accuracy", 90 - len(asked) / 2, "%", "measured"),), b"")

    monkeypatch.setattr(build, "measure", measured)
    scan = list(vision.scanning(shipped("depthwise"), "gradient", silent))
    layers = models.LAYERS["depthwise"]
    weights = [build.build(shipped("depthwise")).tensors[f"{name}.0.weight"].numel() for name in layers[:-1]] + [1280]
    assert [(found.sparsity, found.layer) for found in scan] == [(s, at) for s in SCANNED for at in range(len(layers))]
    assert [found.weights for found in scan] == weights * len(SCANNED)
    assert [found.accuracy.value for found in scan] == [90 - at / 2 for at in range(1, len(scan) + 1)]
    for found, experiment in zip(scan, asked, strict=True):
        ratios = tuple(found.sparsity if at == found.layer else 0 for at in range(len(layers)))
        assert experiment == shipped("depthwise") | Prune(criterion="gradient", scope="given", ratios=ratios)
    assert by_the_scan(scan) is not None


def test_the_accuracy_of_the_scan_is_that_of_the_experiment(monkeypatch):
    monkeypatch.setattr(vision, "SCANNED", (0, 90))
    scan = list(vision.scanning(shipped(), "magnitude", silent))
    alone = build.measure(shipped() | Prune(scope="given", ratios=(0, 90, 0, 0)))["accuracy"]
    assert scan[0] == Scanned(0, 400, 0, build.measure(shipped())["accuracy"])
    assert scan[5] == Scanned(1, 4_608, 90, alone)
    assert scan[0].accuracy.value > scan[5].accuracy.value + 5


def test_a_scan_stops_when_it_is_asked_to(monkeypatch):
    monkeypatch.setattr(build, "measure", lambda _: Measurement((Quantity("accuracy", 1, "%", "measured"),), b""))
    assert len(list(vision.scanning(shipped(), "magnitude", saying("stop", 3)))) == 3
    assert len(list(vision.scanning(shipped(), "magnitude", saying("keep", 3)))) == 4 * len(SCANNED)


# the race


@pytest.fixture
def quick(monkeypatch) -> None:
    monkeypatch.setattr("lessons.measure.timing.RUNS", 4)


def race(experiment: Experiment) -> dict[str, Quantity]:
    (times,) = vision.racing(experiment, silent)
    assert all(time.unit == "s" and 0 < time.low <= time.value <= time.high for time in times.values())
    return times


THREE = [vision.WORDS[f"race: {which}"] for which in ("unpruned", "pruned", "sparse")]


def test_the_race_is_run_by_each_kernel_and_by_a_large_layer_with_as_many_zeros(quick):
    times = race(shipped() | Prune(80))
    large = ["a layer of 2,048 × 2,048, dense kernels", "the same with 80 % zeros, sparse kernels"]
    assert list(times) == THREE + large


def test_kernels_race_several_times_so_that_what_else_the_machine_does_falls_on_all(monkeypatch):
    runs = []

    def timed(net, example):
        runs.append(net)
        return Quantity("latency", [3.0, 9.0, 1.0][(len(runs) - 1) // len(THREE)], "s", "measured", 0.0, 9.0)

    monkeypatch.setattr("lessons.measure.timing.latency", timed)
    (found,) = vision.racing(shipped() | Prune(0), silent)
    assert [runs.index(net) for net in runs] == [0, 1, 2] * vision.HEATS
    assert [time.value for time in found.values()] == [3.0] * 3  # the middle one of three heats


@pytest.mark.parametrize("steps", [(), (Prune(0),), (Prune(50, structure="channels"), RemoveChannels())], ids=str)
def test_where_no_weight_is_zero_no_large_layer_runs(quick, steps):
    assert list(race(Experiment(shipped().source, steps))) == THREE


def test_what_rounding_makes_zero_is_skipped_too(quick):
    assert "the same with 100 % zeros, sparse kernels" in race(shipped() | Prune(100))
    rounded = shipped() | Quantize(2)
    assert not any(isinstance(tensor, Sparse) for tensor in build.build(rounded).tensors.values())
    assert len(race(rounded)) == 5

"""What a reader can choose of adaptation, what is estimated for large models, and what the charts draw."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.adaptation.results import DeltaAnalysis
from lessons.charts.labels import Label, Segment, box, shares
from lessons.estimate.finetune_memory import (
    BASES,
    BESIDE,
    energy,
    in_16_bits,
    low_rank,
    memory,
    memory_by_method,
    needed,
)
from lessons.estimate.transformer import active
from lessons.experiment import Experiment
from lessons.experiment.adapt import IN_PICTURES, IN_TEXTS, LOW_RANK
from lessons.facts.architectures import models
from lessons.quantity import Measurement, Quantity
from lessons.text import sections
from lessons.training.progress import TrainingStep
from lessons.ui.lora import charts as drawn
from lessons.ui.lora import recipe
from lessons.ui.lora.recipe import KEPT, Adapting, blend
from tests import study
from tests.unit.tables import table

TASK = some.sampled_from(list(recipe.TASKS))


@some.composite
def chosen(draw) -> Adapting:
    """Whatever the page's knobs can be."""
    task = draw(TASK)
    base = KEPT if recipe.TASKS[task].large else draw(some.sampled_from(recipe.BASES))
    where = draw(some.sampled_from(list(IN_TEXTS if recipe.TASKS[task].writes else IN_PICTURES)))
    rank, kind = draw(some.sampled_from(list(map(int, recipe.RANKS)))), draw(some.sampled_from(LOW_RANK))
    rate = draw(some.sampled_from([None, 0.01]))
    return Adapting(task, rank, base, kind, where, draw(some.sampled_from([1.0, 16.0])), rate)


KNOWN = [model for model in models().values() if model.attention not in ("mla", "hybrid")]


@given(chosen())
def test_whatever_is_chosen_can_be(how):
    runners = how.runners
    assert (how.name in runners) == (how.rank > 0)
    for runner in runners.values():
        assert Experiment.from_json(runner.to_json()) == runner
        assert len(runner.trainings) == 1
    if how.base != KEPT:
        assert len(runners) == 2 * (how.rank > 0)
    assert (recipe.FULL in runners) == (how.base == KEPT and not how.of.large)


@given(
    chosen().filter(lambda how: how.rank and how.of.pair),
    some.sampled_from([0, 25, 50, 100]),
    some.sampled_from([0.0, 0.5, 2.0]),
)
def test_a_blend_is_made_of_both_and_trains_neither_anew(how, share, strength):
    one, other = (replace(how, task=task, base=KEPT).low for task in how.of.pair)
    found = blend(how.of.model, one, other, share, strength)
    assert set(found.trainings) <= {how.of.model | one, how.of.model | other}
    assert sum(step.strength for step in found.recipe) == pytest.approx(strength)


@pytest.mark.parametrize(("rank", "expected"), [(1, 4_718_592), (8, 37_748_736)])
def test_an_adapter_of_gpt_3_is_as_large_as_its_authors_say(rank, expected):
    """4.7 M and 37.7 M: Hu et al. (2021), table 4, beside queries and values."""
    assert low_rank(models()["GPT-3 175B"], rank, "query and value").value == expected


def test_65_billion_weights_take_780_gb_and_less_than_48():
    """Dettmers et al. (2023), §1."""
    full = memory(65e9, 65e9, "bf16", False, "bf16")
    assert sum(full.values()) == pytest.approx(780e9)
    assert sum(memory(65e9, 0.002 * 65e9, "4 bits", True, "bf16").values()) < 48e9


@given(some.sampled_from(KNOWN), some.integers(1, 64), some.sampled_from(list(BESIDE)))
def test_less_is_trained_less_is_needed(model, rank, where):
    trained = low_rank(model, rank, where)
    found = {way: needed(way, parts).value for way, parts in memory_by_method(model, trained).items()}
    assert found["QLoRA"] < found["LoRA, 8 bits"] < found["LoRA"] < found["full"]
    assert low_rank(model, rank + 1, where).value > trained.value
    assert low_rank(model, 2 * rank, where).value == 2 * trained.value
    took = energy(model, trained, 1e7)
    assert took["low rank"].value / took["full"].value == pytest.approx(2 / 3 + trained.value / active(model))


def test_of_qlora_the_embeddings_stay_in_16_bits():
    model = models()["Llama 3.1 8B"]
    apart = 2 * 128_256 * 4_096
    found = memory_by_method(model, low_rank(model, 16, "attention"))["QLoRA"]["frozen weights"]
    assert found == pytest.approx(2 * apart + (model.params_total - apart) * 4.127 / 8)
    assert [name for name, model in models().items() if in_16_bits(model) is None] == []


@given(some.sampled_from(list(BASES)), some.floats(1e3, 1e12), some.floats(0, 1))
def test_what_stays_takes_no_gradient(base, count, share):
    parts = memory(count, share * count, base, True, "bf16")
    assert parts["frozen weights"] == sum(memory(count, 0, base, True, "bf16").values())
    assert parts["gradients"] == pytest.approx(2 * share * count)
    assert parts["optimiser moments"] == pytest.approx(8 * share * count)


def test_an_attention_of_other_matrices_is_not_reckoned():
    with pytest.raises(ValueError, match="other matrices"):
        low_rank(models()["DeepSeek-V3 / R1 671B"], 8, "attention")


def read(loss: float) -> Measurement:
    names = {"loss": (loss, "nats"), "trained": (10, "parameters"), "share": (1.0, "%")}
    return Measurement(tuple(Quantity(name, value, unit, "measured") for name, (value, unit) in names.items()), b"")


def test_what_is_learnt_goes_left_and_what_is_forgotten_goes_up():
    found = drawn.learnt_and_forgotten((read(1.5), read(1.6)), {"all": (read(1.2), read(1.9))}, "new", "old")
    points = table(found, "points").set_index("name")
    assert tuple(points.loc["before", ["x", "y"]]) == (1.5, 1.6)
    assert tuple(points.loc["all", ["x", "y"]]) == (1.2, 1.9)


def studied(task: str) -> tuple[drawn.Judged, dict[str, drawn.Judged]]:
    """How well new and old were done before and by each method, as the study has it."""
    metric = recipe.TASKS[task].metric
    unit = "nats" if metric == "loss" else "%"
    rows = [row for row in study.read("adapting")["rows"] if (row["task"], row["seed"]) == (task, 0) and "share" in row]
    found = {
        row["way"]: tuple(judged(metric, row[name], unit, row["share"]) for name in ("new", "old")) for row in rows
    }
    vectors = recipe.VECTORS[metric == "loss"]
    named = {"LoRA, rank 8": "lora", recipe.FULL: "full", recipe.HEAD: "head", vectors: "vectors"}
    return found["before"], {name: found[way] for name, way in named.items()}


def judged(metric: str, value: float, unit: str, share: float) -> Measurement:
    quantities = ((metric, value, unit), ("trained", 1, "parameters"), ("share", share, "%"))
    return Measurement(tuple(Quantity(name, value, unit, "measured") for name, value, unit in quantities), b"")


@pytest.mark.parametrize("task", [name for name, task in recipe.TASKS.items() if not task.large])
def test_each_name_is_beside_its_point_and_off_the_lines(task):
    (before, after), metric = studied(task), recipe.TASKS[task].metric
    chart = drawn.learnt_and_forgotten(before, after, "new", "old", metric)
    points, ends = table(chart, "points"), table(chart, "lines")
    every = [*zip(points.x, points.y, strict=True), *((row["x"], row["y"]) for row in chart.data.get("reach", ()))]
    across, up = (shares(along, along, False) for along in zip(*every, strict=True))
    place = dict(zip(every, zip(across, (1 - share for share in up), strict=True), strict=True))
    pieces = [Segment(*place[tuple(each[0])], *place[tuple(each[1])]) for each in ends_of(ends)]
    assert list(points["label"]) == ["before", *after]
    for row in points.itertuples():
        name = box(Label(*place[row.x, row.y], row.label, row.place), row.place, 320)
        assert not any(piece.crosses(name, 320) for piece in pieces), row.label


def ends_of(lines) -> list[np.ndarray]:
    """Both ends of each line: x and y."""
    return [part[["x", "y"]].to_numpy() for _, part in lines.groupby("line")]


def test_a_method_has_its_colour_at_every_rank():
    before, after = studied("bible")
    without = {name: each for name, each in after.items() if "LoRA" not in name}
    domains = [
        drawn.learnt_and_forgotten(before, found, "new", "old").spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
        for found in (after, without)
    ]
    assert (
        domains[0] == domains[1] == ["LoRA", recipe.FULL, recipe.HEAD, "gains alone", "on the unrounded base", "before"]
    )


def test_of_pictures_accuracy_is_drawn():
    pair = [Measurement((Quantity("accuracy", at, "%", "measured"),), b"") for at in (10.0, 90.0)]
    found = drawn.learnt_and_forgotten(tuple(pair), {}, "new", "old", "accuracy")
    assert tuple(table(found, "points").set_index("name").loc["before", ["x", "y"]]) == (10, 90)
    assert "Right: more learnt" in found.note


def test_the_race_draws_every_step():
    told = {"one": [TrainingStep(10, 20, 2.0, None, 1.0), TrainingStep(20, 20, 1.5, None, 2.0)]}
    assert table(drawn.losses(told, {}), "lines")["y"].tolist() == [2.0, 1.5]


def test_a_race_that_is_run_again_is_drawn_over_how_it_was_recorded():
    one, two = TrainingStep(10, 20, 2.0, None, 1.0), TrainingStep(20, 20, 1.5, None, 2.0)
    kept = drawn.losses({"one": [], "two": []}, {"one": [one, two], "two": [one]})
    assert kept.badges == ("recorded",)
    assert table(kept, "lines")[["line", "dashed"]].values.tolist() == [["one", True]] * 2 + [["two", True]]
    both = drawn.losses({"one": [one], "two": []}, {"one": [one, two], "two": [one]})
    assert both.badges == ("measured", "recorded")
    assert table(both, "lines")["dashed"].tolist() == [False, True, True, True]
    assert "one, recorded from 2 to 1.50" in both.alt
    assert "Dashed: recorded." in both.note and "Dashed" not in kept.note
    assert drawn.losses({"one": [one]}, {}).badges == ("measured",)


def change() -> DeltaAnalysis:
    values = np.array([[4.0, 2.0, 1.0]], np.float32)
    name = "layers.1.self_attn.q_proj"
    return DeltaAnalysis(
        [name], values, values / 10, values / 5, {name: np.eye(2)}, {1: 3.0, 2: 2.0}, {1: 1.5, 2: 1.2}, 1.0, 1.1, 1.9
    )


def test_what_cutting_loses_is_counted_from_uncut():
    lines = table(drawn.by_rank(change()), "lines")
    of = {name: part["y"].tolist() for name, part in lines.groupby("line")}
    assert of["old task, weights cut"] == [2.0, 1.0]
    assert of["new task, change cut"] == pytest.approx([0.4, 0.1])
    assert of["new task, all that was learnt"] == pytest.approx([0.8, 0.8])


def test_the_microscope_draws_what_it_sees():
    seen = change()
    assert table(drawn.captured(seen), "lines")["y"].iloc[:3].tolist() == pytest.approx(
        [100 * 16 / 21, 100 * 20 / 21, 100]
    )
    assert set(table(drawn.spectra(seen, seen.matrices[0]), "lines")["line"]) == {
        "the matrix itself",
        "change, full fine-tuning",
        "change, LoRA",
    }
    assert table(drawn.overlap(seen, seen.matrices[0]), "cells")["shared"].tolist() == [1.0, 0.0, 0.0, 1.0]
    assert drawn.short(seen.matrices[0]) == "layer 2, q_proj"


def test_of_each_task_there_is_something_to_say():
    said = sections("lora")
    for task in recipe.TASKS.values():
        assert f"about {task.base}" in said
        assert (f"under the microscope: {task.base}" in said) == (not task.large)

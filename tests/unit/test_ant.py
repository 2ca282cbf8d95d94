"""The ant: kept with its numbers, offered where it fits, and read from strangers with care."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lessons.ant import IMAGES, TEXT, Ant, Numbers, fits, in_words, unbeaten
from lessons.experiment import (
    STEPS,
    BadExperiment,
    Experiment,
    FineTune,
    Prune,
    Quantize,
    QuantizeWeights,
    RemoveChannels,
    file_source,
    shipped,
)
from lessons.jobs import recordings, vision
from lessons.ui.my_ant import card
from lessons.ui.my_ant.charts import pareto

NUMBERS = st.builds(Numbers, st.floats(0, 100), st.integers(1, 10**9), st.floats(1e-9, 1))
PRUNED, SMALL = shipped() | Prune(80), Numbers(80.0, 10_000, 1e-6)


def ant(experiment: Experiment = PRUNED, now: Numbers = SMALL, before: Numbers = SMALL) -> Ant:
    return Ant(experiment, now, before, "0" * 64)


def test_what_was_measured_of_a_model_is_kept():
    run = shipped() | Quantize(4)
    found, before = (recordings.find(vision.measuring, each).result for each in (run, shipped()))
    mine = Ant.measured(run, found, before)
    assert mine.now == (found["accuracy"].value, found["packed"].value, found["energy_45nm"].value)
    assert mine.before.size > mine.now.size
    assert Ant.from_json(json.loads(json.dumps(mine.to_json()))) == mine
    assert mine.answers != Ant.measured(run, before, before).answers


def test_there_is_one_of_each_family():
    assert ant().family == IMAGES
    assert ant(Experiment(file_source("shakespeare")) | QuantizeWeights(4)).family == TEXT


@pytest.mark.parametrize(
    ("steps", "suits"),
    [([], True), ([Quantize()], True), ([Prune()], False), ([RemoveChannels()], True), ([QuantizeWeights()], False)],
)
def test_it_fits_where_steps_can_follow_and_do_something_new(steps, suits):
    assert fits(ant(), steps) == suits


def test_what_was_rounded_does_not_lose_channels():
    assert not fits(ant(shipped() | Quantize(4)), [RemoveChannels()])


@pytest.mark.parametrize("called", STEPS)
def test_every_step_is_said_in_words(called):
    assert "{" not in in_words(STEPS[called]())


def test_its_history_is_told_in_order():
    told = ant(PRUNED | FineTune(2) | Quantize(4)).history
    assert told == [
        "80 % pruned by magnitude (weights)",
        "fine-tuned, epochs: 2",
        "weights in 4 bits, one scale per tensor",
    ]
    assert ant(shipped()).history == ["as trained, nothing done yet"]


WRONG = {
    "accuracy above 100 %": {"now": {"quality": 100.5, "size": 1, "energy": 1.0}},
    "no bytes": {"now": {"quality": 80, "size": 0, "energy": 1.0}},
    "half a byte": {"now": {"quality": 80, "size": 1.5, "energy": 1.0}},
    "no energy": {"before": {"quality": 80, "size": 1, "energy": 0}},
    "a word": {"now": {"quality": "80", "size": 1, "energy": 1.0}},
    "nan": {"now": {"quality": float("nan"), "size": 1, "energy": 1.0}},
    "one number more": {"now": {"quality": 80, "size": 1, "energy": 1.0, "rank": 1}},
    "no digest": {"answers": "xyz"},
    "a file of this machine": {"experiment": {"file": "/etc/passwd"}},
    "no name of a file": {"experiment": {"file": ["shakespeare"]}},
    "an impossible recipe": {"experiment": shipped().to_json() | {"recipe": [{"quantize": {"bits": 99}}]}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_one_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadExperiment):
        Ant.from_json(ant().to_json() | wrong)


@given(st.lists(NUMBERS, min_size=1, max_size=8), st.booleans())
def test_none_beats_what_is_on_the_front_and_one_beats_the_others(numbers, less):
    named = {str(n): each for n, each in enumerate(numbers)}
    loss = lambda each: each.quality if less else -each.quality
    best = unbeaten(named, less)
    for name, each in named.items():
        beaten = any(
            other.size <= each.size
            and loss(other) <= loss(each)
            and (other.size, loss(other)) != (each.size, loss(each))
            for other in numbers
        )
        twin = any(named[one][:2] == each[:2] for one in best)
        assert (name in best) <= (not beaten)
        assert beaten or twin
    assert [named[name].size for name in best] == sorted(named[name].size for name in best)


def test_the_chart_shows_what_lessons_began_with_once():
    whole = Numbers(89.1, 106_788, 2.2e-5)
    stages = {
        "home": ant(now=Numbers(87.8, 14_140, 5e-6), before=whole),
        "pruning": ant(now=Numbers(88.0, 60_000, 1e-5), before=whole._replace(energy=2.3e-5)),
        "quantization": ant(now=Numbers(87.0, 9_000, 3e-6), before=Numbers(88.0, 60_000, 1e-5)),
    }
    chart = pareto(stages, IMAGES)
    assert [point["name"] for point in chart.data["points"]] == ["Home", "Pruning", "Quantization", "as trained"]
    assert [row["y"] for row in chart.data["lines"]] == [87.0, 87.8, 88.0, 89.1]


def test_the_card_is_an_image_for_sharing_with_every_number(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(card, "_write", lambda draw, top, size, colour, text, left=0: written.append(text))
    (tmp_path / "card.png").write_bytes(card.png(ant(PRUNED | FineTune(2), before=Numbers(89.1, 106_788, 2.2e-5))))
    with Image.open(tmp_path / "card.png") as image:
        assert image.size == (1200, 630)
    assert {"80.0 %", "10.0 kB", "1.00 µJ", "before 89.1 %", "before 107 kB", "before 22.0 µJ"} <= set(written)

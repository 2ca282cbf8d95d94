"""An experiment is its JSON: what cannot be is refused, what can survives the round trip, and names do not collide."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import models
from lessons.experiment import (
    GRAINS,
    RANGES,
    SCHEMES,
    BadExperiment,
    Experiment,
    FineTune,
    Loaded,
    Prune,
    Quantize,
    QuantizeActivations,
    Taught,
    Trained,
    made_by,
    shipped,
)
from lessons.shrink import quantize, ranges
from lessons.vision.steps import SCHEMES as GRIDS

sources = st.builds(
    Trained, epochs=st.integers(1, 20), seed=st.integers(0, 999_999), stopped_at=st.none() | st.integers(1, 160)
)
grains, schemes, ranges_ = map(st.sampled_from, (GRAINS, SCHEMES, RANGES))
weights = st.builds(
    Quantize, bits=st.integers(1, 16), grain=grains, scheme=schemes, range=ranges_, group=st.integers(2, 99)
)
activations = st.builds(QuantizeActivations, bits=st.integers(2, 8), images=st.integers(1, 2000), range=ranges_)
recipes = st.tuples(st.lists(weights, max_size=2), st.lists(activations, max_size=1)).map(lambda r: (*r[0], *r[1]))
experiments = st.builds(Experiment, sources | st.just(shipped().source), recipes)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(experiments)
def test_json_names_the_same_experiment(experiment):
    text = json.dumps(experiment.to_json())
    again = Experiment.from_json(json.loads(text))
    assert again == experiment
    assert again.id == experiment.id
    assert hash(again) == hash(experiment)


@given(experiments, experiments)
def test_different_experiments_have_different_ids(one, other):
    assert (one.id == other.id) == (one == other)


def test_steps_are_added_and_the_baseline_is_the_first_link():
    chain = shipped() | Quantize(4) | Quantize(2)
    assert [step.bits for step in chain.recipe] == [4, 2]
    assert chain.baseline == shipped()


def test_a_chain_has_a_link_for_each_step_and_knows_its_trainings():
    steps = (Prune(50), FineTune(1), Prune(80), FineTune(2), Quantize(4))
    chain = Experiment(shipped().source, steps)
    assert chain.links == [Experiment(shipped().source, steps[:at]) for at in range(6)]
    assert chain.prefix == chain.links[4]
    assert chain.trainings == [chain.links[2], chain.links[4]]
    assert shipped().links == [shipped()]
    assert shipped().trainings == []


def test_the_example_of_the_command_line_reads_as_it_should():
    raw = {"task": "fashion", "model": "cnn", "recipe": [{"quantize": {"bits": 4, "grain": "channel"}}], "seed": 0}
    assert Experiment.from_json(raw) == Experiment(Trained()) | Quantize(4, "channel")


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ([], "an experiment is a JSON object"),
        ({"sed": 0}, "sed: unknown field"),
        ({"seed": -1}, "seed: -1 is not a whole number"),
        ({"seed": True}, "seed: True"),
        ({"seed": 1.0}, "seed: 1.0"),
        ({"task": "mnist"}, "task: 'mnist'"),
        ({"task": ["fashion"]}, "task: "),
        ({"stopped_at": 801}, "stopped_at: 801 is not a whole number from 1 to 800"),
        ({"recipe": {}}, "recipe: must be a list"),
        ({"recipe": [{}]}, "recipe: each step"),
        ({"recipe": [{"quantise": {}}]}, "recipe: 'quantise'"),
        ({"recipe": [{"quantize": {"bits": 17}}]}, "quantize.bits: 17"),
        ({"recipe": [{"quantize": {"bits": 0}}]}, "quantize.bits: 0"),
        ({"recipe": [{"quantize": {"bits": "4"}}]}, "quantize.bits: '4'"),
        ({"recipe": [{"quantize": {"grain": "row"}}]}, "quantize.grain: 'row'"),
        ({"recipe": [{"quantize": {"range": "mse"}}]}, "quantize.range: 'mse'"),
        ({"recipe": [{"quantize": {"group": 1}}]}, "quantize.group: 1"),
        ({"recipe": [{"quantize_activations": {"bits": 1}}]}, "quantize_activations.bits: 1"),
        ({"recipe": [{"quantize_activations": {}}] * 2}, "recipe: quantize_activations can be in it once"),
        ({"recipe": [{"quantize_activations": {"images": 0}}]}, "quantize_activations.images: 0"),
        ({"recipe": [{"quantize": {"colour": 1}}]}, "quantize.colour: unknown field"),
        ({"checkpoint": "../../etc/passwd"}, "checkpoint: "),
        ({"checkpoint": "fashion-cnn", "sha256": "0"}, "sha256: "),
        ({"checkpoint": "fashion-cnn", "model": "resnet"}, "model: 'resnet'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(raw, complaint):
    with pytest.raises(BadExperiment) as error:
        Experiment.from_json(raw)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_training_on_without_labels_needs_a_teacher_too():
    taught = Taught(by=(shipped("large").source,), alpha=1, unlabelled=500)
    student = Experiment(Trained(labelled=0, taught=taught))
    assert (student | Prune() | FineTune(taught=taught)).trainings
    with pytest.raises(BadExperiment, match="without labels there must be a teacher"):
        student | Prune() | FineTune()


@given(json_values)
def test_any_json_is_read_or_refused(raw):
    try:
        assert isinstance(Experiment.from_json(raw), Experiment)
    except BadExperiment as error:
        assert "\n" not in str(error)


def test_shipped_checkpoint_is_named_by_its_hash():
    assert isinstance(shipped().source, Loaded)
    assert len(shipped().source.sha256) == 64


def test_settings_are_those_the_technique_knows():
    assert quantize.Grain.__args__ == GRAINS
    assert tuple(GRIDS) == SCHEMES
    assert tuple(ranges.RANGES) == RANGES


@pytest.mark.parametrize("model", models.NAMES)
def test_every_network_ships_with_a_checkpoint_that_says_how_it_was_made(model):
    assert shipped(model).source.model == model
    assert made_by(f"fashion-{model}") == Trained(model=model, epochs=12)


def test_a_checkpoint_is_no_other_network():
    with pytest.raises(BadExperiment, match="model"):
        Experiment.from_json({"checkpoint": "fashion-depthwise", "model": "cnn"})

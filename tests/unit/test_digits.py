"""The digits: as many as they should be, the same bytes from the script's rule, and a task that is no other task."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.data import TASKS, examples, mnist
from lessons.data.bundle_mnist import split
from lessons.data.idx import write_idx
from lessons.experiment import BadExperiment, Experiment, Quantize, QuantizeActivations, Trained, made_by, shipped
from lessons.shrink.activations import calibrate
from lessons.vision import build


def test_the_bundled_digits_are_what_they_should_be():
    training, test = examples.training_set("bundled", "digits"), examples.test_set("digits")
    assert training.images.shape == (4_000, 1, 28, 28)
    assert test.images.shape == (1_000, 1, 28, 28)
    assert training.labels.bincount().tolist() == [400] * 10
    assert test.labels.bincount().tolist() == [100] * 10
    assert test.labels[:10].tolist() == list(range(10))  # so that the first pictures show all of them
    assert abs(training.images.mean()) < 0.02
    assert mnist.EXAMPLES["bundled"] == len(training.labels)


def test_no_picture_is_both_learnt_from_and_tested_with():
    learnt = {picture.tobytes() for picture in mnist.training()[0]}
    assert not any(picture.tobytes() in learnt for picture in mnist.test_pixels())


def test_the_scripts_rule_gives_the_bundled_bytes_again(tmp_path):
    pixels, labels = (
        np.concatenate(parts)
        for parts in zip(mnist.training(), (mnist.test_pixels(), mnist.test_labels()), strict=True)
    )
    order = np.argsort(labels, kind="stable")  # as in the origin: digit after digit
    for name, array in split(pixels[order], labels[order]).items():
        write_idx(tmp_path / name, array)
        assert (tmp_path / name).read_bytes() == (mnist.FOLDER / name).read_bytes()


@given(st.integers(0, 2**32 - 1))
def test_the_split_is_stratified_whatever_the_order(seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(10, dtype=np.uint8), 500))
    pixels = np.arange(len(labels))
    parts = split(pixels, labels)
    training, test = parts["train-images-idx3-ubyte.gz"], parts["test-images-idx3-ubyte.gz"]
    assert not set(training) & set(test)
    assert np.bincount(parts["train-labels-idx1-ubyte.gz"]).tolist() == [400] * 10
    assert np.bincount(parts["test-labels-idx1-ubyte.gz"]).tolist() == [100] * 10
    assert (labels[test] == parts["test-labels-idx1-ubyte.gz"]).all()


@pytest.mark.parametrize("task", TASKS)
def test_every_task_ships_with_a_checkpoint_that_says_how_it_was_made(task):
    source = shipped("cnn", task).source
    assert (source.task, source.model, made_by(source.checkpoint).task) == (task, "cnn", task)


def test_the_shipped_network_reads_digits():
    measurement = build.measure(shipped("cnn", "digits"))
    assert len(measurement.answers) == 1_000
    assert measurement["accuracy"].value > 95
    assert measurement["accuracy"].source == "all 1,000 test images"
    assert build.measure(shipped("cnn", "digits") | Quantize(1))["accuracy"].value < measurement["accuracy"].value


def test_training_on_digits_learns_digits():
    experiment = Experiment(Trained("digits", epochs=3))
    assert experiment.source.steps == 96
    assert build.measure(experiment)["accuracy"].value > 85


def test_activations_are_calibrated_on_pictures_of_the_task():
    built = build.build(shipped("cnn", "digits") | QuantizeActivations(8, 10))
    pictures = examples.training_set("bundled", "digits").images[:10]
    again = calibrate(build.build(shipped("cnn", "digits")).net, pictures, 8, "min-max")
    assert built.inputs["conv1"].scale == again["conv1"].scale


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({"task": "digits", "data": "full"}, "data: 'full' is not one of bundled"),
        ({"task": "digits", "stopped_at": 161}, "stopped_at: 161 is not a whole number from 1 to 160"),
        ({"checkpoint": "digits-cnn", "task": "fashion"}, "task: 'fashion' is not one of digits"),
        ({"checkpoint": "digits-depthwise"}, "checkpoint: 'digits-depthwise'"),
        ({"model": "cnn-3x3"}, "model: 'cnn-3x3'"),
        ({"model": "cnn-16x5"}, "model: 'cnn-16x5'"),
    ],
)
def test_tasks_and_data_that_do_not_go_together_are_refused_in_one_line(raw, complaint):
    with pytest.raises(BadExperiment) as error:
        Experiment.from_json(json.loads(json.dumps(raw)))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)

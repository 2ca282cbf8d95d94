"""The waist: what an experiment names can be built and measured, twice the same, and leaves its baseline alone."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from lessons import models, store
from lessons.data import examples, fashion_mnist
from lessons.experiment import STEPS, Adapt, Experiment, FineTune, LanguageStep, Quantize, Trained, shipped
from lessons.measure import quality
from lessons.shrink.pack import pack, unpack
from lessons.training.loop import REPORT_EVERY, batches, train
from lessons.vision import build
from tests.browser.app import ROOT


def accuracy(experiment: Experiment) -> float:
    return build.measure(experiment)["accuracy"].value


def last_net(source: Trained) -> torch.nn.Module:
    *_, (_, net) = build.training(source)
    return net


def test_shipped_model_is_as_good_as_the_page_says():
    assert accuracy(shipped()) >= 88


def test_eight_bits_are_within_a_point_and_two_bits_per_tensor_are_not():
    assert abs(accuracy(shipped() | Quantize(8)) - accuracy(shipped())) < 1
    assert accuracy(shipped() | Quantize(2)) < 50


def test_quantizing_leaves_the_baseline_as_it_was():
    before = build.build(shipped())
    weights = {name: tensor.clone() for name, tensor in before.tensors.items()}
    shrunk = build.build(shipped() | Quantize(1))
    assert not torch.equal(shrunk.net.conv1.weight, weights["conv1.weight"])
    for name, tensor in build.build(shipped()).tensors.items():
        assert torch.equal(tensor, weights[name])


def test_biases_stay_and_all_weights_are_encoded():
    built = build.build(shipped() | Quantize(3))
    encoded = {name for name, tensor in built.tensors.items() if not isinstance(tensor, torch.Tensor)}
    assert encoded == {"conv1.weight", "conv2.weight", "conv3.weight", "fc.weight"}


def test_a_packed_model_answers_as_the_measured_one():
    experiment = shipped() | Quantize(3, "channel", "affine")
    net = models.make("cnn")
    state = {
        name: t if isinstance(t, torch.Tensor) else t.decode()
        for name, t in unpack(pack(build.build(experiment).tensors)).items()
    }
    net.load_state_dict(state)
    assert quality.answers(net, examples.test_set().images).tobytes() == build.measure(experiment).answers


def test_sizes_are_lengths_of_files():
    experiment = shipped() | Quantize(4)
    measurement = build.measure(experiment)
    assert measurement["packed"].value == len(pack(build.build(experiment).tensors))
    assert measurement["as_float32"].value > measurement["baseline"].value * 0.99  # saved the usual way: no smaller
    assert measurement["packed"].value < measurement["baseline"].value / 7
    header = measurement["packed"].value - measurement["theoretical"].value
    assert 0 < header < 600


def test_fewer_bits_save_reading_but_not_computing():
    few, many = (build.measure(shipped() | Quantize(bits)) for bits in (2, 16))
    assert few["macs"] == many["macs"]
    assert few["energy_45nm"].value < many["energy_45nm"].value


def test_two_processes_measure_the_same():
    experiment = shipped() | Quantize(3, "channel")
    command = [sys.executable, "-m", "lessons", "measure", json.dumps(experiment.to_json())]
    other = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    ours = build.measure(experiment)
    assert other["quality"]["value"] == ours["accuracy"].value
    assert other["bytes"] == {name: ours[name].value for name in other["bytes"]}
    assert other["experiment"] == experiment.to_json()


def test_a_seed_names_one_model_and_another_seed_another(trained):
    source = trained.source
    again = last_net(source)
    for name, weight in build.build(trained).net.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name])
    other = last_net(Trained(seed=1, epochs=1, stopped_at=10))
    assert not torch.equal(other.conv1.weight, again.conv1.weight)


def test_training_learns(trained):
    assert accuracy(trained) > 70


def test_a_stopped_run_is_the_beginning_of_the_whole_run(trained):
    net = None
    for step, net in build.training(trained.source):
        if step.step == 50:
            kept = {name: weight.clone() for name, weight in net.state_dict().items()}
    stopped = last_net(Trained(seed=0, epochs=1, stopped_at=50))
    for name, weight in stopped.state_dict().items():
        assert torch.equal(weight, kept[name])
        assert not torch.equal(weight, net.state_dict()[name])


def test_training_reports_its_way():
    steps = [step for step, _ in build.training(Trained(epochs=1, stopped_at=87))]
    assert [s.step for s in steps] == [10, 20, 30, 40, 50, 60, 70, 80, 87]
    assert all(s.total == 160 for s in steps)
    assert [s.step for s in steps if s.accuracy is not None] == [80, 87]
    assert steps[-1].loss < steps[0].loss


def test_training_does_not_touch_the_global_generator():
    state = torch.random.get_rng_state()
    next(build.training(Trained(epochs=1)))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_any_net_and_data_can_be_trained():
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(1000, 4, generator=generator)
    labels = (images[:, 0] > 0).long()
    torch.manual_seed(0)
    net = torch.nn.Linear(4, 2)
    objective = lambda net, batch: torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
    steps = list(train(net, objective, batches(1000, 0), steps=160))
    assert len(steps) == 160 // REPORT_EVERY
    assert (net(images).argmax(1) == labels).float().mean() > 0.9


def test_the_store_keeps_and_forgets(monkeypatch):
    monkeypatch.setattr(store, "KEPT", 3)
    weights = {"w": np.arange(6, dtype=np.float32).reshape(2, 3).T}  # not contiguous
    for at in range(5):
        store.save(f"kept{at}", weights)
    assert len(list(store.folder().glob("*.safetensors"))) == 3
    assert store.has("kept4")
    assert not store.has("kept0")
    assert (store.load("kept4")["w"] == weights["w"]).all()
    assert store.load("kept0") is None
    next(store.folder().glob("kept4*")).write_bytes(b"damaged")
    assert store.load("kept4") is None


def test_the_bundled_data_are_what_they_should_be():
    training, test = examples.training_set("bundled"), examples.test_set()
    assert training.images.shape == (20_000, 1, 28, 28)
    assert test.images.shape == (10_000, 1, 28, 28)
    assert training.labels.bincount().tolist() == [2_000] * 10
    assert test.labels.bincount().tolist() == [1_000] * 10
    assert abs(training.images.mean()) < 0.01
    assert training.images.is_contiguous(memory_format=torch.channels_last)
    assert quality.accuracy(fashion_mnist.test_labels(), test.labels.numpy()) == 100


def test_without_a_network_the_full_training_set_is_refused_with_advice(monkeypatch):
    def offline(*_args, **_kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr("torchvision.datasets.utils._get_redirect_url", lambda url, max_hops: url)
    monkeypatch.setattr("torchvision.datasets.utils._urlretrieve", offline)
    with pytest.raises(examples.DataUnavailable, match="bundled 20,000 images work"):
        examples.training_set("full")


def test_every_step_a_recipe_can_hold_is_built():
    for step in STEPS.values():
        if issubclass(step, LanguageStep | Adapt):
            continue
        example = step(epochs=1) if step is FineTune else step()
        assert build.build(shipped() | example).net is not build.build(shipped()).net

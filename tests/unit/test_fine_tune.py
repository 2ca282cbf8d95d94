"""Training a shrunk model on: what is gone stays gone, what is rounded stays on its grid, and a seed names the
result."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from lessons import models, store
from lessons.data import TASKS, examples
from lessons.experiment import (
    CRITERIA,
    STARTS,
    STRUCTURES,
    BadExperiment,
    Experiment,
    FineTune,
    Prune,
    Quantize,
    QuantizeActivations,
    RemoveChannels,
    Trained,
    shipped,
)
from lessons.measure import quality
from lessons.shrink.activations import RoundInput
from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import affine, symmetric
from lessons.shrink.quantize import quantize
from lessons.shrink.sparse import Sparse
from lessons.shrink.straight_through import Through
from lessons.training.progress import TrainingStep
from lessons.vision import build

FEW = 10  # steps: training's own tests are elsewhere


@pytest.fixture
def few_steps(monkeypatch, tmp_path) -> list[int]:
    """Trainings end after a few steps, in a store of their own; the list has the seed of each there was."""
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    seeds, whole = [], build._train

    def short(net, source, epochs, seed, stop_at=None, taught=None) -> Iterator[TrainingStep]:
        seeds.append(seed)
        yield from whole(net, source, epochs, seed, min(FEW, stop_at or FEW), taught)

    monkeypatch.setattr(build, "_train", short)
    forget()
    yield seeds
    forget()


@pytest.fixture
def no_steps(monkeypatch) -> None:
    """Training leaves a network as it is."""

    def none(net, *how, **more) -> Iterator[TrainingStep]:
        yield TrainingStep(1, 1, 0.0, None, 0.0)

    monkeypatch.setattr(build, "_train", none)


def forget() -> None:
    build.build.cache_clear()
    build._built.cache_clear()


def state(experiment: Experiment) -> dict[str, Tensor]:
    return build.build(experiment).net.state_dict()


def beginning(experiment: Experiment) -> nn.Module:
    """The network that an experiment's last training begins with, as it will be trained; needs `no_steps`."""
    *_, (_, net) = build.tuning(experiment)
    return net


def accuracy(experiment: Experiment) -> float:
    answers = quality.answers(build.build(experiment).net, examples.test_set().images)
    return quality.accuracy(answers, TASKS["fashion"].test_labels())


# what is gone stays gone


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("start", STARTS)
def test_what_is_pruned_is_zero_after_training_and_nothing_else_is(model, start, few_steps):
    pruned = shipped(model) | Prune(80)
    before, after = build.build(pruned), build.build(pruned | FineTune(1, start=start))
    for name, tensor in after.tensors.items():
        if isinstance(tensor, Sparse):
            assert torch.equal(tensor.kept, before.tensors[name].kept)
            assert (after.net.get_parameter(name)[~tensor.kept] == 0).all()
            assert (after.net.get_parameter(name)[tensor.kept] != 0).all()
            assert not torch.equal(after.net.get_parameter(name), before.net.get_parameter(name))
    assert sum(isinstance(tensor, Sparse) for tensor in after.tensors.values()) >= len(models.layers_of(model)) - 1


def test_pruning_again_and_training_again_keeps_what_was_gone(few_steps):
    once = shipped() | Prune(50) | FineTune(1)
    twice = once | Prune(80) | FineTune(1)
    for name, tensor in build.build(twice).tensors.items():
        if isinstance(tensor, Sparse):
            assert not (tensor.kept & ~build.build(once).tensors[name].kept).any()
            assert (build.build(twice).net.get_parameter(name)[~tensor.kept] == 0).all()
    kept = [tensor.kept for tensor in build.build(twice).tensors.values() if isinstance(tensor, Sparse)]
    assert sum(int(k.sum()) for k in kept) == pytest.approx(0.2 * sum(k.numel() for k in kept), abs=1)


def test_fine_tuning_brings_most_of_the_loss_back(trained):
    pruned = trained | Prune(90)
    assert accuracy(pruned) < accuracy(trained) - 10
    assert accuracy(pruned | FineTune(1)) > accuracy(trained) - 3


# what is rounded stays rounded


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize(
    "step", [Quantize(3, "channel"), Quantize(4, "group", "affine", "percentile"), Quantize(1)], ids=str
)
def test_after_training_weights_are_on_their_grid(model, step, few_steps):
    tuned = build.build(shipped(model) | step | FineTune(1))
    before = build.build(shipped(model) | step)
    for name, weight in tuned.net.named_parameters():
        if weight.dim() > 1:
            assert isinstance(tuned.tensors[name], Encoded)
            assert torch.equal(weight, tuned.tensors[name].decode())
            assert not torch.equal(weight, before.net.get_parameter(name))


@pytest.mark.parametrize("steps", [(Prune(70), Quantize(4)), (Quantize(4), Prune(70))], ids=str)
def test_pruned_and_rounded_weights_are_both_after_training(steps, few_steps):
    one, other = steps
    for name, tensor in build.build(shipped() | one | other | FineTune(1)).tensors.items():
        if name.endswith("weight"):
            assert isinstance(tensor, Sparse)
            assert isinstance(tensor.weights, Encoded)
            assert torch.unique(tensor.decode()).numel() <= 15
            assert (tensor.decode()[~tensor.kept] == 0).all()


@pytest.mark.parametrize("model", models.NAMES)
def test_rounded_activations_keep_their_grids_and_learn(model, few_steps):
    rounded = shipped(model) | QuantizeActivations(4)
    before, after = build.build(rounded), build.build(rounded | FineTune(1))
    assert before.inputs == after.inputs
    assert all(after.net.get_submodule(name)._forward_pre_hooks for name in after.inputs)
    first = next(iter(after.inputs))  # its gradient has come through every rounding
    assert not torch.equal(after.net.get_submodule(first).weight, before.net.get_submodule(first).weight)


def test_training_with_rounded_weights_brings_back_what_rounding_lost(trained):
    rounded = trained | Quantize(2, "channel")
    assert accuracy(rounded | FineTune(1)) > accuracy(rounded) + 5


# gradients pass straight through


def test_the_gradient_of_a_shrunk_weight_is_that_of_the_weight_where_it_is_kept():
    torch.manual_seed(0)
    weight, kept, slope = torch.randn(6, 5, requires_grad=True), torch.rand(6, 5) > 0.5, torch.randn(6, 5)
    for encode in (None, lambda w: quantize(w, 3, "channel", symmetric, "min-max")):
        for mask in (None, kept):
            through = Through(mask, encode)(weight)
            (through * slope).sum().backward()
            assert torch.equal(weight.grad, slope if mask is None else slope * mask)
            weight.grad = None


def test_a_weight_is_used_as_it_will_be_stored():
    torch.manual_seed(0)
    weight, kept = torch.randn(6, 5), torch.rand(6, 5) > 0.5
    weight[~kept] *= 10  # what is gone has no part in the range
    encode = lambda w: quantize(w, 3, "tensor", symmetric, "min-max")
    assert torch.allclose(Through(None, encode)(weight), encode(weight).decode())
    assert torch.allclose(Through(kept, encode)(weight), encode(weight * kept).decode() * kept)
    assert torch.equal(Through(kept, None)(weight), weight * kept)


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_rounded_activations_pass_the_gradient_that_torchs_fake_quantization_passes(bits):
    torch.manual_seed(0)
    x = torch.randn(2000) * 2
    grid = affine(torch.tensor([-1.0]), torch.tensor([1.5]), bits)
    low, high = (-grid.zero * grid.scale).item(), ((grid.last - grid.zero) * grid.scale).item()
    half = grid.scale.item() / 2
    x = x[
        ((x > low) | (x < low - half)) & ((x < high) | (x > high + half))
    ].requires_grad_()  # torch clips half a step later
    slope = torch.randn_like(x)
    theirs = torch.fake_quantize_per_tensor_affine(x, grid.scale.item(), int(grid.zero), 0, grid.last)
    (expected,) = torch.autograd.grad((theirs * slope).sum(), x)
    (ours,) = RoundInput(grid)(nn.Identity(), (x,))
    (gradient,) = torch.autograd.grad((ours * slope).sum(), x)
    assert torch.allclose(ours, theirs, atol=1e-6)
    assert torch.equal(gradient, expected)
    assert (gradient[(x < low) | (x > high)] == 0).all()
    assert (gradient == 0).any()
    assert (gradient != 0).any()


def test_a_parameter_that_is_not_shrunk_is_trained_as_ever(no_steps):
    net = beginning(shipped() | Prune(60) | FineTune(1))
    torch.manual_seed(0)
    net(torch.randn(4, 1, 28, 28)).sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert (parameter.grad != 0).any(), name
    fc = net.fc.parametrizations.weight
    assert (fc.original.grad[~fc[0].kept] == 0).all()
    assert (fc.original.grad[fc[0].kept] != 0).any()


# where it starts


def test_trained_again_from_its_first_weights_with_nothing_pruned_a_network_is_itself(trained):
    again = trained | FineTune(1, trained.source.seed, "rewound")
    assert all(torch.equal(tensor, state(trained)[name]) for name, tensor in state(again).items())


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("start", ["rewound", "random"])
def test_another_start_is_under_the_same_mask(model, start, no_steps):
    pruned = shipped(model) | Prune(80)
    net = beginning(pruned | FineTune(1, seed=3, start=start))
    first = build._untrained(model, 0 if start == "rewound" else build.OTHER_SEEDS + 3)
    masks = {name: t.kept for name, t in build._built(pruned).tensors.items() if isinstance(t, Sparse)}
    for name, weight in first.named_parameters():
        layer, _, parameter = name.rpartition(".")
        begun = getattr(net.get_submodule(layer), parameter)
        assert torch.equal(begun, weight * masks[name] if name in masks else weight), name


def test_rewound_to_a_later_step_is_the_run_stopped_there(trained, monkeypatch):
    pruned, stopped = trained | Prune(50), build.build(Experiment(replace(trained.source, stopped_at=20))).net
    whole = build._train

    def only_the_source(net, source, epochs, seed, stop_at=None, taught=None):
        yield from whole(net, source, epochs, seed, stop_at) if stop_at else [TrainingStep(1, 1, 0.0, None, 0.0)]

    build._built(pruned)
    monkeypatch.setattr(build, "_train", only_the_source)
    net = beginning(pruned | FineTune(1, start="rewound", at=20))
    assert torch.equal(net.fc.parametrizations.weight.original, stopped.fc.weight)
    assert torch.equal(net.conv1.bias, stopped.conv1.bias)


def test_a_seed_names_one_result_and_another_seed_another(few_steps):
    pruned = shipped("depthwise") | Prune(70) | Quantize(4)
    first = copy.deepcopy(state(pruned | FineTune(1, seed=5)))
    for file in store.folder().glob("*"):
        file.unlink()
    forget()
    again, other = state(pruned | FineTune(1, seed=5)), state(pruned | FineTune(1, seed=6))
    assert few_steps == [5, 5, 6]
    assert all(torch.equal(tensor, again[name]) for name, tensor in first.items())
    assert not torch.equal(first["fc.weight"], other["fc.weight"])


# what is kept, and what is used


def test_what_was_trained_once_is_read_from_the_store(few_steps):
    tuned = shipped() | Prune(70) | FineTune(1, seed=8)
    first = state(tuned)
    assert few_steps == [8]
    forget()
    assert all(
        torch.equal(tensor, first[name]) for name, tensor in state(tuned | Quantize(16)).items() if "bias" in name
    )
    assert all(torch.equal(tensor, first[name]) for name, tensor in state(tuned).items())
    assert few_steps == [8]
    state(tuned | FineTune(1, seed=9))
    assert few_steps == [8, 9]


def test_fine_tuning_leaves_what_it_started_from_as_it_was(few_steps):
    pruned = shipped("depthwise") | Prune(60)
    before = {name: tensor.clone() for name, tensor in build._built(pruned).net.state_dict().items()}
    build.build(pruned | FineTune(1))
    after = build._built(pruned).net
    assert all(torch.equal(tensor, before[name]) for name, tensor in after.state_dict().items())
    assert not after.training
    assert not any(parameter.requires_grad for parameter in after.parameters())


@pytest.mark.parametrize("tuned", [False, True])
def test_folding_keeps_every_zero_and_every_answer(tuned, few_steps):
    pruned = shipped("depthwise") | Prune(80)
    if tuned:
        pruned |= FineTune(1)
    unfolded, used = build._built(pruned), build.build(pruned)
    pictures = examples.test_set().images[:500]
    assert torch.allclose(used.net(pictures), unfolded.net(pictures), atol=1e-4)
    assert any(isinstance(layer, nn.BatchNorm2d) for layer in unfolded.net.modules())
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in used.net.modules())
    for name, tensor in used.tensors.items():
        if isinstance(tensor, Sparse):
            assert torch.equal(used.net.get_parameter(name) == 0, unfolded.net.get_parameter(name) == 0)
            assert torch.equal(used.net.get_parameter(name) == 0, ~tensor.kept)
    assert any(isinstance(tensor, Sparse) for tensor in used.tensors.values())


# what can be named


@pytest.mark.parametrize(
    ("recipe", "complaint"),
    [
        ([{"prune": {"sparsity": 101}}], "prune.sparsity: 101"),
        ([{"prune": {"sparsity": 50.0}}], "prune.sparsity: 50.0"),
        ([{"prune": {"criterion": "size"}}], "prune.criterion: 'size'"),
        ([{"prune": {"structure": "rows"}}], "prune.structure: 'rows'"),
        ([{"prune": {"scope": "all"}}], "prune.scope: 'all'"),
        ([{"prune": {"seed": -1}}], "prune.seed: -1"),
        ([{"prune": {"structure": "2:4", "scope": "layer", "sparsity": 60}}], "2:4 has a sparsity of 50"),
        ([{"prune": {"structure": "2:4"}}], 'the scope "layer", always'),
        ([{"prune": {"structure": "1:4", "scope": "layer"}}], "1:4 has a sparsity of 75"),
        ([{"prune": {"scope": "given"}}], "prune.ratios: must be there"),
        ([{"prune": {"ratios": [1, 2, 3, 4]}}], "and only there"),
        ([{"prune": {"scope": "given", "ratios": [1, 2, 3]}}], "3 of them, but cnn has 4 layers"),
        ([{"prune": {"scope": "given", "ratios": [1, 2, 3, 101]}}], "prune.ratios: 101"),
        ([{"prune": {"scope": "given", "ratios": [1, 2, 3, float("nan")]}}], "prune.ratios: nan"),
        ([{"prune": {"scope": "given", "ratios": [1, 2, 3, True]}}], "prune.ratios: True"),
        ([{"prune": {"scope": "given", "ratios": 5}}], "prune.ratios: 5 is not a list"),
        ([{"prune": {"ratios": {}}}], "prune.ratios: {} is not a list"),
        ([{"fine_tune": {"epochs": 0}}], "fine_tune.epochs: 0"),
        ([{"fine_tune": {"start": "cold"}}], "fine_tune.start: 'cold'"),
        ([{"fine_tune": {"at": 80}}], "fine_tune.at: only the start"),
        ([{"fine_tune": {"start": "rewound", "at": 1921}}], "fine_tune.at: 1921 is beyond the 1920 steps"),
        ([{"fine_tune": {"start": "rewound", "at": -1}}], "fine_tune.at: -1"),
        ([{"quantize": {}}, {"fine_tune": {"start": "rewound"}}], "fine_tune.start: rewound is only for pruned"),
        ([{"quantize_activations": {}}, {"fine_tune": {"start": "random"}}], "random is only for pruned"),
        ([{"remove_channels": {}}, {"fine_tune": {"start": "rewound"}}], "fine_tune.start: rewound is only for pruned"),
        ([{"quantize": {}}, {"remove_channels": {}}], "remove_channels: must come before"),
        ([{"quantize_activations": {}}, {"remove_channels": {}}], "remove_channels: must come before"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(recipe, complaint):
    with pytest.raises(BadExperiment) as error:
        Experiment.from_json({"checkpoint": "fashion-cnn", "recipe": recipe})
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_run_that_was_stopped_is_rewound_to_no_later_step():
    stopped = Experiment(Trained(stopped_at=80))
    assert stopped | FineTune(1, start="rewound", at=80)
    with pytest.raises(BadExperiment, match="beyond the 80 steps"):
        stopped | FineTune(1, start="rewound", at=81)


percents = st.integers(0, 100) | st.floats(0, 100)
free = st.sampled_from([name for name, sparsity in STRUCTURES.items() if sparsity is None])
criteria, seeds = st.sampled_from(CRITERIA), st.integers(0, 999_999)
prunes = (
    st.builds(Prune, st.integers(0, 100), criteria, free, st.sampled_from(["global", "layer"]), seed=seeds)
    | st.builds(Prune, criterion=criteria, structure=free, scope=st.just("given"), ratios=st.tuples(*[percents] * 4))
    | st.sampled_from([Prune(50, structure="2:4", scope="layer"), Prune(75, structure="1:4", scope="layer")])
)
tunes = st.builds(FineTune, st.integers(1, 100), seeds, st.sampled_from(STARTS)) | st.builds(
    FineTune, start=st.just("rewound"), at=st.integers(0, 800)
)
chains = st.builds(Experiment, st.just(Trained()), st.lists(prunes | tunes, max_size=4).map(tuple))


@given(chains, chains)
def test_json_names_the_same_chain_and_no_other(one, other):
    again = Experiment.from_json(json.loads(json.dumps(one.to_json())))
    assert again == one
    assert again.id == one.id
    assert (one.id == other.id) == (one == other)


def test_whole_and_broken_percentages_name_one_experiment():
    one, other = (
        Experiment(Trained()) | Prune(scope="given", ratios=ratios) for ratios in ((0, 5, 50, 1), (0.0, 5.0, 50.0, 1.0))
    )
    assert one == other
    assert one.id == other.id


def test_channels_can_be_removed_before_rounding():
    assert shipped() | Prune(50, structure="channels") | RemoveChannels() | Quantize(8) | FineTune(1)

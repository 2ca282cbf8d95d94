"""Which weights go: as torch prunes, exactly as many as asked for, and never one that another model shares."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import prune as torchs

from lessons import models
from lessons.data import TASKS, examples
from lessons.experiment import CRITERIA, Experiment, Prune, Quantize, shipped
from lessons.measure import quality
from lessons.shrink import prune, saliency
from lessons.shrink.pack import pack
from lessons.shrink.sparse import Sparse
from lessons.vision import build, steps

percents = st.integers(0, 100)
shapes = st.lists(st.lists(st.integers(1, 7), min_size=2, max_size=4).map(tuple), min_size=1, max_size=4)


def small_net(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 4 * 4, 5))


def small_batches(count: int = 3) -> list[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(1)
    return [(torch.randn(8, 1, 6, 6, generator=generator), torch.arange(8) % 5) for _ in range(count)]


def scores_of(shapes: list[tuple[int, ...]], seed: int = 0) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {str(at): torch.randn(shape, generator=generator) for at, shape in enumerate(shapes)}


def zeros(experiment: Experiment) -> dict[str, Tensor]:
    """Where the weights of a model are 0."""
    return {name: weight == 0 for name, weight in saliency.weights(build.build(experiment).net).items()}


def share(gone: dict[str, Tensor]) -> float:
    """The share that is 0, in %."""
    return 100 * sum(int(zero.sum()) for zero in gone.values()) / sum(zero.numel() for zero in gone.values())


def one_weight(experiment: Experiment) -> float:
    """What one weight is of all, in %."""
    return 100 / sum(zero.numel() for zero in zeros(experiment).values())


@pytest.fixture(scope="module", autouse=True)
def few_batches():
    """What matters is judged by a few of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "LOOKED_AT", {"gradient": 4, "movement": 8})
        forget()
        yield
    forget()


def forget() -> None:
    for remembered in (build.build, build._built, steps._scores):
        remembered.cache_clear()


def answers(experiment: Experiment) -> np.ndarray:
    """The classes that a model gives a thousand pictures."""
    net, images = build.build(experiment).net, examples.test_set().images[:1000]
    assert net(images[:100]).isfinite().all()
    return quality.answers(net, images)


def accuracy(experiment: Experiment) -> float:
    return quality.accuracy(answers(experiment), TASKS["fashion"].test_labels()[:1000])


# as torch prunes


@given(percents, st.integers(0, 5))
def test_the_lowest_of_each_layer_are_those_torch_prunes(percent, seed):
    net = small_net(seed)
    masks = prune.per_layer(saliency.magnitude(net), {"0.weight": percent / 100, "3.weight": percent / 100})
    for name, mask in masks.items():
        layer = net.get_submodule(name.removesuffix(".weight"))
        assert torch.equal(mask.float(), torchs.l1_unstructured(layer, "weight", percent / 100).weight_mask)


@given(percents, st.integers(0, 5))
def test_the_lowest_of_all_are_those_torch_prunes(percent, seed):
    net = small_net(seed)
    masks = prune.all_together(saliency.magnitude(net), percent / 100)
    torchs.global_unstructured([(net[0], "weight"), (net[3], "weight")], torchs.L1Unstructured, amount=percent / 100)
    assert torch.equal(masks["0.weight"].float(), net[0].weight_mask)
    assert torch.equal(masks["3.weight"].float(), net[3].weight_mask)


@pytest.mark.parametrize("model", models.NAMES)
def test_a_pruned_model_answers_as_one_that_torch_pruned(model):
    source = build._built(shipped(model)).net  # with its BatchNorms, as it is when it is pruned
    net = copy.deepcopy(source).to(memory_format=torch.contiguous_format)  # torch prunes no other
    layers = [(net.get_submodule(name.removesuffix(".weight")), "weight") for name in saliency.weights(net)]
    torchs.global_unstructured(layers, torchs.L1Unstructured, amount=0.7)
    pictures = examples.test_set().images[:200]
    assert torch.allclose(build.build(shipped(model) | Prune(70)).net(pictures), net(pictures), atol=1e-4)
    assert not torch.allclose(source(pictures), net(pictures), atol=1e-1)


# at random


def test_a_random_mask_has_its_own_generator_and_its_seed():
    net = small_net()
    state = torch.random.get_rng_state()
    first, again, other = (saliency.random(net, seed) for seed in (0, 0, 1))
    assert torch.equal(torch.random.get_rng_state(), state)
    for name in first:
        assert torch.equal(first[name], again[name])
        assert not torch.equal(first[name], other[name])


def test_a_random_mask_takes_from_everywhere_alike():
    net = nn.Linear(1000, 100, bias=False)
    one, other = (prune.keep(saliency.random(net, seed)["weight"], 0.5) for seed in (0, 1))
    assert one.sum() == 50_000
    assert (one.sum(1) - 500).abs().max() < 80  # five standard deviations of 1,000 tosses
    assert (one.sum(0) - 50).abs().max() < 25
    assert abs((one & other).float().mean() - 0.25) < 0.01


# how many


@given(shapes, percents)
def test_exactly_the_share_asked_for_goes(shapes, percent):
    scores = scores_of(shapes)
    masks = prune.all_together(scores, percent / 100)
    total = sum(score.numel() for score in scores.values())
    assert abs(sum(int((~mask).sum()) for mask in masks.values()) - total * percent / 100) <= 0.5
    for mask in prune.per_layer(scores, dict.fromkeys(scores, percent / 100)).values():
        assert abs(int((~mask).sum()) - mask.numel() * percent / 100) <= 0.5


@given(shapes, percents)
def test_what_goes_scores_no_higher_than_what_stays(shapes, percent):
    scores = scores_of(shapes)
    masks = prune.all_together(scores, percent / 100)
    gone = torch.cat([scores[name][~mask] for name, mask in masks.items()] + [torch.tensor([-torch.inf])])
    stay = torch.cat([scores[name][mask] for name, mask in masks.items()] + [torch.tensor([torch.inf])])
    assert gone.max() <= stay.min()


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("scope", ["global", "layer"])
def test_a_model_loses_exactly_what_was_asked_for(criterion, scope):
    gone = zeros(shipped() | Prune(63, criterion, scope=scope))
    assert abs(share(gone) - 63) <= 4 * one_weight(shipped())
    if scope == "layer":
        assert all(abs(int(zero.sum()) - 0.63 * zero.numel()) <= 1 for zero in gone.values())


@settings(max_examples=20)
@given(st.lists(percents, min_size=4, max_size=4))
def test_given_ratios_go_layer_by_layer(ratios):
    masks = zeros(shipped() | Prune(scope="given", ratios=tuple(ratios)))
    for ratio, mask in zip(ratios, masks.values(), strict=True):
        assert abs(int(mask.sum()) - ratio / 100 * mask.numel()) <= 0.5


def test_what_is_pruned_already_stays_pruned_and_counts():
    for criterion in CRITERIA:
        once, twice = zeros(shipped() | Prune(50)), zeros(shipped() | Prune(50) | Prune(80, criterion))
        assert abs(share(twice) - 80) <= one_weight(shipped())
        assert all((twice[name] | ~mask).all() for name, mask in once.items())


def test_less_than_is_gone_takes_nothing_away_and_brings_nothing_back():
    once, twice = zeros(shipped() | Prune(80)), zeros(shipped() | Prune(80) | Prune(30))
    assert all(torch.equal(once[name], twice[name]) for name in once)


# in a pattern


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=4).map(tuple),
    st.sampled_from([(2, 4), (1, 4), (3, 5)]),
)
def test_n_of_m_holds_in_every_group_of_inputs_or_nowhere(shape, pattern):
    n, m = pattern
    score = scores_of([shape])["0"]
    mask = prune.n_of_m(score, n, m)
    if shape[1] % m:
        assert mask.all()
        return
    for group, kept in zip(along_inputs(score, m), along_inputs(mask, m), strict=True):
        assert int(kept.sum()) == n
        assert set(group[kept].tolist()) == set(sorted(group.tolist())[-n:])


def along_inputs(weight: Tensor, m: int) -> Tensor:
    """Groups [n, m] of neighbouring inputs: of a convolution [out, in, k, k], channels at one position of its kernel.

    As in apex.contrib.sparsity.sparse_masklib.create_mask, which turns a weight KCRS into a matrix [R·S·K, C].
    """
    last = weight.permute(*range(2, weight.dim()), 0, 1)
    return last.reshape(-1, weight.shape[1]).reshape(-1, m)


def test_the_groups_of_a_convolution_are_channels_and_not_neighbours_in_its_kernel():
    score = torch.arange(4 * 9.0).reshape(1, 4, 3, 3)  # channels 2 and 3 have the highest scores at every position
    mask = prune.n_of_m(score, 2, 4)
    assert mask[:, 2:].all() and not mask[:, :2].any()


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("structure", ["2:4", "1:4"])
def test_layers_of_a_model_have_the_pattern_and_those_that_four_do_not_divide_are_whole(model, structure):
    n = int(structure[0])
    sparsity = {"2:4": 50, "1:4": 75}[structure]
    whole = set()
    for name, zero in zeros(shipped(model) | Prune(sparsity, structure=structure, scope="layer")).items():
        if zero.shape[1] % 4:
            assert not zero.any()
            whole.add(name.removesuffix(".weight").removesuffix(".0"))
        else:
            assert ((~along_inputs(zero, 4)).sum(1) == n).all(), name
    assert whole == {"cnn": {"conv1"}, "depthwise": {"conv1", "dw1", "dw2", "dw3"}}[model]


def test_n_of_m_takes_the_rest_of_a_group_that_is_pruned_already():
    gone = zeros(shipped() | Prune(60) | Prune(50, structure="2:4", scope="layer"))
    before = zeros(shipped() | Prune(60))
    for name, zero in gone.items():
        assert (zero | ~before[name]).all()
        if name != "conv1.weight":  # one input channel
            left, had = ((~at).sum(1) for at in (along_inputs(zero, 4), along_inputs(before[name], 4)))
            assert torch.equal(left, had.clamp(max=2))


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("scope", ["global", "layer"])
def test_blocks_go_whole(model, scope):
    whole = gone = 0
    for zero in zeros(shipped(model) | Prune(50, structure="blocks", scope=scope)).values():
        for rows in zero.flatten(1).split(4):
            for block in rows.split(4, dim=1):
                assert block.all() == block.any()
                whole, gone = whole + 1, gone + int(block.all())
    assert abs(gone - whole / 2) <= 0.5 * len(models.layers_of(model))


@given(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3)))
def test_the_score_of_a_block_is_the_mean_of_its_own_scores(shape):
    score = scores_of([shape])["0"]
    blocks = [[tile.mean() for tile in rows.split(4, dim=1)] for rows in score.flatten(1).split(4)]
    assert torch.allclose(prune.block_scores(score), torch.tensor(blocks), atol=1e-6)


def test_a_block_that_lost_some_of_its_weights_is_not_gone():
    score = torch.ones(4, 12)
    score[:, :4] = prune.GONE
    score[0, 4:6] = prune.GONE
    assert torch.allclose(prune.block_scores(score), torch.tensor([[prune.GONE, 14 / 16, 1]]))


def test_blocks_that_are_gone_stay_gone_and_count():
    def blocks(*steps: Prune) -> list[bool]:
        experiment = shipped()
        for step in steps:
            experiment |= step
        return [
            bool(block.all())
            for zero in zeros(experiment).values()
            for rows in zero.flatten(1).split(4)
            for block in rows.split(4, dim=1)
        ]

    once = blocks(Prune(50, structure="blocks"))
    twice = blocks(Prune(50, structure="blocks"), Prune(80, "random", structure="blocks"))
    assert abs(sum(twice) - 0.8 * len(twice)) <= 0.5
    assert all(after for before, after in zip(once, twice, strict=True) if before)


# the ends


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("structure", ["weights", "blocks"])
def test_nothing_pruned_is_the_baseline_and_its_file(model, structure):
    before, after = (build.build(e) for e in (shipped(model), shipped(model) | Prune(0, structure=structure)))
    assert pack(after.tensors) == pack(before.tensors)
    assert all(torch.equal(tensor, before.tensors[name]) for name, tensor in after.tensors.items())


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("percent", [99, 100])
def test_with_nearly_nothing_left_answers_are_still_numbers(model, criterion, percent):
    few = shipped(model) | Prune(percent, criterion)
    assert 5 <= accuracy(few) <= 80
    assert abs(share(zeros(few)) - percent) <= one_weight(shipped(model))
    assert len(set(answers(few | Prune(100) | Quantize(4)))) == 1


@pytest.mark.parametrize("model", models.NAMES)
def test_one_layer_can_go_as_a_whole(model):
    layers = models.layers_of(model)
    for at in range(len(layers)):
        ratios = tuple(100 * (at == other) for other in range(len(layers)))
        one = shipped(model) | Prune(scope="given", ratios=ratios)
        assert [bool(zero.all()) for zero in zeros(one).values()] == [ratio == 100 for ratio in ratios]
        assert len(set(answers(one))) == 1


# what matters


def test_gradient_scores_are_slope_times_weight():
    net, batches = small_net(), small_batches()
    expected = {name: torch.zeros_like(weight) for name, weight in saliency.weights(net).items()}
    for images, labels in batches:
        by_hand = small_net()
        F.cross_entropy(by_hand(images), labels).backward()
        for name in expected:
            weight = by_hand.get_parameter(name)
            expected[name] += (weight.grad * weight).abs().detach()
    for name, score in saliency.gradient(net, batches).items():
        assert torch.allclose(score, expected[name])
        assert score.shape == net.get_parameter(name).shape


class Slope(nn.Module):
    """Two classes; the odds of the first are w·x."""

    def __init__(self, weight: float):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[weight]]))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x @ self.weight, torch.zeros_like(x)], 1)


@pytest.mark.parametrize(("weight", "label"), [(2.0, 0), (2.0, 1), (-2.0, 0), (-2.0, 1)])
def test_movement_is_high_for_a_weight_that_training_moves_away_from_zero(weight, label):
    """Loss of class 0 is ln(1 + e^−w), of slope −1 / (1 + e^w); of class 1 ln(1 + e^w), of slope 1 / (1 + e^−w)."""
    batch = (torch.ones(1, 1), torch.tensor([label]))
    sign = 1 if label == 1 else -1
    path, w = 0.0, torch.tensor(weight)
    for _ in range(3):
        slope = sign * torch.sigmoid(sign * w)
        path -= float(slope * w)
        w = w - saliency.RATE * slope
    score = saliency.movement(Slope(weight), [batch] * 3)["weight"].item()
    assert score == pytest.approx(path, rel=1e-5)
    assert (score > 0) == ((weight > 0) == (label == 0))  # class 0 wants w up


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("criterion", CRITERIA)
def test_pruning_leaves_its_baseline_as_it_was(model, criterion):
    before = build.build(shipped(model))
    state = {name: tensor.clone() for name, tensor in before.net.state_dict().items()}
    with_norms = {name: tensor.clone() for name, tensor in build._built(shipped(model)).net.state_dict().items()}
    pruned = build.build(shipped(model) | Prune(40, criterion, seed=7) | Prune(91, criterion))
    assert any(isinstance(tensor, Sparse) for tensor in pruned.tensors.values())
    for built, was in ((before, state), (build._built(shipped(model)), with_norms)):
        assert all(torch.equal(tensor, was[name]) for name, tensor in built.net.state_dict().items())
        assert not any(parameter.requires_grad for parameter in built.net.parameters())


@pytest.mark.parametrize("look", [saliency.gradient, saliency.movement])
def test_looking_at_what_matters_changes_nothing(look):
    net = small_net().eval()
    before = copy.deepcopy(net.state_dict())
    first, again = look(net, small_batches()), look(net, small_batches())
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())
    assert all(torch.equal(score, again[name]) for name, score in first.items())

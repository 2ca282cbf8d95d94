"""Pruning channels: parity with torch's ranking, all that belongs to a channel goes, and removing changes no answer."""

import copy
from collections.abc import Callable, Sequence
from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils import prune

from lessons import models
from lessons.data import examples
from lessons.experiment import QuantizeActivations, shipped
from lessons.measure import macs
from lessons.shrink import channels
from lessons.shrink.activations import inputs
from lessons.vision import build


class Residual(nn.Module):
    """Two shortcuts: one passes its input on, one through a convolution of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU())
        self.same = nn.Sequential(
            nn.Conv2d(8, 12, 3, 1, 1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 8, 3, 1, 1), nn.BatchNorm2d(8)
        )
        self.smaller = nn.Sequential(nn.Conv2d(8, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16))
        self.shortcut = nn.Conv2d(8, 16, 1, 2)
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.hidden = nn.Linear(64, 20)
        self.fc = nn.Linear(20, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = (x + self.same(x)).relu()
        x = (self.shortcut(x) + self.smaller(x)).relu()
        return self.fc(self.hidden(self.pool(x).flatten(1)).relu())


def lived_in(net: nn.Module) -> nn.Module:
    """In eval mode, with BatchNorms that shift and scale as trained ones do."""
    generator = torch.Generator().manual_seed(1)
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):
            for numbers in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                numbers.data.uniform_(0.2, 1, generator=generator)
    return net.eval().requires_grad_(False)


@cache
def network(name: str) -> nn.Module:
    torch.manual_seed(0)
    if name == "residual":
        return lived_in(Residual())
    if name == "depthwise with BatchNorm":
        return lived_in(models.make("depthwise"))
    if name == "depthwise, rounded activations":
        return build.build(shipped("depthwise") | QuantizeActivations(8)).net
    return build.build(shipped(name)).net


NETWORKS = ("cnn", "depthwise", "depthwise with BatchNorm", "depthwise, rounded activations", "residual")
SHARES = ((0.0, "global"), (0.4, "global"), (0.97, "global"), (1.0, "global"), (0.6, "layer"), (0.99, "layer"))


@cache
def pictures() -> Tensor:
    return examples.test_set().images[:32]


def magnitudes(net: nn.Module) -> dict[str, Tensor]:
    return {name: weight.abs() for name, weight in net.named_parameters()}


def at_random(net: nn.Module) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(2)
    return {name: torch.rand(weight.shape, generator=generator) for name, weight in net.named_parameters()}


def pruned(net: nn.Module, share: float | Sequence[float], scope: str, scores: Callable = magnitudes) -> nn.Module:
    """A copy with channels masked."""
    groups = channels.coupled(net, pictures()[:1])
    given = scores(net)
    kept = channels.highest([channels.channel_scores(group, given) for group in groups], share, scope)
    net = copy.deepcopy(net)
    for name, mask in channels.masks(net, groups, kept).items():
        net.get_parameter(name).mul_(mask)
    return net


def cost(net: nn.Module) -> int:
    return sum(layer.macs for layer in macs.layers(net, pictures()[:1]))


def assert_same_answers(net: nn.Module, other: nn.Module) -> None:
    ours, theirs = net(pictures()), other(pictures())
    assert (ours - theirs).abs().max() <= 1e-5 * max(1, ours.abs().max())


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.8])
def test_in_one_layer_the_channels_are_those_torch_prunes(share):
    net = nn.Sequential(nn.Conv2d(3, 40, 5), nn.ReLU(), nn.Conv2d(40, 2, 1))
    [group] = channels.coupled(net, torch.randn(1, 3, 9, 9))
    kept = channels.highest([channels.channel_scores(group, magnitudes(net))], share)
    ours = channels.masks(net, [group], kept)["0.weight"]
    theirs = prune.ln_structured(copy.deepcopy(net[0]), "weight", share, n=1, dim=0)
    assert torch.equal(ours, theirs.weight_mask.bool())


def test_the_channels_a_depthwise_convolution_takes_in_and_gives_out_are_one_group():
    groups = channels.coupled(network("depthwise"), pictures()[:1])
    assert [group.filters for group in groups] == [
        ("conv1.0.weight", "dw1.0.weight"),
        ("pw1.0.weight", "dw2.0.weight"),
        ("pw2.0.weight", "dw3.0.weight"),
        ("pw3.0.weight",),
    ]
    net = pruned(network("depthwise"), 0.5, "layer")
    for a, b in (("conv1", "dw1"), ("pw1", "dw2"), ("pw2", "dw3")):
        gone = [net.get_parameter(f"{layer}.0.weight").flatten(1).eq(0).all(1) for layer in (a, b)]
        assert torch.equal(*gone)
        assert gone[0].float().mean() == 0.5


def test_channels_that_a_shortcut_adds_up_are_one_group_and_the_answer_is_in_none():
    groups = channels.coupled(network("residual"), pictures()[:1])
    assert [(group.channels, group.filters) for group in groups] == [
        (8, ("stem.0.weight", "same.3.weight")),
        (12, ("same.0.weight",)),
        (16, ("smaller.0.weight", "shortcut.weight")),
        (20, ("hidden.weight",)),
    ]
    assert groups[2].constants == ("smaller.1.weight", "smaller.1.bias", "shortcut.bias")


def test_an_answer_that_is_a_sum_is_in_no_group():
    class Sum(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(4, 3), nn.Linear(3, 3)

        def forward(self, x: Tensor) -> Tensor:
            x = self.first(x)
            return x + self.second(x)

    assert channels.coupled(Sum(), torch.randn(1, 4)) == []


@pytest.mark.parametrize("name", ["depthwise with BatchNorm", "residual", "cnn"])
def test_nothing_flows_through_a_channel_that_is_masked(name):
    net = pruned(network(name), 0.5, "layer")
    reads = {"residual": "same.0", "cnn": "conv2"}.get(name, "pw1.0")
    flows = inputs(net, pictures())[reads].abs().amax((0, 2, 3)) > 0
    assert flows.sum() <= len(flows) // 2


@pytest.mark.parametrize("scores", [magnitudes, at_random])
@pytest.mark.parametrize(("share", "scope"), SHARES)
@pytest.mark.parametrize("name", NETWORKS)
def test_removing_silent_channels_changes_no_answer(name, share, scope, scores):
    masked = pruned(network(name), share, scope, scores)
    smaller = channels.removed(masked, pictures()[:1])
    assert_same_answers(masked, smaller)
    for group in channels.coupled(smaller, pictures()[:1]):
        assert not channels.silent(smaller, group).any()
    if share:
        assert cost(smaller) < cost(masked)
    else:
        assert cost(smaller) == cost(masked)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("silent", [0, 1, -1, None])
def test_a_whole_group_can_go_and_the_answer_is_then_the_same_for_all(name, silent):
    shares = [0.25] * len(channels.coupled(network(name), pictures()[:1]))
    if silent is None:
        shares = 1.0
    else:
        shares[silent] = 1.0
    masked = pruned(network(name), shares, "layer")
    answers = masked(pictures())
    assert answers.isfinite().all()
    if name != "residual" or silent in (-1, None):  # a shortcut leads around a group
        torch.testing.assert_close(answers, answers[:1].expand_as(answers))
    assert_same_answers(masked, channels.removed(masked, pictures()[:1]))


def test_the_network_itself_stays_as_it_was():
    net = copy.deepcopy(pruned(network("depthwise with BatchNorm"), 0.5, "global"))
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    with torch.no_grad():
        channels.removed(net, pictures()[:1])
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
    assert not any(weight.requires_grad for weight in net.parameters())
    assert not any(layer._forward_hooks for layer in net.modules())


def test_what_is_removed_is_ready_to_answer_as_fast_as_it_can():
    smaller = channels.removed(pruned(network("cnn"), 0.3, "global"), pictures()[:1])
    assert not smaller.training
    assert not any(weight.requires_grad for weight in smaller.parameters())
    assert smaller.conv3.weight.is_contiguous(memory_format=torch.channels_last)
    assert smaller.fc.in_features == 16 * smaller.conv3.out_channels


@settings(deadline=None)
@given(
    st.lists(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=9), min_size=1, max_size=5),
    st.floats(0, 1),
    st.sampled_from(channels.SCOPES),
)
def test_the_share_that_goes_is_the_lowest_but_never_the_last_of_a_group(groups, share, scope):
    scores = [torch.tensor(group) for group in groups]
    kept = channels.highest(scores, share, scope)
    total = sum(map(len, groups))
    if scope == "global":
        assert sum(int((~keep).sum()) for keep in kept) == min(round(share * total), total - len(groups))
    for score, keep in zip(scores, kept, strict=True):
        assert bool(keep.any()) == (scope != "layer" or share < 1)
        gone, stay = score[~keep].tolist() or [-torch.inf], score[keep].tolist() or [torch.inf]
        assert max(gone) <= min(stay)
        if scope == "layer" and share < 1:
            assert (~keep).sum() == min(round(share * len(score)), len(score) - 1)


def test_channels_of_all_groups_compete():
    low, high = torch.tensor([0.1, 0.2, 0.3]), torch.tensor([1.0, 2.0, 3.0])
    assert [keep.tolist() for keep in channels.highest([low, high], 0.5)] == [[False, False, True], [False, True, True]]


@pytest.mark.parametrize(
    ("net", "why"),
    [
        (nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3, groups=2), nn.Conv2d(8, 2, 1)), "1: it is grouped"),
        (nn.Sequential(nn.Conv2d(1, 8, 3), nn.GroupNorm(2, 8), nn.Conv2d(8, 2, 1)), "through 1: GroupNorm"),
        (
            nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8, affine=False), nn.Conv2d(8, 2, 1)),
            "through 1: BatchNorm",
        ),
    ],
)
def test_layers_whose_channels_cannot_be_silenced_are_refused(net, why):
    with pytest.raises(ValueError, match=why):
        channels.coupled(net.eval(), torch.randn(1, 1, 9, 9))


@pytest.mark.parametrize(
    ("share", "scope"), [(1.5, "global"), ([0.5, -1], "layer"), ([0.5, 0.5], "global"), (0.5, "all")]
)
def test_nonsense_is_refused(share, scope):
    with pytest.raises(ValueError):
        channels.highest([torch.rand(3), torch.rand(3)], share, scope)

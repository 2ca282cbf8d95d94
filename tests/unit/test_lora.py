"""Low-rank updates, against the field's own implementation, and what must hold of any."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from peft import LoraConfig, get_peft_model
from torch import nn

from lessons.shrink.lora import KINDS, Adapted, begin, merged, rows, scale

RATE, STEPS = 0.01, 3
LAYERS = {
    "linear": (lambda: nn.Linear(12, 9), (5, 7, 12)),
    "without bias": (lambda: nn.Linear(12, 9, bias=False), (5, 12)),
    "convolution": (lambda: nn.Conv2d(3, 8, 3, stride=2, padding=1), (5, 3, 8, 8)),
}


class Net(nn.Module):
    def __init__(self, layer: nn.Module):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)


def ours_of(layer: nn.Module, kind: str, rank: int = 4, alpha: float = 6.0) -> Adapted:
    return Adapted(layer, begin(layer.weight.detach(), rank, alpha, kind, torch.Generator().manual_seed(1)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LAYERS)
def test_forward_steps_of_the_optimiser_and_merging_are_those_of_peft(name, kind):
    make, shape = LAYERS[name]
    torch.manual_seed(0)
    layer, x = make(), torch.randn(shape)
    settings = LoraConfig(
        r=4, lora_alpha=6, target_modules=["layer"], use_rslora=kind == "rslora", use_dora=kind == "dora"
    )
    theirs, ours = get_peft_model(Net(copy.deepcopy(layer)), settings), ours_of(layer, kind)
    inner = theirs.base_model.model.layer
    with torch.no_grad():
        inner.lora_A["default"].weight.copy_(ours.down.view_as(inner.lora_A["default"].weight))
    both = theirs, ours
    optimisers = [torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], lr=RATE) for net in both]
    for _ in range(STEPS):
        for net, optimiser in zip(both, optimisers, strict=True):
            optimiser.zero_grad()
            (net(x) - 1).square().mean().backward()
            optimiser.step()
        assert torch.allclose(theirs(x), ours(x), atol=1e-5)
    assert not torch.allclose(ours(x), layer(x), atol=1e-3)  # it has learnt something
    whole = theirs.merge_and_unload().layer.weight
    assert torch.allclose(whole, merged(layer.weight, ours.learnt), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LAYERS)
def test_at_first_nothing_changes(name, kind):
    make, shape = LAYERS[name]
    layer, x = make(), torch.randn(shape)
    assert torch.allclose(ours_of(layer, kind)(x), layer(x), atol=1e-6)


@given(some.sampled_from(KINDS), some.integers(1, 9), some.integers(0, 1_000))
def test_merged_computes_the_same_and_a_change_has_its_rank(kind, rank, seed):
    random = torch.Generator().manual_seed(seed)
    layer = nn.Linear(12, 9)
    ours = ours_of(layer, kind, rank)
    with torch.no_grad():
        ours.up.copy_(torch.randn(9, rank, generator=random))
    x = torch.randn(4, 12, generator=random)
    whole = merged(layer.weight, ours.learnt)
    assert torch.allclose(nn.functional.linear(x, whole, layer.bias), ours(x), atol=1e-4)
    if kind != "dora":
        assert torch.linalg.matrix_rank(whole - layer.weight, atol=1e-4) <= rank


def test_only_what_is_added_has_gradients():
    ours = ours_of(nn.Linear(12, 9), "dora")
    assert {name for name, weight in ours.named_parameters() if weight.requires_grad} == {"down", "up", "length"}


def test_dora_keeps_the_lengths_it_has_learnt():
    layer = nn.Linear(12, 9)
    ours = ours_of(layer, "dora")
    with torch.no_grad():
        ours.up.normal_()
        ours.length.uniform_(1, 2)
    assert torch.allclose(rows(merged(layer.weight, ours.learnt)), ours.length, atol=1e-5)


def test_a_row_of_zeros_is_no_division_by_zero():
    layer = nn.Linear(12, 9)
    with torch.no_grad():
        layer.weight[3] = 0
    assert merged(layer.weight, ours_of(layer, "dora").learnt).isfinite().all()


@pytest.mark.parametrize(("kind", "expected"), [("lora", 16 / 64), ("rslora", 16 / 8), ("dora", 16 / 64)])
def test_the_scale_of_each_kind(kind, expected):
    assert scale(16, 64, kind) == expected

"""The transformer: equal to an independent one, and to itself with a cache."""

import pytest
import torch

from lessons.models.llama import Cache, Llama, Shape, initialised
from tests.unit.llamas import transformers_llama

SHAPES = [
    Shape(50, 64, 2, 4, 2, 96, 64, theta=10_000.0, tied=True),
    Shape(50, 64, 2, 4, 4, 96, 64, theta=100_000.0, tied=False),
    Shape(50, 96, 3, 3, 1, 64, 64, theta=500_000.0, eps=1e-6, tied=True),
]


@pytest.fixture(params=SHAPES, ids=str)
def net(request):
    torch.manual_seed(0)
    net = Llama(request.param).eval().requires_grad_(False)
    for weight in net.parameters():  # far from the start, where all attention is alike
        weight.copy_(torch.randn(weight.shape) * (0.3 if weight.dim() > 1 else 1))
    return net


def test_it_equals_transformers_llama(net):
    tokens = torch.randint(50, (2, 40))
    assert (net(tokens) - transformers_llama(net)(tokens).logits).abs().max() < 1e-3


def test_reading_with_a_cache_is_reading_without_one(net):
    tokens = torch.randint(50, (1, 30))
    cache = Cache()
    parts = [net(tokens[:, :11], cache), *(net(tokens[:, at : at + 1], cache) for at in range(11, 30))]
    assert torch.allclose(torch.cat(parts, 1), net(tokens), atol=1e-4)
    assert cache.length == 30
    numbers = sum(each.numel() for each in (*cache.keys.values(), *cache.values.values()))
    shape = net.shape
    assert numbers == 2 * 30 * shape.layers * shape.kv_heads * shape.width // shape.heads


def test_a_cache_takes_no_several_tokens_once_it_has_some(net):
    cache = Cache()
    net(torch.tensor([[1, 2]]), cache)
    with pytest.raises(ValueError, match="one at a time"):
        net(torch.tensor([[3, 4]]), cache)


def test_no_token_sees_those_after_it(net):
    tokens = torch.randint(50, (1, 20))
    changed = tokens.clone()
    changed[0, 12:] = (changed[0, 12:] + 1) % 50
    before, after = net(tokens), net(changed)
    assert torch.allclose(before[:, :12], after[:, :12], atol=1e-5)
    assert not torch.allclose(before[:, 12:], after[:, 12:], atol=1e-2)


def test_at_the_start_every_token_is_about_as_likely():
    torch.manual_seed(0)
    logits = initialised(Llama(SHAPES[0]))(torch.randint(50, (1, 20)))
    assert logits.softmax(-1).max() < 6 / 50

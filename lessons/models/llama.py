"""A language model: the transformer that Llama made common. One architecture, from a tenth of a million parameters up.

Vaswani et al., "Attention Is All You Need" (2017); Touvron et al., "LLaMA" (2023), §2.2: RMSNorm before each part,
SwiGLU, rotary positions; Ainslie et al., "GQA" (2023): several heads share keys and values. Names of weights are those
of Hugging Face's Llama. With biases it is Qwen2, with normalised queries and keys Qwen3 (Yang et al., 2024; 2025).
Knows nothing of texts, files or training.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "silu": F.silu,
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu_pytorch_tanh": partial(F.gelu, approximate="tanh"),
}


@dataclass(frozen=True)
class Shape:
    """How large a Llama is. `heads`: of queries; `kv_heads`: of keys and values; `hidden`: between the MLP's matrices;
    `context`: tokens it was trained to look back on; `theta`: the base of the rotary positions."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    hidden: int
    context: int
    theta: float = 10_000.0
    eps: float = 1e-5
    tied: bool = True  # one matrix reads tokens and writes them
    head_width: int = 0  # numbers of a head; 0: width ÷ heads
    biases: bool = False  # of queries, keys and values (Qwen2)
    output_bias: bool = False  # of the attention's output
    mlp_biases: bool = False  # of the MLP's three matrices
    qk_norm: bool = False  # queries and keys of each head are normalised before they are rotated (Qwen3)
    activation: str = "silu"  # of the MLP's gate, one of ACTIVATIONS
    rope_factors: tuple[
        float, ...
    ] = ()  # what each pair's rotation is divided by [head_dim / 2]; none: 1 (Llama 3, linear)

    @property
    def head_dim(self) -> int:
        """Numbers of a head."""
        return self.head_width or self.width // self.heads


@dataclass
class Cache:
    """Keys and values of the tokens a model has read, [n, kv_heads, t, d] a layer, so that the next needs only
    itself."""

    keys: dict[int, Tensor] = field(default_factory=dict)
    values: dict[int, Tensor] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Tokens read so far."""
        return self.keys[0].shape[2] if self.keys else 0

    def grow(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Those of all tokens, the new ones among them."""
        if layer in self.keys:
            keys = torch.cat([self.keys[layer], keys], 2)
            values = torch.cat([self.values[layer], values], 2)
        self.keys[layer], self.values[layer] = keys, values
        return keys, values


class Attention(nn.Module):
    """Each token looks back on those before it. `stored`: what becomes of keys and values before they are kept."""

    def __init__(self, shape: Shape, layer: int):
        super().__init__()
        self.layer, self.width = layer, shape.head_dim  # of a head
        self.q_proj = nn.Linear(shape.width, shape.heads * self.width, bias=shape.biases)
        self.k_proj = nn.Linear(shape.width, shape.kv_heads * self.width, bias=shape.biases)
        self.v_proj = nn.Linear(shape.width, shape.kv_heads * self.width, bias=shape.biases)
        if shape.qk_norm:
            self.q_norm, self.k_norm = (nn.RMSNorm(self.width, eps=shape.eps) for _ in range(2))
        self.o_proj = nn.Linear(shape.heads * self.width, shape.width, bias=shape.output_bias)
        self.stored: Callable[[Tensor], Tensor] = lambda kept: kept

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], cache: Cache) -> Tensor:
        queries, keys, values = self.asked(x, turn)
        keys, values = cache.grow(self.layer, self.stored(keys), self.stored(values))
        # a single new token may look at all; several are the first ones, and look back only
        found = F.scaled_dot_product_attention(queries, keys, values, is_causal=x.shape[1] > 1, enable_gqa=True)
        return self.o_proj(found.transpose(1, 2).flatten(2))

    def asked(self, x: Tensor, turn: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of x [n, t, width], the first two turned to their positions: [n, heads, t, d]."""
        split = [
            part(x).unflatten(2, (-1, self.width)).transpose(1, 2) for part in (self.q_proj, self.k_proj, self.v_proj)
        ]
        queries, keys, values = split
        if hasattr(self, "q_norm"):
            queries, keys = self.q_norm(queries), self.k_norm(keys)
        return rotated(queries, *turn), rotated(keys, *turn), values


class MLP(nn.Module):
    """A gated MLP: with `silu`, SwiGLU (Shazeer, 2020)."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.activation = ACTIVATIONS[shape.activation]
        self.gate_proj = nn.Linear(shape.width, shape.hidden, bias=shape.mlp_biases)
        self.up_proj = nn.Linear(shape.width, shape.hidden, bias=shape.mlp_biases)
        self.down_proj = nn.Linear(shape.hidden, shape.width, bias=shape.mlp_biases)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(self.activation(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, shape: Shape, layer: int):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(shape.width, eps=shape.eps)
        self.self_attn = Attention(shape, layer)
        self.post_attention_layernorm = nn.RMSNorm(shape.width, eps=shape.eps)
        self.mlp = MLP(shape)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], cache: Cache) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), turn, cache)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    """Tokens int64 [n, t] → a logit for each possible next token, float32 [n, t, vocabulary]."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Block(shape, layer) for layer in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=shape.eps)
        self.lm_head = None if shape.tied else nn.Linear(shape.width, shape.vocabulary, bias=False)

    def forward(self, tokens: Tensor, cache: Cache | None = None) -> Tensor:
        """With a cache the tokens follow those it has seen: the first time any number of them, then one at a time.

        Raises ValueError for several tokens after the first time: each would see those after it.
        """
        return self.written(self.read(tokens, cache))

    def read(self, tokens: Tensor, cache: Cache | None = None) -> Tensor:
        """What the last layer makes of each token, normalised: [n, t, width]."""
        cache = Cache() if cache is None else cache
        if cache.length and tokens.shape[1] > 1:
            raise ValueError("after the first tokens, a cache takes them one at a time")
        turn = turns(cache.length, tokens.shape[1], self.shape)
        x = self.embed_tokens(tokens)
        for layer in self.layers:
            x = layer(x, turn, cache)
        return self.norm(x)

    def written(self, x: Tensor) -> Tensor:
        """Logits of what was read."""
        return F.linear(x, self.embed_tokens.weight) if self.lm_head is None else self.lm_head(x)


def turns(first: int, tokens: int, shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosine and sine of each position's angles, [t, d]: the further apart two tokens, the further are they turned.

    Su et al., "RoFormer" (2021), §3.2.2.
    """
    angles = torch.outer(torch.arange(first, first + tokens).float(), speeds(shape)).repeat(1, 2)
    return angles.cos(), angles.sin()


def speeds(shape: Shape) -> Tensor:
    """The angle by which each pair of a head's numbers is turned from one position to the next, [d / 2]."""
    each = shape.theta ** (-torch.arange(0, shape.head_dim, 2).float() / shape.head_dim)
    return each / torch.tensor(shape.rope_factors) if shape.rope_factors else each


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Pairs of numbers (i, i + d/2) of x [n, heads, t, d] turned by their angles."""
    half, other = x.chunk(2, -1)
    return x * cos + torch.cat([-other, half], -1) * sin


def initialised(net: Llama) -> Llama:
    """Start weights as in GPT-2: N(0, 0.02²), those that write into the residual stream smaller by √(2 · layers)."""
    for name, weight in net.named_parameters():
        if weight.dim() > 1:
            into_stream = name.endswith(("o_proj.weight", "down_proj.weight"))
            nn.init.normal_(weight, std=0.02 / (2 * net.shape.layers) ** 0.5 if into_stream else 0.02)
    return net

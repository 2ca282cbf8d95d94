"""What follows from a language model's shape: its numbers, those a token is multiplied with, and its keys and values.

Vaswani et al., "Attention Is All You Need" (2017); Shazeer, "Fast Transformer Decoding" (2019): queries that share keys
and values; Beltagy et al., "Longformer" (2020): windows; DeepSeek-AI, "DeepSeek-V2" (2024), §2.1: latent attention.
Gains of norms and most biases, less than a thousandth of any model here, are not counted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from lessons.facts.architectures import Architecture
from lessons.text import sections

WORDS = sections("estimate")


class CannotCompute(ValueError):
    """Something that is not modelled; the message says what, and why."""


class Parts(NamedTuple):
    """Numbers in the matrices of a model. `embedding`: one row a token is looked up there; `head`: 0 where the same
    matrix serves; `experts`: in all of them, but for those that every token uses, which are `dense`, as are attention
    and routers."""

    embedding: int
    head: int
    dense: int
    experts: int


def parts(shape: Architecture) -> Parts:
    """Raises CannotCompute where layers have other matrices."""
    if shape.linear_layers:
        raise CannotCompute(WORDS("linear layers", model=shape.name))
    if (shape.d_ff_expert if shape.experts else shape.d_ff) is None:
        raise CannotCompute(WORDS("no MLP size", model=shape.name))
    if shape.kv_shared_layers:
        raise CannotCompute(WORDS("embeddings in layers", model=shape.name))
    embedding = shape.vocab * shape.d_model
    mlp = (3 if shape.gated else 2) * shape.d_model * (shape.d_ff or 0)
    with_experts = shape.layers - (shape.first_dense_layers or 0) if shape.experts else 0
    one = (3 if shape.gated else 2) * shape.d_model * (shape.d_ff_expert or 0)
    always = one * (shape.experts_shared or 0) + shape.d_model * (shape.experts or 0)  # and the router
    dense = shape.layers * _attention(shape) + (shape.layers - with_experts) * mlp + with_experts * always
    return Parts(
        embedding + (shape.positions or 0) * shape.d_model,
        0 if shape.tied_embeddings else embedding,
        dense,
        with_experts * one * (shape.experts or 0),
    )


def parameters(shape: Architecture) -> int:
    """All of them."""
    return sum(parts(shape))


def multiplied(shape: Architecture) -> int:
    """Active parameters: numbers that one token is multiplied with. Not the embedding, in which it is looked up, but
    where that is the head, too; DeepSeek-AI and OpenAI count theirs so."""
    found = parts(shape)
    head = found.head or shape.vocab * shape.d_model
    return head + found.dense + _of_experts(found, shape)


def used(shape: Architecture, tokens: float) -> float:
    """The share of the experts that at least one of so many tokens uses, were each token's drawn evenly: 1 − (1 −
    k/E)ᵀ."""
    return 1 - (1 - shape.experts_active / shape.experts) ** tokens if shape.experts else 0.0


def active(shape: Architecture) -> int:
    """Active parameters: `multiplied`, or, where matrices are not modelled, those listed without the input
    embedding."""
    try:
        return multiplied(shape)
    except CannotCompute:
        return shape.params_active - (0 if shape.tied_embeddings else shape.vocab * shape.d_model)


def split(shape: Architecture) -> tuple[float, float]:
    """Weights that every token is multiplied with, and weights in experts: from the matrices, or where those are not
    modelled from total and active parameters."""
    if not shape.experts:
        return active(shape), 0.0
    share = shape.experts_active / shape.experts
    try:
        experts = parts(shape).experts
    except CannotCompute:  # total − active = (1 − share) · experts
        experts = (shape.params_total - shape.params_active) / (1 - share)
    return active(shape) - share * experts, experts


def touched(shape: Architecture, tokens: float) -> float:
    """Weights read for so many tokens at once: of experts those that are `used`. A large batch reads nearly all."""
    always, experts = split(shape)
    return always + experts * used(shape, tokens)


def size_only(like: Architecture, name: str, total: float, active: float, **shape: int | str | None) -> Architecture:
    """A model of which the parameters are known, and of the shape no more than layers and heads: as those of another,
    or as given. `total`, `active`: parameters."""
    unknown = dict.fromkeys(("d_ff", "d_ff_expert", "experts_shared", "first_dense_layers"))
    size = {"params_total": int(total), "params_active": int(active), "vocab": 0, "native": ""}
    return replace(like, name=name, **unknown | size | shape)


def cached_tokens(
    shape: Architecture, context: float, windows: bool = True, strict: bool = True
) -> dict[str, tuple[int, float]]:
    """How many layers keep keys and values, and of how many tokens each, by kind: "full", "sliding". `windows`: whether
    the engine keeps no more than a window where the model looks no further back; not all do.

    Raises CannotCompute for layers that keep something else, and for windows of unknown width; where not `strict`, the
    constant state of linear layers is left out, and such windows count as the whole context.
    """
    if strict:
        _must_be_modelled(shape)
    full, sliding = (count - _sharing(shape, count) for count in (shape.full_layers, shape.sliding_layers))
    return {"full": (full, context), "sliding": (sliding, _window(shape, context, windows))}


def cache_numbers(shape: Architecture) -> int:
    """Numbers that one layer keeps of one token."""
    if shape.attention == "mla":
        return shape.mla_kv_lora_rank + shape.mla_rope_dim  # one latent vector serves for keys and values
    return keys_and_values(shape.n_kv_heads, shape.head_dim)


def keys_and_values(heads: int, head_dim: int) -> int:
    """Numbers in the keys and values of one token in one layer: 2 × heads of keys × numbers in each. `heads`: of keys;
    `head_dim`: numbers in each."""
    return 2 * heads * head_dim


def kept_bytes(shape: Architecture, layers: Mapping[str, tuple[int, float]], number_bytes: float) -> float:
    """Bytes of keys and values, where so many layers of each kind keep so many tokens."""
    return sum(count * tokens for count, tokens in layers.values()) * cache_numbers(shape) * number_bytes


def cache_bytes(
    shape: Architecture, context: float, number_bytes: float = 2, windows: bool = True, strict: bool = True
) -> float:
    """Bytes of the KV cache of one conversation of `context` tokens. Raises CannotCompute as `cached_tokens` does.
    `strict`: as there."""
    return kept_bytes(shape, cached_tokens(shape, context, windows, strict), number_bytes)


def attention_flop(shape: Architecture, tokens: float, windows: bool = True, absorbed: bool = False) -> float:
    """FLOP to attend to so many tokens: two products with each, for each head and layer.

    `absorbed`: multi-head latent attention computes with the latent vectors themselves, keys with both their parts and
    values with the latent one (DeepSeek-V2, §2.1.2); else with the heads that are made out of them.
    """
    size = shape.head_dim
    if absorbed and shape.attention == "mla":
        size = shape.mla_kv_lora_rank + shape.mla_rope_dim / 2
    attended = shape.full_layers * tokens + shape.sliding_layers * _window(shape, tokens, windows)
    return 4 * shape.n_heads * size * attended


def _window(shape: Architecture, tokens: float, windows: bool) -> float:
    """Of so many tokens those that a sliding layer looks back at."""
    return min(tokens, shape.sliding_window or tokens) if windows else tokens


def _must_be_modelled(shape: Architecture) -> None:
    """Raises CannotCompute."""
    if shape.linear_layers:
        raise CannotCompute(WORDS("no state size", count=shape.linear_layers, layers=shape.layers, model=shape.name))
    if shape.sliding_layers and not shape.sliding_window:
        raise CannotCompute(WORDS("no band width", count=shape.sliding_layers, layers=shape.layers, model=shape.name))


def _of_experts(parts: Parts, shape: Architecture) -> int:
    return parts.experts * shape.experts_active // shape.experts if shape.experts else 0


def _attention(shape: Architecture) -> int:
    """Numbers in a layer's attention."""
    d, heads = shape.d_model, shape.n_heads
    if shape.attention != "mla":
        return 2 * d * shape.head_dim * (heads + shape.n_kv_heads)
    latent, turned, plain, value = shape.mla_kv_lora_rank, shape.mla_rope_dim, shape.mla_nope_dim, shape.mla_v_dim
    asks = heads * (plain + turned)
    queries = shape.mla_q_lora_rank * (d + asks) if shape.mla_q_lora_rank else d * asks
    return queries + d * (latent + turned) + latent * heads * (plain + value) + heads * value * d


def _sharing(shape: Architecture, layers: int) -> int:
    """How many of these layers use another's keys and values: they are spread as all layers are."""
    return shape.kv_shared_layers * layers // shape.layers

"""What follows from a language model's shape: its numbers, those a token is multiplied with, and its keys and values.

Vaswani et al., "Attention Is All You Need" (2017); Shazeer, "Fast Transformer Decoding" (2019): queries that share keys
and values; Beltagy et al., "Longformer" (2020): windows; DeepSeek-AI, "DeepSeek-V2" (2024), §2.1: latent attention.
Gains of norms and most biases, less than a thousandth of any model here, are not counted.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from lessons.facts.architectures import Architecture
from lessons.text import sections

WORDS = sections("estimate")
STATE_BYTES = 4  # of a number in the state of a linear layer
STATE_FLOP = 6  # for each number of that state and token: Mamba takes 5, a delta net 7


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


@lru_cache(maxsize=256)
def parts(shape: Architecture) -> Parts:
    """Raises CannotCompute where layers have other matrices."""
    _must_have_sizes(shape)
    embedding, routed = shape.vocab * shape.d_model, expert_layers(shape)
    mixers = sum(layers * _attention(shape, kind) for kind, layers in _attending(shape).items())
    mixers += shape.linear_layers * (shape.linear_params or 0) - _left_out(shape)
    always = shape.d_model * ((shape.experts or 0) + _matrices(shape) * shared_hidden(shape))  # router, and beside it
    dense = dense_layers(shape) * _matrices(shape) * shape.d_model * (shape.d_ff or 0)
    one = _matrices(shape) * (shape.d_expert or shape.d_model) * (shape.d_ff_expert or 0)
    return Parts(
        embedding + (shape.positions or 0) * shape.d_model + (shape.looked_up or 0),
        0 if shape.tied_embeddings else embedding,
        mixers + dense + routed * always + (shape.more or 0),
        routed * one * (shape.experts or 0),
    )


def expert_layers(shape: Architecture) -> int:
    """Layers that have experts."""
    if not shape.experts:
        return 0
    return shape.layers - (shape.first_dense_layers or 0) if shape.expert_layers is None else shape.expert_layers


def dense_layers(shape: Architecture) -> int:
    """Layers with an MLP, and no experts."""
    return (shape.layers if shape.mlp_layers is None else shape.mlp_layers) - expert_layers(shape)


def shared_hidden(shape: Architecture) -> int:
    """The width of the MLP that every token uses beside the experts."""
    if shape.d_ff_shared is not None:
        return shape.d_ff_shared
    return (shape.experts_shared or 0) * (shape.d_ff_expert or 0)


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
    unknown = dict.fromkeys(("d_ff", "d_ff_expert", "experts_shared", "first_dense_layers", "looked_up", "more"))
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
    full, sliding = (count - sharing(shape, kind) for kind, count in _attending(shape).items())
    return {"full": (full, context), "sliding": (sliding, _window(shape, context, windows))}


def cache_numbers(shape: Architecture, kind: str = "full") -> int:
    """Numbers that one layer of this kind keeps of one token."""
    if shape.mla_kv_lora_rank:  # one latent vector serves for keys and values; an indexer has a key of its own
        return shape.mla_kv_lora_rank + shape.mla_rope_dim + (shape.index_dim or 0)
    return keys_and_values(*key_heads(shape, kind))


def key_heads(shape: Architecture, kind: str) -> tuple[int, int]:
    """Heads of keys in a layer of this kind, "full" or "sliding", and numbers in each head."""
    if kind == "full":
        return shape.full_kv_heads or shape.n_kv_heads, shape.full_head_dim or shape.head_dim
    return shape.n_kv_heads, shape.head_dim


def state_numbers(shape: Architecture) -> int:
    """Numbers that linear layers keep of one conversation: the same for any context. Raises CannotCompute where that is
    not listed."""
    if shape.linear_layers and shape.linear_state is None:
        raise CannotCompute(WORDS("no state size", count=shape.linear_layers, layers=shape.layers, model=shape.name))
    return shape.linear_layers * ((shape.linear_state or 0) + (shape.linear_conv or 0))


def state_bytes(shape: Architecture) -> int:
    """Bytes of that state: engines keep it in 32 bits (llama.cpp, src/llama-model.cpp, `create_memory`). Raises
    CannotCompute."""
    return STATE_BYTES * state_numbers(shape)


def keys_and_values(heads: int, head_dim: int) -> int:
    """Numbers in the keys and values of one token in one layer: 2 × heads of keys × numbers in each. `heads`: of keys;
    `head_dim`: numbers in each."""
    return 2 * heads * head_dim


def kept_bytes(shape: Architecture, layers: Mapping[str, tuple[int, float]], number_bytes: float) -> float:
    """Bytes of keys and values, where so many layers of each kind keep so many tokens."""
    each = (count * tokens * cache_numbers(shape, kind) for kind, (count, tokens) in layers.items())
    return sum(each) * number_bytes


def cache_bytes(
    shape: Architecture, context: float, number_bytes: float = 2, windows: bool = True, strict: bool = True
) -> float:
    """Bytes of the KV cache of one conversation of `context` tokens. Raises CannotCompute as `cached_tokens` does.
    `strict`: as there."""
    return kept_bytes(shape, cached_tokens(shape, context, windows, strict), number_bytes)


def attention_flop(shape: Architecture, tokens: float, windows: bool = True, absorbed: bool = False) -> float:
    """FLOP to attend to so many tokens: two products with each, for each head and layer.

    An indexer compares all tokens, and few are attended to (DeepSeek-AI, "DeepSeek-V3.2", 2025). Linear layers bring
    their state up to date instead: a decay, an outer product that is added, and what is read of it.

    `absorbed`: multi-head latent attention computes with the latent vectors themselves, keys with both their parts and
    values with the latent one (DeepSeek-V2, §2.1.2); else with the heads that are made out of them.
    """
    sizes = {kind: key_heads(shape, kind)[1] for kind in _attending(shape)}
    if absorbed and shape.mla_kv_lora_rank:
        sizes["full"] = shape.mla_kv_lora_rank + shape.mla_rope_dim / 2
    chosen = min(tokens, shape.index_topk or tokens)
    seen = {"full": chosen, "sliding": _window(shape, tokens, windows)}
    attended = sum(layers * sizes[kind] * seen[kind] for kind, layers in _attending(shape).items())
    choosing = 2 * shape.full_layers * (shape.index_heads or 0) * (shape.index_dim or 0) * tokens
    return 4 * shape.n_heads * attended + choosing + STATE_FLOP * shape.linear_layers * (shape.linear_state or 0)


def _window(shape: Architecture, tokens: float, windows: bool) -> float:
    """Of so many tokens those that a sliding layer looks back at."""
    return min(tokens, shape.sliding_window or tokens) if windows else tokens


def sharing(shape: Architecture, kind: str) -> int:
    """How many layers of a kind use another's keys and values: they are spread as all layers are."""
    return shape.kv_shared_layers * _attending(shape)[kind] // shape.layers


def _attending(shape: Architecture) -> dict[str, int]:
    return {"full": shape.full_layers, "sliding": shape.sliding_layers}


def _must_have_sizes(shape: Architecture) -> None:
    """Raises CannotCompute."""
    if shape.linear_layers and shape.linear_params is None:
        raise CannotCompute(WORDS("linear layers", model=shape.name))
    if (shape.d_ff_expert if shape.experts else shape.d_ff) is None:
        raise CannotCompute(WORDS("no MLP size", model=shape.name))


def _must_be_modelled(shape: Architecture) -> None:
    """Raises CannotCompute."""
    state_numbers(shape)
    if shape.sliding_layers and not shape.sliding_window:
        raise CannotCompute(WORDS("no band width", count=shape.sliding_layers, layers=shape.layers, model=shape.name))


def _of_experts(parts: Parts, shape: Architecture) -> int:
    return parts.experts * shape.experts_active // shape.experts if shape.experts else 0


def _matrices(shape: Architecture) -> int:
    """In an MLP."""
    return 3 if shape.gated else 2


def _attention(shape: Architecture, kind: str) -> int:
    """Numbers in the attention of a layer of this kind."""
    d, asking = shape.d_model, shape.n_heads
    if not shape.mla_kv_lora_rank:
        keys, size = key_heads(shape, kind)
        return 2 * d * size * (asking + keys)
    latent, turned, plain, value = shape.mla_kv_lora_rank, shape.mla_rope_dim, shape.mla_nope_dim, shape.mla_v_dim
    asks, narrow = asking * (plain + turned), shape.mla_q_lora_rank
    queries = narrow * (d + asks) if narrow else d * asks
    choosing = (shape.index_heads or 0) * ((narrow or d) * (shape.index_dim or 0) + d) + d * (shape.index_dim or 0)
    return queries + d * (latent + turned) + latent * asking * (plain + value) + asking * value * d + choosing


def _left_out(shape: Architecture) -> int:
    """Matrices of attention that are not there: keys and values where a layer uses those of another, and values where
    keys are those, too."""
    one = {kind: shape.d_model * keys * size for kind in _attending(shape) for keys, size in (key_heads(shape, kind),)}
    shared = sum(2 * sharing(shape, kind) * one[kind] for kind in one)
    alike = (shape.full_layers - sharing(shape, "full")) * one["full"] if shape.values_are_keys else 0
    return shared + alike

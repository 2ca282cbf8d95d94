"""What follows from a language model's shape: its numbers, those a token is multiplied with, and its keys and values.

Vaswani et al., "Attention Is All You Need" (2017); Shazeer, "Fast Transformer Decoding" (2019): heads that share keys and values;
Beltagy et al., "Longformer" (2020): windows; DeepSeek-AI, "DeepSeek-V2" (2024), §2.1: latent attention. Gains of norms and most
biases, less than a thousandth of any model here, are not counted.
"""

from typing import NamedTuple

from lessons.facts.architectures import Architecture


class CannotCompute(ValueError):
    """Something that is not modelled; the message says what, and why."""


class Parts(NamedTuple):
    """Numbers in the matrices of a model. `embedding`: one row a token is looked up there; `head`: 0 where the same matrix serves;
    `experts`: in all of them, but for those that every token uses, which are `dense`, as are attention and routers."""

    embedding: int
    head: int
    dense: int
    experts: int


def parts(shape: Architecture) -> Parts:
    """Raises CannotCompute where layers have other matrices."""
    if shape.linear_layers:
        raise CannotCompute(f"the linear layers of {shape.name} have other matrices")
    if shape.d_ff is None and not shape.experts:
        raise CannotCompute(f"of {shape.name} the size of the MLP is not listed")
    if shape.kv_shared_layers:
        raise CannotCompute(f"{shape.name} has embeddings in each layer and other parts that are not modelled")
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
    """Active parameters: numbers that one token is multiplied with. Not the embedding, in which it is looked up, but where that is
    the head, too; DeepSeek-AI and OpenAI count theirs so."""
    found = parts(shape)
    head = found.head or shape.vocab * shape.d_model
    return head + found.dense + _of_experts(found, shape)


def used(shape: Architecture, tokens: float) -> float:
    """The share of the experts that at least one of so many tokens uses, were each token's drawn evenly: 1 − (1 − k/E)ᵀ."""
    return 1 - (1 - shape.experts_active / shape.experts) ** tokens if shape.experts else 0.0


def touched(shape: Architecture, tokens: float) -> float:
    """Numbers that are read for so many tokens at once: of experts those that are `used`."""
    found = parts(shape)
    return (found.head or shape.vocab * shape.d_model) + found.dense + used(shape, tokens) * found.experts


def cached_tokens(shape: Architecture, context: int, windows: bool = True) -> dict[str, tuple[int, int]]:
    """How many layers keep keys and values, and of how many tokens each, by kind: "full", "sliding". `windows`: whether the
    engine keeps no more than a window where the model looks no further back; not all do.

    Raises CannotCompute for layers that keep something else.
    """
    if shape.linear_layers:
        raise CannotCompute(
            f"{shape.linear_layers} of the {shape.layers} layers of {shape.name} keep a state of another kind, whose size is not listed"
        )
    if shape.sliding_layers and not shape.sliding_window:
        raise CannotCompute(
            f"{shape.sliding_layers} of the {shape.layers} layers of {shape.name} look back over bands whose width is not told"
        )
    full, sliding = (count - _sharing(shape, count) for count in (shape.full_layers, shape.sliding_layers))
    window = min(context, shape.sliding_window or context) if windows else context
    return {"full": (full, context), "sliding": (sliding, window)}


def cache_numbers(shape: Architecture) -> int:
    """Numbers that one layer keeps of one token."""
    if shape.attention == "mla":
        return shape.mla_kv_lora_rank + shape.mla_rope_dim  # one latent vector serves for keys and values
    return 2 * shape.n_kv_heads * shape.head_dim


def cache_bytes(shape: Architecture, context: int, each: float = 2, windows: bool = True) -> float:
    """Bytes of the keys and values of one conversation of `context` tokens, `each` number of so many bytes."""
    kept = cached_tokens(shape, context, windows)
    return sum(layers * tokens for layers, tokens in kept.values()) * cache_numbers(shape) * each


def _of_experts(found: Parts, shape: Architecture) -> int:
    return found.experts * shape.experts_active // shape.experts if shape.experts else 0


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

"""How large a language model is as a GGUF file: llama.cpp rounds some matrices finer than others.

Blocks of 32 or 256 numbers share scales (`BITS` counts those in). Which matrices get more is the rule of llama.cpp's
`src/llama-quant.cpp`, without an importance matrix. Experts that are published in MXFP4 stay so in every format: files
of gpt-oss differ only in the rest. Not counted: gains of norms, biases and the vocabulary's words.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from lessons.estimate.transformer import dense_layers, expert_layers, key_heads, parts, shared_hidden, sharing, used
from lessons.facts.architectures import Architecture

BITS = {  # of a number, its share of the block's scales among them
    "F32": 32.0, "F16": 16.0, "F8": 8.0, "Q8_0": 8.5, "Q6_K": 6.5625, "Q5_1": 6.0, "Q5_0": 5.5, "Q5_K": 5.5,
    "Q4_0": 4.5, "Q4_K": 4.5, "MXFP4": 4.25, "Q3_K": 3.4375, "Q2_K": 2.625,
}  # fmt: skip
INSTEAD = {
    "Q2_K": "Q4_0",
    "Q3_K": "Q4_0",
    "Q4_K": "Q5_0",
    "Q5_K": "Q5_1",
    "Q6_K": "Q8_0",
}  # of rows without whole blocks
BLOCK = 256
ENDS = ("embedding", "head")
KEPT = 3  # tokens that a convolution over queries, keys and values keeps: all published ones are over four
NATIVE = "native"  # the format in which a model is published; `as_published` says which of the FORMATS that is
Rule = Callable[[int, int], str]  # a layer's number, of how many → its type


class Mix(NamedTuple):
    """A file's types: of most matrices (`base`), of the one that answers (a shared embedding, too), of values, of the
    MLP's last matrix, of attention's last one, of queries, keys and values where they are one, and of experts where
    theirs is another."""

    base: str
    head: str  # of the matrix that gives the logits, and of an embedding it shares
    value: Rule  # of attention's values, by layer
    down: Rule  # of the MLP's last matrix, by layer
    output: str  # of attention's last matrix
    fused: str = ""  # of queries, keys and values where they are one matrix
    experts: str = ""  # where theirs is another


def at_ends_and_thirds(more: str, else_: str) -> Rule:
    """The first and the last eighth of the layers, and every third between: these have the type `more`, the others
    `else_`."""

    def rule(layer: int, layers: int) -> str:
        eighth = layers // 8
        return more if layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2 else else_

    return rule


def at_start(more: str, else_: str, part: int) -> Rule:
    """The first 1 ÷ `part` of the layers have the type `more`, the others `else_`."""
    return lambda at, layers: more if at < layers // part else else_


def _all(kind: str) -> Rule:
    return lambda at, layers: kind


def _plain(kind: str, head: str = "") -> Mix:
    return Mix(kind, head or kind, _all(kind), _all(kind), kind)


FORMATS = {
    "fp32": _plain("F32"),
    "fp16": _plain("F16"),
    "fp8": _plain("F8", "F16"),
    "Q8_0": _plain("Q8_0"),
    "Q6_K": _plain("Q6_K"),
    "Q5_K_M": Mix(
        "Q5_K", "Q6_K", at_ends_and_thirds("Q6_K", "Q5_K"), at_ends_and_thirds("Q6_K", "Q5_K"), "Q5_K", "Q6_K"
    ),
    "Q4_K_M": Mix(
        "Q4_K", "Q6_K", at_ends_and_thirds("Q6_K", "Q4_K"), at_ends_and_thirds("Q6_K", "Q4_K"), "Q4_K", "Q5_K"
    ),
    "Q4_0": _plain("Q4_0", "Q6_K"),
    "MXFP4": Mix("Q8_0", "Q8_0", _all("Q8_0"), _all("Q8_0"), "Q8_0", experts="MXFP4"),
    "Q3_K_M": Mix("Q3_K", "Q6_K", _all("Q4_K"), at_start("Q5_K", "Q4_K", 16), "Q4_K", "Q4_K"),
    "Q2_K": Mix("Q2_K", "Q6_K", _all("Q3_K"), _all("Q3_K"), "Q3_K"),
}


class Matrix(NamedTuple):
    """`kind`: embedding, head, query, key, value, fused (all three), output, up (the MLP's first ones), down (its
    last), router, experts (but for their last), experts' down, or other; how many `numbers` in each of `layers`, from
    the `first` on, in rows of a `width`."""

    kind: str
    numbers: int
    width: int
    first: int
    layers: int


def as_published(shape: Architecture, form: str = NATIVE) -> str:
    """The format itself, or for NATIVE the one in which a model is published: 16 bits where no source says
    otherwise."""
    if form != NATIVE:
        return form
    return shape.native if shape.native in FORMATS else "fp16"  # bf16 takes as much


def file_bytes(shape: Architecture, form: str, ends: bool = True) -> float:
    """Bytes of all matrices, or without the `ends`: the embedding and what answers. Raises CannotCompute for shapes
    that are not modelled."""
    return sum(size for part, size in _by_part(shape, form).items() if ends or part not in ENDS)


def read_bytes(shape: Architecture, form: str, tokens: float) -> float:
    """Bytes that are read for so many tokens at once: not the embedding, in which each is looked up, unless it is the
    head, too; of experts those that at least one of the tokens uses. Raises CannotCompute."""
    found = _by_part(shape, form)
    tied = found["embedding"] * shape.vocab * shape.d_model / parts(shape).embedding  # without learned positions
    return (found["head"] or tied) + found["rest"] + used(shape, tokens) * found["experts"]


@lru_cache(maxsize=4096)
def _by_part(shape: Architecture, form: str) -> dict[str, float]:
    """Bytes of the embedding, of the head (0 where the embedding is that, too), of the experts, and of the rest."""
    found, mix = dict.fromkeys((*ENDS, "experts", "rest"), 0.0), FORMATS[as_published(shape, form)]
    for matrix in matrices(shape):
        part = matrix.kind if matrix.kind in ENDS else "experts" if matrix.kind.startswith("experts") else "rest"
        layers = range(matrix.first, matrix.first + matrix.layers)
        found[part] += sum(matrix.numbers * BITS[_type(matrix, mix, shape, at)] / 8 for at in layers)
    return found


def bits_a_weight(shape: Architecture, form: str) -> float:
    """The mean over all numbers."""
    return 8 * file_bytes(shape, form) / sum(parts(shape))


def _type(matrix: Matrix, mix: Mix, shape: Architecture, layer: int) -> str:
    """The type of a matrix in a layer, or what stands in for it."""
    shared = matrix.kind == "embedding" and shape.tied_embeddings
    if matrix.kind == "router":
        return "F32"
    if matrix.kind.startswith("experts") and shape.native == "MXFP4":
        return "MXFP4"
    if matrix.kind == "head" or shared:
        found = mix.head
    elif matrix.kind == "fused":
        found = mix.fused or mix.base
    elif matrix.kind == "value":
        found = _of_values(mix, shape, layer)
    elif matrix.kind.startswith("experts") and mix.experts:
        found = mix.experts
    elif matrix.kind in ("down", "experts down"):
        found = mix.down(layer, shape.layers)
    elif matrix.kind == "output":
        found = mix.output if shape.experts != 8 or mix.output not in ("Q3_K", "Q4_K") else "Q5_K"
    elif matrix.kind == "key" and shape.experts == 8 and BITS[mix.base] < 8.5:
        found = "Q8_0"
    else:
        found = mix.base
    return INSTEAD[found] if matrix.width % BLOCK and found in INSTEAD else found


def _of_values(mix: Mix, shape: Architecture, layer: int) -> str:
    """Values, where many queries share them, are few: they get more."""
    shared_by = shape.n_heads // shape.n_kv_heads
    found = mix.value(layer, shape.layers)
    if mix.base == "Q2_K" and shared_by >= 4:
        found = "Q4_K"
    if mix.base == "Q3_K" and layer < 2:
        found = "Q5_K"
    if shape.layers == 80 and shared_by == 8 and found in ("Q3_K", "Q4_K"):  # of the Llamas of 70 billion
        found = "Q5_K"
    return "Q8_0" if shape.experts == 8 and BITS[found] < 8.5 else found


def matrices(shape: Architecture) -> Iterator[Matrix]:
    """Every matrix of a model. Raises CannotCompute for shapes that are not modelled."""
    found, d = parts(shape), shape.d_model
    yield Matrix("embedding", found.embedding, d, 0, 1)
    if found.head:
        yield Matrix("head", found.head, d, 0, 1)
    yield from _attention(shape)
    if shape.linear_layers:
        fused = d * shape.linear_conv // KEPT if shape.linear == "gated-delta-net" else 0
        fused = min(fused, shape.linear_params)
        yield Matrix("fused", fused, d, 0, shape.linear_layers)
        yield Matrix("other", shape.linear_params - fused, d, 0, shape.linear_layers)
    if shape.more:
        yield Matrix("other", shape.more, d, 0, 1)
    yield from _mlps(shape)


def _mlps(shape: Architecture) -> Iterator[Matrix]:
    d, into = shape.d_model, 2 if shape.gated else 1
    dense, routed = dense_layers(shape), expert_layers(shape)
    first = dense if shape.first_dense_layers else 0
    if dense:
        yield Matrix("up", into * d * shape.d_ff, d, 0, dense)
        yield Matrix("down", d * shape.d_ff, shape.d_ff, 0, dense)
    if routed:
        size, reads = shape.d_ff_expert, shape.d_expert or d
        yield Matrix("router", d * shape.experts, d, first, routed)
        yield Matrix("experts", shape.experts * into * reads * size, reads, first, routed)
        yield Matrix("experts down", shape.experts * reads * size, size, first, routed)
    if routed and (shared := shared_hidden(shape)):
        yield Matrix("up", into * d * shared, d, first, routed)
        yield Matrix("down", d * shared, shared, first, routed)


def _attention(shape: Architecture) -> Iterator[Matrix]:
    """The matrices of attention, by kind of layer: those with a window may have other heads."""
    if shape.mla_kv_lora_rank:
        found = _latent(shape)
        yield from (Matrix(kind, numbers, width, 0, shape.full_layers) for kind, numbers, width in found)
        return
    kinds = {"full": shape.full_layers, "sliding": shape.sliding_layers}
    own = {kind: layers - sharing(shape, kind) for kind, layers in kinds.items()}
    if key_heads(shape, "full") == key_heads(shape, "sliding"):
        yield from _of_heads(shape, "full", sum(kinds.values()), sum(own.values()))
    else:
        for kind, layers in kinds.items():
            yield from _of_heads(shape, kind, layers, own[kind])


def _of_heads(shape: Architecture, kind: str, layers: int, own: int) -> Iterator[Matrix]:
    """`own`: of these layers those that have keys and values of their own."""
    d, asking, (keys, size) = shape.d_model, shape.n_heads, key_heads(shape, kind)
    if shape.fused_qkv:
        yield Matrix("fused", d * size * (asking + 2 * keys), d, 0, layers)
    else:
        yield Matrix("query", d * asking * size, d, 0, layers)
        yield Matrix("key", d * keys * size, d, 0, own)
        yield Matrix("value", d * keys * size, d, 0, 0 if shape.values_are_keys and kind == "full" else own)
    yield Matrix("output", d * asking * size, asking * size, 0, layers)


def _latent(shape: Architecture) -> Iterator[tuple[str, int, int]]:
    """Kind, numbers and width of the matrices of multi-head latent attention, and of its indexer."""
    d, asking = shape.d_model, shape.n_heads
    latent, turned, plain, value = shape.mla_kv_lora_rank, shape.mla_rope_dim, shape.mla_nope_dim, shape.mla_v_dim
    asks, narrow = asking * (plain + turned), shape.mla_q_lora_rank
    if narrow:
        yield "other", d * narrow, d
    yield "other", (narrow or d) * asks, narrow or d
    yield "other", d * (latent + turned), d
    yield "value", latent * asking * (plain + value), latent
    yield "output", asking * value * d, asking * value
    if shape.index_heads:
        yield "other", (narrow or d) * shape.index_heads * shape.index_dim, narrow or d
        yield "other", d * (shape.index_dim + shape.index_heads), d

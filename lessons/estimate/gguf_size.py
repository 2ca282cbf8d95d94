"""How large a language model is as a file: in GGUF, llama.cpp rounds some matrices finer than others.

Which matrices get more is the rule of llama.cpp (`gguf_mixes`), without an importance matrix where a type does not need
one; other engines leave some in 16 bits (`engine_mixes`). Experts that are published in MXFP4 stay so in every format:
files of gpt-oss differ only in the rest. Not counted: gains of norms, biases and the vocabulary's words.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lessons.estimate.engine_mixes import GROUPED, MLX, NF4, NVFP4, WIDE
from lessons.estimate.gguf_mixes import MIXES, MatrixPlace, Mix
from lessons.estimate.transformer import dense_layers, expert_layers, key_heads, parts, shared_hidden, sharing, used
from lessons.estimate.weight_blocks import BITS, BLOCKS, fitting
from lessons.facts.architectures import Architecture

ENDS = ("embedding", "head")
KEPT = 3  # tokens that a convolution over queries, keys and values keeps: all published ones are over four
NATIVE = "native"  # the format in which a model is published; `as_published` says which of the FORMATS that is
FORMATS = {**WIDE, **MIXES, **MLX, **GROUPED, **NVFP4, **NF4}
OF = {"experts": "up", "experts down": "down"}  # kinds of matrices that have the types of another


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


def file_bytes(shape: Architecture, form: str, ends: bool = True, guided: bool = False) -> float:
    """Bytes of all matrices, or without the `ends`: the embedding and what answers. `guided`: by an importance matrix
    where the type does not need one. Raises CannotCompute for shapes that are not modelled."""
    return sum(size for part, size in _by_part(shape, form, guided).items() if ends or part not in ENDS)


def expert_bytes(shape: Architecture, form: str) -> float:
    """Bytes of all experts that a token is routed to, or not. Raises CannotCompute."""
    return _by_part(shape, form)["experts"]


def read_expert_bytes(shape: Architecture, form: str, tokens: float) -> float:
    """Bytes of those experts that at least one of so many tokens uses. Raises CannotCompute."""
    return used(shape, tokens) * expert_bytes(shape, form)


def read_bytes(shape: Architecture, form: str, tokens: float) -> float:
    """Bytes that are read for so many tokens at once: not the embedding, in which each is looked up, unless it is the
    head, too; of experts those that at least one of the tokens uses. Raises CannotCompute."""
    found = _by_part(shape, form)
    tied = found["embedding"] * shape.vocab * shape.d_model / parts(shape).embedding  # without learned positions
    return (found["head"] or tied) + found["rest"] + read_expert_bytes(shape, form, tokens)


@lru_cache(maxsize=4096)
def _by_part(shape: Architecture, form: str, guided: bool = False) -> dict[str, float]:
    """Bytes of the embedding, of the head (0 where the embedding is that, too), of the experts, and of the rest: of a
    file that was read its own."""
    if shape.own and form == shape.own.form:
        return {part: size for part, size in shape.own._asdict().items() if part != "form"}
    found, form = dict.fromkeys((*ENDS, "experts", "rest"), 0.0), as_published(shape, form)
    for matrix in matrices(shape):
        part = matrix.kind if matrix.kind in ENDS else "experts" if matrix.kind.startswith("experts") else "rest"
        found[part] += sum(matrix.numbers * BITS[kind] / 8 for kind in _types(matrix, form, shape, guided))
    return found


def bits_a_weight(shape: Architecture, form: str) -> float:
    """The mean over all numbers."""
    return 8 * file_bytes(shape, form) / sum(parts(shape))


def _types(matrix: Matrix, form: str, shape: Architecture, guided: bool) -> Iterator[str]:
    """The type of a matrix in each of its layers, or what is in its place where rows are no whole blocks. Values are
    counted without layers that have none."""
    mix, share = FORMATS[form], shape.n_heads // (shape.n_kv_heads or 1)
    start, layers = (0, matrix.layers) if matrix.kind == "value" else (matrix.first, shape.layers)
    for at in range(start, start + matrix.layers):
        place = MatrixPlace(at, layers, share, shape.experts or 0, guided or mix.needs)
        kind = _type(matrix, mix, shape, place)
        yield fitting(_finer(matrix.kind, kind, mix, shape) if form in MIXES else kind, matrix.width)


def _type(matrix: Matrix, mix: Mix, shape: Architecture, place: MatrixPlace) -> str:
    """The type that a mix gives a matrix at this place."""
    kind = matrix.kind
    if kind.startswith("experts") and (shape.native == "MXFP4" or mix.experts):
        return mix.experts or "MXFP4"
    if kind == "head" or (kind == "embedding" and shape.tied_embeddings):
        return mix.head if matrix.width % BLOCKS[mix.base].numbers == 0 or mix.head == "F16" else "Q8_0"
    asked = getattr(mix, OF.get(kind, kind), "")
    return (asked if isinstance(asked, str) else asked(place)) or mix.base


def _finer(kind: str, found: str, mix: Mix, shape: Architecture) -> str:
    """What llama.cpp rounds finer in models of eight experts, beside which attention is small, and values in Llama and
    Qwen2 of 70 billion."""
    if shape.experts == 8 and kind in ("key", "value"):
        return "Q4_K" if mix.narrow else "Q8_0"
    if shape.experts == 8 and kind == "output":
        return mix.eight or mix.base
    seventy = shape.layers == 80 and shape.n_heads != shape.n_kv_heads and shape.attention == "full"
    return "Q5_K" if kind == "value" and seventy and not mix.narrow and found in ("Q3_K", "Q4_K") else found


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

"""What fine-tuning stores of the tokens until the backward pass has used it.

    a layer = 2 bytes · tokens · numbers it keeps        (+ 5 · heads · length² · batch without flash attention)
    all layers, with gradient checkpointing = 2 bytes · tokens · layers · d_model + one layer, computed again

Korthikanti et al., "Reducing Activation Recomputation in Large Transformer Models" (2022), arXiv 2205.05198, §4.1: a
layer of GPT keeps tokens · d_model · (34 + 5 · heads · length ÷ d_model) bytes, 2 of the 34 for masks of dropout, which
language models of today train without; §4 counts checkpoints. Here the same tensors are counted for other shapes: fewer
keys than queries, gated MLPs, experts. A frozen matrix needs no input in the backward pass; with low-rank matrices
beside it, it does. Flash attention (Dao et al., 2022, arXiv 2205.14135) stores no matrix of length².
"""

from collections.abc import Collection

from lessons.estimate.transformer import keys_and_values
from lessons.facts.architectures import Architecture

NUMBER = 2  # bytes
SQUARE = 5  # bytes a head and pair of tokens: softmax, mask of dropout, what is left


def numbers_kept(model: Architecture, beside: Collection[str]) -> int:
    """Numbers that a layer keeps of one token. `beside`: the matrices that learn, or have low-rank matrices beside
    them."""
    width, queries = model.d_model, keys_and_values(model.n_heads, model.head_dim) // 2
    norms = 2 * width
    attention = queries + keys_and_values(model.n_kv_heads, model.head_dim) + queries  # the last: what o reads
    inputs = width * bool({"q", "k", "v"} & {*beside}) + width * bool({"gate", "up"} & {*beside})
    return norms + attention + inputs + _used(model) * _mlp(model, beside)


def layer_bytes(model: Architecture, beside: Collection[str], length: int, batch: int = 1, flash: bool = True) -> float:
    """Bytes that a layer keeps of `batch` texts of `length` tokens."""
    square = 0 if flash else SQUARE * model.n_heads * length**2 * batch
    return NUMBER * length * batch * numbers_kept(model, beside) + square


def checkpoint_bytes(model: Architecture, length: int, batch: int = 1) -> float:
    """Bytes of a layer's input, which checkpointing stores in place of all else."""
    return NUMBER * length * batch * model.d_model


def _mlp(model: Architecture, beside: Collection[str]) -> int:
    """Numbers of one MLP: what its activation reads and gives, what it is multiplied with, and what `down` reads."""
    wide = (model.d_ff_expert if model.experts else model.d_ff) or 0
    return wide * ((3 if model.gated else 1) + ("down" in beside))


def _used(model: Architecture) -> int:
    """MLPs that a token passes."""
    return model.experts_active + (model.experts_shared or 0) if model.experts else 1

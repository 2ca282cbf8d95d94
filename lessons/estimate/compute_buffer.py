"""The compute buffer of llama.cpp: what flows through the widest part of a layer, for the tokens read together.

    bytes = ubatch · (4 · (MLP + 2 · d_model + heads · head_dim) + 2 · cells)          with flash attention

The MLP's numbers of a token are those of its two first products and of what they are multiplied to; `cells` are those
of the mask, in 16 bits. Without flash attention the scores of all heads stand in memory at once, in 32 bits:

    bytes = ubatch · 4 · (heads · cells + cells + 4 · d_model)

Logits are reserved for one token of each slot. Builds until May 2026 reserved them for all that are read together,
ubatch · 4 · (vocabulary + d_model), and had the mask in 32 bits beside its copy in 16
(https://github.com/ggml-org/llama.cpp/pull/23861 and #23764; measured in issue #23527).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lessons.estimate.kv_cells import UBATCH
from lessons.estimate.transformer import dense_layers, expert_layers, shared_hidden
from lessons.facts.architectures import Architecture

FLOAT, HALF = 4, 2  # bytes of a number
RESIDUAL = 2  # times d_model: what goes around a part of a layer, and what goes into it
CLASSIC = 4  # times d_model, beside the scores


@dataclass(frozen=True)
class LlamaServer:
    """How llama-server is started. `unified`: whether its slots share one cache (-kvu); `ubatch`: tokens of a prompt
    that are read together (-ub); `flash_attention` (-fa); `older`: a build until May 2026."""

    unified: bool = False
    ubatch: int = UBATCH
    flash_attention: bool = True
    older: bool = False


def compute_bytes(shape: Architecture, cells: Iterable[tuple[int, int]], server: LlamaServer, slots: int = 1) -> float:
    """Bytes of the buffer. `cells`: how many layers of each kind, and the cells of each that one token looks at;
    `slots`: conversations that are written at once."""
    seen = [each for layers, each in cells if layers]
    tokens = min(server.ubatch, max(seen, default=server.ubatch))
    mask = FLOAT + HALF if server.older else HALF
    flash = tokens * (FLOAT * layer_numbers(shape) + mask * sum(seen))
    outputs = tokens if server.older else min(slots, tokens)
    logits = outputs * FLOAT * (shape.vocab + shape.d_model)
    return max(flash, logits, 0 if server.flash_attention else tokens * scores(shape, max(seen, default=0)))


def scores(shape: Architecture, cells: int) -> int:
    """Bytes for each token without flash attention."""
    return FLOAT * (shape.n_heads * cells + cells + CLASSIC * shape.d_model)


def layer_numbers(shape: Architecture) -> int:
    """Numbers of one token in the widest part of a layer: in its MLP, beside what attention has left there."""
    return mlp_numbers(shape) + RESIDUAL * shape.d_model + attended(shape)


def mlp_numbers(shape: Architecture) -> int:
    """Numbers of one token in an MLP, or in the experts that it uses and the MLP beside them: before or after the last
    matrix, whichever is more."""
    into = 3 if shape.gated else 2
    dense = into * (shape.d_ff or 0) if dense_layers(shape) else 0
    if not expert_layers(shape):
        return dense
    used, hidden = shape.experts_active, shape.d_ff_expert or 0
    inside = used * max(into * hidden, hidden + (shape.d_expert or shape.d_model))
    return max(dense, inside + into * shared_hidden(shape))


def attended(shape: Architecture) -> int:
    """Numbers of one token in what attention gives: heads · numbers in each. Latent attention gives latent vectors."""
    if shape.mla_kv_lora_rank:
        return shape.n_heads * (shape.mla_kv_lora_rank + (shape.mla_rope_dim or 0))
    return shape.n_heads * max(shape.head_dim, shape.full_head_dim or 0)

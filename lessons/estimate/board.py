"""Layer B for language models: what whole accelerator boards draw, for each token that is generated.

    E = e_byte · (weight bytes / B + KV-cache bytes)  +  e_flop · 2 N_active · (1 + prompt / output)  +  e_step · n / B

B sequences are decoded at a time on n boards; each step reads the weights once for all of them, and each sequence its own
cache. The coefficients of H100 and B200 are fitted to ML.ENERGY's measurements (Chung et al., NeurIPS 2025 D&B); those of
other boards are extrapolated from their data sheets.
"""

from dataclasses import dataclass
from math import ceil, log2

from lessons import facts
from lessons.facts import Board, Model, figure
from lessons.quantity import Quantity

FITTED = {"NVIDIA H100 SXM5 80GB": "board_h100", "NVIDIA B200": "board_b200"}
BAND, BAND_EXTRAPOLATED = 1.5, 3
WEIGHTS = {"bf16": 16.0, "fp8": 8.0, "int4": 4.5}  # bits a weight; int4 with a 16-bit scale for every 32 weights
KV_BYTES = 2  # a number in the cache
ROOM = 1.2  # memory in use, relative to the weights: activations, fragments


class DoesNotFit(ValueError):
    """The model cannot run so; the message says why."""


@dataclass(frozen=True)
class Coefficients:
    """Whole-board energies, and how far off they may be."""

    per_byte: float  # J
    per_flop: float  # J, bf16
    per_step: float  # J a board
    band: float
    source: str


def coefficients(board: Board) -> Coefficients:
    """Fitted, or extrapolated from TDP, bandwidth and dense peak. Raises DoesNotFit where the data sheet lacks one."""
    if name := FITTED.get(board.name):
        byte, flop, step = (figure(f"{name}_{part}") for part in ("byte", "flop", "step"))
        return Coefficients(byte.value * 1e-12, flop.value * 1e-12, step.value, BAND, byte.source)
    if not (board.tdp_W and board.bandwidth_GB_per_s and board.fp16_dense_TFLOPS and board.fp16_matrix_units):
        raise DoesNotFit(f"no sourced power, bandwidth and 16-bit peak of its matrix units for {board.name}")
    byte = figure("board_other_byte").value * board.tdp_W / (board.bandwidth_GB_per_s * 1e9)
    flop = figure("board_other_flop").value * board.tdp_W / (board.fp16_dense_TFLOPS * 1e12)
    return Coefficients(byte, flop, 0.0, BAND_EXTRAPOLATED, f"extrapolated from the data sheet of {board.name}")


def usable() -> dict[str, Board]:
    """The boards that can be reckoned with, those with fitted coefficients first, then the newest."""
    found = {}
    for name, board in facts.boards().items():
        try:
            coefficients(board)
        except DoesNotFit:
            continue
        if board.memory_GB:
            found[name] = board
    return dict(sorted(found.items(), key=lambda item: (item[0] not in FITTED, -(item[1].year or 0), item[0])))


def kv_bytes(model: Model, tokens: float) -> float:
    """Bytes of one sequence's key–value cache at this length.

    Multi-head latent attention caches one compressed vector a layer; sliding layers hold their window only; linear layers a
    constant state, which is left out.
    """
    if model.mla_kv_lora_rank:
        return (model.mla_kv_lora_rank + (model.mla_rope_dim or 0)) * KV_BYTES * model.layers * tokens
    held = model.n_full_layers * tokens + model.n_sliding_layers * min(tokens, model.sliding_window or tokens)
    return 2 * model.n_kv_heads * model.head_dim * KV_BYTES * held


def weights_read(model: Model, batch: int) -> float:
    """Expected number of weights read in one step. In a mixture of experts each sequence picks k of E experts, so a large
    batch reads nearly all of them: E · (1 − (1 − k/E)^B)."""
    if not model.n_experts:
        return model.params_total
    expert = (model.params_total - model.params_active) / (model.n_experts - model.n_experts_active)
    shared = model.params_active - model.n_experts_active * expert
    picked = 1 - (1 - model.n_experts_active / model.n_experts) ** batch
    return shared + model.n_experts * expert * picked


def boards_needed(model: Model, board: Board, bits: float, batch: int, tokens: float) -> int:
    """The smallest power of two whose memory holds all weights, all experts among them, and the caches."""
    if not board.memory_GB:
        raise DoesNotFit(f"no sourced memory size for {board.name}")
    held = ROOM * model.params_total * bits / 8 + batch * kv_bytes(model, tokens)
    return 2 ** max(0, ceil(log2(held / (board.memory_GB * 1e9))))


def joules_per_token(model: Model, board: Board, dtype: str, batch: int, prompt: int, output: int) -> Quantity:
    """J for each generated token, the prompt's share included; its band is ×/÷ 1.5 on fitted boards, ×/÷ 3 on others.

    Raises DoesNotFit.
    """
    cost, bits = coefficients(board), WEIGHTS[dtype]
    cache = kv_bytes(model, prompt + output / 2)
    boards = boards_needed(model, board, bits, batch, prompt + output)
    read = weights_read(model, batch) * bits / 8 / batch + cache
    flop = 2 * model.params_active * (1 + prompt / output)
    per_flop = cost.per_flop * (figure("board_fp8_factor").value if dtype == "fp8" else 1)
    joules = cost.per_byte * read + per_flop * flop + cost.per_step * boards / batch
    formula = (
        f"{1e12 * cost.per_byte:.0f} pJ/B × {read / 1e9:.3g} GB + {1e12 * per_flop:.2g} pJ/FLOP × {flop / 1e9:.3g} GFLOP "
        f"+ {cost.per_step:g} J × {boards} boards ÷ {batch}; {cost.source}"
    )
    return Quantity("J/token", joules, "J", "estimated", joules / cost.band, joules * cost.band, formula)

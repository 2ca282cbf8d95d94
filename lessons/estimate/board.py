"""Layer B for language models: what whole accelerator boards draw, for each token that is generated.

    E = e_byte · (weight bytes / B + KV-cache bytes)  +  e_flop · FLOP  +  e_step · n / B
    FLOP = 2 N_active · (1 + prompt / output) + attention over what came before

B sequences are decoded at a time on n boards; each step reads the weights once for all of them, and each sequence its own
cache. The coefficients of H100 and B200 are fitted to ML.ENERGY's measurements of dense models in bf16 and fp8 (Chung et al.,
NeurIPS 2025 D&B), where attention is negligible; those of other boards are extrapolated from their data sheets.
"""

from dataclasses import dataclass
from math import ceil, log2

from lessons import facts
from lessons.estimate.weights import active, as_run, bits_held, bytes_read, listed
from lessons.facts import Board, Model, figure
from lessons.quantity import Quantity

FITTED = {"NVIDIA H100 SXM5 80GB": "board_h100", "NVIDIA B200": "board_b200"}
BAND, BAND_EXTRAPOLATED = 1.5, 3
BAND_BY_HAND = (
    3  # layers and heads are guessed: of the listed models, each taken for unknown, 95 % of uses are within it
)
KV_BYTES = 2  # a number in the cache
ROOM = 1.2  # memory in use, relative to the weights: activations, fragments


class DoesNotFit(ValueError):
    """The model cannot run so; the message says why."""


@dataclass(frozen=True)
class Coefficients:
    """Whole-board energies, and how far off they may be."""

    per_byte: float  # J
    per_flop: tuple[float, float, float]  # J, bf16: low, value, high
    per_step: float  # J a board
    fitted: bool
    source: str


def coefficients(board: Board) -> Coefficients:
    """Fitted, or extrapolated from TDP, bandwidth and dense peak. Raises DoesNotFit where the data sheet lacks one."""
    if name := FITTED.get(board.name):
        byte, flop, step = (figure(f"{name}_{part}") for part in ("byte", "flop", "step"))
        per_flop = flop.low * 1e-12, flop.value * 1e-12, flop.high * 1e-12
        return Coefficients(byte.value * 1e-12, per_flop, step.value, True, byte.source)
    if not (board.tdp_W and board.bandwidth_GB_per_s and board.fp16_dense_TFLOPS and board.fp16_matrix_units):
        raise DoesNotFit(f"no sourced power, bandwidth and 16-bit peak of its matrix units for {board.name}")
    byte = figure("board_other_byte").value * board.tdp_W / (board.bandwidth_GB_per_s * 1e9)
    flop = figure("board_other_flop").value * board.tdp_W / (board.fp16_dense_TFLOPS * 1e12)
    per_flop = flop / BAND_EXTRAPOLATED, flop, flop * BAND_EXTRAPOLATED
    return Coefficients(byte, per_flop, 0.0, False, f"extrapolated from the data sheet of {board.name}")


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


def attention_flop(model: Model, tokens: float) -> float:
    """FLOP to attend to so many tokens: two products of a head's size with each of them, for each head and layer."""
    seen = model.n_full_layers * tokens + model.n_sliding_layers * min(tokens, model.sliding_window or tokens)
    return 4 * model.n_heads * model.head_dim * seen


def boards_needed(model: Model, board: Board, bits: float, batch: int, tokens: float) -> int:
    """The smallest power of two whose memory holds all weights, all experts among them, and the caches."""
    if not board.memory_GB:
        raise DoesNotFit(f"no sourced memory size for {board.name}")
    held = ROOM * model.params_total * bits / 8 + batch * kv_bytes(model, tokens)
    return 2 ** max(0, ceil(log2(held / (board.memory_GB * 1e9))))


def joules_per_token(model: Model, board: Board, dtype: str, batch: int, prompt: int, output: int) -> Quantity:
    """J for each generated token, the prompt's share included. Raises DoesNotFit.

    The band: bytes and steps ×/÷ 1.5 where the board, the format and the kind of model are those that were fitted, else
    ×/÷ 3, and no less for a model by hand; FLOP by the fit's own range.
    """
    cost, bits = coefficients(board), bits_held(model, dtype)
    band = BAND if cost.fitted and dtype != "int4" and not model.n_experts else BAND_EXTRAPOLATED
    if not listed(model):
        band = max(band, BAND_BY_HAND)
    cache = kv_bytes(model, prompt + output / 2)
    boards = boards_needed(model, board, bits, batch, prompt + output)
    read = bytes_read(model, dtype, batch) / batch + cache
    attended = attention_flop(model, prompt / 2) * prompt / output + attention_flop(model, prompt + output / 2)
    flop = 2 * active(model) * (1 + prompt / output) + attended
    halved = figure("board_fp8_factor").value if as_run(model, dtype) == "fp8" and board.fp8_dense_TFLOPS else 1
    moved = cost.per_byte * read + cost.per_step * boards / batch
    low, computed, high = (each * halved * flop for each in cost.per_flop)
    formula = (
        f"{1e12 * cost.per_byte:.0f} pJ/B × {read / 1e9:.3g} GB + {1e12 * cost.per_flop[1] * halved:.2g} pJ/FLOP × "
        f"{flop / 1e9:.3g} GFLOP + {cost.per_step:g} J × {boards} boards ÷ {batch}; {cost.source}"
    )
    return Quantity("J/token", moved + computed, "J", "estimated", moved / band + low, moved * band + high, formula)

"""What a byte, a FLOP and a layer cost on a whole accelerator board, and how far off that is.

    E = e_byte · bytes  +  e_flop · FLOP  +  e_expert · FLOP in experts  +  e_layer · layers

A board that waits still draws power. The last two terms are for that: mixtures of experts multiply few tokens with each
expert, far below the matrix units' peak; and a layer of a step takes time for itself, in fp8 kernels of experts the
most. The coefficients of H100 and B200 are fitted to ML.ENERGY's measurements (Chung et al., NeurIPS 2025 D&B) by
`benchmarks/fit_boards.py`; those of other boards are extrapolated from their data sheets.
"""

from dataclasses import dataclass
from typing import NamedTuple

from lessons.facts import Board, figure
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")

FITTED = {"NVIDIA H100 SXM5 80GB": "board_h100", "NVIDIA B200": "board_b200"}
FORMATS = ("bf16", "fp16", "fp8", "mxfp4")  # of the weights that were measured; fp16 is as wide as bf16
PARTS = ("byte", "flop", "expert_flop", "layer", "expert_layer_fp8")


class DoesNotFit(ValueError):
    """The model cannot run so; the message says why."""


@dataclass(frozen=True)
class Coefficients:
    """Energies of one board, in J."""

    # J for a byte of weights or cache that is read
    per_byte: float
    # J for a FLOP in 16 bits: low, value, high (by how long the measured prompts were)
    per_flop: tuple[float, float, float]
    # J on top, for a FLOP of a generated token in a mixture of experts
    per_expert_flop: float
    # J for a layer of a step
    per_layer: float
    # J for a layer of a step of a mixture of experts in fp8, instead
    per_expert_layer_fp8: float
    # whether this very board was measured
    fitted: bool
    source: str  # of all these


class Work(NamedTuple):
    """What is done for a token, its share of the prompt included."""

    # bytes of weights and cache that are read
    read: float
    # FLOP of all tokens
    flop: float
    # FLOP of generated tokens where experts multiply few tokens each; 0 without experts
    expert_flop: float
    # layers × boards, each once a step, shared by the tokens of that step
    layers: float


class ModelKind(NamedTuple):
    """Of a model, as it is run. `form`: the format of its weights, by any name; `experts`, `linear`: whether it has
    such layers; `guessed`: whether its layers and heads are those of another model."""

    form: str
    experts: bool
    linear: bool = False
    guessed: bool = False


def coefficients(board: Board) -> Coefficients:
    """Fitted, or extrapolated from TDP, bandwidth and dense peak. Raises DoesNotFit where the data sheet lacks one."""
    if name := FITTED.get(board.name):
        byte, flop, expert, layer, fp8 = (figure(f"{name}_{part}") for part in PARTS)
        per_flop = flop.low * 1e-12, flop.value * 1e-12, flop.high * 1e-12
        joules = byte.value * 1e-12, per_flop, expert.value * 1e-12, layer.value * 1e-3, fp8.value * 1e-3
        return Coefficients(*joules, True, byte.source)
    if not (board.tdp_W and board.bandwidth_GB_per_s and board.fp16_dense_TFLOPS and board.fp16_matrix_units):
        raise DoesNotFit(WORDS("no power or peak", board=board.name))
    byte, flop, expert, layer, fp8 = (figure(f"board_other_{part}") for part in PARTS)
    a_flop, a_microsecond = board.tdp_W / (board.fp16_dense_TFLOPS * 1e12), board.tdp_W * 1e-6
    per_flop = flop.low * a_flop, flop.value * a_flop, flop.high * a_flop
    per_byte = byte.value * board.tdp_W / (board.bandwidth_GB_per_s * 1e9)
    joules = per_byte, per_flop, expert.value * a_flop, layer.value * a_microsecond, fp8.value * a_microsecond
    return Coefficients(*joules, False, WORDS("extrapolated", board=board.name))


def off(board: Board, kind: ModelKind) -> float:
    """The band: 90 % of what was measured and not fitted is within ×/÷ this; the same on every page."""
    if board.name not in FITTED or kind.form.lower() not in FORMATS or kind.linear or kind.guessed:
        return figure("board_band_other").value
    if kind.experts:
        return figure("board_band_experts_fp8" if kind.form == "fp8" else "board_band_experts").value
    return figure("board_band_dense").value


def joules(board: Board, work: Work, kind: ModelKind) -> Quantity:
    """J of the boards for a token. Raises DoesNotFit.

    The band is `off`; of FLOP it is the fit's own range, where that is wider.
    """
    cost, band = coefficients(board), off(board, kind)
    halved = figure("board_fp8_factor").value if kind.form == "fp8" and board.fp8_dense_TFLOPS else 1
    layer = cost.per_expert_layer_fp8 if kind.experts and kind.form == "fp8" else cost.per_layer
    steady = cost.per_byte * work.read + cost.per_expert_flop * work.expert_flop + layer * work.layers
    least, computed, most = (each * halved * work.flop for each in cost.per_flop)
    low, high = steady / band + min(least, computed / band), steady * band + max(most, computed * band)
    terms = [
        WORDS("energy of bytes: formula", picojoules=1e12 * cost.per_byte, read=show(work.read, "bytes")),
        WORDS("energy of FLOP: formula", picojoules=1e12 * cost.per_flop[1] * halved, gigaflop=_billions(work.flop)),
        WORDS("energy of layers: formula", millijoules=1e3 * layer, layers=work.layers),
    ]
    if work.expert_flop:
        picojoules = 1e12 * cost.per_expert_flop
        terms.append(WORDS("energy of experts: formula", picojoules=picojoules, gigaflop=_billions(work.expert_flop)))
    source = WORDS("board energy: formula", terms=" + ".join(terms), coefficients=cost.source, band=band)
    return Quantity("joules", steady + computed, "J", "estimated", low, high, source)


def _billions(count: float) -> str:
    return show(count / 1e9, "")

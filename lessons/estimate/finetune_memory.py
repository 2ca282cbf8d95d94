"""What it takes to adapt a large language model: memory, boards that hold it, and energy.

    full fine-tuning:  N weights · (weight + gradient + two moments)
    LoRA:              N weights as they are  +  n trained numbers · (weight + gradient + two moments)
    QLoRA:             the same, with the N weights in 4 bits

What flows through the model while it is trained comes on top: it depends on batch, length and what is computed again.
QLoRA leaves the embeddings, and the matrix that answers, in 16 bits; where their size is not known its figure is a
floor. Formats: Dettmers et al., "QLoRA" (2023), §1 (780 GB for 65 billion weights: 12 bytes each) and §3 (NF4, its
scales quantized).
"""

from collections.abc import Mapping
from dataclasses import replace

from lessons.estimate.training import training_energy
from lessons.estimate.transformer import CannotCompute, active, parts
from lessons.facts import Board, Figure, boards, figure
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")

BASES = {  # bits of a weight that is not trained
    "fp32": 32.0,
    "bf16": 16.0,
    "8 bits": 8.5,  # a scale of 16 bits for 32
    "4 bits": 4.127,  # NF4, a scale for 64, itself in 8 bits: QLoRA, §3
}
WEIGHT, GRADIENT, MOMENTS = (
    {"fp32": 4, "bf16": 2},
    {"fp32": 4, "bf16": 2},
    8,
)  # bytes of a trained number; moments in fp32
BESIDE = {"query and value": ("q", "v"), "attention": ("q", "k", "v", "o")}
FORWARD, BACK, OWN = 2, 2, 2  # FLOP a weight and token: forward; the gradient of what flows; that of the weight itself
GB = 1e9


def memory(parameters: float, trained: float, base: str, beside: bool, dtype: str) -> dict[str, float]:
    """Bytes by part. `trained`: numbers that learn, `beside` the others, which stay in the format `base`, or among
    them. `parameters`: how many; `dtype`: the format of what learns, a key of WEIGHT."""
    frozen = parameters if beside else parameters - trained
    return {
        WORDS["frozen weights"]: frozen * BASES[base] / 8,
        WORDS["trained weights"]: trained * WEIGHT[dtype],
        WORDS["gradients"]: trained * GRADIENT[dtype],
        WORDS["optimiser moments"]: trained * MOMENTS,
    }


def low_rank(model: Architecture, rank: int, where: str) -> Quantity:
    """Numbers in low-rank matrices of a rank beside the attention's, all layers together. Raises ValueError for a model
    whose attention has other matrices. `where`: which of them, a key of BESIDE."""
    if model.attention in ("mla", "hybrid"):
        raise ValueError(WORDS("other attention", model=model.name, kind=model.attention))
    queries, keys = model.n_heads * model.head_dim, model.n_kv_heads * model.head_dim
    out = {"q": queries, "k": keys, "v": keys, "o": queries}
    layer = sum(model.d_model + out[each] for each in BESIDE[where])
    beside = ", ".join(BESIDE[where])
    source = WORDS("low-rank parameters: formula", layers=model.layers, rank=rank, each=layer, beside=beside)
    return Quantity("trained", model.layers * rank * layer, "parameters", "estimated", source=source)


def memory_by_method(model: Architecture, trained: Quantity) -> dict[str, dict[str, float]]:
    """Bytes by part, for each method: full fine-tuning, LoRA, QLoRA."""
    count, apart = model.params_total, in_16_bits(model) or 0
    low = memory(count - apart, trained.value, "4 bits", True, "bf16")
    low[WORDS["frozen weights"]] += apart * BASES["bf16"] / 8
    return {
        WORDS["full"]: memory(count, count, "bf16", False, "bf16"),
        "LoRA": memory(count, trained.value, "bf16", True, "bf16"),
        "QLoRA": low,
    }


def in_16_bits(model: Architecture) -> int | None:
    """Numbers in the matrices with which a model looks tokens up and answers; None where that is not known."""
    try:
        return parts(model).embedding + parts(model).head
    except CannotCompute:
        return None


def needed(way: str, parts: Mapping[str, float]) -> Quantity:
    """Bytes of all `parts` together, named for the `way` of training that needs them."""
    terms = " + ".join(f"{show(value, 'bytes')} {part}" for part, value in parts.items())
    return Quantity(way, sum(parts.values()), "bytes", "estimated", source=terms)


def holding(bytes_needed: float) -> list[Board]:
    """The GPUs with so much memory and matrix units for 16 bits, those with the least first, of these the newest.
    `bytes_needed`: that much."""
    held = [
        board
        for board in boards().values()
        if board.kind == "GPU" and board.fp16_matrix_units and (board.memory_GB or 0) * GB >= bytes_needed
    ]
    return sorted(held, key=lambda board: (board.memory_GB, -board.year))


def energy(model: Architecture, trained: Quantity, tokens: float, pue: Figure | None = None) -> dict[str, Quantity]:
    """Energy of reading so many tokens, fully trained and with low-rank matrices: those save the gradient of each
    weight."""
    each, factor = active(model), FORWARD + BACK
    flop = {
        WORDS["full"]: (factor + OWN) * each * tokens,
        WORDS["low rank"]: (factor * each + (factor + OWN) * trained.value) * tokens,
    }
    found = {way: training_energy(count, "H100", pue or figure("pue_survey")) for way, count in flop.items()}
    read, counts = show(tokens, "tokens"), show(each, "parameters")
    low = WORDS("FLOP of low rank: formula", active=counts, trained=show(trained.value, "parameters"), tokens=read)
    full = WORDS("FLOP of full fine-tuning: formula", active=counts, tokens=read)
    told = {WORDS["full"]: full, WORDS["low rank"]: low}
    return {way: replace(energy, source=f"{told[way]}: {energy.source}") for way, energy in found.items()}

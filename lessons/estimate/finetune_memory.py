"""What it takes to adapt a large language model: memory, boards that hold it, and energy.

    full fine-tuning:  N weights · (weight + gradient + two moments)
    LoRA:              N weights as they are  +  n trained numbers · (weight + gradient + two moments)
    QLoRA:             the same, with the N weights in 4 bits

What flows through the model while it is trained comes on top (finetune_bill.py).
QLoRA leaves the embeddings, and the matrix that answers, in 16 bits; where their size is not known its figure is a
floor. Formats: Dettmers et al., "QLoRA" (2023), §1 (780 GB for 65 billion weights: 12 bytes each) and §3 (NF4, its
scales quantized).
"""

from collections.abc import Mapping
from dataclasses import replace

from lessons.estimate.training import training_energy
from lessons.estimate.transformer import CannotCompute, active, parts
from lessons.facts import Figure, figure
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
BESIDE = {
    "query and value": ("q", "v"),
    "attention": ("q", "k", "v", "o"),
    "all linear layers": ("q", "k", "v", "o", "gate", "up", "down"),
}
UNLIKE = (  # fields of a shape whose layers are not all the same
    "linear_layers",
    "kv_shared_layers",
    "first_dense_layers",
    "mlp_layers",
    "expert_layers",
    "d_ff_shared",
    "d_expert",
    "full_head_dim",
    "full_kv_heads",
    "values_are_keys",
)
FORWARD, BACK, OWN = 2, 2, 2  # FLOP a weight and token: forward; the gradient of what flows; that of the weight itself


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
    """Numbers in low-rank matrices of a rank, all layers together. Raises ValueError for a model whose attention has
    other matrices, or whose layers differ. `where`: beside which matrices, a key of BESIDE; every expert's own have
    theirs, routers none, and a fused matrix of queries, keys and values counts as three."""
    if model.attention in ("mla", "hybrid"):
        raise ValueError(WORDS("other attention", model=model.name, kind=model.attention))
    if any(getattr(model, name) for name in UNLIKE):
        raise ValueError(WORDS("layers differ", model=model.name))
    known = sides(model)
    beside = [each for each in BESIDE[where] if each in known]
    layer = sum(known[each] for each in beside)
    told = {"layers": model.layers, "rank": rank, "each": layer, "beside": ", ".join(beside)}
    source = WORDS("low-rank parameters: formula", **told)
    if model.experts and "up" in beside:
        source = WORDS("low-rank parameters of experts: formula", formula=source, experts=_experts(model))
    return Quantity("trained", model.layers * rank * layer, "parameters", "estimated", source=source)


def sides(model: Architecture) -> dict[str, int]:
    """Inputs + outputs of each matrix of a layer, as low-rank matrices of rank 1 have numbers; those of an MLP for all
    experts together."""
    queries, keys = model.n_heads * model.head_dim, model.n_kv_heads * model.head_dim
    attention = {"q": queries, "k": keys, "v": keys, "o": queries}
    found = {name: model.d_model + size for name, size in attention.items()}
    wide = (model.d_ff_expert if model.experts else model.d_ff) or 0
    mlp = dict.fromkeys(("gate", "up", "down") if model.gated else ("up", "down"), model.d_model + wide)
    return found | {name: _experts(model) * size for name, size in mlp.items()}


def _experts(model: Architecture) -> int:
    """How many MLPs a layer has."""
    return model.experts + (model.experts_shared or 0) if model.experts else 1


def memory_by_method(model: Architecture, trained: Quantity) -> dict[str, dict[str, float]]:
    """Bytes by part, for each method: full fine-tuning, LoRA, LoRA on weights in 8 bits, QLoRA."""
    count = model.params_total
    return {
        WORDS["full"]: memory(count, count, "bf16", False, "bf16"),
        "LoRA": memory(count, trained.value, "bf16", True, "bf16"),
        WORDS["LoRA on 8 bits"]: _on_fewer_bits(model, trained, "8 bits"),
        "QLoRA": _on_fewer_bits(model, trained, "4 bits"),
    }


def _on_fewer_bits(model: Architecture, trained: Quantity, base: str) -> dict[str, float]:
    """Bytes by part, where the layers' weights are in the format `base`, embeddings and output matrix in 16 bits."""
    apart = in_16_bits(model) or 0
    found = memory(model.params_total - apart, trained.value, base, True, "bf16")
    return found | {WORDS["frozen weights"]: found[WORDS["frozen weights"]] + apart * BASES["bf16"] / 8}


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

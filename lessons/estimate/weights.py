"""A model's weights on boards: how many one token is multiplied with, how many a step reads, and in how many bytes.

**Active parameters** are counted in one way on every page (`transformer.multiplied`): without the input embedding, in which a token
is only looked up, with the head. A name such as "A3B" is what its maker rounds.
"""

from typing import NamedTuple

from lessons.estimate.gguf_size import BITS, NATIVE
from lessons.estimate.transformer import CannotCompute, multiplied, parts
from lessons.facts import Model
from lessons.facts.architectures import Architecture, architectures

WEIGHTS = {"bf16": 16.0, "fp8": 8.0, "int4": 4.5}  # bits a weight; int4 with a 16-bit scale for every 32 weights
DTYPES = (NATIVE, *WEIGHTS)


class Split(NamedTuple):
    """Numbers that every token needs, of the input embedding none; and those in experts, of which a token needs a `share`."""

    always: float
    experts: float
    share: float


def listed(model: Model) -> Architecture | None:
    """Its shape; None for a model that a reader has put together."""
    return architectures().get(model.name)


def active(model: Model) -> int:
    """Parameters that one token is multiplied with; of a model by hand as many as the reader says."""
    shape = listed(model)
    if shape is None:
        return model.params_active
    try:
        return multiplied(shape)
    except CannotCompute:  # counted by whoever listed it, embeddings included
        return model.params_active - (0 if shape.tied_embeddings else shape.vocab * shape.d_model)


def split(model: Model) -> Split:
    """Its active parameters and its experts, from its shape, or where layers are not modelled from its totals."""
    if not model.n_experts:
        return Split(active(model), 0, 0)
    share = model.n_experts_active / model.n_experts
    try:
        experts = parts(listed(model)).experts if listed(model) else None
    except CannotCompute:
        experts = None
    if experts is None:  # total − active = (1 − share) · experts
        experts = (model.params_total - model.params_active) / (1 - share)
    return Split(active(model) - share * experts, experts, share)


def weights_read(model: Model, batch: int) -> float:
    """Expected number of weights read in one step. In a mixture of experts each sequence picks k of E experts, so a large
    batch reads nearly all of them: E · (1 − (1 − k/E)^B)."""
    always, experts, share = split(model)
    return always + experts * (1 - (1 - share) ** batch)


def bytes_read(model: Model, dtype: str, batch: int) -> float:
    """Bytes of the weights read in one step, experts and the rest each in their format."""
    always, bits = split(model).always, WEIGHTS[as_run(model, dtype)]
    return (always * bits + (weights_read(model, batch) - always) * _of_experts(model, dtype)) / 8


def bits_held(model: Model, dtype: str) -> float:
    """Mean bits of all weights in memory, every expert and the embedding among them."""
    experts = split(model).experts / model.params_total
    return experts * _of_experts(model, dtype) + (1 - experts) * WEIGHTS[as_run(model, dtype)]


def as_run(model: Model, dtype: str) -> str:
    """The format of all but the experts, a key of WEIGHTS: for NATIVE the one in which they are published, 16 bits where no source
    says otherwise."""
    if dtype != NATIVE:
        return dtype
    return "fp8" if _native(model) == "fp8" else "bf16"


def as_measured(model: Model, dtype: str) -> str:
    """The format by which measurements call it: that of the experts, where all else is in 16 bits."""
    run = as_run(model, dtype)
    return "mxfp4" if run == "bf16" and _native(model) == "MXFP4" else run


def _of_experts(model: Model, dtype: str) -> float:
    """Bits of a number in an expert: what is published in MXFP4 stays so."""
    return BITS["MXFP4"] if _native(model) == "MXFP4" else WEIGHTS[as_run(model, dtype)]


def _native(model: Model) -> str:
    shape = listed(model)
    return shape.native if shape else ""

"""A model's weights on boards: how many one token is multiplied with, how many a step reads, and in how many bytes.

**Active parameters** are counted in one way on every page (`transformer.multiplied`): without the input embedding, in
which a token is only looked up, with the head. A name such as "A3B" is what its maker rounds.
"""

from lessons.estimate.gguf_size import NATIVE
from lessons.estimate.transformer import split, touched
from lessons.estimate.weight_blocks import BITS
from lessons.facts.architectures import Architecture, architectures

WEIGHTS = {"bf16": 16.0, "fp8": 8.0, "int4": 4.5}  # bits a weight; int4 with a 16-bit scale for every 32 weights
DTYPES = (NATIVE, *WEIGHTS)


def is_listed(model: Architecture) -> bool:
    """Whether the model is in the table; not so for a model by hand."""
    return model.name in architectures()


def bytes_read(model: Architecture, dtype: str, batch: int) -> float:
    """Bytes of the weights read in one step, experts and the rest each in their format."""
    always, bits = split(model)[0], WEIGHTS[as_run(model, dtype)]
    return (always * bits + (touched(model, batch) - always) * _of_experts(model, dtype)) / 8


def bits_held(model: Architecture, dtype: str) -> float:
    """Mean bits of all weights in memory, every expert and the embedding among them."""
    experts = split(model)[1] / model.params_total
    return experts * _of_experts(model, dtype) + (1 - experts) * WEIGHTS[as_run(model, dtype)]


def as_run(model: Architecture, dtype: str) -> str:
    """The format of all but the experts, a key of WEIGHTS: for NATIVE the one in which they are published, 16 bits
    where no source says otherwise."""
    if dtype != NATIVE:
        return dtype
    return "fp8" if model.native == "fp8" else "bf16"


def as_measured(model: Architecture, dtype: str) -> str:
    """The format by which measurements call it: that of the experts, where all else is in 16 bits."""
    run = as_run(model, dtype)
    return "mxfp4" if run == "bf16" and model.native == "MXFP4" else run


def _of_experts(model: Architecture, dtype: str) -> float:
    """Bits of a number in an expert: what is published in MXFP4 stays so."""
    return BITS["MXFP4"] if model.native == "MXFP4" else WEIGHTS[as_run(model, dtype)]

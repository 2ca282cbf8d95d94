"""What looking at a language model gives. Needs no torch: pages draw it."""

from typing import NamedTuple

import numpy as np

from lessons.quantity import Quantity, counted, show
from lessons.text import sections

WORDS = sections("measure")

PLACES = {"attention": "self_attn.q_proj", "MLP": "mlp.gate_proj", "MLP, inside": "mlp.down_proj"}  # what flows in
FACTORS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)  # by which a channel is made larger


class Inside(NamedTuple):
    """What a model makes of a text. `pieces`: its last tokens, as text, of `count` in all; `unknown`: characters of it
    that the model does not know, and that were left out; `attention`: float16 [layers, heads, t, t], of each token
    (row) to those before it (column), each row sums to 1; `logits`: of all possible next tokens, float32, and the
    `likeliest` of them as text, by their place among the logits; `cache`: keys and values a token adds; `context`:
    tokens it was trained to look back on; `parameters`: in the model."""

    pieces: list[str]
    count: int
    unknown: int
    attention: np.ndarray
    logits: np.ndarray
    likeliest: dict[int, str]
    cache: int
    context: int
    parameters: int


class Moved(NamedTuple):
    """A token of a text: itself; how probable each model held it (0 to 1); KL (nats) of the shrunk model's
    probabilities from those before; and the token that each predicted in its place (top-1)."""

    piece: str  # the token as text
    before: float  # its probability, unshrunk
    after: float  # its probability, shrunk
    kl: float  # KL(before ‖ after) in its place, nats
    likeliest_before: str  # top-1, unshrunk
    likeliest_after: str  # top-1, shrunk


class Flow(NamedTuple):
    """`largest`: the largest |x| of each channel, float32 [layers, channels]; `usual`: the mean |x| of all, a layer,
    float32 [layers]; `layer`: the one that was chosen, or the last one before it; `errors`: by the way of rounding, the
    relative error (%) of the chosen layer's output with its largest channel made so many times as large, [factors]."""

    largest: np.ndarray
    usual: np.ndarray
    layer: int
    errors: dict[str, list[float]]


class Benchmark(NamedTuple):
    """Seconds, median of some runs: to read prompts of so many tokens, to write a token, and for the `products` with
    all matrices that this takes, alone. `operations`: that torch is asked for to write a token; `context`: how many
    tokens were there; `macs`: a token; `bytes`: of the weights, as float32, in which this app computes; `stored`: bits
    a weight in its file; `bandwidth`: bytes a second this machine reads; `macs_a_second`: at best, both on one core."""

    prefill: dict[int, float]  # seconds, by tokens in the prompt
    decode: float  # seconds a token
    products: float
    operations: int
    context: int
    macs: int
    bytes: int
    stored: float
    bandwidth: float
    macs_a_second: float


def of_text(seen: Inside, probability: float) -> dict[str, Quantity]:
    """What there is to say of a text that was read, by the words for it. `probability`: of the likeliest next token."""
    count = seen.count
    cache = WORDS("KV cache of the text: formula", tokens=counted(count, WORDS["token"]), numbers=seen.cache)
    return {
        WORDS["text"]: Quantity("tokens", count, "tokens", "measured", source=WORDS["text: how"]),
        WORDS["KV cache of the text"]: Quantity("cache", 4 * count * seen.cache, "bytes", "estimated", source=cache),
        WORDS["top-1"]: Quantity("probability", 100 * probability, "%", "measured", source=WORDS["top-1: how"]),
    }


def of_flow(flow: Flow) -> dict[str, Quantity]:
    """The largest and the usual of the numbers that flow into the chosen layer, by the words for them."""
    layer = flow.layer
    most, usual = float(flow.largest[layer].max()), float(flow.usual[layer])
    among = WORDS("among", channels=flow.largest.shape[1])
    return {
        WORDS["largest"]: Quantity(
            "largest", most, "", "measured", source=WORDS("largest: how", layer=layer + 1, among=among)
        ),
        WORDS["mean"]: Quantity("usual", usual, "", "measured", source=WORDS("mean: how", among=among)),
        WORDS["largest of all"]: Quantity(
            "largest",
            float(flow.largest.max()),
            "",
            "measured",
            source=WORDS("largest of all: how", layers=len(flow.largest), among=among),
        ),
    }


def quantities(pace: Benchmark, bits: float) -> dict[str, Quantity]:
    """How fast a model reads and writes, by the words for it; what writing would take at best with weights of so many
    bits, and what it reads for that."""
    most = max(pace.prefill)
    reads, writes = most / pace.prefill[most], 1 / pace.decode
    packed = pace.bytes / 4 * bits / 8
    by_memory, by_arithmetic = pace.bandwidth / packed, pace.macs_a_second / pace.macs
    roof = WORDS(
        "decode bound: formula",
        bandwidth=pace.bandwidth / 1e9,
        megabytes=packed / 1e6,
        rate=pace.macs_a_second / 1e9,
        macs=pace.macs / 1e6,
    )
    return {
        WORDS["prefill"]: Quantity(
            "prefill",
            reads,
            "tokens/s",
            "measured",
            source=WORDS("prefill: how", tokens=most, time=show(pace.prefill[most], "s")),
        ),
        WORDS["decode"]: Quantity(
            "decode",
            writes,
            "tokens/s",
            "measured",
            source=WORDS("decode: how", time=show(pace.decode, "s"), megabytes=pace.bytes / 1e6),
        ),
        WORDS["decode bound"]: Quantity("roof", min(by_memory, by_arithmetic), "tokens/s", "estimated", source=roof),
        WORDS["memory traffic"]: Quantity(
            "read",
            packed,
            "bytes",
            "estimated",
            source=WORDS("memory traffic: formula", weights=pace.bytes // 4, bits=bits),
        ),
    }

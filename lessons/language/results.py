"""What looking at a language model gives. Needs no torch: pages draw it."""

from typing import NamedTuple

import numpy as np

from lessons.quantity import Quantity, counted, show

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
    cache = (
        f"{counted(count, 'token')} × {seen.cache:,} numbers (2 × layers × heads of keys × numbers in each) × 4 bytes"
    )
    return {
        "Your text": Quantity(
            "tokens", count, "tokens", "measured", source="as the model's vocabulary cuts it; the last 32 are looked at"
        ),
        "Its keys and values": Quantity("cache", 4 * count * seen.cache, "bytes", "estimated", source=cache),
        "The likeliest next": Quantity("probability", 100 * probability, "%", "measured", source="at this temperature"),
    }


def of_flow(flow: Flow) -> dict[str, Quantity]:
    """The largest and the usual of the numbers that flow into the chosen layer, by the words for them."""
    layer = flow.layer
    most, usual = float(flow.largest[layer].max()), float(flow.usual[layer])
    among = f"{flow.largest.shape[1]:,} channels, 128 tokens of the test"
    return {
        "Largest": Quantity("largest", most, "", "measured", source=f"largest |x| into layer {layer + 1}, of {among}"),
        "Usual": Quantity("usual", usual, "", "measured", source=f"mean |x|, of {among}"),
        "Largest of all layers": Quantity(
            "largest", float(flow.largest.max()), "", "measured", source=f"of all {len(flow.largest)} layers, {among}"
        ),
    }


def quantities(pace: Benchmark, bits: float) -> dict[str, Quantity]:
    """How fast a model reads and writes, by the words for it; what writing would take at best with weights of so many
    bits, and what it reads for that."""
    most = max(pace.prefill)
    reads, writes = most / pace.prefill[most], 1 / pace.decode
    packed = pace.bytes / 4 * bits / 8
    by_memory, by_arithmetic = pace.bandwidth / packed, pace.macs_a_second / pace.macs
    roof = (
        f"the lesser of {pace.bandwidth / 1e9:.1f} GB/s ÷ {packed / 1e6:,.1f} MB, all of which each token reads, "
        f"and {pace.macs_a_second / 1e9:.0f} GMACs/s ÷ {pace.macs / 1e6:,.1f} MMACs"
    )
    return {
        "Reading": Quantity(
            "prefill", reads, "tokens/s", "measured", source=f"{most} tokens at once in {show(pace.prefill[most], 's')}"
        ),
        "Writing": Quantity(
            "decode",
            writes,
            "tokens/s",
            "measured",
            source=(
                f"one after another, {show(pace.decode, 's')} each; this app reads {pace.bytes / 1e6:,.1f} MB for "
                f"it: its weights as float32"
            ),
        ),
        "Writing, at best": Quantity("roof", min(by_memory, by_arithmetic), "tokens/s", "estimated", source=roof),
        "Read for each token": Quantity(
            "read",
            packed,
            "bytes",
            "estimated",
            source=f"{pace.bytes // 4:,} weights × {bits:.3g} bits ÷ 8, if they are read packed",
        ),
    }

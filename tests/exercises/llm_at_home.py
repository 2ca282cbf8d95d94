"""Models of listed shapes on cards of the tables, and one on a machine put together by hand."""

from lessons.estimate.at_home import CACHES, Home
from lessons.estimate.gguf_size import NATIVE, file_bytes
from lessons.estimate.roofline import Machine, machine_of
from lessons.facts import boards
from lessons.facts.architectures import Architecture, architectures
from lessons.ui.llm_at_home.knobs import CONTEXT, FORMAT, LISTED, Asked, Use
from tests.exercises import Asked as Exercised

PROMPT, MAIN = 300, 50e9
USE = Use(PROMPT, 300, 50, 0.3, "EUR", 0, 0.7, "NVIDIA H100 PCIe")
BY_HAND = Machine("by hand", 16e9, 8_000e9, 0.5e12, 32e9, MAIN)  # reads fast and multiplies slowly
BY = {"Q4_K": 4.5, "Q6_K": 6.5625}  # bits of a number, with its share of the scales


def asked(model: str, card: str | Machine, context: int = 8_192, cache: str = "16 bits") -> tuple[Asked]:
    """A model in 16 bits on a card."""
    machine = card if isinstance(card, Machine) else machine_of(boards()[card])._replace(main=32e9, main_bandwidth=MAIN)
    return (Asked(Home(architectures()[model], "fp16", cache, context), machine, machine, None, USE),)


ABOUT = {
    "Llama 3.1 8B": asked("Llama 3.1 8B", "NVIDIA GeForce RTX 4090"),
    "Qwen2.5 7B": asked("Qwen2.5 7B", "NVIDIA L4", 512, "8 bits"),
    "Llama 2 7B": asked("Llama 2 7B", "NVIDIA H100 PCIe", 4_096),
}
EXPERTS = asked("Qwen3 30B-A3B", "NVIDIA H100 PCIe")
SLOW = asked("Qwen2.5 1.5B", BY_HAND)
OF_SPEED = {**dict(list(ABOUT.items())[:2]), "Qwen3 30B-A3B": EXPERTS}
BOUND = {**dict(list(ABOUT.items())[:2]), "by hand": SLOW}


def layer(shape: Architecture) -> dict[str, int]:
    """Numbers of the matrices of one layer, with all its experts."""
    d, dim = shape.d_model, shape.head_dim
    experts, wide = (shape.experts, shape.d_ff_expert) if shape.experts else (1, shape.d_ff)
    return {
        "queries": d * shape.n_heads * dim,
        "keys": d * shape.n_kv_heads * dim,
        "values": d * shape.n_kv_heads * dim,
        "output": shape.n_heads * dim * d,
        "gate and up": 2 * experts * d * wide,
        "down": experts * d * wide,
        "router": d * (shape.experts or 0),
    }


def vocabulary(shape: Architecture) -> int:
    return shape.vocab * shape.d_model


def four_bits(model: str) -> float:
    """GB as llama.cpp rounds: the head, and of some layers values and the last matrix of the MLP, in 6 bits."""
    shape = ABOUT[model][0].home.shape
    bits = vocabulary(shape) * (BY["Q4_K"] + BY["Q6_K"])  # embedding and head
    eighth = shape.layers // 8
    for at in range(shape.layers):
        more = at < eighth or at >= 7 * shape.layers // 8 or (at - eighth) % 3 == 2
        for name, numbers in layer(shape).items():
            bits += numbers * BY["Q6_K" if more and name in ("values", "down") else "Q4_K"]
    return bits / 8 / 1e9


def a_token(asked: Asked) -> float:
    """Bytes in the KV cache of one token."""
    shape = asked.home.shape
    return 2 * shape.layers * shape.n_kv_heads * shape.head_dim * CACHES[asked.home.cache]


def takes(asked: Asked, weights: float, tokens: int) -> float:
    """Bytes of all parts on the card."""
    shape = asked.home.shape
    widest = 3 * shape.d_ff + 2 * shape.d_model + shape.n_heads * shape.head_dim
    return weights + tokens * a_token(asked) + 512 * (4 * widest + 2 * tokens) + 0.5e9  # and a mask in 16 bits


def half(model: str) -> float:
    """Bytes in 16 bits at half the longest context."""
    (asked,), shape = ABOUT[model], ABOUT[model][0].home.shape
    weights = 2 * (2 * vocabulary(shape) + shape.layers * sum(layer(shape).values()))
    return takes(asked, weights, min(shape.context, 131_072) // 2)


def conversations(model: str) -> float:
    (asked,) = ABOUT[model]
    return 4 * asked.home.context * a_token(asked)


def longest(model: str) -> set[tuple[str, str]]:
    """Where the sliders have the most tokens, and then the most bytes of weights."""
    (asked,) = ABOUT[model]
    shape, fitting = asked.home.shape, {}
    for context in CONTEXT.options:
        for form in FORMAT.options:
            run = {NATIVE: "fp16", "MXFP4": "Q4_0", LISTED: "IQ4_XS"}.get(form, form)  # no experts
            tokens, weights = min(int(context.replace(",", "")), shape.context), file_bytes(shape, run)
            if takes(asked, weights, tokens) <= asked.machine.memory:
                fitting[context, form] = tokens, weights
    return {at for at, found in fitting.items() if found == max(fitting.values())}


def offload(model: str) -> float:
    """Percent of the speed: the harmonic mean of both bandwidths, by layers."""
    (asked,) = ABOUT[model]
    share = round(asked.home.shape.layers / 10) / asked.home.shape.layers
    return 100 / (1 - share + share * asked.machine.bandwidth / MAIN)


def step(asked: Asked, batch: int, tokens: int) -> tuple[float, float]:
    """Seconds to read, and to compute, for a token of each of a batch, in 16 bits and memory-bound layers."""
    shape = asked.home.shape
    one = layer(shape)
    experts = one["gate and up"] + one["down"] if shape.experts else 0
    unused = (1 - shape.experts_active / shape.experts) ** batch if shape.experts else 0
    always = vocabulary(shape) + shape.layers * (sum(one.values()) - experts)
    read = 2 * (always + shape.layers * experts * (1 - unused))
    read += 2 * shape.layers * one["router"]  # in 32 bits
    share = shape.experts_active / shape.experts if shape.experts else 0
    flop = 2 * (always + share * shape.layers * experts) + 4 * shape.layers * shape.n_heads * shape.head_dim * tokens
    moved = read + batch * tokens * a_token(asked)
    return moved / asked.machine.bandwidth, batch * flop / asked.machine.peak


def speed(model: str) -> float:
    (asked,) = OF_SPEED[model]
    return 1 / max(step(asked, 1, PROMPT))


def faster(model: str) -> str:
    reading, computing = step(*BOUND[model], 1, PROMPT)
    return "twice the memory bandwidth" if reading > computing else "twice the peak arithmetic (TFLOP/s)"


def together(model: str) -> float:
    (asked,) = OF_SPEED[model]
    return 64 * max(step(asked, 1, 1_024)) / max(step(asked, 64, 1_024))


PLACES = tuple((context, form) for context in CONTEXT.options for form in FORMAT.options)
ASKED = {
    "weights": Exercised(ABOUT, four_bits),
    "half": Exercised(ABOUT, half),
    "conversations": Exercised(ABOUT, conversations),
    "longest": Exercised(ABOUT, longest, PLACES, ("8,192", NATIVE)),
    "offload": Exercised(ABOUT, offload),
    "speed": Exercised(OF_SPEED, speed),
    "faster": Exercised(BOUND, faster),
    "together": Exercised(OF_SPEED, together),
}

"""How fast a language model can read and write on a machine, and what limits it (Williams et al., "Roofline", 2009).

    a step takes  max(bytes read ÷ bandwidth,  FLOP ÷ peak)

Writing, a step gives each of `batch` conversations one token: all weights are read once for all of them, of experts those that
somebody needs, and each conversation's own keys and values. Reading a prompt, all its tokens are one step. Layers in main memory
are read at its bandwidth, one after the others. These are roofs: what engines reach of them is measured elsewhere.
"""

from typing import NamedTuple

from lessons.estimate.at_home import CACHES, Home
from lessons.estimate.gguf_size import read_bytes
from lessons.estimate.transformer import cache_numbers, cached_tokens, multiplied
from lessons.facts import Board
from lessons.facts.architectures import Architecture


class Machine(NamedTuple):
    """`memory`, `main`: bytes; `bandwidth`, `main_bandwidth`: bytes a second; `peak`: dense FLOP a second in 16 bits, 0 where nobody
    says; `watts`: at most, or None."""

    name: str
    memory: float
    bandwidth: float
    peak: float
    main: float = 0.0
    main_bandwidth: float = 50e9
    watts: float | None = None


def machine_of(board: Board) -> Machine:
    """A board as a machine. Its peak is 0 where the sheet has none for its matrix units: then arithmetic is not reckoned."""
    peak = board.fp16_dense_TFLOPS if board.fp16_matrix_units else None
    return Machine(
        board.name, board.memory_GB * 1e9, board.bandwidth_GB_per_s * 1e9, (peak or 0) * 1e12, watts=board.tdp_W
    )


class Pace(NamedTuple):
    """One step: seconds to move bytes and to multiply, of which the longer counts; bytes and FLOP; and the tokens it gives."""

    moving: float
    computing: float
    bytes: float
    flop: float
    tokens: float

    @property
    def seconds(self) -> float:
        return max(self.moving, self.computing)

    @property
    def per_second(self) -> float:
        """Tokens."""
        return self.tokens / self.seconds

    @property
    def limit(self) -> str:
        """What limits it."""
        return "memory" if self.moving >= self.computing else "arithmetic"

    @property
    def intensity(self) -> float:
        """FLOP for each byte."""
        return self.flop / self.bytes


def writing(home: Home, machine: Machine, before: float) -> Pace:
    """A step that gives each conversation one token, the next after `before` of them. Raises CannotCompute."""
    return _step(home, machine, home.batch, home.batch, before)


def reading(home: Home, machine: Machine, prompt: int) -> Pace:
    """A step that reads a prompt; its tokens look back at half of it, on average."""
    return _step(home, machine, prompt, 1, prompt / 2)


def guessed(accepted: float, ahead: int) -> float:
    """Tokens a step gives where a small model guesses `ahead` and each guess is right with this probability: (1 − aⁿ⁺¹) ÷ (1 − a).

    Leviathan et al., "Fast Inference from Transformers via Speculative Decoding" (2023), eq. 1.
    """
    return ahead + 1 if accepted == 1 else (1 - accepted ** (ahead + 1)) / (1 - accepted)


def attention_flop(shape: Architecture, back: float, windows: bool = True) -> float:
    """FLOP to look back at so many tokens: two products with each, for each head and layer."""
    heads, size = shape.n_heads, shape.head_dim
    if shape.attention == "mla":
        size = shape.mla_kv_lora_rank + shape.mla_rope_dim / 2  # keys with both parts, values with the latent one
    kept = cached_tokens(shape, max(round(back), 1), windows).values()
    full = shape.full_layers + shape.sliding_layers
    looking = sum(layers * tokens for layers, tokens in kept) * full / sum(layers for layers, _ in kept)
    return 4 * heads * size * looking


def _step(home: Home, machine: Machine, tokens: float, conversations: int, back: float) -> Pace:
    shape = home.shape
    weights = read_bytes(shape, home.form, tokens)
    kept = cached_tokens(shape, max(round(back), 1), home.forgets).values()
    looked = sum(layers * each for layers, each in kept) * cache_numbers(shape) * CACHES[home.cache]
    moved = weights + conversations * looked
    flop = tokens * (2 * multiplied(shape) + attention_flop(shape, back, home.forgets))
    moving = moved * (home.here / machine.bandwidth + (1 - home.here) / machine.main_bandwidth)
    return Pace(moving, flop / machine.peak if machine.peak else 0.0, moved, flop, tokens)

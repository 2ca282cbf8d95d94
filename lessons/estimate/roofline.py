"""How fast a language model can read and write on a machine, and what limits it (Williams et al., "Roofline", 2009).

    a step takes  max(bytes read ÷ bandwidth,  FLOP ÷ peak)

Writing, a step gives each of `batch` conversations one token: all weights are read once for all of them, of experts
those that somebody needs, and each conversation's own keys and values. Reading a prompt, all its tokens are one step.
Layers, or experts, in main memory are read at its bandwidth, one after the others. Cards that split layers work one
after another, those that split tensors together: the links between them are not modelled. These are roofs: what engines
reach of them says `engine_efficiency`.
"""

from dataclasses import replace
from typing import NamedTuple

from lessons.estimate.at_home import TENSORS, Home, fits
from lessons.estimate.gguf_size import read_bytes, read_expert_bytes
from lessons.estimate.transformer import attention_flop, cache_bytes, multiplied, state_bytes
from lessons.facts import Board
from lessons.facts.board_memory import memory_bytes
from lessons.facts.engines import ANY
from lessons.facts.home_machines import home_machines
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")

BACKENDS_OF = {"NVIDIA": "CUDA", "Apple": "Metal", "AMD": "Vulkan", "Intel": "Vulkan"}  # by vendor; of others the CPU


class Machine(NamedTuple):
    """`memory`, `main`: bytes; `bandwidth`, `main_bandwidth`: bytes a second; `peak`: dense FLOP a second in 16 bits, 0
    where nobody says; `watts`: at most, or None; `watts_off`: ×/÷ around them, where makers of laptops set them;
    `backend`: what an engine computes with there, one of engines.BACKENDS."""

    name: str  # of the card, or of the computer
    memory: float
    bandwidth: float
    peak: float
    main: float = 0.0
    main_bandwidth: float = 50e9
    watts: float | None = None
    watts_off: float = 1.0
    backend: str = ANY


def machine_of(board: Board) -> Machine:
    """A board as a machine. Its peak is 0 where the sheet has none for its matrix units: then arithmetic is not
    estimated. Its memory is 0 where it may have any: it is the main memory."""
    memory, bandwidth = memory_bytes(board), board.bandwidth_GB_per_s * 1e9
    home = home_machines().get(board.name)
    off = home.watts_off if home else 1.0
    return Machine(
        board.name, memory, bandwidth, peak_of(board), watts=board.tdp_W, watts_off=off, backend=backend_of(board)
    )


def peak_of(board: Board) -> float:
    """Dense FLOP a second in 16 bits: of its matrix units, or of the ordinary ones where it has no others; else 0."""
    return 0.0 if board.fp16_matrix_units is False else (board.fp16_dense_TFLOPS or 0) * 1e12


def backend_of(board: Board) -> str:
    """What engines most often compute with on a board."""
    return "CPU" if board.kind == "CPU" else BACKENDS_OF.get(board.vendor, "CPU")


def several(machine: Machine, cards: int, split: str) -> Machine:
    """Equal cards as one machine: memory and watts add up; bandwidth and peak only where they split tensors, at best.
    `split`: one of at_home's LAYERS, TENSORS."""
    if cards == 1:
        return machine
    at_once = cards if split == TENSORS else 1
    return machine._replace(
        name=WORDS("several cards", cards=cards, card=machine.name),
        memory=cards * machine.memory,
        bandwidth=at_once * machine.bandwidth,
        peak=at_once * machine.peak,
        watts=machine.watts and cards * machine.watts,
    )


class StepTime(NamedTuple):
    """One step: seconds to move bytes and to multiply, of which the longer counts; bytes and FLOP; and the tokens it
    gives."""

    moving: float  # seconds, if only memory counted
    computing: float  # seconds, if only arithmetic counted
    bytes: float  # read
    flop: float  # done
    tokens: float  # that come of it
    offloaded: float = 0.0  # seconds of `moving` for what is in main memory

    @property
    def seconds(self) -> float:
        """Seconds of the step: the longer of both."""
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


def writing(home: Home, machine: Machine, before: float) -> StepTime:
    """A step that gives each conversation one token, the next after `before` of them. Raises CannotCompute."""
    return _step(home, machine, home.batch, home.batch, before)


def reading(home: Home, machine: Machine, prompt: int, before: int = 0) -> StepTime:
    """A step that reads a prompt after `before` tokens; its tokens look back at half of it, on average."""
    return _step(home, machine, prompt, 1, before + prompt / 2)


def checking(home: Home, machine: Machine, before: float, tokens: int) -> StepTime:
    """A step that checks so many tokens of each conversation at once, after `before` of them."""
    return _step(home, machine, home.batch * tokens, home.batch, before)


def is_known(home: Home, machine: Machine) -> bool:
    """Whether a decode step can be estimated: without a peak, only while reading the weights decides, alone."""
    return bool(machine.peak) or home.batch == 1


def speedup(home: Home, card: Machine, other: Machine) -> Quantity | None:
    """How many times as fast a card decodes as another does with weights in 16 bits, the next token after a full
    context; None where one of them does not hold it, for what does not fit has no speed, or where the arithmetic of a
    batch is not known. Raises CannotCompute."""
    theirs = in_16_bits(home)
    if not fits(home, card.memory, card.main) or not fits(theirs, other.memory):
        return None
    if not is_known(home, card) or not is_known(theirs, other):
        return None
    ratio = writing(home, card, home.context).per_second / writing(theirs, other, home.context).per_second
    source = WORDS("speed against another: formula", card=card.name, other=other.name, before=home.context)
    return Quantity("ratio", ratio, "×", "estimated", source=source)


def in_16_bits(home: Home) -> Home:
    """The same with weights in 16 bits on one card, no layer in main memory."""
    return replace(home, form="fp16", offload=0, cards=1)


def guessed(accepted: float, ahead: int) -> float:
    """Tokens a step gives where a small model guesses `ahead` and each guess is right with this probability: (1 − aⁿ⁺¹)
    ÷ (1 − a).

    Leviathan et al., "Fast Inference from Transformers via Speculative Decoding" (2023), eq. 1.

    `accepted`: that probability, a.
    """
    return ahead + 1 if accepted == 1 else (1 - accepted ** (ahead + 1)) / (1 - accepted)


def _step(home: Home, machine: Machine, tokens: float, conversations: int, back: float) -> StepTime:
    shape = home.shape
    weights = read_bytes(shape, home.form, tokens)
    seen = max(round(back), 1)
    kept = cache_bytes(shape, seen, home.number_bytes, home.forgets) + 2 * state_bytes(shape)  # read, and written
    moved = weights + conversations * kept
    attention = attention_flop(shape, seen, home.forgets, absorbed=True)
    flop = tokens * (2 * multiplied(shape) + float(attention))
    apart = home.offloaded * (read_expert_bytes(shape, home.form, tokens) if home.only_experts else moved)
    offloaded = apart / machine.main_bandwidth
    moving = (moved - apart) / machine.bandwidth + offloaded
    return StepTime(moving, flop / machine.peak if machine.peak else 0.0, moved, flop, tokens, offloaded)

"""SmolLM2 135M as a file of every type of llama-quantize, and what each costs in llama.cpp, as `python -m
benchmarks.ladder` recorded it.

The package of SmolLM2 has its weights in Q4_1. Rounded to a type whose levels are those of Q4_1, they lose nothing, and
each of SHIPPED stands on such a level. So the ladder is one of NARROW: each weight is drawn evenly from the step that
Q4_1 rounds to one level, as it may have been before. Rows of SmolLM2 have 576 numbers, which blocks of 256 do not fill,
and llama-quantize replaces types by wider ones. WIDE has rows of 768 numbers, the new ones zero: the same function,
with every type as its name says.
"""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp
from typing import Any

from lessons import recorded
from lessons.data.quiz import QUESTIONS
from lessons.estimate import engine_efficiency
from lessons.estimate.at_home import Home
from lessons.estimate.engine_efficiency import Expected
from lessons.estimate.gguf_size import file_bytes
from lessons.estimate.roofline import Machine, StepTime, writing
from lessons.estimate.transformer import parts
from lessons.facts.architectures import Architecture, architectures
from lessons.text import sections

WORDS = sections("ladder")
MODEL = "SmolLM2 135M"
SHIPPED, NARROW, WIDE = "shipped", "narrow", "wide"
BASES = (NARROW, WIDE, SHIPPED)
REFERENCE = "fp32"
CODE = ("benchmarks.ladder.rungs:base", "benchmarks.ladder.rungs:rung")
CPU = "CPU"  # what engines.BACKENDS calls it
Ends = tuple[float, float]  # of the slowest and the fastest of several rounds
Estimate = tuple[float, float, float]  # a mean, and its 95 % confidence interval


@dataclass(frozen=True)
class Rung:
    """One file of the ladder."""

    base: str  # SHIPPED, NARROW or WIDE
    form: str  # its type, one of gguf_size.FORMATS
    guided: bool  # whether an importance matrix guided the rounding
    bytes: int  # of the file
    matrix_bytes: int  # of its matrices alone: without vocabulary, settings and gains of norms
    sha256: str  # of the file
    kinds: dict[str, int]  # how many of its matrices have each type of blocks
    kl: Estimate  # KL divergence from the base, nats per token
    loss: Estimate  # cross-entropy of the text, nats per token
    same: float  # tokens that are predicted (top-1) as by the base, %
    quiz: dict[str, int]  # how many questions of each kind are right
    prefill: Ends  # tokens/s of a prompt
    decode: Ends  # tokens/s after it

    @property
    def perplexity(self) -> float:
        """Of the text."""
        return exp(self.loss[0])

    @property
    def right(self) -> int:
        """Questions of the quiz, of all kinds."""
        return sum(self.quiz.values())

    @property
    def shape(self) -> Architecture:
        """Of the model."""
        found = architectures()[MODEL]
        return replace(found, d_model=768, n_heads=12, n_kv_heads=4) if self.base == WIDE else found

    @property
    def bits(self) -> float:
        """Per weight of its matrices."""
        return 8 * self.matrix_bytes / sum(parts(self.shape))

    @property
    def estimated_bytes(self) -> float:
        """Of its matrices, as this app estimates them for every model."""
        return file_bytes(self.shape, self.form, guided=self.guided)


@dataclass(frozen=True)
class Ladder:
    """All files, and how they were measured."""

    rows: tuple[Rung, ...]
    refused: tuple[dict[str, Any], ...]  # types that llama.cpp makes no file of, and `why`
    script: str
    date: str
    machine: str
    engine: str  # version, vector instructions, threads
    code: str  # hash of the code that made it
    rounds: int  # of which the fastest counts
    prompt: int  # tokens
    bandwidth: float  # bytes/s that one core reads
    flop: float  # FLOP/s of one core in 32 bits

    @property
    def source(self) -> str:
        """Where it is from, in words."""
        said = {"script": self.script, "date": self.date, "machine": self.machine, "engine": self.engine}
        return WORDS("source", **said)

    def of(self, base: str, guided: bool | None = None) -> dict[str, Rung]:
        """The rungs of a base by their type, guided where the type needs that, or as said."""
        rows = [row for row in self.rows if row.base == base]
        return {row.form: row for row in reversed(rows) if guided in (None, row.guided)}

    @property
    def core(self) -> Machine:
        """What it ran on: one core. Its peak in 32 bits is no roof, since llama.cpp multiplies integers of 8 bits."""
        return Machine(WORDS("one core", machine=self.machine), 0, self.bandwidth, 0, backend=CPU)


@lru_cache(maxsize=1)
def ladder() -> Ladder:
    """As it was recorded."""
    found = json.loads(recorded.results("ladder").read_text())
    rows = tuple(Rung(**{name: _frozen(value) for name, value in row.items()}) for row in found.pop("rows"))
    return Ladder(rows, tuple(found.pop("refused")), **found)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def step(rung: Rung) -> tuple[Home, StepTime]:
    """The decode step that was timed, and how the model ran."""
    home = Home(rung.shape, rung.form, "16 bits", ladder().prompt)
    return home, writing(home, ladder().core, ladder().prompt)


def expected(rung: Rung) -> Expected:
    """Tokens/s of decoding, as this app expects them of such a machine."""
    home, pace = step(rung)
    return engine_efficiency.decode(pace, home, ladder().core)


def questions() -> int:
    """In the quiz."""
    return len(QUESTIONS)

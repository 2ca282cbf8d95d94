"""How long a step takes in an engine: longer than the roofline has it.

    seconds = max(bytes ÷ (η · bandwidth), u · FLOP ÷ (s · peak)) + (layers + (l − 1) · linear layers) · t

η, s: the shares of the data sheet's bandwidth and peak that an engine's kernels reach. u: what a prompt takes longer
with weights in fewer than 16 bits, which are unpacked before they are multiplied; a step of a single token is memory-
bound and hides that. t: what each layer takes whatever it reads, since its kernels start one after another. l: times as
long as another a linear layer takes, whose kernels are more. All five are fitted to half of the published speeds by
benchmarks/fit_engines.py (`lessons/facts/engines.csv`), for each kind of engine apart; the other half says how far off
they are (`roofline_validation`). Layers in main memory are read with the η of processors, and the others wait for them.
"""

from typing import NamedTuple

from lessons.estimate.at_home import Home
from lessons.estimate.engine_mixes import MLX as MLX_FORMATS
from lessons.estimate.roofline import Machine, StepTime
from lessons.facts.architectures import Architecture
from lessons.facts.engines import METAL, MLX, Engine, engines

PLAIN = ("fp32", "fp16")  # formats that need no unpacking
CPU = "CPU"


class Expected(NamedTuple):
    """One number that is expected: `low` and `high` are the ends of its band, `value` is between them."""

    low: float
    value: float
    high: float


def engine(home: Home, machine: Machine) -> Engine:
    """The terms of the machine's kind of engine; on Apple's chips formats of MLX run in MLX."""
    return engines()[MLX if machine.backend == METAL and home.form in MLX_FORMATS else machine.backend]


def layer_count(shape: Architecture, linear_times: float) -> float:
    """Layers, a linear one counted `linear_times`: as many times as it takes longer than another."""
    return shape.layers + (linear_times - 1) * shape.linear_layers


def between(home: Home, terms: Engine) -> float:
    """Seconds of a step that all layers together take whatever they read."""
    return layer_count(home.shape, terms.linear_times) * terms.layer_microseconds / 1e6


def seconds(pace: StepTime, home: Home, machine: Machine) -> float:
    """What a step is expected to take; never less than at best."""
    found = engine(home, machine)
    return max(_moving(pace, found), _computing(pace, home, found)) + between(home, found)


def share(pace: StepTime, home: Home, machine: Machine) -> float:
    """Of the roofline, that a step is expected to reach: at most 1."""
    return pace.seconds / seconds(pace, home, machine)


def decode(pace: StepTime, home: Home, machine: Machine) -> Expected:
    """Tokens a second of a decoding step, with the band of a machine that nobody has measured: at most the roofline."""
    value = pace.tokens / seconds(pace, home, machine)
    low, high = decode_band(home, machine)
    return Expected(value * low, value, min(value * high, pace.per_second))


def prefill(pace: StepTime, home: Home, machine: Machine) -> Expected:
    """Seconds of a prompt, with the same band. It can be below the roofline's: some cards add faster in 16 bits than
    their sheets say, which count in 32."""
    found, value = engine(home, machine), seconds(pace, home, machine)
    return Expected(value / found.prefill_high, value, value / found.prefill_low)


def decode_band(home: Home, machine: Machine) -> tuple[float, float]:
    """Measured ÷ expected; with something in main memory the wider of the card's and of processors'."""
    kinds = [engine(home, machine), *([engines()[CPU]] if home.offload else [])]
    return min(kind.decode_low for kind in kinds), max(kind.decode_high for kind in kinds)


def _moving(pace: StepTime, found: Engine) -> float:
    """Seconds to read all bytes: those on the card, then those in main memory."""
    here, elsewhere = pace.moving - pace.offloaded, pace.offloaded
    return here / found.bandwidth_share + elsewhere / engines()[CPU].bandwidth_share


def unpacking(pace: StepTime, home: Home, terms: Engine) -> float:
    """How many times as long a step computes, since its weights are unpacked before they are multiplied."""
    return terms.unpacking if pace.tokens > 1 and home.form not in PLAIN else 1.0


def _computing(pace: StepTime, home: Home, found: Engine) -> float:
    return unpacking(pace, home, found) * pace.computing / found.peak_share

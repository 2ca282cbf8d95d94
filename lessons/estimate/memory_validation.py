"""Estimated memory against published starts of llama.cpp, Ollama and MLX: what lasts (weights, KV cache and state), and
all of it. Each start's row says whether a constant was fitted to it or it is held against the estimate."""

from dataclasses import replace
from typing import NamedTuple

from lessons.estimate import mlx_memory
from lessons.estimate.at_home import ACTIVATIONS, CACHE, REST, STATE, WEIGHTS, Home, memory
from lessons.estimate.compute_buffer import LlamaServer
from lessons.facts.architectures import HELD, architectures
from lessons.facts.board_memory import MIB
from lessons.facts.memory_logs import MLX, MemoryLog, memory_logs

KEPT = {WEIGHTS: "weights_MiB", CACHE: "cache_MiB", STATE: "state_MiB"}  # columns of the table


class StartCheck(NamedTuple):
    """One start, the `log`: estimated ÷ printed − 1 of what is `kept` all the time, and of the `whole`; None where the
    source does not print it, or the row says why it is not compared."""

    log: MemoryLog
    kept: float | None
    whole: float | None


def starts(use: str = HELD) -> list[StartCheck]:
    """Every start of this `use`: FITTED or HELD."""
    return [check(log) for log in memory_logs() if log.use == use]


def check(log: MemoryLog) -> StartCheck:
    """Of what is not printed no part is compared; weights in a mix of somebody's own are taken as printed."""
    found = estimated(log)
    pairs = [(found[part], getattr(log, column)) for part, column in KEPT.items() if _compared(log, part)]
    kept = sum(value for value, _ in pairs) / sum(printed * MIB for _, printed in pairs) - 1 if pairs else None
    whole = sum(found.values()) / (log.total_MiB * MIB) - 1 if log.total_MiB and not log.why_not else None
    return StartCheck(log, kept, whole)


def estimated(log: MemoryLog) -> dict[str, float]:
    """Bytes by part; the driver's are among them where the total is what a driver says."""
    found = mlx_memory.parts(mlx_memory.started(log)) if log.engine == MLX else memory(started(log))
    if not log.format and log.weights_MiB:
        found[WEIGHTS] = log.weights_MiB * MIB
    found[STATE] = log.snapshots * found.get(STATE, 0.0)
    return found if log.driver else {part: size for part, size in found.items() if part != REST}


def started(log: MemoryLog) -> Home:
    """The setting of a start of llama.cpp, or of Ollama, which runs it."""
    context = log.context if log.unified else log.context // log.slots
    home = Home(architectures()[log.model], log.format or "fp16", log.cache, context, log.slots)
    ubatch = log.ubatch or LlamaServer().ubatch
    return replace(home, server=LlamaServer(log.unified, ubatch, log.flash_attention, log.older))


def activations_off(log: MemoryLog) -> float | None:
    """The compute buffer, estimated ÷ printed − 1."""
    return estimated(log)[ACTIVATIONS] / (log.activations_MiB * MIB) - 1 if log.activations_MiB else None


def worst(checks: list[StartCheck]) -> tuple[float, float]:
    """The largest error of what lasts, and of all, whatever its sign."""
    kept = [abs(each.kept) for each in checks if each.kept is not None]
    return max(kept), max(abs(each.whole) for each in checks if each.whole is not None)


def _compared(log: MemoryLog, part: str) -> bool:
    return getattr(log, KEPT[part]) is not None and (part != WEIGHTS or bool(log.format))

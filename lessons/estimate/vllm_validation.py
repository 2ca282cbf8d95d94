"""Estimated memory of vLLM against what it printed: weights, tokens of its pool, the pool, CUDA graphs, and all."""

from collections.abc import Iterator
from typing import NamedTuple

from lessons.estimate.gguf_size import file_bytes
from lessons.estimate.transformer import cache_bytes
from lessons.estimate.vllm_graphs import all_sizes, layer_bytes
from lessons.estimate.vllm_pool import others, word_bytes
from lessons.facts.architectures import HELD, VllmMemory, architectures, vllm_memory
from lessons.facts.board_memory import GIB, MIB


class VllmCheck(NamedTuple):
    """One `start`: estimated ÷ printed − 1 of its `weights`, the `tokens` of the printed pool, what is `kept` all the
    time (weights and pool), CUDA `graphs`, and the `whole`; None where the source does not print it or the row says why
    it is not compared."""

    start: VllmMemory
    weights: float | None
    tokens: float | None
    kept: float | None
    graphs: float | None
    whole: float | None


def vllm_starts(use: str = HELD) -> list[VllmCheck]:
    """Every start of this `use`: FITTED or HELD."""
    return [vllm_check(start) for start in vllm_memory() if start.use == use]


def vllm_check(start: VllmMemory) -> VllmCheck:
    """Weights with something else among them are taken as printed where all is compared."""
    weights = None if start.beside else off(_file(start), start.weights_MiB * MIB)
    return VllmCheck(start, weights, *_tokens(start), _kept(start), *_graphs(start), _whole(start))


def errors(checks: list[VllmCheck]) -> Iterator[tuple[str, list[float | None]]]:
    """By what is compared: of each start."""
    yield from ((name, [getattr(each, name) for each in checks]) for name in VllmCheck._fields[1:])


def on_smallest_card() -> float:
    """Printed ÷ estimated − 1 of the pool on the smallest card that is printed with it."""
    start = min((each for each in vllm_memory() if pool_of(each)), key=lambda each: each.card_GiB or 0.0)
    return off(start.pool_MiB * MIB, pool_of(start) or 0.0)


def off(estimated: float, printed: float) -> float:
    """How far what is `estimated` is from what is printed, as a share of that."""
    return estimated / printed - 1


def pool_of(start: VllmMemory) -> float | None:
    """Bytes of the pool, estimated; None where the card or the share is not printed, or the row says why not."""
    if start.card_GiB is None or start.share is None or start.sequences is None or start.why_not:
        return None
    flowing = architectures()[start.model].vocab * start.sequences * word_bytes()[1]
    graphs = graphs_of(start) if start.charged else 0.0
    return start.share * start.card_GiB * GIB - _weights(start) - flowing - graphs - others()


def graphs_of(start: VllmMemory) -> float:
    """Bytes of CUDA graphs, estimated."""
    return architectures()[start.model].layers * all_sizes(start) * layer_bytes()[1]


def _tokens(start: VllmMemory) -> tuple[float | None]:
    each = cache_bytes(architectures()[start.model], 1, start.number_bytes)
    return (off(start.pool_MiB * MIB / each, start.pool_tokens) if start.pool_tokens else None,)


def _kept(start: VllmMemory) -> float | None:
    pool = pool_of(start)
    return None if pool is None else off(_weights(start) + pool, (start.weights_MiB + start.pool_MiB) * MIB)


def _graphs(start: VllmMemory) -> tuple[float | None]:
    return (off(graphs_of(start), start.graphs_GiB * GIB) if start.graphs_GiB else None,)


def _whole(start: VllmMemory) -> float | None:
    """Where graphs and all else are printed."""
    pool = pool_of(start)
    if pool is None or not (start.graphs_GiB and start.activations_MiB and start.other_GiB):
        return None
    flowing = architectures()[start.model].vocab * start.sequences * word_bytes()[1]
    found = _weights(start) + pool + flowing + others() + graphs_of(start)
    printed = (start.weights_MiB + start.pool_MiB + start.activations_MiB) * MIB
    return off(found, printed + (start.other_GiB + start.graphs_GiB) * GIB)


def _weights(start: VllmMemory) -> float:
    return start.weights_MiB * MIB if start.beside else _file(start)


def _file(start: VllmMemory) -> float:
    return file_bytes(architectures()[start.model], start.format)

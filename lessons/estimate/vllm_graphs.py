"""CUDA graphs of vLLM: the launches of a step's kernels, recorded once for each size of a batch, then played.

    bytes = layers · sizes · c

A graph holds every launch of every layer, so memory grows with both. vLLM captures 51 sizes up to 512 tokens for all
steps (PIECEWISE, without attention), and for decoding alone (FULL) those up to --max-num-seqs. It expects what they
will take, which since 0.21.0 is kept out of its pool. c is the median of what it expected in published starts; the band
is from the least to the most. With --enforce-eager there are none.
"""

from functools import lru_cache
from statistics import median

from lessons.facts.architectures import FITTED, Architecture, VllmMemory, architectures, vllm_memory
from lessons.facts.board_memory import GIB

LARGE = 70 * GIB  # of a card: from there on vLLM plans for more at once (but on an A100); get_batch_defaults of
# https://github.com/vllm-project/vllm/blob/6a1acac3/vllm/engine/arg_utils.py
SEQUENCES = (256, 1024)  # conversations at once that it plans for (--max-num-seqs)
EVERY, STEP, FINE, MOST = (1, 2, 4), 8, 256, 512  # sizes: these, then by 8 tokens, from 256 on by 16, up to 512


def sequences(card: float) -> int:
    """Conversations at once that vLLM plans for on a card of so many bytes, where nobody sets them."""
    return SEQUENCES[card >= LARGE]


def sizes(card: float) -> int:
    """Sizes of batches that it captures on such a card."""
    return captured(MOST) + captured(min(sequences(card), MOST))


def captured(most: int) -> int:
    """Sizes up to so many tokens."""
    return len([*EVERY, *range(STEP, min(most, FINE) + 1, STEP), *range(FINE + 2 * STEP, most + 1, 2 * STEP)])


def graph_bytes(shape: Architecture, card: float) -> tuple[float, float, float]:
    """Bytes that are kept for them on a `card` of so many: low, usual, high."""
    low, usual, high = (shape.layers * sizes(card) * each for each in layer_bytes())
    return low, usual, high


@lru_cache(maxsize=1)
def layer_bytes() -> tuple[float, float, float]:
    """Bytes of one size in one layer: low, usual, high."""
    each = [reserved(start) for start in vllm_memory() if start.use == FITTED and start.reserved_GiB]
    return min(each), median(each), max(each)


def reserved(start: VllmMemory) -> float:
    """Bytes of one size in one layer that vLLM expected."""
    return (start.reserved_GiB or 0.0) * GIB / (architectures()[start.model].layers * all_sizes(start))


def all_sizes(start: VllmMemory) -> int:
    """Sizes that it captured, for all steps and for decoding alone."""
    return (start.piecewise or 0) + (start.full or 0)

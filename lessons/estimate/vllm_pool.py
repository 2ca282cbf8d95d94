"""What vLLM allocates: a share of the card's memory when it starts, whatever the model.

    pool = share · memory − weights − activations − CUDA graphs − others

The pool holds the keys and values of all conversations, in blocks of 16 tokens. Activations are those of vLLM's own
trial run, in which every conversation that it plans for samples a word: so many bytes for each of them and each word of
the vocabulary, the median of published starts since 0.17.0; the band is from the least to the most.
"""

from dataclasses import replace
from functools import lru_cache
from statistics import median

from lessons.estimate.at_home import ACTIVATIONS, CACHE, REST, WEIGHTS, Home, memory
from lessons.estimate.engine_mixes import GROUPED, NF4, NVFP4
from lessons.estimate.gguf_size import FORMATS, file_bytes
from lessons.estimate.transformer import cache_bytes, state_bytes
from lessons.estimate.vllm_graphs import graph_bytes, sequences
from lessons.estimate.weight_blocks import BITS
from lessons.facts import figure
from lessons.facts.architectures import FITTED, VllmMemory, architectures, vllm_memory
from lessons.facts.board_memory import GIB, MIB
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")
GRAPHS = WORDS["CUDA graphs"]
BLOCK = 16  # tokens
AWQ = "AWQ 4 bit"
SERVED = ("fp32", "fp16", "fp8", *GROUPED, *NVFP4, *NF4)
WIDE, HALF = 12, 6  # bits: from there on a GGUF type stands for 16 bits, for 8


def served(home: Home) -> str:
    """The format itself, or of those that vLLM runs the one with about as many bits. Experts in MXFP4 stay so."""
    if home.form in SERVED:
        return home.form
    bits = BITS[FORMATS[home.form].base]
    if bits >= WIDE or (home.form == "MXFP4" and home.shape.native == "MXFP4"):
        return "fp16"
    return "fp8" if bits >= HALF else AWQ


def usual_share() -> float:
    """The share of the card that vLLM takes where nobody sets another (--gpu-memory-utilization)."""
    return figure("vllm_share").value


def parts(home: Home, card: float, share: float | None = None) -> dict[str, float] | None:
    """Bytes of a `card` of so many, by part: the pool under the name of the KV cache. None where nothing is left for
    one conversation. `share`: of the card, else the usual one. Raises CannotCompute."""
    found = {
        WEIGHTS: file_bytes(home.shape, served(home)),
        CACHE: pool(home, card, share).value,
        ACTIVATIONS: activations(home, card)[1],
        GRAPHS: graph_bytes(home.shape, card)[1],
        REST: others(),
    }
    return found if found[CACHE] >= conversation(home) else None


def pool(home: Home, card: float, share: float | None = None) -> Quantity:
    """Bytes for keys and values on a `card` of so many, negative where weights alone are too much. `share`: of the
    card, else the usual one. Raises CannotCompute."""
    share = share or usual_share()
    left = share * card - file_bytes(home.shape, served(home)) - others()
    taken = zip(activations(home, card), graph_bytes(home.shape, card), strict=True)
    high, value, low = (left - flowing - graphs for flowing, graphs in taken)
    said = {"share": share, "card": card / 1e9, "form": served(home), "bytes": word_bytes()[1]}
    said |= {"sequences": sequences(card), "graphs": show(graph_bytes(home.shape, card)[1], "bytes")}
    return Quantity("pool", value, "bytes", "estimated", low, high, WORDS("vLLM's pool: formula", **said))


def activations(home: Home, card: float) -> tuple[float, float, float]:
    """Bytes of activations on a `card` of so many: low, usual, high."""
    low, usual, high = (sequences(card) * home.shape.vocab * each for each in word_bytes())
    return low, usual, high


def conversation(home: Home) -> float:
    """Bytes of one conversation's blocks, and its state. Keys and values are in 16 bits, or in 8 where fewer are asked
    for. Raises CannotCompute."""
    tokens = BLOCK * -(-home.context // BLOCK)  # rounded up
    return cache_bytes(home.shape, tokens, 2 if home.number_bytes >= 2 else 1) + state_bytes(home.shape)


def conversations(home: Home, card: float, share: float | None = None) -> int:
    """How many of them are in the pool at once. Raises CannotCompute."""
    return max(int(pool(home, card, share).value // conversation(home)), 0)


def in_llama_cpp(home: Home, card: float) -> int:
    """How many conversations llama.cpp has room for, all at the end of the context. Raises CannotCompute."""
    alone = replace(home, batch=1, offload=0, server=replace(home.server, unified=False))
    one, two = (sum(memory(replace(alone, batch=count)).values()) for count in (1, 2))
    return max(int((card - one) // (two - one)) + 1, 0)


@lru_cache(maxsize=1)
def word_bytes() -> tuple[float, float, float]:
    """Bytes of activations for each word of the vocabulary and each conversation: low, usual, high."""
    each = [_a_word(start) for start in fitted() if start.activations_MiB and start.sequences]
    return min(each), median(each), max(each)


@lru_cache(maxsize=1)
def others() -> float:
    """Bytes that are neither weights nor activations, as usual: the median."""
    return GIB * median(start.other_GiB for start in fitted() if start.other_GiB)


def fitted() -> list[VllmMemory]:
    """The starts that constants are fitted to."""
    return [start for start in vllm_memory() if start.use == FITTED and not start.why_not]


def _a_word(start: VllmMemory) -> float:
    return start.activations_MiB * MIB / architectures()[start.model].vocab / start.sequences

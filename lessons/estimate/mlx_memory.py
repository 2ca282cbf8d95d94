"""What MLX allocates: a cache that grows with the conversation, and room for a chunk of the prompt.

    cache = 256 · ⌈tokens ÷ 256⌉ cells in each full layer                    (mlx-lm, models/cache.py, KVCache.step)
            at most window + 2048 − 1 in a sliding one                       (RotatingKVCache, while a chunk is read)
    activations = k · chunk · 2 bytes · numbers of a token in a layer + the largest layer's cache once more

A chunk is 2048 tokens of a prompt (`prefill_step_size`, generate.py). A cache that grows is copied, layer by layer.
Operations of several layers are on their way at once: k says how many, fitted to published peaks. Nothing is reserved:
what is not used is free for other conversations. Caches have 16 bits, or groups of 64 numbers of fewer with a scale
and a bias of 16 bits each (`--kv-bits`). macOS sets how much of its memory the GPU may use
(recommendedMaxWorkingSetSize), which is `gpu_share` of a machine.
"""

from dataclasses import replace
from functools import lru_cache
from statistics import median

from lessons.estimate.at_home import ACTIVATIONS, CACHE, REST, RUNTIME, STATE, WEIGHTS, Home
from lessons.estimate.compute_buffer import HALF, layer_numbers
from lessons.estimate.engine_mixes import MLX
from lessons.estimate.gguf_size import FORMATS, file_bytes
from lessons.estimate.transformer import cache_numbers, cached_tokens, kept_bytes, state_bytes
from lessons.estimate.weight_blocks import BITS
from lessons.facts.architectures import FITTED, Architecture, architectures
from lessons.facts.board_memory import MIB
from lessons.facts.memory_logs import MLX as ENGINE
from lessons.facts.memory_logs import MemoryLog, memory_logs

STEP, CHUNK = 256, 2048  # tokens
GROUP = 64  # numbers of a cache that share a scale and a bias
KV_BITS = {"8 bits": 8, "q5_1": 5, "q5_0": 5, "q4_1": 4, "4 bits": 4}  # by caches of llama.cpp
WIDE = 12  # bits: from there on 16 bits are kept


def converted(home: Home) -> str:
    """The format itself, or of those that MLX runs the one with about as many bits."""
    if home.form in (*MLX, "fp16"):
        return home.form
    bits = BITS[FORMATS[home.form].base]
    return "fp16" if bits >= WIDE else min(MLX, key=lambda form: abs(BITS[FORMATS[form].base] - bits))


def number_bytes(cache: str) -> float:
    """Bytes of a number in a cache of this type, one of at_home.CACHES."""
    return (KV_BITS[cache] + 2 * 16 / GROUP) / 8 if cache in KV_BITS else HALF


def parts(home: Home) -> dict[str, float]:
    """Bytes by part, of conversations that are as long as the context. Raises CannotCompute."""
    flowing = under_way()[1] * chunk(home) + copied(home)
    return lasting(home) | {ACTIVATIONS: flowing, REST: RUNTIME[1]}


def lasting(home: Home) -> dict[str, float]:
    """Bytes by part of what is in memory all the time. Raises CannotCompute."""
    shape, cells = home.shape, kept(home.shape, home.context, home.windows)
    return {
        WEIGHTS: file_bytes(shape, converted(home)),
        CACHE: home.batch * kept_bytes(shape, cells, number_bytes(home.cache)),
        **({STATE: home.batch * state_bytes(shape)} if shape.linear_layers else {}),
    }


def conversation(home: Home) -> float:
    """Bytes of one conversation's cache and state. Raises CannotCompute."""
    found = parts(replace(home, batch=1))
    return found[CACHE] + found.get(STATE, 0.0)


def conversations(home: Home, card: float) -> int:
    """How many of them a `card` of so many bytes holds. Raises CannotCompute."""
    alone = conversation(home)
    return max(int((card - sum(parts(replace(home, batch=1)).values()) + alone) // alone), 0)


def kept(shape: Architecture, context: int, windows: bool = True) -> dict[str, tuple[int, int]]:
    """How many layers keep keys and values, and cells of each, by kind. Raises CannotCompute."""
    grown = STEP * -(-context // STEP)
    (full, _), (sliding, _) = cached_tokens(shape, context, windows=False).values()
    rotating = min(grown, (shape.sliding_window or grown) + CHUNK - 1) if windows else grown
    return {"full": (full, grown), "sliding": (sliding, rotating)}


def chunk(home: Home) -> float:
    """Bytes of a chunk of the prompt in the widest part of a layer."""
    return min(CHUNK, home.context) * home.batch * HALF * layer_numbers(home.shape)


def copied(home: Home) -> float:
    """Bytes of one layer's cache, which is copied when it grows. Raises CannotCompute."""
    cells = kept(home.shape, home.context, home.windows).items()
    each = (at * cache_numbers(home.shape, kind) for kind, (layers, at) in cells if layers)
    return home.batch * number_bytes(home.cache) * max(each, default=0)


@lru_cache(maxsize=1)
def under_way() -> tuple[float, float, float]:
    """How many times a chunk is in memory: least, usual and most of the published peaks that may be fitted to."""
    found = sorted(
        times_of(log) for log in memory_logs() if log.use == FITTED and log.engine == ENGINE and not log.why_not
    )
    return found[0], median(found), found[-1]


def times_of(log: MemoryLog) -> float:
    """How many times a chunk fits into what a published peak has beside all else."""
    home = started(log)
    return (log.total_MiB * MIB - sum(lasting(home).values()) - copied(home)) / chunk(home)


def started(log: MemoryLog) -> Home:
    """The setting of a published start."""
    shape = architectures()[log.model]
    return Home(shape, log.format or "fp16", log.cache, log.context // log.slots, log.slots)

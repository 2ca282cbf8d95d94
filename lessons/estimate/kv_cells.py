"""The KV cache as llama.cpp allocates it.

A layer that looks back at everything gets a cell for each token of the context. A layer with a window gets

    min(context, pad256(window + n_ubatch))        n_ubatch = 512: tokens of a prompt that are read together

for each conversation, its slot (`src/llama-kv-cache-iswa.cpp`, https://github.com/ggml-org/llama.cpp/issues/17037).
This is for slots with caches of their own (`--parallel N --no-kv-unified`); those that share one (`--kv-unified`) get
pad256(min(context, window · slots + n_ubatch)) together, which is at most as much. `--swa-full` keeps everything.
"""

from lessons.estimate.transformer import cache_bytes, cache_numbers, cached_tokens, kept_bytes
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")

UBATCH, PAD = 512, 256


def forgets(shape: Architecture) -> bool:
    """Whether llama.cpp keeps no more than the window: only in models of which some layers have one and some not, as
    Gemma and gpt-oss. It has none for Mistral 7B v0.1 (read as a Llama) and has switched it off for Phi-3
    (https://github.com/ggml-org/llama.cpp/pull/13676)."""
    return shape.attention == "alternating" and shape.llama_cpp_windows


def cells(shape: Architecture, context: int, windows: bool = True) -> dict[str, tuple[int, int]]:
    """How many layers keep keys and values, and cells of each for one conversation, by kind: "full", "sliding".
    `windows`: whether the engine may forget at all. Raises CannotCompute."""
    found = cached_tokens(shape, context, windows=False)
    if windows and forgets(shape):
        room = PAD * -(-(shape.sliding_window + UBATCH) // PAD)  # rounded up
        found["sliding"] = found["sliding"][0], min(context, room)
    return found


def bytes_kept(shape: Architecture, context: int, number_bytes: float = 2, windows: bool = True) -> float:
    """Bytes allocated for one conversation of `context` tokens. Raises CannotCompute."""
    return kept_bytes(shape, cells(shape, context, windows), number_bytes)


def next_token(shape: Architecture, context: int, number_bytes: float = 2, windows: bool = True) -> float:
    """Bytes by which the cache of a conversation grows with the token after `context` of them: layers whose cells are
    full keep nothing more. Raises CannotCompute."""
    after, before = (bytes_kept(shape, tokens, number_bytes, windows) for tokens in (context + 1, context))
    return after - before


def conversation_cache(shape: Architecture, tokens: int) -> Quantity:
    """Bytes of the KV cache of one conversation of so many tokens, in 16 bits. Raises CannotCompute."""
    kept = cache_bytes(shape, tokens)
    kinds = [kind for kind in cached_tokens(shape, tokens).values() if kind[0]]
    cells = " + ".join(WORDS("layers of the KV cache", layers=layers, tokens=each) for layers, each in kinds)
    source = WORDS("KV cache of a conversation: formula", cells=cells, numbers=cache_numbers(shape))
    return Quantity("kept", kept, "bytes", "estimated", source=source)


def token_cache(shape: Architecture, context: int, number_bytes: float, windows: bool = True) -> Quantity:
    """Bytes by which the KV cache grows with the token after `context` of them. Raises CannotCompute."""
    full, sliding = cells(shape, context, windows).values()
    layers = full[0] + (sliding[0] if sliding[1] == context else 0)
    source = WORDS(
        "KV cache per token: formula",
        layers=layers,
        all=full[0] + sliding[0],
        numbers=cache_numbers(shape),
        number_bytes=number_bytes,
    )
    return Quantity("token", next_token(shape, context, number_bytes, windows), "bytes", "estimated", source=source)

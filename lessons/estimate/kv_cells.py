"""The KV cache as llama.cpp allocates it.

A layer that looks back at everything gets a cell for each token of the context. A layer with a window gets

    min(context, pad256(window + n_ubatch))        n_ubatch = 512: tokens of a prompt that are read together

for each conversation, its slot (`src/llama-kv-cache-iswa.cpp`, https://github.com/ggml-org/llama.cpp/issues/17037).
This is for slots with caches of their own (`--parallel N --no-kv-unified`); those that share one (`--kv-unified`) get
pad256(min(context, window · slots + n_ubatch)) together, which is at most as much. `--swa-full` keeps everything.
"""

from lessons.estimate.transformer import (
    STATE_BYTES,
    cache_bytes,
    cache_numbers,
    cached_tokens,
    kept_bytes,
    state_bytes,
)
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


def cells(
    shape: Architecture, context: int, windows: bool = True, ubatch: int = UBATCH, slots: int = 1
) -> dict[str, tuple[int, int]]:
    """How many layers keep keys and values, and cells of each for one conversation, by kind: "full", "sliding".
    `windows`: whether the engine may forget at all; `ubatch`: tokens of a prompt that are read together; `slots`: that
    share these cells. Raises CannotCompute."""
    found = cached_tokens(shape, context, windows=False)
    if windows and forgets(shape):
        room = PAD * -(-(shape.sliding_window * slots + ubatch) // PAD)  # rounded up
        found["sliding"] = found["sliding"][0], min(context, room)
    return found


def bytes_kept(
    shape: Architecture,
    context: int,
    number_bytes: float = 2,
    windows: bool = True,
    ubatch: int = UBATCH,
    slots: int = 1,
) -> float:
    """Bytes allocated for one conversation of `context` tokens, or for all `slots` that share them. `ubatch`: tokens of
    a prompt that are read together. Raises CannotCompute."""
    return kept_bytes(shape, cells(shape, context, windows, ubatch, slots), number_bytes)


def next_token(shape: Architecture, context: int, number_bytes: float = 2, windows: bool = True) -> float:
    """Bytes by which the cache of a conversation grows with the token after `context` of them: layers whose cells are
    full keep nothing more. Raises CannotCompute."""
    after, before = (bytes_kept(shape, tokens, number_bytes, windows) for tokens in (context + 1, context))
    return after - before


def conversation_cache(shape: Architecture, tokens: int) -> Quantity:
    """Bytes of the KV cache of one conversation of so many tokens, in 16 bits. Raises CannotCompute."""
    kinds = {kind: found for kind, found in cached_tokens(shape, tokens).items() if found[0]}
    each = {kind: cache_numbers(shape, kind) for kind in kinds}
    if len(set(each.values())) == 1:
        cells = " + ".join(WORDS("layers of the KV cache", layers=n, tokens=kept) for n, kept in kinds.values())
        source = WORDS("KV cache of a conversation: formula", cells=cells, numbers=each[next(iter(each))])
    else:
        cells = " + ".join(
            WORDS("layers of other heads", layers=n, tokens=kept, numbers=each[kind])
            for kind, (n, kept) in kinds.items()
        )
        source = WORDS("KV cache of other heads: formula", cells=cells)
    return Quantity("kept", cache_bytes(shape, tokens), "bytes", "estimated", source=source)


def conversation_state(shape: Architecture) -> Quantity:
    """Bytes of the state that linear layers keep of one conversation, whatever its length. Raises CannotCompute."""
    source = WORDS(
        "state: formula",
        layers=shape.linear_layers,
        state=shape.linear_state,
        convolution=shape.linear_conv,
        each=STATE_BYTES,
    )
    return Quantity("state", state_bytes(shape), "bytes", "estimated", source=source)


def token_cache(shape: Architecture, context: int, number_bytes: float, windows: bool = True) -> Quantity:
    """Bytes by which the KV cache grows with the token after `context` of them. Raises CannotCompute."""
    (full, _), (sliding, kept) = cells(shape, context, windows).values()
    layers, grows = full + (sliding if kept == context else 0), next_token(shape, context, number_bytes, windows)
    numbers = round(grows / number_bytes / layers) if layers else cache_numbers(shape)  # where heads differ, the mean
    said = {"layers": layers, "all": full + sliding, "numbers": numbers, "number_bytes": number_bytes}
    return Quantity("token", grows, "bytes", "estimated", source=WORDS("KV cache per token: formula", **said))

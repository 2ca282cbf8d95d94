"""What Ollama sets before it starts llama-server, and what that then leaves on the card.

    -c context · OLLAMA_NUM_PARALLEL  -np OLLAMA_NUM_PARALLEL (1)            (ollama, llm/llama_server.go)
    on the card: what leaves 1 GiB of it free; experts go first, then layers (llama.cpp, common/fit.cpp)

Where nobody sets a context, it is 4,096 tokens, 32,768 from 24 GB of memory on, 262,144 from 48 GB on (server/routes.go
asks for 23 and 47 GiB, since cards report a little less; an L4 of 24 GB, with error correction, reports less than
that). A prompt is read 512 tokens at a time, 1,024 with a context above 4,096 and 2,048 above 32,768, where the model
leaves room for that (server/sched.go, automaticGenerationBatch). Keys and values have one type (OLLAMA_KV_CACHE_TYPE).

`ollama ps` prints bytes: what is in main memory ÷ all buffers; 100% GPU where all layers are on the card.
"""

from collections.abc import Iterator
from dataclasses import replace

from lessons.estimate.at_home import REST, Home, elsewhere, memory
from lessons.estimate.compute_buffer import LlamaServer
from lessons.estimate.vllm_pool import in_llama_cpp
from lessons.facts.board_memory import GIB

FREE = GIB  # bytes that --fit leaves on the card
CONTEXTS = ((47 * GIB, 262_144), (23 * GIB, 32_768), (0, 4_096))  # from so many bytes on: tokens
UBATCHES = ((32_768, 2_048, 0.6), (4_096, 1_024, 0.75))  # above so many tokens, up to such a share of the card


def usual_context(card: float, most: int | None = None) -> int:
    """Tokens of the context where nobody sets one, by the bytes of the card; the `most` that a model was made for, if
    that is less (llm/server.go)."""
    usual = next(tokens for least, tokens in CONTEXTS if card >= least)
    return min(usual, most or usual)


def set_by_ollama(home: Home, card: float) -> Home:
    """The same model as Ollama starts it on a `card` of so many bytes: with all layers where they fit, else with the
    experts of as few of them as possible in main memory, or with whole layers there. Raises CannotCompute."""
    alone = replace(home, batch=1, values="", offload=0, only_experts=False)
    started = replace(alone, server=LlamaServer(ubatch=ubatch(alone, card)))
    return next((each for each in placed(started) if sum(memory(each).values()) + FREE <= card), _nothing(started))


def ubatch(home: Home, card: float) -> int:
    """Tokens of a prompt that are read together. Raises CannotCompute."""
    share = sum(memory(home).values()) / card
    sizes = (size for above, size, most in UBATCHES if home.context > above and share <= most)
    return next(sizes, LlamaServer().ubatch)


def placed(home: Home) -> Iterator[Home]:
    """What --fit tries in turn: fewer and fewer layers' experts on the card, then fewer and fewer layers."""
    counts = range(home.shape.layers + 1)
    for only in (True, False) if home.shape.experts else (False,):
        yield from (replace(home, offload=count, only_experts=only and count > 0) for count in counts)


def _nothing(home: Home) -> Home:
    return replace(home, offload=home.shape.layers)


def percent_in_main(home: Home) -> int:
    """What `ollama ps` prints before % CPU: 0 where all layers are on the card. Raises CannotCompute."""
    main, found = elsewhere(home), memory(home)
    return round(100 * main / (main + sum(found.values()) - found[REST]))


def conversations(home: Home, card: float) -> int:
    """How many of them Ollama would hold at once, all on the card. Raises CannotCompute."""
    return in_llama_cpp(set_by_ollama(home, card), card - FREE)

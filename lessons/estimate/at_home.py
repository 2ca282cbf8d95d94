"""A language model on a machine of one's own: the memory it takes, and whether it fits."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from lessons.estimate.compute_buffer import LlamaServer, compute_bytes
from lessons.estimate.engine_mixes import MLX
from lessons.estimate.gguf_size import FORMATS, as_published, expert_bytes, file_bytes
from lessons.estimate.kv_cells import bytes_kept, cells, conversation_state, forgets, token_cache
from lessons.estimate.transformer import state_bytes
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")

CACHES = {
    "32 bits": 4.0,
    "16 bits": 2.0,
    "8 bits": 34 / 32,  # q8_0
    "q5_1": 24 / 32,
    "q5_0": 22 / 32,
    "q4_1": 20 / 32,
    "4 bits": 18 / 32,  # q4_0
}  # bytes of a number; blocks of 32 share a scale
CACHES_AT_HOME = tuple(CACHES)[1:]  # in 32 bits only this app computes
AT_HOME = (
    "fp16", "fp8", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "MXFP4", "Q3_K_M", "Q2_K", "IQ2_XXS",
)  # fmt: skip
OTHERS = tuple(form for form in FORMATS if form not in (*AT_HOME, "fp32"))
RUNTIME = (0.3e9, 0.5e9, 1.0e9)  # bytes: what a driver and its libraries take, low, usual, high: an assumption
WEIGHTS, CACHE, STATE = WORDS["weights"], WORDS["KV cache"], WORDS["state of linear layers"]
ACTIVATIONS, REST, UNEVEN = WORDS["activations"], WORDS["runtime"], WORDS["uneven split"]
LAYERS, TENSORS = "layers", "tensors"  # what several cards share

NEEDED, PER_TOKEN, OFFLOADED = WORDS["memory needed"], WORDS["KV cache per token"], WORDS["offloaded"]
KEPT_STATE = WORDS["state of a conversation"]


@dataclass(frozen=True)
class Home:
    """`form`: of the weights, one of gguf_size's FORMATS; `cache`: of the KV cache, one of CACHES; `context`: tokens
    of each of `batch` conversations; `windows`: whether the engine may forget what a layer no longer looks at;
    `offload`: layers that are offloaded to main memory, with their KV cache; `cards`: equal ones, each with its own
    runtime and activations; `split`: LAYERS (a layer is on one card, whole) or TENSORS (a part of each matrix on each
    card); `values`: of the KV cache's values, where they have another of CACHES than its keys; `only_experts`: of
    offloaded layers only the experts are in main memory, spread evenly over layers (llama.cpp's --n-cpu-moe);
    `server`: how llama.cpp is started."""

    shape: Architecture  # of the model
    form: str = "Q4_K_M"
    cache: str = "16 bits"
    context: int = 8_192
    batch: int = 1
    windows: bool = True
    offload: int = 0
    cards: int = 1
    split: str = LAYERS
    values: str = ""
    only_experts: bool = False
    server: LlamaServer = LlamaServer()

    @property
    def number_bytes(self) -> float:
        """Bytes of a number of the KV cache, on average over as many keys as values; multi-head latent attention keeps
        one vector for both, which has the type of keys."""
        keys = CACHES[self.cache]
        both = self.values and not self.shape.mla_kv_lora_rank
        return (keys + CACHES[self.values]) / 2 if both else keys

    @property
    def forgets(self) -> bool:
        """Whether layers with a window keep, and look at, no more than it."""
        return self.windows and forgets(self.shape)

    @property
    def offloaded(self) -> float:
        """The share of the layers that are offloaded, whole or but for their experts."""
        return self.offload / self.shape.layers

    @property
    def here(self) -> float:
        """The share of the layers whose attention, with its KV cache, is on the card."""
        return 1.0 if self.only_experts else 1 - self.offloaded


def memory(home: Home) -> dict[str, float]:
    """Bytes on the card, by part; of several cards on all of them, with what an uneven split wastes. Embedding and
    head stay there whole. Raises CannotCompute."""
    shape = home.shape
    found = {
        WEIGHTS: file_bytes(shape, home.form) - _moved(home),
        CACHE: home.here * home.batch * _kept(home),
        **({STATE: home.here * home.batch * state_bytes(shape)} if shape.linear_layers else {}),
        ACTIVATIONS: home.cards * flowing(home),
        REST: home.cards * RUNTIME[1],
    }
    wasted = _uneven(home, found[WEIGHTS], found[CACHE] + found.get(STATE, 0.0)) if home.cards > 1 else 0.0
    return found | {UNEVEN: wasted} if wasted else found


def elsewhere(home: Home) -> float:
    """Bytes in main memory: the offloaded layers, and their KV cache and state; or only their experts."""
    return _moved(home) + (1 - home.here) * home.batch * (_kept(home) + state_bytes(home.shape))


def flowing(home: Home) -> float:
    """Bytes of activations on one card, and of logits: llama.cpp's compute buffer. Raises CannotCompute."""
    seen = cells(home.shape, home.context, home.windows, home.server.ubatch, _sharing(home))
    return compute_bytes(home.shape, seen.values(), home.server, home.batch)


@lru_cache(maxsize=1024)
def needed(home: Home) -> Quantity:
    """All of it on the card, with a band: what flows takes half to twice of the estimate, by engine, or as much as in
    older builds. Of several cards, what they must have together; low, were nothing wasted, and high, with one layer
    more on each than on average."""
    found, cards = memory(home), home.cards
    sure = sum(found.get(part, 0.0) for part in (WEIGHTS, CACHE, STATE))
    low = sure + found[ACTIVATIONS] / 2 + cards * RUNTIME[0]
    older = cards * flowing(replace(home, server=replace(home.server, older=True)))
    high = sure + max(2 * found[ACTIVATIONS], older) + cards * RUNTIME[2] + found.get(UNEVEN, 0.0)
    high += cards * _a_layer(home) if cards > 1 and home.split == LAYERS else 0.0
    terms = " + ".join(f"{show(value, 'bytes')} {part}" for part, value in found.items())
    return Quantity("memory", sum(found.values()), "bytes", "estimated", low, high, terms)


def memory_parts(home: Home) -> dict[str, Quantity]:
    """Bytes of all of it, of the weights, of the next token's KV cache, of a conversation's state where some layers are
    linear, and in main memory. Raises CannotCompute."""
    matrices, layers = WORDS["weights in memory: formula"], WORDS["offloaded: formula"]
    return {
        NEEDED: needed(home),
        WORDS["weights in memory"]: Quantity("weights", memory(home)[WEIGHTS], "bytes", "estimated", source=matrices),
        PER_TOKEN: token_cache(home.shape, home.context, home.number_bytes, home.windows),
        **({KEPT_STATE: conversation_state(home.shape)} if home.shape.linear_layers else {}),
        OFFLOADED: Quantity("main", elsewhere(home), "bytes", "estimated", source=layers),
    }


def fits(home: Home, card: float, main: float = float("inf")) -> bool:
    """Whether a card of so many bytes holds it, and the main memory the rest. `card`: of all cards together."""
    return needed(home).value <= card and elsewhere(home) <= main


def suits(shape: Architecture, form: str) -> bool:
    """Whether a model can have a format: MXFP4 is of experts."""
    return form != "MXFP4" or bool(shape.experts)


def formats(shape: Architecture, *others: str) -> list[str]:
    """The usual ones in which a model is run, and these others, the largest first."""
    own = (shape.own.form,) if shape.own else ()
    known = [form for form in dict.fromkeys((*AT_HOME, *others, *own)) if suits(shape, form)]
    return sorted(known, key=lambda form: -file_bytes(shape, form))


def smaller(home: Home) -> list[str]:
    """The usual formats that take less than the one it has, of MLX its own, the largest first."""
    each = _alike(home)
    return each[each.index(home.form) + 1 :]


def larger_formats(home: Home) -> list[str]:
    """Those that take more, the largest first, but none larger than that in which the model is published."""
    each, published = _alike(home), file_bytes(home.shape, as_published(home.shape))
    return [form for form in each[: each.index(home.form)] if file_bytes(home.shape, form) <= published]


def _alike(home: Home) -> list[str]:
    """The usual formats and the one it has, of MLX its own, the largest first."""
    return list(MLX) if home.form in MLX else formats(home.shape, home.form)


def _uneven(home: Home, weights: float, cache: float) -> float:
    """Bytes that several cards must have beyond what is in them, since the fullest decides: layers are whole, and of a
    cache each card keeps whole heads."""
    if home.split == TENSORS:
        heads = 1 if home.shape.mla_kv_lora_rank else home.shape.n_kv_heads
        return (home.cards * ceil(heads / home.cards) / heads - 1) * cache
    return home.cards * _fullest(home) - weights - cache


def _fullest(home: Home) -> float:
    """Bytes of weights and cache on the fullest card, where whole layers, as large as they are on average, are split
    best. The last card has embedding and head, too."""
    layers, each, others = round(home.here * home.shape.layers), _a_layer(home), home.cards - 1
    ends = file_bytes(home.shape, home.form) - _of_layers(home)
    return min(max(ceil((layers - last) / others) * each, ends + last * each) for last in range(layers + 1))


def _a_layer(home: Home) -> float:
    """Bytes of a layer on average, its KV cache and state included, on the card."""
    apart = _moved(home) if home.only_experts else 0.0
    return (_of_layers(home) - apart + home.batch * (_kept(home) + state_bytes(home.shape))) / home.shape.layers


def _moved(home: Home) -> float:
    """Bytes of weights in main memory."""
    return home.offloaded * (expert_bytes(home.shape, home.form) if home.only_experts else _of_layers(home))


def _of_layers(home: Home) -> float:
    """Bytes of the weights in layers."""
    return file_bytes(home.shape, home.form, ends=False)


def _kept(home: Home) -> float:
    """Bytes of the KV cache of one conversation, as llama.cpp allocates it: a cache of its own, or its part of one that
    all slots share."""
    sharing = _sharing(home)
    kept = bytes_kept(home.shape, home.context, home.number_bytes, home.windows, home.server.ubatch, sharing)
    return kept / sharing


def _sharing(home: Home) -> int:
    """Slots that share a cache."""
    return home.batch if home.server.unified else 1

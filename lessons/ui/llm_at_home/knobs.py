"""The knobs of a language model at home: a model, a machine, and how the one is to run on the other; and what a reader
has asked for with them."""

from typing import NamedTuple

from lessons.estimate.at_home import AT_HOME, CACHES_AT_HOME, LAYERS, OTHERS, TENSORS, Home, suits
from lessons.estimate.compute_buffer import LlamaServer
from lessons.estimate.gguf_size import NATIVE, as_published
from lessons.estimate.pasted_models import PastedModel
from lessons.estimate.roofline import Machine
from lessons.estimate.speculation import same_family, small_models
from lessons.facts import Board
from lessons.facts.architectures import Architecture, architectures, newest_first
from lessons.facts.engines import ANY, CUDA, METAL, PROCESSOR, VULKAN
from lessons.text import sections
from lessons.ui.state.knob import Knob
from lessons.ui.work.this_machine import HERE, LENGTHS, NAMES, TITLES, USABLE

WORDS = sections("llm-at-home")
BY_HAND, PASTED, DROPPED = "by hand", "your config.json", "your GGUF file"
USUAL = "Q4_0"  # in place of a format a model cannot have
PART = Knob("llm_part", WORDS["knob: part"], ("memory", "speed", "quality", "map", "engines", "check"), "memory")
SPACED = ("gpt-oss",)  # names that people also write with a space, which a search would not find
MODELS = {
    name: f"{name} ({first.replace('-', ' ')})" if (first := name.partition(" ")[0]) in SPACED else name
    for name in newest_first()
}  # as readers choose them
MODEL = Knob(
    "llm_model",
    WORDS["knob: model"],
    (*MODELS.values(), PASTED, DROPPED),
    "Llama 3.1 8B",
    WORDS["help: model"],
    was=MODELS,
)
USUAL_CARD = TITLES["NVIDIA GeForce RTX 4090"]
MACHINE = Knob("llm_machine", WORDS["knob: machine"], (HERE, BY_HAND, *NAMES), USUAL_CARD, was=TITLES)
LISTED = "other"  # the stop of the slider that is the format chosen under More
FORMS = (*reversed(AT_HOME), NATIVE, LISTED)  # from the fewest bits on
FORMAT = Knob("llm_format", WORDS["knob: format"], FORMS, NATIVE, WORDS["help: format"])
OTHER_FORMAT = Knob("llm_other_format", WORDS["knob: other format"], OTHERS, "IQ4_XS", WORDS["help: other format"])
CONTEXT = Knob("llm_context", WORDS["knob: context"], tuple(f"{2**n:,}" for n in range(9, 18)), "8,192")
AS_KEYS = "as keys"
CACHE = Knob("llm_cache", WORDS["knob: cache"], CACHES_AT_HOME, "16 bits", WORDS["help: cache"])
VALUES = Knob("llm_cache_v", WORDS["knob: values"], (AS_KEYS, *CACHES_AT_HOME), AS_KEYS, WORDS["help: values"])
BATCH = Knob("llm_batch", WORDS["knob: batch"], tuple(str(2**n) for n in range(10)), "1")
OFFLOAD = Knob("llm_offload", WORDS["knob: offload"], tuple(map(str, range(101))), "0", WORDS["help: offload"])
WHOLE, EXPERTS = "whole", "experts"
OFFLOADED = Knob("llm_offloaded", WORDS["knob: offloaded"], (WHOLE, EXPERTS), WHOLE, WORDS["help: offloaded"])
WINDOWS = Knob("llm_windows", WORDS["knob: windows"], ("kept to", "ignored"), "kept to")
CARDS = Knob("llm_cards", WORDS["knob: cards"], ("1", "2", "3", "4", "8"), "1", WORDS["help: cards"])
SPLIT = Knob("llm_split", WORDS["knob: split"], (LAYERS, TENSORS), LAYERS, WORDS["help: split"])
MAIN = Knob("llm_main", WORDS["knob: main"], ("8", "16", "32", "64", "128", "256", "512"), "32")
MAIN_SPEED = Knob("llm_main_speed", WORDS["knob: main bandwidth"], ("20", "50", "80", "120", "250", "400"), "50")
PROMPT = Knob("llm_prompt", WORDS["knob: prompt"], LENGTHS, "300")
ANSWER = Knob("llm_answer", WORDS["knob: answer"], LENGTHS, "300")
PRICE = Knob("llm_price", WORDS["knob: price"], ("0.1", "0.15", "0.2", "0.3", "0.4"), "0.3")
CURRENCY = Knob("llm_currency", WORDS["knob: currency"], ("EUR", "USD"), "EUR")
USES = Knob("llm_uses", WORDS["knob: uses"], ("10", "50", "200", "1,000", "10,000"), "50")
AHEAD = Knob("llm_ahead", WORDS["knob: drafted"], ("0", "2", "4", "8"), "0")
FAMILY = "same family"
DRAFT = Knob("llm_draft", WORDS["knob: draft"], (FAMILY, *small_models()), FAMILY)
RIGHT = Knob("llm_right", WORDS["knob: accepted"], ("50", "60", "70", "80", "90"), "70")
HAND_MEMORY = Knob(
    "llm_hand_memory",
    WORDS["knob: memory"],
    ("2", "4", "8", "12", "16", "24", "32", "48", "64", "96", "128", "192", "512"),
    "16",
)
HAND_SPEED = Knob(
    "llm_hand_speed", WORDS["knob: bandwidth"], ("20", "50", "100", "200", "400", "800", "1600", "3200", "8000"), "100"
)
HAND_PEAK = Knob("llm_hand_peak", WORDS["knob: peak"], ("0.2", "0.5", "1", "3", "10", "30", "100", "300", "1000"), "3")
HAND_WATTS = Knob(
    "llm_hand_watts", WORDS["knob: power"], ("5", "15", "30", "60", "120", "250", "450", "700", "1000"), "30"
)
SIZED = tuple(TITLES[name] for name, board in USABLE.items() if board.memory_GB)
OTHER = Knob("llm_other", WORDS["knob: other card"], SIZED, TITLES["NVIDIA H100 PCIe"], was=TITLES)
HANDS = (HAND_MEMORY, HAND_SPEED, HAND_PEAK, HAND_WATTS)
KINDS = {
    "card": ANY,
    "NVIDIA": CUDA,
    "AMD": VULKAN,
    "Apple": METAL,
    "processor": PROCESSOR,
}  # what engines compute with
HAND_KIND = Knob("llm_hand_kind", WORDS["knob: kind"], tuple(KINDS), "card", WORDS["help: kind"])
APART, SHARED = "separate", "unified"
UNIFIED = Knob("llm_unified", WORDS["knob: unified"], (APART, SHARED), APART, WORDS["help: unified"])
UBATCH = Knob("llm_ubatch", WORDS["knob: ubatch"], tuple(str(2**n) for n in range(6, 13)), "512", WORDS["help: ubatch"])
FLASH = Knob("llm_flash", WORDS["knob: flash"], ("on", "off"), "on", WORDS["help: flash"])
SHARE = Knob("llm_share", WORDS["knob: share"], ("50", "60", "70", "80", "90", "95"), "90", WORDS["help: share"])
KNOBS = (
    PART, MODEL, MACHINE, FORMAT, OTHER_FORMAT, CONTEXT, CACHE, VALUES, BATCH, OFFLOAD, OFFLOADED, WINDOWS, CARDS,
    SPLIT, MAIN, MAIN_SPEED, PROMPT, ANSWER, USES, PRICE, CURRENCY, AHEAD, DRAFT, RIGHT, *HANDS, HAND_KIND, OTHER,
    UNIFIED, UBATCH, FLASH, SHARE,
)  # fmt: skip
GUESSES = ("0.2", "1", "4", "16", "64")  # GB
MOVED = {  # by part
    "memory": (CONTEXT, FORMAT),
    "speed": (BATCH, FORMAT),
    "quality": (CONTEXT, FORMAT),
    "map": (FORMAT,),
    "engines": (CONTEXT, FORMAT),
    "check": (CONTEXT, FORMAT),
}
SLIDERS = "llm_sliders"  # what these are behind
FOLDED = {part: tuple(knob for knob in (CONTEXT, BATCH) if knob not in above) for part, above in MOVED.items()}


class Use(NamedTuple):
    """The tokens of an answer, answers a day, what a kWh costs in which currency, tokens drafted ahead and the share of
    them that is accepted, the card to compare with, the model that drafts, and the share of the card that vLLM takes,
    as the knobs under *More* say."""

    prompt: int
    answer: int
    uses: int
    price: float
    currency: str
    ahead: int
    right: float
    other: str
    draft: str = FAMILY
    share: float = int(SHARE.default) / 100


class Asked(NamedTuple):
    """What the knobs say. `machine`: all cards together, `card`: one of them; `board`: None for a machine that is in no
    table; `ran`: what `ollama ps` has printed of this model, if that was pasted; `listed`: the format of the slider's
    stop LISTED, `stop`: where that slider stands."""

    home: Home
    machine: Machine
    card: Machine
    board: Board | None
    use: Use
    ran: PastedModel | None = None
    listed: str = OTHER_FORMAT.default
    stop: str = FORMAT.default


class Rest(NamedTuple):
    """What the knobs under *More* say. `by_hand`: a machine that is put together there; `cards`: equal ones, which
    share the model as `split` says; `main`: bytes, `main_bandwidth`: bytes a second of main memory."""

    by_hand: Machine | None
    listed: str
    cache: str
    values: str  # "" is as the cache's keys
    windows: bool
    offload: int
    experts: bool  # only these are offloaded, where a model has some
    cards: int
    split: str
    main: float
    main_bandwidth: float
    use: Use
    server: LlamaServer


def layers_of(percent: int, shape: Architecture) -> int:
    """How many layers this share of them is."""
    return round(percent * shape.layers / 100)


def form_at(shape: Architecture, stop: str, listed: str) -> str:
    """The weight format at a stop of the slider: at LISTED the `listed` one, at NATIVE that of a dropped file; USUAL
    where the model cannot have it."""
    form = listed if stop == LISTED else as_published(shape, stop)
    form = shape.own.form if shape.own and stop == NATIVE else form
    return form if suits(shape, form) else USUAL


def named(title: str) -> str:
    """The name of what is chosen."""
    return NAMES.get(title) or next((name for name, shown in MODELS.items() if shown == title), title)


def drafting_model(shape: Architecture, use: Use) -> Architecture | None:
    """The model that drafts for another: the chosen one, or the smallest of its family, if there is one."""
    return same_family(shape) if use.draft == FAMILY else architectures()[use.draft]

"""The knobs of a language model at home, and what they say: a model, a machine, and how the one is to run on the
other."""

import json
from dataclasses import replace
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.estimate import home_bill, kv_cells, roofline, transformer
from lessons.estimate.at_home import AT_HOME, CACHES_AT_HOME, LAYERS, OTHERS, TENSORS, Home, suits
from lessons.estimate.compute_buffer import LlamaServer
from lessons.estimate.config_json import MOST_CHARACTERS
from lessons.estimate.gguf_size import NATIVE, as_published
from lessons.estimate.pasted_machine import PastedMachine
from lessons.estimate.pasted_models import PastedModel
from lessons.estimate.roofline import Machine
from lessons.estimate.speculation import same_family, small_models
from lessons.estimate.transformer import CannotCompute
from lessons.facts import Board
from lessons.facts.architectures import Architecture, architectures, native_formats, newest_first
from lessons.facts.board_memory import GIB, memory_bytes
from lessons.facts.home_machines import CPU, LAPTOP, group_of, has_main_memory, home_machines
from lessons.jobs import ask
from lessons.jobs.uploads import CONFIG
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.plain import plain
from lessons.ui.layout.presenter import presenting
from lessons.ui.llm_at_home import dropped, pasting
from lessons.ui.llm_at_home.sizes import in_both
from lessons.ui.state.knob import Knob, count
from lessons.ui.state.visit import here, visitor
from lessons.ui.state.widgets import choice, more, pick, slider, sliders
from lessons.ui.work.this_machine import (
    GB,
    HERE,
    LENGTHS,
    NAMES,
    TITLES,
    USABLE,
    measure_again,
    measured,
    this_machine,
    told,
)
from lessons.ui.work.uploads import read_once

WORDS = sections("llm-at-home")
BY_HAND, PASTED, DROPPED = "by hand", "your config.json", "your GGUF file"
USUAL = "Q4_0"  # in place of a format a model cannot have
NARROW = ("fp8", "MXFP4")  # formats of fewer than 16 bits in which models are published
PART = Knob("llm_part", WORDS["knob: part"], ("memory", "speed", "quality", "map", "engines", "check"), "memory")
MODEL = Knob(
    "llm_model", WORDS["knob: model"], (*newest_first(), PASTED, DROPPED), "Llama 3.1 8B", WORDS["help: model"]
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
APART, SHARED = "separate", "unified"
UNIFIED = Knob("llm_unified", WORDS["knob: unified"], (APART, SHARED), APART, WORDS["help: unified"])
UBATCH = Knob("llm_ubatch", WORDS["knob: ubatch"], tuple(str(2**n) for n in range(6, 13)), "512", WORDS["help: ubatch"])
FLASH = Knob("llm_flash", WORDS["knob: flash"], ("on", "off"), "on", WORDS["help: flash"])
SHARE = Knob("llm_share", WORDS["knob: share"], ("50", "60", "70", "80", "90", "95"), "90", WORDS["help: share"])
KNOBS = (
    PART, MODEL, MACHINE, FORMAT, OTHER_FORMAT, CONTEXT, CACHE, VALUES, BATCH, OFFLOAD, OFFLOADED, WINDOWS, CARDS,
    SPLIT, MAIN, MAIN_SPEED, PROMPT, ANSWER, USES, PRICE, CURRENCY, AHEAD, DRAFT, RIGHT, *HANDS, OTHER, UNIFIED, UBATCH,
    FLASH, SHARE,
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


HAVE_ENERGY = ("memory", "speed")  # parts that say what an answer takes


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
    stop LISTED."""

    home: Home
    machine: Machine
    card: Machine
    board: Board | None
    use: Use
    ran: PastedModel | None = None
    listed: str = OTHER_FORMAT.default


class Rest(NamedTuple):
    """What the knobs under *More* say. `by_hand`: a machine that is put together there; `cards`: equal ones, which
    share the model as `split` says; `main`: bytes, `main_bandwidth`: bytes a second of main memory."""

    by_hand: Machine | None
    context: int
    batch: int
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


Note = tuple[str, dict]  # the name of a sentence about what was asked, and what is in it


def asked(part: str, top: DeltaGenerator) -> tuple[Asked | None, list[Note]]:
    """Draw the knobs, the sliders at the `top`: the setting, and the names of notes about it; None, perhaps with a note
    that says why, where the model is not modelled, or the machine is still being measured."""
    notes: list[Note] = []
    pasted = pasting.pasted()
    if pasted and pasting.is_new():
        _set_to(pasted)
    with top:
        model, machine, others = _places()
        with model:
            name = pick(MODEL)
        with machine:
            card = named(pick(MACHINE))
        with others, st.container(horizontal=True):
            with more():
                rest = _rest(part, card)
            with more(WORDS["paste output"]):
                pasting.field()
        if name == DROPPED and dropped.is_new():
            st.session_state[FORMAT.name] = NATIVE  # as the file is
        stands = dict(zip(MOVED[part], sliders(*MOVED[part]), strict=True))
    form = stands[FORMAT]
    notes += _of_pasted(pasted) if pasted else []
    context, batch = (count(stands[CONTEXT]) if CONTEXT in stands else rest.context), int(stands.get(BATCH, rest.batch))
    try:
        with top:
            shape = brought(notes) if (brought := BROUGHT.get(name)) else architectures()[name]
        if shape is None:
            return None, notes
        # what a headline's sliders ask for is said below it
        notes += instead(shape, form if part == "map" else NATIVE, 0 if CONTEXT in MOVED[part] else context)
        form = form_at(shape, form, rest.listed)
        transformer.parts(shape), transformer.cached_tokens(shape, 1)
    except CannotCompute as unknown:
        top.warning(WORDS("unknown", why=plain(str(unknown))), icon=":material/block:")
        return None, notes
    if name == DROPPED:
        dropped.describe()
    context = min(context, shape.context or context)
    notes += _of_model(shape, rest.windows)
    if part == "speed" and rest.use.ahead and drafting_model(shape, rest.use) is None:
        notes.append(("no draft model", {"name": shape.name}))
    if part == "speed" and rest.use.prompt + rest.use.answer > context:
        notes.append(("overlong", {"tokens": f"{rest.use.prompt + rest.use.answer:,}", "context": f"{context:,}"}))
    one = rest.by_hand or _machine(card, notes)
    if one is None:
        return None, notes
    notes += _of_machine(card, rest)
    home = Home(shape, form, rest.cache, context, batch, rest.windows, values=rest.values, server=rest.server)
    if _two_memories(card):
        one = one._replace(main=rest.main, main_bandwidth=rest.main_bandwidth)
        offload = layers_of(rest.offload, shape)
        home = replace(home, offload=offload, cards=rest.cards, split=rest.split)
        home = replace(home, only_experts=rest.experts and bool(shape.experts))
    elif group_of(card) == CPU:
        one = one._replace(memory=rest.main)
    if part in HAVE_ENERGY and (why := home_bill.why_unknown(home, one, USABLE.get(card))):
        notes.append((why, {"card": one.name}))
    machine, ran = roofline.several(one, home.cards, home.split), pasting.ran(pasted, name, card)
    return Asked(home, machine, one, USABLE.get(card), rest.use, ran, rest.listed), notes


def _places() -> list[DeltaGenerator]:
    """Places side by side for model, machine and other knobs; on a stage they wait, wherever they are."""
    return [st.container() for _ in range(3)] if presenting() else st.columns([3, 3, 2], vertical_alignment="bottom")


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
    return NAMES.get(title, title)


def _of_pasted(pasted: PastedMachine) -> list[Note]:
    """What was pasted, and what of it cannot be shown."""
    found = [("pasted", {"said": pasting.said(pasted)})]
    shown = _most_cards(pasted)
    return [*found, ("fewer", {"cards": pasted.cards, "shown": shown})] if int(shown) < pasted.cards else found


def _most_cards(pasted: PastedMachine) -> str:
    """The most cards that can be chosen of those that were pasted."""
    return max((each for each in CARDS.options if int(each) <= max(pasted.cards, 1)), key=int)


def _set_to(pasted: PastedMachine) -> None:
    """Set the knobs to what was pasted, before they are drawn: the card and how many, the model that runs, or is listed
    first, its format and its context."""
    model = pasting.model(pasted)
    form = model and (model.form or pasting.USUAL)
    said = {
        MACHINE: TITLES.get(pasted.card or ""),
        CARDS: pasted.card and _most_cards(pasted),
        MODEL: model and model.model,
        FORMAT: LISTED if form in OTHER_FORMAT.options else form,
        OTHER_FORMAT: form,
        CONTEXT: model and model.context and f"{model.context:,}",
    }
    st.session_state.update({knob.name: to for knob, to in said.items() if to in knob.options})


def instead(shape: Architecture, form: str, context: int) -> list[Note]:
    """What is to be said where a model is not run as sliders ask, since it cannot be."""
    notes: list[Note] = []
    if not suits(shape, form := as_published(shape, form)):
        notes.append(("unavailable", {"form": form, "instead": USUAL}))
    if shape.context and context > shape.context:
        notes.append(("cut", {"name": shape.name, "most": f"{shape.context:,}"}))
    return notes


def _of_model(shape: Architecture, windows: bool) -> list[Note]:
    """What is to be said of a model that is not run as others are."""
    left_out = [part for part in shape.note.split("; ") if part.endswith(WORDS["not counted"])]
    notes: list[Note] = [("vision", {"what": "; ".join(left_out)})] if left_out else []
    if shape.native in NARROW and not shape.own:
        known = native_formats().get(shape.name)
        source = " " + WORDS("published there", url=known.url) if known else ""
        notes.append((shape.native, {"name": shape.name, "source": source}))
    if windows and shape.sliding_layers and not kv_cells.forgets(shape):
        notes.append(("window", {"name": shape.name, "window": f"{shape.sliding_window:,}"}))
    return notes


def _two_memories(card: str) -> bool:
    """Whether there is a main memory beside the card's, to offload layers to."""
    return card != HERE and has_main_memory(card)


def _of_machine(card: str, rest: Rest) -> list[Note]:
    """What is to be said of a machine that is not one card beside a main memory."""
    if card == HERE:
        return []
    if _two_memories(card):
        return [(rest.split, {"cards": rest.cards})] if rest.cards > 1 else []
    if group_of(card) == CPU:
        return [("processor", {"memory": f"{rest.main / GIB:g}"})]
    share = home_machines()[card].gpu_share if card in home_machines() else None
    said = {"card": card, "usable": in_both(memory_bytes(USABLE[card]))}
    return [("share" if share else "shared", said)]


def _rest(part: str, card: str) -> Rest:
    """The knobs under *More*."""
    _head(WORDS["more: machine"])
    if card == HERE:
        st.button(WORDS["measure again"], on_click=measure_again, key="llm_again")
    by_hand = _by_hand() if card == BY_HAND else None
    beside = _two_memories(card)
    several = beside and group_of(card) != LAPTOP  # whether there is room for a second card
    cards, split = choice(CARDS, several), choice(SPLIT, several)
    main, main_bandwidth = choice(MAIN, beside or group_of(card) == CPU), choice(MAIN_SPEED, beside)
    offload, experts = slider(OFFLOAD, beside), choice(OFFLOADED, beside) == EXPERTS
    _head(WORDS["more: model"])
    return Rest(
        by_hand=by_hand,
        context=count(CONTEXT.default if CONTEXT in MOVED[part] else slider(CONTEXT)),
        batch=int(BATCH.default if BATCH in MOVED[part] else slider(BATCH, part != "map")),
        listed=pick(OTHER_FORMAT, moves=_to_listed),
        cache=choice(CACHE),
        values=choice(VALUES).replace(AS_KEYS, ""),
        windows=choice(WINDOWS) == WINDOWS.default,
        offload=int(offload),
        experts=experts,
        cards=int(cards) if several else 1,
        split=split,
        main=float(main) * GIB,
        main_bandwidth=float(main_bandwidth) * GB,
        use=_use(part),
        server=_server() if part == "engines" else LlamaServer(),
    )


def _head(words: str) -> None:
    """The name of a group of knobs; a stage, where they wait, has none."""
    if not presenting():
        st.markdown(f"**{words}**")


def _server() -> LlamaServer:
    """How llama.cpp is started."""
    return LlamaServer(choice(UNIFIED) == SHARED, int(slider(UBATCH)), choice(FLASH) == FLASH.default)


def _to_listed() -> None:
    """Move the slider to the format that a reader has chosen in the list."""
    st.session_state[FORMAT.name] = LISTED


def _use(part: str) -> Use:
    fast = part == "speed"
    _head(WORDS["more: answer"])
    prompt, written, uses, price, currency = (choice(knob) for knob in (PROMPT, ANSWER, USES, PRICE, CURRENCY))
    _head(WORDS["more: drafts"])
    ahead, right, draft = choice(AHEAD, fast), choice(RIGHT, fast), pick(DRAFT, fast)
    _head(WORDS["more: others"])
    other = named(pick(OTHER, part == "map"))
    share = int(slider(SHARE) if part == "engines" else SHARE.default) / 100
    paid = count(uses), float(price), currency
    return Use(int(prompt), int(written), *paid, int(ahead), float(right) / 100, other, draft, share)


def drafting_model(shape: Architecture, use: Use) -> Architecture | None:
    """The model that drafts for another: the chosen one, or the smallest of its family, if there is one."""
    return same_family(shape) if use.draft == FAMILY else architectures()[use.draft]


def _by_hand() -> Machine:
    room, speed, peak, watts = (float(slider(knob)) for knob in HANDS)
    return Machine(WORDS["your machine"], room * GIB, speed * GB, peak * 1e12, watts=watts)


def _machine(card: str, notes: list[Note]) -> Machine | None:
    """A card of the tables, or this machine: None while it is measured."""
    if card != HERE:
        return roofline.machine_of(USABLE[card])
    found = measured()
    if found is None:
        notes.append(("measuring", {}))
        return None
    notes.append(("local" if here() else "remote", told(found)))
    return this_machine(found)


def _pasted(notes: list[Note]) -> Architecture | None:
    """The shape out of what is pasted; None, with a note, where that is nothing, and while it is read. It is not in the
    address, for it is long. Raises CannotCompute."""
    text = st.text_area(
        WORDS["your config"],
        height=160,
        key="llm_config",
        placeholder=WORDS["config: example"],
        persist_state="session",
    )
    browser.paste_field(key="llm_config_field", data={WORDS["your config"]: MOST_CHARACTERS})
    text = (text or "")[: MOST_CHARACTERS + 1]
    if not text.strip():
        notes.append(("paste", {}))
        return None
    file = [("config.json", text.encode(errors="replace"))]
    ticket = read_once("config.json", text, lambda: ask.read(CONFIG, file, visitor()))
    if ticket.error:
        raise CannotCompute(ticket.error)
    return Architecture(**json.loads(ticket.result[0])) if ticket.result else None


BROUGHT = {PASTED: _pasted, DROPPED: dropped.shape}  # by the model's name, what reads it

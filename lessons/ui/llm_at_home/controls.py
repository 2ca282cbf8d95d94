"""How the knobs of a language model at home are drawn, and what they then say."""

import json
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.estimate import home_bill, roofline, transformer
from lessons.estimate.at_home import Home
from lessons.estimate.compute_buffer import LlamaServer
from lessons.estimate.config_json import MOST_CHARACTERS
from lessons.estimate.gguf_size import NATIVE
from lessons.estimate.pasted_machine import PastedMachine
from lessons.estimate.roofline import Machine
from lessons.estimate.transformer import CannotCompute
from lessons.facts.architectures import Architecture, architectures
from lessons.facts.board_memory import GIB
from lessons.facts.home_machines import CPU, LAPTOP, group_of
from lessons.jobs import ask
from lessons.jobs.uploads import CONFIG
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.plain import plain
from lessons.ui.layout.presenter import presenting
from lessons.ui.llm_at_home import dropped, kin, pasting
from lessons.ui.llm_at_home.knobs import (
    AHEAD,
    ANSWER,
    AS_KEYS,
    BATCH,
    BY_HAND,
    CACHE,
    CARDS,
    CONTEXT,
    CURRENCY,
    DRAFT,
    DROPPED,
    EXPERTS,
    FLASH,
    FOLDED,
    FORMAT,
    HAND_KIND,
    HANDS,
    KINDS,
    LISTED,
    MACHINE,
    MAIN,
    MAIN_SPEED,
    MODEL,
    MODELS,
    MOVED,
    OFFLOAD,
    OFFLOADED,
    OTHER,
    OTHER_FORMAT,
    PASTED,
    PRICE,
    PROMPT,
    RIGHT,
    SHARE,
    SHARED,
    SLIDERS,
    SPLIT,
    UBATCH,
    UNIFIED,
    USES,
    VALUES,
    WINDOWS,
    Asked,
    Rest,
    Use,
    drafting_model,
    form_at,
    layers_of,
    named,
)
from lessons.ui.llm_at_home.notes import Note, instead, most_cards, of_machine, of_model, of_pasted, two_memories
from lessons.ui.state.knob import count
from lessons.ui.state.visit import here, visitor
from lessons.ui.state.widgets import choice, more, opens, pick, slider, sliders
from lessons.ui.work.this_machine import GB, HERE, TITLES, USABLE, measure_again, measured, this_machine, told
from lessons.ui.work.uploads import read_once

WORDS = sections("llm-at-home")
HAVE_ENERGY = ("memory", "speed")  # parts that say what an answer takes


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
            name = named(pick(MODEL))
        with machine:
            card = named(pick(MACHINE))
        with others, st.container(horizontal=True):
            with opens(WORDS["more: sliders"], SLIDERS):
                kin.draw(card)
                folded = {knob: slider(knob, knob != BATCH or part != "map") for knob in FOLDED[part]}
            with more():
                rest = _rest(part, card)
            with more(WORDS["paste output"]):
                pasting.field()
        if name == DROPPED and dropped.is_new():
            st.session_state[FORMAT.name] = NATIVE  # as the file is
        stands = folded | dict(zip(MOVED[part], sliders(*MOVED[part]), strict=True))
    stop = stands[FORMAT]
    notes += of_pasted(pasted) + pasting.without_machine(pasted, card) if pasted else []
    context, batch = count(stands[CONTEXT]), int(stands[BATCH])
    try:
        with top:
            shape = brought(notes) if (brought := BROUGHT.get(name)) else architectures()[name]
        if shape is None:
            return None, notes
        # what a headline's sliders ask for is said below it
        notes += instead(shape, stop if part == "map" else NATIVE, 0 if CONTEXT in MOVED[part] else context)
        form = form_at(shape, stop, rest.listed)
        transformer.parts(shape), transformer.cached_tokens(shape, 1)
    except CannotCompute as unknown:
        top.warning(WORDS("unknown", why=plain(str(unknown))), icon=":material/block:")
        return None, notes
    if name == DROPPED:
        dropped.describe()
    context = min(context, shape.context or context)
    notes += of_model(shape, rest.windows)
    if part == "speed" and rest.use.ahead and drafting_model(shape, rest.use) is None:
        notes.append(("no draft model", {"name": shape.name}))
    if part == "speed" and rest.use.prompt + rest.use.answer > context:
        notes.append(("overlong", {"tokens": f"{rest.use.prompt + rest.use.answer:,}", "context": f"{context:,}"}))
    one = rest.by_hand or _machine(card, notes)
    if one is None:
        return None, notes
    notes += of_machine(card, rest)
    home = Home(shape, form, rest.cache, context, batch, rest.windows, values=rest.values, server=rest.server)
    if two_memories(card, rest.by_hand):
        one = one._replace(main=rest.main, main_bandwidth=rest.main_bandwidth)
        offload = layers_of(rest.offload, shape)
        home = replace(home, offload=offload, cards=rest.cards, split=rest.split)
        home = replace(home, only_experts=rest.experts and bool(shape.experts))
    elif group_of(card) == CPU:
        one = one._replace(memory=rest.main)
    if part in HAVE_ENERGY and (why := home_bill.why_unknown(home, one, USABLE.get(card))):
        notes.append((why, {"card": one.name}))
    machine, ran = roofline.several(one, home.cards, home.split), pasting.ran(pasted, name, card)
    return Asked(home, machine, one, USABLE.get(card), rest.use, ran, rest.listed, stop), notes


def _places() -> list[DeltaGenerator]:
    """Places side by side for model, machine and other knobs; on a stage they wait, wherever they are."""
    return [st.container() for _ in range(3)] if presenting() else st.columns([14, 14, 15], vertical_alignment="bottom")


def _set_to(pasted: PastedMachine) -> None:
    """Set the knobs to what was pasted, before they are drawn: the card and how many, the model that runs, or is listed
    first, its format and its context."""
    model = pasting.model(pasted)
    form = model and (model.form or pasting.USUAL)
    said = {
        MACHINE: TITLES.get(pasted.card or ""),
        CARDS: pasted.card and most_cards(pasted),
        MODEL: model and MODELS.get(model.model or ""),
        FORMAT: LISTED if form in OTHER_FORMAT.options else form,
        OTHER_FORMAT: form,
        CONTEXT: model and model.context and f"{model.context:,}",
    }
    st.session_state.update({knob.name: to for knob, to in said.items() if to in knob.options})


def _rest(part: str, card: str) -> Rest:
    """The knobs under *More*."""
    _head(WORDS["more: machine"])
    if card == HERE:
        st.button(WORDS["measure again"], on_click=measure_again, key="llm_again")
    by_hand = _by_hand() if card == BY_HAND else None
    beside = two_memories(card, by_hand)
    several = beside and group_of(card) != LAPTOP  # whether there is room for a second card
    cards, split = choice(CARDS, several), choice(SPLIT, several)
    main, main_bandwidth = choice(MAIN, beside or group_of(card) == CPU), choice(MAIN_SPEED, beside)
    offload, experts = slider(OFFLOAD, beside), choice(OFFLOADED, beside) == EXPERTS
    _head(WORDS["more: model"])
    return Rest(
        by_hand=by_hand,
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


def _by_hand() -> Machine:
    backend = KINDS[choice(HAND_KIND)]
    room, speed, peak, watts = (float(slider(knob)) for knob in HANDS)
    return Machine(WORDS["your machine"], room * GIB, speed * GB, peak * 1e12, watts=watts, backend=backend)


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

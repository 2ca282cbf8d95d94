"""A language model at home, on the page: the knobs, what fits, how fast, and the map."""

from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from lessons.charts import at_home as drawn
from lessons.charts import stack
from lessons.estimate import answer, gguf_size, reached, roofline, transformer
from lessons.estimate.at_home import CACHES, WEIGHTS, Home, changes, elsewhere, fits, formats, memory, needed
from lessons.estimate.config_json import shape_of
from lessons.estimate.gguf_size import FORMATS
from lessons.estimate.roofline import Machine, guessed, reading, writing
from lessons.estimate.transformer import CannotCompute
from lessons.facts import Board, boards
from lessons.facts.architectures import Architecture, architectures
from lessons.quantity import Quantity
from lessons.ui.figures import row, surface
from lessons.ui.knobs import choice, more, pick, slider
from lessons.ui.lab import Drawn
from lessons.ui.present import presenting
from lessons.ui.query import Knob
from lessons.ui.tiles import beside, numbers

BY_HAND, PASTED = "by hand", "your config.json"
USABLE = {
    board.name: board
    for board in sorted(boards().values(), key=lambda board: -(board.year or 0))
    if board.kind in ("GPU", "SoC") and board.memory_GB and board.bandwidth_GB_per_s and (board.year or 0) >= 2017
}
GB = 1e9
MOST, TALL = 3, 440  # tiles, and pixels of a chart, on a stage
MAP = {False: (460, 12), True: (400, 24)}  # pixels of the map and of its letters, by whether it is on a stage
MODEL = Knob("llm_model", "Model", (*architectures(), PASTED), "Llama 3.1 8B")
MACHINE = Knob("llm_machine", "Card", (*USABLE, BY_HAND), "NVIDIA GeForce RTX 4090")
FORMAT = Knob("llm_format", "Weights as", tuple(FORMATS), "Q4_K_M")
CONTEXT = Knob("llm_context", "Context (tokens)", tuple(str(2**n) for n in range(9, 18)), "8192")
CACHE = Knob("llm_cache", "Keys and values in", tuple(CACHES), "16 bits")
BATCH = Knob("llm_batch", "Conversations at once", tuple(str(2**n) for n in range(10)), "1")
OFFLOAD = Knob("llm_offload", "Layers in main memory (%)", tuple(map(str, range(0, 101, 10))), "0")
WINDOWS = Knob("llm_windows", "Windows are", ("kept to", "ignored"), "kept to")
MAIN = Knob("llm_main", "Main memory (GB)", ("8", "16", "32", "64", "128", "256", "512"), "32")
MAIN_SPEED = Knob("llm_main_speed", "Main memory (GB/s)", ("20", "50", "80", "120", "250", "400"), "50")
LENGTHS = ("30", "100", "300", "1000", "3000", "10000", "30000")
PROMPT = Knob("llm_prompt", "Prompt (tokens)", LENGTHS, "300")
ANSWER = Knob("llm_answer", "Answer (tokens)", LENGTHS, "300")
PRICE = Knob("llm_price", "Price of a kWh (USD)", ("0.1", "0.15", "0.2", "0.3", "0.4"), "0.3")
AHEAD = Knob("llm_ahead", "Tokens guessed ahead", ("0", "2", "4", "8"), "0")
RIGHT = Knob("llm_right", "Guesses that are right (%)", ("50", "60", "70", "80", "90"), "70")
HAND_MEMORY = Knob(
    "llm_hand_memory",
    "Memory (GB)",
    ("2", "4", "8", "12", "16", "24", "32", "48", "64", "96", "128", "192", "512"),
    "16",
)
HAND_SPEED = Knob(
    "llm_hand_speed", "Bandwidth (GB/s)", ("20", "50", "100", "200", "400", "800", "1600", "3200", "8000"), "100"
)
HAND_PEAK = Knob(
    "llm_hand_peak", "Peak, 16 bits (TFLOPS)", ("0.2", "0.5", "1", "3", "10", "30", "100", "300", "1000"), "3"
)
HAND_WATTS = Knob("llm_hand_watts", "Power (W)", ("5", "15", "30", "60", "120", "250", "450", "700", "1000"), "30")
OTHER = Knob("llm_other", "Against", tuple(USABLE), "NVIDIA H100 PCIe")
HANDS = (HAND_MEMORY, HAND_SPEED, HAND_PEAK, HAND_WATTS)
ASKS = (
    MODEL, MACHINE, FORMAT, CONTEXT, CACHE, BATCH, OFFLOAD, WINDOWS, MAIN, MAIN_SPEED, PROMPT, ANSWER, PRICE, AHEAD, RIGHT, *HANDS, OTHER,
)  # fmt: skip
BATCHES = tuple(2**n for n in range(0, 10, 2))
RAN = {
    "memory": [gguf_size.file_bytes, transformer.cache_bytes],
    "speed": [roofline.writing, roofline.reading, answer.energy],
    "map": [roofline.writing, transformer.touched],
}


class Asked(NamedTuple):
    """What the knobs say. `board`: None for a machine by hand."""

    home: Home
    machine: Machine
    board: Board | None
    prompt: int
    answer: int
    price: float
    ahead: int
    right: float
    other: str


Note = tuple[str, dict]  # the name of a sentence about what was asked, and what is in it


def asked(part: str) -> tuple[Asked | None, list[Note]]:
    """Draw the knobs: what they say, and what there is to say of it; None, perhaps with a sentence that says why, where the model
    cannot be reckoned with."""
    notes: list[Note] = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, card = pick(MODEL), pick(MACHINE)
        with more():
            rest = _rest(part, card == BY_HAND)
    form = slider(FORMAT)
    context = int(slider(CONTEXT)) if part == "memory" else rest["context"]
    batch = int(slider(BATCH)) if part == "speed" else rest["batch"]
    try:
        shape = _pasted() if name == PASTED else architectures()[name]
        if shape is None:
            return None, [("paste it", {})]
        if form not in formats(shape):
            notes.append(("not in this format", {"form": form, "instead": "Q4_0"}))
            form = "Q4_0"
        transformer.cached_tokens(shape, 1)
    except CannotCompute as unknown:
        st.warning(f"{unknown}.", icon=":material/block:")
        return None, notes
    if shape.context and context > shape.context:
        notes.append(("beyond its context", {"name": shape.name, "most": f"{shape.context:,}"}))
        context = shape.context
    offload = round(rest["offload"] * shape.layers / 100)
    home = Home(shape, form, rest["cache"], context, batch, rest["windows"], offload)
    machine = rest["machine"]._replace(main=rest["main"] * GB, main_bandwidth=rest["main_speed"] * GB)
    said = (rest[each] for each in ("prompt", "answer", "price", "ahead", "right", "other"))
    return Asked(home, machine, USABLE.get(card), *said), notes


def _rest(part: str, by_hand: bool) -> dict:
    """The knobs under *More*."""
    if by_hand:
        room, speed, peak, watts = (float(slider(knob)) for knob in HANDS)
        machine = Machine("your machine", room * GB, speed * GB, peak * 1e12, watts=watts)
    else:
        machine = roofline.machine_of(USABLE[st.session_state.get(MACHINE.name) or MACHINE.default])
    return {
        "machine": machine,
        "context": int(CONTEXT.default) if part == "memory" else int(slider(CONTEXT)),
        "batch": int(BATCH.default) if part == "speed" else int(slider(BATCH, part != "map")),
        "cache": choice(CACHE),
        "windows": choice(WINDOWS) == WINDOWS.default,
        "offload": int(slider(OFFLOAD)),
        "main": float(choice(MAIN)),
        "main_speed": float(choice(MAIN_SPEED)),
        "prompt": int(choice(PROMPT, part == "speed")),
        "answer": int(choice(ANSWER, part == "speed")),
        "price": float(choice(PRICE, part == "speed")),
        "ahead": int(choice(AHEAD, part == "speed")),
        "right": float(choice(RIGHT, part == "speed")) / 100,
        "other": pick(OTHER, part == "map"),
    }


def _pasted() -> Architecture | None:
    """The shape out of what is pasted; it is not in the address, for it is long."""
    text = st.text_area(
        "Your config.json",
        height=160,
        key="llm_config",
        placeholder='{"model_type": "llama", …',
        persist_state="session",
    )
    return shape_of(text) if text.strip() else None


def kept(name: str, tokens: str) -> Quantity:
    """Keys and values of one conversation with a model, in 16 bits."""
    source = f"{tokens} tokens × layers × numbers of a layer × 2 bytes"
    return Quantity(
        "kept", transformer.cache_bytes(architectures()[name], int(tokens)), "bytes", "estimated", source=source
    )


def verdict(at: Asked) -> tuple[str, dict[str, object]]:
    """Whether it fits, and what is said of that: what it takes, what the card has, and the changes that would make it fit."""
    home, machine = at.home, at.machine
    takes = needed(home)
    said = {"takes": takes, "card": f"{machine.memory / GB:.3g} GB", "gib": gib(takes.value)}
    if fits(home, machine.memory, machine.main):
        return "fits", said
    found = changes(home, machine.memory, machine.main)
    listed = "\n".join(f"- {change.called}: {change.takes}" for change in found)
    return ("does not fit" if found else "fits in no way"), said | {"changes": listed}


def gib(size: float) -> str:
    """Bytes in units of 2³⁰."""
    units = size / 2**30
    return f"{units:,.0f} GiB" if units >= 100 else f"{units:.3g} GiB"


def what_fits(at: Asked) -> Drawn:
    """The memory it takes in each format, and the card's."""
    home, card = at.home, at.machine.memory
    takes, parts = needed(home), memory(home)
    bars = {form: memory(replace(home, form=form)) for form in reversed(formats(home.shape))}
    figure = stack(
        "Memory, by format of the weights", "weights as", bars, "bytes", home.form, room=(at.machine.name, card)
    )
    tiles = {
        "It takes": takes,
        "Weights": Quantity("weights", parts[WEIGHTS], "bytes", "estimated", source="every matrix in its type, as llama.cpp chooses them"),
        "A token keeps": Quantity("token", transformer.cache_bytes(home.shape, 1, CACHES[home.cache]), "bytes", "estimated", source="keys and values: layers × numbers of a layer × bytes"),
        "In main memory": Quantity("main", elsewhere(home), "bytes", "estimated", source="layers that stay there, with their keys and values"),
    }  # fmt: skip
    places, picture = beside()
    with places:
        numbers(tiles)
    with picture:
        row("fits", figure, tall=TALL)
    return [figure], tiles


def how_fast(at: Asked) -> Drawn:
    """The roofline with both steps, and what an answer takes."""
    home, machine = at.home, at.machine
    write, read = writing(home, machine), reading(home, machine, at.prompt)
    speed = answer.speed(write, home)
    if at.ahead:
        speed = _ahead(speed, at)
    together = ", all together" if home.batch > 1 else ""
    tiles = {"First token": answer.first(read), f"Then, at best{together}": speed}
    each = [None if home.offload else answer.joules(pace, at.board, machine) for pace in (read, write)]
    took = answer.energy(*each, at.prompt, at.answer)
    if took:
        tiles |= {"A token": each[1], "An answer": took, "1,000 answers": answer.cost(took, at.price)}
    if away := answer.in_a_data_centre(home.shape.name, at.prompt, at.answer):
        tiles["It, in a data centre"] = away
    if not machine.peak:
        tiles.pop("First token")
    measured = [
        each
        for each in reached.written()
        if each.seen.board == machine.name and _alike(architectures()[each.seen.model], home.shape)
    ]
    figure = drawn.roof(machine, {"writing": write, f"a prompt of {at.prompt:,}": read}, measured)
    places, picture = beside()
    with places:
        shown = dict(list(tiles.items())[: MOST if presenting() else None])
        numbers(shown, {"First token": f"limited by {read.limit}"})
    with picture:
        row("speed", figure, tall=TALL)
    return [figure], tiles


def _alike(one: Architecture, other: Architecture) -> bool:
    """Whether two models have the same shape, whatever they have learnt."""
    return transformer.parts(one) == transformer.parts(other) and one.layers == other.layers


def _ahead(speed: Quantity, at: Asked) -> Quantity:
    """Where a small model guesses ahead: more tokens a step, as long as memory is what limits it. The small one is not counted."""
    gain = guessed(at.right, at.ahead)
    source = f"{speed.source}; × {gain:.2f} tokens a step, with {at.ahead} guessed ahead, {100 * at.right:.0f} % of them right; the small model itself not counted"
    return replace(speed, value=speed.value * gain, low=speed.low * gain, high=speed.high * gain, source=source)


def where_it_wins(at: Asked) -> Drawn:
    """By format and by conversations at once: how many times as fast as another card with weights in 16 bits."""
    other = roofline.machine_of(USABLE[at.other])
    shape, card = at.home.shape, at.machine
    forms = list(reversed(formats(shape)))
    ratios = {
        (form, batch): _ratio(replace(at.home, form=form, batch=batch), card, other)
        for form in forms
        for batch in BATCHES
    }
    figure = drawn.won(ratios, forms, BATCHES, card.name, other.name, *MAP[presenting()])
    alone, crowd = (ratios[at.home.form, batch] for batch in (BATCHES[0], BATCHES[3]))
    tiles = {
        f"{at.home.form}, {batch} at once": Quantity("ratio", ratio, "×", "estimated", source=f"tokens/s of {card.name} ÷ those of {other.name} with fp16, each at best")
        for batch, ratio in ((BATCHES[0], alone), (BATCHES[3], crowd))
        if ratio
    }  # fmt: skip
    places, picture = beside()
    with places:
        numbers(tiles)
    with picture:
        surface(figure, "llm_map")
    return [figure], tiles


def _ratio(home: Home, card: Machine, other: Machine) -> float | None:
    if not fits(home, card.memory, card.main):
        return None
    return writing(home, card).per_second / writing(replace(home, form="fp16", offload=0), other).per_second

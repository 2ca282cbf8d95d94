"""A language model at home, on the page: what fits, how fast, and the map."""

from dataclasses import replace

from lessons.charts.chart import Chart
from lessons.charts.stack import stack
from lessons.estimate import (
    answer_cost,
    engine_efficiency,
    gguf_size,
    kv_cells,
    roofline,
    roofline_validation,
    transformer,
)
from lessons.estimate.at_home import changes, fits, formats, memory, memory_parts, needed
from lessons.estimate.roofline import Machine, in_16_bits, reading, speedup, writing
from lessons.facts.architectures import Architecture, architectures
from lessons.quantity import Quantity
from lessons.ui.layout.figures import row, surface
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import beside, numbers
from lessons.ui.llm_at_home import charts as drawn
from lessons.ui.llm_at_home.knobs import Asked
from lessons.ui.state.lab import Drawn
from lessons.ui.work.this_machine import GB, USABLE

STAGE_TILES, TALL = 3, 440  # tiles, and pixels of a chart, on a stage
MAP = {False: (460, 12), True: (400, 24)}  # pixels of the map and of its letters, by whether it is on a stage
BATCHES = tuple(2**n for n in range(0, 10, 2))
RAN = {
    "memory": [gguf_size.file_bytes, kv_cells.cells, kv_cells.bytes_kept],
    "speed": [roofline.writing, roofline.reading, answer_cost.energy],
    "map": [roofline.writing, gguf_size.read_bytes],
    "check": [roofline.writing, roofline_validation.gap],
}


def kept(name: str, tokens: str) -> Quantity:
    """Keys and values of one conversation with a model, in 16 bits."""
    return kv_cells.conversation_cache(architectures()[name], int(tokens))


def verdict(asked: Asked) -> tuple[str, dict[str, object]]:
    """Whether it fits, and what is said of that: what it takes, what the card has, and the changes that would make it
    fit."""
    home, machine = asked.home, asked.machine
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


def what_fits(asked: Asked) -> Drawn:
    """The memory it takes in each format, and the card's."""
    home = asked.home
    figure, tiles = _by_format(asked), memory_parts(home)
    places, picture = beside()
    with places:
        numbers(tiles, {"A token keeps": f"the next one after {home.context:,}"})
    with picture:
        row("fits", figure, tall=TALL)
    return [figure], tiles


def _by_format(asked: Asked) -> Chart:
    """The memory a model takes in each format, and the card's."""
    forms = reversed(formats(asked.home.shape))
    bars = {form: memory(replace(asked.home, form=form)) for form in forms}
    room = asked.machine.name, asked.machine.memory
    return stack("Memory, by format of the weights", "weights as", bars, "bytes", asked.home.form, room=room)


def how_fast(asked: Asked) -> Drawn:
    """The roofline with both steps, and what an answer takes. Decoding is that of the next token after the prompt; an
    answer's energy is that of its middle one."""
    home, machine, use = asked.home, asked.machine, asked.use
    write, read = writing(home, machine, use.prompt), reading(home, machine, use.prompt)
    speed = answer_cost.speed(write, home, use.prompt)
    if asked.use.ahead:
        speed = answer_cost.guessing_ahead(speed, asked.use.right, asked.use.ahead)
    together = ", all together" if home.batch > 1 else ""
    tiles = {"First token, at best": answer_cost.first(read)} if machine.peak else {}
    tiles |= {f"Then, at best{together}": speed}
    notes = {name: f"others reached {quantity.band}" for name, quantity in tiles.items()}  # no band around the best
    notes[f"Then, at best{together}"] = f"after {use.prompt:,}; others {speed.low:.3g} to {speed.high:.3g} tokens/s"
    shares = [engine_efficiency.usual_reading(), *[engine_efficiency.usual(home.form)] * 2]
    steps = zip((read, write, writing(home, machine, use.prompt + use.answer / 2)), shares, strict=True)
    first, token, middle = (
        None if home.offload else answer_cost.joules(pace, home, asked.board, machine, share, prompt=pace is read)
        for pace, share in steps
    )
    if took := answer_cost.energy(first, middle, use.prompt, use.answer):
        tiles |= {"A token": token, "An answer": took, "1,000 answers": answer_cost.cost(took, use.price)}
    tiles |= elsewhere_instead(asked)
    measured = [
        each
        for each in engine_efficiency.written()
        if each.seen.board == machine.name and _alike(architectures()[each.seen.model], home.shape)
    ]
    figure = drawn.roof(machine, {"writing": write, f"a prompt of {use.prompt:,}": read}, measured)
    places, picture = beside()
    with places:
        shown = dict(list(tiles.items())[: STAGE_TILES if presenting() else None])
        numbers(shown, notes)
    with picture:
        row("speed", figure, tall=TALL)
    return [figure], tiles


def elsewhere_instead(asked: Asked) -> dict[str, Quantity]:
    """The same answer in a data centre, by the word for it; nothing for models that are not listed there."""
    away = answer_cost.in_a_data_centre(asked.home.shape.name, asked.use.prompt, asked.use.answer)
    return {"It, in a data centre": away} if away else {}


def no_speed(asked: Asked) -> Drawn:
    """What there is to say of the speed of a model that does not fit: what it takes here, in which formats it would
    fit, and what an answer takes where it does."""
    figure, tiles = _by_format(asked), {"It takes": needed(asked.home)} | elsewhere_instead(asked)
    places, picture = beside()
    with places:
        numbers(tiles)
    with picture:
        row("no speed", figure, tall=TALL)
    return [figure], tiles


def _alike(one: Architecture, other: Architecture) -> bool:
    """Whether two models have the same shape, whatever they have learnt."""
    return transformer.parts(one) == transformer.parts(other) and one.layers == other.layers


def other_card(asked: Asked) -> Machine | None:
    """The card the map holds this one against; None where it does not hold the model in 16 bits."""
    other = roofline.machine_of(USABLE[asked.use.other])
    return other if fits(in_16_bits(asked.home), other.memory) else None


def where_it_wins(asked: Asked, other: Machine) -> Drawn:
    """By format and by conversations at once: how many times as fast as another card with weights in 16 bits, each
    conversation at the end of its context."""
    shape, card = asked.home.shape, asked.machine
    forms = list(reversed(formats(shape)))
    ratios = {
        (form, batch): speedup(replace(asked.home, form=form, batch=batch), card, other)
        for form in forms
        for batch in BATCHES
    }
    values = {place: ratio and ratio.value for place, ratio in ratios.items()}
    figure = drawn.won(values, forms, BATCHES, card.name, other.name, *MAP[presenting()])
    tiles = {
        f"{asked.home.form}, {batch} at once": ratio
        for batch in (BATCHES[0], BATCHES[3])
        if (ratio := ratios[asked.home.form, batch])
    }
    places, picture = beside()
    with places:
        numbers(tiles)
    with picture:
        surface(figure, "llm_map")
    return [figure], tiles

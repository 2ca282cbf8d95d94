"""A language model at home, on the page: what fits, how fast, and the map."""

from dataclasses import replace

from lessons.charts import at_home as drawn
from lessons.charts import stack
from lessons.estimate import answer, checked, gguf_size, reached, roofline, transformer
from lessons.estimate.at_home import CACHES, WEIGHTS, Home, changes, elsewhere, fits, formats, memory, needed
from lessons.estimate.roofline import Machine, guessed, reading, writing
from lessons.facts.architectures import Architecture, architectures
from lessons.quantity import Quantity
from lessons.ui.figures import row, surface
from lessons.ui.lab import Drawn
from lessons.ui.llm_knobs import GB, USABLE, Asked
from lessons.ui.present import presenting
from lessons.ui.tiles import beside, numbers

MOST, TALL = 3, 440  # tiles, and pixels of a chart, on a stage
MAP = {False: (460, 12), True: (400, 24)}  # pixels of the map and of its letters, by whether it is on a stage
BATCHES = tuple(2**n for n in range(0, 10, 2))
RAN = {
    "memory": [gguf_size.file_bytes, transformer.cache_bytes],
    "speed": [roofline.writing, roofline.reading, answer.energy],
    "map": [roofline.writing, transformer.touched],
    "check": [roofline.writing, checked.gap],
}


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
    write, read = writing(home, machine), reading(home, machine, at.use.prompt)
    speed = answer.speed(write, home)
    if at.use.ahead:
        speed = _ahead(speed, at)
    together = ", all together" if home.batch > 1 else ""
    tiles = {"First token, at best": answer.first(read)} if machine.peak else {}
    tiles |= {f"Then, at best{together}": speed}
    notes = {name: f"others reached {quantity.band}" for name, quantity in tiles.items()}  # no band around the best
    shares = reached.usual_reading(), reached.usual(home.form)
    both = answer.joules_of_both((read, write), home, at.board, machine, shares)
    each = [None, None] if home.offload else both
    took = answer.energy(*each, at.use.prompt, at.use.answer)
    if took:
        tiles |= {"A token": each[1], "An answer": took, "1,000 answers": answer.cost(took, at.use.price)}
    if away := answer.in_a_data_centre(home.shape.name, at.use.prompt, at.use.answer):
        tiles["It, in a data centre"] = away
    measured = [
        each
        for each in reached.written()
        if each.seen.board == machine.name and _alike(architectures()[each.seen.model], home.shape)
    ]
    figure = drawn.roof(machine, {"writing": write, f"a prompt of {at.use.prompt:,}": read}, measured)
    places, picture = beside()
    with places:
        shown = dict(list(tiles.items())[: MOST if presenting() else None])
        numbers(shown, notes)
    with picture:
        row("speed", figure, tall=TALL)
    return [figure], tiles


def _alike(one: Architecture, other: Architecture) -> bool:
    """Whether two models have the same shape, whatever they have learnt."""
    return transformer.parts(one) == transformer.parts(other) and one.layers == other.layers


def _ahead(speed: Quantity, at: Asked) -> Quantity:
    """Where a small model guesses ahead: more tokens a step, as long as memory is what limits it. The small one is not counted."""
    gain = guessed(at.use.right, at.use.ahead)
    source = f"{speed.source}; × {gain:.2f} tokens a step, with {at.use.ahead} guessed ahead, {100 * at.use.right:.0f} % of them right; the small model itself not counted"
    return replace(speed, value=speed.value * gain, low=speed.low * gain, high=speed.high * gain, source=source)


def where_it_wins(at: Asked) -> Drawn:
    """By format and by conversations at once: how many times as fast as another card with weights in 16 bits."""
    other = roofline.machine_of(USABLE[at.use.other])
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

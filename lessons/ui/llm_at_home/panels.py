"""A language model at home, on the page: what fits, how fast, and the map."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from lessons.charts.chart import Chart
from lessons.charts.stack import marked, stack
from lessons.estimate import (
    answer_cost,
    compute_buffer,
    engine_efficiency,
    format_quality,
    gguf_size,
    home_bill,
    kv_cells,
    mlx_memory,
    ollama_memory,
    published_speeds,
    roofline,
    roofline_validation,
    speculation,
    transformer,
    vllm_pool,
)
from lessons.estimate.at_home import (
    KEPT_STATE,
    NEEDED,
    OFFLOADED,
    PER_TOKEN,
    Home,
    fits,
    formats,
    memory,
    memory_parts,
    needed,
)
from lessons.estimate.published_speeds import MeasuredSpeed
from lessons.estimate.roofline import Machine, StepTime, in_16_bits, reading, speedup, writing
from lessons.estimate.speculation import Draft
from lessons.facts.architectures import Architecture, architectures
from lessons.quantity import Quantity, show
from lessons.text import sections
from lessons.ui.layout.figures import surface
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import Tile, beside, numbers, tiles
from lessons.ui.llm_at_home import charts as drawn
from lessons.ui.llm_at_home.knobs import USUAL, Asked, drafting_model
from lessons.ui.llm_at_home.places import at_most
from lessons.ui.llm_at_home.sizes import in_both, in_gib
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob, count
from lessons.ui.work.this_machine import USABLE

WORDS = sections("llm-at-home")
TILES = (NEEDED, PER_TOKEN, KEPT_STATE, OFFLOADED)  # what the first picture does not say
STAGE_TILES, TALL = 3, 440  # tiles, and pixels of a chart, on a stage
MAP = {False: (460, 12), True: (540, 24)}  # pixels of the map and of its letters, by whether it is on a stage
BATCHES = tuple(2**n for n in range(0, 10, 2))
RAN = {
    "memory": [gguf_size.file_bytes, kv_cells.cells, kv_cells.bytes_kept],
    "speed": [roofline.writing, engine_efficiency.seconds, speculation.drafting],
    "quality": [format_quality.loss],
    "map": [roofline.writing, gguf_size.read_bytes],
    "engines": [compute_buffer.compute_bytes, ollama_memory.set_by_ollama, vllm_pool.pool, mlx_memory.parts],
    "check": [engine_efficiency.seconds, roofline_validation.of_others, roofline_validation.gap],
}


def kept(name: str, tokens: str) -> Quantity:
    """Bytes of the KV cache of one conversation with a model, in 16 bits."""
    return kv_cells.conversation_cache(architectures()[name], count(tokens))


def verdict(asked: Asked) -> tuple[str, dict[str, object]]:
    """Whether it fits, and what is said of that: what it takes, and what the card has."""
    home, machine = asked.home, asked.machine
    takes = needed(home)
    said = {"takes": takes, "card": in_both(machine.memory), "gib": in_gib(takes.value)}
    return ("fits" if fits(home, machine.memory, machine.main) else "exceeds"), said


def against_ollama(asked: Asked) -> tuple[str, dict[str, object]] | None:
    """Whether what `ollama ps` has printed of this model agrees with the estimate, to the printed digit, and what is
    said of it: bytes, and what of them is in main memory; None where nothing was pasted. The share is no part of it: it
    depends on the card, and on what else is there."""
    ran, whole = asked.ran, needed(replace(asked.home, offload=0))
    if ran is None:
        return None
    agrees = whole.low - ran.digit <= ran.bytes <= whole.high + ran.digit
    said = {
        "size": ran.printed,
        "cpu": f"{100 * ran.cpu:.0f}",
        "card": asked.machine.name,
        "memory": in_both(asked.machine.memory),
        "estimated": whole,
        "band": whole.band,
        "digit": show(ran.digit, "bytes"),
    }
    return ("agrees" if agrees else "differs"), said


def what_fits(places: Mapping[tuple[str, ...], Asked], moved: Sequence[Knob]) -> dict[tuple[str, ...], Frame]:
    """The memory it takes in each format, and the card's, wherever knobs stand. The axis ends where it does with the
    sliders `moved` at their ends."""
    charts: dict[tuple, Chart] = {}

    def frame(asked: Asked) -> Frame:
        home = asked.home
        same = home.context, home.batch, asked.machine.name
        if same not in charts:
            highest = max(sum(parts.values()) for parts in _bars(at_most(asked, moved)).values())
            charts[same] = _memory(asked, _bars(asked), highest)
        return Frame(_of_memory(home), [marked(charts[same], home.form)])

    return {at: frame(asked) for at, asked in places.items()}


@lru_cache(maxsize=512)
def _of_memory(home: Home) -> list[Tile]:
    found = {label: quantity for label, quantity in memory_parts(home).items() if label in TILES}
    return tiles(found, {PER_TOKEN: WORDS("next token", context=f"{home.context:,}")})


def parts(asked: Asked) -> dict[str, Quantity]:
    """Bytes on the card and in main memory, by the words for them."""
    return memory_parts(asked.home)


def _bars(asked: Asked) -> dict[str, dict[str, float]]:
    """The same whichever format is in use."""
    return _by_format(replace(asked.home, form=USUAL), asked.listed)


@lru_cache(maxsize=256)
def _by_format(home: Home, listed: str) -> dict[str, dict[str, float]]:
    """Bytes of each part in each of the usual formats, and the listed one."""
    return {form: memory(replace(home, form=form)) for form in reversed(formats(home.shape, listed))}


def _memory(asked: Asked, bars: Mapping[str, Mapping[str, float]], upto: float = 0) -> Chart:
    """The memory a model takes in each format, and the card's."""
    room = asked.machine.name, asked.machine.memory
    return stack(
        WORDS["by format: title"], WORDS["weight format"], bars, "bytes", asked.home.form, room=room, upto=upto
    )


def speed(asked: Asked) -> Frame:
    """The roofline with both steps, and what an answer takes; or, where it does not fit, what it takes. Decoding is
    that of the next token after the prompt; an answer's energy is that of its middle one."""
    home, machine, use = asked.home, asked.machine, asked.use
    if not fits(home, machine.memory, machine.main):
        bars = _bars(asked)
        return Frame(tiles({NEEDED: needed(home)} | elsewhere_instead(asked)), [_memory(asked, bars)])
    write, read = writing(home, machine, use.prompt), reading(home, machine, use.prompt)
    found, notes = {}, {}
    if machine.peak:
        found[WORDS["prefill time"]] = answer_cost.first(read, home, machine)
        band = found[WORDS["prefill time"]].band
        notes[WORDS["prefill time"]] = WORDS("prefill note", band=band, best=show(read.seconds, "s"))
    if roofline.is_known(home, machine):
        found |= _decode(asked, write, notes)
    if gain := gain_by_drafts(asked):
        found[WORDS["gain by drafts"]] = gain
        slower, faster = WORDS["drafts slow down"], WORDS["drafts speed up"]
        notes[WORDS["gain by drafts"]] = slower if gain.value < 1 else faster
    token, took = home_bill.of_answer(home, machine, asked.board, use.prompt, use.answer)
    if took:
        found |= {WORDS["energy of a token"]: token, WORDS["energy of an answer"]: took}
    found |= elsewhere_instead(asked)
    shown = dict(list(found.items())[: STAGE_TILES if presenting() else None])
    paces = {WORDS["roofline: decode"]: write}
    if machine.peak:  # without one nothing is known of a step that computes
        paces[WORDS("roofline: prefill", prompt=f"{use.prompt:,}")] = read
    return Frame(tiles(shown, notes), [drawn.roof(machine, paces, _measured(machine.name, home.shape))])


def _decode(asked: Asked, pace: StepTime, notes: dict[str, str]) -> dict[str, Quantity]:
    """The roofline's speed, which what is expected stands above; a stage has both in one tile, and its note."""
    prompt, best = f"{asked.use.prompt:,}", show(pace.per_second, "tokens/s")
    if not presenting():
        label = WORDS["decode at best"]
        notes[label] = WORDS("decode limit", limit=pace.limit, prompt=prompt)
        return {label: answer_cost.roof(pace)}
    label, found = decode_label(asked), decoding(asked)
    low, high = between(found)
    notes[label] = WORDS("decode note", low=low, high=high, prompt=prompt, best=best)
    return {label: found}


def decode_label(asked: Asked) -> str:
    """What its decode speed is called."""
    return WORDS["decode speed of a batch"] if asked.home.batch > 1 else WORDS["decode speed"]


def decoding_alone(asked: Asked) -> Quantity:
    """Tokens/s of the next token after the prompt, of a whole batch, without drafts."""
    return _alone(asked.home, asked.machine, asked.use.prompt)


@lru_cache(maxsize=1024)
def _alone(home: Home, machine: Machine, prompt: int) -> Quantity:
    return answer_cost.speed(writing(home, machine, prompt), home, machine, prompt)


def decoding(asked: Asked) -> Quantity:
    """The same with drafts, if there are any."""
    speed, gain = decoding_alone(asked), gain_by_drafts(asked)
    return speculation.drafted(speed, gain) if gain else speed


def at_the_end(asked: Asked) -> Asked:
    """The same with a prompt that fills the context."""
    return asked._replace(use=asked.use._replace(prompt=asked.home.context))


def gain_by_drafts(asked: Asked) -> Quantity | None:
    """How many times as fast speculative decoding is; None where nothing is drafted."""
    home, use = asked.home, asked.use
    model = drafting_model(home.shape, use) if use.ahead else None
    if model is None:
        return None
    return speculation.drafting(home, asked.machine, use.prompt, Draft(model, use.ahead, use.right))


def between(speed: Quantity) -> tuple[str, str]:
    """From where to where a speed is expected to be, in two digits: no more is known."""
    low, high = (float(f"{end:.2g}") for end in (speed.low, speed.high))
    return f"{low:,g}", f"{high:,g}"


def times_reading(speed: Quantity, batch: int) -> str:
    """How many times as fast as people read each of a batch of conversations is written, in two digits."""
    times = answer_cost.against_reading(answer_cost.words_per_second(speed)) / batch
    return f"{float(f'{times:.2g}'):,g}"


@lru_cache(maxsize=512)
def _measured(machine: str, shape: Architecture) -> tuple[MeasuredSpeed, ...]:
    """What others have measured with models of this shape on this machine, one conversation at a time."""
    return tuple(published_speeds.on(machine, lambda other: _alike(other, shape)))


def elsewhere_instead(asked: Asked) -> dict[str, Quantity]:
    """The same answer in a data centre, by the word for it; nothing for models that are not listed there."""
    away = _in_a_data_centre(asked.home.shape.name, asked.use.prompt, asked.use.answer)
    return {WORDS["elsewhere"]: away} if away else {}


_in_a_data_centre = lru_cache(maxsize=16)(answer_cost.in_a_data_centre)


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
    forms = list(reversed(formats(shape, asked.listed)))
    ratios = {
        (form, batch): speedup(replace(asked.home, form=form, batch=batch), card, other)
        for form in forms
        for batch in BATCHES
    }
    values = {place: ratio and ratio.value for place, ratio in ratios.items()}
    figure = drawn.won(values, forms, BATCHES, card.name, other.name, *MAP[presenting()])
    tiles = {
        WORDS("map: place", form=asked.home.form, batch=batch): ratio
        for batch in (BATCHES[0], BATCHES[3])
        if (ratio := ratios[asked.home.form, batch])
    }
    at_side, picture = beside()
    with at_side:
        numbers(tiles)
    with picture:
        surface(figure, "llm_map")
    return [figure], tiles

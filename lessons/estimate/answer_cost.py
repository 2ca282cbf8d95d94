"""What one answer takes at home: seconds, joules, money; and the same answer in a data centre."""

from dataclasses import replace

from lessons.estimate import engine_efficiency
from lessons.estimate.at_home import TENSORS, Home
from lessons.estimate.coefficients import DoesNotFit, ModelKind, Work
from lessons.estimate.coefficients import joules as board_joules
from lessons.estimate.footprint import Scenario, UseTokens, by_boards
from lessons.estimate.gguf_size import NATIVE
from lessons.estimate.roofline import Machine, StepTime
from lessons.estimate.transformer import multiplied
from lessons.facts import Board, boards, figure
from lessons.facts.architectures import models
from lessons.facts.engines import Engine, engines
from lessons.quantity import Quantity, convert, counted, show
from lessons.text import sections

WORDS = sections("estimate")

ELSEWHERE, TOGETHER = "NVIDIA H100 SXM5 80GB", 64  # the board in a data centre, and the answers at once on it


def first(pace: StepTime, home: Home, machine: Machine) -> Quantity:
    """Seconds until the first token, once a prompt of so many tokens is there, with the band of engines."""
    found, terms = engine_efficiency.prefill(pace, home, machine), engine_efficiency.engine(home, machine)
    source = WORDS(
        "time to first token: formula",
        tokens=pace.tokens,
        **_terms(pace, home, machine),
        **_band(terms.prefill_low, terms.prefill_high),
    )
    return Quantity("first", found.value, "s", "estimated", found.low, found.high, source)


def speed(pace: StepTime, home: Home, machine: Machine, before: int) -> Quantity:
    """Tokens a second after `before` of them, with the band of engines: at most the roofline."""
    found, terms = engine_efficiency.decode(pace, home, machine), engine_efficiency.engine(home, machine)
    source = WORDS(
        "decode speed: formula",
        before=before,
        tokens=counted(round(pace.tokens), "token"),
        active=show(multiplied(home.shape), "parameters"),
        backend=terms.name,
        **_terms(pace, home, machine),
        **_band(*engine_efficiency.decode_band(home, machine)),
    )
    return Quantity("speed", found.value, "tokens/s", "estimated", found.low, found.high, source)


def roof(pace: StepTime) -> Quantity:
    """Tokens a second at best."""
    source = WORDS("roof: formula", bytes=show(pace.bytes, "bytes"), time=show(pace.seconds, "s"))
    return Quantity("roof", pace.per_second, "tokens/s", "estimated", source=source)


def words_per_second(speed: Quantity) -> Quantity:
    """English words a second, of tokens a second of one conversation."""
    each, rule = figure("words_per_token").value, figure("words_per_token").source
    source = WORDS("words per second: formula", speed=speed, each=each, rule=rule)
    low, value, high = (end and end * each for end in (speed.low, speed.value, speed.high))
    return Quantity("words", value, "words/s", "estimated", low, high, source)


def against_reading(words: Quantity) -> float:
    """How many times as fast as people read in silence."""
    return words.value / (figure("reading_speed").value / 60)


def joules(
    pace: StepTime, home: Home, board: Board | None, machine: Machine, share: float = 1.0, prompt: bool = False
) -> Quantity | None:
    """J of a step, each of its tokens: of the board alone. At most its watts for as long as it takes at this `share` of
    its roof, and so much where nobody says how much a byte takes; None where not even those are known. `prompt`:
    whether its tokens are read, not written."""
    found = _of_board(pace, home, board, prompt)
    # without a peak nobody knows how long a prompt takes
    most = _at_most(pace, machine, share) if machine.peak or not prompt else None
    found = _within(found, most) if found and most else found or most
    off = machine.watts_off
    if found is None or off == 1:
        return found
    ends = machine.watts / off, machine.watts * off
    source = WORDS("watts of laptops: formula", energy=found.source, low=ends[0], high=ends[1], middle=machine.watts)
    return replace(found, low=found.low / off, high=found.high * off, source=source)


def _of_board(pace: StepTime, home: Home, board: Board | None, prompt: bool) -> Quantity | None:
    """J of a step, each of its tokens, by what a byte and a FLOP take; None where nobody says that."""
    shape, tokens = home.shape, pace.tokens
    experts = 0.0 if prompt or not shape.experts else 2.0 * multiplied(shape)
    each = home.cards if home.split == TENSORS else 1  # cards on which a layer takes its time
    work = Work(pace.bytes / tokens, pace.flop / tokens, experts, each * shape.layers / tokens)
    try:
        found = board and board_joules(board, work, ModelKind(home.form, bool(shape.experts)))
    except DoesNotFit:
        return None
    return found if found is None or home.cards == each else _of_all(found, home.cards)


def _within(joules: Quantity, most: Quantity) -> Quantity:
    """At most what all watts give; the band stays as wide."""
    if joules.value <= most.value:
        return joules
    low, high = (end * most.value / joules.value for end in (joules.low, joules.high))
    source = WORDS("energy within watts: formula", most=most.source, energy=joules.source)
    return replace(joules, value=most.value, low=low, high=high, source=source)


def _of_all(joules: Quantity, cards: int) -> Quantity:
    """J of cards that work one after another, were those that wait to draw as much; low, were they to draw nothing."""
    source = WORDS("cards that wait: formula", energy=joules.source, cards=cards)
    return replace(joules, value=cards * joules.value, high=cards * joules.high, source=source)


def joules_of_both(
    paces: tuple[StepTime, StepTime], home: Home, board: Board | None, machine: Machine, shares: tuple[float, float]
) -> list[Quantity | None]:
    """J of a token that is read, and of one that is written. `shares`: of the roof that an engine reaches,
    reading and writing."""
    return [
        joules(pace, home, board, machine, share, prompt)
        for pace, share, prompt in zip(paces, shares, (True, False), strict=True)
    ]


def _terms(pace: StepTime, home: Home, machine: Machine) -> dict[str, object]:
    """What a step waits for, in words: reading, computing, and its layers."""
    terms = engine_efficiency.engine(home, machine)
    return {
        "reading": _reading(pace, machine, terms),
        "computing": _computing(pace, home, terms),
        "layers": engine_efficiency.layer_count(home.shape, terms.linear_times),
        "layer": terms.layer_microseconds,
    }


def _reading(pace: StepTime, machine: Machine, terms: Engine) -> str:
    """How long a step reads, from the card and from main memory, with the share of either bandwidth that is usual."""
    apart = pace.offloaded * machine.main_bandwidth
    here, share = show(pace.moving - pace.offloaded, "s"), 100 * terms.bandwidth_share
    said = WORDS("reading", gigabytes=(pace.bytes - apart) / 1e9, moving=here, share=share)
    if not apart:
        return said
    usual, moving = 100 * engines()[engine_efficiency.CPU].bandwidth_share, show(pace.offloaded, "s")
    return WORDS("reading, and main memory", reading=said, gigabytes=apart / 1e9, moving=moving, share=usual)


def _computing(pace: StepTime, home: Home, terms: Engine) -> str:
    """How long a step computes, with the share of the peak that is usual; on a machine of which no peak is known that
    is not estimated."""
    if not pace.computing:
        return WORDS("computing: unknown", teraflop=pace.flop / 1e12)
    times = engine_efficiency.unpacking(pace, home, terms)
    more = WORDS("computing: unpacking", times=times) if times != 1 else ""
    said = {"teraflop": pace.flop / 1e12, "computing": show(pace.computing, "s"), "peak": 100 * terms.peak_share}
    return WORDS("computing", unpacking=more, **said)


def _at_most(pace: StepTime, machine: Machine, share: float) -> Quantity | None:
    """J of a token, were all the machine's watts drawn; None where those are not known."""
    if not machine.watts:
        return None
    seconds = pace.seconds / share / pace.tokens
    most, off = machine.watts * seconds, figure("board_band_other").value
    source = WORDS("energy at most: formula", watts=machine.watts, milliseconds=1000 * seconds, share=100 * share)
    return Quantity("joules", most, "J", "estimated", most / off, most * off, source)


def _band(low: float, high: float) -> dict[str, float]:
    """Of engines, in percent of what is expected."""
    return {"low": 100 * low, "high": 100 * high}


def energy(read: Quantity | None, write: Quantity | None, prompt: int, answer: int) -> Quantity | None:
    """Wh of one answer: its prompt, and its tokens. By the board alone: the rest of the computer comes on top."""
    if read is None or write is None:
        return None

    def of(*joules: float) -> float:
        return convert(joules[0] * prompt + joules[1] * answer, "J", "Wh")

    source = WORDS("energy of an answer: formula", prompt=prompt, read=read, answer=answer, write=write)
    low, high = of(read.low, write.low), of(read.high, write.high)
    return Quantity("answer", of(read.value, write.value), "Wh", "estimated", low, high, source)


def in_a_data_centre(name: str, prompt: int, answer: int) -> Quantity | None:
    """Wh of the same answer by the same model, as it is published, on boards that serve many at once, at the wall plug;
    None for models that are not listed there."""
    model = models().get(name)
    if model is None or model.attention == "hybrid":
        return None
    scenario = Scenario(model, UseTokens(prompt, answer), boards()[ELSEWHERE], NATIVE, TOGETHER, figure("pue_survey"))
    try:
        return by_boards(scenario)
    except DoesNotFit:
        return None

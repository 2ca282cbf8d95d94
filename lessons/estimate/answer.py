"""What one answer takes at home: seconds, joules, money; and the same answer in a data centre."""

from math import sqrt

from lessons.estimate.at_home import Home
from lessons.estimate.board import BAND, BAND_EXTRAPOLATED, DoesNotFit, coefficients
from lessons.estimate.footprint import Scenario, Task, by_boards
from lessons.estimate.gguf_size import NATIVE
from lessons.estimate.reached import band, reading_band
from lessons.estimate.roofline import Machine, Pace
from lessons.estimate.transformer import multiplied
from lessons.facts import Board, boards, figure, models
from lessons.quantity import Quantity, convert, show

ELSEWHERE, TOGETHER = "NVIDIA H100 SXM5 80GB", 64  # the board in a data centre, and the answers at once on it


def first(pace: Pace) -> Quantity:
    """Seconds until the first token, once a prompt of so many tokens is there: at best, and from what others have reached, a band."""
    low, high = reading_band()
    source = f"{pace.tokens:,.0f} tokens: the longer of {pace.bytes / 1e9:.3g} GB read and {pace.flop / 1e12:.3g} TFLOP, at best; band: {100 * low:.0f} to {100 * high:.0f} % of the roof, as others have measured"
    return Quantity("first", pace.seconds, "s", "estimated", pace.seconds / high, pace.seconds / low, source)


def speed(pace: Pace, home: Home, before: int) -> Quantity:
    """Tokens a second after `before` of them: the roof, and from what others have reached of theirs, a band."""
    low, high = band(home.form)
    active = show(multiplied(home.shape), "parameters")
    source = f"the next token after {before:,}: {pace.tokens:.0f} ÷ the longer of {pace.bytes / 1e9:.3g} GB read and {pace.flop / 1e9:.3g} GFLOP ({active} active); band: {100 * low:.0f} to {100 * high:.0f} % of the roof, as others have measured"
    return Quantity(
        "speed", pace.per_second, "tokens/s", "estimated", low * pace.per_second, high * pace.per_second, source
    )


def joules(pace: Pace, board: Board | None, machine: Machine, share: float = 1.0) -> Quantity | None:
    """J of a step, each of its tokens: of the board alone. Where nobody says how much a byte takes, at most its watts for as long as
    it takes at this `share` of its roof; None where not even those are known."""
    try:
        cost = coefficients(board) if board else None
    except DoesNotFit:
        cost = None
    if cost is None:
        if not machine.watts:
            return None
        seconds = pace.seconds / share / pace.tokens
        most = machine.watts * seconds
        source = f"at most {machine.watts:g} W for {1000 * seconds:.3g} ms, at {100 * share:.0f} % of the roof"
        return Quantity("joules", most, "J", "estimated", most / BAND_EXTRAPOLATED, most * BAND_EXTRAPOLATED, source)
    moved, computed = cost.per_byte * pace.bytes, cost.per_flop[1] * pace.flop
    value, off = (moved + computed) / pace.tokens, BAND if cost.fitted else BAND_EXTRAPOLATED
    source = f"({1e12 * cost.per_byte:.0f} pJ/B × {pace.bytes / 1e9:.3g} GB + {1e12 * cost.per_flop[1]:.2g} pJ/FLOP × {pace.flop / 1e9:.3g} GFLOP) ÷ {pace.tokens:.0f}; {cost.source}"
    return Quantity("joules", value, "J", "estimated", value / off, value * off, source)


def usual(low: float, high: float) -> float:
    """Between the least and the most of a roof that others have reached."""
    return sqrt(low * high)


def energy(read: Quantity | None, write: Quantity | None, prompt: int, answer: int) -> Quantity | None:
    """Wh of one answer: its prompt, and its tokens. By the board alone: the rest of the computer comes on top."""
    if read is None or write is None:
        return None

    def of(*joules: float) -> float:
        return convert(joules[0] * prompt + joules[1] * answer, "J", "Wh")

    source = f"{prompt:,} × {read} + {answer:,} × {write}; the board alone"
    low, high = of(read.low, write.low), of(read.high, write.high)
    return Quantity("answer", of(read.value, write.value), "Wh", "estimated", low, high, source)


def cost(answer: Quantity, price: float, times: int = 1_000) -> Quantity:
    """USD for so many answers at a price for each kWh."""
    each = price * times / 1_000
    source = f"{times:,} × {answer} × {price:g} USD/kWh"
    return Quantity("cost", each * answer.value, "USD", "estimated", each * answer.low, each * answer.high, source)


def in_a_data_centre(name: str, prompt: int, answer: int) -> Quantity | None:
    """Wh of the same answer by the same model, as it is published, on boards that serve many at once, at the wall plug; None for
    models that are not listed there."""
    model = models().get(name)
    if model is None or model.attention == "hybrid":
        return None
    scenario = Scenario(model, Task(prompt, answer), boards()[ELSEWHERE], NATIVE, TOGETHER, figure("pue_survey"))
    try:
        return by_boards(scenario)
    except DoesNotFit:
        return None

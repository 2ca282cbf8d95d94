"""Energy, time and money of a candidate: Wh of a use at the wall plug, seconds of a use, USD a year.

Energy is that of what an answer takes (`roofline`, `answer_cost`) at the wall plug (`device.at_the_wall`); money that
of electricity, of the card if it is bought for this, or of the provider.
"""

from dataclasses import replace
from math import sqrt

from lessons.estimate import answer_cost, engine_efficiency
from lessons.estimate.at_home import Home
from lessons.estimate.device import at_the_wall
from lessons.estimate.footprint import scaled
from lessons.estimate.requirements import Requirements
from lessons.estimate.roofline import reading, writing
from lessons.facts import figure, published_uses
from lessons.quantity import Quantity, convert, show
from lessons.text import sections

WORDS = sections("estimate")

EXAMPLES, PASSES = 500, 3  # to train a small one with: more labels help little (Bucher & Martini 2024)
STATED = (
    "median Gemini text prompt",
    "average ChatGPT query, as stated",
    "typical ChatGPT query, estimated",
    "short GPT-4o query, from API latency",
)
DAYS, DAY, YEARS = 365, 86_400, 4  # of a year, seconds of a day, and the life of a machine that is bought


def run(need: Requirements, home: Home, written: int) -> tuple[Quantity | None, float]:
    """Wh of a use at the wall, None where nobody says how much the board takes; and its seconds, as is expected
    of engines, and no fewer than the board's watts allow. `written`: tokens of the answer."""
    read, write = reading(home, need.machine, need.prompt), writing(home, need.machine, need.prompt + written / 2)
    shares = engine_efficiency.share(read, home, need.machine), engine_efficiency.share(write, home, need.machine)
    each = answer_cost.joules_of_both((read, write), home, need.board, need.machine, shares)
    board = answer_cost.energy(*each, need.prompt, written)
    seconds = read.seconds / shares[0] + written * write.seconds / shares[1]
    if board is None:
        return None, seconds
    if need.machine.watts:
        seconds = max(seconds, convert(board.value, "Wh", "J") / need.machine.watts)
    wall = at_the_wall(board, None)
    return with_idle(need, replace(wall, name="use", source=f"{board.source}; {wall.source}")), seconds


def with_idle(need: Requirements, use: Quantity) -> Quantity:
    """With its share of what the computer takes while it waits, if it does so for this alone."""
    if not need.waits or need.board is None:  # of laptops nothing is sourced
        return use
    idle = figure("idle_desktop")
    low, value, high = (24 * end / need.uses for end in (idle.low, idle.value, idle.high))
    source = WORDS("with idle: formula", use=use.source, watts=idle.value, uses=need.uses, idle=idle.source)
    return replace(use, low=use.low + low, value=use.value + value, high=use.high + high, source=source)


def with_training(use: Quantity, need: Requirements, active: float) -> Quantity:
    """With its share of what training it took, in a year. `active`: parameters."""
    flop = figure("training_flop_factor").value * active * EXAMPLES * PASSES * need.prompt
    spent = figure("training_energy_per_flop")
    each = [convert(end * 1e-12 * flop, "J", "Wh") / (need.uses * DAYS) for end in (spent.low, spent.value, spent.high)]
    source = WORDS(
        "with training: formula", use=use.source, energy=show(each[1], "Wh"), examples=EXAMPLES, passes=PASSES
    )
    return replace(use, low=use.low + each[0], value=use.value + each[1], high=use.high + each[2], source=source)


def money(need: Requirements, use: Quantity | None) -> Quantity | None:
    """USD a year: current, and the machine if it is bought; None where that has no price."""
    if use is None or (need.bought and not (need.board and need.board.price_usd)):
        return None
    current = electricity(need, use)
    if not need.bought:
        return current
    share = need.board.price_usd / YEARS
    low, value, high = (end + share for end in (current.low, current.value, current.high))
    price, sheet = need.board.price_usd, need.board.source
    source = WORDS("with the card: formula", electricity=current.source, price=price, years=YEARS, sheet=sheet)
    return replace(current, low=low, value=value, high=high, source=source)


def words_use(seconds: float, wall: Quantity) -> Quantity:
    """Wh of a use without a model: `wall`, what so many measured seconds take at the wall plug."""
    source = WORDS("words timed: formula", time=show(seconds, "s"), wall=wall.source)
    return replace(wall, name="use", source=source)


def electricity(need: Requirements, use: Quantity) -> Quantity:
    """USD for the electricity of a year, at the price that was asked for; with its formula."""
    each = need.kwh / 1_000 * need.uses * DAYS
    source = WORDS("electricity of a year: formula", use=use, uses=need.uses, days=DAYS, price=need.kwh)
    return replace(scaled(use, each), name="year", unit="USD", badge="estimated", source=source)


def stated_use() -> Quantity:
    """What is said of a use of a model whose shape nobody tells, however long it is."""
    uses = [use for use in published_uses() if use.label in STATED]
    values = sorted(end for use in uses for end in (use.watt_hours_low, use.watt_hours, use.watt_hours_high) if end)
    source = "; ".join(f"{use.label}: {use.watt_hours:g} Wh ({use.source})" for use in uses)
    middle = sqrt(values[0] * values[-1])
    return Quantity("use", middle, "Wh", "cited", values[0], values[-1], WORDS("stated of others", uses=source))


def provider_money(need: Requirements) -> Quantity:
    """USD a year for a provider's tokens of prompt and answer, at its list price."""
    price = need.price
    use = (price.input_usd * need.prompt + price.output_usd * need.answer) / 1e6
    source = WORDS(
        "provider's price: formula",
        prompt=need.prompt,
        input_usd=price.input_usd,
        answer=need.answer,
        output_usd=price.output_usd,
        uses=need.uses,
        days=DAYS,
        source=price.source,
        stated=price.stated,
    )
    return Quantity("year", use * need.uses * DAYS, "USD", "estimated", source=source)

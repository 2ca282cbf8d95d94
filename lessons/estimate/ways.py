"""The ways to have a task done, and what each takes: none, a small model trained for it, a large one at home, a larger one elsewhere.

Energy is that at the wall plug (`device.at_the_wall`) of what an answer takes (`roofline`, `answer`), money that of the current,
of the machine if it is bought for this, or of the provider.
"""

from dataclasses import dataclass, replace
from math import sqrt
from typing import NamedTuple

from lessons.estimate import answer, behind
from lessons.estimate.at_home import Home, fits
from lessons.estimate.behind import Behind
from lessons.estimate.device import at_the_wall
from lessons.estimate.footprint import scaled
from lessons.estimate.reached import usual, usual_reading
from lessons.estimate.roofline import Machine, reading, writing
from lessons.estimate.transformer import multiplied
from lessons.facts import Board, figure, published_uses
from lessons.facts.architectures import Architecture, architectures
from lessons.facts.deciding import Price
from lessons.quantity import Quantity, convert


class Task(NamedTuple):
    """Tokens of a use: ours, to be changed by hand. `reads`: a small model, made for it, answers by reading alone."""

    prompt: int
    answer: int
    reads: bool = False


TASKS = {
    "sort texts": Task(300, 5, reads=True),
    "find in a text": Task(1_000, 30, reads=True),
    "summarise": Task(1_000, 100),
    "know facts": Task(100, 100),
    "calculate": Task(300, 1_000),
    "write code": Task(300, 1_000),
    "chat": Task(300, 300),
}
SMALL = "SmolLM2 360M"  # stands for models of its size that are trained for a task, as RoBERTa large with 355 million parameters
LADDER = ("Qwen2.5 0.5B", "Qwen2.5 1.5B", "Qwen2.5 3B", "Qwen2.5 7B", "Llama 3.1 8B", "Qwen2.5 32B", "Llama 3.1 70B", "Llama 3.1 405B")  # fmt: skip
FORM = "Q4_K_M"  # how a large one is kept at home
EXAMPLES, PASSES = 500, 3  # to train a small one with: more labels help little (Bucher & Martini 2024)
STATED = (
    "median Gemini text prompt",
    "average ChatGPT query, as stated",
    "typical ChatGPT query, estimated",
    "short GPT-4o query, from API latency",
)
DAYS, DAY, YEARS = 365, 86_400, 4  # of a year, seconds of a day, and the life of a machine that is bought


@dataclass(frozen=True)
class Need:
    """What is asked. `worse`: points it may be behind the best; `uses`: a day; `budget`: USD a year; `stays`: whether texts may not
    leave the house; `bought`: whether the machine must be bought for this; `waits`: whether the computer with that card is on all day for this alone; `kwh`: USD; `words`: Wh and seconds of a use without a model, as
    measured here, None until it is."""

    task: str
    prompt: int
    answer: int
    worse: float
    uses: int
    budget: float
    stays: bool
    machine: Machine
    board: Board | None
    bought: bool
    waits: bool
    kwh: float
    price: Price
    words: tuple[Quantity, float] | None = None


class Option(NamedTuple):
    """A way to have it done. `behind`: points, None where no score is listed; `use`: Wh at the wall; `year`: USD; `seconds`: of a use;
    `against`: what speaks against it, by name."""

    kind: str
    model: str
    behind: Behind | None
    use: Quantity | None
    year: Quantity | None
    seconds: float | None
    against: tuple[str, ...] = ()


def ways(need: Need) -> tuple[Option, ...]:
    """All four, the smallest first."""
    return _without(need), _small(need), _at_home(need), _elsewhere(need)


def _without(need: Need) -> Option:
    found = behind.of_kind(need.task, "none")
    if found is None or need.words is None:  # adding up words is no way to do what nobody has done with it
        return Option("none", "", found, None, None, None)
    wh, seconds = _waiting(need, need.words[0]), need.words[1]
    return Option("none", "", found, wh, _current(need, wh), seconds)


def _small(need: Need) -> Option:
    shape = architectures()[SMALL]
    written = 0 if TASKS[need.task].reads else need.answer
    home = Home(shape, "fp16", context=need.prompt + need.answer)
    held = fits(home, need.machine.memory, 0)
    use, seconds = _run(need, home, written) if held else (None, None)  # what does not fit takes nothing
    if use:
        use = _with_training(use, need, multiplied(shape))
    found = behind.of_kind(need.task, "small")
    bars = {"memory": not held, "context": not _looks_back(shape, need)}
    return Option(
        "small", SMALL, found, use, _money(need, use), seconds, tuple(name for name, bar in bars.items() if bar)
    )


def _at_home(need: Need) -> Option:
    shapes = [architectures()[name] for name in LADDER]
    homes = [Home(shape, FORM, context=need.prompt + need.answer) for shape in shapes]
    held = [home for home in homes if fits(home, need.machine.memory, 0) and _looks_back(home.shape, need)]
    if not held:
        return Option("local", "", None, None, None, None, ("memory",))
    found = {home: _found(need.task, home.shape) for home in held}
    good = [home for home in held if found[home] and found[home].value <= need.worse]
    home = good[0] if good else held[-1]
    use, seconds = _run(need, home, need.answer)
    return Option("local", home.shape.name, found[home], use, _money(need, use), seconds)


def _found(task: str, shape: Architecture) -> Behind | None:
    """How far behind a model was found to be, or the largest one listed that is no larger."""
    return behind.of_model(task, shape.name) or behind.of_kind(task, "local", shape.params_total)


def _elsewhere(need: Need) -> Option:
    price = need.price
    reckoned = answer.in_a_data_centre(price.shape, need.prompt, need.answer) if price.shape else None
    each = (price.input_usd * need.prompt + price.output_usd * need.answer) / 1e6
    source = f"({need.prompt:,} × {price.input_usd:g} + {need.answer:,} × {price.output_usd:g} USD) ÷ 10⁶ × {need.uses:,} a day × {DAYS}; {price.source}, {price.stated}"
    year = Quantity("year", each * need.uses * DAYS, "USD", "estimated", source=source)
    found = behind.of_model(need.task, price.model)  # what others can says nothing about this one
    return Option("cloud", price.label, found, reckoned or _stated(), year, None)


def _looks_back(shape: Architecture, need: Need) -> bool:
    """Whether it was made for texts as long."""
    return shape.context is None or need.prompt + need.answer <= shape.context


def _run(need: Need, home: Home, written: int) -> tuple[Quantity | None, float]:
    """Wh of a use at the wall, None where nobody says how much the board takes; and its seconds, at the usual share of what is
    possible that others have reached, and no fewer than the board's watts allow."""
    read, write = reading(home, need.machine, need.prompt), writing(home, need.machine, need.prompt + written / 2)
    shaders = need.board is not None and not need.board.fp16_matrix_units  # a peak that matrix units exceed
    shares = 1.0 if shaders else usual_reading(), usual(home.form)
    each = answer.joules_of_both((read, write), home, need.board, need.machine, shares)
    board = answer.energy(*each, need.prompt, written)
    seconds = read.seconds / shares[0] + written * write.seconds / shares[1]
    if board is None:
        return None, seconds
    if need.machine.watts:
        seconds = max(seconds, convert(board.value, "Wh", "J") / need.machine.watts)
    wall = at_the_wall(board, None)
    return _waiting(need, replace(wall, name="use", source=f"{board.source}; {wall.source}")), seconds


def _waiting(need: Need, use: Quantity) -> Quantity:
    """With its share of what the computer takes while it waits, if it does so for this alone."""
    if not need.waits or need.board is None:  # of laptops nothing is sourced
        return use
    idle = figure("idle_desktop")
    low, value, high = (24 * end / need.uses for end in (idle.low, idle.value, idle.high))
    source = f"{use.source}; and 24 h × {idle.value:g} W ÷ {need.uses:,} uses a day ({idle.source})"
    return replace(use, low=use.low + low, value=use.value + value, high=use.high + high, source=source)


def _with_training(use: Quantity, need: Need, active: float) -> Quantity:
    """With its share of what training it took, in a year."""
    flop = figure("training_flop_factor").value * active * EXAMPLES * PASSES * need.prompt
    spent = figure("training_energy_per_flop")
    each = [convert(end * 1e-12 * flop, "J", "Wh") / (need.uses * DAYS) for end in (spent.low, spent.value, spent.high)]
    source = f"{use.source}; and {each[1]:.2g} Wh of training: {EXAMPLES} examples, {PASSES} times, ÷ uses of a year"
    return replace(use, low=use.low + each[0], value=use.value + each[1], high=use.high + each[2], source=source)


def _money(need: Need, use: Quantity | None) -> Quantity | None:
    """USD a year: current, and the machine if it is bought; None where that has no price."""
    if use is None or (need.bought and not (need.board and need.board.price_usd)):
        return None
    current = _current(need, use)
    if not need.bought:
        return current
    share = need.board.price_usd / YEARS
    low, value, high = (end + share for end in (current.low, current.value, current.high))
    source = f"{current.source}; {need.board.price_usd:,.0f} USD ÷ {YEARS} years ({need.board.source})"
    return replace(current, low=low, value=value, high=high, source=source)


def _current(need: Need, use: Quantity) -> Quantity:
    each = need.kwh / 1_000 * need.uses * DAYS
    source = f"{use} × {need.uses:,} a day × {DAYS} × {need.kwh:g} USD/kWh"
    return replace(scaled(use, each), name="year", unit="USD", badge="estimated", source=source)


def _stated() -> Quantity:
    """What is said of a use of a model whose shape nobody tells, however long it is."""
    uses = [use for use in published_uses() if use.label in STATED]
    values = sorted(end for use in uses for end in (use.watt_hours_low, use.watt_hours, use.watt_hours_high) if end)
    source = "; ".join(f"{use.label}: {use.watt_hours:g} Wh ({use.source})" for use in uses)
    middle = sqrt(values[0] * values[-1])
    return Quantity("use", middle, "Wh", "cited", values[0], values[-1], f"between what is stated of others: {source}")

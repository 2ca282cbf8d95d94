"""The exercises of the lesson on deciding, about the task that the knobs describe and the four ways to do it."""

from collections.abc import Callable
from dataclasses import replace
from math import log10
from statistics import mean
from typing import NamedTuple

from lessons.estimate import quality_gap
from lessons.estimate.candidates import Candidate
from lessons.estimate.cost import DAY, DAYS
from lessons.estimate.quality_gap import QUANTILE, QualityGap
from lessons.estimate.requirements import Requirements
from lessons.estimate.selection import chosen, judged, yearly
from lessons.exercise import RIGHT, Choice, Goal, MissingLine, Number, in_words
from lessons.facts import figure
from lessons.quantity import Quantity
from lessons.ui.decide.comparison import KINDS, WORDS
from lessons.ui.decide.knobs import A_LAPTOP, TASK, USES
from lessons.ui.state.knob import count

THOUSAND, MILLION = 1_000, 1e6
NEAR = 0.3  # of a ratio: what a reader cannot tell from it by eye
WATTS = "idle_desktop"


def run_on(need: Requirements) -> Requirements:
    """The same, or on a laptop where the small model has no energy on the machine that is asked for."""
    if judged(need)[1].use:
        return need
    return replace(need, machine=A_LAPTOP, board=None, bought=False, waits=False)


def ways(need: Requirements) -> dict[str, Candidate]:
    """The four, by their kinds."""
    return {way.kind: way for way in judged(run_on(need))}


def least_and_most(need: Requirements) -> tuple[Candidate, Candidate]:
    """The ways with the shortest and the highest column of energy."""
    found = sorted((way for way in ways(need).values() if way.use), key=lambda way: way.use.value)
    return found[0], found[-1]


def ratio(need: Requirements) -> float:
    """How many times as much energy the one takes as the other."""
    less, more = least_and_most(need)
    return more.use.value / less.use.value


def times(number: float) -> Quantity:
    """In two digits: an axis tells no more."""
    return Quantity("times", float(f"{number:.2g}"), "×", "estimated")


def lines(need: Requirements) -> float:
    """How many row lines lie between the ends of both columns, in two digits: an axis tells no more."""
    return float(f"{log10(ratio(need)):.2g}")


def read_off(need: Requirements) -> float:
    """The ratio as these lines tell it."""
    return 10 ** lines(need)


def misread(need: Requirements, number: float) -> Quantity:
    """What a wrong reading gives; the right ratio where it is nearly that, so that it is not offered."""
    right = read_off(need)
    return times(right if abs(number - right) < NEAR * right else number)


LINES = Choice(
    "lines",
    right=lambda need: times(read_off(need)),
    wrong={
        "lines are times": lambda need: misread(need, lines(need)),
        "ten a line": lambda need: misread(need, 10 * lines(need)),
        "twice a line": lambda need: misread(need, 2 ** lines(need)),
    },
    said=lambda need: (
        dict(zip(("less", "more"), (KINDS[way.kind] for way in least_and_most(need)), strict=True))
        | {"lines": f"{lines(need):g}", "task": need.task}
    ),
)


def cost(need: Requirements) -> float:
    """USD of a thousand uses in the cloud."""
    price = need.price
    return THOUSAND * (price.input_usd * need.prompt + price.output_usd * need.answer) / MILLION


COST = Number(
    "cost",
    "USD",
    right=cost,
    wrong={
        "one use": lambda need: cost(need) / THOUSAND,
        "answers alone": lambda need: THOUSAND * need.price.output_usd * need.answer / MILLION,
        "per thousand tokens": lambda need: 1_000 * cost(need),
    },
    said=lambda need: {
        "prompt": f"{need.prompt:,}",
        "answer": f"{need.answer:,}",
        "input": f"{need.price.input_usd:g}",
        "output": f"{need.price.output_usd:g}",
        "model": need.price.model,
        "task": need.task,
    },
)


def of_price(need: Requirements, usd_per_kwh: float) -> Quantity:
    """The share of the cloud's money that electricity at this price would be."""
    cloud = ways(need)["cloud"]
    share = yearly(cloud, need).value / 1_000 * usd_per_kwh / cloud.year.value
    return Quantity("share", 100 * share, "%", "estimated")


BILL = Choice(
    "bill",
    right=lambda need: of_price(need, need.kwh),
    wrong={
        "all of it": lambda _: Quantity("share", 100, "%", "estimated"),
        "no price per kWh": lambda need: of_price(need, 1),
    },
    said=lambda need: {
        "energy": yearly(ways(need)["cloud"], need),
        "money": ways(need)["cloud"].year,
        "kwh": f"{need.kwh:g}",
        "model": need.price.model,
    },
)


def timed(need: Requirements) -> Candidate:
    """The small model: the one whose time on the machine is asked about."""
    return ways(need)["small"]


def busiest(need: Requirements) -> str:
    """The most uses a day of the slider that the small model has the time for."""
    done = [uses for uses in USES.options if timed(need).seconds * count(uses) <= DAY]
    return done[-1] if done else USES.options[0]


def busiest_verdict(uses: str, need: Requirements) -> str:
    if count(uses) > count(busiest(need)):
        return "too slow"
    return RIGHT if uses == busiest(need) else "time to spare"


def next_up(uses: str) -> str:
    """The next position of the slider, or ten times the last one."""
    return next((each for each in USES.options if count(each) > count(uses)), f"{10 * count(uses):,}")


def hours(need: Requirements, uses: str) -> Quantity:
    """For so many uses by the small model."""
    return Quantity("time", timed(need).seconds * count(uses) / 3600, "h", "estimated")


BUSIEST = Goal(
    "busiest",
    (USES.name,),
    busiest_verdict,
    said=lambda need: {
        "way": KINDS["small"],
        "machine": run_on(need).machine.name,
        "seconds": Quantity("time", timed(need).seconds, "s", "estimated"),
        "hours": hours(need, busiest(need)),
        "more": next_up(busiest(need)),
        "longer": hours(need, next_up(busiest(need))),
    },
)


def at_home(need: Requirements) -> Requirements:
    """The same, with texts that may not leave the house."""
    return replace(need, stays=True)


def name(way: Candidate | None) -> str:
    return KINDS[way.kind] if way else WORDS["none of the four"]


def best_score(need: Requirements) -> str:
    """The way with the best scores, whatever else is asked."""
    return name(min((way for way in judged(need) if way.gap), key=lambda way: way.gap.value, default=None))


def least_energy(need: Requirements) -> str:
    """The way at home that takes the least energy, whatever else is asked."""
    return name(min((way for way in judged(need) if way.kind != "cloud"), key=_energy))


def _energy(way: Candidate) -> float:
    return way.use.value if way.use else float("inf")


AT_HOME = Choice(
    "stays",
    right=lambda need: name(chosen(at_home(need))),
    wrong={
        "best score": best_score,
        "least energy": least_energy,
        "largest at home": lambda _: KINDS["local"],
        "nothing does": lambda _: WORDS["none of the four"],
    },
    said=lambda need: {"task": need.task, "worse": f"{need.worse:g}", "uses": f"{need.uses:,}"},
)


class Tests(NamedTuple):
    """How far behind the best a way was, on each test of a task."""

    task: str
    way: str  # as a reader knows it
    gap: QualityGap

    @property
    def points(self) -> list[float]:
        """Percentage points, rising."""
        return sorted(each.points for each in self.gap.gaps)


def tests(need: Requirements) -> Tests:
    """Tests that lie far enough apart to tell ways of judging: those of the reader's task, or of the task that the
    lesson opens with."""
    found = (Tests(need.task, KINDS[way.kind], way.gap) for way in judged(need) if way.gap and _is_telling(way.gap))
    return next(found, None) or Tests(TASK.default, KINDS["none"], quality_gap.of_kind(TASK.default, "none"))


def _is_telling(gap: QualityGap) -> bool:
    points = sorted(each.points for each in gap.gaps)
    others = points[len(points) // 2], mean(points), points[-1]
    return in_words(float(gap.value)) not in [in_words(float(other)) for other in others]


def points_behind(quantile: Callable, need: Requirements) -> float:
    """Percentage points by which a way is judged, with this way to find a quantile."""
    return float(quantile(tests(need).points, QUANTILE))


THREE_OF_FOUR = MissingLine(
    "quantile",
    quality_gap.quantile,
    "return ordered[ceil(share * len(ordered)) - 1]",
    {
        "half": "return ordered[len(ordered) // 2]",
        "mean": "return sum(ordered) / len(ordered)",
        "worst": "return ordered[-1]",
    },
    computed=points_behind,
    said=lambda need: (
        tests(need)._asdict()
        | {"share": f"{QUANTILE:g}", "points": ", ".join(f"{points:.1f}" for points in tests(need).points)}
    ),
)


def waiting(need: Requirements) -> float:
    """Wh of each use for a computer that waits all day."""
    return 24 * figure(WATTS).value / need.uses


WAITING = Number(
    "waiting",
    "Wh",
    right=waiting,
    wrong={
        "watts are watt-hours": lambda need: waiting(need) / 24,
        "all uses": lambda need: 24 * figure(WATTS).value,
        "a year": lambda need: DAYS * waiting(need),
    },
    said=lambda need: {
        "watts": f"{figure(WATTS).value:g}",
        "way": KINDS["small"],
        "uses": f"{need.uses:,}",
        "use": ways(replace(need, waits=False))["small"].use,
    },
)

OF_THE_PICTURE, OF_THE_WAYS = (LINES, COST, BILL), (BUSIEST, AT_HOME)
EXERCISES = (*OF_THE_PICTURE, *OF_THE_WAYS, THREE_OF_FOUR, WAITING)

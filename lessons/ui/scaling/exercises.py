"""The exercises of the lesson on growth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import NamedTuple

from lessons.estimate import flop, growth, savings
from lessons.estimate.silicon import Layer
from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.facts import Board, boards
from lessons.quantity import Quantity
from lessons.ui.scaling.first_picture import Two
from lessons.ui.scaling.knobs import BY, NEW, OLD, SPARSITY

OTHER, ANOTHER = NEW[2], NEW[1]  # boards that are asked about
YEARS = 3  # in which demand grows
SHARE = 1000  # of the last gap
ORDINARY, SKIPS, *_ = savings.HARDWARE
NEAR = 0.1  # a share of the right answer
Gaps = Mapping[str, float]  # by the year, the last year last


def times(value: float) -> Quantity:
    return Quantity("factor", value, "×", "estimated")


def apart(value: float, right: float) -> Quantity:
    """What a misconception leads to; the right answer where both are so near that nobody can tell them apart."""
    return times(right if abs(value / right - 1) < NEAR else value)


def doublings(two: Two) -> float:
    """Of demand in a year."""
    return 12 / two.wanted.doubling.value


def named(two: Two) -> dict[str, object]:
    """Both lines in words."""
    return {
        "wants": two.wants,
        "offers": two.offers,
        "wanted": two.wanted.doubling,
        "offered": two.offered.doubling,
        "years": YEARS,
    }


FACTOR = Choice(
    "factor",
    right=lambda two: times(2 ** (YEARS * doublings(two))),
    wrong={
        "added": lambda two: times(1 + YEARS * doublings(two)),
        "doublings alone": lambda two: times(YEARS * doublings(two)),
        "years added": lambda two: times(YEARS * 2 ** doublings(two)),
    },
    said=named,
)

CHASE = Number(
    "chase",
    "years",
    right=lambda two: two.offered.doubling.value / two.wanted.doubling.value,
    wrong={"subtracted": lambda two: (two.offered.doubling.value - two.wanted.doubling.value) / 12},
    said=named,
)


def growth_with(given: Callable, two: Two) -> Quantity:
    """By which factor demand grows, where its line is given by its doubling time."""
    line = given(two.wanted.doubling.value, two.wanted.samples)
    return times(line.at(two.since + YEARS) / line.at(two.since))


SLOPE = MissingLine(
    "slope",
    growth.given,
    "slope = 12 / months",
    {
        "a month": "slope = 1 / months",
        "factor of a year": "slope = 2 ** (12 / months)",
        "base e": "slope = 0.693 * 12 / months",
    },
    computed=growth_with,
    said=named,
)


def gaps(two: Two, years: Sequence[str]) -> Gaps:
    return {year: two.gap(int(year)).value for year in years}


def reached(by_year: Gaps) -> str:
    """The first year with a thousandth of the last gap."""
    *_, last = by_year.values()
    return next(year for year, gap in by_year.items() if gap >= last / SHARE)


def verdict(by: str, by_year: Gaps) -> str:
    if int(by) < int(reached(by_year)):
        return "too early"
    return "right" if by == reached(by_year) else "too late"


THOUSANDTH = Goal(
    "thousandth", (BY.name,), verdict, said=lambda by_year: {"last": [*by_year][-1], "first": [*by_year][0]}
)


class TwoBoards(NamedTuple):
    """Between which boards an operation became cheaper, and in which formats at most."""

    old: Board
    new: Board
    narrowest: str

    @property
    def factors(self) -> dict[str, Quantity]:
        """By their causes, that of 32-bit arithmetic first."""
        return flop.steps(self.old, self.new, self.narrowest)


def since_p100(name: str, narrowest: str) -> TwoBoards:
    """From the P100 to the board of this name, with no format narrower than this."""
    return TwoBoards(boards()[OLD], boards()[f"NVIDIA {name}"], narrowest)


def another(pair: TwoBoards) -> TwoBoards:
    """To a board whose first step the page does not print in words."""
    asked = since_p100(OTHER, pair.narrowest)
    return asked if asked.new != pair.new else since_p100(ANOTHER, pair.narrowest)


def same_format(pair: TwoBoards) -> float:
    """How many times cheaper a FLOP in fp32 became."""
    return next(iter(pair.factors.values())).value


def whole(pair: TwoBoards) -> float:
    """How many times cheaper a FLOP in the best format became."""
    return flop.whole(pair.factors).value


def by_moore(pair: TwoBoards) -> Quantity:
    """The same by a doubling every two years."""
    asked = another(pair)
    return apart(2 ** ((asked.new.year - asked.old.year) / 2), same_format(asked))


CHEAPER = Choice(
    "cheaper",
    right=lambda pair: times(same_format(another(pair))),
    wrong={
        "Moore's law": by_moore,
        "narrower formats": lambda pair: times(whole(another(pair)) / same_format(another(pair))),
        "everything": lambda pair: times(whole(another(pair))),
    },
    said=lambda pair: {
        "old": pair.old.name,
        "before": pair.old.year,
        "new": another(pair).new.name,
        "after": another(pair).new.year,
        "narrowest": flop.best(another(pair).new, pair.narrowest)[0],
    },
)


class Product(NamedTuple):
    """Layers that are shrunk, and how."""

    layers: Sequence[Layer]
    shrunk: savings.Shrunk

    @property
    def factors(self) -> tuple[float, float, float]:
        """What each technique promises: bits, sparsity, student."""
        return savings.FULL / self.shrunk.bits, 1 / self.shrunk.kept, 1 / self.shrunk.student


def pruned(product: Product, hardware: str) -> float:
    """How many times less a student in 32 bits takes once it is pruned, at the floor on this hardware."""
    found = savings.stages(
        product.layers, savings.Shrunk(kept=kept(product), student=product.shrunk.student, hardware=hardware)
    )
    return found["student"]["total"].value / found["pruned"]["total"].value


def kept(product: Product) -> float:
    """The share of weights not pruned: that of the slider, or of its default where nothing is pruned."""
    return product.shrunk.kept if product.shrunk.kept < 1 else 1 - int(SPARSITY.default) / 100


ZEROS = Choice(
    "zeros",
    right=lambda product: times(pruned(product, ORDINARY)),
    wrong={
        "skipped": lambda product: times(pruned(product, SKIPS)),
        "as many weights": lambda product: times(1 / kept(product)),
    },
    said=lambda product: {"pruned": f"{100 * (1 - kept(product)):.0f}"},
)


def rounded(product: Product) -> Product:
    """The same in 8 bits; in 4 where it has 8: what the tiles do not show."""
    return product._replace(shrunk=replace(product.shrunk, bits=4 if product.shrunk.bits == 8 else 8))


def fell(product: Product) -> float:
    """How many times the floor fell on ordinary hardware."""
    return savings.saved(product.layers, replace(product.shrunk, hardware=ORDINARY)).value


def only_stored(product: Product) -> float:
    """The same for the stored weights alone."""
    bits, _, student = product.factors
    return bits * student


MULTIPLIED = Choice(
    "multiplied",
    right=lambda product: times(fell(rounded(product))),
    wrong={
        "added": lambda product: apart(sum(rounded(product).factors), fell(rounded(product))),
        "multiplied": lambda product: apart(prod(rounded(product).factors), fell(rounded(product))),
        "arithmetic forgotten": lambda product: apart(only_stored(rounded(product)), fell(rounded(product))),
    },
    said=lambda product: (
        {"width": rounded(product).shrunk.bits}
        | {
            name: f"{factor:.3g}×"
            for name, factor in zip(("bits", "sparsity", "student"), rounded(product).factors, strict=True)
        }
    ),
)

EXERCISES = (FACTOR, CHASE, SLOPE, THOUSANDTH, CHEAPER, ZEROS, MULTIPLIED)

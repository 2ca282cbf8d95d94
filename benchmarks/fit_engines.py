"""The terms of `lessons/facts/engines.csv`, fitted to the published speeds of `lessons/facts/speeds.csv`.

    python -m benchmarks.fit_engines

prints the table. Only rows whose `use` is "fitted" count: a machine and a model that are not among the held ones; one
conversation, no speculative decoding. For each kind of engine apart, for decode also CUDA until 2024 and since:

- bandwidth_share and layer_microseconds minimise the sum of |log(expected ÷ measured seconds)| of decoding, with a
  share of at most 1 and no negative time; models with linear layers are left out here;
- linear_times, of these models, is the median of how many times as long as another a linear layer takes with these
  terms, at least 1; 1 where no such model is published;
- unpacking, of all together, is the median of how much faster a prompt is read with 16 bits than with fewer, by the
  same source on the same machine with the same model and as many tokens;
- peak_share is the median of what prompts then reach;
- a band is for a machine that is not there: mean ∓ t · s · √(1 + 1/n) of log(measured ÷ expected speed), each row with
  terms that were fitted to the other machines, each of the n machines weighing alike. 90 % of what is measured on
  further machines should be inside. With fewer than FEW machines the rows are those of all engines together.

Not modelled: which version of an engine it was, prompts that are read in parts, how evenly experts are chosen.
"""

import csv
import sys
from collections.abc import Callable, Sequence
from itertools import product
from math import exp, log, sqrt
from statistics import NormalDist, mean, median
from typing import NamedTuple

from lessons.estimate.engine_efficiency import PLAIN, layer_count
from lessons.estimate.published_speeds import MeasuredSpeed, read, written
from lessons.facts.architectures import FITTED
from lessons.facts.engines import ANY, BACKENDS, CUDA, OLD, Engine

ROUNDS, NEAR, FEW = 40, 0.02, 4  # of the fit; what is nearer than this counts alike; machines
INSIDE = 0.95  # of further machines below a band's upper end, as many above its lower one
SOURCE = "fitted to half of the published speeds of lessons/facts/speeds.csv by benchmarks/fit_engines.py"
URL = "https://github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference"  # most of the rows
NOTE = "the source of each row is in the table of speeds"


class Terms(NamedTuple):
    """Of decoding: seconds = seconds at best × `slower` + layers × `layer`, linear ones `linear` times."""

    slower: float
    layer: float  # seconds
    linear: float = 1.0

    def expected(self, row: MeasuredSpeed) -> float:
        """Seconds of a step."""
        return row.pace.moving * self.slower + layer_count(row.home.shape, self.linear) * self.layer


def table() -> list[Engine]:
    """One row for each kind of engine."""
    prompts = [row for row in read() if row.seen.use == FITTED]
    unpacking = unpacked(prompts)
    return [engine(name, of(name, fitted()), of_prompts(name, prompts), unpacking) for name in BACKENDS]


def engine(name: str, decoded: Sequence[MeasuredSpeed], prompts: Sequence[MeasuredSpeed], unpacking: float) -> Engine:
    """The terms of one kind, and their bands."""
    terms = fit(decoded)
    low, high = band(decoded, of(ANY, fitted()), lambda rows: fit(rows).expected)
    every = [row for row in read() if row.seen.use == FITTED]
    prompts = prompts or every
    reached = lambda rows: peak_share(rows, unpacking)
    least, most = band(prompts, every, lambda rows: lambda row: at_peak(row, reached(rows), unpacking))
    machines = len({row.seen.board for row in decoded})
    shares = [1 / terms.slower, 1e6 * terms.layer, terms.linear, low, high, reached(prompts), unpacking, least, most]
    return Engine(name, *map(rounded, shares), machines, SOURCE, URL, "derived", NOTE)


def rounded(number: float) -> float:
    """To three digits; 0 below a nanosecond, which no layer takes."""
    return float(f"{number:.3g}") if number > 1e-3 else 0.0


def fitted() -> list[MeasuredSpeed]:
    """Published decoding that terms are fitted to."""
    return [row for row in written() if row.seen.use == FITTED]


def of(name: str, rows: Sequence[MeasuredSpeed]) -> list[MeasuredSpeed]:
    """Those of one kind of engine; or of all that are not old and have no linear layers, which are published of
    Apple's chips alone."""
    usual = lambda row: row.seen.backend != OLD and not row.home.shape.linear_layers
    return [row for row in rows if row.seen.backend == name or (name == ANY and usual(row))]


def of_prompts(name: str, rows: Sequence[MeasuredSpeed]) -> list[MeasuredSpeed]:
    """The same of prefill, which is not split by age."""
    both = (CUDA, OLD) if name in (CUDA, OLD) else (name,)
    return [row for row in rows if row.seen.backend in both or name == ANY]


def measured(row: MeasuredSpeed) -> float:
    """Seconds of a step."""
    return row.pace.tokens / row.per_second


def fit(rows: Sequence[MeasuredSpeed]) -> Terms:
    """The terms of rows without linear layers, and how many times as long as others those of the rest take."""
    linear = [row for row in rows if row.home.shape.linear_layers]
    terms = two_terms([row for row in rows if not row.home.shape.linear_layers] or rows)
    return terms._replace(linear=linear_times(linear, terms)) if linear and terms.layer else terms


def linear_times(rows: Sequence[MeasuredSpeed], terms: Terms) -> float:
    """The median of seconds that a linear layer takes beyond its bytes ÷ those of another layer, at least 1."""
    rest = lambda row: (measured(row) - terms.expected(row)) / (row.home.shape.linear_layers * terms.layer)
    return max(1 + median(map(rest, rows)), 1.0)


def two_terms(rows: Sequence[MeasuredSpeed]) -> Terms:
    """The terms that minimise the sum of |log(expected ÷ measured)|: least squares again and again, where a row weighs
    the less the farther off it is."""
    terms = Terms(1.3, 5e-5)
    for _ in range(ROUNDS):
        each = [_linear(row, terms) for row in rows]
        found = _bounded(each)
        terms = Terms((terms.slower + found.slower) / 2, (terms.layer + found.layer) / 2)
    return terms


def _linear(row: MeasuredSpeed, terms: Terms) -> tuple[float, float, float, float]:
    """Weight, both coefficients and the right side of a row: log(expected) is linear near what is expected."""
    now = terms.expected(row)
    off = log(now / measured(row))
    return 1 / max(abs(off), NEAR), row.pace.moving / now, row.home.shape.layers / now, 1 - off


def _bounded(rows: Sequence[tuple[float, float, float, float]]) -> Terms:
    """Weighted least squares of two terms, the first at least 1, the second at least 0."""
    total = lambda term: sum(weight * term(a, b, right) for weight, a, b, right in rows)
    aa, ab, bb = total(lambda a, b, _: a * a), total(lambda a, b, _: a * b), total(lambda a, b, _: b * b)
    ar, br = total(lambda a, b, right: a * right), total(lambda a, b, right: b * right)
    whole = aa * bb - ab * ab
    slower, layer = ((ar * bb - br * ab) / whole, (aa * br - ab * ar) / whole) if whole > 1e-9 * aa * bb else (0.0, 0.0)
    if slower < 1:
        return Terms(1.0, max((br - ab) / bb, 0.0))
    return Terms(slower, layer) if layer >= 0 else Terms(max(ar / aa, 1.0), 0.0)


def unpacked(rows: Sequence[MeasuredSpeed]) -> float:
    """How many times as long a prompt takes with fewer bits than with 16: the median of pairs, at least 1."""
    return max(median(pairs(rows)), 1.0)


def pairs(rows: Sequence[MeasuredSpeed]) -> list[float]:
    """Prompt speed with 16 bits ÷ that with fewer, where only the format differs."""
    plain = [row for row in rows if row.seen.format in PLAIN]
    few = [row for row in rows if row.seen.format not in PLAIN]
    return [one.per_second / other.per_second for one, other in product(plain, few) if _same(one) == _same(other)]


def _same(row: MeasuredSpeed) -> tuple:
    seen = row.seen
    return seen.board, seen.model, seen.backend, seen.prompt, seen.depth, seen.engine, seen.when, seen.source


def peak_share(rows: Sequence[MeasuredSpeed], unpacking: float) -> float:
    """Of the peak, that prompts reach once weights are unpacked: the median, at most 1."""
    return min(median(at_peak(row, 1.0, unpacking) / measured(row) for row in rows), 1.0)


def at_peak(row: MeasuredSpeed, share: float, unpacking: float) -> float:
    """Seconds that a prompt takes at a share of the peak."""
    return row.pace.computing * (1.0 if row.seen.format in PLAIN else unpacking) / share


def band(
    rows: Sequence[MeasuredSpeed],
    every: Sequence[MeasuredSpeed],
    estimated: Callable[[Sequence[MeasuredSpeed]], Callable[[MeasuredSpeed], float]],
) -> tuple[float, float]:
    """Measured ÷ expected speed on a further machine, low and high. `every`: rows of all kinds, which stand in for few;
    `estimated`: makes of rows what estimates the seconds of one."""
    offs = _left_out(rows, estimated)
    if len(offs) < FEW:
        offs = _left_out(every, estimated)
    count = len(offs)
    middle = mean(mean(machine) for machine in offs)
    spread = sqrt(sum(mean((off - middle) ** 2 for off in machine) for machine in offs) / (count - 1))
    further = student(INSIDE, count - 1) * sqrt(1 + 1 / count) * spread
    return exp(middle - further), exp(middle + further)


def _left_out(rows: Sequence[MeasuredSpeed], estimated: Callable) -> list[list[float]]:
    """log(measured ÷ expected speed) of the rows of each machine, estimated from the other machines."""
    found = []
    for machine in sorted({row.seen.board for row in rows}):
        others = [row for row in rows if row.seen.board != machine]
        if others:
            seconds, own = estimated(others), [row for row in rows if row.seen.board == machine]
            found.append([log(seconds(row) / measured(row)) for row in own])
    return found


def student(share: float, freedom: int) -> float:
    """The quantile of Student's t distribution, to a hundredth from 4 degrees of freedom on (Abramowitz & Stegun,
    26.7.5). `share`: of the distribution below it."""
    z = NormalDist().inv_cdf(share)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def main() -> None:
    """Print the table as CSV."""
    rows = [vars(row) for row in table()]
    printed = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    printed.writeheader()
    printed.writerows(rows)


if __name__ == "__main__":
    main()

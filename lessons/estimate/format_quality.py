"""What a weight format was measured to cost, by models of about one size: small ones lose more.

    loss = perplexity with the format ÷ perplexity in 16 bits − 1

Only rows with both, of one author on one text, count. Sizes that follow each other by less than a factor of NEXT are
one class; where a class has several rows of a format, its loss is their median, with the least and the most as a band.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from math import log
from statistics import median
from typing import NamedTuple

from lessons.estimate.gguf_size import bits_a_weight
from lessons.facts.architectures import QualityByFormat, architectures, quality_by_format

NEXT = 1.6  # times as many weights
METRICS = ("perplexity", "word perplexity")  # the first that has rows of a format says what it costs
DIVERGENCE = "mean KL divergence"
LADDER = 6  # formats at least, of a class that a chart shows


class SizeClass(NamedTuple):
    """Models from `smallest` to `largest` billions of weights."""

    smallest: float
    largest: float

    def away(self, billions: float) -> float:
        """How far a model of this size is from it: the logarithm of the ratio, 0 inside."""
        return max(log(self.smallest / billions), log(billions / self.largest), 0.0)


class FormatLoss(NamedTuple):
    """What a weight format, `form`, cost models `of` a size class: percent of a `metric`, the `middle` one of `rows`
    with the least (`low`) and the most (`high`); `divergence`: nats of KL divergence, least and most, where that was
    measured, too."""

    form: str
    metric: str
    low: float
    middle: float
    high: float
    of: SizeClass
    rows: tuple[QualityByFormat, ...]
    divergence: tuple[float, float] | None

    @property
    def bits(self) -> float | None:
        """A weight of these models, where one of them is of a listed shape: the median."""
        shapes = [architectures()[row.shape] for row in self.rows if row.shape]
        return median(bits_a_weight(shape, self.form) for shape in shapes) if shapes else None

    @property
    def models(self) -> tuple[str, ...]:
        """Those that were measured."""
        return tuple(dict.fromkeys(row.model for row in self.rows))


def percent(row: QualityByFormat) -> float:
    """How much higher than in 16 bits."""
    return 100 * (row.value / row.reference - 1)


@lru_cache(maxsize=1024)
def loss(form: str, billions: float) -> FormatLoss | None:
    """What a format cost the models nearest in size to one of so many billions of weights; None where nobody has
    published that."""
    for metric in METRICS:
        if rows := _of(form, metric):
            return _nearest(form, metric, rows, billions)
    return None


@lru_cache(maxsize=1)
def ladders() -> dict[SizeClass, dict[str, FormatLoss]]:
    """By size class, what each format cost; classes of which few formats were measured are left out."""
    metric = METRICS[0]
    rows = [row for row in _counted() if row.metric == metric]
    found: dict[SizeClass, dict[str, FormatLoss]] = {}
    for size in classes(row.billions for row in rows):
        forms = dict.fromkeys(row.format for row in _inside(rows, size))
        found[size] = {form: _loss(form, metric, _inside(_of(form, metric), size), size) for form in forms}
    return {size: losses for size, losses in found.items() if len(losses) >= LADDER}


def classes(sizes: Iterable[float]) -> list[SizeClass]:
    """The `sizes` in classes, the smallest first; between two classes is at least a factor of NEXT."""
    ordered = sorted(set(sizes))
    cuts = [0, *(at for at, (one, more) in enumerate(pairwise(ordered), 1) if more >= NEXT * one), len(ordered)]
    return [SizeClass(ordered[start], ordered[end - 1]) for start, end in pairwise(cuts)]


def _nearest(form: str, metric: str, rows: list[QualityByFormat], billions: float) -> FormatLoss:
    of = min(classes(row.billions for row in rows), key=lambda each: each.away(billions))
    return _loss(form, metric, _inside(rows, of), of)


def _loss(form: str, metric: str, rows: list[QualityByFormat], of: SizeClass) -> FormatLoss:
    found = [percent(row) for row in rows]
    nats = [row.value for row in _inside(_of(form, DIVERGENCE), of)]
    divergence = (min(nats), max(nats)) if nats else None
    return FormatLoss(form, metric, min(found), median(found), max(found), of, tuple(rows), divergence)


def _inside(rows: Iterable[QualityByFormat], of: SizeClass) -> list[QualityByFormat]:
    return [row for row in rows if of.smallest <= row.billions <= of.largest]


def _of(form: str, metric: str) -> list[QualityByFormat]:
    return [row for row in _counted() if row.format == form and row.metric == metric]


def _counted() -> list[QualityByFormat]:
    """Rows that are held against others."""
    return [row for row in quality_by_format() if not row.why_not and row.reference is not None]

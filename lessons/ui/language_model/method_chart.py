"""Methods of rounding side by side: perplexity on held-out text against the bits that a weight takes in the file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lessons.charts.chart import Chart
from lessons.experiment.language_step import METHODS
from lessons.quantity import Measurement, Quantity
from lessons.text import sections
from lessons.ui.language_model.damage_charts import LOST, Line, Marks, damage, grains

WORDS = sections("language-model")
NAMES = {"nearest": WORDS["nearest"], "gptq": WORDS["GPTQ"], "awq": WORDS["AWQ"]}
NEAREST = METHODS[0]
Curves = Mapping[tuple[str, str], Mapping[str, Measurement | None]]  # by grain and method, and bits of the slider


def methods(curves: Curves, marks: Marks, group: int, large: bool = False) -> Chart | None:
    """A line a method, with the grain in use, and one to the nearest with the other grain; in the note which method is
    best at which bits. None where fewer than two methods are known. `group`: weights that share a scale where the grain
    is "group"."""
    known = {way: {at: found for at, found in curve.items() if found} for way, curve in curves.items()}
    known = {way: curve for way, curve in known.items() if curve}
    used, names = next(iter(curves), ("", ""))[0], grains(group)
    compared = {method: curve for (grain, method), curve in known.items() if grain == used}
    if len(compared) < 2:
        return None
    lines = [
        Line(NAMES[method] if grain == used else f"{NAMES[method]}, {names[grain]}", method, curve, grain != used)
        for (grain, method), curve in known.items()
    ]
    note = " ".join([*says(compared, LOST * marks.before["perplexity"].value), WORDS["methods: bars"]])
    return damage(WORDS("methods", grain=names[used]), lines, marks, METHODS, note, large)


def says(curves: Mapping[str, Mapping[str, Measurement]], limit: float) -> Iterator[str]:
    """Which method is best at which bits, in sentences, and where one is worse than round to nearest. `limit`: the
    perplexity at which a model is lost; `curves`: by method and bits."""
    widths = dict.fromkeys(at for curve in curves.values() for at in curve)
    found = {bits: {method: curve[bits] for method, curve in curves.items() if bits in curve} for bits in widths}
    single = [bits for bits, measured in found.items() if len(measured) < 2 or NEAREST not in measured]
    verdicts = {bits: verdict(found[bits], limit) for bits in found if bits not in single}
    of = lambda kind: [bits for bits, each in verdicts.items() if each.kind == kind]
    for bits in of("perplexity"):
        seen = {method: str(measured["perplexity"]) for method, measured in found[bits].items()}
        best = verdicts[bits].best
        now = _all(seen[method] for method in best)
        yield WORDS("methods: lowest", bits=bits, method=_names(best), now=now, nearest=seen[NEAREST])
    if of("kl"):
        alike: dict[tuple[str, ...], list[str]] = {}
        for bits in of("kl"):
            alike.setdefault(verdicts[bits].best, []).append(bits)
        best = _all(WORDS("methods: best", method=_names(each), bits=_all(at)) for each, at in alike.items())
        yield WORDS("methods: KL", bits=_all(of("kl")), best=best)
    if of("alike"):
        yield WORDS("methods: alike", bits=_all(of("alike")))
    for method in curves:
        if places := [bits for bits, each in verdicts.items() if method in each.worse]:
            yield WORDS("methods: worse", method=NAMES[method], bits=_all(places))
    if of("lost"):
        yield WORDS("methods: lost", bits=_all(of("lost")))
    if single:
        yield WORDS("methods: single", bits=_all(single))


class Verdict(NamedTuple):
    """What is to say of methods at a width: they differ in "perplexity" or only in "kl", none is better than round to
    nearest ("alike"), or the model is "lost"; which are `best`, and which `worse` than round to nearest."""

    kind: str
    best: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()


def verdict(measured: Mapping[str, Measurement], limit: float) -> Verdict:
    """How methods compare at a width: they differ where their 95 % intervals have nothing in common, those of
    perplexity, else those of KL divergence. `limit`: the perplexity at which a model is lost."""
    if min(each["perplexity"].value for each in measured.values()) > limit:
        return Verdict("lost")
    name = "perplexity" if len(best_of(measured, "perplexity")) < len(measured) else "kl"
    best = best_of(measured, name)
    worse = tuple(method for method, each in measured.items() if apart(measured[NEAREST][name], each[name]))
    return Verdict("alike" if NEAREST in best else name, best, worse)


def best_of(measured: Mapping[str, Measurement], name: str) -> tuple[str, ...]:
    """The methods with the least of a quantity, the least first, and those whose 95 % intervals meet its own."""
    least, *others = sorted(measured, key=lambda method: measured[method][name].value)
    return (least, *(each for each in others if not apart(measured[least][name], measured[each][name])))


def apart(one: Quantity, other: Quantity) -> bool:
    """Whether the other quantity is larger, beyond the intervals of both."""
    return other.low > one.high


def _names(methods: Iterable[str]) -> str:
    return _all(NAMES[method] for method in methods)


def _all(words: Iterable[str]) -> str:
    """`2`, `2 and 3`, `2, 3 and 4`."""
    *first, last = words
    return WORDS("and", first=", ".join(first), last=last) if first else last

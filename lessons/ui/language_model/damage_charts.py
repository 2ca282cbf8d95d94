"""What shrinking does to how well a language model reads, against what it takes."""

import math
from collections.abc import Mapping

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.quantity import Measurement, badges_of

Curves = Mapping[str, Mapping[str, Measurement | None]]  # by name and position


def damage(
    curves: Curves,
    before: Measurement | None,
    here: Measurement | None,
    token: str,
) -> Chart:
    """Perplexity against the bytes of the file; a curve a way to shrink. `before`, `here`: the unshrunk model, and the
    one that is shown."""

    def at(measurement: Measurement) -> tuple[float, float]:
        return measurement["packed"].value, measurement["perplexity"].value

    known = {name: {place: found for place, found in curve.items() if found} for name, curve in curves.items()}
    points = [
        Point(place, *at(found), name, f"loss {found['loss']}", says=name == next(iter(known)))
        for name, curve in known.items()
        for place, found in curve.items()
    ]
    marks = {"unshrunk": before, "shown": here}
    seen = [found for found in (before, here, *(each for curve in known.values() for each in curve.values())) if found]
    points += [Point(name, *at(found), name, place="below right") for name, found in marks.items() if found]
    return lines(
        f"Perplexity a {token} against the file",
        Axis("bytes of the file"),
        Axis("perplexity", format=".3~s"),
        {name: [at(found) for found in curve.values()] for name, curve in known.items()},
        points,
        height=380,
        badges=badges_of(found["perplexity"] for found in seen),
    )


def students(curves: Curves, name: str, axis: str) -> Chart:
    """Perplexity a character, whatever a token is, against what a model takes (a quantity by name): a curve a model,
    each rounded to fewer bits."""

    def at(measurement: Measurement) -> tuple[float, float]:
        return measurement[name].value, math.exp(measurement["loss a character"].value)

    known = {of: {place: found for place, found in curve.items() if found} for of, curve in curves.items()}
    return lines(
        f"Perplexity a character against {axis.partition(' (')[0]}",
        Axis(axis),
        Axis("perplexity a character", format=".3~s"),
        {of: [at(found) for found in curve.values()] for of, curve in known.items()},
        [
            Point(place, *at(found), of, f"{of}: {found['loss a character']} a character", says=of == next(iter(known)))
            for of, curve in known.items()
            for place, found in curve.items()
        ],
        badges=badges_of(m[what] for curve in known.values() for m in curve.values() for what in (name, "loss")),
    )


def doubles_at(curve: Mapping[str, Measurement | None], before: Measurement | None) -> str | None:
    """Coming down from the most bits, the first at which perplexity is twice what it was; None while that is not
    known."""
    if before is None or not all(curve.values()):
        return None
    twice = 2 * before["perplexity"].value
    found = (place for place, found in reversed(curve.items()) if found["perplexity"].value > twice)
    return next(found, "").partition(" ")[0] or None

"""What grows faster than what: rows of two series about the lines through them, and networks that are shrunk twice."""

from collections.abc import Iterable, Mapping

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.stack import stack
from lessons.charts.sweep import Curve
from lessons.estimate.growth import Trend
from lessons.estimate.silicon import PARTS
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.scaling.first_picture import in_words

WORDS = sections("scaling")
CHARTS = sections("charts")
STAGES = {
    "trained": WORDS["stage: trained"],
    "student": WORDS["stage: student"],
    "pruned": WORDS["stage: pruned"],
    "rounded": WORDS["stage: rounded"],
}  # as shown


def two_trends(
    series: Mapping[str, Trend],
    since: float,
    by: float,
    labels: Mapping[str, tuple[str, str]],
) -> Chart:
    """Rows and line of each series, divided by what its line says in `since`, so that the lines begin together there.

    `labels`: what is written beside the rows of these names, and where; not beside those below their line, where it
    would cross a line.
    """
    curves, points = {}, []
    for name, trend in series.items():
        one = trend.at(since)
        begin = min(since, trend.begins)
        curves[name] = [(begin, trend.at(begin) / one), (by, trend.at(by) / one)]
        for row in trend.samples:
            label, place = labels.get(row.name, (row.name, "left"))
            says = row.name in labels and row.value > trend.at(row.year)
            points.append(Point(label, row.year, row.value / one, name, row.note, says, place))
    wants, offers = series
    title = WORDS("first picture: title", wants=wants, offers=offers, since=f"{since:g}")
    return lines(
        title[0].upper() + title[1:],
        Axis(WORDS["year"], log=False, format="d"),
        Axis(WORDS["rows: axis"], format=",~r", words=in_words("datum.value")),
        curves,
        points,
        460,
        WORDS("rows: note", since=f"{since:g}"),
    )


def accuracy_by_size(title: str, curves: Mapping[str, Curve], said: Iterable[str]) -> Chart:
    """Test accuracy against how many times smaller the packed file is than the first curve's float32 file. `said`: the
    positions of the curves that are written beside their points. A line is drawn once its whole curve is measured."""
    found = {name: {at: m for at, m in curve.items() if m} for name, curve in curves.items()}
    whole = max((m["baseline"].value for m in next(iter(found.values())).values()), default=None)
    places = {
        name: {at: (whole / m["packed"].value, m["accuracy"].value) for at, m in curve.items()}
        for name, curve in found.items()
        if whole
    }
    first = next(iter(curves))
    return lines(
        title,
        Axis(WORDS("times smaller", network=first), format="~g"),
        Axis(CHARTS["test accuracy"], log=False, format=".0f"),
        {name: sorted(at.values()) for name, at in places.items() if all(curves[name].values())},
        [
            Point(at, *place, name, "", at in said, "right" if name == first else "below left")
            for name, curve in places.items()
            for at, place in curve.items()
        ],
        badges=("measured",),
    )


def shrunk_in_steps(title: str, stages: Mapping[str, Mapping[str, Quantity]], times: Quantity) -> Chart:
    """The parts of each stage's energy, and what would be left of the first if it fell by so many `times`."""
    bars = {
        STAGES[stage]: {PARTS[name]: part.value for name, part in parts.items() if name != "total"}
        for stage, parts in stages.items()
    }
    first, last = list(bars)[0], list(bars)[-1]
    bars[WORDS["promised"]] = {WORDS["promised: part"]: sum(bars[first].values()) / times.value}
    return stack(title, WORDS["step"], bars, "J", last)

"""A language model at home: the roofline with both of its steps, predicted against measured speeds, and a map of where
few bits on a small card win."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import inf, log2
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, named, specification
from lessons.charts.line_names import RIGHT_OF_END, End, at_ends, upright
from lessons.charts.lines import Axis, Curves, Point, lines
from lessons.charts.surface import Surface
from lessons.estimate import engine_efficiency
from lessons.estimate.published_speeds import MeasuredSpeed
from lessons.estimate.roofline import Machine, StepTime
from lessons.estimate.roofline_validation import Check
from lessons.facts.architectures import FITTED, HELD
from lessons.text import sections

WORDS = sections("llm-at-home")
ROOF, OTHERS, HERE = WORDS["at best"], WORDS["measured by others"], WORDS["here"]
USES = {FITTED: WORDS["others, fitted"], HELD: WORDS["others, held"]}
LINES = {WORDS["as expected"]: 1, WORDS["half"]: 1 / 2, WORDS["twice"]: 2}  # times as fast as expected
KINDS = (ROOF, OTHERS, *USES.values(), HERE)  # each has its colour on every chart
INTENSITY, RATE = Axis(WORDS["intensity"], format=",~g"), Axis(WORDS["rate"], format=",~g")
PREDICTED, MEASURED = Axis(WORDS["predicted"], format=",~g"), Axis(WORDS["measured"], format=",~g")
HIGH = 330  # pixels
BESIDE = 3  # times: how far the axis goes on behind the right end of lines, where their names stand
PLACES = {  # of a name beside its point, whatever the size of the letters: align, baseline, dx, dy
    "right": ("left", "bottom", 6, -3),
    "below right": ("left", "top", 6, 8),
    "left": ("right", "bottom", -6, -3),
    "below left": ("right", "top", -6, 8),
    "above": ("center", "bottom", 0, -6),
}
TERA = 1e12
SPAN = 100  # times, at least, from end to end of an axis: it has two powers of ten
APART = 3  # times: as far apart two steps have room for names above both
GREY = "#8A97A3"
RIDGE = "ridge"  # where the slope of a roof meets its flat part
DECADE = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-6"  # whether a tick is a power of ten
CLIP = 2  # doublings at which a colour is full
LAYOUT = {"margin": {"l": 0, "r": 16, "t": 10, "b": 0}}
HOLE = "rgba(138, 151, 163, 0.35)"  # grey, on light and on dark


def roof(machine: Machine, paces: Mapping[str, StepTime], measured: Sequence[MeasuredSpeed]) -> Chart:
    """TFLOP/s against FLOP for each byte: the roof of a machine, the steps under it, and what others have measured
    there."""
    steps = list(paces.values())
    ridge = machine.peak / machine.bandwidth if machine.peak else 0.0
    seen = [step.intensity for step in (*steps, *(each.pace for each in measured))]
    least = min(min(seen) / 3, ridge / SPAN if ridge else inf)
    most = max(*(3 * step.intensity for step in steps), 3 * ridge, SPAN * least)
    slope = [(at, at * machine.bandwidth / TERA) for at in (least, ridge or most)]
    roofline = [*slope, (most, slope[-1][1])] if machine.peak else slope
    note = "" if machine.peak else WORDS["roofline: no peak"]
    title = WORDS("roofline: title", card=machine.name)
    drawn = lines(title, INTENSITY, RATE, {ROOF: roofline}, [*_steps(paces), *_measured(measured)], HIGH, note)
    # on the slope names stand left above it and right under it, however near they are; else above the flat roof
    order = sorted(paces, key=lambda name: paces[name].intensity)
    high = machine.peak and paces[order[-1]].intensity > max(ridge, APART * paces[order[0]].intensity)
    sides = {order[0]: "left"} | dict.fromkeys(order[1:], "above" if high else "below right")
    sided = lambda row: row | {"label": row["name"], "place": sides[row["name"]]} if row["says"] else row
    data = dict(drawn.data) | {"points": [sided(row) for row in drawn.data["points"]], RIDGE: _bounds(ridge)}
    return _named_lines(replace(drawn, data=data), INTENSITY, RATE, {ROOF: roofline})


def _bounds(ridge: float) -> list[dict[str, Any]]:
    """What limits a step on either side of the ridge; nothing where no peak is known."""
    sides = {"right": WORDS["memory-bound"], "left": WORDS["compute-bound"]}
    return [{"x": ridge, "align": align, "label": label} for align, label in sides.items() if ridge]


def _steps(paces: Mapping[str, StepTime]) -> Iterator[Point]:
    """Prefill and decode on the roofline."""
    for name, step in paces.items():
        said = WORDS("roofline: limit", speed=f"{step.per_second:,.0f}", limit=step.limit)
        yield Point(name, step.intensity, step.flop / step.seconds / TERA, ROOF, said)


def _measured(seen: Iterable[MeasuredSpeed]) -> Iterator[Point]:
    """What others reached, under it."""
    for each in seen:
        name, rate = f"{each.seen.model} {each.seen.format}", each.share * each.pace.flop / each.pace.moving / TERA
        said = WORDS("speed", speed=f"{each.seen.written_tokens_per_s:g}")
        yield Point(name, each.pace.intensity, rate, OTHERS, said, says=False)


def against(here: Sequence[Check], elsewhere: Iterable[MeasuredSpeed]) -> Chart:
    """Tokens a second as measured, against those that are expected: by others, apart where terms were fitted to them;
    and here, against those at best. On the middle line they are equal."""
    points = [
        Point(
            f"{each.seen.model} {each.seen.format}, {each.seen.board}",
            expected := engine_efficiency.decode(each.pace, each.home, each.machine).value,
            each.per_second,
            USES[each.seen.use],
            WORDS("share", percent=f"{100 * each.per_second / expected:.0f}"),
            says=False,
        )
        for each in elsewhere
        if each.seen.use in USES
    ]
    points += [
        Point(
            check.name,
            check.predicted,
            check.measured,
            HERE,
            WORDS("share", percent=f"{100 * check.share:.0f}"),
            says=check in (here[0], here[-1]),
            place="below right",
        )
        for check in here
    ]
    ends = min(point.x for point in points) / 2, max(point.x for point in points) * 1.5
    curves = {name: [(end, times * end) for end in ends] for name, times in LINES.items()}
    badges = ("measured" if here else "cited",)
    drawn = lines(WORDS["against: title"], PREDICTED, MEASURED, curves, points, HIGH, badges=badges)
    return _named_lines(drawn, PREDICTED, MEASURED, curves)


def _named_lines(chart: Chart, x: Axis, y: Axis, curves: Curves) -> Chart:
    """The same chart with the name of each line at its right end."""
    ends = [End(name, *map(float, curve[-1]), RIGHT_OF_END) for name, curve in curves.items()]
    kinds = {point["kind"] for point in chart.data["points"]}
    shown = tuple(kind for kind in KINDS[1:] if kind in kinds)
    reach = [{"x": BESIDE * max(end.x for end in ends)}]
    drawn = replace(chart, spec=_spec(x, y, shown), data={RIDGE: []} | dict(chart.data) | {REACH: reach})
    return at_ends(drawn, ends, upright(drawn))


@lru_cache(maxsize=16)
def _spec(x: Axis, y: Axis, shown: tuple[str, ...]) -> dict[str, Any]:
    """Lines and points over two logarithmic axes, with row lines at powers of ten; a legend for points without
    names."""
    scale = alt.Scale(type="log", nice=False, padding=6)
    label = f"{DECADE} ? format(datum.value, ',~g') : ''"
    at_x = alt.X("x:Q", title=x.title, scale=scale, axis=alt.Axis(labelExpr=label, labelBound=True, grid=False))
    faint = {"condition": {"test": DECADE, "value": 0.6}, "value": 0}
    at_y = alt.Y("y:Q", title=y.title, scale=scale, axis=alt.Axis(labelExpr=label, gridOpacity=faint))
    legend = alt.Legend(orient="top", title=None, columns=3, labelLimit=300, values=list(shown)) if shown else None
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(KINDS)), legend=legend)
    hovered = [alt.Tooltip(f"{axis}:Q", title=each.title, format=",.3~g") for axis, each in (("x", x), ("y", y))]
    seen = named("points").encode(x=at_x, y=at_y, tooltip=["name:N", *hovered, "note:N"])
    ridge = named(RIDGE).encode(x=at_x)
    drawn = [
        named("lines").mark_line(strokeWidth=3, color=GREY).encode(x=at_x, y=at_y, detail="line:N", order="at:Q"),
        seen.mark_point(filled=True, size=200, opacity=0.9).encode(color=colour),
        *(
            seen.transform_filter(f"datum.place == '{place}'")
            .mark_text(align=align, baseline=baseline, dx=dx, dy=dy)
            .encode(text="label:N")
            for place, (align, baseline, dx, dy) in PLACES.items()
        ),
        ridge.mark_rule(strokeDash=[4, 4], color=GREY),
        *(
            ridge.transform_filter(f"datum.align == '{align}'")
            .mark_text(align=align, baseline="bottom", dx=dx, dy=-8)
            .encode(text="label:N", y=alt.value("height"))
            for align, dx in (("right", -10), ("left", 10))
        ),
        named(REACH).mark_point(opacity=0).encode(x=at_x),
    ]
    return specification(alt.layer(*drawn).properties(height=HIGH))


def won(
    ratios: Mapping[tuple[str, int], float | None],
    forms: Sequence[str],
    batches: Sequence[int],
    mine: str,
    other: str,
    height: int,
    letters: int,
) -> Surface:
    """How many times as fast one machine decodes as another, by weight format and batch size; grey where the model does
    not fit on one of them. `height`, and that of `letters`, in pixels."""
    import plotly.graph_objects as go  # slow to load: only those who look at a map wait for it

    rows = [[ratios[form, batch] for batch in batches] for form in forms]
    places = {"x": list(map(str, batches)), "y": list(forms), "showscale": False, "xgap": 2, "ygap": 2}
    hover = WORDS["map: hover"] + "<extra></extra>"
    holes = go.Heatmap(
        **places,
        z=[[1 if ratio is None else None for ratio in row] for row in rows],
        text=[[WORDS["map: does not fit"]] * len(batches)] * len(forms),
        hovertemplate=hover,
        colorscale=[[0, HOLE], [1, HOLE]],
    )
    drawn = go.Heatmap(
        **places,
        z=[[None if ratio is None else max(-CLIP, min(CLIP, log2(ratio))) for ratio in row] for row in rows],
        text=[["" if ratio is None else _times(ratio) for ratio in row] for row in rows],
        texttemplate="%{text}",
        textfont={"size": letters},
        hovertemplate=hover,
        colorscale="RdBu",
        zmin=-CLIP,
        zmax=CLIP,
    )
    figure = go.Figure([holes, drawn])
    words = {"tickfont": {"size": letters}, "title_font": {"size": letters}, "showgrid": False}
    figure.update_layout(LAYOUT, height=height, font={"size": letters})
    figure.update_xaxes(type="category", title=WORDS["batch size"], **words)
    figure.update_yaxes(title=WORDS["weight format"], **words)
    best, worst = (pick(((ratio, at) for at, ratio in ratios.items() if ratio), default=None) for pick in (max, min))
    ends = [(at, ratio) for ratio, at in filter(None, (best, worst))]
    said = "; ".join(WORDS("map: ratio", form=form, batch=n, times=_times(ratio)) for (form, n), ratio in ends)
    columns = WORDS["weight format"], WORDS["batch size"], WORDS["times as fast"]
    return Surface(
        WORDS("map: title", card=mine, other=other),
        figure,
        WORDS("map: in words", other=other, said=said),
        pd.DataFrame([(form, batch, ratio) for (form, batch), ratio in ratios.items()], columns=list(columns)),
        ("estimated",),
    )


def _times(ratio: float) -> str:
    return WORDS("map: times", times=f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}")

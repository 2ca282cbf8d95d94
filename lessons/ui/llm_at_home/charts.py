"""A language model at home: the roofline with both of its steps, and a map of where few bits on a small card win."""

from collections.abc import Iterable, Mapping, Sequence
from math import log2

import pandas as pd

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.surface import Surface
from lessons.estimate.engine_efficiency import MeasuredSpeed
from lessons.estimate.roofline import Machine, StepTime
from lessons.estimate.roofline_validation import Check
from lessons.text import sections

ROOF, SIXTEEN, FEWER = "at best", "others, 16 bits", "others, fewer bits"
WORDS = sections("llm-at-home")
CLIP = 4  # doublings at which a colour is full
LAYOUT = {"margin": {"l": 0, "r": 16, "t": 10, "b": 0}}


def roof(machine: Machine, paces: Mapping[str, StepTime], measured: Sequence[MeasuredSpeed]) -> Chart:
    """FLOP a second against FLOP for each byte: the roof of a machine, the steps under it, and what others have
    measured there."""
    steps = list(paces.values())
    ridge = machine.peak / machine.bandwidth if machine.peak else max(step.intensity for step in steps)
    seen = [step.intensity for step in (*steps, *(each.pace for each in measured))]
    least, most = min(seen) / 2, max(*(step.intensity for step in steps), ridge) * 2
    flat = [(ridge, ridge * machine.bandwidth), (most, ridge * machine.bandwidth)] if machine.peak else []
    slope = [(least, least * machine.bandwidth), (ridge, ridge * machine.bandwidth)]
    places = ("below right", "below left")
    points = [
        Point(
            name,
            step.intensity,
            step.flop / step.seconds,
            name,
            f"{step.per_second:,.0f} tokens/s, limited by {step.limit}",
            place=places[at % 2],
        )
        for at, (name, step) in enumerate(paces.items())
    ]
    points += [
        Point(
            f"{each.seen.model} {each.seen.format}",
            each.pace.intensity,
            each.share * each.pace.flop / each.pace.moving,
            "measured by others",
            f"{each.seen.written_tokens_per_s:g} tokens/s",
            says=False,
        )
        for each in measured
    ]
    return lines(
        f"The roofline of {machine.name}",
        Axis("arithmetic intensity (FLOP per byte read)", format="~g"),
        Axis("FLOP/s"),
        {ROOF: [*slope, *flat[1:]]},
        points,
        height=380,
        note="" if machine.peak else WORDS["roofline: no peak"],
    )


def against(here: Sequence[Check], elsewhere: Iterable[MeasuredSpeed]) -> Chart:
    """Tokens a second as measured, against those that were predicted: here, and by others; on the upper line they are
    equal."""
    points = [
        Point(
            f"{each.seen.model} {each.seen.format}, {each.seen.board}",
            each.pace.per_second,
            each.seen.written_tokens_per_s,
            SIXTEEN if each.seen.format == "fp16" else FEWER,
            f"{100 * each.share:.0f} % of what is predicted",
            says=False,
        )
        for each in elsewhere
    ]
    points += [
        Point(
            check.name,
            check.predicted,
            check.measured,
            "SmolLM2, here",
            f"{100 * check.share:.0f} % of what is predicted",
            says=check in (here[0], here[-1]),
            place="below right",
        )
        for check in here
    ]
    ends = min(point.x for point in points) / 2, max(point.x for point in points) * 2
    shares = {ROOF: 1, "half of that": 1 / 2, "a quarter": 1 / 4}
    return lines(
        "Predicted and measured",
        Axis("predicted, at best (tokens/s)", format="~s"),
        Axis("measured (tokens/s)", format="~s"),
        {name: [(end, share * end) for end in ends] for name, share in shares.items()},
        points,
        height=400,
        badges=("measured" if here else "cited",),
    )


def won(
    ratios: Mapping[tuple[str, int], float | None],
    forms: Sequence[str],
    batches: Sequence[int],
    mine: str,
    other: str,
    height: int,
    letters: int,
) -> Surface:
    """How many times as fast one machine decodes as another, by weight format and batch size; holes where the model
    does not fit on one of them. `height`, and that of `letters`, in pixels."""
    import plotly.graph_objects as go  # slow to load: only those who look at a map wait for it

    rows = [[ratios[form, batch] for batch in batches] for form in forms]
    drawn = go.Heatmap(
        x=list(map(str, batches)),
        y=list(forms),
        z=[[None if ratio is None else max(-CLIP, min(CLIP, log2(ratio))) for ratio in row] for row in rows],
        text=[["" if ratio is None else f"{ratio:.2g}" for ratio in row] for row in rows],
        texttemplate="%{text}",
        textfont={"size": letters},
        hovertemplate="%{y}, batch size %{x}: %{text} ×<extra></extra>",
        colorscale="RdBu",
        zmin=-CLIP,
        zmax=CLIP,
        showscale=False,
    )
    figure = go.Figure(drawn)
    words = {"tickfont": {"size": letters}, "title_font": {"size": letters}}
    figure.update_layout(LAYOUT, height=height, font={"size": letters})
    figure.update_xaxes(type="category", title="batch size", **words)
    figure.update_yaxes(title="weight format", **words)
    best, worst = (pick(((ratio, at) for at, ratio in ratios.items() if ratio), default=None) for pick in (max, min))
    ends = filter(None, (best, worst))
    said = "; ".join(f"{form}, batch size {batch}: {ratio:.2g} ×" for ratio, (form, batch) in ends)
    table = pd.DataFrame([{"weight format": f, "batch size": b, "times as fast": r} for (f, b), r in ratios.items()])
    return Surface(
        f"{mine}: speed relative to {other} with 16-bit weights",
        figure,
        WORDS["map: in words"].format(other=other, said=said),
        table,
        ("estimated",),
    )

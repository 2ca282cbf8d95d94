"""The first picture of the lesson: channels of the real network, and what pruning leaves of the wires between them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons import models
from lessons.charts.chart import Chart, Rows, named, series, specification
from lessons.experiment import Experiment, FineTune, RemoveChannels
from lessons.jobs import ask, recordings, vision
from lessons.measure.layer_view import Wiring
from lessons.models.layers import weighted
from lessons.quantity import Badge
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.work.results import answer

WORDS = sections("pruning")
HEIGHT = 330
GREY = "#8A97A3"
THICKEST, THINNEST = 50, 1  # tenths of a pixel: whole numbers are short to send
ABOVE = -0.06  # of the height, for the names of the layers
NAMES = 0.17  # of the width, for the names of the classes
LEFT = {  # bars of what is left, below the network: how far down (of the height)
    WORDS["first picture: weights left"]: 1.09,
    WORDS["first picture: wires left"]: 1.17,
}
COLUMNS = [
    WORDS["first picture: layer"],
    WORDS["first picture: from"],
    WORDS["first picture: to"],
    WORDS["first picture: sum"],
]
BEGINS = 0.2  # of the width of the network: such a bar


def frames(baseline: Experiment, points: Mapping[str, Experiment], names: Sequence[str]) -> dict[str, Frame | None]:
    """The wires of a network at every sparsity; None until they are known, here or from a recording. `names`: of the
    classes."""
    known, badge = seen(baseline, points)
    if not known:
        return dict.fromkeys(points)
    charts = (_picture(known, way, model, names, badge) for way, model in enumerate(points.values()))
    return {at: Frame(charts=[chart]) for at, chart in zip(points, charts, strict=True)}


def seen(baseline: Experiment, points: Mapping[str, Experiment]) -> tuple[Wiring | None, Badge]:
    """What the picture shows, and how it is known. `points`: the network pruned in each way."""
    asked = baseline, tuple(points.values())
    if here := answer(ask.wire, *asked):
        return here, "measured"
    recorded = recordings.find(vision.wiring, *asked)
    return recorded and recorded.result, "recorded"


def _picture(seen: Wiring, way: int, model: Experiment, names: Sequence[str], badge: Badge) -> Chart:
    shown, silent = seen.strength[way + 1], np.array([False, *seen.silent[way]])  # the image is never silent
    removed = any(isinstance(step, RemoveChannels) for step in model.recipe)
    tuned = any(isinstance(step, FineTune) for step in model.recipe)
    note = _note(seen, way, removed, _biases(model.source.model))
    before = _wires(seen, seen.strength[0], np.zeros_like(silent))
    title = WORDS["first picture: fine-tuned"] if tuned else WORDS["first picture: title"]
    return Chart(
        title.format(network=model.source.model),
        _spec(len(seen.layers)),
        {
            "before": before,
            "wires": _wires(seen, shown, silent),
            "channels": _channels(seen, silent, "removed" if removed else "zeroed"),
            "layers": [{"x": at, "y": ABOVE, "name": name} for at, name in enumerate(("image", *seen.layers))],
            "classes": [
                {"x": len(seen.layers), "y": (at + 0.5) / len(names), "name": name} for at, name in enumerate(names)
            ],
            "left": _left(seen, way),
        },
        WORDS["first picture: in words"].format(layers=", ".join(seen.layers), note=note),
        lambda: _table(seen, shown),
        note,
        (badge,),
    )


def _wires(seen: Wiring, shown: np.ndarray, silent: np.ndarray) -> Rows:
    """Where each begins and ends, and how thick it is, in tenths of a pixel: below 0 where it comes from a channel that
    is silent, for a column of flags would be as long to send as one of numbers."""
    layer, come, to = seen.wires.T
    counts = _counts(seen)
    thickest = np.array([seen.strength[0][layer == each].max() for each in range(len(seen.layers))])
    thick = np.where(shown > 0, (THICKEST * shown / thickest[layer]).clip(THINNEST), 0).round().astype(int)
    columns = {
        "x": layer,
        "y": (come + 0.5) / counts[layer],
        "x2": layer + 1,
        "y2": (to + 0.5) / counts[layer + 1],
        "width": np.where(silent[(counts.cumsum() - counts)[layer] + come], -thick, thick),
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _channels(seen: Wiring, silent: np.ndarray, gone: str) -> Rows:
    places = [(x, (at + 0.5) / count) for x, count in enumerate(_counts(seen).tolist()) for at in range(count)]
    return [{"x": x, "y": y, "state": gone if out else "kept"} for (x, y), out in zip(places, silent, strict=True)]


def _left(seen: Wiring, way: int) -> Rows:
    """Bars of the weights and of the wires that are left: a wire is there until its last weight goes."""
    shares = seen.left[way] / seen.weights, float((seen.strength[way + 1] > 0).mean())
    end, begin = len(seen.layers), BEGINS * len(seen.layers)
    bars = [
        {"x": begin, "y": y, "to": begin + share * (end - begin), "end": end, "name": name}
        for (name, y), share in zip(LEFT.items(), shares, strict=True)
    ]
    return [bar | {"said": f"{100 * share:.0f} %"} for bar, share in zip(bars, shares, strict=True)]


def _counts(seen: Wiring) -> np.ndarray:
    """Nodes in each column: the image is one."""
    return np.array([1, *map(len, seen.channels)])


@lru_cache(maxsize=len(models.NAMES))
def _biases(network: str) -> int:
    """One for each channel of each layer."""
    return sum(len(layer.weight) for layer in weighted(models.make(network)).values())


def _note(seen: Wiring, way: int, removed: bool, biases: int) -> str:
    shown, left = seen.strength[way + 1], seen.left[way]
    said = WORDS["first picture"].format(
        left=f"{left:,}", weights=f"{seen.weights:,}", biases=biases, gone=int((shown == 0).sum()), wires=len(shown)
    )
    if not (out := int(seen.silent[way].sum())):
        return said
    more = WORDS["first picture: removed"] if removed else WORDS["first picture: zeroed"]
    return f"{said} {more.format(out=out, channels=seen.silent.shape[1])}"


def _table(seen: Wiring, shown: np.ndarray) -> pd.DataFrame:
    channels = [[0], *seen.channels]
    rows = [
        (seen.layers[layer], channels[layer][come], channels[layer + 1][to], float(strength))
        for (layer, come, to), strength in zip(seen.wires, shown, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@lru_cache(maxsize=4)
def _spec(layers: int) -> dict[str, Any]:
    """Channels in columns, one a layer, and rules between them, over what they were; below them what is left."""
    reach = [-0.06 * layers, layers * (1 + NAMES / (1 - NAMES))]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=reach, nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[1.21, -0.1], nice=False))
    width = alt.StrokeWidth("thick:Q", legend=None, scale=alt.Scale(domain=[0, THICKEST], range=[0, THICKEST / 10]))
    idle = alt.condition("datum.width < 0", alt.value(GREY), series("wires", "channels"))
    out = alt.condition("datum.state != 'kept'", alt.value(GREY), series("wires", "channels"))
    there = {"fillOpacity": alt.condition("datum.state == 'kept'", alt.value(1), alt.value(0))}
    return specification(
        alt.layer(
            named("before")
            .transform_calculate(thick="datum.width")
            .mark_rule(opacity=0.2, color=GREY)
            .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", strokeWidth=width),
            named("wires")
            .transform_calculate(thick="abs(datum.width)")
            .mark_rule(opacity=0.7)
            .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=idle, strokeWidth=width),
            named("channels")
            .mark_point(filled=True, size=70, opacity=1, strokeWidth=1.5)
            .encode(
                x=x, y=y, color=alt.value(GREY), fill=out, stroke=out, **there,
                strokeOpacity=alt.condition("datum.state == 'removed'", alt.value(0), alt.value(1)),
            ),
            named("layers").mark_text(fontSize=12).encode(x=x, y=y, text="name:N"),
            named("classes").mark_text(align="left", dx=9, fontSize=12).encode(x=x, y=y, text="name:N"),
            named("left").mark_rule(strokeWidth=8, opacity=0.25, color=GREY).encode(x=x, x2="end:Q", y=y),
            named("left")
            .transform_calculate(series="'wires'")
            .mark_rule(strokeWidth=8)
            .encode(x=x, x2="to:Q", y=y, color=series("wires", "channels")),
            named("left").mark_text(align="right", dx=-6, fontSize=12).encode(x=x, y=y, text="name:N"),
            named("left").mark_text(align="left", dx=9, fontSize=12).encode(x="end:Q", y=y, text="said:N"),
        ).properties(height=HEIGHT)
    )  # fmt: skip

"""A measured surface over two knobs, with the point one is at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

import pandas as pd

from lessons.quantity import Badge, Measurement, badges_of, counted
from lessons.text import sections

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


WORDS = sections("charts")
LAYOUT = {
    "height": 460,
    "margin": dict.fromkeys("lrtb", 0),
    "showlegend": False,
    "coloraxis": {"showscale": False},  # the upright axis says what a colour is
}
CAMERA = {"eye": {"x": 1.5, "y": 1.35, "z": 0.75}, "center": {"x": 0, "y": 0, "z": -0.22}}  # all ticks are in sight


@dataclass(frozen=True)
class Surface:
    """A title, the figure, what it shows in words, and the table behind it."""

    title: str
    figure: "Figure"
    alt: str
    table: pd.DataFrame
    badges: tuple[Badge, ...] = ("measured",)


def surface(
    measurements: Mapping[tuple[float, float], Measurement | None],
    alphas: Sequence[float],
    temperatures: Sequence[float],
    here: tuple[float, float, float] | None,
) -> Surface:
    """Test accuracy over α and temperature, with holes where it is not measured yet. `here`: α, temperature and
    accuracy of the point one is at, once that is measured."""
    import plotly.graph_objects as go  # slow to load: only those who look at a surface wait for it

    known = {at: measured["accuracy"].value for at, measured in measurements.items() if measured}
    ticks = [log2(temperature) for temperature in temperatures]
    rows = [[known.get((alpha, temperature)) for temperature in temperatures] for alpha in alphas]
    names = [[f"α = {alpha:g}, T = {temperature:g}" for temperature in temperatures] for alpha in alphas]
    hover = "%{text}: %{z:.1f} %<extra></extra>"
    drawn = []
    if _has_area(rows):  # WebGL cannot draw a surface of which no cell has its four corners
        drawn.append(
            go.Surface(x=ticks, y=list(alphas), z=rows, text=names, hovertemplate=hover, coloraxis="coloraxis")
        )
    points = {"x": [log2(t) for _, t in known], "y": [alpha for alpha, _ in known], "z": list(known.values())}
    drawn.append(go.Scatter3d(**points, mode="markers", marker={"size": 2}, hoverinfo="skip"))
    if here:
        alpha, temperature, accuracy = here
        label = WORDS("here", accuracy=accuracy)
        at = {"x": [log2(temperature)], "y": [alpha], "z": [accuracy]}
        drawn.append(
            go.Scatter3d(**at, mode="markers+text", text=[label], marker={"size": 6}, textposition="top center")
        )
    figure = go.Figure(drawn)
    figure.update_layout(
        **LAYOUT,
        scene={
            "camera": CAMERA,
            "xaxis": {"title": WORDS["temperature"], "tickvals": ticks, "ticktext": [f"{t:g}" for t in temperatures]},
            "yaxis": {"title": "α", "tickvals": list(alphas)},
            "zaxis": {"title": WORDS["accuracy"], "nticks": 6, "range": _range(list(known.values()))},
        },
    )
    table = pd.DataFrame(
        [{"α": a, WORDS["temperature"]: t, WORDS["accuracy"]: value} for (a, t), value in known.items()],
        columns=["α", WORDS["temperature"], WORDS["accuracy"]],
    )
    badges = badges_of(measured["accuracy"] for measured in measurements.values() if measured)
    return Surface(WORDS["surface"], figure, _in_words(known), table, badges)


def _range(accuracies: Sequence[float]) -> list[float] | None:
    """From where to where the upright axis goes: its lowest tick stands clear of the floor's ticks."""
    if len(set(accuracies)) < 2:
        return None
    low, high = min(accuracies), max(accuracies)
    return [low - 0.12 * (high - low), high + 0.08 * (high - low)]


def _has_area(rows: Sequence[Sequence[float | None]]) -> bool:
    """Whether the four corners of any cell are known."""
    return any(
        None not in (*above[at : at + 2], *below[at : at + 2])
        for above, below in zip(rows, rows[1:], strict=False)
        for at in range(len(above) - 1)
    )


def _in_words(known: Mapping[tuple[float, float], float]) -> str:
    if not known:
        return WORDS["nothing measured"]
    ends = {name: find(known, key=known.get) for name, find in (("best", max), ("worst", min))}
    said = {name: f"{known[at]:.1f} % (α = {at[0]:g}, T = {at[1]:g})" for name, at in ends.items()}
    return WORDS("surface in words", **said, points=counted(len(known), "point"))

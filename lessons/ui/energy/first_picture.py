"""The first picture of the lesson: what a weight costs on its way to the multiplier, and an image in all, to scale."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, named, specification
from lessons.estimate import silicon
from lessons.estimate.silicon import PARTS
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity, about, show
from lessons.text import sections
from lessons.ui.energy.knobs import BATCH
from lessons.ui.layout.headline import Frame

WORDS = sections("energy")
HEIGHT, ACROSS = 290, 1.0
TITLES = {"weight": 10, "image": 176}  # y of what stands above the bars
ROWS = {"DRAM": 50, "on-chip memory": 95, "compute": 140}  # y of the bars of a weight
ABOVE = 17  # pixels from a bar's middle to that of the words above it
TIMES, BAR, LEGEND = 194, 225, 264  # y of the words above the bar of an image, of the bar, and of those below
BELOW = (0.0, 0.28, 0.7)  # where these begin: the longest in the middle
GREY = "#8A97A3"


class Setting(NamedTuple):
    """Where the knobs below the picture stand. `reuse`: uses of a weight until it is fetched again."""

    number: str
    node: str
    memory: str
    reuse: float = inf

    def of_image(self, layers: Sequence[LayerCost], batch: int) -> dict[str, Quantity]:
        """The floor of an image of a batch."""
        return silicon.of_network(layers, self.number, self.node, self.memory, batch, self.reuse)


def frames(layers: Sequence[LayerCost] | None, now: Setting) -> Mapping[str, Frame | None]:
    """The picture of each batch size; None while the layers are not known."""
    if layers is None:
        return dict.fromkeys(BATCH.options)
    there = [number for number in silicon.FORMATS if number not in silicon.unsourced(now.node)]
    widest = [now._replace(number=number) for number in there]  # bars compare over batches and formats
    fetch = max(silicon.of_weight(each.number, now.node, now.memory)["DRAM"].value for each in widest)
    most = max(each.of_image(layers, 1)["total"].value for each in widest)
    return {at: Frame(charts=[_picture(layers, now, int(at), fetch, most)]) for at in BATCH.options}


def _picture(layers: Sequence[LayerCost], now: Setting, batch: int, fetch: float, most: float) -> Chart:
    """`fetch`, `most`: J, how long the longest bar of a weight and of an image can be."""
    weight, image = silicon.of_weight(now.number, now.node, now.memory), now.of_image(layers, batch)
    alone = now.of_image(layers, 1)["total"].value
    served = min(batch, now.reuse)  # images that one fetch serves, of a weight that each image uses once
    bars = [
        _bar(part, weight[part].value, served if part != "compute" else 1, fetch) for part in PARTS if part in weight
    ]
    note = _note(image, batch)
    said = [_said(part, weight.get(part), served) for part in PARTS]
    uses = WORDS("times a weight", times=f"{uses_of_a_weight(layers):.0f}")
    return Chart(
        WORDS["to scale"],
        _spec(),
        {
            "titles": _titles(now, image["total"], batch),
            "whole": bars,
            "each": bars,
            "words": [
                {"x": 0.0, "y": y, "said": words}
                for y, words in zip([*(ROWS[part] - ABOVE for part in PARTS), TIMES], [*said, uses], strict=True)
            ],
            "alone": [{"x": 0.0, "to": alone / most, "y": BAR}],
            "image": _stacked(image, most),
            "swatches": (legend := _legend(image)),
            "legend": legend,
            REACH: [{"x": 0.0, "y": 0}, {"x": ACROSS, "y": HEIGHT}],
        },
        WORDS("in words", journey="; ".join([*said, uses]), note=note),
        lambda: _table(weight, image),
        note,
        ("estimated",),
    )


def uses_of_a_weight(layers: Sequence[LayerCost]) -> float:
    """Multiplications per image and weight, the mean over all weights (biases not counted)."""
    return sum(layer.macs for layer in layers) / sum(layer.weights for layer in layers)


def _titles(now: Setting, total: Quantity, batch: int) -> list[dict[str, Any]]:
    weight, image = WORDS("a weight", number=now.number), WORDS("an image", batch=batch, total=about(total.value, "J"))
    return [{"x": 0.0, "y": TITLES[of], "said": said} for of, said in (("weight", weight), ("image", image))]


def _bar(part: str, joules: float, served: float, fetch: float) -> dict[str, Any]:
    """A bar `to` its end, and up to where it goes for each of the images that are `served`."""
    return {"part": part, "x": 0.0, "to": joules / fetch, "share": joules / served / fetch, "y": ROWS[part]}


def _said(part: str, cost: Quantity | None, served: float) -> str:
    """A part of a weight's way in words."""
    if cost is None:
        return WORDS["no figure"]
    joules = about(cost.value, "J")
    if part == "compute":
        words = WORDS["MAC"] if "MACs" in cost.source else WORDS["multiplication"]
        return words.format(cost=joules)
    words = WORDS["fetch"] if part == "DRAM" else WORDS["read"]
    shared = WORDS("shared", served=show(served, ""), each=about(cost.value / served, "J"))
    return words.format(cost=joules) + (f" {shared}" if served > 1 else "")


def _stacked(image: Mapping[str, Quantity], most: float) -> list[dict[str, Any]]:
    """The parts of an image's floor one behind the other."""
    rows, start = [], 0.0
    for part in PARTS:
        if part in image:
            end = start + image[part].value / most
            rows.append({"part": part, "x": start, "to": end, "y": BAR, "said": about(image[part].value, "J")})
            start = end
    return rows


def _legend(image: Mapping[str, Quantity]) -> list[dict[str, Any]]:
    said = {part: "–" for part in PARTS} | {part: f"{share} %" for part, share in _shares(image).items()}
    if (chip := "on-chip memory") in image:  # where more is read than the weights above
        said[chip] = WORDS("with activations", share=said[chip])
    return [
        {"part": part, "x": at, "y": LEGEND, "said": f"{PARTS[part]}\n{said[part]}"}
        for at, part in zip(BELOW, PARTS, strict=True)
    ]


def _shares(image: Mapping[str, Quantity]) -> dict[str, int]:
    """The parts of an image's floor in whole percent, so rounded that they add up to 100."""
    exact = {part: 100 * image[part].value / image["total"].value for part in PARTS if part in image}
    missing = 100 - sum(map(int, exact.values()))
    up = sorted(exact, key=lambda part: exact[part] % 1, reverse=True)[:missing]
    return {part: int(share) + (part in up) for part, share in exact.items()}


def _note(image: Mapping[str, Quantity], batch: int) -> str:
    shares = {part: f"{share} %" for part, share in _shares(image).items()}
    said = {"total": about(image["total"].value, "J"), "dram": shares["DRAM"], "compute": shares["compute"]}
    return WORDS("first picture", batch=batch, grey=" " + WORDS["grey"] if batch > 1 else "", **said)


def _table(weight: Mapping[str, Quantity], image: Mapping[str, Quantity]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            WORDS["part"]: name,
            WORDS["one weight"]: 1e12 * weight[part].value,
            WORDS["one image"]: 1e6 * image[part].value,
        }
        for part, name in PARTS.items()
        if part in weight
    )


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, ACROSS], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HEIGHT, 0], nice=False))
    colour = alt.Color("part:N", scale=alt.Scale(domain=list(PARTS)), legend=None)
    place, words = {"x": x, "y": y}, {"x": x, "y": y, "text": "said:N"}
    pointed = [alt.Tooltip("part:N", title=WORDS["part"]), alt.Tooltip("said:N", title=WORDS["cost"])]
    layers = [
        named(REACH).mark_point(opacity=0).encode(**place),
        named("titles").mark_text(align="left", fontSize=13, fontWeight="bold").encode(**words),
        named("words").mark_text(align="left", fontSize=12).encode(**words),
        named("whole").mark_bar(orient="horizontal", size=14, opacity=0.3).encode(**place, x2="to:Q", color=colour),
        named("each").mark_bar(orient="horizontal", size=14, opacity=1).encode(**place, x2="share:Q", color=colour),
        named("alone").mark_bar(orient="horizontal", size=38, opacity=0.25, color=GREY).encode(**place, x2="to:Q"),
        named("image")
        .mark_bar(orient="horizontal", size=38, opacity=1)
        .encode(
            **place,
            x2="to:Q",
            color=colour,
            tooltip=pointed,
        ),
        named("swatches")
        .mark_point(shape="square", filled=True, size=90, opacity=1, xOffset=6)
        .encode(**place, color=colour),
        named("legend").mark_text(align="left", fontSize=12, dx=18, lineBreak="\n").encode(**words),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))

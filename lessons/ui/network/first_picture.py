"""The first picture of the lesson: an image goes through the network; parameters and MACs are to scale."""

import base64
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from PIL import Image

from lessons.charts.chart import REACH, Chart, named, series, specification
from lessons.data import TASKS
from lessons.experiment import Experiment
from lessons.jobs import ask, recordings, vision
from lessons.jobs.events import Activations, Walk
from lessons.measure.layer_view import LayerCost
from lessons.measure.per_layer import shape
from lessons.quantity import Badge, show
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.network.knobs import PICTURE, WALK
from lessons.ui.work.results import answer

WORDS = sections("network")
IMAGES = tuple(int(position) - 1 for position in PICTURE.options)  # by their places in the test set
NAMES = {"parameters": WORDS["parameters"], "MACs": WORDS["multiplications"]}
HEIGHT = 310
GREY = "#8A97A3"
COLUMN, LAST, ACROSS = 1.0, 1.8, 5.8  # widths, and that of all columns: the image, three convolutions, fc
START = ACROSS - LAST + 0.1  # where what stands in the last column begins
SIDE = 70  # pixels of an image on the screen
TILE, BETWEEN = 28, 128  # pixels of a feature map as it is sent; the grey between two
ROWS = {"parameters": (169, 213), "MACs": (256, 301)}  # y of a square's middle, and of the words below it
LARGEST = 0.55  # the share whose square fills a column
MOST = 3  # predictions shown
HEADS, IMAGE, OUTPUTS, INPUTS = (6, 20), 62, 112, 126  # y of a layer's name and kind, image, outputs, inputs of each
WORK = {WORDS["outputs"]: OUTPUTS, WORDS["inputs each"]: INPUTS}  # rows of what multiplications are made of


def frames(experiment: Experiment, image: int, answered: bool) -> Mapping[str, Frame | None]:
    """The picture of a test `image` once it has come to each position of the slider; None until it is known, here or
    from a recording. Where the MACs are is shown once the reader has `answered` where they are."""
    asked = experiment, IMAGES
    recorded = recordings.find(vision.walking, *asked)
    badge: Badge = "measured" if (walk := answer(ask.walk, *asked)) else "recorded"
    if not (walk := walk or (recorded and recorded.result)):
        return dict.fromkeys(WALK.options)
    drawn = _drawn(walk, image, experiment.source.task, badge, answered)
    return {at: Frame(charts=[chart]) for at, chart in zip(WALK.options, drawn, strict=True)}


@lru_cache(maxsize=64)
def _drawn(walk: Walk, image: int, task: str, badge: Badge, answered: bool) -> list[Chart]:
    """The charts of all positions: PNG files take a millisecond to make."""
    data = TASKS[task]
    right = data.CLASSES[data.test_labels()[image]]
    seen = walk.seen[IMAGES.index(image)]
    images = [{"x": 0.5, "url": _png(seen.pixels)}, *_maps(walk.costs, seen)]
    likely = [(data.CLASSES[i], float(seen.probabilities[i])) for i in np.argsort(seen.probabilities)[::-1][:MOST]]
    passed = range(len(WALK.options))  # layers, at each position
    return [_picture(walk.costs, n, images, likely, image, right, badge, answered) for n in passed]


def _picture(
    costs: Sequence[LayerCost],
    passed: int,
    images: Sequence[dict[str, Any]],
    likely: Sequence[tuple[str, float]],
    at: int,
    right: str,
    badge: Badge,
    answered: bool,
) -> Chart:
    """An image that has `passed` so many layers."""
    whole = passed == len(costs)
    squares = _squares(costs)
    shown = [row for row in squares if answered or row["key"] == "parameters"]
    note = _last(costs[-1], squares, right, likely, answered) if whole else _note(costs, passed, squares, answered)
    rows = [_likely(row, *each) for row, each in enumerate(likely)] if whole else []
    return Chart(
        WORDS("first picture: title", number=at + 1, right=right),
        _spec(),
        {
            "here": [{"x": float(passed), "x2": ACROSS if whole else passed + COLUMN}],
            "names": [{"x": 0.5, "name": WORDS["image: head"]}]
            + [{"x": _middle(n), "name": c.name} for n, c in enumerate(costs)],
            "kinds": [{"x": 0.5, "name": shape(costs[0].shape_in[1:])}]
            + [{"x": _middle(len(costs) // 2 - 1), "name": WORDS["convolutions"]}],  # in the middle of them
            "last": [{"x": START, "name": WORDS["fully connected"]}],
            "outputs": [{"x": _middle(n), "y": OUTPUTS, "name": f"{c.outputs:,}"} for n, c in enumerate(costs)],
            "inputs": [{"x": _middle(n), "y": INPUTS, "name": f"{_each(c)}"} for n, c in enumerate(costs)],
            "heads": [{"x": 0.0, "y": y, "name": name} for name, y in WORK.items()],
            "images": images[: passed + 1],
            "likely": rows,
            "classes": rows,
            "parameters": [row for row in shown if row["key"] == "parameters"],
            "MACs": [row for row in shown if row["key"] == "MACs"],
            "shares": shown,
            "totals": _totals(costs, answered),
            "unknown": [] if answered else [{"x": _middle(n), "y": ROWS["MACs"][0]} for n in range(len(costs))],
            REACH: [{"x": 0.0, "y": 0}, {"x": ACROSS, "y": HEIGHT}],
        },
        WORDS("first picture: in words", number=at + 1, right=right, shares=_in_words(shown), note=note),
        lambda: _table(costs, likely if whole else (), answered),
        note,
        (badge,),
    )


def _each(cost: LayerCost) -> int:
    """Inputs that one output is made of, a multiplication each."""
    return cost.macs // cost.outputs


def _middle(layer: int) -> float:
    return COLUMN * (layer + 1.5)


def _squares(costs: Sequence[LayerCost]) -> list[dict[str, Any]]:
    """The share of each layer in the parameters and in the MACs, and where its square is."""
    rows = []
    for what, each in (("parameters", [c.parameters for c in costs]), ("MACs", [c.macs for c in costs])):
        for layer, (cost, count) in enumerate(zip(costs, each, strict=True)):
            share = count / sum(each)
            place = {"x": _middle(layer), "y": ROWS[what][0], "below": ROWS[what][1]}
            row = {"key": what, "layer": cost.name, "what": NAMES[what]}
            rows.append(place | row | {"share": share, "said": f"{100 * share:.0f} %"})
    return rows


def _totals(costs: Sequence[LayerCost], answered: bool) -> list[dict[str, Any]]:
    parameters, macs = sum(c.parameters for c in costs), sum(c.macs for c in costs)
    stored = {"x": 0.0, "y": ROWS["parameters"][0], "said": f"{parameters:,}\n{NAMES['parameters']}"}
    work = WORDS["multiplications: head"].replace("|", "\n")
    done = {"x": 0.0, "y": ROWS["MACs"][0], "said": f"{show(macs, '')}\n{work}" if answered else work}
    return [stored, done]


def _maps(costs: Sequence[LayerCost], seen: Activations) -> list[dict[str, Any]]:
    """The strongest channels of each layer, as one image each."""
    there = [(layer, cost.name) for layer, cost in enumerate(costs) if cost.name in seen.layers]
    return [{"x": _middle(n), "url": _png(_two_by_two(seen.layers[name]))} for n, name in there]


def _two_by_two(maps: np.ndarray) -> np.ndarray:
    """Four feature maps uint8 [4, side, side] as one image [58, 58], whatever their side: it divides 28."""
    times = TILE // maps.shape[-1]
    grid = np.full((4, TILE + 2, TILE + 2), BETWEEN, np.uint8)
    grid[:, :TILE, :TILE] = maps.repeat(times, 1).repeat(times, 2)
    side = 2 * (TILE + 2)
    return grid.reshape(2, 2, TILE + 2, TILE + 2).swapaxes(1, 2).reshape(side, side)[:-2, :-2]


def _png(pixels: np.ndarray) -> str:
    """Grey uint8 [height, width] as the address of an image."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _likely(row: int, name: str, probability: float) -> dict[str, Any]:
    """A class as a bar whose full length is the width of the last column, and what stands above it."""
    until = START + probability * (ACROSS - START)
    said = f"{name}: {100 * probability:.1f} %"
    return {"x": START, "to": until, "y": 49 + 24 * row, "above": 39 + 24 * row, "said": said}


def _note(costs: Sequence[LayerCost], passed: int, squares: Sequence[Mapping[str, Any]], answered: bool) -> str:
    """What the layer does that the image has passed last."""
    if not passed:
        return WORDS("first picture: image", pixels=costs[0].inputs, reader=costs[0].name)
    cost = costs[passed - 1]
    share = {row["key"]: row["said"] for row in squares if row["layer"] == cost.name}
    channels, *sides = cost.shape_out
    said = WORDS["first picture: layer"] if answered else WORDS["first picture: layer, not answered"]
    return said.format(
        layer=cost.name,
        channels=channels,
        sides=shape(tuple(sides)),
        outputs=cost.outputs,
        each=_each(cost),
        stored_share=share["parameters"],
        worked_share=share["MACs"],
    )


def _last(
    cost: LayerCost,
    squares: Sequence[Mapping[str, Any]],
    right: str,
    likely: Sequence[tuple[str, float]],
    answered: bool,
) -> str:
    """What came of it, once the image has passed all layers."""
    most = {
        what: max((row for row in squares if row["key"] == what), key=lambda row: row["share"])
        for what in ("parameters", "MACs")
    }
    name, probability = likely[0]
    verdict = WORDS["first picture: right"] if name == right else WORDS["first picture: wrong"]
    said = WORDS["first picture"] if answered else WORDS["first picture: not answered"]
    found = said.format(
        prediction=name,
        sure=f"{100 * probability:.1f} %",
        verdict=verdict,
        layer=cost.name,
        outputs=cost.outputs,
        each=_each(cost),
        stored=most["parameters"]["layer"],
        stored_share=most["parameters"]["said"],
        worked=most["MACs"]["layer"],
        worked_share=most["MACs"]["said"],
    )
    return " ".join([found, WORDS["first picture: heads"]])


def _in_words(shown: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(WORDS("share", layer=row["layer"], share=row["said"], what=row["what"]) for row in shown)


def _table(costs: Sequence[LayerCost], likely: Sequence[tuple[str, float]], answered: bool) -> pd.DataFrame:
    """Parameters and, once `answered`, MACs of each layer; then the most probable classes."""
    what, stored, done = WORDS["layer or class"], NAMES["parameters"], NAMES["MACs"]
    layers = [{what: cost.name, stored: cost.parameters} | ({done: cost.macs} if answered else {}) for cost in costs]
    return pd.DataFrame([*layers, *({what: name, WORDS["probability"]: 100 * p} for name, p in likely)])


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, ACROSS], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HEIGHT, 0], nice=False))
    column = f"min({SIDE}, 0.92 * width / {ACROSS})"
    side = {"expr": column}
    area = alt.Size(
        "share:Q", legend=None, scale=alt.Scale(domain=[0, LARGEST], range=[0, {"expr": f"pow({column}, 2)"}])
    )
    square = {"x": x, "y": y, "size": area, "color": series("parameters", "MACs")}
    tips = ["layer:N", "what:N", alt.Tooltip("share:Q", format=".1%")]
    words = {"x": x, "text": "said:N"}
    layers = [
        named(REACH).mark_point(opacity=0).encode(x=x, y=y),
        named("here").mark_rect(color=GREY, opacity=0.15).encode(x=x, x2="x2:Q", y=alt.value(-3), y2=alt.value(128)),
        named("names").mark_text(fontSize=12, fontWeight="bold").encode(x=x, y=alt.value(HEADS[0]), text="name:N"),
        named("kinds").mark_text(fontSize=12).encode(x=x, y=alt.value(HEADS[1]), text="name:N"),
        named("last").mark_text(fontSize=12, align="left").encode(x=x, y=alt.value(HEADS[1]), text="name:N"),
        named("images").mark_image(width=side, height=side, smooth=False).encode(x=x, y=alt.value(IMAGE), url="url:N"),
        named("outputs").mark_text(fontSize=12).encode(x=x, y=y, text="name:N"),
        named("inputs").mark_text(fontSize=12).encode(x=x, y=y, text="name:N"),
        named("heads").mark_text(fontSize=12, align="left").encode(x=x, y=y, text="name:N"),
        named("likely").mark_rule(strokeWidth=6, color=GREY).encode(x=x, x2="to:Q", y=y),
        named("classes").mark_text(align="left", fontSize=12).encode(**words, y=alt.Y("above:Q", axis=None)),
        named("parameters").mark_point(shape="square", filled=True, opacity=1).encode(**square, tooltip=tips),
        named("MACs").mark_point(shape="square", filled=True, opacity=1).encode(**square, tooltip=tips),
        named("shares").mark_text(fontSize=12).encode(**words, y=alt.Y("below:Q", axis=None)),
        named("totals").mark_text(align="left", fontSize=12, lineBreak="\n").encode(**words, y=y),
        named("unknown").mark_text(fontSize=30, text="?", opacity=0.5).encode(x=x, y=y),
    ]
    return specification(alt.layer(*layers).resolve_scale(size="shared").properties(height=HEIGHT))

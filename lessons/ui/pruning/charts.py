"""What pruning took away, and what that saves."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import ceil, sqrt
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.bars import layer_bars
from lessons.charts.chart import Chart, named, series, specification
from lessons.charts.lines import Axis, Point, lines
from lessons.measure.break_even import break_even
from lessons.measure.layer_view import GONE, SCANNED, LayerView, Scanned
from lessons.quantity import Measurement, Quantity, badges_of
from lessons.recorded.lottery import EARLY, KINDS
from lessons.text import sections
from lessons.ui.layout.tables import SPARSE_FILES

WORDS = sections("pruning")
PRUNED, BETWEEN = (
    (204, 102, 51),
    (128, 128, 160),
)  # colours in a picture of weights: gone, and the lines between filters
SMALLEST = 3  # pixels a weight
UNDER = "below left"  # of a point: where the name of a falling curve's is
REWOUND, EARLIER = WORDS["ticket: rewound"], WORDS("ticket: rewound to", step=EARLY)
TICKETS = dict(zip(KINDS, (WORDS["ticket: fine-tuned"], REWOUND, EARLIER, WORDS["ticket: random"]), strict=True))
UNPRUNED, SMALLEST_FILE = WORDS["unpruned"], WORDS["smallest"]
SPARSE = SPARSE_FILES | {"nonzero": WORDS["non-zeros alone"]}
ALONG = (
    {"baseline": UNPRUNED}
    | {name: label for name, label in SPARSE.items() if name != "format_dense"}
    | {"packed": SMALLEST_FILE}
)
NO_FORMAT = (UNPRUNED, SMALLEST_FILE, SPARSE["nonzero"])
FILES = (
    {"as_float32": WORDS["saved as usual"]}
    | SPARSE
    | {"packed": WORDS["smallest of these"], "zipped": WORDS["smallest, zipped"]}
)


def gaps(before: Mapping[str, LayerView], after: Mapping[str, LayerView]) -> Chart:
    """How much of each layer is pruned, as bars."""
    weights = {name: view.cost.weights for name, view in before.items()}
    shares = {
        name: Quantity(
            name,
            100 * (1 - view.kept / weights[name]),
            "%",
            "measured",
            source=WORDS("weights left", left=view.kept, all=weights[name]),
        )
        for name, view in after.items()
    }
    return layer_bars(WORDS["gaps"], shares, upto=80)


def filters(picture: np.ndarray, side: int) -> np.ndarray:
    """All weights of a layer, uint8 [out, in, height, width], as one image: uint8 [·, ·, 3]. Outputs lie beside and
    inputs below each other, or the other way round where there are more inputs; filters of one input make a square.
    Orange is gone; the darker, the more negative.
    """
    outputs, inputs, high, wide = picture.shape
    if inputs == 1:
        columns = ceil(sqrt(outputs))
        missing = -outputs % columns
        tiles = np.concatenate([picture[:, 0], np.full((missing, high, wide), 128, np.uint8)])
        picture = tiles.reshape(-1, columns, high, wide)
    if len(picture) > picture.shape[1]:
        picture = picture.swapaxes(0, 1)
    rows, columns = picture.shape[:2]
    colours = np.where(picture[..., None] == GONE, PRUNED, picture[..., None].repeat(3, -1)).astype(np.uint8)
    frame = int(high > 1)
    padded = np.empty((rows, columns, high + frame, wide + frame, 3), np.uint8)
    padded[:] = BETWEEN
    padded[:, :, :high, :wide] = colours
    image = padded.swapaxes(1, 2).reshape(rows * (high + frame), columns * (wide + frame), 3)
    across = max(1, side // image.shape[1])
    return image.repeat(max(across, SMALLEST), 0).repeat(across, 1)


def files(measured: Measurement) -> Chart:
    """The length of this model's file in every format, as bars."""
    found = {label: quantity for name, label in FILES.items() if (quantity := measured.get(name))}
    return layer_bars(WORDS["files: title"], found)


def bytes_by_sparsity(curve: Mapping[str, Measurement | None], axis: str) -> Chart:
    """The length of the file (kB) in every format at every sparsity measured, and where each becomes smaller than the
    dense one: by their names, but for those that are from the first on."""
    known = {float(at): measured for at, measured in curve.items() if measured and float(at)}
    curves = _lengths(dict(sorted(known.items())))
    dense = curves.get(UNPRUNED, {})
    pays = {label: break_even(dense, of) for label, of in curves.items() if label not in NO_FORMAT}
    said = {label: _from(at, min(known)) for label, at in pays.items()}
    crossings = {label: (at, float(np.interp(at, [*dense], [*dense.values()]))) for label, at in pays.items() if at}
    return lines(
        WORDS["bytes: title"],
        Axis(axis, log=False),
        Axis(WORDS["bytes: axis"], log=False, format="~g"),
        {label: list(of.items()) for label, of in curves.items()},
        [
            Point(label, at, size, label, WORDS("smaller from", sparsity=said[label]), at > min(known))
            for label, (at, size) in crossings.items()
        ],
        note=WORDS("bytes: note", formats=", ".join(map(": ".join, said.items()))) if said else "",
        badges=badges_of(measured[name] for measured in known.values() for name in ALONG if measured.get(name)),
    )


def _lengths(known: Mapping[float, Measurement]) -> dict[str, dict[float, float]]:
    """Kilobytes by sparsity in each format; the smallest of all by itself only where none of them is sparse."""
    found = {
        label: {at: length.value / 1000 for at, measured in known.items() if (length := measured.get(name))}
        for name, label in ALONG.items()
    }
    curves = {label: of for label, of in found.items() if len(of) > 1}
    if "bitmap" in curves:
        curves.pop(SMALLEST_FILE, None)
    return curves


def _from(sparsity: float | None, first: float) -> str:
    """From which sparsity on, in words. `first`: the lowest that is measured."""
    if sparsity is None:
        return WORDS["never"]
    return WORDS("below", sparsity=sparsity) if sparsity == first else f"{sparsity:.0f} %"


def sensitivity(layers: Sequence[str], scan: Sequence[Scanned]) -> Chart:
    """Accuracy (%) with one layer pruned alone, as a map."""
    cells = [
        {
            "layer": layers[found.layer],
            "sparsity": f"{found.sparsity}",
            "accuracy": found.accuracy.value,
            "shown": f"{found.accuracy.value:.0f}",
        }
        for found in scan
    ]
    worst = min(cells, key=lambda cell: cell["accuracy"], default=None)
    titles = {"layer": WORDS["scan: layer"], "sparsity": WORDS["scan: sparsity"], "accuracy": WORDS["scan: accuracy"]}
    return Chart(
        WORDS["scan: title"],
        _map(tuple(layers)),
        {"cells": cells},
        WORDS("scan: in words", lowest=worst and WORDS("scan: lowest", **worst) or ""),
        lambda: pd.DataFrame(cells, columns=[*titles]).rename(columns=titles),
        WORDS("scan: note", measured=len(scan), all=len(layers) * len(SCANNED)),
        badges_of(found.accuracy for found in scan),
    )


def tickets(
    recorded: Mapping[str, Mapping[int, Quantity]],
    unpruned: Quantity,
    here: Mapping[str, Mapping[int, Measurement | None]],
    seed: int,
) -> Chart:
    """Accuracy after each round, by what a round goes on from: as it was recorded, and points that are measured
    `here`. Points are named by their sparsity, along the last curve."""
    recorded, here = ({TICKETS[kind]: of for kind, of in each.items()} for each in (recorded, here))
    rounds = {at: number for of in recorded.values() for number, at in enumerate(of, start=1)}
    curves = {
        kind: [(0, unpruned.value), *((rounds[at], found.value) for at, found in of.items())]
        for kind, of in recorded.items()
    }
    spread = [
        Point(f"{at} %", rounds[at], found.value, kind, f"{found.band}; {found.source}", kind == [*recorded][-1], UNDER)
        for kind, of in recorded.items()
        for at, found in of.items()
    ]
    measured = [
        Point(
            f"{at} %",
            rounds[at],
            found["accuracy"].value,
            WORDS("ticket: here", kind=kind),
            WORDS("ticket: seed", seed=seed),
            says=False,
        )
        for kind, of in here.items()
        for at, found in of.items()
        if found
    ]
    return lines(
        WORDS["ticket: title"],
        Axis(WORDS["ticket: rounds"], log=False, format="d"),
        Axis(WORDS["test accuracy"], log=False),
        curves,
        [*spread, *measured],
        note=WORDS("ticket: note", source=unpruned.source),
        badges=badges_of([unpruned, *(found["accuracy"] for of in here.values() for found in of.values() if found)]),
    )


@lru_cache(maxsize=8)
def _map(layers: tuple[str, ...]) -> dict[str, Any]:
    across = alt.Scale(domain=[str(sparsity) for sparsity in SCANNED])
    x = alt.X("sparsity:O", sort=None, title=WORDS["scan: sparsity"], scale=across, axis=alt.Axis(labelAngle=0))
    y = alt.Y("layer:N", sort=list(layers), title=None, scale=alt.Scale(domain=list(layers)))
    tips = [
        alt.Tooltip("layer:N", title=WORDS["scan: layer"]),
        alt.Tooltip("sparsity:O", title=WORDS["scan: sparsity"]),
    ]
    tips += [alt.Tooltip("accuracy:Q", title=WORDS["scan: accuracy"], format=".1f")]
    cells = named("cells").encode(x=x, y=y, tooltip=tips)
    shade = alt.Opacity("accuracy:Q", scale=alt.Scale(domain=[0, 100], range=[0.05, 0.6]), legend=None)
    return specification(
        alt.layer(
            cells.mark_rect().encode(opacity=shade, color=series("cells")),
            cells.mark_text(fontSize=11).encode(text="shown:N"),
        ).properties(height=46 + 30 * len(layers))
    )

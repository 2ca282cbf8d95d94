"""The first picture of all: the model's file beside larger ones, their areas to scale."""

from collections.abc import Mapping
from functools import lru_cache
from math import sqrt
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.facts.architectures import models
from lessons.quantity import Measurement, Quantity, badges_of
from lessons.text import sections
from lessons.ui.layout.headline import Frame

WORDS = sections("home")
HEIGHT = 250  # pixels
PADDING = 10  # pixels: above and below together
SIDE = 8.2  # a pixel is so many square roots of a byte
LEFT = {"model": 6, "song": 106, "LLM": 320}  # pixels from the left
LEADERS = {"now": 3, "before": 32}  # pixels from the model's left edge to the line that leads to its size
TOLD = {"now": (0, 112), "before": (16, 78)}  # pixels from its left edge, and up, to its size now and before
SONG = Quantity("song", 180 * 128_000 / 8, "B", "estimated", source="180 s × 128 kbit/s")
SMALL = ("right", "now", "before")  # labels that are not bold
ACROSS = 570  # pixels of the picture from which the label of the LLM has room across
GREY, FAINT = "#8A97A3", 0.35
FADING = {  # to the right, where it goes on
    "gradient": "linear",
    "stops": [{"offset": 0.6, "color": "rgba(138,151,163,1)"}, {"offset": 1, "color": "rgba(138,151,163,0)"}],
}


def frames(curve: Mapping[str, Measurement | None]) -> dict[str, Frame | None]:
    """The picture at every width, the last of which is the unrounded network; None where that is not measured yet."""
    *_, whole = curve.values()
    return {at: Frame(charts=[_picture(found, whole)]) if found and whole else None for at, found in curve.items()}


def large() -> Quantity:
    """The weights of a large language model in 16 bits, in bytes."""
    model = models()["Llama 3.1 8B"]
    source = WORDS("large: how", parameters=model.params_total)
    return Quantity("large", 2 * model.params_total, "B", "estimated", source=source)


def _picture(found: Measurement, before: Measurement) -> Chart:
    file, whole, accuracy = found["packed"], before["packed"], found["accuracy"]
    sizes = {"model": file, "song": SONG, "LLM": large()}
    words = {
        "file": file,
        "whole": whole,
        "accuracy": accuracy,
        "accurate": before["accuracy"],
        "wide": f"{round(sqrt(large().value) / SIDE, -2):,.0f}",
    }
    words |= {name: f"{float(f'{sizes[name].value / file.value:.3g}'):,.0f}" for name in ("song", "LLM")}
    left, told = LEFT["model"], {"now": WORDS("now", file=file), "before": WORDS("before", whole=whole)}
    labels = {
        "names": (LEFT["song"] + 8, sqrt(SONG.value) / SIDE - 8, WORDS["song"].format(size=SONG)),
        "large": (LEFT["LLM"] + 8, 24, WORDS["large"].format(size=large(), wide=words["wide"])),
        "size": (left, HEIGHT, WORDS["small"]),
        "right": (left, HEIGHT - 48, WORDS["right"].format(**words)),
        **{name: (left + over, up, told[name]) for name, (over, up) in TOLD.items()},
    }
    return Chart(
        WORDS["first picture: title"],
        _spec(),
        {
            "song": [_square("song", SONG)],
            "LLM": [_square("LLM", large())],
            "whole": [_square("model", whole)],
            "model": [_square("model", file)],
            "leaders": [_leader(file, "now"), _leader(whole, "before")],
        }
        | {name: [{"x": SIDE * left, "y": SIDE * up, "name": text}] for name, (left, up, text) in labels.items()},
        WORDS["first picture: in words"].format(**words),
        lambda: pd.DataFrame({WORDS["what"]: [*sizes], WORDS["bytes"]: [size.value for size in sizes.values()]}),
        WORDS["first picture"].format(**words),
        badges_of([*sizes.values(), accuracy]),
    )


def _square(name: str, size: Quantity) -> dict[str, float]:
    """A square of so many bytes, in the place of this name."""
    left, side = SIDE * LEFT[name], sqrt(size.value)
    return {"x": left, "x2": left + side, "y": 0, "y2": side}


def _leader(size: Quantity, to: str) -> dict[str, float]:
    """From the upper edge of the model's square to its label."""
    return {"x": SIDE * (LEFT["model"] + LEADERS[to]), "y": sqrt(size.value), "y2": SIDE * (TOLD[to][1] - 8)}


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    x = alt.X(
        "x:Q", axis=None, scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef(f"width*{SIDE}"), nice=False, zero=False)
    )
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, HEIGHT * SIDE], nice=False))
    square = {"x": x, "x2": "x2", "y": y, "y2": "y2"}
    corner = {"x": x, "x2": alt.X2Value(alt.ExprRef("width")), "y": y, "y2": alt.Y2Value(0)}
    text = {"x": x, "y": y, "text": "name:N"}
    upright = alt.ExprRef(f"width<{ACROSS}?270:0")
    layers = [
        named("song").mark_rect(color=GREY, opacity=FAINT).encode(**square),
        named("LLM").mark_rect(color=FADING, opacity=FAINT, clip=True).encode(**corner),
        named("whole").mark_rect(filled=False, strokeDash=[3, 3], stroke=GREY).encode(**square),
        named("model").mark_rect().encode(**square),
        named("leaders").mark_rule(color=GREY).encode(x=x, y=y, y2="y2"),
        named("names").mark_text(align="left", baseline="top", fontSize=13, lineBreak="\n").encode(**text),
        named("large").mark_text(align="left", angle=upright, fontSize=12, lineBreak="\n").encode(**text),
        named("size")
        .mark_text(align="left", baseline="top", fontSize=15, fontWeight="bold", lineBreak="\n")
        .encode(**text),
        *(named(of).mark_text(align="left", fontSize=12, lineBreak="\n").encode(**text) for of in SMALL),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT + PADDING))

"""The first picture of all: the model's file under a lens, beside larger ones, their areas to scale."""

from collections.abc import Mapping
from functools import lru_cache
from math import cos, pi, sin, sqrt
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.facts.architectures import models
from lessons.quantity import Measurement, Quantity, badges_of
from lessons.text import sections
from lessons.ui.layout.headline import Frame

WORDS = sections("home")
HEIGHT = 260  # pixels
SIDE = 9.4  # a pixel is so many square roots of a byte
LENS, ENLARGED = 58, 2.3  # pixels of its radius, and times that it enlarges
SPREAD = 0.6  # radians from the lens's foot to where the beams meet it
BESIDE, UP = 136, {"before": 207, "now": 190}  # pixels from the left, and up, of the labels of what the lens shows
LEFT = {"model": 12, "song": 134, "LLM": 320}  # pixels from the left
SONG = Quantity("song", 180 * 128_000 / 8, "B", "estimated", source="180 s × 128 kbit/s")
SMALL = ("right", "now", "before", "magnified", "own")  # labels that are not bold
ACROSS = 570  # pixels of the picture from which the label of the LLM has room across
GREY, FAINT = "#8A97A3", 0.35


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
        "times": ENLARGED,
        "wide": f"{round(sqrt(large().value) / SIDE, -2):,.0f}",
    }
    words |= {name: f"{float(f'{sizes[name].value / file.value:.3g}'):,.0f}" for name in ("song", "LLM")}
    x, y = _centre()
    labels = {
        "names": (LEFT["song"] + 8, sqrt(SONG.value) / SIDE - 8, WORDS["song"].format(size=SONG)),
        "large": (LEFT["LLM"] + 8, 24, WORDS["large"].format(size=large(), wide=words["wide"])),
        "size": (LEFT["model"], HEIGHT - 10, WORDS["small"]),
        "right": (BESIDE + 3, HEIGHT - 27, WORDS["right"].format(**words)),
        "before": (BESIDE + 3, UP["before"], WORDS["before"].format(**words)),
        "now": (BESIDE + 3, UP["now"], WORDS["now"].format(**words)),
        "magnified": (LEFT["model"] + 62, 62, WORDS["magnified"].format(**words)),
        "own": (LEFT["model"] + 42, 24, WORDS["true size"]),
    }
    return Chart(
        WORDS["first picture: title"],
        _spec(),
        {
            "others": [_square(LEFT[name], 0, sizes[name]) for name in ("song", "LLM")],
            "whole": [_square(LEFT["model"], 0, whole), _enlarged(whole)],
            "model": [_square(LEFT["model"], 0, file), _enlarged(file)],
            "lens": [{"x": SIDE * x, "y": SIDE * y}],
            "leaders": [_leader(whole, "before"), _leader(file, "now"), *_beams(whole)],
        }
        | {name: [{"x": SIDE * left, "y": SIDE * up, "name": text}] for name, (left, up, text) in labels.items()},
        WORDS["first picture: in words"].format(**words),
        lambda: pd.DataFrame({WORDS["what"]: [*sizes], WORDS["bytes"]: [size.value for size in sizes.values()]}),
        WORDS["first picture"].format(**words),
        badges_of([*sizes.values(), accuracy]),
    )


def _square(left: float, bottom: float, size: Quantity, times: float = 1) -> dict[str, float]:
    """A square of so many bytes, as many `times` enlarged."""
    side = times * sqrt(size.value)
    return {"x": SIDE * left, "x2": SIDE * left + side, "y": SIDE * bottom, "y2": SIDE * bottom + side}


def _enlarged(size: Quantity) -> dict[str, float]:
    """The square as the lens shows it, in its middle."""
    half = ENLARGED * sqrt(size.value) / SIDE / 2
    x, y = _centre()
    return _square(x - half, y - half, size, ENLARGED)


def _leader(size: Quantity, to: str) -> dict[str, float]:
    """From the right edge of a square under the lens to its label."""
    half = ENLARGED * sqrt(size.value) / SIDE / 2
    x, y = _centre()
    return _line((x + half, min(y + half, UP[to])), (BESIDE, UP[to]))


def _beams(size: Quantity) -> list[dict[str, float]]:
    """From the upper corners of a square on the scale of the others to the lens."""
    side, (x, y) = sqrt(size.value) / SIDE, _centre()
    across = LENS * sin(SPREAD)
    foot = y - LENS * cos(SPREAD)
    return [_line((LEFT["model"], side), (x - across, foot)), _line((LEFT["model"] + side, side), (x + across, foot))]


def _line(start: tuple[float, float], end: tuple[float, float]) -> dict[str, float]:
    """Between two places, in pixels."""
    return {"x": SIDE * start[0], "y": SIDE * start[1], "x2": SIDE * end[0], "y2": SIDE * end[1]}


def _centre() -> tuple[float, float]:
    """Of the lens, in pixels."""
    return LEFT["model"] + LENS, HEIGHT - LENS - 32


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    x = alt.X(
        "x:Q", axis=None, scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef(f"width*{SIDE}"), nice=False, zero=False)
    )
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, HEIGHT * SIDE], nice=False))
    square = {"x": x, "x2": "x2", "y": y, "y2": "y2"}
    text = {"x": x, "y": y, "text": "name:N"}
    upright = alt.ExprRef(f"width<{ACROSS}?270:0")
    layers = [
        named("others").mark_rect(color=GREY, opacity=FAINT, clip=True).encode(**square),
        named("whole").mark_rect(filled=False, strokeDash=[3, 3], stroke=GREY, clip=True).encode(**square),
        named("lens").mark_point(size=pi * LENS**2, stroke=GREY, strokeWidth=4).encode(x=x, y=y),
        named("model").mark_rect(clip=True).encode(**square),
        named("leaders").mark_rule(color=GREY).encode(**square),
        named("names").mark_text(align="left", baseline="top", fontSize=13, lineBreak="\n").encode(**text),
        named("large").mark_text(align="left", angle=upright, fontSize=12, lineBreak="\n").encode(**text),
        named("size").mark_text(align="left", fontSize=15, fontWeight="bold").encode(**text),
        *(named(of).mark_text(align="left", fontSize=12, lineBreak="\n").encode(**text) for of in SMALL),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))

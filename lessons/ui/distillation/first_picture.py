"""The first picture of the lesson: a test image, its label and the teacher's soft targets; and the loss they make."""

import base64
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import torch
from torch.nn import functional as F

from lessons.charts.chart import Chart, named, series, specification
from lessons.data import fashion_mnist
from lessons.data.strip import strip
from lessons.jobs import ask, recordings, vision
from lessons.quantity import Badge, Quantity
from lessons.shrink import distill
from lessons.text import sections
from lessons.ui.distillation.knobs import SHOWN_AT, SHOWN_FIRST
from lessons.ui.distillation.recipe import Distilling
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.tiles import tiles
from lessons.ui.work.results import answer

WORDS = sections("distillation")
HEIGHT, MOST = 300, 124  # pixels: of the picture; of the image, above its key
LEAST = 0.05  # %: smaller shares would be written 0.0
# of the width, in %: the image, the ends of the classes' names, where bars begin, and how long one of 100 % is
IMAGE, NAMED, BARS, LONG = 19, 41, 43, 42
LABEL, TEACHER = (0.14, 0.86), (0.24, 0.76)  # of a row: from where to where bars go
KEYS = {WORDS["first picture: label"]: 4.3, WORDS["first picture: teacher"]: 5.3}  # rows
SWATCH = 4  # of the width, in %: of a key


def beginning(chosen: Distilling) -> tuple[np.ndarray, Badge] | None:
    """Logits of the first test images by a teacher and by its student before the first step, float32 [2, n, classes],
    and how they are known; None until they are."""
    asked = chosen.beginning(SHOWN_FIRST)
    if all(map(ask.tuned, asked[0])) and (found := answer(ask.begin, *asked)) is not None:
        return found, "measured"
    recording = recordings.find(vision.beginning, *asked)
    return recording and (recording.result, "recorded")


def frames(logits: np.ndarray, shown: int, badge: Badge) -> dict[str, Frame]:
    """A test image's label and what the teacher says of it, at every temperature. `logits`: of test images by the
    teacher, [n, classes]; `shown`: which image."""
    of = torch.tensor(logits[shown : shown + 1])
    soft = {at: distill.softened(of, float(at))[0].numpy() for at in SHOWN_AT.options}
    return {at: Frame(charts=[_picture(100 * share, shown, at, badge)]) for at, share in soft.items()}


def losses(logits: np.ndarray, shown: int, alpha: float, badge: Badge) -> dict[str, Frame]:
    """What a student that has learnt nothing yet would lose on one test image, at every temperature. `logits`: float32
    [2, n, classes], the teacher's and the student's; `alpha`: the weight of the teacher's loss."""
    teacher, student = torch.tensor(logits[:, shown : shown + 1])
    right = torch.tensor(fashion_mnist.test_labels()[shown : shown + 1].astype(np.int64))
    labels = F.cross_entropy(student, right)
    softs = {at: distill.soft_targets(student, teacher, float(at)) for at in SHOWN_AT.options}
    how = WORDS["loss: how"].format(picture=shown + 1)
    loss = lambda value: Quantity("loss", float(value), "nats", badge, source=how)
    both = WORDS["loss: both"].format(alpha=f"{alpha:g}")
    found = {}
    for at, soft in softs.items():
        values = {WORDS["loss: label"]: labels, WORDS["loss: teacher"]: soft}
        values[both] = distill.combined(labels, soft, alpha)
        found[at] = Frame(tiles({label: loss(value) for label, value in values.items()}))
    return found


def _picture(shares: np.ndarray, shown: int, temperature: str, badge: Badge) -> Chart:
    names, right = fashion_mnist.CLASSES, int(fashion_mnist.test_labels()[shown])
    first = sorted(range(len(names)), key=lambda at: -shares[at])[:3]
    note = WORDS["first picture"].format(
        label=names[right], temperature=temperature, first=", ".join(f"{names[at]} {shares[at]:.1f} %" for at in first)
    )
    bar = lambda row, share, part: {"x": BARS, "to": BARS + LONG * share / 100, "y": row + part[0], "y2": row + part[1]}
    said = lambda row, share, part, text: {"x": BARS + LONG * share / 100, "y": row + sum(part) / 2, "text": text}
    rows = [(at, float(share)) for at, share in enumerate(shares)]
    label, teacher = KEYS.values()
    return Chart(
        WORDS["first picture: title"].format(picture=shown + 1),
        _spec(),
        {
            "image": [{"x": 0, "y": 0, "url": _url(shown)}],
            "classes": [{"x": NAMED, "y": at + sum(TEACHER) / 2, "text": name} for at, name in enumerate(names)],
            "label": [bar(right, 100.0, LABEL), _swatch(label, LABEL)],
            "teacher": [*(bar(at, share, TEACHER) for at, share in rows), _swatch(teacher, TEACHER)],
            "numbers": [said(at, share, TEACHER, f"{share:.1f} %" if share >= LEAST else "") for at, share in rows],
            "key": [{"x": SWATCH + 1.5, "y": y + 0.5, "text": name} for name, y in KEYS.items()],
        },
        WORDS["first picture: in words"].format(picture=shown + 1, note=note),
        lambda: pd.DataFrame(
            {
                WORDS["class"]: names,
                WORDS["share of the label"]: [100.0 * (at == right) for at in range(len(names))],
                WORDS("share of the teacher", temperature=temperature): shares,
            }
        ),
        note,
        (badge,),
    )


def _swatch(row: float, part: tuple[float, float]) -> dict[str, float]:
    return {"x": 0.3, "to": SWATCH, "y": row + part[0], "y2": row + part[1]}


@lru_cache(maxsize=SHOWN_FIRST)
def _url(shown: int) -> str:
    png = strip(fashion_mnist.test_pixels(), [shown])
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    """The image at the left; bars in rows, one a class, the label's an outline around the teacher's."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 100], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[10, 0], nice=False))
    kinds = ["teacher", "label"]
    side = alt.ExprRef(f"min(width*{IMAGE / 100},{MOST})")
    bars = {"x": x, "x2": "to:Q", "y": y, "y2": "y2:Q"}
    outlined = alt.Stroke("series:N", scale=alt.Scale(domain=kinds), legend=None)
    return specification(
        alt.layer(
            named("image")
            .mark_image(width=side, height=side, align="left", baseline="top", smooth=False)
            .encode(x=x, y=y, url="url:N"),
            named("key").mark_text(align="left", fontSize=13, baseline="middle").encode(x=x, y=y, text="text:N"),
            named("classes").mark_text(align="right", fontSize=12).encode(x=x, y=y, text="text:N"),
            named("teacher").mark_rect(opacity=1).encode(**bars, color=series(*kinds)),
            named("label").mark_rect(opacity=1, fillOpacity=0, strokeWidth=2).encode(**bars, stroke=outlined),
            named("numbers").mark_text(align="left", dx=4, fontSize=12).encode(x=x, y=y, text="text:N"),
        ).properties(height=HEIGHT)
    )

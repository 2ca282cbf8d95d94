"""What a text says, and what is computed to hold it against."""

from functools import lru_cache

import numpy as np

from lessons import models
from lessons.data import examples
from lessons.experiment import Experiment, shipped
from lessons.measure import macs
from lessons.models.folding import folded
from lessons.text import FOLDER
from lessons.vision import build


def said(page: str) -> str:
    return " ".join((FOLDER / "en" / f"{page}.md").read_text().split())


@lru_cache
def layers(model: str) -> list:
    return macs.layers(folded(models.make(model).eval()), examples.test_set().images[:1])


@lru_cache
def measured(model: str = "cnn", *steps) -> dict:
    found = build.measure(Experiment(shipped(model).source, steps))
    return {q.name: q.value for q in found.quantities} | {"answers": np.frombuffer(found.answers, np.uint8)}

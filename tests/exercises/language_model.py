"""SmolLM2 as it was recorded at three widths; the model that ships with two texts, and one that never was."""

import numpy as np
import torch

from lessons import recorded
from lessons.experiment import Experiment, ready_written
from lessons.language.attention import inside
from lessons.language.build import build
from lessons.language.results import Inside
from lessons.ui.language_model.exercises import rounded
from lessons.ui.language_model.text_panels import HEAT
from tests.exercises import Asked

HIDDEN, WIDTH, KEYS, LAYERS, VOCABULARY = 1_536, 576, 192, 30, 49_152  # SmolLM2-135M's config.json
WIDTHS = {bits: rounded(bits) for bits in ("4", "6", "8")}


def bytes_read(bits: str) -> float:
    """Of 40 tokens: codes, a scale of 16 bits for each row, and gains of norms in 32, counted from the shapes."""
    rows = {WIDTH: LAYERS * (2 * WIDTH + 2 * KEYS + 2 * HIDDEN) + VOCABULARY, HIDDEN: LAYERS * WIDTH}
    weights = sum(into * out for into, out in rows.items())
    return 40.0 * (weights * int(bits) / 8 + 2 * sum(rows.values()) + 4 * (2 * LAYERS + 1) * WIDTH)


def row(bits: str) -> dict[str, float]:
    """The numbers in the file that holds what was recorded, of one scale a row."""
    way = {"bits": int(bits), "grain": "row", "scheme": "symmetric", "method": "nearest", "outliers": 0, "parts": "all"}
    rows = {row["id"]: row for row in recorded.read("smollm2").rows if len(row["recipe"]) == 1}
    steps = {name: row["recipe"][0].get("quantize_weights", {}) for name, row in rows.items()}
    (found,) = (name for name, step in steps.items() if step.items() >= way.items())
    return {name: value for name, value, *_ in rows[found]["quantities"]}


def read(text: str) -> Inside:
    return inside(build(Experiment(ready_written("shakespeare"))), text)


def made() -> Inside:
    """A model of ten tokens, 5 layers, and not one sure of what comes next."""
    pieces = list("made up")
    return Inside(pieces, 7, 0, np.zeros((5, 2, 7, 7)), np.linspace(0, 4, 10), {9: "9"}, 640, 256, 1_000_000)


SEEN = {"as it opens": read("To-morrow, and to-morrow, and"), "a short text": read("The king"), "made": made()}
ABOUT = {name: (seen,) for name, seen in SEEN.items()}
HEATS = {"as it opens": 0.8, "a short text": 1.5, "made": 0.3}
CACHE = {"as it opens": 2 * 4 * 128, "a short text": 2 * 4 * 128, "made": 640}  # two vectors in each of four layers


def softmax(name: str, temperature: float) -> float:
    """The largest share, as PyTorch has it."""
    return (torch.tensor(SEEN[name].logits).double() / max(temperature, 1e-9)).softmax(0).max().item()


def hottest(name: str) -> set[str]:
    return {max((at for at in HEAT.options if softmax(name, float(at)) >= 0.75), key=float)}


ASKED = {
    "again": Asked(WIDTHS, bytes_read),
    "hesitates": Asked(WIDTHS, lambda bits: 100 * float(np.exp(-row(bits)["loss"]))),
    "agrees": Asked(WIDTHS, lambda bits: row(bits)["same"]),
    "earlier": Asked(ABOUT, lambda name: {29: 15, 8: 4, 7: 4}[len(SEEN[name].pieces)]),
    "softmax": Asked(
        {name: (SEEN[name], heat) for name, heat in HEATS.items()}, lambda name: 100 * softmax(name, HEATS[name])
    ),
    "hottest": Asked(ABOUT, hottest, HEAT.options, HEAT.default),
    "overtakes": Asked(ABOUT, lambda name: SEEN[name].parameters * 4 / (CACHE[name] * 32)),
}

"""One experiment and what was measured of it, as plain JSON: what the command line prints and a page exports."""

import json
import math
from dataclasses import asdict
from typing import Any

from lessons.experiment import Experiment
from lessons.quantity import Measurement, Quantity

ADAPTED = ("trained", "share", "adapter")  # what is known of what was learnt, beside how well each new task is done
SAID = ("name", "low", "value", "high", "unit", "badge", "source")
NO_NUMBER = "null: what was computed is no number (NaN), or larger than any"


def report(experiment: Experiment, measurement: Measurement, timing: Quantity) -> dict[str, Any]:
    """Numbers with their units, badges and bands, and the experiment that gives them again."""
    return {
        "quality": _fields(measurement["accuracy"], "name", "value", "unit", "badge"),
        "bytes": {q.name: q.value for q in measurement.quantities if q.unit == "bytes"},
        "macs": measurement["macs"].value,
        "energy": _energy(measurement),
        "timing": _fields(timing, "name", "low", "value", "high", "unit", "badge"),
        "experiment": experiment.to_json(),
    }


def report_language(experiment: Experiment, measurement: Measurement) -> dict[str, Any]:
    """The same of a language model: how well it reads, how far it is from what it was, its bytes, what a token
    costs."""
    return {
        "quality": [
            _fields(measurement[name], *SAID) for name in ("perplexity", "loss", "loss a character", "kl", "same")
        ],
        "bytes": {q.name: q.value for q in measurement.quantities if q.unit == "bytes"},
        "macs": measurement["macs"].value,
        "energy": _energy(measurement),
        **_adapted(measurement),
        "experiment": experiment.to_json(),
    }


def report_adapted(experiment: Experiment, measurement: Measurement) -> dict[str, Any]:
    """The same of a network for pictures that has learnt other ones."""
    return {
        "quality": _fields(measurement["accuracy"], *SAID),
        "bytes": {q.name: q.value for q in measurement.quantities if q.unit == "bytes"},
        **_adapted(measurement),
        "experiment": experiment.to_json(),
    }


def _adapted(measurement: Measurement) -> dict[str, Any]:
    """What was learnt and how well, if anything was."""
    learnt = [q for q in measurement.quantities if ", " in q.name or q.name in ADAPTED]
    return {"adapted": [_fields(quantity, *SAID) for quantity in learnt]} if learnt else {}


def _energy(measurement: Measurement) -> list[dict[str, Any]]:
    return [
        {"layer": "A", "node": node} | _fields(measurement[f"energy_{node}"], "low", "value", "high", "unit", "badge")
        for node in ("45nm", "7nm")
    ]


def _fields(quantity: Quantity, *names: str) -> dict[str, Any]:
    return {name: value for name, value in asdict(quantity).items() if name in names}


def as_json(said: Any, indent: int | None = None) -> str:
    """What is said as JSON that every program reads. It has no NaN and no infinity: they are null, with a reason beside
    them."""
    return json.dumps(_with_nulls(said), indent=indent, allow_nan=False)


def _with_nulls(said: Any) -> Any:
    if isinstance(said, dict):
        plain = {name: _with_nulls(value) for name, value in said.items()}
        lost = any(isinstance(value, float) and not math.isfinite(value) for value in said.values())
        return plain | ({"reason": NO_NUMBER} if lost else {})
    if isinstance(said, list | tuple):
        return [_with_nulls(value) for value in said]
    return None if isinstance(said, float) and not math.isfinite(said) else said

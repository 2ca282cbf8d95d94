"""One experiment and what was measured of it, as plain JSON: what the command line prints and a page exports."""

from dataclasses import asdict
from typing import Any

from lessons.experiment import Experiment
from lessons.quantity import Measurement, Quantity

ADAPTED = ("trained", "share", "adapter")  # what is known of what was learnt, beside its loss on each new text


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
    """The same of a language model: how well it reads, how far it is from what it was, its bytes, what a token costs."""
    said = ("name", "low", "value", "high", "unit", "badge", "source")
    learnt = [q for q in measurement.quantities if q.name.startswith("loss, ") or q.name in ADAPTED]
    return {
        "quality": [
            _fields(measurement[name], *said) for name in ("perplexity", "loss", "loss a character", "kl", "same")
        ],
        "bytes": {q.name: q.value for q in measurement.quantities if q.unit == "bytes"},
        "macs": measurement["macs"].value,
        "energy": _energy(measurement),
        **({"adapted": [_fields(quantity, *said) for quantity in learnt]} if learnt else {}),
        "experiment": experiment.to_json(),
    }


def _energy(measurement: Measurement) -> list[dict[str, Any]]:
    return [
        {"layer": "A", "node": node} | _fields(measurement[f"energy_{node}"], "low", "value", "high", "unit", "badge")
        for node in ("45nm", "7nm")
    ]


def _fields(quantity: Quantity, *names: str) -> dict[str, Any]:
    return {name: value for name, value in asdict(quantity).items() if name in names}

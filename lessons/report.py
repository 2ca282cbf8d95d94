"""One experiment and what was measured of it, as plain JSON: what the command line prints and a page exports."""

from dataclasses import asdict
from typing import Any

from lessons.experiment import Experiment
from lessons.quantity import Measurement, Quantity


def report(experiment: Experiment, measurement: Measurement, timing: Quantity) -> dict[str, Any]:
    """Numbers with their units, badges and bands, and the experiment that gives them again."""
    return {
        "quality": _fields(measurement["accuracy"], "name", "value", "unit", "badge"),
        "bytes": {q.name: q.value for q in measurement.quantities if q.unit == "bytes"},
        "macs": measurement["macs"].value,
        "energy": [
            {"layer": "A", "node": node}
            | _fields(measurement[f"energy_{node}"], "low", "value", "high", "unit", "badge")
            for node in ("45nm", "7nm")
        ],
        "timing": _fields(timing, "name", "low", "value", "high", "unit", "badge"),
        "experiment": experiment.to_json(),
    }


def _fields(quantity: Quantity, *names: str) -> dict[str, Any]:
    return {name: value for name, value in asdict(quantity).items() if name in names}

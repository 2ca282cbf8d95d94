"""What jobs are asked and tell, as plain JSON and back: `{"TrainingStep": [80, 800, 1.2, 61.5, 0.9]}`, fields in their
order. Arrays and bytes are packed; a tuple comes back for a list."""

import io
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from lessons.adaptation.results import DeltaAnalysis, NamedPictures
from lessons.experiment import Experiment, Trained, Written
from lessons.jobs.events import Activations, Continuation, GeneratedText, ModelKept, TextSample, Walk
from lessons.measure.layer_view import LayerCost, RoundedWeights, Rounding, Scanned, Wiring
from lessons.quantity import Measurement, Quantity
from lessons.training.progress import TrainingStep

DIGITS = 7  # of a number that was computed in float32
KINDS = {
    kind.__name__: kind
    for kind in (
        Activations, Continuation, DeltaAnalysis, GeneratedText, LayerCost, Measurement, ModelKept, NamedPictures,
        Quantity, RoundedWeights, Rounding, Scanned, TextSample, TrainingStep, Walk, Wiring
    )
}  # fmt: skip


def encoded(value: Any) -> Any:
    """As JSON. Raises TypeError for what is none of KINDS."""
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return float(f"{value:.{DIGITS}g}")
        case bytes():
            return {"bytes": _packed(value)}
        case np.ndarray():
            file = io.BytesIO()
            np.save(file, value, allow_pickle=False)
            return {"array": _packed(file.getvalue())}
        case Experiment():
            return {"Experiment": value.to_json()}
        case Trained() | Written():
            return encoded(Experiment(value))
        case Mapping():
            return {"dict": [[encoded(key), encoded(each)] for key, each in value.items()]}
    name = type(value).__name__
    if name in KINDS:
        parts = [getattr(value, field.name) for field in fields(value)] if is_dataclass(value) else value
        return {name: [encoded(part) for part in parts]}
    if isinstance(value, list | tuple):
        return [encoded(each) for each in value]
    raise TypeError(f"{name} is not recorded")


def decoded(code: Any) -> Any:
    """What was `encoded`. Raises KeyError for what is none of KINDS."""
    if isinstance(code, list):
        return tuple(map(decoded, code))
    if not isinstance(code, dict):
        return code
    ((name, held),) = code.items()
    match name:
        case "bytes":
            return _unpacked(held)
        case "array":
            return np.load(io.BytesIO(_unpacked(held)), allow_pickle=False)
        case "Experiment":
            return Experiment.from_json(held)
        case "dict":
            return {decoded(key): decoded(each) for key, each in held}
    return KINDS[name](*map(decoded, held))


def _packed(data: bytes) -> str:
    return b64encode(zlib.compress(data, 9)).decode()


def _unpacked(text: str) -> bytes:
    return zlib.decompress(b64decode(text))

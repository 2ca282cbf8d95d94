"""What jobs are asked and tell, as plain JSON and back: `{"TrainingStep": [80, 800, 1.2, 61.5, 0.9]}`, fields in their
order. Arrays and bytes are packed; a tuple comes back for a list, and numbers are rounded, unless all is to be `exact`.
"""

import io
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np

from lessons.adaptation.results import DeltaAnalysis, NamedPictures
from lessons.data.quiz import Answered, Question
from lessons.experiment import Experiment, Trained, Written
from lessons.jobs.events import Activations, Continuation, GeneratedText, ModelKept, Outcome, TextSample, Walk
from lessons.language.results import Flow
from lessons.measure.layer_view import (
    LayerCost,
    LayerView,
    OneWeight,
    RoundedWeights,
    Rounding,
    Scanned,
    View,
    Wiring,
)
from lessons.quantity import Measurement, Quantity
from lessons.training.progress import TrainingStep

DIGITS = 7  # of a number that was computed in float32
KINDS = {
    kind.__name__: kind
    for kind in (
        Activations, Answered, Continuation, DeltaAnalysis, Flow, GeneratedText, LayerCost, LayerView, Measurement,
        ModelKept, NamedPictures, OneWeight, Outcome, Quantity, Question, RoundedWeights, Rounding, Scanned,
        TextSample, TrainingStep, View, Walk, Wiring
    )
}  # fmt: skip
MOST_BYTES = 2**26  # of what is unpacked: a small file could hold billions


def encoded(value: Any, exact: bool = False) -> Any:
    """As JSON. `exact`: it comes back bit for bit, and a list as a list. Raises TypeError for what is none of KINDS."""
    within = partial(encoded, exact=exact)
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return value if exact else float(f"{value:.{DIGITS}g}")
        case bytes():
            return {"bytes": _packed(value)}
        case np.ndarray():
            file = io.BytesIO()
            np.save(file, value, allow_pickle=False)
            return {"array": _packed(file.getvalue())}
        case Experiment():
            return {"Experiment": value.to_json()}
        case Trained() | Written():
            return within(Experiment(value))
        case Mapping():
            return {"dict": [[within(key), within(each)] for key, each in value.items()]}
    name = type(value).__name__
    if name in KINDS:
        return {name: [*map(within, _parts(value))]}
    if isinstance(value, list | tuple):
        parts = [*map(within, value)]
        return {"list": parts} if exact and isinstance(value, list) else parts
    raise TypeError(f"{name} is not recorded")


def decoded(code: Any) -> Any:
    """What was `encoded`. Raises KeyError for what is none of KINDS, and other errors for what is not whole."""
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
        case "list":
            return [*map(decoded, held)]
    return KINDS[name](*map(decoded, held))


def _parts(value: Any) -> Iterable[Any]:
    return [getattr(value, field.name) for field in fields(value)] if is_dataclass(value) else value


def _packed(data: bytes) -> str:
    return b64encode(zlib.compress(data, 9)).decode()


def _unpacked(text: str) -> bytes:
    """Raises ValueError where there is more in it than there should be."""
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(b64decode(text), MOST_BYTES)
    if not unpacking.eof:
        raise ValueError("it is cut off, or holds more than it should")
    return data

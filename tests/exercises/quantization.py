"""Two networks as they ship, and numbers of one that never was."""

import numpy as np
import torch

from lessons import models
from lessons.experiment import shipped
from lessons.jobs import recordings, vision
from lessons.quantity import Measurement, Quantity
from lessons.ui.quantization.exercises import LOST, bits_of, weights_of
from lessons.ui.quantization.knobs import LAYERS
from lessons.ui.quantization.recipe import WIDTHS, Quantizing
from tests.exercises import Asked


def recorded(network: str) -> dict[str, Measurement]:
    """A shipped network at every width."""
    points = Quantizing().along(shipped(network))
    return {bits: recordings.find(vision.measuring, point).result for bits, point in points.items()}


def made() -> dict[str, Measurement]:
    """A network that breaks at 11 bits, with files of whole kilobytes."""
    return {bits: of(80.0 if bits == "fp32" or int(bits) > 11 else 30.0, n) for n, bits in enumerate(WIDTHS, start=2)}


def of(accuracy: float, kilobytes: float) -> Measurement:
    found = Quantity("accuracy", accuracy, "%", "measured"), Quantity("packed", kilobytes * 1e3, "bytes", "measured")
    return Measurement(found, b"")


def weights(network: str) -> tuple[torch.Tensor, int]:
    *ways, baseline = Quantizing().along(shipped(network)).values()
    seen = recordings.find(vision.rounding, baseline, tuple(ways), LAYERS[network].default).result
    return weights_of(seen)


CURVES = {**{name: (recorded(name),) for name in models.NAMES}, "made": (made(),)}
WEIGHTS = {**{name: weights(name) for name in models.NAMES}, "made": (torch.linspace(-0.7, 1.3, 60), 3)}
BITS = {position: (bits_of(position),) for position in ("2", "fp32", "8")}


def values(position: str) -> int:
    """How many different numbers a grid has, counted."""
    top = 2 ** (BITS[position][0] - 1) - 1
    return len(np.unique(np.clip(np.round(np.linspace(-top - 1, top + 1, 10_001)), -top, top)))


def error(model: str) -> float:
    """As PyTorch rounds."""
    x, bits = WEIGHTS[model]
    top = 2 ** (bits - 1) - 1
    rounded = torch.fake_quantize_per_tensor_affine(x, float(x.abs().max() / top), 0, -top, top)
    return (rounded - x).square().mean().sqrt().item()


def smallest(model: str) -> set[str]:
    accuracy = {bits: found["accuracy"].value for bits, found in CURVES[model][0].items()}
    enough = [bits for bits in WIDTHS if accuracy[bits] >= accuracy["fp32"] - LOST]
    return {enough[0]}  # files grow with the bits


ASKED = {
    "levels": Asked(BITS, values),
    "codes": Asked(WEIGHTS, error),
    "file": Asked(CURVES, lambda model: CURVES[model][0]["3"]["packed"].value / 1000),
    "smallest": Asked(CURVES, smallest, WIDTHS, "5"),
}

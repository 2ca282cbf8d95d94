"""Two networks as they ship, and numbers of one that never was."""

import numpy as np
import torch

from lessons import models
from lessons.experiment import shipped
from lessons.jobs import recordings, vision
from lessons.measure.layer_view import RoundedWeights, Rounding
from lessons.quantity import Measurement, Quantity
from lessons.ui.quantization.exercises import LOST, bits_of, weights_of
from lessons.ui.quantization.knobs import LAYERS
from lessons.ui.quantization.recipe import WIDTHS, Quantizing
from tests.exercises import Asked

READ = 20.3125 + 1.5625  # pJ a bit, from DRAM and through SRAM: Horowitz, ISSCC 2014


def recorded(network: str) -> dict[str, Measurement]:
    """A shipped network at every width."""
    points = Quantizing().along(shipped(network))
    return {bits: recordings.find(vision.measuring, point).result for bits, point in points.items()}


def made() -> dict[str, Measurement]:
    """A network that breaks at 11 bits, with files of whole kilobytes, in which reading takes nearly all energy: a
    kilobyte a bit, and one more."""
    each = {bits: 32 if bits == "fp32" else int(bits) for bits in Quantizing().along(shipped("cnn"))}
    return {bits: of(80.0 if each[bits] > 11 else 30.0, each[bits] + 1) for bits in each}


def of(accuracy: float, kilobytes: float) -> Measurement:
    size, energy = kilobytes * 1e3, 1e-7 + kilobytes * 8e3 * READ * 1e-12
    found = {"accuracy": (accuracy, "%"), "packed": (size, "bytes"), "theoretical": (size, "bytes")}
    found |= {"energy_45nm": (energy, "J"), "macs": (20_000, "MAC")}
    return Measurement(tuple(Quantity(name, *value, "measured") for name, value in found.items()), b"")


def shown(network: str) -> RoundedWeights:
    """The weights of a shipped network in the first picture."""
    *ways, baseline = Quantizing().along(shipped(network)).values()
    return recordings.find(vision.rounding, baseline, tuple(ways), LAYERS[network].default).result


def drawn() -> RoundedWeights:
    """Weights of no network: 0 and ±1 are the levels of 2 bits."""
    weights = np.linspace(-1, 0.8, 60, dtype=np.float32).reshape(6, 10)
    two_bits = Rounding(np.round(weights), 3, np.full(6, -1), np.ones(6))
    return RoundedWeights("conv1", range(6), weights, [two_bits, two_bits])


CURVES = {**{name: (recorded(name),) for name in models.NAMES}, "made": (made(),)}
SEEN = {**{name: (shown(name),) for name in models.NAMES}, "made": (drawn(),)}
WEIGHTS = {**{name: weights_of(shown(name)) for name in models.NAMES}, "made": (torch.linspace(-0.7, 1.3, 60), 3)}
BITS = {position: (bits_of(position),) for position in ("2", "fp32", "8")}
GROUPS = {"smallest": (2, 8), "default": (5, 32), "largest": (16, 128)}  # bits, and weights that share a scale


def values(position: str) -> int:
    """How many different numbers a grid has, counted."""
    top = 2 ** (BITS[position][0] - 1) - 1
    return len(np.unique(np.clip(np.round(np.linspace(-top - 1, top + 1, 10_001)), -top, top)))


def rounded(x: torch.Tensor, bits: int) -> torch.Tensor:
    """As PyTorch rounds."""
    top = 2 ** (bits - 1) - 1
    return torch.fake_quantize_per_tensor_affine(x, float(x.abs().max() / top), 0, -top, top)


def error(model: str) -> float:
    x, bits = WEIGHTS[model]
    return (rounded(x, bits) - x).square().mean().sqrt().item()


def zeros(model: str) -> int:
    """The weights shown have the largest of the layer among them, which its levels reach to."""
    return int((rounded(torch.from_numpy(SEEN[model][0].weights), 2) == 0).sum())


def least_error_of_two_levels(model: str) -> float:
    """Of levels at ±α, tried one by one."""
    x = WEIGHTS[model][0].double().numpy()
    alphas = np.linspace(0, np.abs(x).max(), 20_001)
    return float(np.sqrt(((np.abs(x) - alphas[:, None]) ** 2).mean(1).min()))


def bits_a_weight(setting: str) -> float:
    """Of a row of 1,280 weights, counted."""
    bits, group = GROUPS[setting]
    return (1280 * bits + 32 * len(range(0, 1280, group))) / 1280


def smallest(model: str) -> set[str]:
    accuracy = {bits: found["accuracy"].value for bits, found in CURVES[model][0].items()}
    enough = [bits for bits in WIDTHS if accuracy[bits] >= accuracy["fp32"] - LOST]
    return {enough[0]}  # files grow with the bits


def energy(model: str) -> float:
    """What it was, without the bits that are read no more."""
    before, after = (CURVES[model][0][bits] for bits in ("fp32", "8"))
    fewer = 8 * (before["theoretical"].value - after["theoretical"].value)
    return before["energy_45nm"].value - fewer * READ * 1e-12


ASKED = {
    "levels": Asked(BITS, values),
    "zeros": Asked(SEEN, zeros),
    "smallest": Asked(CURVES, smallest, WIDTHS, "5"),
    "file": Asked(
        {model: (*curve, "group" if model == "made" else "tensor", 8) for model, curve in CURVES.items()},
        lambda model: CURVES[model][0]["3"]["packed"].value / 1000,
    ),
    "groups": Asked(GROUPS, bits_a_weight),
    "one-bit": Asked(WEIGHTS, least_error_of_two_levels),
    "codes": Asked(WEIGHTS, error),
    "energy": Asked(CURVES, energy),
}

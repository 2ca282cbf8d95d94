"""What one picture does in a network: what comes out of each layer, and the answer."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from lessons.models.layers import run_watched, weighted

STRONGEST = 4  # channels of a layer that a small picture shows


def look(net: nn.Module, x: Tensor) -> tuple[dict[str, np.ndarray], list[float]]:
    """For one picture x [1, 1, 28, 28]: the numbers after each convolution and its ReLU, by the layer's name, as uint8
    [channels, side, side] (255 is the largest of the layer); and the probabilities of the ten answers."""
    seen: dict[str, Tensor] = {}
    layers = weighted(net).items()

    def note(name: str):
        return lambda layer, inputs, output: seen.update({name: output[0]})

    run_watched(net, x, [layer.register_forward_hook(note(name)) for name, layer in layers])
    *hidden, last = seen.items()
    images = {name: _as_image(output.clamp(min=0)) for name, output in hidden}
    return images, torch.softmax(last[1], 0).tolist()


def strongest(layers: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The STRONGEST channels of each layer: those with the largest mean, the largest first. `layers`: uint8 [channels,
    side, side], by name."""
    means = {name: images.mean((1, 2)) for name, images in layers.items()}
    return {name: images[np.argsort(-means[name], kind="stable")[:STRONGEST]] for name, images in layers.items()}


def _as_image(x: Tensor) -> np.ndarray:
    return (255 * x / x.max().clamp(min=1e-9)).round().to(torch.uint8).numpy()

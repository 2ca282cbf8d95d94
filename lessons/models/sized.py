"""The baseline at other widths and depths: `cnn-16x3` is built as `cnn` is."""

from collections import OrderedDict

import torch
from torch import nn


def sized(width: int, depth: int) -> nn.Sequential:
    """Pictures float32 [n, 1, 28, 28] → logits [n, 10], through `depth` convolutions of width, 2·width, … channels.

    Each halves the side of the picture: 28 → 14 → 7 → 4 → 2. Weights come from torch's global generator: seed it first.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    channels, side = 1, 28
    for at in range(1, depth + 1):
        kernel = 5 if at == 1 else 3
        layers[f"conv{at}"] = nn.Conv2d(channels, width * at, kernel, stride=2, padding=kernel // 2)
        layers[f"relu{at}"] = nn.ReLU()
        channels, side = width * at, (side + 1) // 2
    layers["flatten"] = nn.Flatten()
    layers["fc"] = nn.Linear(channels * side * side, 10)
    return nn.Sequential(layers).to(memory_format=torch.channels_last)

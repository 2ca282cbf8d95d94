"""The baseline: a convolutional network small enough to train while one watches."""

from collections import OrderedDict

import torch
from torch import nn


def cnn() -> nn.Sequential:
    """Pictures float32 [n, 1, 28, 28] → logits [n, 10]. 26,618 parameters, 533,056 MACs a picture.

    Strides instead of pooling keep it fast on a CPU. Weights come from torch's global generator: seed it first.
    """
    layers = OrderedDict(
        conv1=nn.Conv2d(1, 16, 5, stride=2, padding=2),  # → [16, 14, 14]
        relu1=nn.ReLU(),
        conv2=nn.Conv2d(16, 32, 3, stride=2, padding=1),  # → [32, 7, 7]
        relu2=nn.ReLU(),
        conv3=nn.Conv2d(32, 48, 3, stride=2, padding=1),  # → [48, 4, 4]
        relu3=nn.ReLU(),
        flatten=nn.Flatten(),
        fc=nn.Linear(48 * 4 * 4, 10),
    )
    return nn.Sequential(layers).to(memory_format=torch.channels_last)

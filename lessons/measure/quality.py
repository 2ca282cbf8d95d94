"""What a classifier answers, and how often it is right."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

BATCH = 100  # fits a core's cache: twice as fast as batches of 2,500


def answers(net: nn.Module, images: Tensor) -> np.ndarray:
    """The class with the highest logit for each of the images [n, …]: uint8 [n]."""
    with torch.inference_mode():
        return torch.cat([net(batch).argmax(1) for batch in images.split(BATCH)]).to(torch.uint8).numpy()


def accuracy(given: np.ndarray, right: np.ndarray) -> float:
    """The share of right answers, in %."""
    return 100 * int((given == right).sum()) / len(right)


def breaks_at(accuracy: Mapping[str, float], before: float, points: float = 10) -> str | None:
    """Coming down from the last position of a knob, the first at which more than so many points are lost, if there is one."""
    return next((position for position, value in reversed(accuracy.items()) if before - value > points), None)

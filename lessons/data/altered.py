"""Pictures, altered: what a network that knows them as they are can learn anew. Knows nothing of models."""

import torch
from torch import Tensor

from lessons.data import TASKS


def as_they_are(images: Tensor, task: str) -> Tensor:
    """Normalised pictures float32 [n, 1, 28, 28], unchanged."""
    return images


def turned(images: Tensor, task: str) -> Tensor:
    """A quarter to the left."""
    return torch.rot90(images, 1, (2, 3)).contiguous(memory_format=torch.channels_last)


def inverted(images: Tensor, task: str) -> Tensor:
    """White for black, of pictures that are normalised as those of their task are."""
    return (1 - 2 * TASKS[task].MEAN) / TASKS[task].STD - images


ALTERED = {"turned": turned, "inverted": inverted}

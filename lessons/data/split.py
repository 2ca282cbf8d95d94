"""Which training pictures a run has labels for, and which it only sees."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


class Split(NamedTuple):
    """Places of pictures in a training set, int64 [n]."""

    labelled: Tensor
    unlabelled: Tensor


def split(labels: Tensor, labelled: int | None, unlabelled: int, withheld: int | None, seed: int) -> Split:
    """Choose pictures by their labels int64 [n], none of them of the class `withheld`.

    `labelled` is None for all, in the order they are in. Of fewer, `seed` says which, and classes take turns; the next
    ones are the `unlabelled`, as far as there are any.
    """
    shown = torch.arange(len(labels)) if withheld is None else (labels != withheld).nonzero()[:, 0]
    if labelled is None:
        return Split(shown, shown[:0])
    shown = shown[torch.randperm(len(shown), generator=torch.Generator().manual_seed(seed))]
    turn = F.one_hot(labels[shown]).cumsum(0).gather(1, labels[shown, None])[:, 0]  # 1 for the first of its class, 2 …
    shown = shown[turn.argsort(stable=True)]
    return Split(shown[:labelled], shown[labelled : labelled + unlabelled])

"""Pruning: weights that matter least are set to 0 and stay there.

LeCun et al., "Optimal Brain Damage" (1989); by magnitude: Han et al., "Learning both Weights and Connections for
Efficient Neural Networks" (2015), §3.1; N of M: Mishra et al., "Accelerating Sparse Deep Neural Networks" (2021), §3. A
score says how much each weight matters (see `saliency`); a mask says which are kept: bool, True where kept. Both go by
parameter name.
"""

from collections.abc import Mapping
from math import ceil

import torch
from torch import Tensor
from torch.nn import functional as F

GONE = -torch.inf  # the score of a weight that is pruned already
BLOCK = 4  # rows and columns


def keep(scores: Tensor, share: float) -> Tensor:
    """A mask of the shape of these scores, without the given share (0–1) of them: the lowest."""
    mask = torch.ones(scores.numel(), dtype=torch.bool)
    mask[scores.flatten().argsort(stable=True)[: round(share * scores.numel())]] = False
    return mask.view(scores.shape)


def per_layer(scores: Mapping[str, Tensor], shares: Mapping[str, float]) -> dict[str, Tensor]:
    """Masks without the lowest scores of each tensor, the share of each its own. `shares`: 0 … 1, by name."""
    return {name: keep(score, shares[name]) for name, score in scores.items()}


def all_together(scores: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Masks without the lowest scores of all tensors, however many that takes from each ("global"). `share`: 0 … 1, of
    all of them."""
    mask = keep(torch.cat([score.flatten() for score in scores.values()]), share)
    parts = mask.split([score.numel() for score in scores.values()])
    return {name: part.view(scores[name].shape) for name, part in zip(scores, parts, strict=True)}


def n_of_m(score: Tensor, n: int, m: int) -> Tensor:
    """A mask with the `n` highest of every `m` consecutive inputs of a weight [out, in, …].

    A convolution [out, in, k, k] is grouped along its input channels, at each position of the kernel by itself: sparse
    units multiply it with the channels last. A weight whose inputs `m` does not divide is kept whole (the first layer
    of pictures, depthwise convolutions). Both as in NVIDIA's ASP (apex.contrib.sparsity), which keeps more layers
    whole: all but those with multiples of 8 outputs and 16 inputs.
    """
    if score.shape[1] % m:
        return torch.ones_like(score, dtype=torch.bool)
    groups = score.movedim(1, -1).unflatten(-1, (-1, m))  # [out, …, in / m, m]
    best = groups.argsort(dim=-1, descending=True, stable=True)[..., :n]
    mask = torch.zeros_like(groups, dtype=torch.bool).scatter_(-1, best, True)
    return mask.flatten(-2).movedim(-1, 1)


def block_scores(score: Tensor) -> Tensor:
    """The mean score of every block of 4 × 4 of a weight [out, …] as a matrix; those at its ends may be smaller."""
    rows = score.flatten(1)
    below, right = -rows.shape[0] % BLOCK, -rows.shape[1] % BLOCK
    tiles = F.pad(rows, (0, right, 0, below), value=torch.nan).unflatten(1, (-1, BLOCK)).unflatten(0, (-1, BLOCK))
    return of_units(tiles.transpose(1, 2).flatten(2))


def of_units(scores: Tensor) -> Tensor:
    """The mean score of what can only go together, [units, …, weights] → [units, …]: weights that are gone add nothing,
    and where all are, the unit is. NaN: no weight."""
    left = scores.masked_fill(scores == GONE, 0).nanmean(-1)
    return left.masked_fill(((scores == GONE) | scores.isnan()).all(-1), GONE)


def from_blocks(mask: Tensor, shape: torch.Size) -> Tensor:
    """A mask of blocks as one of weights of this shape."""
    spread = mask.repeat_interleave(BLOCK, 0).repeat_interleave(BLOCK, 1)
    return spread[: shape[0], : ceil(shape.numel() / shape[0])].reshape(shape)

"""Low-rank adaptation: what a layer learns anew is the product of two small matrices. The layer itself stays as it is.

    y = W x + s · B (A x)        A [r, in], B [out, r], s = α / r

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021), §4.1. "rslora": s = α / √r (Kalajdzievski, "A
Rank Stabilization Scaling Factor for Fine-Tuning with LoRA", 2023, §3). "dora": the length of each row is learnt by
itself (Liu et al., "DoRA: Weight-Decomposed Low-Rank Adaptation", 2024, §4). A convolution's weight counts as [out, in
· k · k].
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

KINDS = ("lora", "rslora", "dora")


class LowRank(NamedTuple):
    """What a layer has learnt: down [r, in], up [out, r], their scale, and for "dora" the length of each row, [out]."""

    down: Tensor  # A, float32 [r, in]
    up: Tensor  # B, float32 [out, r]
    scale: float  # s
    length: Tensor | None = None  # of each row, float32 [out]; only for "dora"


def begin(weight: Tensor, rank: int, alpha: float, kind: str, random: torch.Generator) -> LowRank:
    """A starts at random and B at 0: at first, nothing changes. `kind`: one of KINDS."""
    out, into = weight.flatten(1).shape
    down = nn.init.kaiming_uniform_(weight.new_empty(rank, into), a=math.sqrt(5), generator=random)
    length = rows(weight.flatten(1)).clone() if kind == "dora" else None
    return LowRank(down, weight.new_zeros(out, rank), scale(alpha, rank, kind), length)


def scale(alpha: float, rank: int, kind: str) -> float:
    """s: α / r, for "rslora" α / √r. `kind`: one of KINDS."""
    return alpha / math.sqrt(rank) if kind == "rslora" else alpha / rank


def merged(weight: Tensor, learnt: LowRank) -> Tensor:
    """The one weight that computes the same as the layer and what it has learnt; of the weight's shape."""
    whole = weight.flatten(1) + learnt.scale * learnt.up @ learnt.down
    if learnt.length is not None:
        whole = whole * (learnt.length / rows(whole))[:, None]
    return whole.view_as(weight)


def rows(weight: Tensor) -> Tensor:
    """The length of each row, [out]; never 0."""
    return weight.norm(dim=1).clamp(min=torch.finfo(weight.dtype).tiny)


class Adapted(nn.Module):
    """A layer that learns in this way. Only A, B and the lengths have gradients, and need an optimiser's memory."""

    def __init__(self, layer: nn.Linear | nn.Conv2d, begin: LowRank):
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.down, self.up, self.scale = nn.Parameter(begin.down), nn.Parameter(begin.up), begin.scale
        self.length = None if begin.length is None else nn.Parameter(begin.length)

    @property
    def learnt(self) -> LowRank:
        """What it has learnt so far."""
        return LowRank(self.down, self.up, self.scale, self.length)

    def forward(self, x: Tensor) -> Tensor:
        """x [..., in] → [..., out] (for a convolution images): W x + s · B (A x), for "dora" with the lengths that were
        learnt."""
        new = self.scale * self._through(x)
        if self.length is None:
            return self.layer(x) + new
        bias = 0 if self.layer.bias is None else self._of_rows(self.layer.bias)
        whole = self.layer.weight.flatten(1) + self.scale * self.up @ self.down
        turned = self._of_rows(self.length / rows(whole).detach())  # detached: DoRA, §4.3
        return turned * (self.layer(x) - bias + new) + bias

    def _through(self, x: Tensor) -> Tensor:
        """B (A x)."""
        if isinstance(self.layer, nn.Linear):
            return F.linear(F.linear(x, self.down), self.up)
        at = self.layer
        narrow = F.conv2d(x, self.down.view(-1, *at.weight.shape[1:]), None, at.stride, at.padding, at.dilation)
        return F.conv2d(narrow, self.up[:, :, None, None])

    def _of_rows(self, values: Tensor) -> Tensor:
        """A number a row, so that it meets the outputs of the row."""
        return values if isinstance(self.layer, nn.Linear) else values[:, None, None]

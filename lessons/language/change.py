"""A change of weights under the microscope: what full fine-tuning did to each matrix, and what low rank did."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lessons.experiment import Experiment
from lessons.experiment.adapt import READS
from lessons.language import adapt, adapted
from lessons.language.model import Model
from lessons.language.seen import Change
from lessons.models.llama import Llama

RANKS = (1, 2, 4, 8, 16, 32, 64)
PASSAGES = 16  # of each test that are read, again and again


@torch.no_grad()  # of a generator: while it runs, not while it waits
def looked_at(model: Model, full: Experiment, low: Experiment) -> Iterator[float | Change]:
    """Shares of the work that are done, then what both did to a model."""
    each = [
        adapt.changes(model.net, one.recipe[-1].learnt, adapted.weights(model, one.adaptations[0]))
        for one in (full, low)
    ]
    names = list(each[1])
    added, thin = ({name: change[name] for name in names} for change in each)
    was = {name: model.net.get_parameter(name) for name in names}
    text = full.recipe[-1].text
    cut, kept = {}, {}
    for at, rank in enumerate(RANKS):
        yield at / len(RANKS)
        cut[rank] = _loss(model, {name: adapt.low_rank(each, rank) - each for name, each in was.items()}, READS)
        narrow = {name: adapt.low_rank(by, rank) if by.dim() > 1 else by for name, by in each[0].items()}
        kept[rank] = _loss(model, narrow, text)
    yield Change(
        [name.removesuffix(".weight") for name in names],
        *(_spectra([found[name] for name in names]) for found in (was, added, thin)),
        {name.removesuffix(".weight"): _overlap(thin[name], added[name], low.recipe[-1].rank) for name in names},
        cut,
        kept,
        _loss(model, {}, READS),
        _loss(model, each[0], text),
        _loss(model, {}, text),
    )


def _spectra(matrices: list[Tensor]) -> np.ndarray:
    found = [torch.linalg.svdvals(matrix) for matrix in matrices]
    least = min(map(len, found))
    return torch.stack([values[:least] for values in found]).numpy()


def _overlap(low: Tensor, full: Tensor, rank: int) -> np.ndarray:
    """φ(i, j) = ‖Uᵢᵀ Vⱼ‖² ÷ min(i, j) of the first i and j right singular vectors: 1 where the one lie within the other.

    Hu et al., "LoRA" (2021), §7.2.
    """
    one, other = (torch.linalg.svd(matrix, full_matrices=False)[2] for matrix in (low, full))
    rank = min(rank, *low.shape)
    inner = (one[:rank] @ other[:rank].T).square().cumsum(0).cumsum(1)
    count = torch.arange(1, rank + 1)
    return (inner / torch.minimum(count[:, None], count[None])).numpy()


def _loss(model: Model, change: adapt.Weights, text: str) -> float:
    net: Llama = adapt.with_changes(model, [change]).net
    given, following = (part[:PASSAGES] for part in adapted.passages(model, text))
    return F.cross_entropy(net(given).flatten(0, 1), following.flatten()).item()

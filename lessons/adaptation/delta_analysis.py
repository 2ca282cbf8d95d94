"""A change of weights under the microscope: what full fine-tuning did to each matrix, and what low rank did."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from lessons.adaptation import adapter_store, build
from lessons.adaptation.results import DeltaAnalysis
from lessons.adaptation.weights import Weights, weight_deltas, with_deltas
from lessons.experiment import Experiment
from lessons.language.model import LanguageModel
from lessons.shrink.svd import low_rank
from lessons.vision.model import VisionModel

RANKS = (1, 2, 4, 8, 16, 32, 64)
AT_MOST = {True: 16, False: 2_000}  # passages of each test that are read, again and again, or pictures that are seen


@torch.no_grad()  # of a generator: while it runs, not while it waits
def analysing(model: LanguageModel | VisionModel, full: Experiment, low: Experiment) -> Iterator[float | DeltaAnalysis]:
    """Shares of the work that are done, then what both did to a model. Of a convolution's weight counts the matrix
    [out, in · k · k]."""
    kind = build.family(full)

    def loss(change: Weights, name: str) -> float:
        return kind.loss(with_deltas(model.net, [change]), model, name, AT_MOST[full.writes])

    ways = [one.adaptations[0] for one in (full, low)]
    each = [weight_deltas(model.net, one.recipe[-1], adapter_store.weights(model, one)) for one in ways]
    names = list(each[1])
    added, thin = ({name: change[name] for name in names} for change in each)
    was = {name: model.net.get_parameter(name) for name in names}
    old, new = kind.knows(model), full.recipe[-1].to
    matrices = {name: by for name, by in each[0].items() if by.dim() > 1}  # all: what is cut must be the same
    cut, left = {}, {}
    for at, rank in enumerate(RANKS):
        yield at / len(RANKS)
        weights = {name: model.net.get_parameter(name) for name in matrices}
        cut[rank] = loss({name: low_rank(weight, rank) - weight for name, weight in weights.items()}, old)
        left[rank] = loss(each[0] | {name: low_rank(by, rank) for name, by in matrices.items()}, new)
    yield DeltaAnalysis(
        [name.removesuffix(".weight") for name in names],
        *(_spectra([found[name] for name in names]) for found in (was, added, thin)),
        {name.removesuffix(".weight"): _overlap(thin[name], added[name], low.recipe[-1].rank) for name in names},
        cut,
        left,
        loss({}, old),
        loss(each[0], new),
        loss({}, new),
    )


def _spectra(matrices: list[Tensor]) -> np.ndarray:
    """Singular values, float32 [matrices, r]; matrices with fewer have zeros at the end."""
    found = [torch.linalg.svdvals(matrix.flatten(1)) for matrix in matrices]
    return torch.nn.utils.rnn.pad_sequence(found, batch_first=True).numpy()


def _overlap(low: Tensor, full: Tensor, rank: int) -> np.ndarray:
    """φ(i, j) = ‖Uᵢᵀ Vⱼ‖² ÷ min(i, j) of the first i and j right singular vectors: 1 where the one lie within the
    other.

    Hu et al., "LoRA" (2021), §7.2.
    """
    one, other = (torch.linalg.svd(each.flatten(1), full_matrices=False)[2] for each in (low, full))
    rank = min(rank, *low.flatten(1).shape)
    inner = (one[:rank] @ other[:rank].T).square().cumsum(0).cumsum(1)
    count = torch.arange(1, rank + 1)
    return (inner / torch.minimum(count[:, None], count[None])).numpy()

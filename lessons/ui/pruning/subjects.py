"""What the exercises are asked about, as their functions take it: None while some of it is not known."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from lessons import models
from lessons.experiment import Experiment
from lessons.measure.layer_view import SCANNED, Scanned
from lessons.models.layers import weighted
from lessons.quantity import Measurement, Quantity
from lessons.ui.pruning import faster, first_picture
from lessons.ui.pruning import scan as scans
from lessons.ui.pruning.exercises import MUCH
from lessons.ui.pruning.knobs import CRITERION, SWEPT
from lessons.ui.pruning.recipe import PrunedNow, Pruning
from lessons.ui.work.results import all_known, curve, known

Curve = Mapping[str, Measurement]  # by sparsity (%)


def as_shown(baseline: Experiment, shown: PrunedNow | None) -> tuple[Curve, str] | None:
    """The network pruned in one shot as the page shows it, to every sparsity, and its structure; single weights, where
    a pattern leaves no choice."""
    if not shown:
        return None
    way = Pruning() if shown.how.fixed else shown.how
    found = all_known(known(way.in_one_shot.along(baseline, SWEPT)))
    return found and (*found, way.structure)


def pruned(baseline: Experiment) -> tuple[Curve, int] | None:
    """The network whole and without most of its smallest weights; and how many it has."""
    found = all_known(curve(Pruning().along(baseline, ("0", str(MUCH)))))
    return found and (*found, _weights(baseline.source.model))


@lru_cache(maxsize=len(models.NAMES))
def _weights(network: str) -> int:
    return sum(layer.weight.numel() for layer in weighted(models.make(network)).values())


def wires(baseline: Experiment) -> tuple[Tensor] | None:
    """The sum of |w| along each wire of the first picture, unpruned: float32 [wires]."""
    seen, _ = first_picture.seen(baseline, Pruning().along(baseline, SWEPT))
    return seen and (torch.from_numpy(seen.strength[0]),)


def channels() -> tuple[Quantity, Quantity, int]:
    """MACs of the large network before and after most of its channels were removed, and how many percent that are."""
    races = faster.raced()
    before, after = (races[name].measured["macs"] for name in (faster.UNPRUNED, faster.REMOVED[faster.MOST]))
    return before, after, int(faster.MOST)


def layers(baseline: Experiment) -> tuple[Sequence[Scanned], Sequence[str]] | None:
    """The scan of its layers, and their names."""
    found, names = scans.scan(baseline, CRITERION.default), models.LAYERS[baseline.source.model]
    return (found, names) if len(found) == len(SCANNED) * len(names) else None

"""A layer's weights, and what flows into it, beside the grids they are rounded to: the histograms a page shows."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from lessons.measure import macs
from lessons.measure.layer_view import MOST_MARKS, LayerView, View
from lessons.shrink.activations import inputs
from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import Grid, levels, round_to
from lessons.shrink.pack import Tensors
from lessons.shrink.sparse import Sparse
from lessons.text import sections

WORDS = sections("measure")

BINS = 60


def views(
    original: Tensors, net: nn.Module, stored: Tensors, grids: Mapping[str, Grid], pictures: Tensor
) -> dict[str, LayerView]:
    """Every layer with weights, by the name of its block: its `original` weights against the `stored` ones, and its
    inputs for these pictures."""
    costs = {cost.name: cost for cost in macs.layers(net, pictures[:1])}
    return {
        name.partition(".")[0]: LayerView(
            costs[name],
            *weights(original[f"{name}.weight"], stored[f"{name}.weight"]),
            activations(x, grids.get(name)),
            picture(stored[f"{name}.weight"]),
        )
        for name, x in inputs(net, pictures).items()
    }


def picture(stored: Tensor | Encoded | Sparse) -> np.ndarray:
    """Every weight as a grey: see `LayerView`."""
    weight = stored if isinstance(stored, Tensor) else stored.decode()
    top = weight.abs().max().clamp(min=1e-12)
    grey = (128 + 127 * weight / top).round().to(torch.uint8)
    if isinstance(stored, Sparse):
        grey = grey * stored.kept
    return grey.reshape(*grey.shape[:2], *(grey.shape[2:] or (1, 1))).numpy()


def weights(original: Tensor, stored: Tensor | Encoded | Sparse) -> tuple[str, View]:
    """Whose weights are shown, and the view of them: as they were, or where a layer has been made smaller, as they
    are. `original`: the weight before it was shrunk."""
    if isinstance(stored, Sparse):
        stored = stored.weights
    if not isinstance(stored, Encoded):
        original = original if original.shape == stored.shape else stored
        return "", _view(original, torch.empty(0), 0.0)
    error = _rms(stored.decode() - original)
    channels, groups = stored.scale.shape
    if channels == 1:
        return "", _view(original, stored.levels(), error)
    first = original[0].flatten()[: -(-original[0].numel() // groups)]
    part = WORDS["channel 0"] if groups == 1 else WORDS("channel 0: group", count=len(first))
    return part, _view(first, stored.levels(), error)


def activations(x: Tensor, grid: Grid | None) -> View:
    """The view of a layer's inputs. `x`: what flows in."""
    if grid is None:
        return _view(x, torch.empty(0), 0.0)
    return _view(x, levels(grid), _rms(round_to(grid, x) - x))


def _view(x: Tensor, levels: Tensor, error: float) -> View:
    values, marks = x.detach().numpy().ravel(), levels.numpy()
    drawn = values[values != 0]
    counts, edges = np.histogram(drawn, bins=BINS)
    clipped = 0.0
    if len(marks) > 1:
        half = (marks[1] - marks[0]) / 2
        clipped = float(((values < marks[0] - half) | (values > marks[-1] + half)).mean())
    some = marks if len(marks) <= MOST_MARKS else marks[[0, -1]]
    return View(edges, counts, len(marks), some, 1 - drawn.size / values.size, clipped, error)


def _rms(difference: Tensor) -> float:
    return difference.square().mean().sqrt().item()

"""What each step of a recipe does to a model."""

import copy
from collections.abc import Iterator, Mapping
from functools import lru_cache, singledispatch

from torch import Tensor, nn

from lessons.data import examples
from lessons.experiment import Prune, Quantize, QuantizeActivations, RemoveChannels, ShiftBias, Step
from lessons.shrink import activations, channels, distill, prune, saliency
from lessons.shrink.grid import SCHEMES
from lessons.shrink.quantize import binary, quantize
from lessons.shrink.sparse import Sparse
from lessons.training.progress import BATCH
from lessons.vision.model import VisionModel, deployed, kept_of, with_inputs, with_masks, with_weights

N_OF_M = {"2:4": (2, 4), "1:4": (1, 4)}
NAMED_ON = 2_000  # training pictures, of all classes, on which a class is to be named as often as it occurs
LOOKED_AT = {"gradient": 16, "movement": 80}  # batches of training pictures


@singledispatch
def apply(step: Step, model: VisionModel) -> VisionModel:
    """The model after one more step; the one before it stays as it is. Raises NotImplementedError for a step that is
    not for pictures' networks."""
    raise NotImplementedError(f"no model is built for {type(step).__name__}")


@apply.register
def quantize_weights(step: Quantize, model: VisionModel) -> VisionModel:
    """Every weight, not the biases, rounded to the nearest level; in 1 bit, to its sign."""
    if step.bits == 1:
        return with_weights(model, lambda weight: binary(weight, step.grain, step.group))
    scheme = SCHEMES[step.scheme]
    return with_weights(model, lambda w: quantize(w, step.bits, step.grain, scheme, step.range, step.group))


@apply.register
def quantize_activations(step: QuantizeActivations, model: VisionModel) -> VisionModel:
    """What flows into each layer rounded, on a range calibrated on training pictures."""
    model = deployed(model)
    pictures = examples.training_set("bundled", model.task).images[: step.images]
    return with_inputs(model, activations.calibrate(model.net, pictures, step.bits, step.range))


@apply.register
def prune_weights(step: Prune, model: VisionModel) -> VisionModel:
    """Weights, blocks of them, or channels masked: those of lowest score."""
    scores = {
        name: score if (kept := kept_of(model, name)) is None else score.masked_fill(~kept, prune.GONE)
        for name, score in _scores(model.net, model.task, step.criterion, step.seed).items()
    }
    if step.structure in N_OF_M:
        return with_masks(model, {name: prune.n_of_m(score, *N_OF_M[step.structure]) for name, score in scores.items()})
    if step.structure == "channels":
        return with_masks(model, _channels(step, model, scores))
    if step.structure == "blocks":
        masks = _lowest(step, {name: prune.block_scores(score) for name, score in scores.items()})
        return with_masks(model, {name: prune.from_blocks(mask, scores[name].shape) for name, mask in masks.items()})
    return with_masks(model, _lowest(step, scores))


@apply.register
def remove_channels(step: RemoveChannels, model: VisionModel) -> VisionModel:
    """The smaller network without the channels that pruning has silenced."""
    net = channels.removed(model.net, examples.test_set(model.task).images[:1])
    tensors: dict[str, Tensor | Sparse] = dict(net.named_parameters())
    for name, stored in model.tensors.items():
        if isinstance(stored, Sparse) and stored.kept.dim() > 1 and (tensors[name] == 0).any():
            tensors[name] = Sparse(tensors[name] != 0, tensors[name])
    return model._replace(net=net, tensors=tensors)


@apply.register
def shift_bias(step: ShiftBias, model: VisionModel) -> VisionModel:
    """One class's bias moved until it is named as often as it occurs."""
    model = deployed(model)
    net = copy.deepcopy(model.net)
    pictures = examples.training_set("bundled", model.task).images[:NAMED_ON]
    net.fc.bias[step.label] += distill.missing_bias(net(pictures), step.label, step.share / 100)
    return model._replace(net=net, tensors=dict(model.tensors) | {"fc.bias": net.fc.bias})


def _channels(step: Prune, model: VisionModel, scores: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Masks without the lowest channels; where layers are given ratios, those of the first layer of coupled ones
    count."""
    groups = channels.coupled(model.net, examples.test_set(model.task).images[:1])
    share: float | list[float] = step.sparsity / 100
    if step.ratios:
        of = dict(zip(scores, step.ratios, strict=True))
        share = [of[group.filters[0]] / 100 for group in groups]
    scope = "global" if step.scope == "global" else "layer"
    kept = channels.highest([channels.channel_scores(group, scores) for group in groups], share, scope)
    return channels.masks(model.net, groups, kept)


def _lowest(step: Prune, scores: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Masks without the lowest scores, in the step's scope."""
    if step.scope == "global":
        return prune.all_together(scores, step.sparsity / 100)
    percent = step.ratios or [step.sparsity] * len(scores)
    return prune.per_layer(scores, {name: share / 100 for name, share in zip(scores, percent, strict=True)})


@lru_cache(maxsize=8)
def _scores(net: nn.Module, task: str, criterion: str, seed: int) -> saliency.Scores:
    """How much each weight of a network matters; found once for a whole sweep."""
    if criterion == "magnitude":
        return saliency.magnitude(net)
    if criterion == "random":
        return saliency.random(net, seed)
    return getattr(saliency, criterion)(net, _batches(task, LOOKED_AT[criterion]))


def _batches(task: str, count: int) -> Iterator[tuple[Tensor, Tensor]]:
    data = examples.training_set("bundled", task)
    return zip(data.images[: count * BATCH].split(BATCH), data.labels[: count * BATCH].split(BATCH), strict=True)

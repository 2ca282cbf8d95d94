"""An adapter merged into the weights it stands beside, and taken off again."""

import torch

from lessons.experiment import Experiment
from lessons.language import adapt, adapted
from lessons.language.model import Model
from lessons.measure.timing import latencies
from lessons.quantity import Quantity

READ = 4  # passages that both read


@torch.no_grad()
def compared(model: Model, experiment: Experiment) -> dict[str, Quantity]:
    """What an adapted model computes with its adapter beside its layers, and merged into them: how far the logits are apart, and
    how long both take; and what is left of the adapter once it is taken off."""
    (one,) = experiment.adaptations
    how, learnt = experiment.recipe[-1].learnt, adapted.weights(model, one)
    beside, change = adapt.wearing(model.net, how, learnt), adapt.changes(model.net, how, learnt)
    merged = adapt.with_changes(model, [change])
    taken_off = adapt.with_changes(merged, [{name: -by for name, by in change.items()}])
    text = adapted.passages(model, how.text).read[:READ]
    said = [net(text) for net in (model.net, beside, merged.net, taken_off.net)]
    left = max(
        float((taken_off.net.get_parameter(name) - model.net.get_parameter(name)).abs().max()) for name in change
    )
    slow, fast = latencies([beside, merged.net], text[:1])
    source = f"largest difference of a logit, of {said[0].numel():,}"
    return {
        "It changes answers by": Quantity("moved", _apart(said[0], said[1]), "", "measured", source=f"{source}: base, and adapter beside it"),
        "Merging changes them by": Quantity("merged", _apart(said[1], said[2]), "", "measured", source=f"{source}: adapter beside the weights, and merged into them"),
        "Taking it off leaves": Quantity("left", left, "", "measured", source="largest difference of a weight from what it was"),
        "Time, beside": slow,
        "Time, merged": fast,
    }  # fmt: skip


def _apart(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).abs().max())

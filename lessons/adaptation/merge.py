"""An adapter merged into the weights it stands beside, and taken off again."""

from dataclasses import replace

import torch

from lessons.adaptation import adapter_store, build
from lessons.adaptation.weights import weight_deltas, with_adapters, with_deltas
from lessons.experiment import Experiment
from lessons.language.model import LanguageModel
from lessons.measure.timing import RUNS, latencies
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.vision.model import VisionModel

WORDS = sections("adaptation")
READ = 4  # passages that both read, or pictures that both see


@torch.no_grad()
def compared(model: LanguageModel | VisionModel, experiment: Experiment) -> dict[str, Quantity]:
    """What an adapted model computes with its adapter beside its layers, and merged into them: how far the logits are
    apart, and how long both take; and what is left of the adapter once it is taken off."""
    (one,) = experiment.adaptations
    how, learnt = one.recipe[-1], adapter_store.weights(model, one)
    beside, change = with_adapters(model.net, how, learnt), weight_deltas(model.net, how, learnt)
    merged = with_deltas(model.net, [change])
    taken_off = with_deltas(merged, [{name: -by for name, by in change.items()}])
    given = build.family(experiment).inputs(model, how.to, READ)
    said = [net(given) for net in (model.net, beside, merged)]
    left = max(float((taken_off.get_parameter(name) - model.net.get_parameter(name)).abs().max()) for name in change)
    takes = latencies([model.net, beside, merged], given[:1])
    how_long = WORDS("time of a passage" if experiment.writes else "time of an image", runs=RUNS)
    base, slow, fast = (replace(each, source=how_long) for each in takes)
    moved = WORDS("adapter changes: source", count=said[0].numel())
    rounded = WORDS("merging changes: source", count=said[0].numel())
    return {
        WORDS["adapter changes"]: Quantity("moved", _apart(said[0], said[1]), "", "measured", source=moved),
        WORDS["merging changes"]: Quantity("merged", _apart(said[1], said[2]), "", "measured", source=rounded),
        WORDS["left once removed"]: Quantity("left", left, "", "measured", source=WORDS["left once removed: source"]),
        WORDS["time without"]: base,
        WORDS["time beside"]: slow,
        WORDS["time merged"]: fast,
    }


def _apart(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).abs().max())

"""What the pruning lesson claims, as functions of the study's rows."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from statistics import mean
from typing import Any

from lessons import models
from lessons.data import TASKS, examples
from lessons.experiment import CRITERIA, Experiment, FineTune, Prune, Step, Trained
from lessons.measure import quality
from lessons.shrink.sparse import Sparse
from lessons.vision import build
from tests.study import Point
from tests.study.quantization import minus

SEEDS = (0, 1, 2)
NETS = models.NAMES
SPARSITIES = (30, 50, 70, 80, 90, 95)
ROUNDS = {"cubic": (63, 87, 90), "linear": (30, 60, 90)}


def points() -> Iterator[Point]:
    """Every setting that a claim is about, with every network and seed."""
    for model in NETS:
        for seed in SEEDS:
            baseline = Experiment(Trained(model=model, seed=seed))
            yield point(baseline, "baseline")
            yield from one_shot(baseline)
            yield from fine_tuned(baseline)
            yield from alone(baseline)


def one_shot(baseline: Experiment) -> Iterator[Point]:
    """Pruned once, and not fine-tuned."""
    for criterion in CRITERIA:
        for scope in ("global", "layer"):
            for sparsity in SPARSITIES:
                prune = Prune(sparsity, criterion, scope=scope)
                yield point(baseline, "one shot", prune, criterion=criterion, scope=scope, sparsity=sparsity)
    for structure, sparsity in (("2:4", 50), ("1:4", 75)):
        yield point(baseline, structure, Prune(sparsity, structure=structure, scope="layer"), sparsity=sparsity)
    yield point(baseline, "half where four divide", Prune(scope="given", ratios=where_four_divide(baseline, 50)))
    for sparsity in (50, 75):
        yield point(baseline, "blocks", Prune(sparsity, structure="blocks"), sparsity=sparsity)


def fine_tuned(baseline: Experiment) -> Iterator[Point]:
    """Fine-tuned after pruning: 2 epochs, or 3, at once or in rounds."""
    for sparsity, criterion in (*((s, "magnitude") for s in (70, 90, 95)), (90, "gradient"), (90, "movement")):
        steps = Prune(sparsity, criterion), FineTune(2)
        yield point(baseline, "fine-tuned", *steps, criterion=criterion, sparsity=sparsity)
    yield point(baseline, "at once", Prune(90), FineTune(3), sparsity=90)
    for schedule, rounds in ROUNDS.items():
        steps = [step for sparsity in rounds for step in (Prune(sparsity), FineTune(1))]
        yield point(baseline, schedule, *steps, sparsity=90)


def alone(baseline: Experiment) -> Iterator[Point]:
    """One layer pruned, the others whole."""
    layers = models.layers_of(baseline.source.model)
    for layer in layers:
        for sparsity in (50, 80, 90):
            prune = Prune(scope="given", ratios=tuple(sparsity * (layer == other) for other in layers))
            yield point(baseline, "alone", prune, layer=layer, sparsity=sparsity)


def where_four_divide(baseline: Experiment, sparsity: int) -> tuple[int, ...]:
    """What to take of each layer: nothing of those that 2:4 keeps whole, for four do not divide their input
    channels."""
    net = models.make(baseline.source.model)
    inputs = [parameter.shape[1] for parameter in net.parameters() if parameter.dim() > 1]
    return tuple(0 if count % 4 else sparsity for count in inputs)


def point(baseline: Experiment, kind: str, *steps: Step, **setting: Any) -> Point:
    experiment = replace(baseline, recipe=steps)
    named = {"model": baseline.source.model, "seed": baseline.source.seed, "kind": kind, **setting}
    return Point(named, (experiment,), partial(row, experiment, kind))


def row(experiment: Experiment, kind: str) -> dict:
    """The accuracy after these steps, and how much is left of each layer, in %."""
    built, task = build.build(experiment), experiment.source.task
    accuracy = quality.accuracy(quality.answers(built.net, examples.test_set(task).images), TASKS[task].test_labels())
    left = {
        name: 100 * tensor.kept.float().mean().item()
        for name, tensor in built.tensors.items()
        if isinstance(tensor, Sparse)
    }
    return {"accuracy": accuracy, "left": left if kind == "fine-tuned" else {}}


class Rows:
    """The rows of a study, by setting; lists go by seed."""

    def __init__(self, rows: list[dict]):
        self.rows = rows

    def of(self, model: str, kind: str, **setting) -> list[float]:
        wanted = {"model": model, "kind": kind} | setting
        return [row["accuracy"] for row in self.rows if wanted.items() <= row.items()]


class Study(Rows):
    """What claims of pruning are about."""

    def cut(self, model: str, sparsity: int, criterion: str = "magnitude", scope: str = "global") -> list[float]:
        """Pruned once, and not fine-tuned."""
        return self.of(model, "one shot", criterion=criterion, scope=scope, sparsity=sparsity)

    def tuned(self, model: str, sparsity: int, criterion: str = "magnitude") -> list[float]:
        """Pruned once, and fine-tuned for two epochs."""
        return self.of(model, "fine-tuned", criterion=criterion, sparsity=sparsity)

    def lost(self, model: str, after: list[float]) -> list[float]:
        """Points below the unpruned network."""
        return minus(self.of(model, "baseline"), after)

    def least(self, criterion: str) -> list[float]:
        """What is left of the layer that lost most, in %, with 90 % of the depthwise net gone."""
        wanted = {"model": "depthwise", "kind": "fine-tuned", "criterion": criterion, "sparsity": 90}
        return [min(row["left"].values()) for row in self.rows if wanted.items() <= row.items()]

    def sensitive(self, model: str, sparsity: int) -> dict[str, float]:
        """Mean accuracy with one layer pruned alone."""
        return {
            layer: mean(self.of(model, "alone", layer=layer, sparsity=sparsity)) for layer in models.layers_of(model)
        }


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds; "always": with every seed."""
    s = Study(rows)
    return {
        "half of the cnn's weights go for less than 2.5 points, always": max(s.lost("cnn", s.cut("cnn", 50))) < 2.5,
        "at 70 % it has lost 3 to 8 points, at 90 % more than 35, always": (
            all(3 < lost < 8 for lost in s.lost("cnn", s.cut("cnn", 70))) and min(s.lost("cnn", s.cut("cnn", 90))) > 35
        ),
        "the depthwise net breaks sooner: at 70 % it has lost more than 40 points, always": min(
            s.lost("depthwise", s.cut("depthwise", 70))
        )
        > 40,
        "the smallest 70 % of the cnn's weights matter far less than any 70 %, always": min(
            minus(s.cut("cnn", 70), s.cut("cnn", 70, "random"))
        )
        > 60,
        "and the smallest half of the depthwise net's, always": min(
            minus(s.cut("depthwise", 50), s.cut("depthwise", 50, "random"))
        )
        > 60,
        "30 % of the cnn's weights by chance cost more than half of them by magnitude, always": min(
            minus(s.cut("cnn", 50), s.cut("cnn", 30, "random"))
        )
        > 5,
        "all layers together are better than that share of each, at 90 % of the cnn, always": min(
            minus(s.cut("cnn", 90), s.cut("cnn", 90, scope="layer"))
        )
        > 0,
        "and at 80 %, on average": mean(minus(s.cut("cnn", 80), s.cut("cnn", 80, scope="layer"))) > 5,
        "and at 30 to 70 % of the depthwise net": all(
            min(minus(s.cut("depthwise", sparsity), s.cut("depthwise", sparsity, scope="layer"))) > 0
            for sparsity in (30, 50, 70)
        ),
        "gradient is better than magnitude at 90 and 95 % of the cnn without training on, always": all(
            min(minus(s.cut("cnn", sparsity, "gradient"), s.cut("cnn", sparsity))) > 0 for sparsity in (90, 95)
        ),
        "after training on, the difference is less than a point": max(
            abs(gain) for gain in minus(s.tuned("cnn", 90, "gradient"), s.tuned("cnn", 90))
        )
        < 1,
        "on the depthwise net gradient at 90 % leaves less than 0.5 % of one layer, always": max(s.least("gradient"))
        < 0.5,
        "and magnitude more than 2 %": min(s.least("magnitude")) > 2,
        "which training on does not mend: over 40 points behind magnitude, always": min(
            minus(s.tuned("depthwise", 90), s.tuned("depthwise", 90, "gradient"))
        )
        > 40,
        "movement is under 20 % accuracy at any sparsity if nothing is trained on": max(
            accuracy for model in NETS for accuracy in s.of(model, "one shot", criterion="movement")
        )
        < 20,
        "and behind magnitude by a point and a half or more after training on, always": all(
            min(minus(s.tuned(model, 90), s.tuned(model, 90, "movement"))) > 1.5 for model in NETS
        ),
        "two epochs bring the cnn back to less than half a point from where it was at 70 %, always": max(
            s.lost("cnn", s.tuned("cnn", 70))
        )
        < 0.5,
        "to 2 to 3 points at 90 %": all(2 < lost < 3 for lost in s.lost("cnn", s.tuned("cnn", 90))),
        "to 5 to 8 at 95 %": all(5 < lost < 8 for lost in s.lost("cnn", s.tuned("cnn", 95))),
        "and the depthwise net to less than 2 at 70 %, 6 to 10 at 90 %, over 20 at 95 %": (
            max(s.lost("depthwise", s.tuned("depthwise", 70))) < 2
            and all(6 < lost < 10 for lost in s.lost("depthwise", s.tuned("depthwise", 90)))
            and min(s.lost("depthwise", s.tuned("depthwise", 95))) > 20
        ),
        "three rounds on the cubic schedule beat one shot with the same epochs on the cnn, always": min(
            minus(s.of("cnn", "cubic"), s.of("cnn", "at once"))
        )
        > 0,
        "but on the depthwise net not with every seed": min(
            minus(s.of("depthwise", "cubic"), s.of("depthwise", "at once"))
        )
        < 0,
        "three equal rounds lose to one shot with the same epochs on both, always": max(
            lead for model in NETS for lead in minus(s.of(model, "linear"), s.of(model, "at once"))
        )
        < 0,
        "the cnn's first layer is its most sensitive at 80 and 90 %, on average": all(
            first(s.sensitive("cnn", sparsity)) == "conv1" for sparsity in (80, 90)
        ),
        "its third, which has the most weights, the least": all(
            max(s.sensitive("cnn", sparsity), key=s.sensitive("cnn", sparsity).get) == "conv3" for sparsity in (80, 90)
        ),
        "the last layers of the depthwise net are its least sensitive at 50 and 80 %": all(
            set(sorted(of := s.sensitive("depthwise", sparsity), key=of.get)[-2:]) == {"pw3", "fc"}
            for sparsity in (50, 80)
        ),
        "at 80 % its first two are the most": set(sorted(of := s.sensitive("depthwise", 80), key=of.get)[:2])
        == {"conv1", "dw1"},
        "2 of 4 cost more than the smallest half of each of the same layers, on both nets, always": all(
            max(minus(s.of(model, "2:4"), s.of(model, "half where four divide"))) < 0 for model in NETS
        ),
        "and blocks more than the smallest half of all weights, on both nets, always": all(
            max(minus(s.of(model, "blocks", sparsity=50), s.cut(model, 50))) < 0 for model in NETS
        ),
    }


def first(accuracy: dict[str, float]) -> str:
    """The most sensitive layer."""
    return min(accuracy, key=accuracy.get)

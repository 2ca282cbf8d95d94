"""What the pruning lesson claims, as functions of the study's rows."""

from collections.abc import Iterator

from lessons import build, models
from lessons.data import TASKS, examples
from lessons.experiment import CRITERIA, Experiment, FineTune, Prune, Step, Trained
from lessons.measure import quality

SEEDS = (0, 1, 2)
NETS = models.NAMES
SPARSITIES = (30, 50, 70, 80, 90, 95)
ROUNDS = {"cubic": (63, 87, 90), "linear": (30, 60, 90)}


def rows() -> Iterator[dict]:
    """Every setting that a claim is about, measured with every network and seed."""
    for model in NETS:
        for seed in SEEDS:
            baseline = Experiment(Trained(model=model, seed=seed))
            yield row(baseline, "baseline")
            yield from one_shot(baseline)
            yield from fine_tuned(baseline)
            yield from alone(baseline)


def one_shot(baseline: Experiment) -> Iterator[dict]:
    """Pruned once, and not trained on."""
    for criterion in CRITERIA:
        for scope in ("global", "layer"):
            for sparsity in SPARSITIES:
                prune = Prune(sparsity, criterion, scope=scope)
                yield row(baseline, "one shot", prune, criterion=criterion, scope=scope, sparsity=sparsity)
    for structure, sparsity in (("2:4", 50), ("1:4", 75)):
        yield row(baseline, structure, Prune(sparsity, structure=structure, scope="layer"), sparsity=sparsity)
    for sparsity in (50, 75):
        yield row(baseline, "blocks", Prune(sparsity, structure="blocks"), sparsity=sparsity)


def fine_tuned(baseline: Experiment) -> Iterator[dict]:
    """Trained on after pruning: 2 epochs, or 3, at once or in rounds."""
    for sparsity, criterion in (*((s, "magnitude") for s in (70, 90, 95)), (90, "gradient"), (90, "movement")):
        steps = Prune(sparsity, criterion), FineTune(2)
        yield row(baseline, "fine-tuned", *steps, criterion=criterion, sparsity=sparsity)
    yield row(baseline, "at once", Prune(90), FineTune(3), sparsity=90)
    for schedule, rounds in ROUNDS.items():
        steps = [step for sparsity in rounds for step in (Prune(sparsity), FineTune(1))]
        yield row(baseline, schedule, *steps, sparsity=90)


def alone(baseline: Experiment) -> Iterator[dict]:
    """One layer pruned, the others whole."""
    layers = models.layers_of(baseline.source.model)
    for layer in layers:
        for sparsity in (50, 80, 90):
            prune = Prune(scope="given", ratios=tuple(sparsity * (layer == other) for other in layers))
            yield row(baseline, "alone", prune, layer=layer, sparsity=sparsity)


def row(baseline: Experiment, kind: str, *steps: Step, **setting) -> dict:
    """The accuracy after these steps."""
    experiment = baseline
    for step in steps:
        experiment |= step
    task = baseline.source.task
    answers = quality.answers(build.build(experiment).net, examples.test_set(task).images)
    accuracy = quality.accuracy(answers, TASKS[task].test_labels())
    return {"model": baseline.source.model, "seed": baseline.source.seed, "kind": kind, **setting, "accuracy": accuracy}


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""
    return {}

"""What the distillation lesson claims, as functions of the study's rows."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from statistics import mean, stdev

import numpy as np

from lessons.data import TASKS
from lessons.experiment import Experiment, FineTune, Prune, Quantize, ShiftBias, Step, Taught, Trained, loaded
from lessons.vision import build
from tests.study import Point
from tests.study.quantization import minus

SEEDS = (0, 1, 2)
SMALL, SIZES = "cnn-4x3", ("cnn-2x3", "cnn-8x3", "cnn-16x3")
FEW, ALL = 500, 20_000
TEACHER = (loaded("fashion-large"),)
WITHHELD = (1, 6, 7)  # trousers, shirts, sneakers
SPARSE = Prune(99)  # the first of the page's sparsities at which the teacher's file is smaller than the student's
TWO_BITS = Quantize(2, "channel", range="least-squares")


def points() -> Iterator[Point]:
    """Every setting that a claim is about, with every seed: alone, and taught."""
    for seed in SEEDS:
        few = Trained(model=SMALL, seed=seed, labelled=FEW)
        for labelled in (50, FEW, 5_000, ALL):
            student = replace(few, labelled=labelled)
            yield point(student, "alone")
            yield point(student, "taught", Taught(TEACHER))
            if labelled < ALL:
                yield point(student, "taught", Taught(TEACHER, unlabelled=ALL - labelled))
        yield point(few, "taught", Taught(TEACHER, unlabelled=2_000))
        unlabelled = Taught(TEACHER, alpha=1, unlabelled=ALL)
        yield point(replace(few, labelled=0, taught=unlabelled), "taught", unlabelled)
        for loss in ("logits", "hints", "attention"):
            yield point(few, "taught", Taught(TEACHER, loss=loss))
        for temperature in (1, 2, 8, 20, 100):
            yield point(few, "taught", Taught(TEACHER, temperature))
        for alpha in (0.3, 0.6, 1):
            yield point(few, "taught", Taught(TEACHER, alpha=alpha))
        for model in SIZES:
            yield point(replace(few, model=model), "alone")
            yield point(replace(few, model=model), "taught", Taught(TEACHER))
        yield point(few, "self", Taught((few,)))
        three = tuple(Trained(seed=100 + 10 * seed + at) for at in range(3))
        yield point(few, "one small teacher", Taught(three[:1]))
        yield point(few, "three small teachers", Taught(three))
        yield from never_shown(Trained(model="cnn-8x3", seed=seed))
        yield from low_bit(Trained(model="cnn-8x3", seed=seed))
        few = Trained(model="cnn-8x3", seed=seed, labelled=FEW)
        yield point(few, "two bits, alone", None, TWO_BITS, FineTune(2))
        yield point(few, "two bits, taught", Taught(TEACHER), TWO_BITS, FineTune(2, taught=Taught(TEACHER)))
        yield from bargain(seed)


def never_shown(student: Trained) -> Iterator[Point]:
    """Without one class, and with its bias put right."""
    for label in WITHHELD:
        for kind, taught in (("alone", None), ("taught", Taught(TEACHER))):
            without = replace(student, withheld=label)
            yield point(without, kind, taught)
            yield point(without, f"{kind}, put right", taught, ShiftBias(label))


def low_bit(student: Trained) -> Iterator[Point]:
    """Rounded to two bits and fine-tuned: without a teacher, with one at the end, with one all the way."""
    taught = Taught(TEACHER)
    yield point(student, "alone")
    yield point(student, "taught", taught)
    yield point(student, "two bits, alone", None, TWO_BITS, FineTune(2))
    yield point(student, "two bits, taught at the end", None, TWO_BITS, FineTune(2, taught=taught))
    yield point(student, "two bits, taught", taught, TWO_BITS, FineTune(2, taught=taught))


def bargain(seed: int) -> Iterator[Point]:
    """The teacher shrunk to the size of its students: pruned and fine-tuned with all labels, or rounded."""
    made = {
        "pruned": Experiment(TEACHER[0]) | SPARSE | FineTune(2, seed),
        "one bit": Experiment(TEACHER[0]) | Quantize(1, "channel"),
        "six bits": Experiment(TEACHER[0]) | Quantize(6, "channel", range="least-squares"),
        "small": Experiment(Trained(model=SMALL, seed=seed)),
        "largest": Experiment(Trained(model=SIZES[-1], seed=seed)),
    }
    for kind, experiment in made.items():
        setting = {"model": "large", "seed": seed, "labelled": None, "withheld": None, "kind": f"bargain, {kind}"}
        yield Point(setting, (experiment,), partial(size, experiment))


def size(experiment: Experiment) -> dict:
    measured = build.measure(experiment)
    return {"accuracy": measured["accuracy"].value, "bytes": measured["packed"].value}


def point(student: Trained, kind: str, taught: Taught | None = None, *steps: Step) -> Point:
    experiment = Experiment(replace(student, taught=taught), steps)
    setting = {name: getattr(student, name) for name in ("model", "seed", "labelled", "withheld")} | {"kind": kind}
    if taught:
        setting |= {name: getattr(taught, name) for name in ("temperature", "alpha", "loss", "unlabelled")}
    return Point(setting, (experiment,), partial(row, experiment))


def row(experiment: Experiment) -> dict:
    """Accuracy, and where a class was never shown, how often it is named, in %."""
    measured, source = build.measure(experiment), experiment.source
    found = {"accuracy": measured["accuracy"].value}
    if source.withheld is not None:
        answers, right = np.frombuffer(measured.answers, np.uint8), TASKS[source.task].test_labels()
        found["recall"] = 100 * float((answers[right == source.withheld] == source.withheld).mean())
    return found


class Study:
    """The rows, by setting; lists go by seed."""

    def __init__(self, rows: list[dict]):
        self.rows = rows

    def of(self, kind: str, what: str = "accuracy", **setting) -> list[float]:
        """Of the small student with few labels and the default teaching, where nothing else is asked for."""
        wanted = {"model": SMALL, "labelled": FEW, "withheld": None, "kind": kind} | setting
        if kind == "taught":
            wanted = {"temperature": 4.0, "alpha": 0.9, "loss": "kl", "unlabelled": 0} | wanted
        return [row[what] for row in self.rows if wanted.items() <= row.items()]

    def gained(self, **setting) -> list[float]:
        """Points that a teacher adds."""
        alone = {name: value for name, value in setting.items() if name in ("model", "labelled", "withheld")}
        return minus(self.of("taught", **setting), self.of("alone", **alone))

    def bytes(self, kind: str) -> float:
        """Of a file in the bargain."""
        return max(self.of(f"bargain, {kind}", "bytes", model="large", labelled=None))

    def recall(self, kind: str) -> list[float]:
        """Of the class never shown, for every class and seed."""
        rest = {"model": "cnn-8x3", "labelled": None}
        return [r for label in WITHHELD for r in self.of(kind, "recall", withheld=label, **rest)]


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds; with every seed, all of them."""
    s = Study(rows)
    rest = {"model": "cnn-8x3", "labelled": None}
    two_bits = minus(s.of("two bits, taught", **rest), s.of("two bits, alone", **rest))
    at_the_end = minus(s.of("two bits, taught at the end", **rest), s.of("two bits, alone", **rest))
    large = {"model": "large", "labelled": None}
    few_at_two_bits = minus(s.of("two bits, taught", model="cnn-8x3"), s.of("two bits, alone", model="cnn-8x3"))
    far = [minus(s.of("taught"), s.of("taught", temperature=t)) for t in (8.0, 20.0, 100.0)]
    return {
        "with 500 labels a teacher adds more than 2 points, to students of every size": all(
            min(s.gained(model=model)) > 2 for model in (SMALL, *SIZES)
        ),
        "on average more than twice the spread over seeds": mean(s.gained()) > 2 * stdev(s.gained()),
        "with 50 pictures and no others it may add or take: less than 3 points": (
            min(s.gained(labelled=50)) < 0 < max(s.gained(labelled=50)) and max(map(abs, s.gained(labelled=50))) < 3
        ),
        "on average nothing: less than half a point": abs(mean(s.gained(labelled=50))) < 0.5,
        "with 50 labels, and all others unlabelled, it adds more than 20": min(s.gained(labelled=50, unlabelled=19_950))
        > 20,
        "with 500, 2,000 unlabelled pictures add more than 3 points to what is taught": min(
            minus(s.of("taught", unlabelled=2_000), s.of("taught"))
        )
        > 3 - 0.05,
        "without any label the student ends within 2 points of one that has them all": max(
            minus(s.of("alone", labelled=ALL), s.of("taught", labelled=0, alpha=1.0, unlabelled=ALL))
        )
        < 2,
        "with 5,000 labels it is within a point with and without": max(map(abs, s.gained(labelled=5_000))) < 1,
        "with all labels the teacher costs something, less than 2 points": all(
            -2 < g < 0 for g in s.gained(labelled=ALL)
        ),
        "temperature 1 teaches less than 4, by more than a point": min(
            minus(s.of("taught"), s.of("taught", temperature=1.0))
        )
        > 1,
        "beyond 4 it hardly matters: within a point": max(abs(gap) for gaps in far for gap in gaps) < 1,
        "logits, hints and attention add less than 2 points, softened probabilities more than any": all(
            max(s.gained(loss=loss)) < 2 and min(minus(s.of("taught"), s.of("taught", loss=loss))) > 1
            for loss in ("logits", "hints", "attention")
        ),
        "hints and attention may as well take: at least one seed loses with each": all(
            min(s.gained(loss=loss)) < 0 for loss in ("hints", "attention")
        ),
        "a network that is its own teacher learns nothing more: within a point": max(
            map(abs, minus(s.of("self"), s.of("alone")))
        )
        < 1,
        "a small teacher teaches the small student better than the large one, by more than a point": min(
            minus(s.of("one small teacher"), s.of("taught"))
        )
        > 1,
        "three of them no better than one: within a point": max(
            map(abs, minus(s.of("three small teachers"), s.of("one small teacher")))
        )
        < 1,
        "at two bits and with all labels a teacher does not help, at the end or all the way": max(
            *two_bits, *at_the_end
        )
        <= 0,
        "at two bits and with 500 labels it adds more than a point": min(few_at_two_bits) > 1,
        "a class never shown: alone it is named in at most 1 % of its pictures": max(s.recall("alone")) <= 1,
        "taught and put right in more than 45 %, trousers and sneakers in more than 70 %": (
            min(s.recall("taught, put right")) > 45
            and min(r for label in (1, 7) for r in s.of("taught, put right", "recall", withheld=label, **rest)) > 70
        ),
        "pruned to the small student's bytes and trained on with all labels the teacher is worse than that student, "
        "taught with 500": (
            s.bytes("pruned") < s.bytes("small") and max(s.of("bargain, pruned", **large)) < min(s.of("taught"))
        ),
        "at one bit it still has more bytes": s.bytes("one bit") > s.bytes("small"),
        "at six bits it has fewer than the largest student, and is better, were that given all labels": (
            s.bytes("six bits") < s.bytes("largest")
            and min(s.of("bargain, six bits", **large)) > max(s.of("bargain, largest", **large)) + 1
        ),
        "put right alone, at least 20 points less": min(
            minus(s.recall("taught, put right"), s.recall("alone, put right"))
        )
        > 20,
    }

"""The exercises of the lesson on distillation."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from lessons.data import fashion_mnist
from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.quantity import Quantity
from lessons.shrink import distill
from lessons.ui.distillation.knobs import LABELLED, TEMPERATURE

WARM = float(TEMPERATURE.default)
OTHER = 0.3  # α that is asked about, where the page has another
FEW = "500"  # labelled images of the race as the page opens
FIRST = "50"  # labelled images from which on gains are compared: with fewer, chance decides
GAIN = 1.0  # percentage points a teacher is to add
STORED = 4  # bytes of a soft target, if one were stored


class OneImage(NamedTuple):
    """A test image before the first step. Logits float32 [1, classes]."""

    number: int  # as the page counts, from 1
    label: int
    teacher: Tensor
    student: Tensor


class Ends(NamedTuple):
    """What a student ends with, as a mean over the races: accuracy in %."""

    alone: Quantity
    taught: Quantity

    @property
    def gain(self) -> float:
        """Percentage points that the teacher adds."""
        return self.taught.value - self.alone.value


Race = Mapping[str, Ends]  # by labelled images, the fewest first


def one_image(logits: np.ndarray, shown: int) -> OneImage:
    """The test image at this place. `logits`: float32 [2, n, classes], the teacher's and the student's."""
    teacher, student = torch.tensor(logits[:, shown : shown + 1])
    return OneImage(shown + 1, int(fashion_mnist.test_labels()[shown]), teacher, student)


def percent(share: float) -> Quantity:
    return Quantity("probability", 100 * float(share), "%", "estimated")


def first_class(image: OneImage) -> int:
    """The class that the teacher predicts."""
    return int(image.teacher.argmax())


def warm(image: OneImage, temperature: float = WARM) -> float:
    """The teacher's probability of its class at a temperature."""
    return float(distill.softened(image.teacher, temperature)[0, first_class(image)])


SOFTER = Choice(
    "softer",
    right=lambda image: percent(warm(image)),
    wrong={
        "divided": lambda image: percent(warm(image, 1) / WARM),
        "all alike": lambda image: percent(1 / image.teacher.shape[1]),
        "sharper": lambda image: percent(warm(image, 1 / WARM)),
    },
    said=lambda image: {
        "number": image.number,
        "predicted": fashion_mnist.CLASSES[first_class(image)],
        "before": percent(warm(image, 1)),
        "temperature": f"{WARM:g}",
    },
)


def on_label(image: OneImage) -> float:
    """Cross-entropy of the student with the label, in nats."""
    return float(-torch.log_softmax(image.student, 1)[0, image.label])


def on_teacher(divergence: Callable, image: OneImage) -> Quantity:
    """The teacher's loss at the temperature of training, with this way to compute it."""
    return nats(float(divergence(image.student, image.teacher, WARM)))


def nats(loss: float) -> Quantity:
    return Quantity("loss", loss, "nats", "estimated")


def both(image: OneImage, label: float, teacher: float) -> Quantity:
    """The two losses with these weights."""
    return nats(label * on_label(image) + teacher * on_teacher(distill.soft_targets, image).value)


MIXED = Choice(
    "mixed",
    right=lambda image: both(image, 1 - OTHER, OTHER),
    wrong={
        "weights swapped": lambda image: both(image, OTHER, 1 - OTHER),
        "label whole": lambda image: both(image, 1, OTHER),
        "added": lambda image: both(image, 1, 1),
    },
    said=lambda image: {
        "number": image.number,
        "label": nats(on_label(image)),
        "teacher": on_teacher(distill.soft_targets, image),
        "temperature": f"{WARM:g}",
        "alpha": OTHER,
    },
)

DIVERGENCE = MissingLine(
    "divergence",
    distill.soft_targets,
    "return temperature**2 * (known.exp() * (known - learnt)).sum(1).mean()",
    {
        "roles swapped": "return temperature**2 * (learnt.exp() * (learnt - known)).sum(1).mean()",
        "gradient fades": "return (known.exp() * (known - learnt)).sum(1).mean()",
        "all classes alike": "return temperature**2 * (known - learnt).sum(1).mean()",
    },
    computed=on_teacher,
    said=lambda image: {"number": image.number, "temperature": f"{WARM:g}"},
)


def removed(race: Race) -> float:
    """Percent of the errors of a student alone that a teacher takes away."""
    return 100 * race[FEW].gain / (100 - race[FEW].alone.value)


ERRORS = Number(
    "errors",
    "%",
    right=removed,
    wrong={
        "points": lambda race: race[FEW].gain,
        "share of accuracy": lambda race: 100 * race[FEW].gain / race[FEW].alone.value,
        "errors left": lambda race: 100 - removed(race),
    },
    said=lambda race: {"labels": FEW, **race[FEW]._asdict()},
)


def compared(race: Race) -> dict[str, float]:
    """Percentage points that the teacher adds, by labelled images."""
    counts = [*race]
    return {count: race[count].gain for count in counts[counts.index(FIRST) :]}


def most_gained(race: Race) -> str:
    return max(compared(race), key=compared(race).__getitem__)


def last_gained(race: Race) -> str:
    """The most labelled images with which a teacher adds anything."""
    return [count for count, gain in compared(race).items() if gain > 0][-1]


def images(count: str) -> int:
    return int(count.replace(",", ""))


WHERE = Choice(
    "where",
    right=lambda race: images(most_gained(race)),
    wrong={
        "fewest labels": lambda race: images(FIRST),
        "last that helps": lambda race: images(last_gained(race)),
        "most labels": lambda race: images([*race][-1]),
    },
    said=lambda race: {
        "first": FIRST,
        "fewest": f"{race[FIRST].gain:+.1f}",
        "most": f"{[*race.values()][-1].gain:+.1f}",
    },
)


def worth_it(race: Race) -> str:
    """The most labelled images with which a teacher adds enough."""
    return [count for count, ends in race.items() if ends.gain >= GAIN][-1]


def verdict(count: str, race: Race) -> str:
    if count not in race:
        return "nobody alone"
    if race[count].gain < GAIN:
        return "too little"
    return "right" if count == worth_it(race) else "more labels"


WORTHWHILE = Goal("worthwhile", (LABELLED.name,), verdict, said=lambda race: {"gain": f"{GAIN:g}"})


class NoLabel(NamedTuple):
    """Accuracies (%) of a student without labels and of others."""

    copied: Quantity  # of the student that has soft targets alone, of all images
    labelled: Quantity  # of the same student alone, with all labels
    few: Quantity  # of the same student, taught, with 500 labels
    teacher: Quantity


COPIED = Choice(
    "copied",
    right=lambda ends: ends.copied,
    wrong={
        "chance": lambda ends: percent(1 / len(fashion_mnist.CLASSES)),
        "labels needed": lambda ends: ends.few,
        "as good as the teacher": lambda ends: ends.teacher,
    },
    said=lambda ends: {"labelled": ends.labelled, "teacher": ends.teacher, "few": FEW},
)


class Files(NamedTuple):
    """Files of a student alone, taught, and of its teacher, in bytes."""

    alone: Quantity
    taught: Quantity
    teacher: Quantity


def bytes_of(count: float) -> Quantity:
    return Quantity("packed", count, "bytes", "estimated")


SHIPPED = Choice(
    "shipped",
    right=lambda files: files.taught,
    wrong={
        "soft targets kept": lambda files: bytes_of(
            files.alone.value + images(FEW) * len(fashion_mnist.CLASSES) * STORED
        ),
        "size of the teacher": lambda files: files.teacher,
        "teacher too": lambda files: bytes_of(files.taught.value + files.teacher.value),
    },
    said=lambda files: {"alone": files.alone, "teacher": files.teacher, "images": FEW},
)

EXERCISES = (SOFTER, MIXED, DIVERGENCE, ERRORS, WHERE, WORTHWHILE, COPIED, SHIPPED)

"""Test images by their teacher, races as they were recorded, and one that never was; files of three students."""

import numpy as np
import torch
from torch import nn

from lessons.experiment import Experiment
from lessons.jobs import recordings, vision
from lessons.quantity import Measurement, Quantity
from lessons.ui.distillation.exercises import Ends, Files, NoLabel, OneImage, one_image
from lessons.ui.distillation.knobs import LABELLED, SHOWN_FIRST
from lessons.ui.distillation.recipe import LARGE, STUDENTS, Distilling, number
from tests.exercises import Asked

T, ALPHA = 4.0, 0.3
COUNTS = LABELLED.options[1:]


def first_images() -> np.ndarray:
    asked = Distilling(labelled=500).beginning(SHOWN_FIRST)
    return recordings.find(vision.beginning, *asked).result


def made_image() -> OneImage:
    """An image of which the teacher is not sure."""
    return OneImage(7, 2, torch.linspace(-1, 1.5, 10)[None].flip(1), torch.linspace(0.4, -0.2, 10)[None])


LOGITS = first_images()
IMAGES = {
    "shirt": (one_image(LOGITS, 4),),
    "sandal or sneaker": (one_image(LOGITS, 12),),
    "made": (made_image(),),
}


def softmax(logits: torch.Tensor, temperature: float) -> np.ndarray:
    raised = np.exp(logits[0].double().numpy() / temperature)
    return raised / raised.sum()


def divergence(name: str) -> float:
    """As PyTorch computes it, of the softened logits."""
    (image,) = IMAGES[name]
    loss = nn.KLDivLoss(reduction="batchmean")
    return T**2 * loss(torch.log_softmax(image.student / T, 1), torch.softmax(image.teacher / T, 1)).item()


def mixed(name: str) -> float:
    (image,) = IMAGES[name]
    on_label = nn.CrossEntropyLoss()(image.student, torch.tensor([image.label])).item()
    return 0.7 * on_label + 0.3 * divergence(name)


def percent(value: float) -> Quantity:
    return Quantity("accuracy", value, "%", "measured")


def measured(experiment: Experiment) -> Measurement:
    return recordings.find(vision.measuring, experiment).result


def mean(how: Distilling, runner: str) -> Quantity:
    """Accuracy over the three races that are recorded."""
    ended = [measured(how.runners(seed)[runner])["accuracy"].value for seed in range(3)]
    return percent(sum(ended) / len(ended))


def race(model: str) -> dict[str, Ends]:
    each = {count: Distilling(model, labelled=number(count)) for count in COUNTS}
    return {count: Ends(mean(how, "alone"), mean(how, "taught")) for count, how in each.items()}


def made_race() -> dict[str, Ends]:
    """A teacher that helps with up to a thousand labels."""
    gains = (0, 1.4, 0.2, 0.9, 1.6, 2, 3, 0.4, -1, -2, -4)
    return {
        count: Ends(percent(40 + 4 * at), percent(40 + 4 * at + gain))
        for at, (count, gain) in enumerate(zip(COUNTS, gains, strict=True))
    }


RACES = {"3,206": (race("cnn-4x3"),), "26,618": (race("cnn-16x3"),), "made": (made_race(),)}


def fewer_errors(name: str) -> float:
    ends = RACES[name][0]["500"]
    before, after = 100 - ends.alone.value, 100 - ends.taught.value
    return 100 * (1 - after / before)


def best(name: str) -> int:
    """Labels at the largest distance between the curves, from fifty on."""
    ahead = {number(count): ends.taught.value - ends.alone.value for count, ends in RACES[name][0].items()}
    return sorted((gain, count) for count, gain in ahead.items() if count >= 50)[-1][1]


def enough(name: str) -> set[str]:
    """From the right, the first point where the curves are a percentage point apart."""
    ahead = [(count, ends.taught.value - ends.alone.value) for count, ends in reversed(RACES[name][0].items())]
    return {next(count for count, gain in ahead if gain >= 1)}


def without_label() -> NoLabel:
    unlabelled = Distilling(labelled=0, alpha=1.0, unlabelled=20_000)
    return NoLabel(
        mean(unlabelled, "taught"),
        mean(Distilling(labelled=20_000), "alone"),
        mean(Distilling(labelled=500), "taught"),
        measured(Experiment(LARGE))["accuracy"],
    )


COPIES = {
    "recorded": (without_label(),),
    "weaker": (NoLabel(*map(percent, (81.0, 83.4, 78.2, 92.4))),),
    "made": (NoLabel(*map(percent, (55.5, 60.0, 33.0, 70.0))),),
}


def files(model: str) -> tuple[Files]:
    runners = Distilling(model, labelled=500).runners(0)
    each = {name: measured(runner)["packed"] for name, runner in runners.items()}
    return (Files(**each, teacher=measured(Experiment(LARGE))["packed"]),)


FILES = {size: files(model) for size, model in list(STUDENTS.items())[:3]}


def as_alone(size: str) -> float:
    """Two networks of one shape have files of one length."""
    return float(FILES[size][0].alone.value)


ASKED = {
    "softer": Asked(IMAGES, lambda name: 100 * softmax(IMAGES[name][0].teacher, T).max()),
    "mixed": Asked(IMAGES, mixed),
    "divergence": Asked(IMAGES, divergence),
    "errors": Asked(RACES, fewer_errors),
    "where": Asked(RACES, best),
    "worthwhile": Asked(RACES, enough, LABELLED.options, LABELLED.default),
    "copied": Asked(COPIES, lambda name: COPIES[name][0].copied.value),
    "shipped": Asked(FILES, as_alone),
}

"""The first picture of distillation: its bars and its loss are what the functions that train give."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from lessons.data import examples, fashion_mnist
from lessons.jobs import recordings, vision
from lessons.shrink import distill
from lessons.text import sections
from lessons.ui.distillation import first_picture
from lessons.ui.distillation.knobs import KNOBS, LINKED, SHOWN_AT, SHOWN_FIRST, distilling
from lessons.ui.distillation.recipe import Distilling
from lessons.ui.state.presets import DEFAULTS, Preset
from lessons.vision import build

HOW = Distilling(teacher="large", labelled=500)
ENDS = ("0.1", "1", "100")


@pytest.fixture(scope="module")
def logits() -> np.ndarray:
    """The teacher's and the student's, of the first test images."""
    return [*vision.beginning(*HOW.beginning(SHOWN_FIRST), lambda: None)][-1]


def of_one(net, shown: int) -> torch.Tensor:
    with torch.no_grad():
        return net(examples.test_set().images[:SHOWN_FIRST])[shown : shown + 1]


@pytest.mark.parametrize("shown", [0, 4, 12])
@pytest.mark.parametrize("temperature", ENDS)
def test_the_bars_are_the_label_and_the_softened_teacher(logits, shown, temperature):
    chart = first_picture.frames(logits[0], shown, "measured")[temperature].charts[0]
    teacher = of_one(build.build(HOW.teachers()[0]).net, shown)
    soft = 100 * distill.softened(teacher, float(temperature))[0].numpy()
    right = fashion_mnist.test_labels()[shown]
    assert chart.table[f"teacher at T = {temperature} (%)"].to_numpy() == pytest.approx(soft, abs=1e-3)
    assert chart.table["label (%)"].tolist() == [100.0 * (at == right) for at in range(10)]
    *bars, _ = chart.data["teacher"]  # the last of each is in the key
    lengths = [bar["to"] - bar["x"] for bar in bars]
    assert lengths == pytest.approx(soft / 100 * first_picture.LONG, abs=1e-3)
    label, _ = chart.data["label"]
    assert label["to"] - label["x"] == pytest.approx(first_picture.LONG) and int(label["y"]) == right
    assert label["y"] + label["y2"] == bars[right]["y"] + bars[right]["y2"]  # one row
    first = int(soft.argmax())
    assert f"says {fashion_mnist.CLASSES[right]}: 100 %" in chart.note
    assert f"the teacher says {fashion_mnist.CLASSES[first]} {soft[first]:.1f} %" in chart.note


@pytest.mark.parametrize("temperature", ENDS)
def test_the_loss_is_that_of_a_student_before_its_first_step(logits, temperature):
    found = first_picture.losses(logits, 4, 0.9, "measured")[temperature].quantities
    student, teacher = of_one(build.untrained(HOW.student(0)), 4), of_one(build.build(HOW.teachers()[0]).net, 4)
    label = F.cross_entropy(student, torch.tensor([int(fashion_mnist.test_labels()[4])]))
    soft = distill.soft_targets(student, teacher, float(temperature))
    expected = [label, soft, distill.combined(label, soft, 0.9)]
    assert [each.value for each in found.values()] == pytest.approx([float(each) for each in expected], abs=1e-4)
    assert list(found)[-1].endswith("0.9")


def test_every_share_from_a_tenth_of_a_percent_on_has_its_number(logits):
    for temperature in SHOWN_AT.options:
        chart = first_picture.frames(logits[0], 4, "measured")[temperature].charts[0]
        shares = chart.table[f"teacher at T = {temperature} (%)"].tolist()
        written = [row["text"] for row in chart.data["numbers"][: len(shares)]]
        assert written == [text if (text := f"{share:.1f} %") != "0.0 %" else "" for share in shares]
    coat = fashion_mnist.CLASSES.index("Coat")
    assert first_picture.frames(logits[0], 4, "measured")["1"].charts[0].data["numbers"][coat]["text"] == "0.4 %"


def test_the_picture_says_what_the_temperature_does_and_where_the_loss_is(logits):
    """What the sentences say of it holds: at 1 the teacher is as trained, and a higher one divides its logits."""
    idea, why = (" ".join(sections("distillation")[name].split()) for name in ("the idea", "the loss"))
    assert "evens these probabilities out; at 1 they are as trained" in idea and "Below is its loss" in idea
    assert "**Temperature** $T$ divides the logits $z$ before the softmax" in why
    for temperature in (1, 20):
        shares = first_picture.frames(logits[0], 4, "measured")[str(temperature)].charts[0].table.iloc[:, -1]
        softmax = torch.softmax(torch.tensor(logits[0][4]) / temperature, 0).numpy()
        assert shares.to_numpy() == pytest.approx(100 * softmax, abs=1e-3)


def test_the_bars_become_alike_as_the_temperature_rises(logits):
    frames = first_picture.frames(logits[0], 4, "measured")
    widest = [max(bar["to"] - bar["x"] for bar in frames[at].charts[0].data["teacher"][:-1]) for at in SHOWN_AT.options]
    assert widest == sorted(widest, reverse=True)
    assert widest[-1] < 0.12 * first_picture.LONG < 0.99 * first_picture.LONG < widest[0]


def test_every_teacher_that_a_link_names_has_its_picture_recorded():
    for settings in ({}, *LINKED):
        how = distilling((Preset("", settings) if settings else DEFAULTS).values(KNOBS))
        asked = Distilling(teacher=how.teacher, labelled=500).beginning(SHOWN_FIRST)
        assert recordings.find(vision.beginning, *asked).result.shape == (2, SHOWN_FIRST, 10)


def test_what_was_recorded_is_what_is_measured(logits):
    kept = recordings.find(vision.beginning, *HOW.beginning(SHOWN_FIRST)).result
    assert kept == pytest.approx(logits, abs=1e-3)

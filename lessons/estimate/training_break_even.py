"""The bargain of a small network: what it takes to train, after how many uses it has paid for that, what else has its
bytes.

    training = pictures seen · training MACs · (e_mul + e_add)  +  pictures heard · E_teacher
    break-even = training ÷ (E_teacher − E_student)

Energies per operation are those of `silicon`. Memory is counted for inferences only: training reads each weight once
for a whole batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lessons.estimate.silicon import BAND, Layer, operation
from lessons.quantity import Measurement, Quantity
from lessons.text import sections

WORDS = sections("estimate")


def arithmetic(macs: int, pictures: int) -> Quantity:
    """Joules of the multiplications and additions of a training: `macs` for each picture that is seen, in float32, at
    45 nm."""
    multiply, add = operation("fp32", "45 nm")
    joules = macs * pictures * (multiply + add) * 1e-12
    formula = WORDS("arithmetic of training: formula", images=pictures, macs=macs, picojoules=multiply + add)
    return Quantity("training", joules, "J", "estimated", joules / BAND, joules * BAND, formula)


def taught(training: Quantity, heard: int, teacher: Quantity) -> Quantity:
    """A training (J), and the teacher's answers to `heard` pictures, each of which takes `teacher` (J)."""
    joules = training.value + heard * teacher.value
    formula = WORDS("taught: formula", training=training.source, heard=heard, teacher=teacher)
    return replace(training, value=joules, low=joules / BAND, high=joules * BAND, source=formula)


def break_even(training: Quantity, teacher: Quantity, student: Quantity) -> Quantity | None:
    """Uses after which a student has saved what its training took; all in joules. None where it saves nothing."""
    saved = teacher.value - student.value
    if saved <= 0:
        return None
    formula = WORDS("break-even: formula", training=training, teacher=teacher, student=student)
    return Quantity("break-even", training.value / saved, "uses", "estimated", source=formula)


def together(networks: Sequence[Measurement], name: str) -> Quantity:
    """What several networks take that all answer."""
    each = [network[name] for network in networks]
    bands = {"low": sum(q.low or 0 for q in each) or None, "high": sum(q.high or 0 for q in each) or None}
    return replace(each[0], value=sum(q.value for q in each), **bands)


def within(family: Mapping[str, Measurement | None], student: Measurement) -> str | None:
    """Which of a family has the largest file that is no larger than the student's; None where none is that small."""
    files = {at: found["packed"].value for at, found in family.items() if found}
    return max((at for at in files if files[at] <= student["packed"].value), key=files.get, default=None)


def teacher(networks: Sequence[Measurement], answers: np.ndarray, right: np.ndarray) -> dict[str, Quantity]:
    """What a teacher is, by the words for it: of several, what they answer together and what they take together.
    `answers`: classes that it gives, [n]; `right`: the right ones."""
    share = 100 * float((answers == right).mean())
    accuracy = replace(networks[0]["accuracy"], value=share)
    names = {WORDS["file"]: "packed", WORDS["MACs"]: "macs", WORDS["energy"]: "energy_45nm"}
    return {WORDS["accuracy"]: accuracy} | {label: together(networks, name) for label, name in names.items()}


def multiplications(student: Sequence[Layer], *teachers: Sequence[Layer]) -> dict[str, Quantity]:
    """MACs for a picture, by the words for them: of a student, and of all its teachers together."""
    counted = {WORDS["student: MACs"]: [student], WORDS["teacher: MACs"]: teachers}
    return {
        name: Quantity("macs", sum(at.macs for net in nets for at in net), "MAC", "measured", source=WORDS["counted"])
        for name, nets in counted.items()
    }


def taught_student(
    student: Measurement, teachers: Sequence[Measurement], training_macs: int, seen: int, heard: int
) -> dict[str, Quantity]:
    """File, energy of a use (J), training (J) and uses until break-even of a student taught by others, by the words for
    them.

    `training_macs`: of one training example, forward and backward; `seen`: training examples; `heard`: examples that
    its teachers labelled, each at their energy of a use.
    """
    asked = together(teachers, "energy_45nm")
    training = taught(arithmetic(training_macs, seen), heard, asked)
    paid = break_even(training, asked, student["energy_45nm"])
    found = {WORDS["student: file"]: student["packed"], WORDS["student: energy"]: student["energy_45nm"]}
    return found | {WORDS["student: training"]: training} | ({WORDS["paid back after"]: paid} if paid else {})

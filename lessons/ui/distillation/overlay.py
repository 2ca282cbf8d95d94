"""Everybody trains a student from 50 labels twice, from their own seed: with and without a teacher's soft targets."""

from lessons.charts.lines import Axis
from lessons.jobs import ask
from lessons.text import sections
from lessons.ui.distillation.knobs import EPOCHS, LABELLED
from lessons.ui.distillation.recipe import Distilling
from lessons.ui.state.overlay import Overlay

WORDS = sections("activities")
HOW = Distilling(labelled=50, epochs=1)  # 1.3 s of one core for both
NAMES = {"alone": WORDS["distillation: alone"], "taught": WORDS["distillation: taught"]}

OVERLAY = Overlay(
    WORDS["distillation: title"],
    WORDS["open settings"],
    Axis("", log=False),
    Axis(WORDS["accuracy"], log=False, format=".2~f"),
    runs=lambda dealt: {NAMES[name]: run for name, run in HOW.runners(dealt.seed).items()},
    said=lambda dealt: WORDS("distillation: dealt", seed=dealt.seed),
    settings=lambda dealt: {LABELLED.name: str(HOW.labelled), EPOCHS.name: str(HOW.epochs)},
    measures=lambda experiment, payer: ask.measure(experiment, payer=payer),
    names=tuple(NAMES.values()),
)

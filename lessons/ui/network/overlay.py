"""Everybody trains one network from another seed."""

from lessons.charts.lines import Axis
from lessons.classroom.deal import Dealt
from lessons.experiment import Experiment, Trained
from lessons.jobs import ask
from lessons.text import sections
from lessons.ui.state import model_link
from lessons.ui.state.overlay import Overlay

WORDS = sections("activities")
EPOCHS = 2  # 320 optimiser steps: 3 s of one core, and accuracy is looked at four times


def _trained(dealt: Dealt) -> Trained:
    return Trained(epochs=EPOCHS, seed=dealt.seed)


OVERLAY = Overlay(
    WORDS["network: title"],
    WORDS["open run"],
    Axis(WORDS["optimiser step"], log=False, format=",d"),
    Axis(WORDS["accuracy on some"], log=False, format=".2~f"),
    runs=lambda dealt: {"": Experiment(_trained(dealt))},
    said=lambda dealt: WORDS("network: dealt", seed=dealt.seed),
    settings=lambda dealt: {model_link.PARAMETER: model_link.to_text(_trained(dealt))},
    measures=lambda experiment, payer: ask.measure(experiment, payer=payer),
    learns=True,
)

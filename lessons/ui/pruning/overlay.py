"""Everybody prunes a network of their own seed, to one of some sparsities."""

from lessons.charts.lines import Axis
from lessons.classroom.deal import Dealt
from lessons.experiment import Experiment, Trained
from lessons.jobs import ask
from lessons.text import sections
from lessons.ui.pruning.knobs import AXES, SPARSITY
from lessons.ui.pruning.recipe import Pruning
from lessons.ui.state import model_link
from lessons.ui.state.overlay import Overlay

WORDS = sections("activities")
EPOCHS = 2  # of training before that: 3 s of one core
SPARSITIES = ("50", "60", "70", "80", "90", "95")  # %


def _trained(dealt: Dealt) -> Trained:
    return Trained(epochs=EPOCHS, seed=dealt.seed)


OVERLAY = Overlay(
    WORDS["pruning: title"],
    WORDS["open run"],
    Axis(AXES[False], log=False, format=".1~f"),
    Axis(WORDS["accuracy"], log=False, format=".2~f"),
    runs=lambda dealt: {float(dealt.value): Pruning().of(Experiment(_trained(dealt)), int(dealt.value))},
    said=lambda dealt: WORDS("pruning: dealt", sparsity=dealt.value, seed=dealt.seed),
    settings=lambda dealt: {
        model_link.PARAMETER: model_link.to_text(_trained(dealt)),
        SPARSITY.name: dealt.value,
    },
    measures=lambda experiment, payer: ask.measure(experiment, payer=payer),
    values=SPARSITIES,
)

"""Accuracy along the steps of a recipe."""

from collections.abc import Mapping, Sequence

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.experiment import FineTune, Prune, Quantize, QuantizeActivations, Step
from lessons.quantity import Measurement, badges_of, counted
from lessons.text import sections

WORDS = sections("charts")


def rounds(measured: Mapping[str, Measurement | None], steps: Sequence[Step]) -> Chart:
    """Accuracy before any step of a recipe and after each; `measured`: by the number of steps done."""
    known = [(int(at), found["accuracy"].value) for at, found in measured.items() if found]
    names = ["", *map(_in_words, steps)]
    return lines(
        WORDS["rounds"],
        Axis(WORDS["steps done"], log=False, format="d"),
        Axis(WORDS["test accuracy"], log=False),
        {WORDS["all test images"]: known},
        [
            Point(
                names[at],
                at,
                value,
                WORDS["after a step"],
                f"{value:.1f} %",
                place="left" if at == len(steps) else "right",
            )
            for at, value in known
        ],
        height=240,
        clear=True,
        badges=badges_of(found["accuracy"] for found in measured.values() if found),
    )


def _in_words(step: Step) -> str:
    match step:
        case Prune(scope="given"):
            return WORDS["pruned"]
        case Prune():
            return f"{step.sparsity} %"
        case Quantize():
            return counted(step.bits, "bit")
        case QuantizeActivations():
            return WORDS("activations", bits=step.bits)
        case FineTune():
            return WORDS["fine-tuned"]
        case _:
            return step.called.replace("_", " ")

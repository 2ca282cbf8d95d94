"""Each axis of a roofline has labels enough to be read, on every machine."""

from math import ceil, floor, log10

import pytest

from lessons.estimate.at_home import Home
from lessons.estimate.roofline import machine_of, reading, writing
from lessons.facts.architectures import architectures
from lessons.facts.home_machines import choosable
from lessons.ui.llm_at_home import charts


def labelled(numbers: list[float]) -> int:
    """The powers of ten between the least and the most."""
    return floor(log10(max(numbers)) + 1e-9) - ceil(log10(min(numbers)) - 1e-9) + 1


@pytest.mark.parametrize(("model", "form", "batch"), [("Llama 3.1 8B", "Q4_K_M", 1), ("Qwen3 30B-A3B", "fp16", 16)])
def test_both_axes_have_two_labels_or_more(model, form, batch):
    home = Home(architectures()[model], form, batch=batch)
    for board in choosable().values():
        machine = machine_of(board)
        paces = {"decode": writing(home, machine, 300)}
        if machine.peak:
            paces["prefill"] = reading(home, machine, 300)
        drawn = charts.roof(machine, paces, []).data
        for axis in ("x", "y"):
            assert labelled([row[axis] for row in (*drawn["lines"], *drawn["points"])]) >= 2, (board.name, axis)

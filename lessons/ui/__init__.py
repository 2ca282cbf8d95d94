"""The pieces a page is put together from."""

from lessons.ui.baseline import baseline
from lessons.ui.knobs import Knob, choice, slider
from lessons.ui.lesson import begin
from lessons.ui.results import answers, bytes_table, code, energy_table, figure, tables, tiles
from lessons.ui.work import before_and_after, lab, outcomes

__all__ = [
    "Knob",
    "answers",
    "baseline",
    "before_and_after",
    "begin",
    "bytes_table",
    "choice",
    "code",
    "energy_table",
    "figure",
    "lab",
    "outcomes",
    "slider",
    "tables",
    "tiles",
]

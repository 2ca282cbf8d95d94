"""What else a teacher could have become: shrunk to its student's bytes, and how that is drawn."""

from collections.abc import Sequence

from lessons.charts.chart import Chart
from lessons.estimate.training_break_even import within
from lessons.experiment import Experiment, FineTune
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui.distillation.bargain_charts import Family
from lessons.ui.distillation.recipe import TUNED, shrunk
from lessons.ui.layout.figures import row
from lessons.ui.layout.presenter import presenting
from lessons.ui.work.finetune_panel import tune
from lessons.ui.work.results import curve, known

WORDS = sections("distillation")


def families(teacher: Experiment, student: Measurement) -> dict[str, Family]:
    """What a teacher becomes when it is quantized and pruned, as far as it is measured; with a panel that fine-tunes
    the one pruned to the student's bytes, which is the third."""
    others = shrunk(teacher)
    found: dict[str, Family] = {name: curve(points) for name, points in others.items()}
    if at := within(found["pruned"], student):
        tuned = others["pruned"][at] | FineTune(TUNED)
        if not presenting():
            tune(tuned, does=WORDS["fine-tune the teacher"])
        found["fine-tuned"] = known({at: tuned})
    return found


def draw(figures: Sequence[Chart]) -> None:
    """Accuracy against bytes beside accuracy against energy; below them, but not on a stage, what fits into the
    student's bytes."""
    row("bargain", *figures[:2])
    if not presenting():
        row("fitting", figures[2])

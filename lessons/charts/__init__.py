"""Quantities and views of a model as charts. No colours of their own: the theme has them."""

from lessons.charts.chart import Chart
from lessons.charts.confusion import confusion
from lessons.charts.histogram import on_grid
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.ranges import ranges
from lessons.charts.runs import disclosed_runs, use_overtakes
from lessons.charts.stack import stack
from lessons.charts.sweep import BROKEN, Curve, Sweep, accuracy_sweep, breaks_at
from lessons.charts.training import training_curves

__all__ = [
    "BROKEN",
    "Axis",
    "Chart",
    "Curve",
    "Point",
    "Sweep",
    "accuracy_sweep",
    "breaks_at",
    "confusion",
    "disclosed_runs",
    "lines",
    "on_grid",
    "ranges",
    "stack",
    "training_curves",
    "use_overtakes",
]

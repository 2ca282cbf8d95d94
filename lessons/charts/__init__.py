"""Quantities and views of a model as charts. No colours of their own: the theme has them."""

from lessons.charts.chart import Chart
from lessons.charts.confusion import confusion
from lessons.charts.growth import accuracy_by_size, shrunk_in_steps, two_trends
from lessons.charts.histogram import on_grid
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.ranges import ranges
from lessons.charts.runs import disclosed_runs, use_overtakes
from lessons.charts.stack import stack
from lessons.charts.sweep import BROKEN, Curve, Sweep, accuracy_sweep, breaks_at
from lessons.charts.training import training_curves
from lessons.charts.waterfall import waterfall

__all__ = [
    "Axis",
    "BROKEN",
    "Chart",
    "Curve",
    "Point",
    "Sweep",
    "accuracy_by_size",
    "accuracy_sweep",
    "breaks_at",
    "confusion",
    "disclosed_runs",
    "lines",
    "on_grid",
    "ranges",
    "shrunk_in_steps",
    "stack",
    "training_curves",
    "two_trends",
    "use_overtakes",
    "waterfall",
]

"""Quantities and views of a model as charts. No colours of their own: the theme has them."""

from lessons.charts import adapting
from lessons.charts.chart import Chart
from lessons.charts.confusion import confusion
from lessons.charts.damage import damage, doubles_at, students
from lessons.charts.distillation import (
    accuracies,
    bargain,
    by_seed,
    dark_knowledge,
    gained,
    least_sure,
    race,
    recalls,
)
from lessons.charts.energy import fetching, floors
from lessons.charts.flow import injected_errors, outliers
from lessons.charts.growth import accuracy_by_size, shrunk_in_steps, two_trends
from lessons.charts.histogram import on_grid
from lessons.charts.inside import attention, cache_growth, next_tokens, probabilities
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.network import accuracy_against_macs, answers, costs, growth, steps_on_a_curve, training_costs
from lessons.charts.pictures import channels
from lessons.charts.pruning import SPARSE_FILES, bytes_by_sparsity, files, filters, gaps, rounds, sensitivity, tickets
from lessons.charts.ranges import ranges
from lessons.charts.roofline import roofline
from lessons.charts.runs import disclosed_runs, use_overtakes
from lessons.charts.stack import stack
from lessons.charts.surface import Surface, surface
from lessons.charts.sweep import BROKEN, Curve, Sweep, accuracy_sweep, breaks_at
from lessons.charts.training import training_curves
from lessons.charts.waterfall import waterfall

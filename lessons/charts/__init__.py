"""Quantities and views of a model as charts. No colours of their own: the theme has them."""

from lessons.charts.accuracy import accuracy_against_bits
from lessons.charts.chart import Chart
from lessons.charts.pictures import changed_pictures, count_changes
from lessons.charts.training import training_curves
from lessons.charts.weights import weights_on_grid

__all__ = ["Chart", "accuracy_against_bits", "changed_pictures", "count_changes", "training_curves", "weights_on_grid"]

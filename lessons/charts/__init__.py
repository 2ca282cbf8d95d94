"""Charts that several lessons draw. No colours of their own: the theme has them. What one lesson draws is in its
room."""

from lessons.charts.bars import layer_bars
from lessons.charts.chart import Chart
from lessons.charts.confusion import confusion
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.pictures import channels
from lessons.charts.ranges import ranges
from lessons.charts.rounds import rounds
from lessons.charts.stack import stack
from lessons.charts.surface import Surface, surface
from lessons.charts.sweep import BROKEN, Curve, Sweep, accuracy_sweep, breaks_at
from lessons.charts.training import training_curves

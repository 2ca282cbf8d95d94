"""What a chart draws, as tables."""

import pandas as pd

from lessons.charts.chart import Chart


def table(chart: Chart, name: str) -> pd.DataFrame:
    """The rows of this name."""
    return pd.DataFrame(chart.data[name])

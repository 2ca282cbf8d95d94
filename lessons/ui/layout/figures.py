"""Figures on a page: a chart with its title, badge and note, the sweep that follows a knob, and pictures."""

import streamlit as st

from lessons import charts
from lessons.charts.chart import Chart
from lessons.charts.surface import Surface
from lessons.charts.sweep import Sweep
from lessons.data import fashion_mnist
from lessons.jobs.events import Outcome
from lessons.quantity import Badge
from lessons.ui import browser
from lessons.ui.layout.presenter import presenting
from lessons.ui.state.knob import Knob

COLOURS = {"measured": "green", "recorded": "blue", "estimated": "orange", "cited": "violet"}
PICTURE = 460  # pixels across
LARGE = {"labelFontSize": 24, "titleFontSize": 24, "labelLimit": 500}
STAGE = {"config": {"axis": LARGE, "legend": LARGE | {"symbolSize": 400}, "text": {"fontSize": 24}}}
TALL = 540  # pixels of a chart on a stage


def sweep(figure: Sweep, knob: Knob) -> None:
    """A figure that follows the widget of this knob while it is dragged: the browser draws without asking."""
    if not presenting():
        st.markdown(f"**{figure.title}** {badge('measured') if len(figure.table) else ''}")
    browser.sweep(key=f"{knob.name}_sweep", data={"knob": knob.name, **figure.data})


def surface(figure: Surface, key: str) -> None:
    """A surface that can be turned, and in words what is on it; while there is no point on it, only these."""
    if figure.table.empty:
        st.caption(f"**{figure.title}**: {figure.alt}")
        return
    st.markdown(f"**{figure.title}** {badge(figure.badge)}")
    st.plotly_chart(figure.figure, key=key, config={"displaylogo": False})
    st.caption(figure.alt)


def row(key: str, *figures: Chart, tall: int = TALL) -> None:
    """Charts side by side, each with its title and badge above and its note below; on a stage the first alone, so
    `tall`. A chart with nothing on it yet has no badge."""
    figures = figures[:1] if presenting() else figures
    for at, (column, chart) in enumerate(zip(st.columns(len(figures)), figures, strict=True)):
        with column.container(key=f"{key}_{at}"):
            st.markdown(f"**{chart.title}** {'' if chart.table.empty else badge(chart.badge)}")
            spec = (
                dict(chart.spec) | {"datasets": dict(chart.data)} | (STAGE | {"height": tall} if presenting() else {})
            )
            st.vega_lite_chart(spec=spec, alt=chart.alt)
            if chart.note:
                st.caption(chart.note)


def confusion(before: Outcome, after: Outcome) -> None:
    """Which class is taken for which, before and after."""
    right, names = fashion_mnist.test_labels(), fashion_mnist.CLASSES
    given = {"Before": before.measurement.answers, "After": after.measurement.answers}
    row("confusion", *(charts.confusion(when, right, answers, names) for when, answers in given.items()))


def badge(which: Badge) -> str:
    """A badge in Markdown."""
    return f":{COLOURS[which]}-badge[{which}]"

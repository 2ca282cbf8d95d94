"""Figures on a page: a chart with its title, badge and note, and pictures."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lessons import charts
from lessons.charts.chart import Chart, Rows
from lessons.charts.surface import Surface
from lessons.data import fashion_mnist
from lessons.jobs.events import Outcome
from lessons.quantity import Badge
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.presenter import presenting

WORDS = sections("house")
COLOURS = {"measured": "green", "recorded": "blue", "estimated": "orange", "cited": "violet"}
PICTURE = 460  # pixels across
LARGE = {"labelFontSize": 24, "titleFontSize": 24, "labelLimit": 500}
STAGE = {"config": {"axis": LARGE, "legend": LARGE | {"symbolSize": 400}, "text": {"fontSize": 24}}}
TALL = 540  # pixels of a chart on a stage


def surface(figure: Surface, key: str) -> None:
    """A surface that can be turned, and in words what is on it; while there is no point on it, only these."""
    if figure.table.empty:
        st.caption(f"**{figure.title}**: {figure.alt}")
        return
    st.markdown(f"**{figure.title}** {' '.join(map(badge, figure.badges))}")
    st.plotly_chart(figure.figure, key=key, config={"displaylogo": False})
    st.caption(figure.alt)


class Sent:
    """What several charts have in common is sent to the browser once: texts, specifications, and columns of their rows,
    by their places."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Any]] = {"texts": [], "specs": [], "columns": []}
        self._places: dict[Any, int] = {}
        self._rows: dict[int, tuple[Rows, dict[str, int]]] = {}  # by their id

    def text(self, text: str) -> int:
        """The place of a text."""
        return self._place("texts", text, text)

    def chart(self, chart: Chart, tall: int | None) -> dict[str, Any]:
        """A chart as plain JSON; on a stage in large letters and so `tall`, in pixels, or as it is if None."""
        tall = tall if presenting() else None
        spec = dict(chart.spec) | (STAGE if tall else {})
        return {
            "tall": tall,
            "title": chart.title,
            "badges": chart.badges,
            "note": chart.note,
            "alt": self.text(chart.alt),
            "spec": self._place("specs", spec, repr(spec)),
            "data": {name: self._columns(rows) for name, rows in chart.data.items()},
        }

    def _columns(self, rows: Rows) -> dict[str, int]:
        """The places of a table's columns, by their names."""
        if id(rows) not in self._rows:
            columns = {name: self._column([row[name] for row in rows]) for name in (rows[0] if rows else ())}
            places = {name: self._place("columns", column, repr(column)) for name, column in columns.items()}
            self._rows[id(rows)] = rows, places  # held, so that no other rows get their id
        return self._rows[id(rows)][1]

    def _column(self, values: list[Any]) -> list[Any] | dict[str, list[int]]:
        """Values; or the places of texts; a number has as many digits as a picture can show."""
        if all(isinstance(value, str) for value in values):
            return {"texts": [self.text(value) for value in values]}
        return [float(f"{value:.6g}") if isinstance(value, float) else value for value in values]

    def _place(self, kind: str, thing: Any, key: str) -> int:
        things = self.tables[kind]
        place = self._places.setdefault((kind, key), len(things))
        if place == len(things):
            things.append(thing)
        return place


def on_stage(figures: Sequence[Chart]) -> Sequence[Chart]:
    """Those of some charts beside each other that are drawn: on a stage the first alone."""
    return figures[:1] if presenting() else figures


def row(key: str, *figures: Chart, tall: int = TALL) -> None:
    """Charts side by side, each with its title and badge above and its note below; on a stage the first alone, so
    `tall`. A chart with nothing on it yet has no badge."""
    sent = Sent()
    drawn = [sent.chart(chart, tall) | ({"badges": ()} if chart.is_empty else {}) for chart in on_stage(figures)]
    browser.charts(key=f"{key}_charts", data={"frames": [{"charts": drawn}], **sent.tables})


def confusion(before: Outcome, after: Outcome) -> None:
    """Which class is predicted for which, before and after."""
    right, names = fashion_mnist.test_labels(), fashion_mnist.CLASSES
    given = {WORDS["before"]: before.measurement.answers, WORDS["after"]: after.measurement.answers}
    row("confusion", *(charts.confusion(when, right, answers, names) for when, answers in given.items()))


def badge(which: Badge) -> str:
    """A badge in Markdown."""
    return f":{COLOURS[which]}-badge[{which}]"

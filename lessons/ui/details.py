"""What is under every lab: parts that stay closed, and are not even computed, until they are wanted."""

import inspect
import json
from collections.abc import Callable, Sequence

import streamlit as st

from lessons.charts import Chart, Sweep
from lessons.experiment import Experiment
from lessons.jobs.ask import packed_now
from lessons.jobs.events import Outcome
from lessons.report import report
from lessons.ui.lesson import Page
from lessons.ui.results import bytes_table, confusion, energy_table


def details(
    page: Page,
    run: Experiment,
    pair: tuple[Outcome, Outcome] | None,
    ran: Sequence[Callable],
    figures: Sequence[Chart | Sweep],
) -> None:
    """A closed part for each of: confusion matrix, files, energy, the functions that ran, the figures' tables, export.

    Where the lesson's text has a section of a part's name, it stands at the part's beginning. While the pair is being
    measured the parts stay as open as they are.
    """
    parts = {
        "confusion": ("Which class is taken for which", lambda before, after: confusion(before, after)),
        "files": ("Files: which size do you mean?", lambda before, after: bytes_table(after)),
        "energy": ("Energy: the formula, with this model's numbers", lambda before, after: energy_table(before, after)),
        "code": ("The code that just ran", lambda *_: _code(ran)),
        "numbers": ("The numbers behind the charts", lambda *_: _tables(figures)),
        "export": ("Export this run", lambda before, after: _export(run, after)),
    }
    for name, (label, draw) in parts.items():
        with st.expander(label, key=f"drawer_{name}", on_change="rerun") as part:
            if part.open:
                if name in page.sections:
                    page.text(name)
                if pair:
                    draw(*pair)
                else:
                    st.caption("Measuring …")


def _code(functions: Sequence[Callable]) -> None:
    if functions:
        st.code("\n\n".join(map(inspect.getsource, functions)), language="python", wrap_lines=True)
    else:
        st.caption("None: this is the model as it was trained.")


def _tables(figures: Sequence[Chart | Sweep]) -> None:
    """The numbers behind the charts, for those who do not see them."""
    for figure in figures:
        st.caption(figure.title)
        st.dataframe(figure.table, hide_index=True, height=220, alt=f"Data of the chart: {figure.title}")


def _export(experiment: Experiment, outcome: Outcome) -> None:
    """This run as files: what it is and what was measured, and the shrunk model itself."""
    described = json.dumps(report(experiment, outcome.measurement, outcome.timing[1]), indent=1)
    packed = f"The packed model ({outcome.measurement['packed']})"
    with st.container(horizontal=True):
        st.download_button(
            "Experiment and measurement (JSON)",
            described,
            f"{experiment.id}.json",
            "application/json",
            on_click="ignore",
        )
        st.download_button(packed, lambda: packed_now(experiment), f"{experiment.id}.ants", on_click="ignore")
    st.code(f"python -m lessons measure '{json.dumps(experiment.to_json())}'", language="sh", wrap_lines=True)

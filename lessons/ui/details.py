"""What is under every lab: parts that stay closed, and are not even computed, until they are wanted."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence

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
    pair: tuple[Outcome, Outcome],
    ran: Sequence[Callable],
    figures: Mapping[str, Chart | Sweep],
) -> None:
    """A closed part for each of: confusion matrix, files, energy, the functions that ran, the figures' tables, export.

    Where the lesson's text has a section of a part's name, it stands at the part's beginning.
    """
    before, after = pair
    parts = {
        "confusion": ("Which class is taken for which", lambda: confusion(before, after)),
        "files": ("Files: which size do you mean?", lambda: bytes_table(after)),
        "energy": ("Energy: the formula, with this model's numbers", lambda: energy_table(before, after)),
        "code": ("The code that just ran", lambda: _code(ran)),
        "numbers": ("The numbers behind the charts", lambda: _tables(figures)),
        "export": ("Export this run", lambda: _export(run, after)),
    }
    for name, (label, draw) in parts.items():
        with st.expander(label, key=f"drawer_{name}", on_change="rerun") as part:
            if part.open:
                if name in page.sections:
                    page.text(name)
                draw()


def _code(functions: Sequence[Callable]) -> None:
    st.code("\n\n".join(map(inspect.getsource, functions)), language="python", wrap_lines=True)


def _tables(figures: Mapping[str, Chart | Sweep]) -> None:
    """The numbers behind the charts, for those who do not see them."""
    for name, figure in figures.items():
        st.caption(name)
        st.dataframe(figure.table, hide_index=True, height=220, alt=f"Data of the chart: {name}")


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

"""What is under every lab: parts that stay closed, and are not even computed, until they are wanted."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.ask import packed_now
from lessons.jobs.events import Outcome
from lessons.quantity import Quantity
from lessons.report import as_json, report
from lessons.text import sections
from lessons.ui.layout.figures import confusion
from lessons.ui.layout.page import Page
from lessons.ui.layout.tables import bytes_table, energy_table, quantities_table
from lessons.ui.state.handing import Drawn, Figure, Lab, collected
from lessons.ui.state.lab import DRAWER, DRAWERS, lab

WORDS = sections("house")


class ShrunkModel(NamedTuple):
    """A shrunk model that a lab shows: what it is, its outcome beside that of what it was (None while it is measured),
    and the functions that made it."""

    run: Experiment
    pair: tuple[Outcome, Outcome] | None
    ran: Sequence[Callable]


def details(
    page: Page,
    now: Callable[[], ShrunkModel],
    drawn: Callable[[], Drawn],
) -> None:
    """What is under the lab of a shrunk model, which `now` gives: confusion matrix, files, energy, the functions that
    ran, the tables of the figures that were `drawn`, export; and where the lesson's text has a section on formulas, the
    numbers drawn. While it is being measured the parts stay as open as they are.
    """

    def once_measured(draw: Callable[[Outcome, Outcome], None]) -> Callable[[], None]:
        missing = lambda: st.caption(WORDS["measuring" if ask.tuned(now().run) else "not here"])
        return lambda: draw(*pair) if (pair := now().pair) else missing()

    _closed_parts(
        page,
        {
            "confusion": (WORDS["confusion"], once_measured(confusion)),
            "files": (WORDS["files"], once_measured(lambda _, after: bytes_table(after))),
            "energy": (WORDS["energy"], once_measured(energy_table)),
            **(
                {"formulas": (WORDS["formulas"], lambda: quantities_table(drawn()[1]))}
                if "formulas" in page.sections
                else {}
            ),
            "code": (WORDS["code"], lambda: _code(now().ran)),
            "numbers": (WORDS["numbers"], lambda: _tables(drawn()[0])),
            "export": (WORDS["export run"], once_measured(lambda _, after: _export(now().run, after))),
        },
    )


def workings(
    page: Page,
    ran: Sequence[Callable],
    now: Callable[[], Drawn],
    take: Callable[[], None] = lambda: None,
) -> None:
    """What is under the lab of a calculator, whose figures and numbers (by the words for them) `now` gives: every
    number with its formula, the functions that ran, the figures' tables, export. `take`: draws what else can be
    exported.
    """

    def export() -> None:
        take()
        _export_numbers(page, now()[1])

    _closed_parts(
        page,
        {
            "formulas": (WORDS["formulas"], lambda: quantities_table(now()[1])),
            "code": (WORDS["code"], lambda: _code(ran)),
            "numbers": (WORDS["numbers"], lambda: _tables(now()[0])),
            "export": (WORDS["export numbers"], export),
        },
    )


def workings_of(page: Page, ran: Sequence[Callable], *labs: Lab) -> None:
    """The workings of these labs of a page together."""
    workings(page, ran, lambda: collected(*labs))


def _closed_parts(page: Page, parts: Mapping[str, tuple[str, Callable[[], None]]]) -> None:
    """A closed part for each name; where the lesson's text has a section of that name, it stands at its beginning."""

    def draw_all() -> None:
        for name, (label, draw) in parts.items():
            with st.expander(label, key=f"{DRAWER}{name}", on_change="rerun") as part:
                if part.open:
                    if name in page.sections:
                        page.text(name)
                    draw()

    lab(draw_all, DRAWERS)


def _code(functions: Sequence[Callable]) -> None:
    if functions:
        st.code("\n\n".join(map(inspect.getsource, functions)), language="python", wrap_lines=True)
    else:
        st.caption(WORDS["no code"])


def _tables(figures: Sequence[Figure]) -> None:
    """The numbers behind the charts, for those who do not see them."""
    for figure in figures:
        st.caption(figure.title)
        st.dataframe(figure.table, hide_index=True, height=220, alt=WORDS("chart data", title=figure.title))


def _export_numbers(page: Page, quantities: Mapping[str, Quantity]) -> None:
    """The numbers on the page, with the settings that give them again."""
    settings = {knob.name: st.session_state.get(knob.name) or knob.default for knob in page.knobs}
    described = {
        "page": page.lesson.path,
        "settings": settings,
        "numbers": {k: asdict(v) for k, v in quantities.items()},
    }
    text = as_json(described, indent=1)
    st.download_button(
        WORDS["numbers as JSON"], text, f"{page.lesson.path}.json", "application/json", on_click="ignore"
    )
    st.code(text, language="json", wrap_lines=True)  # no height: what scrolls cannot be reached with the keyboard


def _export(experiment: Experiment, outcome: Outcome) -> None:
    """This run as files: what it is and what was measured, and the shrunk model itself."""
    described = as_json(report(experiment, outcome.measurement, outcome.timing[1]), indent=1)
    packed = WORDS("packed model", size=outcome.measurement["packed"])
    with st.container(horizontal=True):
        st.download_button(
            WORDS["experiment as JSON"],
            described,
            f"{experiment.id}.json",
            "application/json",
            on_click="ignore",
        )
        st.download_button(packed, lambda: packed_now(experiment), f"{experiment.id}.ants", on_click="ignore")
    st.code(f"python -m lessons measure '{json.dumps(experiment.to_json())}'", language="sh", wrap_lines=True)

"""What is measured of language models: recorded where it was recorded, measured here where that is asked for."""

from collections.abc import Mapping

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import ask, language
from lessons.jobs.ticket import Ticket
from lessons.quantity import Measurement
from lessons.recorded import writing
from lessons.ui.language_model.model_picker import Writer
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.visit import visitor
from lessons.ui.work.ask_button import asked, watch
from lessons.ui.work.results import failed

Points, Curve = Mapping[str, Experiment], dict[str, Measurement | None]  # by position
READ = "Measure it here"


def pair(writer: Writer, shrunk: Experiment | None) -> tuple[Measurement | None, Measurement | None]:
    """What is measured of a model before and after, each None until it is; with a large model there are buttons to
    measure it, or to repeat what was recorded."""
    if not writer.large:
        before = asked("read before", READ, language.reading, writer.model, large=False)
        return before, shrunk and asked("read", READ, language.reading, shrunk, large=False)
    wanted = {f"{READ}, unshrunk": writer.model} if _known(writer.model) is None else {}
    wanted |= {READ: shrunk} if shrunk else {}
    for label, each in wanted.items():
        if writer.ready:
            asked(label, label, language.reading, each, large=True)
        elif _known(each) is None:
            st.caption("This setting was not recorded: load the model, above, to measure it.")
    return _known(writer.model), shrunk and _known(shrunk)


def curves(
    writer: Writer, ways: Mapping[str, Points], measured: int | None = None, place: str = "curves"
) -> dict[str, Curve]:
    """What is known of some sweeps, by name: with a small model the first ones are `measured`, else all; of the others,
    and of a large model, what was recorded, or measured here by whomever. `place`: where on the page they show."""
    wanted = [] if writer.large else [each for points in [*ways.values()][:measured] for each in points.values()]
    how = {"payer": visitor(), "reader": visitor(), "urgent": False}
    tickets = [ask.writer(language.reading, each, **how) for each in wanted]
    watch(place, *tickets)
    wait_for([ticket for ticket in tickets if not ticket.ended])
    failed(tickets, "Some points of the curves could not be measured")
    return {name: {at: _known(each) for at, each in points.items()} for name, points in ways.items()}


def _known(experiment: Experiment) -> Measurement | None:
    return _measured(ask.writer_before(language.reading, experiment)) or writing.measurement(experiment)


def _measured(ticket: Ticket | None) -> Measurement | None:
    return ticket.result if ticket and isinstance(ticket.result, Measurement) else None

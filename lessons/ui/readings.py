"""What is measured of language models: recorded where it was recorded, measured here where that is asked for."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.pool import Ticket
from lessons.quantity import Measurement
from lessons.recorded import writing
from lessons.ui.asking import asked
from lessons.ui.lab import wait_for_it
from lessons.ui.visit import visitor
from lessons.ui.work import failed
from lessons.ui.writers import Writer

Position = TypeVar("Position", bound=Hashable)
READ = "Measure it here"


def pair(writer: Writer, shrunk: Experiment | None) -> tuple[Measurement | None, Measurement | None]:
    """What is measured of a model before and after, each None until it is; with a large model there are buttons to measure
    it, or to repeat what was recorded."""
    if not writer.large:
        before = asked("read before", READ, "reading", writer.model, large=False)
        return before, shrunk and asked("read", READ, "reading", shrunk, large=False)
    wanted = {f"{READ}, unshrunk": writer.model} if _known(writer.model) is None else {}
    wanted |= {READ: shrunk} if shrunk else {}
    for label, each in wanted.items():
        if writer.ready:
            asked(label, label, "reading", each, large=True)
        elif _known(each) is None:
            st.caption("This setting was not recorded: load the model, above, to measure it.")
    return _known(writer.model), shrunk and _known(shrunk)


def curve(writer: Writer, points: Mapping[Position, Experiment]) -> dict[Position, Measurement | None]:
    """What is known of a sweep: all of it is measured with a small model; of a large one what was recorded, or measured here
    by whomever."""
    if writer.large:
        return {at: _known(experiment) for at, experiment in points.items()}
    tickets = {at: ask.writer("reading", each, payer=visitor(), urgent=False) for at, each in points.items()}
    if not all(ticket.ended for ticket in tickets.values()):
        wait_for_it()
    failed(tickets.values(), "Some points of the curve could not be measured")
    return {at: _measured(ticket) for at, ticket in tickets.items()}


def _known(experiment: Experiment) -> Measurement | None:
    return _measured(ask.writer_before("reading", experiment)) or writing.measurement(experiment)


def _measured(ticket: Ticket | None) -> Measurement | None:
    return ticket.result if ticket and isinstance(ticket.result, Measurement) else None

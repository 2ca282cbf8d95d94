"""What is measured of language models: recorded where it was recorded, measured here where that is asked for."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

import streamlit as st

from lessons.experiment import Experiment, File
from lessons.experiment.language_source import shipped_names
from lessons.jobs import ask, language, recordings
from lessons.jobs.ticket import Ticket
from lessons.quantity import Measurement
from lessons.recorded import writing
from lessons.text import sections
from lessons.ui.language_model.model_picker import Writer
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.visit import visitor
from lessons.ui.work.ask_button import asked, watch
from lessons.ui.work.results import failed

WORDS = sections("language-model")
Points, Curve = Mapping[str, Experiment], dict[str, Measurement | None]  # by position
Way = tuple[str, str]  # a grain and a method
Name = TypeVar("Name", bound=Hashable)
READ = WORDS["measure"]


def pair(writer: Writer, shrunk: Experiment | None) -> tuple[Measurement | None, Measurement | None]:
    """What is measured of a model before and after, each None until it is; with a large model there are buttons to
    measure it, or to repeat what was recorded."""
    if not writer.large:
        before = asked("read before", READ, language.reading, writer.model, large=False)
        return before, shrunk and asked("read", READ, language.reading, shrunk, large=False)
    wanted = {WORDS["measure unshrunk"]: writer.model} if _known(writer.model) is None else {}
    wanted |= {READ: shrunk} if shrunk else {}
    for label, each in wanted.items():
        if writer.ready:
            asked(label, label, language.reading, each, large=True)
        elif _known(each) is None:
            st.caption(WORDS["not recorded"])
    return _known(writer.model), shrunk and _known(shrunk)


def curves(
    writer: Writer, ways: Mapping[Name, Points], measured: int | None = None, place: str = "curves"
) -> dict[Name, Curve]:
    """What is known of some sweeps, by name: with a small model the first ones are `measured`, else all; of the others,
    and of a large model, what was recorded, or measured here by whomever. `place`: where on the page they show."""
    wanted = [] if writer.large else [each for points in [*ways.values()][:measured] for each in points.values()]
    how = {"payer": visitor(), "reader": visitor(), "urgent": False}
    tickets = [ask.writer(language.reading, each, **how) for each in wanted]
    watch(place, *tickets)
    wait_for([ticket for ticket in tickets if not ticket.ended])
    failed(tickets, WORDS["curves not measured"])
    return {name: {at: _known(each) for at, each in points.items()} for name, points in ways.items()}


def by_method(writer: Writer, ways: Mapping[Way, Points]) -> dict[Way, Curve]:
    """The same of sweeps by grain and method; with a small model all that was not recorded is measured."""
    known = lambda each: recordings.find(language.reading, each) is not None
    missing = {way: {at: each for at, each in points.items() if not known(each)} for way, points in ways.items()}
    curves(writer, missing, place="methods")
    return {way: {at: _known(each) for at, each in points.items()} for way, points in ways.items()}


def known_of(writer: Writer, shrunk: Experiment | None) -> tuple[Experiment, Measurement, Measurement] | None:
    """A shrunk model, and what is known of it and of what it was; None while that is not, and for a reader's own file,
    which is on their disk alone."""
    own = isinstance(writer.model.source, File) and writer.model.source.file not in shipped_names()
    if own or not shrunk:
        return None
    after, before = _known(shrunk), _known(writer.model)
    return (shrunk, after, before) if after and before else None


def _known(experiment: Experiment) -> Measurement | None:
    measured, recording = (
        _measured(ask.writer_before(language.reading, experiment)),
        recordings.find(language.reading, experiment),
    )
    return measured or (recording and recording.result) or writing.measurement(experiment)


def _measured(ticket: Ticket | None) -> Measurement | None:
    return ticket.result if ticket and isinstance(ticket.result, Measurement) else None

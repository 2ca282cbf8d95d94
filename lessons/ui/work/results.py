"""A page's view of the workers: ask for outcomes, draw what there is, look again until all is there."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

import streamlit as st

from lessons import store
from lessons.experiment import Experiment, Trained
from lessons.jobs import ask, recordings, vision
from lessons.jobs.events import Outcome
from lessons.jobs.ticket import Ticket
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui.layout.plain import plain
from lessons.ui.state.drawing import note_failed, wait_for
from lessons.ui.state.visit import visitor
from lessons.ui.work.progress import ahead, left_of_all, share, share_of_all

WORDS = sections("house")
Position = TypeVar("Position", bound=Hashable)


def before_and_after(baseline: Experiment, experiment: Experiment) -> tuple[Outcome, Outcome] | None:
    """What a model was and what became of it; None while that is being measured, with a line that says so."""
    return _outcomes(baseline, experiment)


def outcome(experiment: Experiment) -> Outcome | None:
    """What was measured of a model; None while that is under way, with a line that says so."""
    found = _outcomes(experiment)
    return found and found[0]


def _outcomes(*experiments: Experiment) -> tuple[Outcome, ...] | None:
    line = st.container()  # there with or without its line: what is below must not move up and down
    tickets = [ask.measure(each, urgent=True, payer=visitor()) for each in experiments]
    if failed(tickets, WORDS["not measured"]):
        return None
    if waiting := [ticket for ticket in tickets if not ticket.ended]:
        wait_for(waiting)
        before = ahead(waiting[-1])
        line.caption(WORDS("measuring on all", ahead=f"({before})" if before else ""))
        return None
    return tuple(ticket.result for ticket in tickets)


def answer(question: Callable[..., Ticket], *arguments: Any) -> Any:
    """The result of a question to the workers, one of those in `ask`; None while it is under way."""
    ticket = question(*arguments, payer=visitor())
    if not failed([ticket], WORDS["not answered"]) and not ticket.ended:
        wait_for([ticket])
    return ticket.result


def trained(sources: Iterable[Trained]) -> dict[Trained, Measurement | None]:
    """What is measured so far of these networks, or else was recorded; those this machine has not trained yet are
    trained in the background, and how far that is shows where nothing is known."""
    found: dict[Trained, Measurement | None] = {}
    trainings: list[Ticket] = []
    for source in sources:
        experiment = Experiment(source)
        if store.has(experiment.stored_as):
            ticket = ask.measure(experiment, payer=visitor())
        else:
            ticket = ask.train(source, visitor(), background=True)
            trainings.append(ticket)
        there = isinstance(ticket.result, Outcome)
        known = ticket.result if there else _recorded(experiment)
        found[source] = known and known.measurement
        if not there and not failed([ticket], WORDS("this not measured", what=source.model)):
            wait_for([ticket])
    if not all(found.values()):
        done = share_of_all([*map(share, trainings), *([1.0] * (len(found) - len(trainings)))])
        measured = sum(map(bool, found.values()))
        st.progress(done, WORDS("networks measured", done=measured, all=len(found), left=left_of_all(trainings)))
    return found


def outcomes(points: Mapping[Position, Experiment]) -> dict[Position, Outcome | None]:
    """What is measured so far of a sweep, by position; the rest is measured in the background, and meanwhile it is what
    was recorded, if it was."""
    tickets = {position: ask.measure(experiment, payer=visitor()) for position, experiment in points.items()}
    wait_for([ticket for ticket in tickets.values() if not ticket.ended])
    failed(tickets.values(), WORDS["points not measured"])
    return {at: ticket.result if ticket.ended else _recorded(points[at]) for at, ticket in tickets.items()}


def _recorded(experiment: Experiment) -> Outcome | None:
    recording = recordings.find(vision.measuring, experiment)
    return recording and Outcome(recording.result, None, None, {})


def both_whole(before: Outcome | None, after: Outcome | None) -> tuple[Outcome, Outcome] | None:
    """Two outcomes that were made here; None where one is not, or is not there."""
    return (before, after) if before and after and before.whole and after.whole else None


def curve(points: Mapping[Position, Experiment]) -> dict[Position, Measurement | None]:
    """The same without timings and layers."""
    return measurements(outcomes(points))


def tuned(points: Mapping[Position, Experiment]) -> dict[Position, Experiment]:
    """Those whose trainings have all been done on this machine."""
    return {position: recipe for position, recipe in points.items() if ask.tuned(recipe)}


def known_outcomes(points: Mapping[Position, Experiment]) -> dict[Position, Outcome | None]:
    """What is known of networks that must be trained: of those that were on this machine what is measured, None until
    it is; of others what was recorded. Those of which neither is there are left out."""
    here = tuned(points)
    kept = {at: _recorded(each) for at, each in points.items() if at not in here}
    found = outcomes(here) | {at: each for at, each in kept.items() if each}
    return {at: found[at] for at in points if at in found}


def known(points: Mapping[Position, Experiment]) -> dict[Position, Measurement | None]:
    """The same without timings and layers."""
    return measurements(known_outcomes(points))


def measurements(outcomes: Mapping[Position, Outcome | None]) -> dict[Position, Measurement | None]:
    """What was measured, without timings and layers."""
    return {position: outcome and outcome.measurement for position, outcome in outcomes.items()}


def measured_at(
    position: str, runs: Mapping[str, Experiment], outcomes: Mapping[str, Outcome | None], before: Outcome | None
) -> tuple[Experiment, Measurement, Measurement] | None:
    """The model at a position, what is measured of it, and of what it was `before`; None while that is not known."""
    run, outcome = runs.get(position), outcomes.get(position)
    return (run, outcome.measurement, before.measurement) if run and outcome and before else None


def all_known(outcomes: Mapping[Position, Any]) -> tuple[Mapping[Position, Any]] | None:
    """All of it, as what an exercise is about; None while any of it is missing."""
    return (outcomes,) if all(outcomes.values()) else None


def failed(tickets: Iterable[Ticket], title: str) -> bool:
    """Say it if some failed, once in a lab, and offer to try again all of which it is said."""
    failed = [ticket for ticket in tickets if ticket.state == "failed"]
    if failed:
        noted, key = note_failed(title, failed)
        if key:
            st.error(plain(failed[0].complaint), title=title)
            st.button(WORDS["try again"], on_click=_forget, args=(noted,), key=key)
    return bool(failed)


def _forget(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        ticket.pool.forget(ticket)

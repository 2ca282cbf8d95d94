"""A page's view of the workers: ask for outcomes, draw what there is, look again until all is there."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

import streamlit as st

from lessons import store
from lessons.experiment import Experiment, Trained
from lessons.jobs import ask
from lessons.jobs.events import Outcome
from lessons.jobs.pool import Ticket, pool
from lessons.measure.layer_view import Scanned
from lessons.quantity import Measurement
from lessons.ui.visit import visitor

LOOK_EVERY = 0.3  # seconds, while something is under way
Position = TypeVar("Position", bound=Hashable)
WAITING, DRAWN = "labs that wait", "lab being drawn"
HANDED, WHOLE, AGAIN = "handed on by labs", "the whole page runs", "others must be drawn again"


def lab(draw: Callable[[], None]) -> None:
    """Decorates the function that draws the interactive part of a page, and draws it: only that part runs again when its
    knobs move, or while its work is under way."""
    waiting: dict[str, bool] = st.session_state.setdefault(WAITING, {})
    name = f"{draw.__module__}.{draw.__qualname__}"
    watching = waiting.get(name, False)

    @st.fragment(run_every=LOOK_EVERY if watching else None)
    def body() -> None:
        waiting[name] = False
        st.session_state[DRAWN] = name
        draw()
        others = st.session_state.pop(AGAIN, False) and not st.session_state[WHOLE]  # else their turn comes anyway
        if waiting[name] != watching or others:
            st.rerun()  # only a run of the whole page can start or stop the clock, or draw another lab

    st.session_state[WHOLE] = True
    try:
        body()
    finally:
        st.session_state[WHOLE] = False


def hand_on(name: str, value: Any, wanted: bool = True) -> None:
    """Hand a value to labs further down the page. If it has changed, and is `wanted` there, they are drawn again, after this
    one: what a knob moves is on the screen first."""
    handed_on = st.session_state.setdefault(HANDED, {})
    if wanted and name in handed_on and handed_on[name] != value:
        st.session_state[AGAIN] = True
    handed_on[name] = value


def handed(name: str) -> Any:
    """What another lab has handed on under this name."""
    return st.session_state[HANDED][name]


def wait_for_it() -> None:
    """Tell the lab being drawn that something it shows is not final."""
    st.session_state[WAITING][st.session_state[DRAWN]] = True


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
    if _failed(tickets, "This could not be measured"):
        return None
    if waiting := [ticket for ticket in tickets if not ticket.ended]:
        wait_for_it()
        ahead = pool().ahead_of(waiting[-1])
        line.caption(f"Measuring on all test pictures … {f'({ahead} ahead in the queue)' if ahead else ''}")
        return None
    return tuple(ticket.result for ticket in tickets)


def answer(question: Callable[..., Ticket], *arguments: Any) -> Any:
    """The result of a question to the workers, one of those in `ask`; None while it is under way."""
    ticket = question(*arguments, payer=visitor())
    if not _failed([ticket], "This could not be worked out") and not ticket.ended:
        wait_for_it()
    return ticket.result


def trained(sources: Iterable[Trained]) -> dict[Trained, Measurement | None]:
    """What is measured so far of these networks; those this machine has not trained yet are trained in the background."""
    found: dict[Trained, Measurement | None] = {}
    for source in sources:
        experiment = Experiment(source)
        if store.has(experiment.id):
            ticket = ask.measure(experiment, payer=visitor())
        else:
            ticket = ask.train(source, visitor(), background=True)
        there = isinstance(ticket.result, Outcome)
        found[source] = ticket.result.measurement if there else None
        if not there and not _failed([ticket], f"{source.model} could not be measured"):
            wait_for_it()
    return found


def scan(baseline: Experiment, criterion: str) -> list[Scanned]:
    """Accuracy with one layer pruned alone, as far as it is measured, sparsity by sparsity."""
    ticket = ask.scan(baseline, criterion, visitor())
    if not _failed([ticket], "The layers could not be scanned") and not ticket.ended:
        wait_for_it()
        st.caption("Pruning each layer alone …")
    return list(ticket.events)


def curve(points: Mapping[Position, Experiment]) -> dict[Position, Measurement | None]:
    """What is measured so far of a sweep, by position; the rest is measured in the background."""
    tickets = {position: ask.measure(experiment, payer=visitor()) for position, experiment in points.items()}
    if not all(ticket.ended for ticket in tickets.values()):
        wait_for_it()
    _failed(tickets.values(), "Some points of the curve could not be measured")
    return {position: ticket.result and ticket.result.measurement for position, ticket in tickets.items()}


def _failed(tickets: Iterable[Ticket], title: str) -> bool:
    """Say it if some failed, and offer to try again."""
    failed = [ticket for ticket in tickets if ticket.state == "failed"]
    if failed:
        st.error(failed[0].error, title=title)
        st.button("Try again", on_click=lambda: [pool().forget(ticket) for ticket in failed], key=title)
    return bool(failed)

"""Trainings this visit has asked for: start them, watch them, stop them. What has been trained once is there at
once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.events import ModelKept
from lessons.jobs.ticket import Ticket
from lessons.quantity import counted
from lessons.text import sections
from lessons.training.progress import TrainingStep
from lessons.ui.layout.plain import plain
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.fallback import say_who_works
from lessons.ui.state.visit import visitor
from lessons.ui.work import notices
from lessons.ui.work.progress import SEPARATOR, ahead, left

WORDS = sections("house")
TICKETS = "trainings of this visit"  # by experiment
LEFT = "trainings this visit has stopped"  # which others may still watch: not taken up again by itself
PLAY, STOP = ":material/play_arrow:", ":material/stop:"
WATCHED = 2  # runs whose progress shows


def panel(
    name: str, wanted: Iterable[Experiment] | Mapping[str, Experiment], idle: Callable[[], None]
) -> dict[str, Ticket]:
    """What stands in a training panel, `name` its own on the page: progress and Stop while some of these experiments
    (perhaps by what they are called) are trained, a way to try again where one failed, and else what `idle` draws.
    Gives the runs, by the ids of experiments."""
    called = {each.id: f"{label}: " for label, each in wanted.items()} if isinstance(wanted, Mapping) else {}
    by_id = {each.id: each for each in (wanted.values() if isinstance(wanted, Mapping) else wanted)}
    runs = taken_up(by_id.values())
    under_way = {at: ticket for at, ticket in runs.items() if not ticket.ended}
    running = [*under_way.values()]
    failed = [by_id[at] for at, ticket in runs.items() if ticket.state == "failed"]
    if running:
        wait_for(running)
        _progress({called.get(at, ""): ticket for at, ticket in under_way.items()})
        at = next(iter(under_way))
        st.button(WORDS["stop"], icon=STOP, on_click=stop, args=(running,), key=f"stop {name} {at}")
    elif failed:
        st.error(plain(runs[failed[0].id].complaint), title=WORDS["training failed"])
        st.button(WORDS["try again"], on_click=start, args=(failed,), key=f"again {name}")
    else:
        missing = [each for each in by_id.values() if not ask.tuned(each)]
        if missing:
            notices.say_where_weights_are_kept()
        if any(map(ask.lost, missing)):
            notices.say_lost()
        idle()
    return runs


def taken_up(wanted: Iterable[Experiment]) -> dict[str, Ticket]:
    """The runs of these experiments by their ids, those too that were asked for before a reload, or by somebody
    else."""
    runs = _runs()
    left = st.session_state.setdefault(LEFT, [])
    for each in wanted:
        if each.id not in runs and (ticket := ask.tuning(each)) and ticket not in left:
            runs[each.id] = ticket
    for ticket in runs.values():
        ticket.seen(visitor())
    return {each.id: runs[each.id] for each in wanted if each.id in runs}


def under_way(wanted: Iterable[Experiment]) -> bool:
    """Whether some of these are being trained, as this visit sees it."""
    return any(not run.ended for run in taken_up(list(wanted)).values())


def start(wanted: Iterable[Experiment], background: bool = False) -> None:
    """Ask for the trainings of these experiments. For callbacks."""
    for each in wanted:
        ticket = _runs()[each.id] = ask.tune(each, visitor(), background)
        st.session_state[LEFT] = [other for other in st.session_state.get(LEFT, []) if other is not ticket]


def stop(tickets: Iterable[Ticket]) -> None:
    """Leave these runs; each ends where its last reader leaves, and is not followed any more where others go on with
    it. For callbacks."""
    tickets = list(tickets)
    for ticket in tickets:
        ticket.pool.leave(ticket, visitor())
    st.session_state[LEFT] = [*(each for each in st.session_state.get(LEFT, []) if not each.ended), *tickets]
    st.session_state[TICKETS] = {name: ticket for name, ticket in _runs().items() if ticket not in tickets}


def events(experiment: Experiment) -> Sequence[Any]:
    """What this visit has heard of the trainings of an experiment."""
    ticket = _runs().get(experiment.id)
    return ticket.events if ticket else ()


def recorded_events(experiment: Experiment) -> Sequence[Any]:
    """What was heard of them at another time, if that was recorded."""
    recording = ask.recorded_training(experiment)
    return recording.events if recording else ()


def steps(events: Iterable[Any]) -> list[TrainingStep]:
    """The steps among what trainings have told."""
    return [event for event in events if isinstance(event, TrainingStep)]


def last_training(events: Iterable[Any]) -> list[TrainingStep]:
    """The steps of the last training that told something, numbered from its own start."""
    told: list[list[TrainingStep]] = [[]]
    for event in events:
        if isinstance(event, TrainingStep):
            told[-1].append(event)
        elif isinstance(event, ModelKept):
            told.append([])
    done = [part for part in told if part]
    before = done[-2][-1].step if len(done) > 1 else 0
    return [replace(step, step=step.step - before) for step in done[-1]] if done else []


def _progress(under_way: Mapping[str, Ticket]) -> None:
    """How far runs are, by what they are called: those that have begun, or else the first."""
    begun = [called for called, ticket in under_way.items() if steps(ticket.events)][:WATCHED]
    shown = begun or list(under_way)[:1]
    for called in shown:
        others = (
            SEPARATOR + WORDS("runs left", runs=counted(len(under_way), "run"))
            if len(under_way) > 1 and called == shown[-1]
            else ""
        )
        progress(under_way[called], steps(under_way[called].events), others, called)


def progress(ticket: Ticket, told: list[TrainingStep], more: str, called: str = "") -> None:
    """How far a run is that has `told` these steps, how it is `called` and what `more` there is to say of it; or who is
    before it."""
    say_who_works()
    before = ahead(ticket)
    if told:
        done = told[-1].step / told[-1].total
        more = f"{left(done, ticket.began)}{more}"
        st.progress(done, WORDS("step", called=called, step=told[-1].step, steps=told[-1].total, more=more))
    elif ticket.events:  # the model is there
        st.progress(0.0, WORDS("step 0", called=called, more=more))
    elif before:
        st.progress(0.0, WORDS("waiting", called=called, ahead=before, more=more))
    else:
        st.progress(0.0, WORDS("starting", more=more))


def _runs() -> dict[str, Ticket]:
    return st.session_state.setdefault(TICKETS, {})

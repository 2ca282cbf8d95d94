"""A page's view of the workers: ask for outcomes, draw what there is, look again until all is there."""

from collections.abc import Callable, Iterable

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.events import Outcome
from lessons.jobs.pool import pool

LOOK_EVERY = 0.3  # seconds, while something is under way
WAITING = "waiting"


def lab(draw: Callable[[], None]) -> None:
    """Decorates the function that draws the interactive part of a page, and draws it: only that part runs again when its
    knobs move, or while its work is under way."""
    watching = st.session_state.get(WAITING, False)

    @st.fragment(run_every=LOOK_EVERY if watching else None)
    def body() -> None:
        st.session_state[WAITING] = False
        draw()
        if st.session_state[WAITING] != watching:
            st.rerun()  # only a run of the whole page can start or stop the clock

    body()


def wait_for_it() -> None:
    """Tell the lab that something shown is not final."""
    st.session_state[WAITING] = True


def outcome(experiment: Experiment) -> Outcome | None:
    """What an experiment came to; None while it is being measured, with a line that says so."""
    ticket = ask.measure(experiment, urgent=True)
    if ticket.state == "failed":
        st.error(ticket.error, title="This could not be measured")
        st.button("Try again", on_click=pool().forget, args=(ticket,), key=f"again {experiment.id}")
        return None
    if not ticket.ended:
        wait_for_it()
        ahead = pool().ahead_of(ticket)
        st.caption(f"Measuring on all 10,000 test pictures … {f'{ahead} ahead in the queue' if ahead else ''}")
    return ticket.result


def outcomes(experiments: Iterable[Experiment]) -> dict[Experiment, Outcome]:
    """The outcomes there are of a sweep; the rest is measured in the background."""
    tickets = {experiment: ask.measure(experiment) for experiment in experiments}
    if not all(ticket.ended for ticket in tickets.values()):
        wait_for_it()
    return {experiment: ticket.result for experiment, ticket in tickets.items() if ticket.result}

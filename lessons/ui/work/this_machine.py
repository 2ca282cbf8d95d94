"""The machines a reader can choose, and what the one this app runs on can do."""

import streamlit as st

from lessons.estimate.roofline import Machine
from lessons.facts.home_machines import choosable, titled
from lessons.jobs import ask
from lessons.measure.machine import Roofs, better
from lessons.ui.state.visit import visitor
from lessons.ui.work.ledger import package_power
from lessons.ui.work.results import answer

HERE = "this machine"
USABLE = choosable()
TITLES = {name: titled(board) for name, board in USABLE.items()}  # as readers choose them
NAMES = {title: name for name, title in TITLES.items()}
GB = 1e9
BEST = "the best of this machine"
LENGTHS = ("30", "100", "300", "1000", "3000", "10000", "30000")


def measured() -> Roofs | None:
    """What the machine this app runs on can do, the best that was measured in this visit; None while that is
    measured."""
    found = answer(ask.roofs)
    if not isinstance(found, Roofs):
        return None
    best = better(found, st.session_state.get(BEST))
    st.session_state[BEST] = best
    return best


def told(roofs: Roofs) -> dict[str, str]:
    """That, as a sentence names it."""
    rates = {"bandwidth": roofs.bandwidth, "flop": roofs.flop, "flop_16": roofs.flop_16}
    return {name: f"{rate / 1e9:,.3g}" for name, rate in rates.items()} | {
        "memory": f"{roofs.memory / GB:.3g}",
        "cores": str(roofs.cores),
    }


def this_machine(roofs: Roofs) -> Machine:
    """Its peak is the better of those with 16 and with 32 bits; its watts are those of the processor's counter, or as
    the reader has stated them."""
    watts = package_power(roofs.watts).value
    return Machine(HERE, roofs.memory, roofs.bandwidth, max(roofs.flop, roofs.flop_16), watts=watts, backend="CPU")


def measure_again() -> None:
    """Forget what was measured of it. For callbacks."""
    ticket = ask.roofs(visitor())
    if ticket.ended:
        ticket.pool.forget(ticket)

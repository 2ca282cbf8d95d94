"""How sensitive each layer is: as it was recorded, until a reader has it measured here."""

from collections.abc import Sequence

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import ask, recordings, vision
from lessons.jobs.recordings import Recording
from lessons.jobs.ticket import Ticket
from lessons.measure.layer_view import SCANNED, Scanned
from lessons.models import layers_of
from lessons.text import sections
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.visit import visitor
from lessons.ui.work import notices
from lessons.ui.work.progress import ahead, left
from lessons.ui.work.results import failed
from lessons.ui.work.training_panel import PLAY, STOP

WORDS = sections("pruning")
HOUSE = sections("house")
UNDER_WAY = WORDS["scan: under way"]
HERE = "scans asked for here"  # of those that were recorded
Layers = tuple[Experiment, str]  # a network, and by what its weights are ranked


def scan(*layers: *Layers) -> Sequence[Scanned]:
    """Accuracy with one layer pruned alone, sparsity by sparsity, as far as it is known."""
    if recording := _recorded(layers):
        return recording.events
    ticket = ask.scan(*layers, visitor())
    if not failed([ticket], WORDS["scan: failed"]) and not ticket.ended:
        wait_for([ticket])
        st.caption(f"{UNDER_WAY} …")
    return list(ticket.events)


def panel(*layers: *Layers) -> None:
    """The button that has it measured here, while what shows was recorded; then how far that is, and Stop."""
    if recording := _recorded(layers):
        with st.container(border=True, key="scan"):
            notices.say_recorded(recording)
            st.button(WORDS["scan: here"], icon=PLAY, type="primary", on_click=_asked_here().append, args=(layers,))
        return
    ticket = ask.scan(*layers, visitor())
    if not ticket.ended:
        with st.container(border=True, key="scan"):
            done = len(ticket.events) / (len(SCANNED) * len(layers_of(layers[0].source.model)))
            st.progress(done, f"{ahead(ticket) or UNDER_WAY}{left(done, ticket.began)}")
            if layers in _asked_here():
                st.button(HOUSE["stop"], icon=STOP, on_click=_stop, args=(ticket, layers), key="stop scan")


def _recorded(layers: Layers) -> Recording | None:
    """What was recorded of these layers, until it is asked for here."""
    return None if layers in _asked_here() else recordings.find(vision.scanning, *layers)


def _stop(ticket: Ticket, layers: Layers) -> None:
    _asked_here().remove(layers)
    ticket.pool.leave(ticket, visitor())


def _asked_here() -> list[Layers]:
    return st.session_state.setdefault(HERE, [])

"""The energy ledger in the sidebar: what this visit has had this machine compute so far."""

import hashlib
import os

import streamlit as st

from lessons import facts
from lessons.estimate import device
from lessons.estimate.device import at_the_wall, on_this_machine
from lessons.estimate.footprint import watt_hours
from lessons.jobs.pool import pool
from lessons.progress import SPENT
from lessons.quantity import Quantity, convert, show
from lessons.text import sections
from lessons.ui.state.kept import keep, sends
from lessons.ui.state.lab import LEDGER
from lessons.ui.state.rerun import rerun
from lessons.ui.state.visit import visitor

WORDS = sections("ledger")
WATTS = "ledger watts"
STATED = 28  # W: a laptop's processor


def package_power(counted: float | None = None) -> Quantity:
    """Watts of this machine's processor: by its counter if there is one, else as the reader has stated."""
    return device.package_power(counted, float(st.session_state.get(WATTS, STATED)))


def at_the_plug(seconds: float) -> Quantity:
    """Wh at the wall plug of so many seconds on one core of this machine."""
    return watt_hours(at_the_wall(on_this_machine(seconds, package_power(), os.cpu_count() or 1), None))


def spent() -> Quantity:
    """Joules of this visit so far."""
    return on_this_machine(pool().spent(visitor()), package_power(), os.cpu_count() or 1)


def of_charges(charges: float) -> str:
    """So many charges of a phone, more than none: `2.50 phone charges`, `1/40,000 of a phone charge`."""
    if charges >= 0.1:
        return WORDS["one charge"] if show(charges, "") == "1" else WORDS("charges", charges=show(charges, ""))
    part = int(float(f"{1 / charges:.2g}"))
    return WORDS("part of a charge", part=part)


def ledger() -> None:
    """Draw it in the sidebar."""
    with st.sidebar:
        _ledger()


@st.fragment(key=LEDGER)
def _ledger() -> None:
    """What was spent; how it is counted is behind its button. Another power is another number all over the page."""
    so_far, charge = spent(), facts.everyday()["phone_charge"]
    if so_far.value:
        visit = f"{SPENT}/{hashlib.sha256(visitor().encode()).hexdigest()[:8]}"
        keep(visit, {"joules": so_far.value})
        sends(visit)
    charges = convert(so_far.value, "J", "Wh") / charge.watt_hours
    with st.container(key="ledger"):
        if charges:
            st.caption(WORDS("so far", spent=so_far, charges=of_charges(charges)))
        else:
            st.caption(WORDS["nothing so far"])
        with st.popover(WORDS["how it is counted"]):
            st.number_input(
                WORDS["package power"], 1, 1_000, STATED, key=WATTS, persist_state="session", on_change=rerun
            )
            st.markdown(
                WORDS(
                    "how",
                    seconds=f"{pool().spent(visitor()):.1f}",
                    server=f"{pool().spent(None):.1f}",
                    formula=so_far.source,
                    charge=f"[{charge.watt_hours:g} Wh]({charge.url})",
                )
            )

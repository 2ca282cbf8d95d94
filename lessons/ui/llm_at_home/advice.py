"""What to change or to buy, on the page: each as a button that sets the knobs, with what it then takes."""

from collections.abc import Iterable
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.estimate import advice, roofline
from lessons.estimate.advice import FittingChange, holds
from lessons.estimate.at_home import Home
from lessons.facts.architectures import architectures
from lessons.facts.board_memory import GIB
from lessons.facts.engines import METAL
from lessons.facts.home_machines import APPLE, CPU, DESKTOP, LAPTOP, SHARED, group_of
from lessons.quantity import about
from lessons.text import sections
from lessons.ui.llm_at_home import panels, quality
from lessons.ui.llm_at_home.knobs import (
    AS_KEYS,
    BATCH,
    CACHE,
    CARDS,
    CONTEXT,
    EXPERTS,
    FORMAT,
    LISTED,
    MACHINE,
    MAIN,
    MODEL,
    MODELS,
    OFFLOAD,
    OFFLOADED,
    OTHER_FORMAT,
    VALUES,
    WHOLE,
    Asked,
    layers_of,
)
from lessons.ui.state.knob import Knob, count
from lessons.ui.state.rerun import rerun
from lessons.ui.work.this_machine import TITLES, USABLE

WORDS = sections("llm-at-home")
UNDO = "llm_undo"
OTHER_GROUPS = (DESKTOP, APPLE, SHARED, None)  # None: workstations and data centres
MOST = 3  # machines
NEXT_LINE = "  \n"  # in Markdown


class Undo(NamedTuple):
    """A change that was made: what it is called, where it has set knobs, and where they stood before."""

    called: str
    now: dict[str, str]
    before: dict[str, str]


def below(asked: Asked) -> None:
    """Draw what can be changed, and what can be bought."""
    here = holds(asked.machine, asked.home)
    st.markdown(WORDS["advice: room"] if here else WORDS["advice: change"])
    with _side_by_side():
        found = settings(asked)
        _draw(asked, found)
        if not found:
            st.markdown(WORDS["advice: no room"] if here else WORDS["advice: hopeless"])
        _undo()
    st.markdown(WORDS["advice: smallest"] if here else WORDS["advice: buy"])
    with _side_by_side():
        _draw(asked, to_buy(asked))


def settings(asked: Asked) -> list[FittingChange]:
    """What there is room for, or what makes it fit."""
    if holds(asked.machine, asked.home):
        return advice.headroom(asked.home, asked.machine, count(CONTEXT.options[-1]))
    return advice.changes(asked.home, asked.machine, architectures().values())


def to_buy(asked: Asked) -> list[FittingChange]:
    """More of the same machine, if it does not hold the model, and the least of each group that does: first of the
    machine's own."""
    home, card = asked.home, asked.card
    own = group_of(card.name) if card.name in USABLE else APPLE if card.backend == METAL else DESKTOP
    groups = {group: _machines(group) for group in dict.fromkeys((own, *OTHER_GROUPS))}
    found = [each for each in advice.others(home, groups) if each.called != asked.machine.name]
    if holds(asked.machine, home):
        return found[:MOST]
    main = card.main or own == CPU
    more = (
        advice.more_memory(home, asked.machine, [float(size) * GIB for size in MAIN.options]) if main else None,
        advice.more_cards(home, card, map(int, CARDS.options)) if card.main and own != LAPTOP else None,
    )
    return [*filter(None, more), *found][:MOST]


def _machines(group: str | None) -> Iterable[roofline.Machine]:
    """The machines of a group that have a memory of their own."""
    return [roofline.machine_of(board) for name, board in USABLE.items() if board.memory_GB and group_of(name) == group]


def _side_by_side() -> DeltaGenerator:
    """Where buttons stand in a row, or in several where it is narrow."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def _draw(asked: Asked, changes: Iterable[FittingChange]) -> None:
    """A button each, which says below what it does what then is: one element, for each is a message to a browser."""
    for change in changes:
        label = f"{change.called}{NEXT_LINE}:small[:gray[{said(asked, change)}]]"
        to = moved(asked, change)
        st.button(label, key=f"advice {change.called}", on_click=_set, args=(change.called, to))


def said(asked: Asked, change: FittingChange) -> str:
    """What it takes then, how fast it is, and what it costs in quality."""
    then = asked._replace(home=change.home, machine=change.machine)
    shown = [str(change.takes)]
    if roofline.is_known(then.home, then.machine):
        speed = about(panels.decoding(then).value, "tokens/s")
        longer = change.home.context > asked.home.context
        at_its_end = about(panels.decoding(panels.at_the_end(then)).value, "tokens/s")
        shown.append(WORDS("advice: at its end", speed=at_its_end) if longer else speed)
    return ", ".join(shown) + quality.of_change(asked.home, change.home)


def moved(asked: Asked, change: FittingChange) -> dict[str, str]:
    """Where the change sets knobs, by their names: those whose meaning it changes."""
    old, new = asked.home, change.home
    form = change.home.form if change.home.form in FORMAT.options else LISTED
    machine = change.machine.name if change.machine.name != asked.card.name else None
    found: dict[Knob, str | None] = {
        FORMAT: form if new.form != old.form else None,
        OTHER_FORMAT: new.form if new.form != old.form and form == LISTED else None,
        CACHE: new.cache if new.cache != old.cache else None,
        VALUES: new.values or AS_KEYS if new.values != old.values else None,
        CONTEXT: f"{new.context:,}" if new.context != old.context else None,
        BATCH: str(new.batch) if new.batch != old.batch else None,
        OFFLOAD: _percent(new) if new.offload != old.offload else None,
        OFFLOADED: _of_layers(new) if new.offload and new.only_experts != old.only_experts else None,
        CARDS: str(new.cards) if new.cards != old.cards else None,
        MODEL: MODELS.get(new.shape.name) if new.shape != old.shape else None,
        MACHINE: TITLES.get(machine or ""),
        MAIN: _main(asked, change.machine),
    }
    return {knob.name: to for knob, to in found.items() if to in knob.options}


def _main(asked: Asked, machine: roofline.Machine) -> str | None:
    """GB of main memory, beside the card or on a machine without one, where another machine is not chosen."""
    old = asked.machine
    if machine.main != old.main:
        return f"{machine.main / GIB:g}"
    return f"{machine.memory / GIB:g}" if machine.name == old.name and machine.memory != old.memory else None


def _of_layers(home: Home) -> str:
    return EXPERTS if home.only_experts else WHOLE


def _percent(home: Home) -> str:
    """The first place of the slider at which no fewer layers are in main memory."""
    return next(stop for stop in OFFLOAD.options if layers_of(int(stop), home.shape) >= home.offload)


def _set(called: str, to: dict[str, str]) -> None:
    """Callback of a button: make a change, and remember how to undo it."""
    before = {name: st.session_state[name] for name in to if name in st.session_state}
    st.session_state[UNDO] = Undo(called, to, before)
    _move(to)


def _undo() -> None:
    """A button that takes the last change back, while it stands."""
    last = st.session_state.get(UNDO)
    if last and last.now and all(st.session_state.get(name) == to for name, to in last.now.items()):
        label = WORDS("advice: undo", called=last.called)
        st.button(label, icon=":material/undo:", key="advice undo", on_click=_move, args=(last.before,))


def _move(to: dict[str, str]) -> None:
    """Set knobs, and have the whole page drawn."""
    st.session_state.update(to)
    rerun()

"""A setting with other positions of its sliders: what the first screen shows while a hand moves one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import streamlit as st

from lessons.estimate import roofline
from lessons.facts.home_machines import CPU, group_of
from lessons.ui.llm_at_home import kin
from lessons.ui.llm_at_home.knobs import BATCH, CONTEXT, FOLDED, FORMAT, MOVED, SLIDERS, Asked, form_at
from lessons.ui.state.knob import Knob, count
from lessons.ui.state.widgets import is_open
from lessons.ui.work.this_machine import USABLE

Places = dict[tuple[str, ...], Asked]


def wherever(asked: Asked, *knobs: Knob) -> Places:
    """What is asked with each position of these knobs with each of the others."""
    positions = product(*(knob.options for knob in knobs))
    return {stands: moved(asked, dict(zip(knobs, stands, strict=True))) for stands in positions}


def around(asked: Asked, stands: Mapping[Knob, str]) -> Places:
    """What is asked where these knobs stand, and with each position of one of them while the others stay there."""
    here = tuple(stands.values())
    found = {here: moved(asked, stands)}
    for nth, knob in enumerate(stands):
        for option in knob.options:
            found.setdefault((*here[:nth], option, *here[nth + 1 :]), moved(asked, {**stands, knob: option}))
    return found


def within_reach(asked: Asked, part: str) -> Places:
    """The places that the sliders in sight reach: of those above with each of the others; while more are in sight,
    around where all stand."""
    now = stands(asked, part)
    if is_open(SLIDERS):
        return around(asked, now)
    above, rest = MOVED[part], [*now.values()][len(MOVED[part]) :]
    return {(*at, *rest): there for at, there in wherever(moved(asked, now), *above).items()}


def stands(asked: Asked, part: str) -> dict[Knob, str]:
    """Where the sliders of a part of the page stand that its headlines follow."""
    own = kin.slider_of(asked.card.name)
    return {knob: st.session_state[knob.name] for knob in (*MOVED[part], *FOLDED[part], *own)}


def moved(asked: Asked, to: Mapping[Knob, str]) -> Asked:
    """The same with sliders set elsewhere. In place of a format the model cannot have it is USUAL, and nobody reads on
    beyond the context a model was made for."""
    home, shape = asked.home, asked.home.shape
    stop = to.get(FORMAT, asked.stop)
    context = count(to[CONTEXT]) if CONTEXT in to else home.context
    home = replace(
        home,
        form=form_at(shape, stop, asked.listed) if FORMAT in to else home.form,
        context=min(context, shape.context or context),
        batch=int(to.get(BATCH, home.batch)),
    )
    machine = next((kin.STOPS[stop] for knob, stop in to.items() if knob.name == kin.NAME), "")
    return _on(machine, asked._replace(home=home, stop=stop))


def at_most(asked: Asked, knobs: Sequence[Knob]) -> Asked:
    """The same with these sliders at their ends, but that of formats."""
    return moved(asked, {knob: knob.options[-1] for knob in knobs if knob in (CONTEXT, BATCH)})


def _on(name: str, asked: Asked) -> Asked:
    """The same on another machine of the same kind, with the same main memory."""
    if not name or name == asked.card.name:
        return asked
    home, before = asked.home, asked.card
    card = roofline.machine_of(USABLE[name])._replace(main=before.main, main_bandwidth=before.main_bandwidth)
    card = card._replace(memory=before.memory) if group_of(name) == CPU else card
    machine = roofline.several(card, home.cards, home.split)
    return asked._replace(machine=machine, card=card, board=USABLE[name])

"""Settings worth a look: buttons for a reader, the way through a talk for a speaker."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from lessons.catalog import HOME, LESSONS, Lesson
from lessons.ui.state.knob import Knob
from lessons.ui.state.rerun import of_the_page, rerun

GO_TO, STAY = "page to go to", "page that keys were pressed on"
KEYS, STAGE, STEPS = "stage_keys", "what keys go through", "steps of keys taken"
PRESET, SAID = "about the preset", "preset that something is said about"  # the key of the part that says it
AT, LEFT = "preset shown last", "settings before it"  # LEFT: by knob, a set


@dataclass(frozen=True)
class Preset:
    """Where some knobs stand; all others are at their defaults."""

    name: str
    settings: dict[Knob, str] = field(hash=False)

    def values(self, knobs: Sequence[Knob]) -> dict[str, str]:
        """Where every knob stands, by its name."""
        return {knob.name: self.settings.get(knob, knob.default) for knob in knobs}


DEFAULTS = Preset("", {})


def shown(presets: Sequence[Preset], knobs: Sequence[Knob]) -> Preset | None:
    """The preset whose settings are those of the page now."""
    now = {knob.name: _stands(knob) for knob in knobs}
    return next((preset for preset in presets if preset.values(knobs) == now), None)


def say_of(presets: Sequence[Preset], knobs: Sequence[Knob]) -> Preset | None:
    """The preset that is on the page now, of which something is to be said."""
    st.session_state[SAID] = presets, knobs, shown(presets, knobs)
    return st.session_state[SAID][-1]


def said_is_old() -> bool:
    """Whether something else is to be said now."""
    *page, said = st.session_state.get(SAID, ((), (), None))
    return shown(*page) != said


@of_the_page
def step() -> None:
    """Go as many steps as keys were pressed since the last time, on the stage that was drawn last. For callbacks."""
    state = st.session_state
    pressed = state[KEYS].get("steps") or 0
    steps, state[STEPS] = pressed - state.get(STEPS, 0), pressed
    if STAGE not in state:
        return
    state[STAY] = state[STAGE][0]  # the browser may not have heard yet that this page took the place of another
    for _ in range(abs(steps)):
        if GO_TO not in state:
            go(1 if steps > 0 else -1, *state[STAGE])


def elsewhere(path: str) -> Lesson | None:
    """The page that keys lead to; None where that is the page with this path, or no key was pressed."""
    state = st.session_state
    stay = state.pop(STAY, None)
    lesson = state.pop(GO_TO, stay)
    return lesson if lesson and lesson.path != path else None


def _under_way(knobs: Sequence[Knob]) -> Preset | None:
    """The preset that was gone to last, if its settings may still be on their way: a key that is pressed while the page
    runs comes with some knobs as they were before it."""
    last, left = st.session_state.get(AT), st.session_state.get(LEFT, {})
    if last is None:
        return None
    there = last.values(knobs)
    return last if all(_stands(knob) in {there[knob.name], *left.get(knob.name, ())} for knob in knobs) else None


def _note(knobs: Sequence[Knob], under_way: Preset | None) -> None:
    """Remember where knobs stand before they are set, and have stood since the browser last had them all."""
    before = st.session_state.get(LEFT, {}) if under_way else {}
    there = under_way.values(knobs) if under_way else {}
    st.session_state[LEFT] = {
        knob.name: {_stands(knob), *before.get(knob.name, ()), there.get(knob.name, _stands(knob))} for knob in knobs
    }


def _stands(knob: Knob) -> str:
    """Where a knob stands; before it is drawn for the first time, where the address says."""
    stands = st.session_state.get(knob.name) or st.query_params.get(knob.name)
    return stands if stands in knob.options else knob.default


def apply(preset: Preset, knobs: Sequence[Knob]) -> None:
    """Set every knob. For callbacks: widgets read it on the next run."""
    for name, value in preset.values(knobs).items():
        st.session_state[name] = value


def choose(preset: Preset, knobs: Sequence[Knob]) -> None:
    """Callback of a preset's button: set every knob, and have the whole page drawn, wherever the button stands: a knob
    may be in another lab, or in none."""
    apply(preset, knobs)
    rerun()


def go(way: int, lesson: Lesson, presets: Sequence[Preset], knobs: Sequence[Knob]) -> None:
    """Go to the next (1) or the previous (−1) preset, and at the last or first to another lesson. For callbacks."""
    stops = (DEFAULTS, *presets)
    under_way = _under_way(knobs)
    now = under_way or shown(stops, knobs) or st.session_state.get(AT)
    at = (stops.index(now) if now in stops else 0) + way
    path = (HOME, *LESSONS)
    if 0 <= at < len(stops):
        _note(knobs, under_way)
        st.session_state[AT] = stops[at]
        apply(stops[at], knobs)
    elif 0 <= (other := path.index(lesson) + way) < len(path):
        st.session_state[GO_TO] = path[other]

"""The first screen: the jar, and below it how fast it writes, what it costs, and what to change or to buy."""

import streamlit as st

from lessons.ui.layout.headline import headline, picture
from lessons.ui.llm_at_home import advice, first_picture, overview, panels
from lessons.ui.llm_at_home.knobs import MOVED, Asked
from lessons.ui.state.release import on_release

FOLLOWS = ("memory", "speed", "quality")  # parts of which a slider moves no more than what is below their headline

READ_OUT = ("memory", "speed")  # parts whose own headline is read out


def jar(asked: Asked | None, part: str) -> None:
    """Draw the jar, which follows the sliders of this part of the page."""
    if asked:
        picture(first_picture.frames(panels.wherever(asked, *MOVED[part])), *MOVED[part])


def below_the_jar(asked: Asked, part: str) -> None:
    """Draw the numbers, which follow them, too, and the advice, which is drawn again once they are let go."""
    moved = MOVED[part]
    places = panels.wherever(asked, *moved)
    headline(overview.frames(places), *moved, name="overview", quiet=part in READ_OUT)

    def advised(*stands: str) -> None:
        advice.below(places[stands])

    if part in FOLLOWS:
        on_release({knob: knob.options for knob in moved})(advised)
    else:
        advised(*(st.session_state[knob.name] for knob in moved))

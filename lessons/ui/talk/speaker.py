"""The speaker's window: the words of each state, what comes next, and the time."""

import streamlit as st

from lessons import talk_pictures
from lessons.catalog import HOME, LESSONS
from lessons.talk import State, Talk
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.presenter import KEYS

WORDS = sections("stage")
TITLES = {lesson.path: lesson.title for lesson in (HOME, *LESSONS)}
ALONE = """<style>[data-testid="stSidebar"], [data-testid="stHeader"] { display: none; }</style>"""


def speaker_window(talk: Talk, number: int) -> None:
    """Draw it over all of the page, at the state of this `number`, which counts from 1. It has all states at once, and
    moves with the stage in the same browser without asking the server."""
    st.html(ALONE)
    states = [_state(talk, n) for n in range(1, len(talk.states) + 1)]
    data = {"talk": {"name": talk.name, "at": number, "states": states}, "words": KEYS | _words()}
    browser.speaker(key="speaker", data=data)


def _state(talk: Talk, at: int) -> dict[str, str | int | None]:
    state: State = talk.states[at - 1]
    return {
        "lesson": TITLES[state.lesson],
        "sees": state.sees,
        "says": state.says,
        "seconds": state.seconds,
        "picture": talk_pictures.address(state),
        "link": f".{talk.link(at)}",
    }


def _words() -> dict[str, str]:
    return {
        "now": WORDS["speaker: now"],
        "following": WORDS["speaker: next"],
        "last": WORDS["speaker: last"],
        "elapsed": WORDS["speaker: elapsed"],
        "left": WORDS["speaker: left"],
        "over": WORDS["speaker: over"],
        "ahead": WORDS["speaker: ahead"],
        "behind": WORDS["speaker: behind"],
        "black": WORDS["speaker: black"],
        "back": WORDS["speaker: back"],
        "forth": WORDS["speaker: forth"],
        "dark": WORDS["speaker: dark"],
        "all": WORDS["speaker: all"],
        "stage": WORDS["speaker: stage"],
    }

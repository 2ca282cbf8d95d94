"""The states of a talk as a table: what the audience sees, when, and the way there."""

from html import escape
from itertools import pairwise

import streamlit as st

from lessons import talk_pictures
from lessons.talk import State, Talk
from lessons.talk_handout import begins, clock, shown, summary
from lessons.text import sections
from lessons.ui.layout.cite import address
from lessons.ui.layout.plain import plain

WORDS = sections("talk")
STYLE = """<style>
.talk { width: 100%; border-collapse: collapse; font-size: 0.95rem }
.talk th, .talk td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem 0.35rem 0 }
.talk tr + tr td { border-top: 1px solid rgba(128, 128, 128, 0.3) }
.talk img { width: min(9rem, 22vw); border: 1px solid rgba(128, 128, 128, 0.3) }
.talk a { color: light-dark(#0059A8, #56B4E9) }
.talk .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
</style>"""


def draw(talk: Talk) -> None:
    """Its title and length, and the table; a state's link opens it on a stage."""
    st.markdown(f"**{plain(talk.title)}** · {summary(talk)}")
    head = "".join(f"<th>{escape(name.strip())}</th>" for name in WORDS["columns"].split("|"))
    rows = "".join(_row(talk, number, *times) for number, times in enumerate(pairwise(begins(talk)), 1))
    st.html(f"{STYLE}<table class='talk'><tr>{head}</tr>{rows}</table>")


def _picture(state: State) -> str:
    """The picture of a state, if one has been made; the words beside it say what it shows."""
    place = talk_pictures.address(state)
    return f"<img src='{escape(address(f'/{place}'))}' alt='' loading='lazy'>" if place else ""


def _row(talk: Talk, number: int, begin: int, end: int) -> str:
    state = talk.states[number - 1]
    return (
        f"<tr><td class='number'>{number}</td><td>{_picture(state)}</td>"
        f"<td><a href='{escape(address(talk.link(number)))}'>{escape(state.sees)}</a><br>{escape(shown(state))}</td>"
        f"<td class='number'>{clock(end - begin)}</td><td class='number'>{clock(end)}</td></tr>"
    )

"""A talk on paper: all of its states as one HTML file that needs nothing else and prints on A4; and as a list of
links."""

import base64
from html import escape
from itertools import accumulate
from pathlib import Path

from lessons import paper
from lessons.catalog import HOME, LESSONS
from lessons.quantity import counted
from lessons.talk import LAB, PICTURE, State, Talk
from lessons.text import sections
from lessons.text.exercises import exercises

WORDS = sections("talk")
TITLES = {lesson.path: lesson.title for lesson in (HOME, *LESSONS)}


def clock(seconds: int) -> str:
    """Minutes and seconds: 1:05."""
    return f"{seconds // 60}:{seconds % 60:02}"


def begins(talk: Talk) -> list[int]:
    """When each state begins, in seconds; last, when the talk ends."""
    return [*accumulate((state.seconds for state in talk.states), initial=0)]


def summary(talk: Talk) -> str:
    """How many states a talk has, and how long it is."""
    states = counted(len(talk.states), WORDS["one state"], WORDS["several states"])
    return WORDS("summary", states=states, time=clock(talk.seconds))


def shown(state: State) -> str:
    """The lesson of a state, and what of it is shown where that is not its lab."""
    title = TITLES[state.lesson]
    if state.shows == LAB:
        return title
    if state.shows == PICTURE:
        return WORDS("asks the room", title=title)
    return WORDS("exercise of", title=title, exercise=exercises(state.lesson)[state.shows].title)


def html(talk: Talk, server: str) -> str:
    """The handout. `server`: how its links begin, as `https://ants.example`."""
    return paper.page(
        "handout",
        talk.title,
        summary=escape(summary(talk)),
        states="".join(_state(talk, number, server) for number in range(1, len(talk.states) + 1)),
        footer=escape(WORDS["handout: footer"]),
    )


def links(talk: Talk, server: str) -> str:
    """A line a state: its number, when it begins, its link, and what is seen there."""
    lines = (
        f"{number:3}  {clock(begin):>5}  {server}{talk.link(number)}  {state.sees}"
        for number, (state, begin) in enumerate(zip(talk.states, begins(talk), strict=False), 1)
    )
    return "\n".join([talk.title, "", *lines, ""])


def _state(talk: Talk, number: int, server: str) -> str:
    state, link = talk.states[number - 1], escape(server + talk.link(number))
    times = WORDS("handout: times", begin=clock(begins(talk)[number - 1]), seconds=state.seconds)
    return (
        f"<section><h2>{number}. {escape(state.sees)}</h2>{_picture(state.picture, state.sees)}"
        f"<p>{escape(state.says)}</p><footer>{escape(shown(state))} · {escape(times)} · "
        f'<a href="{link}">{link}</a></footer></section>'
    )


def _picture(file: Path, sees: str) -> str:
    """The picture of a state as part of the page; nothing where none has been made."""
    if not file.exists():
        return ""
    return f'<img src="data:image/webp;base64,{base64.b64encode(file.read_bytes()).decode()}" alt="{escape(sees)}">'

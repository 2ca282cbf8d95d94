"""A run that a member of a class posts from a lesson: this server measures it, and shows it on the board."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lessons.classroom import student
from lessons.classroom.activities import BOARD
from lessons.classroom.opening import Key
from lessons.classroom.participation import Participation, participation
from lessons.classroom.refusal import Refused
from lessons.database import NoDatabase
from lessons.experiment import Experiment, Trained, trained_as
from lessons.jobs import ask
from lessons.live.hub import HUB
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.plain import plain
from lessons.ui.state.classes import key_now
from lessons.ui.state.drawing import in_callback, wait_for
from lessons.ui.state.lab import follows, lab
from lessons.ui.state.visit import visitor

WORDS = sections("activities")
PLACE = "class_posts"  # key of this part of the page
POSTINGS = "class_postings"
log = logging.getLogger(__name__)


@dataclass
class Posting:
    """A run that this visit posts, to a board by its number, as it was begun (ms since 1970); `said`: what came of it,
    once that is known."""

    board: int
    begun: int
    run: Experiment
    said: str = ""
    refused: bool = False


def offers(now: Callable[[], Experiment | None]) -> None:
    """The way to post the run that a lab shows, which `now` gives, to the board of the class that this browser is in.
    Those in no class are shown nothing."""
    if not (key := key_now("member")):
        return

    def draw() -> None:
        follows(PLACE)
        mine = _on_the_board(key)
        board = mine.activity if mine and mine.is_open else None
        with st.container():
            if mine and mine.is_open:
                _offer(key, mine, now)
            elif mine and mine.frozen:
                st.caption(WORDS["frozen"])
        with st.container(key="look_board"):
            data = {"code": key.code, "shows": "board", "drawn": board}
            browser.class_news(key="board", data=data, on_news_change=lambda: None)

    lab(draw, PLACE)


def _on_the_board(key: Key) -> Participation | None:
    """What a member has of the board of their class; None where the class does something else."""
    try:
        mine = participation(*key)
    except (Refused, NoDatabase) as error:  # a class that is no more
        log.info("%s", error)
        return None
    return mine if mine and mine.kind == BOARD else None


def _offer(key: Key, mine: Participation, now: Callable[[], Experiment | None]) -> None:
    """A button, and what came of the run that was posted, while the lab shows it, until its teacher begins again."""
    run, posting = now(), _postings().get(key)
    if posting and (posting.board, posting.begun, posting.run) == (mine.activity, mine.begun, run):
        _carry_on(key, posting)
        return
    how = {"icon": ":material/emoji_events:", "type": "tertiary", "disabled": run is None}
    st.button(WORDS["post"], on_click=_post, args=(key, mine, now), key="post_to_class", **how)


def _post(key: Key, mine: Participation, now: Callable[[], Experiment | None]) -> None:
    """Callback: have the run that is shown measured and posted, if it fits the board."""
    if run := in_callback(now):
        why = _why_not(run)
        _postings()[key] = Posting(mine.activity, mine.begun, run, why, bool(why))


def _why_not(run: Experiment) -> str:
    """Why a run does not fit the board; nothing where it does."""
    if run.writes or run.adaptations or trained_as(run.source).task != Trained.task:
        return WORDS["another task"]
    return "" if ask.tuned(run) else WORDS["not whole"]


def _carry_on(key: Key, posting: Posting) -> None:
    """Post a run as soon as this server has measured it; where it had done so before, at once: the same experiment has
    the same numbers."""
    ticket = ask.measure(posting.run, urgent=True, payer=visitor()) if not posting.said else None
    if ticket and not ticket.ended:
        wait_for([ticket])
        st.caption(WORDS["measuring mine"])
        return
    if ticket and ticket.error:
        posting.said, posting.refused = plain(ticket.complaint), True
    elif ticket:
        _show(key, posting, ticket.result.measurement)
    st.warning(posting.said) if posting.refused else st.caption(posting.said)


def _show(key: Key, posting: Posting, measured: Measurement) -> None:
    """Show the class a measured run, or note why it is not taken."""
    numbers = {"accuracy": measured["accuracy"].value, "bytes": measured["packed"].value}
    try:
        student.post(*key, posting.board, posting.run, numbers)
    except (Refused, NoDatabase) as error:
        posting.said, posting.refused = str(error), True
    else:
        posting.said = WORDS("on the board", accuracy=measured["accuracy"], size=measured["packed"])
        HUB.tell(key.code)


def _postings() -> dict[Key, Posting]:
    return st.session_state.setdefault(POSTINGS, {})

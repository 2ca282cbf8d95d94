"""What a member does on the page of their class: they train what is dealt to them, and see how far it is."""

import json
import logging
from collections.abc import Mapping, Sequence

import streamlit as st

from lessons.catalog import LESSONS
from lessons.classroom import student
from lessons.classroom.activities import OVERLAYS
from lessons.classroom.deal import Dealt
from lessons.classroom.opening import Key
from lessons.classroom.participation import Participation, participation
from lessons.classroom.refusal import NotHere, Refused
from lessons.database import NoDatabase
from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.ticket import Ticket
from lessons.live.hub import HUB
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.classroom import training
from lessons.ui.state.drawing import Drawing, being_drawn, wait_for
from lessons.ui.state.overlay import Overlay
from lessons.ui.state.rooms import overlay_of
from lessons.ui.state.visit import visitor
from lessons.ui.work import training_panel
from lessons.ui.work.results import failed

WORDS = sections("activities")
PLACE = "own_run"  # key of this part of the page
log = logging.getLogger(__name__)


def draw(key: Key) -> None:
    """Draw what is dealt to the member with this key, a part of the page by itself: it is drawn again when the class
    does something else, and while something of it is under way."""

    @st.fragment(key=PLACE)
    def body() -> None:
        drawing = Drawing(PLACE, PLACE)
        with being_drawn(drawing), st.container(key=f"{PLACE}_now"):
            known = _now(key)
        # below all that comes and goes, where it keeps its place
        data = {"known": known, "waits": bool(drawing.told)}
        browser.activity(key="activity", data=data, on_again_change=_nothing)

    with st.container():
        body()


def _now(key: Key) -> str:
    """Draw what there is now; gives how the activity stood, as the browser has it, too."""
    try:
        mine = participation(*key)
        if mine and mine.kind in OVERLAYS and mine.place is not None:
            overlay = overlay_of(mine.kind)
            its = training.dealt_to(mine, overlay)
            measuring = _finish(key, mine, overlay, its)
            mine = participation(*key) or mine  # what was posted now is known
            with st.container(border=True):
                _draw(key, mine, overlay, its, measuring)
    except (NotHere, NoDatabase) as error:
        log.info("%s", error)
        mine = None
    return json.dumps(mine and [mine.activity, mine.begun, mine.is_open, mine.posted], separators=(",", ":"))


def _finish(key: Key, mine: Participation, overlay: Overlay, its: Dealt) -> Sequence[Ticket]:
    """Measure what a member has trained through, and post it; gives what is still measured."""
    if mine.posted or not (mine.started and mine.is_open and all(map(ask.tuned, overlay.runs(its).values()))):
        return ()
    found = training.measured(overlay, its, visitor())
    if not isinstance(found, training.Contribution):
        return found
    try:
        training.post(key, mine, found)
    except Refused as error:  # it has just ended: what is drawn now says so
        log.info("%s", error)
    return ()


def _draw(key: Key, mine: Participation, overlay: Overlay, its: Dealt, measuring: Sequence[Ticket]) -> None:
    st.markdown(f"**{overlay.title}**  \n{overlay.said(its)}")
    if mine.posted:
        st.markdown(WORDS["yours posted"])
        lesson = next(lesson for lesson in LESSONS if lesson.path == mine.kind)
        icon, settings = ":material/open_in_new:", overlay.settings(its)
        st.page_link(lesson.script, label=overlay.opens, icon=icon, query_params=settings)
    elif not mine.is_open:
        st.caption(WORDS["over"])
    elif not measuring:
        _train(key, mine, overlay.runs(its))
    elif not failed(measuring, WORDS["not posted"]):
        wait_for([ticket for ticket in measuring if not ticket.ended] or measuring)  # all may have ended meanwhile
        st.caption(WORDS["measuring mine"])


def _train(key: Key, mine: Participation, runs: Mapping[float | str, Experiment]) -> None:
    """How far the trainings are that were started, and the way to start them."""
    label, icon = WORDS["train mine"], training_panel.PLAY
    offer = lambda: st.button(label, icon=icon, type="primary", on_click=_start, args=(key, mine, runs))
    named = {str(x): run for x, run in runs.items()} if len(runs) > 1 else runs.values()
    found = training_panel.panel(PLACE, named if mine.started else (), offer)
    if found and all(ask.tuned(run) for run in runs.values()):  # the last has ended since it was looked at
        wait_for(found.values())


def _start(key: Key, mine: Participation, runs: Mapping[float | str, Experiment]) -> None:
    """Callback: note that this member has started, and train what is not there yet."""
    try:
        student.start(*key, mine.activity)
    except (Refused, NoDatabase) as error:  # as above
        log.info("%s", error)
        return
    HUB.tell(key.code)
    training_panel.start([run for run in runs.values() if not ask.tuned(run)])


def _nothing() -> None:
    """Callback: that it is called draws this part of the page again."""

"""The ant a reader carries: kept in a lesson, shown in the sidebar, offered where a lesson begins."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lessons.ant import IMAGES, TEXT, Ant, fits, in_words
from lessons.catalog import Lesson
from lessons.experiment import Experiment, Step
from lessons.progress import ANT
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui.layout.cite import cited
from lessons.ui.layout.presenter import presenting
from lessons.ui.state.drawing import in_callback
from lessons.ui.state.handing import is_old
from lessons.ui.state.kept import keep, kept_below, sends
from lessons.ui.state.lab import follows, lab
from lessons.ui.work import class_board

WORDS = sections("ant")
CARD, KEEPS = "ant_card", "ant_keeps"  # keys of parts of a page
Now = Callable[[], tuple[Experiment, Measurement, Measurement] | None]


def stages(family: str) -> dict[str, Ant]:
    """What a reader has kept of a family of models, by the path of the lesson, the oldest first."""
    return {path: Ant.from_json(value) for path, value in kept_below(f"{ANT}/{family}").items()}


def ant(family: str = IMAGES) -> Ant | None:
    """The model kept last."""
    kept = stages(family)
    return kept[[*kept][-1]] if kept else None


def offered(before: Experiment, steps: Sequence[Step]) -> Ant | None:
    """The ant, where a lesson that begins with this network, and takes such steps, can begin with it instead."""
    mine = ant()
    if not mine or mine.experiment == before or not fits(mine, steps):
        return None
    theirs, ours = mine.experiment.source, before.source
    return mine if (theirs.task, theirs.model) == (ours.task, ours.model) else None


def offer(take: Callable[..., None], *arguments: Any) -> None:
    """A button to begin with the ant; `take` is called with the arguments."""
    st.button(WORDS["start from it"], icon=":material/bug_report:", on_click=take, args=arguments)


def in_use(model: Experiment) -> str:
    """What was done to a model that a lesson begins with."""
    return WORDS("in use", done="; ".join(map(in_words, model.recipe)))


def keeps(lesson: Lesson, now: Now) -> None:
    """The way to keep the model that a lab shows, which `now` gives with what was measured of it, and of what it was
    made from; and to post it to the board of one's class."""
    if presenting():
        return

    def draw() -> None:
        follows(KEEPS)
        shown = now()
        if shown and _mine(lesson, shown[0]):
            st.caption(WORDS["kept here"])
            sends(f"{ANT}/{TEXT if shown[0].writes else IMAGES}/{lesson.path}")
            return
        st.button(
            WORDS["keep"],
            icon=":material/bookmark_add:",
            on_click=_keep,
            args=(lesson, now),
            disabled=not shown,
            type="tertiary",
            help=WORDS["keep: help"],
        )

    lab(draw, KEEPS)
    class_board.offers(lambda: (shown := now()) and shown[0])


def _mine(lesson: Lesson, run: Experiment) -> bool:
    """Whether this is what was kept in a lesson."""
    kept = stages(TEXT if run.writes else IMAGES).get(lesson.path)
    return kept is not None and kept.experiment == run


def _keep(lesson: Lesson, now: Now) -> None:
    if shown := in_callback(now):
        mine = Ant.measured(*shown)
        keep(f"{ANT}/{mine.family}/{lesson.path}", mine.to_json())
        is_old(CARD)


def card() -> None:
    """Draw it in the sidebar: what was kept last of each family."""
    with st.sidebar:
        _card()


@st.fragment(key=CARD)
def _card() -> None:
    with st.container(key="ant"):
        mine = [each for each in (ant(IMAGES), ant(TEXT)) if each]
        if not mine:
            st.caption(cited(WORDS("none", keep=WORDS["keep"])))
        for each in mine:
            quality, size, energy = each.quantities.values()
            done = WORDS("card", origin=each.origin, done="; ".join(each.history))
            numbers = WORDS("numbers", quality=quality, size=size, energy=energy)
            st.markdown(f"**{WORDS['yours']}** {done}  \n{numbers}")

"""The model a page shrinks: the shipped one, or one the reader trains while watching."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import streamlit as st

from lessons import store
from lessons.ant import Ant
from lessons.charts.training import training_curves
from lessons.data import TASKS
from lessons.experiment import BadExperiment, Experiment, Loaded, Source, Step, Trained, made_by, shipped
from lessons.jobs import ask
from lessons.jobs.events import ModelKept, Notice
from lessons.jobs.ticket import Ticket
from lessons.quantity import counted
from lessons.text import sections
from lessons.training.progress import TrainingStep
from lessons.ui.layout import predict
from lessons.ui.layout.figures import row
from lessons.ui.layout.page import Page
from lessons.ui.layout.plain import plain
from lessons.ui.state import model_link, url_write
from lessons.ui.state.rerun import rerun
from lessons.ui.state.visit import visitor
from lessons.ui.state.widgets import aside, choice
from lessons.ui.work import notices, training_panel
from lessons.ui.work.ant import in_use, offer, offered
from lessons.ui.work.progress import SEPARATOR
from lessons.ui.work.training_panel import PLAY, STOP, progress

WORDS = sections("house")
LAST, FOLLOWED = "network used last", "followed link"
SEEDS = 1_000_000
LOOK_EVERY = 0.7  # seconds, while a run is under way
HAD = {"bundled": WORDS["bundled"], "full": WORDS["download"]}  # where training images come from
EPOCHS = {"fashion": Trained.epochs, "digits": 20}  # about 5 s on 2 cores


@dataclass
class Run:
    """A training run this reader watches. `stopped_after`: how many events there were when Stop was pressed."""

    source: Trained
    ticket: Ticket
    stopped_after: int | None = None
    taken_up: bool = False

    @property
    def kept(self) -> Experiment | None:
        """The model this reader gets of the run, once it is there."""
        late = [] if self.stopped_after is None else self.ticket.events[self.stopped_after :]
        kept = next((event for event in late if isinstance(event, ModelKept)), self.ticket.result)
        return kept and kept.experiment

    @property
    def under_way(self) -> bool:
        return self.kept is None and not self.ticket.ended

    @property
    def events(self) -> list[Any]:
        """What it told until Stop was pressed."""
        return self.ticket.events[: self.stopped_after]

    @property
    def steps(self) -> list[TrainingStep]:
        return training_panel.steps(self.events)


@dataclass
class Own:
    """What this visit has of one network on one task: the model in use, the run that was watched last, and
    what was lost."""

    model: Experiment
    run: Run | None = None
    lost: Trained | None = None  # what a link names, and was lost while it was trained


class Situation(NamedTuple):
    """The model in use, and whether a run is being watched."""

    model: Experiment
    watching: bool


def baseline(page: Page, *steps: Step) -> Experiment:
    """Draw the training panel, with the knobs for network and task; give the experiment the page starts from. `steps`:
    such as the page takes from there, which a reader's ant must allow."""
    with aside("model"), st.container(horizontal=True, vertical_alignment="bottom", key="model_row"):
        looks_at = choice(page.task) if page.task else Trained.task
        own = _own(looks_at, _network(page) if page.network else Trained.model)
        _follow_link(own)
        now = _situation(own)
        st.fragment(run_every=LOOK_EVERY if now.watching else None)(_panel)(own, now, steps)
    # a reload comes back to a run under way, and to one that was lost
    named = own.run.source if now.watching else own.lost or now.model.source
    text = model_link.to_text(named) if isinstance(named, Trained) and not now.model.recipe else None
    if text:
        st.session_state[FOLLOWED] = text
    url_write.write(model_link.PARAMETER, text)
    st.session_state[model_link.IN_USE] = now.model
    return now.model


def _network(page: Page) -> str:
    """The network chosen on this page, which other pages will begin with."""
    _bring_along(page)
    st.session_state[LAST] = choice(page.network)
    return st.session_state[LAST]


def _bring_along(page: Page) -> None:
    """The network used on another page comes along, unless the address says something of this page."""
    name = page.network.name
    ours = [knob.name for knob in page.knobs] + ([predict.PARAMETER] if page.guesses else [])
    said = any(asked in ours for asked in st.query_params)
    if name not in st.session_state and not said and LAST in st.session_state:
        st.session_state[name] = st.query_params[name] = st.session_state[LAST]


def _own(task: str, network: str) -> Own:
    return st.session_state.setdefault(model_link.OWN, {}).setdefault((task, network), Own(shipped(network, task)))


def _situation(own: Own) -> Situation:
    """What the page depends on; a run that has come to its end hands over its model here."""
    run = own.run
    if run and run.kept and not run.taken_up:
        own.model, run.taken_up = run.kept, True
        if run.kept.source.data != run.source.data:  # the download failed: next time it may not
            run.ticket.pool.forget(run.ticket)
    return Situation(own.model, run is not None and run.under_way)


def _panel(own: Own, then: Situation, steps: Sequence[Step]) -> None:
    if _situation(own) != then:
        rerun()  # of the page: only that starts or stops the clock, and hands the new model to the lab
    run = own.run
    with st.container(key="training_panel"):
        if run and run.under_way:
            _progress(own, run)
        else:
            notices.say_where_weights_are_kept()
            if own.lost:
                notices.say_lost()
                st.button(WORDS["try again"], on_click=_start, args=(own, own.lost), key="train what was lost")
            _controls(own, offered(own.model, steps))
        if run:
            _history(own, run)


def _progress(own: Own, run: Run) -> None:
    if run.stopped_after is None:
        run.ticket.seen(visitor())
    told = run.steps
    rate = (
        SEPARATOR + WORDS("training rate", seconds=told[-1].seconds, rate=told[-1].step / told[-1].seconds)
        if told
        else ""
    )
    progress(run.ticket, told, rate)
    st.button(
        WORDS["stopping"] if run.stopped_after is not None else WORDS["stop and keep"],
        icon=STOP,
        on_click=_stop,
        args=(own,),
        disabled=run.stopped_after is not None,
    )


def _history(own: Own, run: Run) -> None:
    for event in run.ticket.events:
        if isinstance(event, Notice):
            st.warning(plain(event.text))
    if run.ticket.state == "failed":
        st.error(plain(run.ticket.complaint), title=WORDS["training failed, model kept"])
        st.button(WORDS["try again"], on_click=_start, args=(own, run.source), key="train again")
    elif (steps := run.steps) and run.under_way:
        row("training", *training_curves(steps, steps[-1].total))
    elif steps:
        with st.expander(WORDS["how trained"]):
            row("training", *training_curves(steps, steps[-1].total))


def _described(model: Experiment) -> str:
    source = model.source
    if model.recipe:
        return in_use(model)
    if isinstance(source, Loaded):
        epochs = counted(made_by(source.checkpoint).epochs, "epoch")
        return WORDS("shipped", epochs=epochs)
    stopped = WORDS("stopped at", step=source.stopped_at, steps=source.steps) if source.stopped_at else ""
    images = WORDS("on all images", images=source.examples) if source.data == "full" else ""
    how = {"seed": source.seed, "epochs": counted(source.epochs, "epoch"), "images": images, "stopped": stopped}
    return WORDS("trained here", **how)


def _controls(own: Own, ant: Ant | None) -> None:
    source = own.model.source
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if isinstance(source, Trained):
            other = replace(source, seed=(source.seed + 1) % SEEDS, stopped_at=None)
            st.button(WORDS["retrain"], icon=PLAY, on_click=_start, args=(own, other))
        else:
            st.button(WORDS["train"], icon=PLAY, on_click=_train, args=(own,))
        with st.popover(WORDS["training settings"]):
            if isinstance(source, Loaded):
                st.markdown(_described(own.model))
            st.number_input(WORDS["seed"], 0, SEEDS - 1, Trained.seed, key="train_seed", persist_state="session")
            st.slider(WORDS["epochs"], 1, 20, EPOCHS[source.task], key=_key("epochs", source), persist_state="session")
            sets = TASKS[source.task].EXAMPLES
            st.radio(
                WORDS["training images"],
                list(sets),
                key=_key("pictures", source),
                format_func=lambda which: f"{sets[which]:,} ({HAD[which]})",
                persist_state="session",
            )
            st.button(WORDS["train with these"], on_click=_train, args=(own,))
        if ant:
            offer(_take_up, own, ant)
        if isinstance(source, Trained) or own.model.recipe:
            st.button(WORDS["back to shipped"], on_click=_back, args=(own,))
            st.caption(_described(own.model))


def _train(own: Own) -> None:
    state, source = st.session_state, own.model.source
    epochs, data = state[_key("epochs", source)], state[_key("pictures", source)]
    _start(own, Trained(source.task, source.model, data, epochs, state.train_seed))


def _key(setting: str, source: Source) -> str:
    """What is set for one task does not move with another."""
    return f"train_{setting}" if source.task == Trained.task else f"train_{setting}_{source.task}"


def _start(own: Own, source: Trained) -> None:
    own.lost = None
    own.run = Run(source, ask.train(source, visitor()))


def _stop(own: Own) -> None:
    run = own.run
    run.stopped_after = len(run.ticket.events)
    run.ticket.pool.leave(run.ticket, visitor())
    if run.ticket.state == "waiting":
        own.run = None


def _take_up(own: Own, ant: Ant) -> None:
    own.model, own.run, own.lost = ant.experiment, None, None


def _back(own: Own) -> None:
    own.model, own.run, own.lost = shipped(own.model.source.model, own.model.source.task), None, None


def _follow_link(own: Own) -> None:
    """Take up the model a link names. A link is followed once: afterwards this visit's own choice counts."""
    asked = st.query_params.get_all(model_link.PARAMETER)
    if len(asked) != 1 or asked[0] == st.session_state.get(FOLLOWED):
        return
    st.session_state[FOLLOWED] = asked[0]
    try:
        source = replace(model_link.from_text(asked[0], own.model.source.task), model=own.model.source.model)
    except BadExperiment:  # the page has said so
        return
    if store.has(Experiment(source).stored_as):
        own.model, own.run = Experiment(source), None
    elif ask.lost(source):
        own.lost = source
    else:
        _start(own, source)

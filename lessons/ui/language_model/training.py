"""A small language model being trained: a button, its loss, what it writes meanwhile, Stop."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lessons import store
from lessons.charts.chart import Chart
from lessons.charts.training import training_curves
from lessons.data.texts import CORPORA
from lessons.experiment import Experiment, Written
from lessons.experiment.language_source import AT_ONCE, CHARACTERS, VOCABULARIES, Tutored, shipped_names
from lessons.jobs import ask, language, recordings
from lessons.jobs.events import TextSample
from lessons.models.written import CONTEXT, PROBED, SIZES
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.plain import plain
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import beside, numbers
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob
from lessons.ui.state.visit import visitor
from lessons.ui.state.widgets import choice, more, pick
from lessons.ui.work import notices
from lessons.ui.work.ask_button import asked
from lessons.ui.work.baseline import Run
from lessons.ui.work.training_panel import PLAY, STOP, progress, steps

WORDS = sections("language-model")
RUN, TRAINED = "language model being trained", "language models trained in this visit"
SAMPLES = 4  # that show
TALL, WRITES = 300, 240  # pixels on a stage, of a chart and of a sample
TILES = {
    WORDS["tile: loss a character"]: "loss a character",
    WORDS["tile: perplexity"]: "perplexity",
    WORDS["tile: file"]: "packed",
}
CORPUS = Knob("language_corpus", WORDS["corpus"], tuple(CORPORA), "names")
STEPS = Knob("language_steps", WORDS["steps"], ("100", "300", "1000", "3000"), "300")
TEACHER = Knob("language_teacher", WORDS["teacher"], ("none", *shipped_names()), "none")
SIZE = Knob("language_size", WORDS["size"], tuple(SIZES), "llama-64x2")
TOKENS = Knob("language_tokens", WORDS["tokens"], VOCABULARIES, CHARACTERS)
START = Knob("language_start", WORDS["start seed"], tuple(map(str, range(6))), "0")
LEARNS = (CORPUS, STEPS, TEACHER, SIZE, TOKENS, START)


def to_learn() -> Written:
    """Draw the knobs: what is to be trained."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        corpus = choice(CORPUS)
        large = corpus in shipped_names()  # a text that has a teacher, and frequent pieces of words
        teacher = choice(TEACHER, large)
        with more():
            steps, size = int(choice(STEPS)), pick(SIZE)
            tokens, seed = choice(TOKENS, large and teacher == TEACHER.default), int(choice(START))
    return _written(corpus, size, steps, seed, teacher, tokens)


def written(values: Mapping[str, str]) -> Written:
    """What is to be trained, by where each knob stands."""
    corpus, size, steps, seed = (values[knob.name] for knob in (CORPUS, SIZE, STEPS, START))
    return _written(corpus, size, int(steps), int(seed), values[TEACHER.name], values[TOKENS.name])


def _written(corpus: str, size: str, steps: int, seed: int, teacher: str, tokens: str) -> Written:
    """A teacher only knows the text it has learnt from."""
    large = corpus in shipped_names()
    tutored = Tutored(teacher) if large and teacher == corpus else None
    return Written(corpus, size, steps, seed, None, tutored, tokens if large and not tutored else CHARACTERS)


def trained_here() -> list[Experiment]:
    """What this visit has trained, the last one last."""
    return st.session_state.setdefault(TRAINED, [])


def learning(source: Written) -> Drawn:
    """The panel that trains this source, with its curves, what it writes, and how well it reads in the end."""
    run: Run | None = st.session_state.get(RUN)
    if run is None and store.has(Experiment(source).stored_as) and Experiment(source) not in trained_here():
        trained_here().append(Experiment(source))  # before a reload, or by somebody else
    kept = run.kept if run else next((each for each in trained_here() if each.source == source), None)
    places, panel = beside()
    with panel.container(border=True, key="learning_panel"):
        if run and run.under_way:
            wait_for([run.ticket])
            if run.stopped_after is None:
                run.ticket.seen(visitor())
            told = run.steps
            progress(run.ticket, told, " " + WORDS("rate so far", rate=f"{_rate(told):,.0f}") if told else "")
            st.button(
                WORDS["stop training"], icon=STOP, on_click=_stop, args=(run,), disabled=run.stopped_after is not None
            )
        else:
            if kept and kept not in trained_here():
                trained_here().append(kept)
            if run and run.ticket.state == "failed":
                st.error(plain(run.ticket.complaint), title=WORDS["training failed"])
                st.button(WORDS["try again"], on_click=_start, args=(run.source,), key="learn again")
            notices.say_where_weights_are_kept()
            if run is None and ask.lost(source):
                notices.say_lost()
            _offer(source, run, kept)
        figures = _curves(source, run)
    with places:
        if figures and run is None:
            read = recordings.find(language.reading, Experiment(source)).result
        else:
            read = kept and asked("trained", WORDS["measure trained"], language.reading, kept, large=False)
        found = {label: read[name] for label, name in TILES.items()} if read else {}
        if found:
            numbers(found)
    return figures, found


def _curves(source: Written, run: Run | None) -> list[Chart]:
    """How the run that is watched goes, over how it went when it was recorded, and what the model wrote meanwhile."""
    recording = recordings.find(language.learning, run.source if run else source)
    told, kept = run.events if run else [], recording.events if recording else ()
    seen, before = steps(told), steps(kept)
    if not (seen or before):
        return []
    figures = training_curves(
        seen, (seen or before)[-1].total, WORDS("test tokens", tokens=f"{PROBED * CONTEXT:,}"), before
    )
    row(language.learning, *figures, tall=TALL)
    _samples(told if seen else kept)
    return list(figures)


def _offer(source: Written, run: Run | None, kept: Experiment | None) -> None:
    if kept is None and run is None and (recording := recordings.find(language.learning, source)):
        notices.say_recorded(recording)
    done = kept and (kept.source == source or run.source == source)
    if done:
        stopped = kept.source.stopped_at
        whole = WORDS("trained: whole", steps=f"{source.steps:,}")
        st.markdown(WORDS("trained: stopped", step=f"{stopped:,}") if stopped else whole)
    st.button(
        WORDS["train again"] if done else WORDS["start training"],
        icon=PLAY,
        type="primary",
        on_click=_start,
        args=(source,),
    )


def _start(source: Written) -> None:
    st.session_state[RUN] = Run(source, ask.learn(source, visitor()))


def _stop(run: Run) -> None:
    run.stopped_after = len(run.ticket.events)
    run.ticket.pool.leave(run.ticket, visitor())
    if run.ticket.state == "waiting":
        st.session_state.pop(RUN)


def _rate(told: list) -> float:
    """Tokens a second."""
    return told[-1].step * AT_ONCE * CONTEXT / told[-1].seconds


def _samples(told: Sequence[Any]) -> None:
    """What it wrote meanwhile, from the first time to the last."""
    samples = [event for event in told if isinstance(event, TextSample)]
    among = sorted({round(at * (len(samples) - 1) / (SAMPLES - 1)) for at in range(SAMPLES)}) if samples else []
    for place, at in zip(st.columns(SAMPLES), among, strict=False):
        sample = samples[at]
        with place:
            st.caption(WORDS("after steps", steps=f"{sample.step:,}"))
            height = WRITES if presenting() else "content"
            st.code(sample.text.strip("\n") or " ", language=None, wrap_lines=True, height=height)

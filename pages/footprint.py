"""Footprint: what one answer of a language model takes, by three methods, and what training it took."""

import streamlit as st

from lessons import ui
from lessons.estimate import accelerator_energy, ecologits, footprint, training, transformer, weight_formats
from lessons.quantity import quotient
from lessons.text import sections
from lessons.ui.footprint import cards, exercises, first_picture, headline_figure, knobs, subjects
from lessons.ui.footprint import charts as footprint_charts
from lessons.ui.state.knob import count

WORDS = sections("footprint")
RAN = [accelerator_energy.joules_per_token, weight_formats.bytes_read, transformer.cache_bytes]
RAN += [ecologits.joules_per_token, training.fitted]


def answer() -> None:
    """The first part: one use."""
    top = st.container()
    page.text("what is counted")
    page.why("three methods")
    page.try_presets()
    what = knobs.asked(top)
    typed = headline(what)
    found = {at: what.by_each(at) for at in knobs.BATCH.options}
    one = {at: every[what.chosen] for at, every in found.items()}
    model = what.model.name if what.told else ""
    drawn = first_picture.frames(one, first_picture.Seen(what.task, what.uses, typed, what.batched, model))
    with top:
        page.opens(lambda: ui.picture(drawn, knobs.BATCH), alone)
    page.about_preset()
    usual = footprint.by_boards(what.with_batch(int(knobs.BATCH.default))) if what.told else None
    ui.hand_on(subjects.USE, subjects.UseAsked(what, usual))

    def frame(at: str) -> ui.Frame:
        scenario, every = what.with_batch(int(at)), found[at]
        emitted, making = footprint.with_making(footprint.emissions(one[at], what.grid), what.chosen, scenario)
        year = footprint.times(one[at], 365 * what.uses, WORDS["uses a year"])
        tiles = {WORDS["one use"]: one[at], WORDS["CO₂e of one use"]: emitted, WORDS["a year"]: year}
        tiles |= {WORDS["methods apart"]: footprint.spread(every.values())} if what.told else {}
        counted = WORDS("with making", making=making) if making else WORDS["without making"]
        notes = {WORDS["CO₂e of one use"]: "; ".join(filter(None, (emitted.band, counted)))}
        staged = [footprint_charts.all_figures(what.task, every, most=5)] if ui.presenting() else []
        return ui.Frame(ui.tiles(tiles, notes), staged)

    if what.told and what.model.context and sum(what.tokens) > what.model.context:
        page.text("beyond its context", model=what.model, tokens=sum(what.tokens))
    if what.impossible:
        page.text("more active than there are", total=what.total)
    frames = {at: frame(at) for at in knobs.BATCH.options}
    ui.headline(frames, knobs.BATCH)
    page.exercise(exercises.TOGETHER, subjects.batch)
    page.exercise(exercises.ENOUGH, subjects.batches)
    page.exercise(exercises.UNIT, subjects.use)
    page.exercise(exercises.REASONING, subjects.use)
    page.exercise(exercises.PREFILL, subjects.use)

    @ui.on_release({knobs.BATCH: knobs.BATCH.options})
    def below(at: str) -> ui.Drawn:
        ui.hand_on("batch", at)
        return drawn[at].charts, frames[at].quantities | found[at]


def headline(what: knobs.AskedUse) -> headline_figure.Headline | None:
    """The figure a reader has typed, and what it is beside its peers, in a sentence."""
    if ui.presenting():
        return None
    above, written = st.container(), knobs.headline()  # below, what is folded would cover it
    with above:
        try:
            typed = headline_figure.read(*written)
        except headline_figure.NotShown as reason:
            page.text(f"headline: {reason}")
            return None
        if typed:
            which, said = typed.compared(what.task)
            page.text(f"headline: {which}", **said)
    return typed


def one_use() -> ui.Drawn:
    """Every figure there is of such a use, and what it is like."""
    what, at = ui.handed(subjects.USE).what, ui.handed("batch")
    every = what.by_each(at)
    page.text("about the figures")
    figure = footprint_charts.all_figures(what.task, every)
    ui.row("figures", figure)
    page.why("about the methods")
    page.text("what it is like")
    cards.everyday(every[what.chosen], what.uses, what.grid)
    return [figure], {}


def run() -> ui.Drawn:
    """The training run behind the model."""
    what, one = ui.handed(subjects.USE)
    page.text("training")
    people = count(ui.slider(knobs.CROWD, one is not None))
    read, chips, flop, energy = ui.hand_on(subjects.RUN, knobs.trained(what))
    figures = [footprint_charts.disclosed_runs(what.model.name, chips, flop.value, energy)]
    tiles = {WORDS["training it"]: energy, WORDS["CO₂e of training"]: footprint.emissions(energy, what.grid)}
    if one:
        a_day = footprint.times(one, people * what.uses, WORDS["uses a day"])
        tiles[WORDS["training's share"]] = training.of_each_use(energy, 365 * people * what.uses)
        tiles[WORDS["overtaken after"]] = training.overtakes_after(energy, a_day)
        figures.append(footprint_charts.use_overtakes(energy, a_day))
    ui.headed(tiles, "training_run", *figures, notes={WORDS["training it"]: training.told(what.model, read, energy)})
    page.text("about training", flop=flop, energy=energy)
    page.why("about the runs")
    return figures, tiles | {WORDS["training compute"]: flop}


def law() -> ui.Drawn:
    """What must be written down of a training, and a draft."""
    what: knobs.AskedUse = ui.handed(subjects.USE).what
    page.text("the law")
    _, chips, flop, energy = ui.hand_on(subjects.RUN, knobs.trained(what))
    page.text("the line", flop=flop, side=cards.side(flop))
    cards.law()
    page.text("draft", model=what.model, energy=energy, flop=flop, chips=chips)
    return [], {WORDS["training compute"]: flop, WORDS["training it"]: energy}


def claims() -> None:
    """Spot the error: three claims, one of them wrong."""
    page.text("spot the error")
    given = ui.choice(knobs.CLAIM)
    if given != knobs.CLAIM.default:
        page.text("you spotted: right" if given == knobs.CLAIM.options[2] else "you spotted: wrong")


def alone() -> ui.Found | None:
    """The answer to this page's question."""
    times = quotient(*(footprint.by_boards(knobs.by_default(batch)) for batch in (1, int(knobs.BATCH.default))))
    return page.nearest(times.value, alone=times)


PARTS = {"one use": one_use, "training": run, "the law": law, "a wrong headline": claims}
page = ui.begin("footprint", *knobs.KNOBS, tries=knobs.PRESETS, guesses=knobs.GUESSES, once=knobs.ONCE)
ui.lab(answer)
subjects.hand_on_default()
part = "" if ui.presenting() else ui.choice(knobs.PART)
if part:
    ui.lab(PARTS[part])
page.exercise(exercises.TRAINING, subjects.training)
page.exercise(exercises.OVERTAKES, subjects.overtaking)
if part:
    ui.workings_of(page, RAN, answer, PARTS[part])
page.end()

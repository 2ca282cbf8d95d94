"""Footprint: what one answer of a language model takes, by three methods, and what training it took."""

from typing import NamedTuple

import streamlit as st

from lessons import facts, ui
from lessons.estimate import accelerator_energy, ecologits, footprint, training, transformer, weight_formats
from lessons.quantity import Quantity, quotient
from lessons.ui.footprint import cards, first_picture, headline_figure, knobs
from lessons.ui.footprint import charts as footprint_charts

RAN = [accelerator_energy.joules_per_token, weight_formats.bytes_read, transformer.cache_bytes]
RAN += [ecologits.joules_per_token, training.fitted]
GUESSES = ("2×", "5×", "20×", "100×", "500×")


class Asked(NamedTuple):
    """What the first part says to the others. `one`: a use by boards at the usual batch, if the model has any."""

    what: knobs.AskedUse
    one: Quantity | None


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
    drawn = first_picture.frames(one, first_picture.Seen(what.task, what.uses, typed, what.batched))
    with top:
        page.opens(lambda: ui.picture(drawn, knobs.BATCH), alone)
    page.about_preset()

    def frame(at: str) -> ui.Frame:
        scenario, every = what.with_batch(int(at)), found[at]
        emitted, making = footprint.with_making(footprint.emissions(one[at], what.grid), what.chosen, scenario)
        tiles = {"One use": one[at], "CO₂e of one use": emitted}
        tiles |= {"A year of use": footprint.times(one[at], 365 * what.uses, "uses a year")}
        tiles |= {"Methods apart": footprint.spread(every.values())} if what.told else {}
        counted = f"{making} for making the hardware" if making else "electricity only"
        notes = {"CO₂e of one use": "; ".join(filter(None, (emitted.band, counted)))}
        return ui.Frame(
            ui.tiles(tiles, notes), [footprint_charts.all_figures(what.task, every, most=5)] if ui.presenting() else []
        )

    if what.told and what.model.context and sum(what.tokens) > what.model.context:
        page.text("beyond its context", model=what.model, tokens=sum(what.tokens))
    if what.impossible:
        page.text("more active than there are", total=what.total)
    frames = {at: frame(at) for at in knobs.BATCH.options}
    ui.headline(frames, knobs.BATCH)
    usual = footprint.by_boards(what.with_batch(int(knobs.BATCH.default))) if what.told else None
    ui.hand_on("asked", Asked(what, usual))

    @ui.on_release({knobs.BATCH: knobs.BATCH.options})
    def below(at: str) -> ui.Drawn:
        ui.hand_on("batch", at)
        return drawn[at].charts, frames[at].quantities | found[at]


def headline(what: knobs.AskedUse) -> headline_figure.Headline | None:
    """The figure a reader has typed, and what it is beside its peers, in a sentence."""
    if ui.presenting():
        return None
    try:
        typed = headline_figure.read(*knobs.headline())
    except headline_figure.NotShown as reason:
        page.text(f"headline: {reason}")
        return None
    if typed:
        which, said = typed.compared(what.task)
        page.text(f"headline: {which}", **said)
    return typed


def one_use() -> ui.Drawn:
    """Every figure there is of such a use, and what it is like."""
    what, at = ui.handed("asked").what, ui.handed("batch")
    every = what.by_each(at)
    page.text("about the figures")
    figure = footprint_charts.all_figures(what.task, every)
    ui.row("figures", figure)
    page.why("about the methods")
    page.text("what it is like")
    used = {
        who: footprint.times(every[what.chosen], what.uses * many, "a day") for who, many in footprint.PEOPLE.items()
    }
    cards.everyday(used, what.grid)
    return [figure], {}


def run() -> ui.Drawn:
    """The training run behind the model."""
    asked: Asked = ui.handed("asked")
    page.text("training")
    people = int(ui.slider(knobs.CROWD, asked.one is not None).replace(",", ""))
    read, _, flop, energy = knobs.trained(asked.what)
    name, uses = asked.what.model.name, asked.what.uses
    figures = [footprint_charts.disclosed_runs(name, flop.value, energy)]
    tiles = {"Training it": energy, "CO₂e of training": footprint.emissions(energy, asked.what.grid)}
    if asked.one:
        a_day = footprint.times(asked.one, people * uses, "uses a day")
        tiles["Training's share in a use"] = training.of_each_use(energy, 365 * people * uses)
        tiles["Use overtakes it after"] = training.overtakes_after(energy, a_day)
        figures.append(footprint_charts.use_overtakes(energy, a_day))
    ui.headed(tiles, "training_run", *figures, notes={"Training it": training.told(asked.what.model, read, energy)})
    page.text("about training", flop=flop, energy=energy)
    page.why("about the runs")
    return figures, tiles | {"Training compute": flop}


def law() -> ui.Drawn:
    """What must be written down of a training, and a draft."""
    what: knobs.AskedUse = ui.handed("asked").what
    page.text("the law")
    _, chips, flop, energy = knobs.trained(what)
    page.text(f"the line: {training.side_of(facts.figure('ai_act_compute').value, flop)}", flop=flop)
    cards.law()
    page.text("draft", model=what.model, energy=energy, flop=flop, chips=chips)
    return [], {"Training compute": flop, "Training it": energy}


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
page = ui.begin("footprint", *knobs.ALL, tries=knobs.PRESETS, guesses=GUESSES)
ui.lab(answer)
if not ui.presenting():
    part = ui.choice(knobs.PART)
    ui.lab(PARTS[part])
    ui.workings_of(page, RAN, answer, PARTS[part])
page.end()

"""Footprint: what one answer of a language model takes, by three methods, and what training it took."""

from typing import NamedTuple

import streamlit as st

from lessons import charts, facts, ui
from lessons.estimate import accelerator_energy, ecologits, footprint, training, transformer, weight_formats
from lessons.facts.architectures import Architecture, models
from lessons.quantity import Quantity
from lessons.ui.footprint import cards, knobs
from lessons.ui.footprint import charts as footprint_charts

PRESETS = (
    ui.Preset("A small model", {knobs.MODEL: "Llama 3.1 8B"}),
    ui.Preset("Let it think", {knobs.TASK: "reasoning"}),
    ui.Preset("Alone on the board", {knobs.BATCH: "1"}),
    ui.Preset("Break it", {knobs.MODEL: "Llama 3.1 405B", knobs.METHOD: "older EcoLogits"}),
    ui.Preset("A video", {knobs.TASK: "video"}),
)
RAN = [accelerator_energy.joules_per_token, weight_formats.bytes_read, transformer.cache_bytes]
RAN += [ecologits.joules_per_token, training.fitted]
GUESSES = ("2×", "5×", "20×", "100×", "500×")


class Asked(NamedTuple):
    """What the first part says to the second. `one`: a use by boards at the usual batch, if the model has any."""

    model: Architecture
    one: Quantity | None
    uses: int
    grid: facts.ElectricityGrid
    pue: facts.Figure


def answer() -> None:
    """The first part: one use."""
    what = knobs.asked()
    page.about_preset()
    model, tokens, told, grid, pue, uses = what.model, what.tokens, what.told, what.grid, what.pue, what.uses
    seen, boundaries = footprint.published(what.task, most=5 if ui.presenting() else None)

    def by(at: str) -> tuple[footprint.Scenario, dict[str, Quantity]]:
        scenario = what.with_batch(int(at))
        return scenario, footprint.by_all(scenario) if told else {"a measured run": footprint.of_medium(what.task, pue)}

    found = {at: by(at) for at in knobs.BATCH.options}
    one = {at: every[what.method if told else "a measured run"] for at, (_, every) in found.items()}

    def frame(at: str) -> ui.Frame:
        scenario, every = found[at]
        emitted, making = footprint.with_making(
            footprint.emissions(one[at], grid), what.method if told else "", scenario
        )
        year = footprint.times(one[at], 365 * uses, "uses a year")
        tiles = {"One use": one[at], "CO₂e of it": emitted, "A year of it": year}
        tiles |= {"Methods apart": footprint.spread(every.values())} if told else {}
        counted = f"{making} of it: making the hardware" if making else "electricity only"
        notes = {"CO₂e of it": "; ".join(filter(None, (emitted.band, counted)))}
        drawn = charts.ranges(
            "One use, by each method and as published", "energy of a use (Wh)", every | seen, boundaries
        )
        return ui.Frame(ui.tiles(tiles, notes), [drawn])

    if told and model.context and sum(tokens) > model.context:
        page.text("beyond its context", model=model, tokens=sum(tokens))
    if what.impossible:
        page.text("more active than there are", total=what.total)
    frames = {at: frame(at) for at in knobs.BATCH.options}
    ui.headline(frames, knobs.BATCH)
    page.text("about the methods")
    usual = footprint.by_boards(found[knobs.BATCH.default][0]) if told else None
    ui.hand_on("asked", Asked(model, usual, uses, grid, pue))

    @ui.on_release({knobs.BATCH: knobs.BATCH.options})
    def everyday(at: str) -> ui.Drawn:
        if not ui.presenting():
            used = {who: footprint.times(one[at], uses * many, "a day") for who, many in footprint.PEOPLE.items()}
            cards.everyday(used, grid)
        return frames[at].charts, frames[at].quantities | found[at][1]


def run() -> ui.Drawn:
    """The second part: the training run behind the model."""
    asked: Asked = ui.handed("asked")
    page.text("training")
    crowd = int(ui.slider(knobs.CROWD, asked.one is not None).replace(",", ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tokens, chips = ui.slider(knobs.TOKENS), ui.choice(knobs.CHIPS)
    read = None if tokens == knobs.TOKENS.default else float(tokens) * 1e12
    flop = training.flop_of(asked.model, read)
    energy = training.energy_of(flop, chips, asked.pue)
    figures = [footprint_charts.disclosed_runs(asked.model.name, flop.value, energy)]
    tiles = {"Training it": energy, "CO₂e of training": footprint.emissions(energy, asked.grid)}
    if asked.one:
        a_day = footprint.times(asked.one, crowd * asked.uses, "uses a day")
        tiles["Its share in a use"] = training.of_each_use(energy, 365 * crowd * asked.uses)
        tiles["Use overtakes it after"] = training.overtakes_after(energy, a_day)
        figures.append(footprint_charts.use_overtakes(energy, a_day))
    ui.headed(tiles, "training_run", *figures, notes={"Training it": training.told(asked.model, read, energy)})
    page.text("about training", flop=flop, energy=energy)
    claims()
    law(asked.model, flop, energy, chips)
    return figures, tiles | {"Training compute": flop}


def law(model: Architecture, flop: Quantity, energy: Quantity, chips: str) -> None:
    """What must be written down of it, and a draft."""
    page.text("the law")
    page.text(f"the line: {training.side_of(facts.figure('ai_act_compute').value, flop)}", flop=flop)
    cards.law()
    page.text("draft", model=model, energy=energy, flop=flop, chips=chips)


def claims() -> None:
    """Spot the error: three claims, one of them wrong."""
    page.text("spot the error")
    given = ui.choice(knobs.CLAIM)
    spotted = given == knobs.CLAIM.options[2]
    if given != knobs.CLAIM.default:
        page.text("you spotted: right" if spotted else "you spotted: wrong")


page = ui.begin(
    "footprint", *knobs.ASKED, knobs.CROWD, knobs.TOKENS, knobs.CHIPS, knobs.CLAIM, tries=PRESETS, guesses=GUESSES
)
page.text("what is counted")
fits = ecologits.refit(models()[knobs.MODEL.default], facts.figure(knobs.PUES[knobs.PUE.default]))
page.predict(lambda: page.nearest(fits.value, fits=fits))
page.try_presets()


ui.lab(answer)
if not ui.presenting():
    ui.lab(run)
    ui.workings_of(page, RAN, answer, run)
page.end()

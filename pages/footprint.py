"""Footprint: what one answer of a language model takes, by three methods, and what training it took."""

from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from lessons import charts, facts, ui
from lessons.estimate import accelerator_energy, ecologits, footprint, training, transformer, weight_formats
from lessons.facts.architectures import Architecture, models
from lessons.quantity import Quantity
from lessons.ui.footprint import cards
from lessons.ui.footprint import charts as footprint_charts

BY_HAND = "by hand"
MODEL = ui.Knob("footprint_model", "Model", (*models(), BY_HAND), "Llama 3.1 70B")
TASK = ui.Knob("footprint_task", "Task", (*footprint.TASKS, *footprint.MEDIA, BY_HAND), "chat")
METHOD = ui.Knob("footprint_method", "Method", tuple(footprint.METHODS), "boards")
BATCH = ui.Knob("footprint_batch", "Answers at once on one set of boards", tuple(str(2**n) for n in range(10)), "64")
BOARD = ui.Knob("footprint_board", "Board", tuple(accelerator_energy.usable()), next(iter(accelerator_energy.usable())))
DTYPE = ui.Knob("footprint_dtype", "Weights as", weight_formats.DTYPES, weight_formats.NATIVE)
GRID = ui.Knob("footprint_grid", "Grid", tuple(facts.grids()), "Germany")
PUES = {"Google": "pue_google", "Microsoft": "pue_microsoft", "Amazon": "pue_aws", "survey mean": "pue_survey"}
PUE = ui.Knob("footprint_pue", "Building", tuple(PUES), "Microsoft")
LENGTHS = ("1", "10", "30", "100", "300", "1000", "3000", "10000", "100000")
PROMPT = ui.Knob("footprint_prompt", "Prompt tokens", LENGTHS, "300")
OUTPUT = ui.Knob("footprint_output", "Output tokens", LENGTHS, "300")
SIZES = ("0.1", "0.3", "1", "3", "8", "20", "40", "70", "200", "400", "700", "1000", "2000")
TOTAL = ui.Knob("footprint_total", "Parameters (10⁹)", SIZES, "70")
ACTIVE = ui.Knob("footprint_active", "of them active (10⁹)", SIZES, "70")
USES = ui.Knob("footprint_uses", "Uses a day and person", ("1", "3", "10", "30", "100", "300"), "10")
CROWD = ui.Knob("footprint_crowd", "People who use it", tuple(f"{10**n:,}" for n in range(2, 10)), "100,000,000")
READ = ("as listed", "0.3", "1", "2", "5", "10", "15", "40")
TOKENS = ui.Knob("footprint_tokens", "Training tokens (10¹²)", READ, READ[0])
CHIPS = ui.Knob("footprint_chips", "Trained on", tuple(training.FITTED), "H100")
CLAIM = ui.Knob("footprint_claim", "Which is wrong?", ("not yet", "first", "second", "third"), "not yet")
ASKED = (MODEL, TASK, METHOD, BATCH, BOARD, DTYPE, GRID, PUE, PROMPT, OUTPUT, TOTAL, ACTIVE, USES)
PRESETS = (
    ui.Preset("A small model", {MODEL: "Llama 3.1 8B"}),
    ui.Preset("Let it think", {TASK: "reasoning"}),
    ui.Preset("Alone on the board", {BATCH: "1"}),
    ui.Preset("Break it", {MODEL: "Llama 3.1 405B", METHOD: "older EcoLogits"}),
    ui.Preset("A video", {TASK: "video"}),
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


def answer() -> ui.Drawn:
    """The first part: one use."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = ui.choice(TASK)
        told = task not in footprint.MEDIA  # by tokens; a picture or a video is one measured run
        method, name = ui.choice(METHOD, told), ui.pick(MODEL)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ours = told and method == METHOD.default
        batch = ui.slider(BATCH, ours)
        with ui.more():
            hardware, dtype, pue = ui.pick(BOARD, ours), ui.choice(DTYPE, ours), facts.figure(PUES[ui.choice(PUE)])
            grid, uses = facts.grids()[ui.pick(GRID)], int(ui.choice(USES))
            prompt, output = ui.slider(PROMPT, task == BY_HAND), ui.slider(OUTPUT, task == BY_HAND)
            total, active = ui.slider(TOTAL, name == BY_HAND), ui.slider(ACTIVE, name == BY_HAND)
    page.about_preset()
    model = footprint.by_hand(float(total) * 1e9, float(active) * 1e9) if name == BY_HAND else models()[name]
    tokens = footprint.TASKS.get(task, footprint.UseTokens(int(prompt), int(output)))
    scenario = footprint.Scenario(model, tokens, facts.boards()[hardware], dtype, int(batch), pue)
    found = footprint.by_all(scenario) if told else {"a measured run": footprint.of_medium(task, pue)}
    one = found[method] if told else found["a measured run"]
    year = footprint.times(one, 365 * uses, "uses a year")
    emitted, making = footprint.with_making(footprint.emissions(one, grid), method if told else "", scenario)
    tiles = {"One use": one, "CO₂e of it": emitted, "A year of it": year}
    tiles |= {"Methods apart": footprint.spread(found.values())} if told else {}
    if told and model.context and sum(tokens) > model.context:
        page.text("beyond its context", model=model, tokens=sum(tokens))
    if name == BY_HAND and float(active) > float(total):
        page.text("more active than there are", total=total)
    seen, boundaries = footprint.published(task, most=5 if ui.presenting() else None)
    figure = charts.ranges("One use, by each method and as published", "energy of a use (Wh)", found | seen, boundaries)
    counted = f"{making} of it: making the hardware" if making else "electricity only"
    ui.headed(tiles, "use", figure, notes={"CO₂e of it": "; ".join(filter(None, (emitted.band, counted)))})
    page.text("about the methods")
    if not ui.presenting():
        used = {who: footprint.times(one, uses * many, "a day") for who, many in footprint.PEOPLE.items()}
        cards.everyday(used, grid)
    usual = footprint.by_boards(replace(scenario, batch=int(BATCH.default))) if told else None
    ui.hand_on("asked", Asked(model, usual, uses, grid, pue))
    return [figure], tiles | found


def run() -> ui.Drawn:
    """The second part: the training run behind the model."""
    asked: Asked = ui.handed("asked")
    page.text("training")
    crowd = int(ui.slider(CROWD, asked.one is not None).replace(",", ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tokens, chips = ui.slider(TOKENS), ui.choice(CHIPS)
    read = None if tokens == TOKENS.default else float(tokens) * 1e12
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
    given = ui.choice(CLAIM)
    spotted = given == CLAIM.options[2]
    if given != CLAIM.default:
        page.text("you spotted: right" if spotted else "you spotted: wrong")


page = ui.begin("footprint", *ASKED, CROWD, TOKENS, CHIPS, CLAIM, tries=PRESETS, guesses=GUESSES)
page.text("what is counted")
fits = ecologits.refit(models()[MODEL.default], facts.figure(PUES[PUE.default]))
page.predict(lambda: page.nearest(fits.value, fits=fits))
page.try_presets()


ui.lab(answer)
if not ui.presenting():
    ui.lab(run)
    ui.workings_of(page, RAN, answer, run)
page.end()

"""Footprint: what one answer of a language model takes, by three methods, and what training it took."""

from math import log

import streamlit as st

from lessons import charts, facts, ui
from lessons.estimate import board, footprint, training
from lessons.quantity import Quantity, show

BY_HAND = "by hand"
MODEL = ui.Knob("footprint_model", "Model", (*facts.models(), BY_HAND), "Llama 3.1 70B")
TASK = ui.Knob("footprint_task", "Task", (*footprint.TASKS, *footprint.MEDIA, BY_HAND), "chat")
METHOD = ui.Knob("footprint_method", "Method", tuple(footprint.METHODS), "boards")
BATCH = ui.Knob("footprint_batch", "Answers at once on one set of boards", tuple(str(2**n) for n in range(10)), "64")
BOARD = ui.Knob("footprint_board", "Hardware", tuple(board.usable()), next(iter(board.usable())))
DTYPE = ui.Knob("footprint_dtype", "Weights as", tuple(board.WEIGHTS), "bf16")
GRID = ui.Knob("footprint_grid", "Grid", tuple(facts.grids()), "Germany")
PUES = {"Google": "pue_google", "Microsoft": "pue_microsoft", "Amazon": "pue_aws", "survey mean": "pue_survey"}
PUE = ui.Knob("footprint_pue", "Building (PUE)", tuple(PUES), "Microsoft")
LENGTHS = ("1", "10", "30", "100", "300", "1000", "3000", "10000", "100000")
PROMPT = ui.Knob("footprint_prompt", "Prompt tokens", LENGTHS, "300")
OUTPUT = ui.Knob("footprint_output", "Output tokens", LENGTHS, "300")
SIZES = ("0.1", "0.3", "1", "3", "8", "20", "40", "70", "200", "400", "700", "1000", "2000")
TOTAL = ui.Knob("footprint_total", "Parameters (10⁹)", SIZES, "70")
ACTIVE = ui.Knob("footprint_active", "of them active (10⁹)", SIZES, "70")
USES = ui.Knob("footprint_uses", "Uses a day and person", ("1", "3", "10", "30", "100", "300"), "10")
CROWD = ui.Knob("footprint_crowd", "People who use it", tuple(f"{10**n:,}" for n in range(2, 10)), "100,000,000")
TOKENS = ui.Knob("footprint_tokens", "Training tokens (10¹²)", ("0.3", "1", "2", "5", "10", "15", "20", "40"), "15")
CHIPS = ui.Knob("footprint_chips", "Trained on", tuple(training.FITTED), "H100")
CLAIM = ui.Knob("footprint_claim", "Which is wrong?", ("not yet", "first", "second", "third"), "not yet")
ASKED = (MODEL, TASK, METHOD, BATCH, BOARD, DTYPE, GRID, PUE, PROMPT, OUTPUT, TOTAL, ACTIVE, USES)
PRESETS = (
    ui.Preset("A small model", {MODEL.name: "Llama 3.1 8B"}),
    ui.Preset("Let it think", {TASK.name: "reasoning"}),
    ui.Preset("Alone on the board", {BATCH.name: "1"}),
    ui.Preset("Break it", {MODEL.name: "Llama 3.1 405B", METHOD.name: "older EcoLogits"}),
    ui.Preset("A video", {TASK.name: "video"}),
)
GUESSES = ("2×", "5×", "20×", "100×", "500×")


def answer() -> tuple[facts.Model, Quantity, facts.Grid]:
    """The first part: one use. Gives the model, the energy of a use, and the grid."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, task, method = ui.pick(MODEL), ui.choice(TASK), ui.choice(METHOD)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batch = ui.slider(BATCH)
        with ui.more():
            ours = method == METHOD.default
            hardware, dtype, pue = ui.pick(BOARD, ours), ui.choice(DTYPE, ours), facts.figure(PUES[ui.choice(PUE)])
            grid, uses = facts.grids()[ui.pick(GRID)], int(ui.choice(USES))
            prompt, output = ui.slider(PROMPT, task == BY_HAND), ui.slider(OUTPUT, task == BY_HAND)
            total, active = ui.slider(TOTAL, name == BY_HAND), ui.slider(ACTIVE, name == BY_HAND)
    page.about_preset()
    model = footprint.by_hand(float(total) * 1e9, float(active) * 1e9) if name == BY_HAND else facts.models()[name]
    tokens = footprint.TASKS.get(task, footprint.Task(int(prompt), int(output)))
    scenario = footprint.Scenario(model, tokens, facts.boards()[hardware], dtype, int(batch), pue)
    media = task in footprint.MEDIA
    found = {"measured on a board": footprint.of_medium(task, pue)} if media else footprint.by_all(scenario)
    one = next(iter(found.values())) if media else found[method]
    tiles = {
        "One use": one,
        "CO₂e of it": footprint.emissions(one, grid),
        "A year of it": footprint.times(one, 365 * uses, "uses a year"),
        "Methods apart": footprint.spread(found.values()),
    }
    seen, boundaries = footprint.published(task, most=5 if ui.presenting() else None)
    figure = charts.ranges("One use, by each method and as published", "energy of a use (Wh)", found | seen, boundaries)
    at_side, picture = ui.beside()
    with at_side:
        ui.numbers(tiles)
    with picture:
        ui.row("use", figure)
    page.reveal(guess, fits_apart()[0], fits=fits_apart()[1])
    if not ui.presenting():
        page.text("about the methods")
        ui.everyday({who: footprint.times(one, uses * many, "a day") for who, many in footprint.PEOPLE.items()}, grid)
        ran = [board.joules_per_token, board.weights_read, board.kv_bytes, *footprint.METHODS.values()]
        ui.workings(page, ran, [figure], found | tiles)
    return model, one, grid


def fits_apart() -> tuple[str, Quantity]:
    """How far EcoLogits' two fits are apart as the page opens: the nearest answer, and the number."""
    model, first = facts.models()[MODEL.default], facts.boards()[BOARD.default]
    asked = footprint.Scenario(
        model, footprint.TASKS["chat"], first, "bf16", int(BATCH.default), facts.figure("pue_microsoft")
    )
    fits = footprint.spread([footprint.by_ecologits(asked), footprint.by_older_ecologits(asked)])
    return min(GUESSES, key=lambda guess: abs(log(fits.value / float(guess[:-1])))), fits


def run(model: facts.Model, one: Quantity, grid: facts.Grid) -> None:
    """The second part: the training run behind it, and the law."""
    page.text("training")
    crowd = int(ui.slider(CROWD).replace(",", ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tokens, chips = float(ui.slider(TOKENS)) * 1e12, ui.choice(CHIPS)
    flop = training.training_flop(model.params_active, tokens)
    energy = training.training_energy(flop, chips, facts.figure(PUES[PUE.default]))
    a_day = footprint.times(one, crowd * int(USES.default), "uses a day")
    figures = charts.disclosed_runs(model.name, flop, energy), charts.use_overtakes(energy, a_day)
    tiles = {
        "Training it": energy,
        "CO₂e of it": footprint.emissions(energy, grid),
        "Its share in a use": training.of_each_use(energy, 365 * crowd * int(USES.default)),
        "Use overtakes it after": training.overtakes_after(energy, a_day),
    }
    ui.numbers(tiles)
    ui.row("training_run", *figures)
    page.text("about training")
    claims()
    known = model.training_flop or flop
    page.text("the law")
    over = known > facts.figure("ai_act_compute").value
    page.text("the line: over" if over else "the line: under", flop=show(known, "FLOP"))
    ui.law()
    low, high = show(energy.low, "Wh"), show(energy.high, "Wh")
    page.text("draft", model=model.name, energy=energy, low=low, high=high, flop=show(flop, "FLOP"), chips=chips)


def claims() -> None:
    """Spot the error: three claims, one of them wrong."""
    page.text("spot the error")
    given = ui.choice(CLAIM)
    if given != CLAIM.default:
        spotted = given == CLAIM.options[2]
        page.text("you spotted: right" if spotted else "you spotted: wrong")


page = ui.begin("footprint", *ASKED, CROWD, TOKENS, CHIPS, CLAIM, tries=PRESETS, guesses=GUESSES)
page.text("what is counted")
guess = page.predict()
page.try_presets()


@ui.lab
def lab() -> None:
    here = answer()
    if not ui.presenting():
        run(*here)


page.end()

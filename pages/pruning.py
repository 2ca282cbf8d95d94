"""Pruning: which connections can go, and what it really saves."""

from dataclasses import replace

import streamlit as st

from lessons import charts, models, ui
from lessons.experiment import CRITERIA, STRUCTURES, Experiment, shipped
from lessons.jobs import ask
from lessons.quantity import quotient
from lessons.recipes.pruning import Pruning, by_the_scan
from lessons.recorded import lottery
from lessons.shrink.schedule import SCHEDULES

SWEPT = tuple(map(str, (*range(0, 100, 5), 99)))
TUNED = ("0", "50", "70", "80", "90", "95", "99")  # where a curve of fine-tuned networks is measured
SPARSITY = ui.Knob("pruning_sparsity", "Sparsity (% pruned)", tuple(map(str, range(100))), "50")
STRUCTURE = ui.Knob("pruning_structure", "What goes", tuple(STRUCTURES), "weights")
CRITERION = ui.Knob("pruning_criterion", "The lowest by", CRITERIA, "magnitude")
WHEN = ui.Knob("pruning_when", "How", ("one shot", "fine-tuned", "in rounds"), "one shot")
SCOPE = ui.Knob("pruning_scope", "The lowest of", ("network", "each layer", "scan's ratios", "my ratios"), "network")
CHANNELS = ui.Knob("pruning_channels", "Pruned channels are", ("zeroed", "removed"), "zeroed")
HARDWARE = ui.Knob("pruning_hardware", "Hardware", ("ordinary", "skips zeros"), "ordinary")
EPOCHS = ui.Knob("pruning_epochs", "Epochs of fine-tuning in a round", ("1", "2", "5"), "1")
ROUNDS = ui.Knob("pruning_rounds", "Rounds", ("2", "3", "5"), "3")
SCHEDULE = ui.Knob("pruning_schedule", "Sparsity rises", tuple(SCHEDULES), "cubic")
LAYERS = {n: ui.Knob(f"pruning_{n}_layer", "Layer shown", models.LAYERS[n], models.LAYERS[n][0]) for n in models.NAMES}
MINE = {
    name: [
        ui.Knob(f"pruning_{name}_{layer}", f"{layer}, % of the slider", tuple(map(str, range(0, 101, 10))), "100")
        for layer in layers
    ]
    for name, layers in models.LAYERS.items()
}
SEED = ui.Knob("pruning_seed", "Seed of the run here", tuple(map(str, range(100, 110))), "100")
NETWORK = ui.network("pruning")
MORE = (SCOPE, CHANNELS, HARDWARE, EPOCHS, ROUNDS, SCHEDULE, SEED, *LAYERS.values(), *sum(MINE.values(), []))
PRESETS = (
    ui.Preset("Break it", {SPARSITY.name: "90"}),
    ui.Preset("Mend it", {SPARSITY.name: "90", WHEN.name: "in rounds"}),
    ui.Preset("By chance", {SPARSITY.name: "30", CRITERION.name: "random"}),
    ui.Preset("Two of four", {STRUCTURE.name: "2:4"}),
    ui.Preset("Channels out", {STRUCTURE.name: "channels", CHANNELS.name: "removed", WHEN.name: "fine-tuned"}),
    ui.Preset("Skip the zeros", {SPARSITY.name: "80", HARDWARE.name: "skips zeros"}),
)


page = ui.begin(
    "pruning", SPARSITY, STRUCTURE, CRITERION, WHEN, *MORE, network=NETWORK, tries=PRESETS, guesses=SWEPT[8:]
)
page.text("what can go")
baseline = ui.baseline(page)
network = baseline.source.model
other = next(name for name in models.NAMES if name != network)
guess = page.predict()
page.try_presets()


@ui.lab
def lab() -> None:
    at_top = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        structure, criterion, when = ui.choice(STRUCTURE), ui.choice(CRITERION), ui.choice(WHEN)
        free = STRUCTURES[structure] is None
        with ui.more():
            scope = ui.choice(SCOPE, matters=free)
            mine = [int(ui.slider(knob)) for knob in MINE[network]] if scope == "my ratios" else []
            removed = ui.choice(CHANNELS, matters=structure == "channels")
            hardware = ui.choice(HARDWARE)
            epochs = ui.choice(EPOCHS, matters=when != "one shot")
            rounds = ui.choice(ROUNDS, matters=when == "in rounds" and free)
            rising = ui.choice(SCHEDULE, matters=when == "in rounds" and free)
            layer = ui.choice(LAYERS[network])
    with at_top:
        sparsity = ui.slider(SPARSITY, fixed=None if free else str(STRUCTURES[structure]))
    ratios = (lambda percent: tuple(percent * share / 100 for share in mine)) if mine else None
    if scope == "scan's ratios" and not (ratios := by_the_scan(ui.scan(baseline, criterion))):
        return
    gone = structure == "channels" and removed == "removed"
    plain = Pruning(structure, criterion, "global" if scope == "network" else "layer", ratios, removed=gone)
    tuned = replace(plain, epochs=int(epochs), rounds=int(rounds) if when == "in rounds" else 1, schedule=rising)
    how = plain if when == "one shot" else tuned

    def curve(pruned: Pruning, model: Experiment = baseline) -> charts.Curve:
        return ui.curve(ui.tuned({at: pruned.of(model, int(at)) for at in (SWEPT if free else [sparsity])}))

    recipe = how.of(baseline, int(sparsity))
    run = recipe if ui.tuned({sparsity: recipe}) else plain.of(baseline, int(sparsity))
    pair = ui.before_and_after(baseline, run)
    before, now = pair and pair[0].measurement, {sparsity: pair and pair[1].measurement}
    one_shot = curve(plain) | (now if run.trainings == [] else {})
    if when == "one shot":
        there = curve(replace(plain, ratios=None), shipped(other))
        curves = {f"{network}, in use": one_shot, f"{other}, as shipped": there}
    else:
        curves = {when: curve(how) | (now if run.trainings else {}), "one shot": one_shot}
    page.about_preset()
    ui.tune(recipe, [how.of(baseline, int(at)) for at in TUNED if free])
    ahead = (SWEPT, "not measured yet") if when == "one shot" else (TUNED, "not fine-tuned yet")
    axis = "the slider (%)" if mine else "channels pruned (%)" if structure == "channels" else "sparsity (%)"
    sweep = charts.accuracy_sweep(axis, curves, before, guess, SPARSITY.options, *ahead)
    ui.headline(pair, sweep, SPARSITY, "energy_45nm" if hardware == "ordinary" else "energy_45nm_skipping")
    page.verdict(guess, dict(sorted(one_shot.items(), key=lambda at: -int(at[0]))), before)
    if ui.presenting() or not pair:
        return
    recovery = ui.recovery(run) if run.trainings else []
    gaps = charts.gaps(pair[0].layers, pair[1].layers)
    files, sizes = charts.files(pair[1].measurement), charts.bytes_by_sparsity(one_shot | now, axis)
    page.text("about the gaps")
    bars, picture = st.columns(2)
    with bars:
        ui.row("gaps", gaps)
    with picture:
        ui.weights(layer, pair[1].layers[layer])
    page.text("what it saves")
    ui.row("bytes", files, sizes)
    figures = [sweep, *recovery, gaps, files, sizes]
    if kernels := ui.answer(ask.race, run):
        figures.append(charts.ranges("Time by kernel", "seconds", kernels, badge="measured"))
        page.text("about the kernels")
        macs, times = [outcome.measurement["macs"] for outcome in pair], pair[1].timing
        ui.numbers({"MACs, before ÷ after": quotient(*macs), "Time, before ÷ after": quotient(*times)})
        ui.row("kernels", figures[-1])
    ui.details(page, run, pair, how.techniques, figures)


if ui.presenting():
    st.stop()


@ui.lab
def scan() -> None:
    page.text("the scan")
    ui.row("scan", charts.sensitivity(models.LAYERS[network], ui.scan(baseline, CRITERION.default)))


@ui.lab
def ticket() -> None:
    page.text("the ticket")
    seen = {kind: lottery.accuracy(kind) for kind in lottery.KINDS}
    seed = int(ui.pick(SEED))
    again = {kind: lottery.tickets(kind, seed) for kind in ("rewound", "random")}
    ui.tune(again["rewound"][lottery.SPARSITIES[-1]], [*again["random"].values()], "Run it again here", every=True)
    found = {kind: ui.curve(ui.tuned(recipes)) for kind, recipes in again.items()}
    ui.row("ticket", charts.tickets(seen, lottery.unpruned(), found, seed))
    rewound, random, tuned = (seen[kind][94] for kind in ("rewound", "random", "fine-tuned"))
    page.text("about the ticket", rewound=rewound, band=rewound.band, random=random, tuned=tuned)


page.end()

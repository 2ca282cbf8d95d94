"""Pruning: which connections can go, and what it really saves."""

from dataclasses import replace

import streamlit as st

from lessons import charts, models, ui
from lessons.experiment import STRUCTURES, Experiment, shipped
from lessons.jobs import ask
from lessons.jobs.events import Outcome
from lessons.quantity import quotient
from lessons.recorded import lottery
from lessons.ui.pruning import charts as pruning_charts
from lessons.ui.pruning import scan as scans
from lessons.ui.pruning.figures import what_is_gone
from lessons.ui.pruning.knobs import (
    CHANNELS,
    CRITERION,
    EPOCHS,
    HARDWARE,
    KNOBS,
    LAYERS,
    NETWORK,
    PRESETS,
    ROUNDS,
    SCHEDULE,
    SCOPE,
    SEED,
    SHARES,
    SPARSITY,
    STRUCTURE,
    SWEPT,
    TUNED,
    WHEN,
)  # fmt: skip
from lessons.ui.pruning.recipe import Pruning, by_hand, by_the_scan


def chosen() -> tuple[Pruning, str, str, str, str] | None:
    """Draw the knobs: how to prune, how much and of what, the hardware, the layer shown. None while ratios are being
    found."""
    at_top = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        structure, criterion, when = ui.choice(STRUCTURE), ui.choice(CRITERION), ui.choice(WHEN)
        free = STRUCTURES[structure] is None
        with ui.more():
            scope = ui.choice(SCOPE, matters=free)
            mine = [int(ui.slider(knob)) for knob in SHARES[network]] if scope == "my ratios" else []
            removed = ui.choice(CHANNELS, matters=structure == "channels")
            hardware = ui.choice(HARDWARE)
            epochs = ui.choice(EPOCHS, matters=when != "one shot")
            rounds = ui.choice(ROUNDS, matters=when == "in rounds" and free)
            rising = ui.choice(SCHEDULE, matters=when == "in rounds" and free)
            layer = ui.choice(LAYERS[network])
    with at_top:
        sparsity = ui.slider(SPARSITY, fixed=None if free else str(STRUCTURES[structure]))
    ratios = by_hand(mine) if mine else None
    if scope == "scan's ratios" and not (ratios := by_the_scan(scans.scan(baseline, criterion))):
        return None
    how = Pruning.chosen(structure, criterion, scope, ratios, removed, when, epochs, rounds, rising)
    axis = "the slider (%)" if mine else "channels pruned (%)" if structure == "channels" else "sparsity (%)"
    return how, sparsity, axis, hardware, layer


def savings(run: Experiment, before: Outcome, after: Outcome, curve: charts.Curve, axis: str) -> list[charts.Chart]:
    """What that saves: bytes by format, and time by kernel once it is measured."""
    page.text("what it saves")
    figures = [pruning_charts.files(after.measurement), pruning_charts.bytes_by_sparsity(curve, axis)]
    ui.row("bytes", *figures)
    if kernels := ui.answer(ask.race, run):
        figures.append(charts.ranges("Time by kernel", "seconds", kernels))
        page.text("about the kernels")
        macs, times = [model.measurement["macs"] for model in (before, after)], after.timing
        ui.numbers({"MACs, before ÷ after": quotient(*macs), "Time, before ÷ after": quotient(*times)})
        ui.row("kernels", figures[-1])
    return figures


page = ui.begin("pruning", *KNOBS, network=NETWORK, tries=PRESETS, guesses=SWEPT[8:])
page.text("what can go")
baseline = ui.baseline(page)
network = baseline.source.model
other = next(name for name in models.NAMES if name != network)
asked = Pruning().along(page.asked_about(baseline), SWEPT[::-1])
page.predict(lambda: ui.breaking(ui.curve(asked), network=asked["0"].source.model))
page.try_presets()


@ui.lab
def lab() -> None:
    if not (now := chosen()):
        return
    how, sparsity, axis, hardware, layer = now
    swept = (sparsity,) if how.fixed else SWEPT
    recipe, at_once = (each.of(baseline, int(sparsity)) for each in (how, how.in_one_shot))
    wanted = how.along(baseline, swept) | {sparsity: recipe}
    trained = ui.known_outcomes(wanted)
    runs = {at: wanted[at] for at in trained} | ({} if sparsity in trained else {sparsity: at_once})
    run = runs[sparsity]
    ui.before_and_after(baseline, run if ui.tuned({"": run}) else at_once)
    before, found = ui.outcomes({"": baseline})[""], ui.outcomes({sparsity: at_once}) | trained

    def curve(how: Pruning, model: Experiment = baseline) -> charts.Curve:
        here = {sparsity: run} if how.of(model, int(sparsity)) == run else {}
        return ui.known(how.along(model, swept) | here)

    one_shot = curve(how.in_one_shot)
    if how.epochs:
        curves, ahead = {how.when: curve(how), "one shot": one_shot}, (TUNED, "not fine-tuned yet")
    else:
        there = curve(replace(how, ratios=None), shipped(other))
        curves, ahead = {f"{network}, in use": one_shot, f"{other}, as shipped": there}, (SWEPT, "not measured yet")
    page.about_preset()
    ui.tune(recipe, [] if how.fixed else [how.of(baseline, int(at)) for at in TUNED])
    said = page.guess if how.along(baseline, SWEPT) == asked else None
    sweep = charts.accuracy_sweep(axis, curves, before and before.measurement, said, SPARSITY.options, *ahead)
    energy = "energy_45nm" if hardware == "ordinary" else "energy_45nm_skipping"
    known = {at: found.get(at) for at in SPARSITY.options}
    ui.headline(ui.shrunk_frames(before, known, energy), SPARSITY, sweep=sweep)

    @ui.on_release({SPARSITY: [] if how.epochs or how.fixed else [at for at in SWEPT if known[at]]})
    def below(at: str) -> ui.Drawn:
        if ui.presenting() or not (before and known[at]):
            return [], {}
        figures = [sweep, *(ui.recovery(runs[at]) if runs[at].trainings else [])]
        if not ui.both_whole(before, known[at]):
            return figures, {}
        page.text("about the gaps")
        figures += what_is_gone(before, known[at], layer)
        figures += savings(runs[at], before, known[at], one_shot, axis)
        return figures, {}

    def shown() -> ui.ShrunkModel:
        at = st.session_state[SPARSITY.name]
        return ui.ShrunkModel(runs[at], ui.both_whole(before, known[at]), how.techniques)

    if before and not ui.presenting():
        ui.details(page, shown, lambda: (ui.figures_of("lab"), {}))


if ui.presenting():
    st.stop()


@ui.lab
def scan() -> None:
    page.text("the scan")
    scans.panel(baseline, CRITERION.default)
    seen = scans.scan(baseline, CRITERION.default)
    ui.row("scan", pruning_charts.sensitivity(models.LAYERS[network], seen))


@ui.lab
def ticket() -> None:
    page.text("the ticket")
    seen = {kind: lottery.accuracy(kind) for kind in lottery.KINDS}
    seed = int(ui.pick(SEED))
    again = {kind: lottery.tickets(kind, seed) for kind in ("rewound", "random")}
    ui.tune(again["rewound"][lottery.SPARSITIES[-1]], [*again["random"].values()], "Run it again here", every=True)
    found = {kind: ui.known(recipes) for kind, recipes in again.items()}
    ui.row("ticket", pruning_charts.tickets(seen, lottery.unpruned(), found, seed))
    rewound, random, tuned = (seen[kind][94] for kind in ("rewound", "random", "fine-tuned"))
    page.text("about the ticket", rewound=rewound, band=rewound.band, random=random, tuned=tuned)


page.end()

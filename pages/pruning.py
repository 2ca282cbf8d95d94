"""Pruning: which connections can go, and what it really saves."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons import charts, models, ui
from lessons.data import TASKS
from lessons.experiment import STRUCTURES, Prune, RemoveChannels, shipped
from lessons.text import sections
from lessons.ui.pruning import charts as pruning_charts
from lessons.ui.pruning import exercises, faster, first_picture, subjects
from lessons.ui.pruning import scan as scans
from lessons.ui.pruning import ticket as tickets
from lessons.ui.pruning.figures import in_bytes, known_of, outcomes_of, what_is_gone
from lessons.ui.pruning.knobs import (
    AXES,
    CHANNELS,
    CRITERION,
    EPOCHS,
    GUESSES,
    HARDWARE,
    KNOBS,
    LAYERS,
    NETWORK,
    PART,
    PRESETS,
    ROUNDS,
    SCHEDULE,
    SCOPE,
    SHARES,
    SPARSITY,
    STRUCTURE,
    SWEPT,
    TUNED,
    WHEN,
)  # fmt: skip
from lessons.ui.pruning.recipe import PrunedNow, Pruning, by_hand, by_the_scan

WORDS = sections("pruning")


def chosen(top: DeltaGenerator) -> tuple[Pruning, str, str, str, str] | None:
    """Draw the knobs, sparsity at the `top`: gives how to prune, what is shown of it. None while ratios are found."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        structure = ui.choice(STRUCTURE)
        free = STRUCTURES[structure] is None
        with ui.more():
            criterion, when = ui.choice(CRITERION), ui.choice(WHEN)
            scope = ui.choice(SCOPE, matters=free)
            mine = [int(ui.slider(knob)) for knob in SHARES[network]] if scope == "my ratios" else []
            removed = ui.choice(CHANNELS, matters=structure == "channels")
            hardware = ui.choice(HARDWARE)
            epochs = ui.choice(EPOCHS, matters=when != "one shot")
            rounds = ui.choice(ROUNDS, matters=when == "in rounds" and free)
            rising = ui.choice(SCHEDULE, matters=when == "in rounds" and free)
            layer = ui.choice(LAYERS[network])
    with top:
        sparsity = ui.slider(SPARSITY, fixed=None if free else str(STRUCTURES[structure]))
    ratios = by_hand(mine) if mine else None
    if scope == "scan's ratios" and not (ratios := by_the_scan(scans.scan(baseline, criterion))):
        return None
    how = Pruning.chosen(structure, criterion, scope, ratios, removed, when, epochs, rounds, rising)
    axis = WORDS["axis: slider"] if mine else AXES[structure == "channels"]
    return how, sparsity, axis, hardware, layer


page = ui.begin("pruning", *KNOBS, network=NETWORK, tries=PRESETS, guesses=GUESSES, once=SWEPT[8:])
baseline = ui.baseline(page, Prune(), RemoveChannels())
network = baseline.source.model
other = next(name for name in models.NAMES if name != network)
asked = Pruning().along(page.asked_about(baseline), SWEPT[::-1])
breaks = lambda: ui.breaking(ui.curve(asked), GUESSES, network=asked["0"].source.model)
now = lambda: outcomes_of(baseline, ui.handed("shown"))  # what the lab shows


@ui.lab
def lab() -> None:
    top = st.container()
    page.text("the idea")
    page.why("the scores")
    page.try_presets()
    if not (asked_for := chosen(top)):
        ui.hand_on("shown", None)
        return
    how, sparsity, axis, hardware, layer = asked_for
    swept = (sparsity,) if how.fixed else SWEPT
    recipe, at_once = (each.of(baseline, int(sparsity)) for each in (how, how.in_one_shot))
    wanted, rough = (each.along(baseline, swept) for each in (how, how.in_one_shot))
    with top:
        frames = first_picture.frames(baseline, rough | ui.tuned(wanted), TASKS[baseline.source.task].CLASSES)
        page.opens(lambda: ui.picture(frames, SPARSITY), breaks)
    trained = ui.known_outcomes(wanted)
    runs = {at: wanted[at] for at in trained} | ({} if sparsity in trained else {sparsity: at_once})
    run = runs[sparsity]
    ui.before_and_after(baseline, run if ui.tuned({"": run}) else at_once)
    before, found = ui.outcomes({"": baseline})[""], ui.outcomes({sparsity: at_once}) | trained
    if how.epochs:
        curves, ahead = {how.when: ui.known(wanted), Pruning().when: ui.known(rough)}, (TUNED, WORDS["not fine-tuned"])
    else:
        there = ui.known(replace(how, ratios=None).along(shipped(other), swept))
        curves = {WORDS("in use", network=network): ui.known(rough), WORDS("as shipped", network=other): there}
        ahead = SWEPT, WORDS["not measured"]
    page.about_preset()
    ui.tune(recipe, [] if how.fixed else [how.of(baseline, int(at)) for at in TUNED])
    said = page.guess if how.along(baseline, SWEPT) == asked else None
    sweep = charts.accuracy_sweep(axis, curves, before and before.measurement, said, SPARSITY.options, *ahead)
    energy = "energy_45nm" if hardware == "ordinary" else "energy_45nm_skipping"
    known = {at: found.get(at) for at in SPARSITY.options}
    ui.headline(ui.shrunk_frames(before, known, energy), SPARSITY, sweep=sweep)

    @ui.on_release({SPARSITY: [] if how.epochs or how.fixed else [at for at in SWEPT if known[at]]})
    def below(at: str) -> ui.Drawn:
        ui.hand_on("shown", PrunedNow(how, runs[at], tuple(swept), axis, layer))
        if ui.presenting() or not (before and known[at]):
            return [], {}
        return [sweep, *(ui.recovery(runs[at]) if runs[at].trainings else [])], {}


def gaps() -> ui.Drawn:
    page.text("about the gaps")
    shown, pair = now()
    return (what_is_gone(*pair, shown.layer) if pair else []), {}


def savings() -> ui.Drawn:
    page.text("what it saves")
    shown, pair = now()
    return (in_bytes(pair[1], ui.known(shown.along(baseline)), shown.axis) if pair else []), {}


def speed() -> ui.Drawn:
    page.text("about the kernels")
    page.text("what gets faster")
    page.why("why not more")
    shown, pair = now()
    return faster.draw(shown and shown.run, pair), {}


def layers() -> ui.Drawn:
    page.text("the scan")
    scans.panel(baseline, CRITERION.default)
    figure = pruning_charts.sensitivity(models.LAYERS[network], scans.scan(baseline, CRITERION.default))
    ui.row("scan", figure)
    return [figure], {}


def ticket() -> ui.Drawn:
    page.text("the ticket")
    figure, said = tickets.draw()
    page.text("about the ticket", **said)
    return [figure], {}


def workings() -> None:
    def shrunk() -> ui.ShrunkModel:
        shown, pair = now()
        return ui.ShrunkModel(shown.run, pair, shown.how.techniques)

    if ui.handed("shown"):
        ui.details(page, shrunk, lambda: ui.collected(lab, part))


ui.keeps(page.lesson, lambda: known_of(baseline, ui.handed("shown")))
page.exercise(exercises.MOST, lambda: subjects.as_shown(baseline, ui.handed("shown")))
page.exercise(exercises.KEEP, lambda: subjects.wires(baseline))
page.exercise(exercises.MACS, lambda: subjects.pruned(baseline))
if not ui.presenting():
    part = {"gaps": gaps, "savings": savings, "speed": speed, "layers": layers, "ticket": ticket}[ui.choice(PART)]
    ui.lab(part)
page.exercise(exercises.FILE, lambda: subjects.pruned(baseline))
page.exercise(exercises.CHANNELS, subjects.channels)
page.exercise(exercises.SENSITIVE, lambda: subjects.layers(baseline))
if ui.presenting():
    st.stop()
ui.lab(workings)
page.end()

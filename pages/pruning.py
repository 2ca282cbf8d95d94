"""Pruning: which connections can go, and what it really saves."""

import streamlit as st

from lessons import charts, models, ui
from lessons.experiment import CRITERIA, STRUCTURES, Experiment, FineTune, Prune, RemoveChannels, shipped
from lessons.jobs import ask
from lessons.shrink import budget, channels, prune, saliency, schedule, through

SWEPT = tuple(map(str, (*range(0, 100, 5), 99)))
TUNED = ("50", "70", "80", "90", "95", "99")  # where a curve of fine-tuned networks is measured
SPARSITY = ui.Knob("pruning_sparsity", "Sparsity (% pruned)", tuple(map(str, range(100))), "50")
STRUCTURE = ui.Knob("pruning_structure", "What goes", tuple(STRUCTURES), "weights")
CRITERION = ui.Knob("pruning_criterion", "The lowest by", CRITERIA, "magnitude")
WHEN = ui.Knob("pruning_when", "How", ("one shot", "fine-tuned", "in rounds"), "one shot")
SCOPE = ui.Knob("pruning_scope", "The lowest of", ("network", "each layer", "the scan's ratios", "my ratios"), "network")
CHANNELS = ui.Knob("pruning_channels", "Pruned channels are", ("zeroed", "removed"), "zeroed")
HARDWARE = ui.Knob("pruning_hardware", "Hardware", ("ordinary", "skips zeros"), "ordinary")
EPOCHS = ui.Knob("pruning_epochs", "Epochs of fine-tuning, a round", ("1", "2", "5"), "1")
ROUNDS = ui.Knob("pruning_rounds", "Rounds", ("2", "3", "5"), "3")
SCHEDULE = ui.Knob("pruning_schedule", "Sparsity rises", tuple(schedule.SCHEDULES), "cubic")
LAYERS = {
    name: ui.Knob(f"pruning_{name}_layer", "Layer shown", models.LAYERS[name], models.LAYERS[name][0])
    for name in models.NAMES
}
MINE = {
    name: [ui.Knob(f"pruning_{name}_{layer}", f"{layer}, of the slider (%)", tuple(map(str, range(0, 101, 10))), "100") for layer in layers]
    for name, layers in models.LAYERS.items()
}
NETWORK = ui.network("pruning")
KNOBS = (SPARSITY, STRUCTURE, CRITERION, WHEN, SCOPE, CHANNELS, HARDWARE, EPOCHS, ROUNDS, SCHEDULE, *LAYERS.values())
PRESETS = (
    ui.Preset("Half of it", {}),
    ui.Preset("Break it", {SPARSITY.name: "90"}),
    ui.Preset("Mend it", {SPARSITY.name: "90", WHEN.name: "in rounds"}),
    ui.Preset("By chance", {SPARSITY.name: "30", CRITERION.name: "random"}),
    ui.Preset("Two of four", {SPARSITY.name: "50", STRUCTURE.name: "2:4"}),
    ui.Preset("Channels out", {SPARSITY.name: "50", STRUCTURE.name: "channels", CHANNELS.name: "removed", WHEN.name: "fine-tuned"}),
    ui.Preset("Skip the zeros", {SPARSITY.name: "80", HARDWARE.name: "skips zeros"}),
)


def ran(structure: str, criterion: str, scope: str, when: str) -> list:
    """The functions that made the model on the page."""
    masks = {"2:4": [prune.n_of_m], "1:4": [prune.n_of_m], "blocks": [prune.block_scores], "channels": [channels.channel_scores]}
    lowest = [] if STRUCTURES[structure] else [prune.all_together if scope == "network" else prune.per_layer, prune.keep]
    given = [budget.ratios] if scope == "the scan's ratios" else []
    tuning = {"fine-tuned": [through.Through], "in rounds": [schedule.cubic, through.Through]}
    return [getattr(saliency, criterion), *masks.get(structure, []), *lowest, *given, *tuning.get(when, [])]


page = ui.begin("pruning", *KNOBS, *sum(MINE.values(), []), network=NETWORK, tries=PRESETS, guesses=SWEPT[8:])
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
        fixed = STRUCTURES[structure]
        with ui.more():
            scope = ui.choice(SCOPE, matters=not fixed)
            mine = [int(ui.slider(knob, matters=scope == "my ratios")) for knob in MINE[network]]
            removed = ui.choice(CHANNELS, matters=structure == "channels") == "removed"
            skips = ui.choice(HARDWARE) == "skips zeros"
            epochs = int(ui.choice(EPOCHS, matters=when != "one shot"))
            in_rounds = when == "in rounds" and not fixed
            count, how = int(ui.choice(ROUNDS, matters=in_rounds)), ui.choice(SCHEDULE, matters=in_rounds)
            layer = ui.choice(LAYERS[network])
    with at_top:
        sparsity = ui.slider(SPARSITY, fixed=fixed and str(fixed))
    scan = ui.scan(baseline, criterion) if scope == "the scan's ratios" else {}

    def cut(model: Experiment, percent: int) -> Experiment:
        """One round of pruning."""
        if fixed:
            return model | Prune(fixed, criterion, structure, "layer")
        given = ratios(model, percent)
        if given:
            return model | Prune(criterion=criterion, structure=structure, scope="given", ratios=given)
        return model | Prune(percent, criterion, structure, "global" if scope == "network" else "layer")

    def ratios(model: Experiment, percent: int) -> tuple[float, ...]:
        if scope == "my ratios":
            return tuple(percent * each / 100 for each in mine)
        return ()

    def shrunk(model: Experiment, percent: str, when: str = when) -> Experiment:
        stages = schedule.SCHEDULES[how](int(percent), count) if when == "in rounds" and not fixed else [int(percent)]
        for stage in dict.fromkeys(stages):
            model = cut(model, stage)
            if when != "one shot":
                model |= FineTune(epochs)
        return model | RemoveChannels() if structure == "channels" and removed else model


page.end()

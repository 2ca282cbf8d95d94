"""The knobs of the lesson on pruning."""

from collections.abc import Mapping

from lessons import models
from lessons.experiment import CRITERIA, STRUCTURES
from lessons.shrink.schedule import SCHEDULES
from lessons.ui.pruning.recipe import Pruning
from lessons.ui.state.knob import Knob
from lessons.ui.state.network_knobs import layer_knobs, network_knob
from lessons.ui.state.presets import Preset

PERCENT = tuple(map(str, range(0, 101, 10)))
SHARES = {  # of what the slider says, how much is taken of each layer; by network
    network: [Knob(f"pruning_{network}_{name}", f"{name}, % of the slider", PERCENT, "100") for name in names]
    for network, names in models.LAYERS.items()
}
SWEPT = tuple(map(str, (*range(0, 100, 5), 99)))
TUNED = ("0", "50", "70", "80", "90", "95", "99")  # where a curve of fine-tuned networks is measured
SPARSITY = Knob("pruning_sparsity", "Sparsity (% pruned)", SWEPT, "50")
STRUCTURE = Knob("pruning_structure", "Prune", tuple(STRUCTURES), "weights")
CRITERION = Knob("pruning_criterion", "Score", CRITERIA, "magnitude")
WHEN = Knob("pruning_when", "Schedule", ("one shot", "fine-tuned", "in rounds"), "one shot")
SCOPE = Knob("pruning_scope", "Lowest scores of", ("network", "each layer", "scan's ratios", "my ratios"), "network")
CHANNELS = Knob("pruning_channels", "Pruned channels are", ("zeroed", "removed"), "zeroed")
HARDWARE = Knob("pruning_hardware", "Hardware", ("ordinary", "skips zeros"), "ordinary")
EPOCHS = Knob("pruning_epochs", "Epochs of fine-tuning", ("1", "2", "5"), "1", "After each round.")
ROUNDS = Knob("pruning_rounds", "Rounds", ("2", "3", "5"), "3")
SCHEDULE = Knob("pruning_schedule", "Sparsity rises", tuple(SCHEDULES), "cubic")
LAYERS = layer_knobs("pruning")
SEED = Knob("pruning_seed", "Seed of the run here", tuple(map(str, range(100, 110))), "100")
PART = Knob("pruning_part", "Look at", ("gaps", "savings", "layers", "ticket"), "gaps")
MORE = (SCOPE, CHANNELS, HARDWARE, EPOCHS, ROUNDS, SCHEDULE, SEED, *LAYERS.values(), *sum(SHARES.values(), []))
NETWORK = network_knob("pruning")
PRESETS = (
    Preset("Break it", {SPARSITY: "90"}),
    Preset("Fix it", {SPARSITY: "90", WHEN: "in rounds"}),
    Preset("By chance", {SPARSITY: "30", CRITERION: "random"}),
    Preset("Two of four", {STRUCTURE: "2:4", PART: "savings"}),
    Preset("Channels out", {STRUCTURE: "channels", CHANNELS: "removed", WHEN: "fine-tuned", PART: "savings"}),
)
CHOSEN = (CHANNELS, WHEN, EPOCHS, ROUNDS, SCHEDULE)  # as `Pruning.chosen` takes them, after ratios
KNOBS = (SPARSITY, STRUCTURE, CRITERION, WHEN, PART, *MORE)


def pruning(values: Mapping[str, str]) -> Pruning:
    """How to prune, by where each knob stands, without ratios of one's own."""
    before, after = ([values[knob.name] for knob in of] for of in ((STRUCTURE, CRITERION, SCOPE), CHOSEN))
    return Pruning.chosen(*before, None, *after)

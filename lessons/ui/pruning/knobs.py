"""The knobs of the lesson on pruning."""

from collections.abc import Mapping

from lessons import models
from lessons.experiment import CRITERIA, STRUCTURES
from lessons.shrink.schedule import SCHEDULES
from lessons.text import sections
from lessons.ui.pruning.recipe import Pruning
from lessons.ui.state.knob import Knob
from lessons.ui.state.network_knobs import layer_knobs, network_knob
from lessons.ui.state.presets import Preset

WORDS = sections("pruning")
PERCENT = tuple(map(str, range(0, 101, 10)))
SHARES = {  # of what the slider says, how much is taken of each layer; by network
    network: [Knob(f"pruning_{network}_{name}", WORDS("knob: share", layer=name), PERCENT, "100") for name in names]
    for network, names in models.LAYERS.items()
}
SWEPT = tuple(map(str, (*range(0, 100, 5), 99)))
GUESSES = ("30", "45", "60", "75", "90", "99")  # to where it breaks: no position lies midway between two
TUNED = ("0", "50", "70", "80", "90", "95", "99")  # where a curve of fine-tuned networks is measured
SPARSITY = Knob("pruning_sparsity", WORDS["knob: sparsity"], SWEPT, "80")
STRUCTURE = Knob("pruning_structure", WORDS["knob: structure"], tuple(STRUCTURES), "weights")
CRITERION = Knob("pruning_criterion", WORDS["knob: criterion"], CRITERIA, "magnitude")
WHEN = Knob("pruning_when", WORDS["knob: when"], ("one shot", "fine-tuned", "in rounds"), "one shot")
SCOPE = Knob("pruning_scope", WORDS["knob: scope"], ("network", "each layer", "scan's ratios", "my ratios"), "network")
CHANNELS = Knob("pruning_channels", WORDS["knob: channels"], ("zeroed", "removed"), "zeroed")
HARDWARE = Knob("pruning_hardware", WORDS["knob: hardware"], ("ordinary", "skips zeros"), "ordinary")
EPOCHS = Knob("pruning_epochs", WORDS["knob: epochs"], ("1", "2", "5"), "1", WORDS["knob: epochs, help"])
ROUNDS = Knob("pruning_rounds", WORDS["knob: rounds"], ("2", "3", "5"), "3")
SCHEDULE = Knob("pruning_schedule", WORDS["knob: schedule"], tuple(SCHEDULES), "cubic")
LAYERS = layer_knobs("pruning")
SEED = Knob("pruning_seed", WORDS["knob: seed"], tuple(map(str, range(100, 110))), "100")
PART = Knob("pruning_part", WORDS["knob: part"], ("gaps", "savings", "speed", "layers", "ticket"), "gaps")
MORE = (SCOPE, CHANNELS, HARDWARE, EPOCHS, ROUNDS, SCHEDULE, SEED, *LAYERS.values(), *sum(SHARES.values(), []))
NETWORK = network_knob("pruning")
HALF_REMOVED = {SPARSITY: "50", STRUCTURE: "channels", CHANNELS: "removed", WHEN: "fine-tuned"}
PRESETS = (
    Preset("Break it", {SPARSITY: "90"}),
    Preset("Fix it", {SPARSITY: "90", WHEN: "in rounds"}),
    Preset("By chance", {SPARSITY: "30", CRITERION: "random"}),
    Preset("Two of four", {SPARSITY: "50", STRUCTURE: "2:4", PART: "savings"}),
    Preset("Channels out", HALF_REMOVED | {PART: "speed"}),
)
AXES = {True: WORDS["axis: channels"], False: WORDS["axis: sparsity"]}  # of a curve: whether channels are pruned
CHOSEN = (CHANNELS, WHEN, EPOCHS, ROUNDS, SCHEDULE)  # as `Pruning.chosen` takes them, after ratios
KNOBS = (SPARSITY, STRUCTURE, CRITERION, WHEN, PART, *MORE, NETWORK)


def pruning(values: Mapping[str, str]) -> Pruning:
    """How to prune, by where each knob stands, without ratios of one's own."""
    before, after = ([values[knob.name] for knob in of] for of in ((STRUCTURE, CRITERION, SCOPE), CHOSEN))
    return Pruning.chosen(*before, None, *after)

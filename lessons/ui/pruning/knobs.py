"""The knobs of the lesson on pruning that are many."""

from lessons import models
from lessons.ui.state.knob import Knob

PERCENT = tuple(map(str, range(0, 101, 10)))
SHARES = {  # of what the slider says, how much is taken of each layer; by network
    network: [Knob(f"pruning_{network}_{name}", f"{name}, % of the slider", PERCENT, "100") for name in names]
    for network, names in models.LAYERS.items()
}

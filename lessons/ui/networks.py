"""The knobs that come with the networks that ship with the app: which of them, what it looks at, and one for each layer."""

from lessons import models
from lessons.data import TASKS
from lessons.experiment import Trained
from lessons.ui.query import Knob


def network(page: str) -> Knob:
    """The knob for the network of a page (by its path)."""
    return Knob(f"{page}_network", "Network", models.NAMES, default="cnn")


def layers(page: str, first: int = 0) -> dict[str, Knob]:
    """The knobs for the layer whose inside a page (by its path) shows, one for each network."""
    return {
        network: Knob(f"{page}_{network}_layer", "Layer shown", names, names[first])
        for network, names in models.LAYERS.items()
    }


def shares(page: str) -> dict[str, list[Knob]]:
    """The knobs for how much of what a page's slider says is taken of each layer, for each network."""
    percent = tuple(map(str, range(0, 101, 10)))
    return {
        network: [Knob(f"{page}_{network}_{name}", f"{name}, % of the slider", percent, "100") for name in names]
        for network, names in models.LAYERS.items()
    }


def task(page: str) -> Knob:
    """The knob for what the network of a page (by its path) looks at."""
    return Knob(f"{page}_task", "What it looks at", tuple(TASKS), default=Trained.task)

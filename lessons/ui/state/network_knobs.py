"""The knobs that come with the networks that ship with the app: which of them, and which of its layers."""

from lessons import models
from lessons.text import sections
from lessons.ui.state.knob import Knob

WORDS = sections("house")


def network_knob(page: str) -> Knob:
    """The knob for the network of a page (by its path)."""
    return Knob(f"{page}_network", WORDS["network"], models.NAMES, default="cnn", help=WORDS["network: help"])


def layer_knobs(page: str, first: int = 0) -> dict[str, Knob]:
    """The knobs for the layer whose inside a page (by its path) shows, one for each network."""
    return {
        network: Knob(f"{page}_{network}_layer", WORDS["layer shown"], names, names[first], WORDS["layer shown: help"])
        for network, names in models.LAYERS.items()
    }

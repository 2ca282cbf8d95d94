"""The knobs of the lesson on quantization, and how to round by them."""

from collections.abc import Mapping

from lessons.experiment import GRAINS, RANGES, SCHEMES
from lessons.text import sections
from lessons.ui.quantization.recipe import WIDTHS, Quantizing
from lessons.ui.state.knob import Knob
from lessons.ui.state.network_knobs import layer_knobs, network_knob
from lessons.ui.state.presets import Preset

WORDS = sections("quantization")
BITS = Knob("quantization_bits", WORDS["bits"], WIDTHS, default="5")
GRAIN = Knob("quantization_grain", WORDS["grain"], GRAINS, default="tensor")
RANGE = Knob("quantization_range", WORDS["range"], RANGES, default="min-max")
ACTIVATIONS = Knob("quantization_activations", WORDS["activations"], ("2", "3", "4", "6", "8", "fp32"), default="fp32")
SCHEME = Knob("quantization_scheme", WORDS["scheme"], SCHEMES, default="symmetric", help=WORDS["scheme: help"])
GROUP = Knob("quantization_group", WORDS["group"], ("8", "16", "32", "64", "128"), default="32")
IMAGES = Knob("quantization_images", WORDS["images"], ("1", "3", "10", "30", "100", "300", "1000"), default="100")
EPOCHS = Knob("quantization_epochs", WORDS["epochs"], ("0", "1", "2", "5"), default="0")
LAYERS = layer_knobs("quantization", first=1)
NETWORK = network_knob("quantization")
CHOSEN = (BITS, GRAIN, RANGE, ACTIVATIONS, SCHEME, GROUP, IMAGES, EPOCHS)  # as `Quantizing` takes them
KNOBS = (*CHOSEN, *LAYERS.values(), NETWORK)
GUESSES = WIDTHS[:8]

PRESETS = (
    Preset("Eight bits", {BITS: "8"}),
    Preset("Two bits", {BITS: "2"}),
    Preset("Break it", {NETWORK: "depthwise", BITS: "4"}),
    Preset("Fix it", {NETWORK: "depthwise", BITS: "4", GRAIN: "channel"}),
    Preset("Fine-tune 2 bits", {BITS: "2", GRAIN: "channel", RANGE: "least-squares", EPOCHS: "2"}),
)


def quantizing(values: Mapping[str, str]) -> Quantizing:
    """How to round, by where each knob stands."""
    *words, group, images, epochs = (values[knob.name] for knob in CHOSEN)
    return Quantizing(*words, int(group), int(images), int(epochs))

"""What is shrunk where three savings are multiplied, and how."""

from lessons.estimate import savings
from lessons.estimate.silicon import Layer
from lessons.experiment import shipped
from lessons.ui.scaling.exercises import Product
from lessons.ui.scaling.knobs import BITS, HARDWARE, NETWORK, RESNET, SPARSITY, STUDENT
from lessons.ui.state.handing import hand_on, handed
from lessons.ui.state.widgets import choice, more, sliders
from lessons.ui.work.results import outcome

HANDED = "shrunk"
KNOBS = (BITS, SPARSITY, STUDENT, HARDWARE, NETWORK)


def asked() -> Product | None:
    """Draw the knobs: what they say; None until the network's layers are known."""
    chosen = sliders(BITS, SPARSITY, STUDENT)
    with more():
        hand_on(HANDED, (*chosen, choice(HARDWARE), choice(NETWORK)))
    return found()


def hand_on_default() -> None:
    """Hand on where the knobs stand as they are first drawn, for exercises on a page that has not drawn them."""
    hand_on(HANDED, tuple(knob.default for knob in KNOBS))


def found() -> Product | None:
    """What was last handed on; None until the network's layers are known."""
    bits, sparsity, student, hardware, network = handed(HANDED)
    width = savings.FULL if bits == "fp32" else int(bits)
    how = savings.Shrunk(width, (100 - int(sparsity)) / 100, int(student) / 100, hardware)
    layers = layers_of(network)
    return layers and Product(layers, how)


def as_subject() -> tuple[Product] | None:
    """The same as what an exercise is about."""
    product = found()
    return product and (product,)


def layers_of(network: str) -> list[Layer] | None:
    """What the layers of a network cost; None until they are known."""
    if network == RESNET:
        return [savings.resnet50()]
    measured = outcome(shipped(network))
    return measured and [view.cost for view in measured.layers.values()]

"""What the small pictures on the cards of Home are drawn from: recordings, facts and shapes of the shipped models; no
job is asked for."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from lessons.data import fashion_mnist
from lessons.estimate import at_home, footprint, growth, selection, silicon
from lessons.estimate.requirements import TASKS, Requirements
from lessons.estimate.roofline import Machine, machine_of
from lessons.estimate.weight_formats import NATIVE
from lessons.experiment import (
    SMOLLM2,
    Adapt,
    Experiment,
    Prune,
    Quantize,
    QuantizeWeights,
    Trained,
    file_source,
    loaded,
    shipped,
)
from lessons.facts import boards, everyday, figure
from lessons.facts.architectures import architectures, models
from lessons.facts.board_memory import GIB
from lessons.facts.deciding import prices
from lessons.jobs import language, recordings, vision
from lessons.models.written import SIZES
from lessons.ui.home import thumbnails

IMAGES = 24  # that the walk through a network, and a teacher's soft targets, were recorded of
SHIRT = 4  # of these: the image whose soft targets are drawn
TEMPERATURE = 4.0
WIDTHS, BITS, FEW_BITS = range(1, 17), 4, 6  # of the network's recorded roundings; of the picture, and of the text
SPARSITIES, SPARSITY = (*range(0, 100, 5), 99), 90  # %
WRITES = "A language model is", 40  # how the text begins, and its tokens
BOARD, BATCH = "NVIDIA B200", 64
THINGS = ("web_search_2009", "phone_charge", "kettle", "shower", "household_year_german")
DEMAND, SUPPLY = next(iter(growth.DEMANDS)), next(iter(growth.SUPPLIES))
SINCE, BY = 2012, 2025
CARD, MODEL, FORMATS = "RTX 4090", "Llama 3.1 8B", ("fp16", "Q8_0", "Q4_K_M")
LAPTOP = Machine("", 16 * GIB, 100e9, 3e12, watts=30)
TASK, CLOUD = next(iter(TASKS)), "DeepSeek-V3"


@lru_cache(maxsize=1)
def pictures() -> dict[str, str]:
    """The picture of each lesson as an SVG, by the lesson's path; none where what it shows was not recorded."""
    drawn = {path: draw() for path, draw in DRAWN.items()}
    return {path: svg for path, svg in drawn.items() if svg}


def network() -> str | None:
    """The first test image in the shipped network."""
    found = recordings.find(vision.walking, shipped("cnn"), tuple(range(IMAGES)))
    return found and thumbnails.network(found.result.costs, found.result.seen[0].pixels)


def energy() -> str:
    """A float32 weight at 45 nm."""
    return thumbnails.energy(silicon.of_weight("fp32", "45 nm", "DDR"))


def answer() -> footprint.Scenario:
    """A chat with Llama 3.1 70B in a data centre."""
    pue = figure("pue_microsoft")
    return footprint.Scenario(models()["Llama 3.1 70B"], footprint.TASKS["chat"], boards()[BOARD], NATIVE, BATCH, pue)


def ladder() -> str:
    """An answer among things people know."""
    things = {everyday()[name].label: everyday()[name].watt_hours for name in THINGS}
    return thumbnails.footprint(footprint.by_boards(answer()), things)


def scaling() -> str:
    """What training notable models took, and how densely chips are packed."""
    wanted = growth.fitted(growth.demand(DEMAND, SINCE))
    offered = growth.fitted(growth.supply(SUPPLY, SINCE))
    return thumbnails.scaling(wanted, offered, max(SINCE, offered.begins), BY)


def quantization() -> str | None:
    """Weights of the shipped network's second convolution."""
    ways = tuple(shipped("cnn") | Quantize(bits) for bits in WIDTHS)
    found = recordings.find(vision.rounding, shipped("cnn"), ways, "conv2")
    return found and thumbnails.quantization(found.result, found.result.ways[WIDTHS.index(BITS)])


def pruning() -> str | None:
    """The shipped network with its smallest weights pruned."""
    ways = tuple(shipped("cnn") | Prune(sparsity) if sparsity else shipped("cnn") for sparsity in SPARSITIES)
    found = recordings.find(vision.wiring, shipped("cnn"), ways)
    return found and thumbnails.pruning(found.result, SPARSITIES.index(SPARSITY))


def distillation() -> str | None:
    """What the large teacher says of one image."""
    student = Trained(model="cnn-4x3", labelled=500)
    found = recordings.find(vision.beginning, (Experiment(loaded("fashion-large")),), student, IMAGES)
    if not found:
        return None
    logits, label = found.result[0][SHIRT] / TEMPERATURE, int(fashion_mnist.test_labels()[SHIRT])
    raised = np.exp(logits - logits.max())
    shares = (raised / raised.sum()).tolist()
    return thumbnails.distillation(shares, label, fashion_mnist.CLASSES[label], TEMPERATURE)


def language_model() -> str | None:
    """What SmolLM2 writes in few bits."""
    whole = Experiment(file_source(SMOLLM2))
    found = [recordings.find(language.continuing, at, *WRITES) for at in (whole, whole | QuantizeWeights(FEW_BITS))]
    return thumbnails.language_model(*(each.result.pieces for each in found), FEW_BITS) if all(found) else None


def lora() -> str:
    """A matrix of the small language model, with an adapter of the usual rank."""
    width, _ = SIZES["llama-128x4"]
    return thumbnails.lora(width, width, Adapt.rank)


def llm_at_home() -> str:
    """A model on a card of 24 GB, in three formats."""
    shape = architectures()[MODEL]
    poured = {form: at_home.memory(at_home.Home(shape, form)) for form in FORMATS}
    card = next(board for name, board in boards().items() if name.endswith(CARD))
    return thumbnails.llm_at_home(poured, machine_of(card).memory, MODEL)


def need() -> Requirements:
    """Texts sorted on a laptop, a thousand a day."""
    limits = {"worse": 5, "uses": 1_000, "budget": float("inf"), "stays": False, "bought": False, "waits": False}
    machine = {
        "machine": LAPTOP,
        "board": None,
        "kwh": 0.3,
        "price": next(price for label, price in prices().items() if label.startswith(CLOUD)),
    }
    return Requirements(TASK, *TASKS[TASK][:2], **limits, **machine)


def decide() -> str:
    """The ways to sort texts."""
    return thumbnails.decide(selection.judged(need()), selection.chosen(need()))


DRAWN: dict[str, Callable[[], str | None]] = {
    "network": network,
    "energy": energy,
    "footprint": ladder,
    "scaling": scaling,
    "quantization": quantization,
    "pruning": pruning,
    "distillation": distillation,
    "language-model": language_model,
    "lora": lora,
    "llm-at-home": llm_at_home,
    "decide": decide,
}

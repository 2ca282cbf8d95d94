"""The weight matrices that adapters stand beside, and how many numbers low-rank matrices beside them have: arithmetic,
without a model."""

from collections.abc import Mapping

from lessons.experiment import SMOLLM2
from lessons.experiment.adapt import WHERE
from lessons.facts.architectures import Architecture, models
from lessons.models.written import HEAD, SIZES
from lessons.ui.lora.recipe import Adapting

SHOWN = ("q_proj", "conv2")  # the matrix that is drawn, if an adapter stands beside it
Shape = tuple[int, int]  # outputs, inputs
SMALL, IMAGES = "llama-128x4", "fashion"  # the size of the small language model; the base that classifies images
CNN = {"conv1": (16, 25), "conv2": (32, 144), "conv3": (48, 288), "fc": (10, 768)}  # a row a channel
WEIGHTS = {"shakespeare": 812_288, IMAGES: 26_618}  # of the small models, all of them


def beside(adapting: Adapting) -> dict[str, Shape]:
    """The shapes [out, in] of the matrices with an adapter beside them, by name; in a language model those of one
    layer."""
    there = _all(adapting.of.base)
    return {name: there[name] for name in WHERE[adapting.where]}


def shown(adapting: Adapting) -> tuple[str, Shape]:
    """The matrix that is drawn: its name and shape [out, in]."""
    there = beside(adapting)
    name = next((name for name in SHOWN if name in there), next(iter(there)))
    return name, there[name]


def layers(base: str) -> int:
    """How many layers of a model have each of these matrices; of an image classifier, each is one layer."""
    if base == SMOLLM2:
        return _large().layers
    return 1 if base == IMAGES else SIZES[SMALL][1]


def trained(adapting: Adapting) -> int:
    """Numbers in the low-rank matrices of all layers; DoRA also trains a magnitude for each output."""
    vectors = adapting.kind == "dora" and adapting.rank > 0
    each = (adapting.rank * (out + into) + vectors * out for out, into in beside(adapting).values())
    return layers(adapting.of.base) * sum(each)


def weights(base: str) -> int:
    """All weights of a model."""
    return _large().params_total if base == SMOLLM2 else WEIGHTS[base]


def _all(base: str) -> Mapping[str, Shape]:
    if base == IMAGES:
        return CNN
    if base == SMOLLM2:
        model = _large()
        width, hidden = model.d_model, model.d_ff
        queries, keys = model.n_heads * model.head_dim, model.n_kv_heads * model.head_dim
    else:
        width = queries = keys = SIZES[SMALL][0]
        hidden = -(-8 * width // (3 * HEAD)) * HEAD
    rows = {"q_proj": queries, "k_proj": keys, "v_proj": keys, "gate_proj": hidden, "up_proj": hidden}
    return {name: (out, width) for name, out in rows.items()} | {
        "o_proj": (width, queries),
        "down_proj": (width, hidden),
    }


def _large() -> Architecture:
    return models()["SmolLM2 135M"]

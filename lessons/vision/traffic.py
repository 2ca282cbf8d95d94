"""What one inference of a model computes and moves, and the energy that takes at least."""

from dataclasses import replace

from torch import Tensor

from lessons.estimate import silicon
from lessons.measure import macs
from lessons.models.layers import weighted
from lessons.quantity import Quantity
from lessons.shrink.encoded import Encoded, Encoding
from lessons.shrink.pack import stored_bits
from lessons.shrink.sparse import Sparse
from lessons.text import sections
from lessons.vision.model import VisionModel

WORDS = sections("measure")


def quantities(model: VisionModel, example: Tensor) -> list[Quantity]:
    """MACs, and energy on ordinary hardware; of a pruned model also on hardware that skips zeros."""
    traffic = inference_traffic(model, example)
    found = [
        Quantity("macs", traffic.macs, "MAC", "measured", source=WORDS["counted by shape"]),
        *_floors(model, traffic),
    ]
    if any(isinstance(tensor, Sparse) for tensor in model.tensors.values()):
        skipping = _floors(model, inference_traffic(model, example, skips=True))
        found += [replace(floor, name=f"{floor.name}_skipping") for floor in skipping]
    return found


def _floors(model: VisionModel, traffic: silicon.Traffic) -> list[Quantity]:
    operations = arithmetic(model)
    return [silicon.floor_45nm(traffic, operations), silicon.floor_7nm(traffic, operations)]


def inference_traffic(model: VisionModel, example: Tensor, skips: bool = False) -> silicon.Traffic:
    """What one inference does: on hardware that reads weights as they are stored and `skips` zeros, or on ordinary
    one."""
    layers = macs.layers(model.net, example)
    share = {layer.name: _share_kept(model.tensors[f"{layer.name}.weight"]) if skips else 1.0 for layer in layers}
    read = {name: t.weights if isinstance(t, Sparse) and not skips else t for name, t in model.tensors.items()}
    width = {name: grid.last.bit_length() for name, grid in model.inputs.items()}
    moved = sum(width.get(layer.name, 32) * (layer.inputs + layer.outputs) for layer in layers)
    done = round(sum(layer.macs * share[layer.name] for layer in layers))
    return silicon.Traffic(done, dram_bits=stored_bits(read), sram_bits=stored_bits(read) + moved)


def _share_kept(weight: Tensor | Encoded | Sparse) -> float:
    """The share of a layer's multiplications that are with weights still there: each weight is used equally often."""
    return weight.kept.float().mean().item() if isinstance(weight, Sparse) else 1.0


def arithmetic(model: VisionModel) -> str:
    """int8 where both factors of all products have at most 8 bits; else fp32, for rounded weights are unpacked
    first."""
    weights = [model.tensors[f"{name}.weight"] for name in weighted(model.net)]
    dense = [weight.weights if isinstance(weight, Sparse) else weight for weight in weights]
    bits = [weight.integer_bits if isinstance(weight, Encoding) else None for weight in dense]
    narrow = all(each is not None and each <= 8 for each in bits)
    return "int8" if narrow and model.inputs else "fp32"

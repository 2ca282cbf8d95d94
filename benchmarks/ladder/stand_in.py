"""A model that SmolLM2 may have been before it was rounded, and the same with rows that are whole blocks of 256.

The package of SmolLM2 has its weights in Q4_1, and embeddings in Q8_0. A file made of these is exact for every type
whose grid holds theirs. So each weight is drawn anew from the step it was rounded to: what the file had been made of is
one of all these models, and rounding this one to Q4_1 makes the file again, but for the ends of its blocks.

Its rows have 576 numbers, which blocks of 256 do not fill: llama-quantize replaces most types by wider ones. With zeros
up to 768 numbers, and three heads that say nothing, it is the same function, and every type is what its name says.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, quants

BLOCK = 32  # numbers that share a step
TYPE_BYTES = {GGMLQuantizationType.Q4_1: 20, GGMLQuantizationType.Q8_0: 34}
WHOLE = 256  # numbers of the largest blocks
Arrays = Mapping[str, np.ndarray]  # by the names of GGUF, float32


def steps(raw: np.ndarray, kind: GGMLQuantizationType) -> np.ndarray:
    """The distance between two levels of each number of a matrix, float32 [rows, columns]. `raw`: the bytes of its
    blocks, uint8 [rows, bytes], each of which begins with that distance."""
    blocks = np.ascontiguousarray(raw.reshape(len(raw), -1, TYPE_BYTES[kind])[..., :2])
    return np.repeat(blocks.view(np.float16)[..., 0].astype(np.float32), BLOCK, axis=1)


def spread(weight: np.ndarray, step: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A weight that rounds to the one given: each number drawn evenly from half a step below to half a step above."""
    return weight + step * random.uniform(-0.5, 0.5, weight.shape).astype(np.float32)


def tensors(path: Path, seed: int | None) -> dict[str, np.ndarray]:
    """The weights in a file, spread by a `seed`, or as they are stored without one."""
    random = np.random.default_rng(seed)
    draws = lambda each: seed is not None and each.tensor_type in TYPE_BYTES
    found = {}
    for each in GGUFReader(path).tensors:
        weight = quants.dequantize(each.data, each.tensor_type).astype(np.float32)
        found[each.name] = spread(weight, steps(each.data, each.tensor_type), random) if draws(each) else weight
    return found


def widened(weights: Arrays, width: int, whole: int) -> dict[str, np.ndarray]:
    """The same function of a model's tokens with `whole` numbers in each row, not `width`: all that is new is zero.

    RMSNorm divides by the mean square of all numbers, among which are more zeros now: its gain makes up for that.
    """
    gain = np.float32(np.sqrt(width / whole))
    return {name: _widened(name, weight, width, whole, gain) for name, weight in weights.items()}


def _widened(name: str, weight: np.ndarray, width: int, whole: int, gain: np.float32) -> np.ndarray:
    if weight.ndim == 1:
        return np.pad(weight * gain, (0, whole - width))
    grows = lambda length: length * whole // width if length in (width, width // 3) else length
    rows = len(weight) if name.startswith("token_embd") else grows(len(weight))
    return np.pad(weight, ((0, rows - len(weight)), (0, grows(weight.shape[1]) - weight.shape[1])))


def write(path: Path, origin: Path, weights: Arrays, changed: Mapping[str, object]) -> Path:
    """A file of these weights in 32 bits, with all that `origin` says besides, but for settings that are `changed`."""
    writer = GGUFWriter(path, "llama")
    for field in GGUFReader(origin).fields.values():
        if field.name.startswith("GGUF.") or field.name in ("general.architecture", "general.file_type"):
            continue
        inner = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, changed.get(field.name, field.contents()), field.types[0], inner)
    writer.add_file_type(0)
    for name, weight in weights.items():
        writer.add_tensor(name, weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path

"""How large a model is: every number but the estimated ones is the length of a real file."""

import io
import zipfile
from contextlib import suppress

from safetensors.torch import save
from torch import nn

from lessons.quantity import Quantity
from lessons.shrink.pack import NotPossible, Tensors, kept_bits, pack, stored_bits
from lessons.shrink.sparse import Sparse
from lessons.shrink.sparse_index import FORMATS
from lessons.text import sections

WORDS = sections("measure")


def sizes(net: nn.Module, tensors: Tensors, baseline: nn.Module) -> tuple[Quantity, ...]:
    """Bytes of a shrunk model: packed, theoretical, zipped, saved the usual way as float32, and of its baseline.

    Where weights were pruned also `nonzero` and, for each format of an index that can store them, `format_…`.
    """
    packed = pack(tensors)
    return (
        Quantity("packed", len(packed), "bytes", "measured", source=WORDS["packed file"]),
        Quantity("theoretical", stored_bits(tensors) / 8, "bytes", "estimated", source=WORDS["numbers of a file"]),
        Quantity("zipped", len(zipped(packed)), "bytes", "measured", source=WORDS["zipped file"]),
        Quantity("as_float32", len(saved(net)), "bytes", "measured", source=WORDS["safetensors file"]),
        Quantity(
            "baseline",
            len(pack(dict(baseline.named_parameters()))),
            "bytes",
            "measured",
            source=WORDS["float32 file"],
        ),
        *(pruned_sizes(tensors) if any(isinstance(tensor, Sparse) for tensor in tensors.values()) else ()),
    )


def pruned_sizes(tensors: Tensors) -> list[Quantity]:
    """Bytes of what is left alone, the number papers quote, and of the file in every format that can store it."""
    source = WORDS["non-zero weights"]
    found = [Quantity("nonzero", kept_bits(tensors) / 8, "bytes", "estimated", source=source)]
    for name in FORMATS:
        with suppress(NotPossible):
            length, source = len(pack(tensors, name)), WORDS("file in a format", format=name)
            found.append(Quantity(f"format_{name}", length, "bytes", "measured", source=source))
    return found


def zipped(file: bytes) -> bytes:
    """A zip archive with this one file in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        z.writestr(zipfile.ZipInfo("model.ants"), file, compress_type=zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def saved(net: nn.Module) -> bytes:
    """The weights as everybody saves them: float32, whatever values they hold."""
    return save({name: tensor.contiguous() for name, tensor in net.state_dict().items()})

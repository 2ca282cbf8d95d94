"""How large a model is: every number but the theoretical one is the length of a real file."""

import io
import zipfile

from safetensors.torch import save
from torch import nn

from lessons.quantity import Quantity
from lessons.shrink.pack import Tensors, pack, stored_bits


def sizes(net: nn.Module, tensors: Tensors, baseline: nn.Module) -> tuple[Quantity, ...]:
    """Bytes of a shrunk model: packed, theoretical, zipped, saved the usual way as float32, and of its baseline."""
    packed = pack(tensors)
    return (
        Quantity("packed", len(packed), "bytes", "measured", source="length of the packed file"),
        Quantity("theoretical", stored_bits(tensors) / 8, "bytes", "estimated", source="codes, scales, zero points, biases; no header"),
        Quantity("zipped", len(zipped(packed)), "bytes", "measured", source="length of the packed file, zipped"),
        Quantity("as_float32", len(saved(net)), "bytes", "measured", source="length of a safetensors file of the shrunk weights"),
        Quantity("baseline", len(pack(dict(baseline.named_parameters()))), "bytes", "measured", source="length of the float32 file"),
    )  # fmt: skip


def zipped(file: bytes) -> bytes:
    """A zip archive with this one file in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        z.writestr(zipfile.ZipInfo("model.ants"), file, compress_type=zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def saved(net: nn.Module) -> bytes:
    """The weights as everybody saves them: float32, whatever values they hold."""
    return save({name: tensor.contiguous() for name, tensor in net.state_dict().items()})

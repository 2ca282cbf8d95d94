"""What a token of a language model must cost in silicon."""

from lessons.estimate.silicon import Traffic, floor_7nm, floor_45nm
from lessons.quantity import Quantity


def floors(macs: float, read: float, number: str) -> tuple[Quantity, Quantity]:
    """Joules a token, at 45 nm and at 7 nm. `read`: bytes of weights, each of which a token needs once; `number`: the
    format that is multiplied. `macs`: of a token."""
    traffic = Traffic(int(macs), dram_bits=8 * read, sram_bits=8 * read)
    return floor_45nm(traffic, number), floor_7nm(traffic, number)

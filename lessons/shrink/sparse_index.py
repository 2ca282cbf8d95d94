"""Which weights of a pruned matrix are there, in bytes: the index that stands in a file before the weights themselves.

A matrix is a weight of shape [out, in, …] as [rows, columns]: one row an output, or, with the channels last, one row an
output and position of the kernel (see `sparse.matrix`).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lessons.shrink.bitpack import pack_bits, pack_widths, unpack_bits, unpack_widths

ESCAPE = 15  # the last code of 4 bits


class Format(NamedTuple):
    """A way to write the places of weights. `read` raises ValueError for what `write` cannot have written."""

    # that it stores, from those kept, bool [rows, columns] both; None where it cannot
    places: Callable[[np.ndarray], np.ndarray | None]
    write: Callable[[np.ndarray], bytes]  # these places as bytes
    read: Callable[[bytes, int, int], np.ndarray]  # the places again, from bytes, rows and columns
    channels_last: bool = False  # whether rows run along a convolution's input channels


def as_they_are(kept: np.ndarray) -> np.ndarray:
    """The places of all formats that store what is kept and nothing else."""
    return kept


def write_bitmap(places: np.ndarray) -> bytes:
    """One bit a weight: 1 where it is kept."""
    return pack_bits(places.ravel(), 1)


def read_bitmap(index: bytes, rows: int, columns: int) -> np.ndarray:
    """The places again, bool [rows, columns]. Raises ValueError for another number of bits."""
    _check_length(index, rows * columns)
    return unpack_bits(index, 1, rows * columns).astype(bool).reshape(rows, columns)


def csr(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compressed sparse rows, as SciPy and PyTorch have them: where each row begins among the kept weights, and the
    column of each of these: int32 [rows + 1], int32 [kept]."""
    begins = np.concatenate([[0], places.sum(1).cumsum()])
    return begins.astype(np.int32), places.nonzero()[1].astype(np.int32)


def write_csr(places: np.ndarray) -> bytes:
    """Row begins and columns (see `csr`), 32 bits each."""
    return b"".join(numbers.astype("<i4").tobytes() for numbers in csr(places))


def read_csr(index: bytes, rows: int, columns: int) -> np.ndarray:
    """The places again, bool [rows, columns]. Raises ValueError where rows do not add up, or columns lead out."""
    numbers = np.frombuffer(index, "<i4").astype(np.int64)
    begins, column = numbers[: rows + 1], numbers[rows + 1 :]
    lengths = np.diff(begins)
    if len(begins) != rows + 1 or begins[0] != 0 or begins[-1] != len(column) or (lengths < 0).any():
        raise ValueError("the rows of an index do not add up")
    return _matrix(np.repeat(np.arange(rows), lengths), column, rows, columns)


def write_runs(places: np.ndarray) -> bytes:
    """The zeros before each kept weight, row after row, in 4 bits; code 15 stands for fifteen zeros and no weight.

    Han et al., "Deep Compression" (2016), §2; in 4 bits: Han et al., "EIE" (2016), §III. There a gap too wide for one
    code is filled with a zero that is stored like a weight; here nothing but kept weights is stored.
    """
    zeros = np.diff(np.flatnonzero(places), prepend=-1) - 1
    ends = (zeros // ESCAPE + 1).cumsum()  # the last code of each weight stands before these
    codes = np.full(ends[-1] if len(ends) else 0, ESCAPE)
    codes[ends - 1] = zeros % ESCAPE
    whole_bytes = np.pad(
        codes, (0, len(codes) % 2), constant_values=ESCAPE
    )  # zeros that no weight follows change nothing
    return pack_bits(whole_bytes, 4)


def read_runs(index: bytes, rows: int, columns: int) -> np.ndarray:
    """The places again, bool [rows, columns]. Raises ValueError where they lead out of the matrix."""
    codes = unpack_bits(index, 4, 2 * len(index))
    steps = np.where(codes == ESCAPE, ESCAPE, codes + 1)
    place = steps.cumsum()[codes != ESCAPE] - 1
    if len(place) and place[-1] >= rows * columns:
        raise ValueError("an index leads out of its matrix")
    places = np.zeros((rows, columns), bool)
    places.flat[place] = True
    return places


def write_delta(places: np.ndarray) -> bytes:
    """How many weights each row keeps; of how many bits its distances are; and the zeros before each kept weight of a
    row, in as few bits as the most of that row need.

    In the manner of dCSR, not its layout: Trommer et al., "dCSR: A Memory-Efficient Sparse Matrix Representation for
    Parallel Neural Network Inference" (2021), arXiv:2111.12345.
    """
    rows, columns = places.shape
    kept, (row, column) = places.sum(1), places.nonzero()
    first = np.diff(row, prepend=-1) != 0
    zeros = column - np.where(first, -1, np.roll(column, 1)) - 1
    most = np.zeros(rows, np.int64)
    np.maximum.at(most, row, zeros)
    widths = np.frexp(most)[1]  # bits of a whole number: its exponent
    bits_kept, bits_width = _delta_bits(columns)
    return pack_bits(kept, bits_kept) + pack_bits(widths, bits_width) + pack_widths(zeros, widths[row])


def read_delta(index: bytes, rows: int, columns: int) -> np.ndarray:
    """The places again, bool [rows, columns]. Raises ValueError for another length, or where they lead out."""
    bits_kept, bits_width = _delta_bits(columns)
    middle = -(-rows * bits_kept // 8)
    end = middle - (-rows * bits_width // 8)
    if len(index) < end:
        raise ValueError(f"an index of {len(index)} bytes, where its rows alone take {end}")
    kept = unpack_bits(index[:middle], bits_kept, rows).astype(np.int64)
    widths = unpack_bits(index[middle:end], bits_width, rows)
    row = np.repeat(np.arange(rows), kept)
    along = (unpack_widths(index[end:], widths[row]) + 1).cumsum()
    before = np.append(0, along)[kept.cumsum() - kept]  # what the rows before add to the sum
    return _matrix(row, along - 1 - before[row], rows, columns)


def two_of_four(kept: np.ndarray) -> np.ndarray | None:
    """Exactly two places in every four of a row: where fewer are kept, the first that are gone; None where more are.

    A row that four do not divide is filled up with weights that are gone.
    """
    filled = np.pad(kept, ((0, 0), (0, -kept.shape[1] % 4)))
    fours = filled.reshape(-1, 4)
    missing = 2 - fours.sum(1, keepdims=True)
    if (missing < 0).any():
        return None
    return (fours | ((~fours).cumsum(1) <= missing) & ~fours).reshape(filled.shape)


def write_two_of_four(places: np.ndarray) -> bytes:
    """The two places in each four, two bits each: Mishra et al., "Accelerating Sparse Deep Neural Networks" (2021),
    §3."""
    return pack_bits(places.reshape(-1, 4).nonzero()[1], 2)


def read_two_of_four(index: bytes, rows: int, columns: int) -> np.ndarray:
    """The places again, bool [rows, columns filled up to fours]. Raises ValueError where two of a four do not rise."""
    fours = rows * -(-columns // 4)
    _check_length(index, 4 * fours)
    pairs = unpack_bits(index, 2, 2 * fours).reshape(fours, 2)
    if (pairs[:, 0] >= pairs[:, 1]).any():
        raise ValueError("two places in a four that do not rise")
    return (pairs[:, :, None] == np.arange(4)).any(1).reshape(rows, -(-columns // 4) * 4)


FORMATS = {
    "dense": Format(np.ones_like, lambda places: b"", lambda index, rows, columns: np.ones((rows, columns), bool)),
    "bitmap": Format(as_they_are, write_bitmap, read_bitmap),
    "csr": Format(as_they_are, write_csr, read_csr),
    "run-length": Format(as_they_are, write_runs, read_runs),
    "delta": Format(as_they_are, write_delta, read_delta),
    "2:4": Format(two_of_four, write_two_of_four, read_two_of_four, channels_last=True),
}


def _delta_bits(columns: int) -> tuple[int, int]:
    """Bits that the count of a row's weights and the width of its distances take."""
    return columns.bit_length(), max(columns - 1, 0).bit_length().bit_length()


def _matrix(row: np.ndarray, column: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """The matrix with these places. Raises ValueError where they are outside it or do not rise."""
    if ((column < 0) | (column >= columns)).any() or (np.diff(row * columns + column) <= 0).any():
        raise ValueError("an index leads out of its matrix, or back")
    places = np.zeros((rows, columns), bool)
    places[row, column] = True
    return places


def _check_length(index: bytes, bits: int) -> None:
    if len(index) != -(-bits // 8):
        raise ValueError(f"an index of {len(index)} bytes, where {bits} bits are asked for")

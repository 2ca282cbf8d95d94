"""Whole numbers of a few bits each, without gaps."""

import numpy as np

AT_ONCE = 2**20  # codes: whole bytes, and little memory for their bits


def pack_bits(codes: np.ndarray, bits: int) -> bytes:
    """Codes [n] of `bits` bits each, lowest bit first, without gaps: ⌈n·bits / 8⌉ bytes."""
    return b"".join(_packed(codes[at : at + AT_ONCE], bits) for at in range(0, len(codes), AT_ONCE))


def _packed(codes: np.ndarray, bits: int) -> bytes:
    if bits in (1, 2, 4, 8):  # whole codes in each byte
        filled = np.pad(codes, (0, -len(codes) % (8 // bits))).astype(np.uint8).reshape(-1, 8 // bits)
        return np.bitwise_or.reduce(filled << np.arange(0, 8, bits, dtype=np.uint8), axis=1).tobytes()
    planes = (codes[:, None].astype(np.uint32) >> np.arange(bits, dtype=np.uint32)) & 1
    return np.packbits(planes.astype(np.uint8), bitorder="little").tobytes()


def unpack_bits(packed: bytes, bits: int, count: int) -> np.ndarray:
    """The inverse of pack_bits: int32 [count]. `packed`: what that gave."""
    planes = np.unpackbits(np.frombuffer(packed, np.uint8), count=count * bits, bitorder="little")
    return (planes.reshape(count, bits).astype(np.int32) << np.arange(bits)).sum(1, dtype=np.int32)


def pack_widths(codes: np.ndarray, widths: np.ndarray) -> bytes:
    """Codes [n], each of as many bits as its width [n] says, lowest bit first, without gaps: ⌈Σ widths / 8⌉ bytes."""
    code, place = _bits_of(widths)
    return np.packbits((codes[code] >> place & 1).astype(np.uint8), bitorder="little").tobytes()


def unpack_widths(packed: bytes, widths: np.ndarray) -> np.ndarray:
    """The inverse of pack_widths: int64 [n]. Raises ValueError where it is not as long as the widths say. `packed`:
    what that gave."""
    length = -(-int(widths.sum()) // 8)
    if len(packed) != length:
        raise ValueError(f"{len(packed)} bytes where the widths ask for {length}")
    code, place = _bits_of(widths)
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=len(code), bitorder="little").astype(np.int64)
    return np.bincount(code, bits << place, len(widths)).astype(np.int64)


def _bits_of(widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each bit, in the order of the file: which code it belongs to, and its place in there."""
    code = np.repeat(np.arange(len(widths)), widths)
    return code, np.arange(len(code)) - np.repeat(widths.cumsum() - widths, widths)

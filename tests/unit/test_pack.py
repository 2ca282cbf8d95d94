"""A packed file gives back the same numbers, has the length it should, and a damaged one is refused."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.shrink.bitpack import pack_bits, unpack_bits
from lessons.shrink.grid import affine
from lessons.shrink.pack import NotPacked, pack, stored_bits, unpack
from lessons.shrink.quantize import binary, quantize
from lessons.vision.steps import SCHEMES

generator = torch.Generator().manual_seed(0)


def model(bits: int, grain: str, scheme: str) -> dict:
    weight = torch.randn(6, 3, 5, 5, generator=generator).contiguous(memory_format=torch.channels_last)
    code = binary(weight, grain, 7) if bits == 1 else quantize(weight, bits, grain, SCHEMES[scheme], "min-max", 7)
    return {"conv.weight": code, "conv.bias": torch.randn(6, generator=generator)}


@pytest.mark.parametrize("scheme", ["symmetric", "affine"])
@pytest.mark.parametrize("grain", ["tensor", "channel", "group"])
@pytest.mark.parametrize("bits", range(1, 17))
def test_unpack_gives_back_the_same_weights_bit_for_bit(bits, grain, scheme):
    tensors = model(bits, grain, scheme)
    back = unpack(pack(tensors))
    assert list(back) == list(tensors)
    assert torch.equal(back["conv.bias"].view(torch.int32), tensors["conv.bias"].view(torch.int32))
    ours, theirs = back["conv.weight"], tensors["conv.weight"]
    assert torch.equal(ours.codes, theirs.codes)
    assert torch.equal(ours.decode().view(torch.int32), theirs.decode().contiguous().view(torch.int32))
    assert pack(back) == pack(tensors)


@given(st.integers(1, 16), st.data())
def test_bits_round_trip_without_gaps(bits, data):
    codes = np.array(data.draw(st.lists(st.integers(0, 2**bits - 1), max_size=50)), dtype=np.int32)
    packed = pack_bits(codes, bits)
    assert len(packed) == -(-len(codes) * bits // 8)
    assert (unpack_bits(packed, bits, len(codes)) == codes).all()


@pytest.mark.parametrize("bits", [2, 4, 8])
def test_file_is_within_two_percent_of_theory_and_header(bits):
    weight = torch.randn(64, 512, generator=generator)
    tensors = {"fc.weight": quantize(weight, bits, "channel", affine, "min-max"), "fc.bias": torch.zeros(64)}
    file = pack(tensors)
    header = 9 + int.from_bytes(file[5:9], "little")
    theory = stored_bits(tensors) / 8
    assert theory == 64 * 512 * bits / 8 + 64 * (4 + 2) + 64 * 4
    assert theory + header <= len(file) <= (theory + header) * 1.02


@given(st.integers(0, 400))
def test_a_cut_file_is_refused(length):
    file = pack(model(4, "channel", "affine"))
    with pytest.raises(NotPacked):
        unpack(file[: min(length, len(file) - 1)])


def test_a_file_with_more_at_its_end_is_refused():
    with pytest.raises(NotPacked, match="3 bytes are left over"):
        unpack(pack(model(4, "tensor", "symmetric")) + b"abc")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_one_way(junk):
    for file in (junk, b"ANTS1" + junk):
        with pytest.raises(NotPacked):
            unpack(file)


@pytest.mark.parametrize(
    "header",
    [b'[{"name": "w", "shape": [-1, -4]}]', b"[" * 100_000, b'[{"name": "w", "shape": [2], "bits": 4, "scale": [-1]}]'],
)
def test_a_header_that_cannot_be_is_refused(header):
    with pytest.raises(NotPacked):
        unpack(b"ANTS1" + len(header).to_bytes(4, "little") + header + bytes(16))

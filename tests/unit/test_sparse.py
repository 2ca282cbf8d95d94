"""A pruned tensor comes back the same from every format, takes the bytes it should, and a damaged one is refused."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessons.__main__ import main
from lessons.measure import size
from lessons.measure.break_even import break_even
from lessons.shrink import prune
from lessons.shrink.bitpack import pack_widths, unpack_widths
from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import affine, symmetric
from lessons.shrink.pack import NotPacked, NotPossible, header, kept_bits, pack, stored_bits, unpack
from lessons.shrink.packed_reader import MOST, Reader, room
from lessons.shrink.quantize import binary, quantize
from lessons.shrink.sparse import Sparse, stored
from lessons.shrink.sparse_index import FORMATS, csr, two_of_four

generator = torch.Generator().manual_seed(0)
INNER = {
    "float32": lambda weight: weight,
    "symmetric": lambda weight: quantize(weight, 4, "channel", symmetric, "min-max"),
    "affine": lambda weight: quantize(weight, 3, "channel", affine, "min-max"),
    "groups": lambda weight: quantize(weight, 8, "group", affine, "min-max", 7),
    "binary": lambda weight: binary(weight, "channel"),
}
matrices = hnp.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 40)))
wide = st.builds(np.pad, matrices, st.tuples(st.just((0, 0)), st.tuples(st.integers(0, 90), st.integers(0, 90))))
masks = matrices | wide | st.builds(np.ones, st.tuples(st.integers(1, 9), st.integers(1, 40)), st.just(bool))


def sparse(kept: np.ndarray | torch.Tensor, inner: str = "float32") -> Sparse:
    """Weights of both signs, not only where they are kept."""
    weight = torch.randn(kept.shape, generator=generator) + 0.3
    return Sparse(torch.as_tensor(kept), INNER[inner](weight))


def pruned(shape: tuple[int, ...], share: float, inner: str = "float32") -> Sparse:
    """All but a share of the weights, which are gone at random."""
    gone = (
        torch.randperm(torch.Size(shape).numel(), generator=generator).reshape(shape)
        < share * torch.Size(shape).numel()
    )
    return sparse(~gone, inner)


def decoded(tensor: torch.Tensor | Encoded | Sparse) -> torch.Tensor:
    return (tensor if isinstance(tensor, torch.Tensor) else tensor.decode()).contiguous().view(torch.int32)


def length(tensor: Sparse, format: str | None = None) -> int:
    return len(pack({"w": tensor}, format))


def possible(tensor: Sparse) -> list[str]:
    return [format for format in FORMATS if stored(tensor, format)]


@given(masks)
def test_every_index_gives_back_its_places(kept):
    for name, (places, write, read, _) in FORMATS.items():
        asked = places(kept)
        if asked is None:
            assert name == "2:4"
            continue
        assert (asked[:, : kept.shape[1]] >= kept).all()
        assert (read(write(asked), *kept.shape) == asked).all()


@given(masks, st.sampled_from(list(INNER)))
def test_unpack_gives_back_the_same_weights_bit_for_bit(kept, inner):
    tensor = sparse(kept, inner)
    for format in [None, *possible(tensor)]:
        back = unpack(pack({"w": tensor, "b": torch.ones(2)}, format))
        assert torch.equal(decoded(back["w"]), decoded(tensor))
        if format:
            assert pack(back, format) == pack({"w": tensor, "b": torch.ones(2)}, format)
        if format not in (None, "dense", "2:4"):
            assert torch.equal(back["w"].kept, tensor.kept)


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("shape", [(6, 1, 5, 5), (6, 1, 3, 3), (1, 64), (7, 4, 3, 3), (5,), (3, 1)])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.95, 1.0])
def test_shapes_of_layers_come_back(shape, share, inner):
    tensor = pruned((*shape, 1) if len(shape) == 1 else shape, share, inner)
    for format in possible(tensor):
        back = unpack(pack({"w": tensor}, format))["w"]
        assert torch.equal(decoded(back), decoded(tensor))
    assert {"bitmap", "csr", "run-length", "delta"} <= set(possible(tensor))


def test_a_channels_last_tensor_comes_back():
    weight = torch.randn(6, 3, 5, 5, generator=generator).contiguous(memory_format=torch.channels_last)
    tensor = Sparse(weight > 0, weight)
    for format in possible(tensor):
        assert torch.equal(decoded(unpack(pack({"w": tensor}, format))["w"]), decoded(tensor))


def test_a_weight_that_is_gone_is_plain_zero_whatever_it_was():
    weights = torch.tensor([[-1.0, float("nan"), float("inf"), 2.0]])
    values = Sparse(torch.tensor([[False, False, False, True]]), weights).decode()
    assert values.tolist() == [[0.0, 0.0, 0.0, 2.0]]
    assert not values.signbit().any()


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support is in beta")
@given(masks)
def test_csr_is_torchs(kept):
    theirs = torch.from_numpy(kept).float().to_sparse_csr()
    begins, columns = csr(kept)
    assert begins.dtype == columns.dtype == np.int32
    assert begins.tolist() == theirs.crow_indices().tolist()
    assert columns.tolist() == theirs.col_indices().tolist()
    assert FORMATS["csr"].write(kept) == np.concatenate([begins, columns]).astype("<i4").tobytes()


def test_runs_are_the_zeros_before_each_weight_and_escapes_store_none():
    kept = np.zeros((2, 40), bool)
    kept[0, [0, 3]] = kept[1, 5] = True  # 0, 2 and 41 zeros before: 15 + 15 + 11
    assert FORMATS["run-length"].write(kept) == bytes([0x20, 0xFF, 0xFB])
    assert stored(sparse(kept), "run-length").values.numel() == 3


def test_distances_take_the_bits_of_the_widest_of_their_row():
    kept = np.zeros((3, 300), bool)
    kept[0, :8] = True  # side by side: 0 bits each
    kept[1, [0, 2, 5, 299]] = True  # 0, 1, 2, 293: 9 bits each
    index = FORMATS["delta"].write(kept)
    assert len(index) == -(-3 * 9 // 8) + -(-3 * 4 // 8) + -(-4 * 9 // 8)  # counts, widths, distances


@given(st.lists(st.integers(0, 2**20)), st.integers(0, 3))
def test_widths_round_trip_without_gaps(codes, more):
    widths = np.array([code.bit_length() + more for code in codes], dtype=np.int64)
    packed = pack_widths(np.array(codes, dtype=np.int64), widths)
    assert len(packed) == -(-widths.sum() // 8)
    assert unpack_widths(packed, widths).tolist() == codes


@pytest.mark.parametrize("length", [0, 1, 3])
def test_codes_are_as_long_as_their_widths_say(length):
    with pytest.raises(ValueError, match="where the widths ask for 2"):
        unpack_widths(bytes(length), np.array([4, 5]))


@given(masks)
def test_two_of_four_has_two_places_in_each_four_and_only_there(kept):
    places = two_of_four(kept)
    fours = np.pad(kept, ((0, 0), (0, -kept.shape[1] % 4))).reshape(-1, 4)
    assert (places is None) == (fours.sum(1) > 2).any()
    if places is not None:
        assert (places.reshape(-1, 4).sum(1) == 2).all()


def test_two_of_four_takes_two_values_and_four_bits():
    kept = torch.tensor([[True, True, False, False, False, True, False, True]]).repeat(8, 1)
    way = stored(sparse(kept, "binary"), "2:4")  # full fours need no zero
    assert (len(way.index), way.values.codes.numel()) == (8, 32)
    assert way.index[0] == 0b1101_0100


@pytest.mark.parametrize("inner", INNER)
def test_two_of_four_of_a_convolution_are_input_channels_at_each_position_of_its_kernel(inner):
    weight = torch.randn(6, 8, 3, 3, generator=generator)
    channels = Sparse(prune.n_of_m(weight.abs(), 2, 4), INNER[inner](weight))
    way = stored(channels, "2:4")
    assert len(way.index) == weight.numel() // 8  # 4 bits for four weights
    back = unpack(file_of := pack({"w": channels}, "2:4"))["w"]
    assert torch.equal(decoded(back), decoded(channels)) and torch.equal(back.kept, channels.kept)
    assert header(file_of)[0]["channels_last"] is True
    neighbours = torch.zeros(6, 8, 9, dtype=torch.bool)
    neighbours[:, :4, :2] = True  # two of four neighbours in each row of the kernel, but four of four channels
    assert stored(sparse(neighbours.reshape(6, 8, 3, 3)), "2:4") is None


def test_a_file_of_two_of_four_that_was_written_along_the_kernel_is_read_as_it_was_written():
    kept = torch.tensor([[True, True, False, False] * 9]).reshape(1, 4, 3, 3)
    places, values = kept.reshape(1, 36).numpy(), np.arange(1, 19, dtype="<f4")
    entry = {"shape": [1, 4, 3, 3], "format": "2:4", "index": 5}
    back = unpack(file(entry, FORMATS["2:4"].write(places) + values.tobytes()))["w"]
    assert back.decode()[kept].tolist() == list(range(1, 19))


def test_channels_of_a_matrix_cannot_stand_last():
    with pytest.raises(NotPacked, match="cannot stand last"):
        unpack(file({"shape": [1, 4], "format": "2:4", "index": 1, "channels_last": True}, b"\x04" + bytes(8)))


def test_two_of_four_is_refused_where_it_cannot_be():
    three = torch.tensor([[True, True, True, False]])
    one = torch.tensor([[True, False, False, False]])
    with pytest.raises(NotPossible, match="w cannot be stored as 2:4"):
        pack({"w": sparse(three)}, "2:4")
    with pytest.raises(NotPossible):  # neither code of ±α means 0
        pack({"w": sparse(one, "binary")}, "2:4")
    with pytest.raises(NotPossible):
        pack({"w": sparse(one, "binary")}, "dense")
    with_zero = Encoded(torch.tensor([[2, 1, 2, 1]]).int(), 2, torch.ones(1, 1), codebook=torch.tensor([-1.0, 0, 1, 2]))
    for format in FORMATS:
        back = unpack(pack({"w": Sparse(one, with_zero)}, format))["w"]
        assert back.decode().tolist() == [[1, 0, 0, 0]]


@pytest.mark.parametrize(
    ("format", "even"),
    [("bitmap", 1 / 32), ("csr", 0.5 + 66 / 65536), ("run-length", 1 / 9)],  # CSR: 64 bits a weight and 65 pointers
)
def test_float32_is_smaller_than_dense_from_a_formats_break_even_on(format, even):
    shape = (64, 512)
    for share, smaller in ((even - 0.02, False), (even + 0.02, True)):
        tensor = pruned(shape, share)
        assert (length(tensor, format) < length(tensor, "dense")) == smaller


def test_at_8_bits_csr_pays_only_where_little_is_left():
    for share, smaller in ((0.5, False), (0.75, False), (0.85, True)):
        tensor = pruned((64, 512), share, "groups")
        assert (length(tensor, "csr") < length(tensor, "dense")) == smaller


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.9, 0.99, 1.0])
def test_without_a_format_a_file_is_the_smallest(share, inner):
    tensor = pruned((20, 90), share, inner)
    assert length(tensor) == min(length(tensor, format) for format in possible(tensor))
    assert stored_bits({"w": tensor}) <= 8 * length(tensor)
    assert kept_bits({"w": tensor}) <= stored_bits({"w": tensor})


def test_nothing_pruned_is_the_file_of_the_dense_weights():
    tensor = pruned((20, 90), 0.0, "symmetric")
    assert pack({"w": tensor}) == pack({"w": tensor.weights})
    assert stored_bits({"w": tensor}) == tensor.weights.stored_bits


def test_kept_weights_are_counted_with_their_scales():
    tensor = pruned((20, 90), 0.5, "affine")
    assert kept_bits({"w": tensor, "b": torch.ones(3)}) == 900 * 3 + 20 * (32 + 16) + 3 * 32


def test_theory_is_the_file_without_its_header():
    file = pack({"w": pruned((20, 90), 0.5)})
    assert stored_bits(unpack(file)) == 8 * (len(file) - 9 - int.from_bytes(file[5:9], "little"))


def test_a_file_takes_what_its_parts_say():
    tensor = pruned((10, 96), 0.75)
    index = {"dense": 0, "bitmap": 120, "csr": 4 * (11 + 240)}
    for format, bytes_ in index.items():
        file = pack({"w": tensor}, format)
        head = 9 + int.from_bytes(file[5:9], "little")
        assert len(file) == head + bytes_ + 4 * (960 if format == "dense" else 240)


def file(entry: dict, body: bytes) -> bytes:
    head = json.dumps([{"name": "w"} | entry]).encode()
    return b"ANTS1" + len(head).to_bytes(4, "little") + head + body


@given(st.sampled_from(list(FORMATS)), st.sampled_from(list(INNER)), st.data())
def test_a_damaged_file_is_refused_or_holds_a_tensor_of_its_shape(format, inner, data):
    tensor = sparse(np.tile([True, False, False, True, False], (4, 5)), inner)
    if format not in possible(tensor):
        return
    whole = pack({"w": tensor}, format)
    at, to = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 255))
    try:
        back = unpack(whole[:at] + bytes([to]) + whole[at + 1 :])
    except NotPacked:
        return
    for tensor in back.values():
        if isinstance(tensor, Sparse):
            weights = tensor.weights.codes if isinstance(tensor.weights, Encoded) else tensor.weights
            assert tensor.kept.shape == weights.shape


@given(st.sampled_from(list(FORMATS)), st.sampled_from(list(INNER)), st.data())
def test_a_cut_file_is_refused(format, inner, data):
    tensor = sparse(np.tile([True, False, False, True, False], (4, 5)), inner)
    if format in possible(tensor):
        whole = pack({"w": tensor}, format)
        with pytest.raises(NotPacked):
            unpack(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.sampled_from(list(FORMATS)), st.binary(max_size=60), st.integers(0, 6), st.integers(0, 12), st.data())
def test_an_index_of_any_bytes_is_refused_or_one_of_its_matrix(format, junk, rows, columns, data):
    try:
        places = FORMATS[format].read(junk, rows, columns)
    except ValueError:
        return
    assert places.dtype == bool
    assert places.shape == (rows, -(-columns // 4) * 4 if format == "2:4" else columns)


@pytest.mark.parametrize("format", [*FORMATS, "coo", ["csr"], None, 1])
@pytest.mark.parametrize(
    "shape", [[2**40], [2**20, 2**20], [2**60, 0], [0, 2**60], [-2, -2], [], [True, 4], "ab", None]
)
def test_a_hostile_shape_fills_no_memory(format, shape):
    for index in (0, 8, 16, -1, 2**70, 1.5, "8"):
        with pytest.raises(NotPacked):
            unpack(file({"shape": shape, "format": format, "index": index}, bytes(17)))


@pytest.mark.parametrize("shape", [[2**40, 0], [0, 2**40], [True, 4], [2.0, 4], [MOST + 1], [-2, -2], [], [10**400]])
def test_a_reader_takes_no_shape_that_is_none(shape):
    with pytest.raises(ValueError, match="a sparse tensor of no shape"):
        Reader(b"", 0).sparse(shape)


def test_many_sparse_tensors_of_few_bytes_fill_no_memory():
    entry = {"name": "w", "shape": [MOST // 4], "format": "run-length", "index": 0}
    head = json.dumps([entry] * 5).encode()
    with pytest.raises(NotPacked, match="larger than any"):
        unpack(b"ANTS1" + len(head).to_bytes(4, "little") + head)


def test_what_could_not_be_read_is_not_written():
    with pytest.raises(NotPossible):
        pack({"w": Sparse(torch.ones(1, dtype=torch.bool).expand(MOST + 1), torch.ones(1).expand(MOST + 1))})


@pytest.mark.parametrize(
    ("format", "index"),
    [
        ("csr", [0, 1, 1, 7]),  # a column outside
        ("csr", [0, 1, 1, -1]),
        ("csr", [0, 2, 2, 1, 1]),  # twice the same
        ("csr", [0, 2, 2, 2, 1]),  # back
        ("csr", [0, 2, 1, 1]),  # rows that end before they begin
        ("csr", [1, 1, 1, 1]),
        ("csr", [0, 1, 2**31 - 1, 1]),
        ("csr", [0, 1]),
    ],
)
def test_a_csr_index_that_cannot_be_is_refused(format, index):
    raw = np.array(index, "<i4").tobytes()
    with pytest.raises(NotPacked, match="index"):
        unpack(file({"shape": [2, 4], "format": format, "index": len(raw)}, raw + bytes(8)))


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_delta_index_of_another_length_is_refused(length):
    with pytest.raises(NotPacked, match="index|widths"):
        unpack(file({"shape": [2, 4], "format": "delta", "index": length}, bytes(length)))


def test_two_places_in_a_four_must_rise():
    for index in (b"\x00", b"\x01"):
        with pytest.raises(NotPacked, match="do not rise"):
            unpack(file({"shape": [1, 4], "format": "2:4", "index": 1}, index + bytes(8)))


def test_sizes_of_a_pruned_model_are_the_lengths_of_its_files():
    net = torch.nn.Linear(90, 20)
    pairs = torch.tensor([True, False, False, True, False, False]).repeat(20, 15)
    for tensor, has_24 in ((pruned((20, 90), 0.3), False), (sparse(pairs), True)):
        tensors = {"weight": tensor, "bias": torch.zeros(20)}
        found = {quantity.name: quantity for quantity in size.sizes(net, tensors, net)}
        formats = {name.removeprefix("format_"): q for name, q in found.items() if name.startswith("format_")}
        assert set(formats) == {*FORMATS} - (set() if has_24 else {"2:4"})
        for format, quantity in formats.items():
            assert (quantity.value, quantity.badge) == (len(pack(tensors, format)), "measured")
        assert found["packed"].value == min(quantity.value for quantity in formats.values())
        assert found["nonzero"].value == 4 * (int(tensor.kept.sum()) + 20)
        assert found["nonzero"].badge == "estimated"
        assert found["nonzero"].value < found["theoretical"].value < found["packed"].value


def test_sizes_of_a_model_with_all_its_weights_say_nothing_of_formats():
    net = torch.nn.Linear(90, 20)
    names = [quantity.name for quantity in size.sizes(net, dict(net.named_parameters()), net)]
    assert names == ["packed", "theoretical", "zipped", "as_float32", "baseline"]


def test_the_command_line_lists_what_is_kept(tmp_path, capsys):
    tensor = pruned((20, 90), 0.9, "symmetric")
    (tmp_path / "model.ants").write_bytes(pack({"w": tensor, "d": pruned((4, 4), 0.0), "b": torch.ones(3)}))
    assert main(["unpack", str(tmp_path / "model.ants")]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"name": "w", "shape": [20, 90], "bits": 4, "kept": 180, "format": "run-length"},
        {"name": "d", "shape": [4, 4], "bits": 32},
        {"name": "b", "shape": [3], "bits": 32},
    ]


@pytest.mark.parametrize(
    ("format", "sparsity"),
    [
        ({0.0: 150, 0.5: 110, 1.0: 10}, 0.55),
        ({0.0: 150, 0.5: 100, 1.0: 50}, 0.5),  # even at a measured point
        ({0.0: 90, 0.5: 120, 1.0: 80}, 0.75),  # smaller at first, but not from there on
        ({0.5: 60, 1.0: 60}, 0.5),  # not possible before
        ({0.0: 150, 0.5: 90, 1.0: 100}, None),
        ({0.7: 1}, None),
        ({}, None),
    ],
)
def test_break_even_is_where_a_format_is_smaller_from_then_on(format, sparsity):
    assert break_even({0.0: 100, 0.5: 100, 1.0: 100}, format) == (sparsity and pytest.approx(sparsity))


def test_a_tensor_without_weights_may_have_rows_but_not_more_than_there_is_room_for():
    reader = Reader(b"", 0)
    assert room([0, 4]) == 4
    assert reader.sparse([0, 4]) == [0, 4]
    with pytest.raises(ValueError, match="no shape"):
        reader.sparse([-1, 4])
    assert reader.sparse([reader.left]) == [MOST - 4]
    with pytest.raises(ValueError, match="larger than any"):
        reader.sparse([1])

"""Data sheets: dense peaks with 32-bit accumulation, watts of the right board, numbers that follow from each other."""

import pytest

from lessons import facts

BOARDS = facts.boards()
MATRIX = [board for board in BOARDS.values() if board.fp16_matrix_units]
GEFORCE = [board for board in MATRIX if "GeForce RTX" in board.name]
WORKSTATION = [board for board in MATRIX if "RTX" in board.name and "GeForce" not in board.name]


@pytest.mark.parametrize(
    ("name", "peak", "value"),
    [
        (
            "NVIDIA GeForce RTX 4090",
            "fp16",
            165.2,
        ),  # NVIDIA's Ada white paper, appendix A: 330.3 with fp16 accumulation
        ("NVIDIA GeForce RTX 4090", "fp8", 330.3),
        ("NVIDIA GeForce RTX 4080", "fp16", 97.5),
        ("NVIDIA GeForce RTX 4070", "fp16", 58.3),
        ("NVIDIA GeForce RTX 3090 Ti", "fp16", 80),
        ("NVIDIA GeForce RTX 3090", "fp16", 71),  # NVIDIA's GA102 white paper, appendix A: 142 with fp16 accumulation
        ("NVIDIA GeForce RTX 3080", "fp16", 59.5),
        ("NVIDIA GeForce RTX 5090", "fp16", 209.5),  # NVIDIA's RTX Blackwell white paper, appendix A
        ("NVIDIA GeForce RTX 5090", "fp8", 419),
        ("NVIDIA GeForce RTX 2080 Ti 11GB", "fp16", 53.8),  # NVIDIA's Turing white paper: 107.6 with fp16 accumulation
        ("NVIDIA RTX A6000", "fp16", 154.8),
        ("NVIDIA A10 PCIe", "fp16", 125),
        ("NVIDIA H100 SXM5 80GB", "fp16", 989.4),
        ("AMD Instinct MI350X", "fp8", 4600),
        ("AMD Instinct MI355X", "fp8", 5033.2),
        ("AMD Instinct MI355X", "fp4", 10066.4),
    ],
)
def test_peaks_are_dense_with_32_bits_to_add_up_in(name, peak, value):
    assert getattr(BOARDS[name], f"{peak}_dense_TFLOPS") == value
    assert BOARDS[name].fp16_matrix_units


@pytest.mark.parametrize(
    ("name", "watts"),
    [
        ("Google TPU v4", 192),  # Google Cloud: measured 90/170/192 W
        ("NVIDIA GeForce RTX 4070", 200),  # 285 W is the RTX 4070 Ti
        ("AMD Radeon RX 7900 XTX", 355),
        ("NVIDIA H100 SXM5 80GB", 700),
    ],
)
def test_watts_are_those_of_this_board(name, watts):
    assert BOARDS[name].tdp_W == watts


@pytest.mark.parametrize("board", GEFORCE, ids=lambda board: board.name)
def test_a_geforce_multiplies_at_half_its_rate_where_it_adds_up_in_32_bits(board):
    """Its matrix units reach twice what its shaders do, four times before the shaders were doubled in 2020."""
    assert board.fp16_dense_TFLOPS / board.fp32_TFLOPS == pytest.approx(4 if board.year < 2020 else 2, rel=0.01)


@pytest.mark.parametrize("board", WORKSTATION, ids=lambda board: board.name)
def test_a_workstations_board_does_not(board):
    assert board.fp16_dense_TFLOPS / board.fp32_TFLOPS == pytest.approx(8 if board.year < 2020 else 4, rel=0.01)


EVEN = ("AMD Radeon Instinct MI250X", "Google TPU v4", "Google TPU v6e Trillium")  # whose smaller numbers are no faster


HALVES = [(board, "fp8", board.fp8_dense_TFLOPS) for board in MATRIX if board.fp8_dense_TFLOPS]
HALVES += [(board, "int8", board.int8_dense_TOPS) for board in MATRIX if board.int8_dense_TOPS]


@pytest.mark.parametrize(("board", "form", "rate"), HALVES, ids=lambda part: getattr(part, "name", str(part)))
def test_half_the_bits_are_twice_as_fast(board, form, rate):
    times = 1 if board.name in EVEN and (form, board.name) != ("int8", EVEN[2]) else 2
    if form == "int8" and board in GEFORCE:  # integers are added up in 32 bits at full rate
        times = 4
    assert rate / board.fp16_dense_TFLOPS == pytest.approx(times, rel=0.03)


def test_two_chips_on_a_board_have_two_memories():
    assert BOARDS["NVIDIA Tesla K80"].memory_GB == 24
    assert BOARDS["NVIDIA Tesla K80"].bandwidth_GB_per_s == 480

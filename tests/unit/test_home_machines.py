"""Machines that people own: enough of them, each with its source, and in an order in which they are found."""

import re
from collections import Counter

import pytest

from lessons.estimate.roofline import machine_of
from lessons.facts import boards
from lessons.facts.board_memory import memory_bytes
from lessons.facts.home_machines import (
    CARDS,
    CPU,
    DESKTOP,
    GROUPS,
    LAPTOP,
    choosable,
    group_of,
    has_main_memory,
    home_machines,
    titled,
)
from lessons.facts.macs import macs_of
from lessons.ui.decide.knobs import TIMED
from lessons.ui.llm_at_home.knobs import BY_HAND, MACHINE, MODEL, MODELS, OTHER, named
from lessons.ui.work.this_machine import HERE, TITLES


def test_there_are_machines_of_every_kind():
    kinds = Counter(group_of(name) for name in choosable())
    assert sum(count for group, count in kinds.items() if group) >= 60
    assert kinds["desktop GPU"] >= 60 and kinds["laptop GPU"] >= 20 and kinds["Apple"] >= 40
    assert set(kinds) == {*GROUPS, None}
    for generation in range(1, 6):
        assert any(name.startswith(f"Apple M{generation}") for name in choosable())
    for series in ("RTX 20", "RTX 30", "RTX 40", "RTX 50"):
        names = [name for name in choosable() if f"GeForce {series}" in name]
        assert {group_of(name) for name in names} == set(CARDS)


def test_each_can_be_run_on_and_its_figures_are_sane():
    for machine in home_machines().values():
        assert machine.group in GROUPS
        assert (machine.memory_GB is None) == (machine.group == CPU)
        assert 10 < machine.bandwidth_GB_per_s < 2000
        assert machine.fp16_dense_TFLOPS is None or 1 < machine.fp16_dense_TFLOPS < 300
        assert machine.watts_off >= 1
        if machine.tdp_low_W and not machine.tdp_W:
            assert machine.tdp_low_W < machine.watts < machine.tdp_high_W
        assert machine.usable_GB is None or 0 < machine.usable_GB <= machine.memory_GB
        assert "forecast" not in machine.source and "leaked" not in machine.source


def test_a_name_is_in_one_table_and_old_names_are_there():
    assert not set(home_machines()) & set(boards())
    old = [b.name for b in boards().values() if b.kind in ("GPU", "SoC") and b.memory_GB and b.bandwidth_GB_per_s]
    assert {name for name in old if (boards()[name].year or 0) >= 2017} <= set(choosable())
    assert "NVIDIA GeForce RTX 4090" in choosable()


def test_this_machine_comes_first_and_data_centres_last():
    assert MACHINE.options[:2] == (HERE, BY_HAND)
    order = [group_of(name) for name in choosable()]
    assert order == sorted(order, key=lambda group: GROUPS.index(group) if group else len(GROUPS))
    assert order[0] == "desktop GPU" and list(choosable())[-1] not in home_machines()


@pytest.mark.parametrize("typed", ["4060", "Laptop", "M4", "24 GB", "H100", "Raspberry", "DDR5", "Radeon RX 7900"])
def test_what_a_reader_types_is_in_a_name(typed):
    assert any(typed in name for name in MACHINE.options)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("24 GB", "NVIDIA GeForce RTX 4090, 24 GB"),
        ("3090 24", "NVIDIA GeForce RTX 3090, 24 GB"),
        ("3060 12GB", "NVIDIA GeForce RTX 3060, 12 GB"),
        ("m4 max 64", TITLES["Apple M4 Max (40-core GPU), 64 GB"]),
        ("macbook", TITLES["Apple M5 Pro, 24 GB"]),
        ("macbook air m2", TITLES["Apple M2, 16 GB"]),
        ("mac mini m4 pro", TITLES["Apple M4 Pro, 48 GB"]),
        ("mac studio", TITLES["Apple M3 Ultra, 512 GB"]),
        ("h100 80", "NVIDIA H100 PCIe, 80 GB"),
        ("7900 xtx 24", "AMD Radeon RX 7900 XTX, 24 GB"),
    ],
)
def test_a_card_is_found_by_its_size(typed, found):
    """Streamlit looks for the letters in their order, whatever is between them."""
    letters = iter(found.lower())
    assert found in MACHINE.options and all(letter in letters for letter in typed.lower())


def test_a_model_is_found_with_a_space_in_place_of_a_hyphen():
    (found,) = (shown for name, shown in MODELS.items() if name == "gpt-oss 20B")
    letters = iter(found.lower())
    assert found in MODEL.options and all(letter in letters for letter in "gpt oss")
    assert MODEL.meant("gpt-oss 20B") == found and named(found) == "gpt-oss 20B"
    assert MODEL.meant("Llama 3.1 8B") == named("Llama 3.1 8B") == "Llama 3.1 8B"


def test_every_choice_says_its_memory_once_and_older_names_go_on_working():
    for name, board in choosable().items():
        title = titled(board)
        assert len(re.findall(r"\d ?GB", title)) == (1 if board.memory_GB else 0)
        assert MACHINE.meant(name) == MACHINE.meant(title) == title and named(title) == name
        assert not board.memory_GB or OTHER.meant(name) == title


def test_every_chip_of_apple_says_the_macs_that_have_it():
    chips = {name for name in choosable() if name.startswith("Apple M")}
    assert len(chips) > 40 and all(macs_of(name) for name in chips)
    assert titled(choosable()["Apple M4 Pro, 24 GB"]) == "Apple M4 Pro, 24 GB (MacBook Pro, Mac mini with M4 Pro)"
    assert macs_of("NVIDIA GeForce RTX 4090") == ""


def test_the_gpu_of_a_mac_has_what_logs_print():
    """llama.cpp prints recommendedMaxWorkingSetSize = 55662.79 MB of 64 GB, and 12713.12 MB of 16 GB."""
    offered = lambda name: memory_bytes(choosable()[name])
    assert offered("Apple M4 Max (40-core GPU), 64 GB") == pytest.approx(55_662.79e6, rel=0.001)
    assert offered("Apple M1, 16 GB") == pytest.approx(12_713.12e6, rel=0.001)
    assert offered("AMD Ryzen AI Max+ 395 (Strix Halo), 128 GB") == 64 * 2**30


def test_a_size_without_a_log_has_the_share_of_the_next_smaller_and_says_so():
    for name, smaller in (("Apple M2 Max, 96 GB", "64 GB"), ("Apple M2 Ultra, 192 GB", "128 GB")):
        machine = home_machines()[name]
        assert f"that of {smaller} is taken" in machine.note
        assert machine.gpu_share == home_machines()[name.partition(",")[0] + ", " + smaller].gpu_share


def test_main_memory_is_beside_a_card_and_nothing_else():
    assert has_main_memory("NVIDIA GeForce RTX 4060 Laptop, 8 GB") and has_main_memory("NVIDIA H100 PCIe")
    for name in ("Apple M4, 16 GB", "2 channels DDR5-6400, CPU only", "NVIDIA Jetson Orin Nano Super 8GB"):
        assert not has_main_memory(name)


def test_a_range_of_watts_is_its_middle_and_a_band():
    laptop = home_machines()["NVIDIA GeForce RTX 4060 Laptop, 8 GB"]  # 35 to 115 W
    assert laptop.watts == pytest.approx((35 * 115) ** 0.5)
    assert laptop.watts_off == pytest.approx((115 / 35) ** 0.5)
    assert machine_of(laptop.board).watts_off == laptop.watts_off
    assert machine_of(choosable()["NVIDIA GeForce RTX 4060, 8 GB"]).watts_off == 1


def test_a_machine_without_matrix_units_has_the_peak_of_its_ordinary_ones():
    assert machine_of(choosable()["Apple M1 Max, 64 GB"]).peak == 10.4e12
    assert machine_of(boards()["AMD Radeon RX 7900 XTX"]).peak == 122.8e12  # as the XT's, by clock and units
    assert machine_of(boards()["NVIDIA Titan V"]).peak == 0  # of which only that of its ordinary units is known
    assert machine_of(choosable()["2 channels DDR5-6400, CPU only"])[1:4] == (0, 102.4e9, 0)


def test_every_desktop_gpu_since_2018_has_a_peak():
    """Older ones have none: their data sheets count 16 bits in units that engines do not use."""
    without = {name: b.year for name, b in choosable().items() if group_of(name) == DESKTOP and not machine_of(b).peak}
    assert set(without.values()) == {2017}
    laptops = {name for name, b in choosable().items() if group_of(name) == LAPTOP and not machine_of(b).peak}
    assert laptops == {"NVIDIA GeForce RTX 5050 Laptop, 8 GB"}  # of which no peak was read


def test_where_memory_or_peak_is_unknown_a_machine_is_not_offered():
    assert all(choosable()[named(title)].memory_GB for title in OTHER.options)
    assert "Raspberry Pi 5, 8 GB" not in TIMED and "Apple M4, 16 GB" in TIMED

"""The bytes of a board's memory are those that drivers print."""

import pytest

from lessons.estimate.finetune_cards import holding
from lessons.estimate.pasted_machine import _cards
from lessons.estimate.roofline import machine_of
from lessons.facts import boards
from lessons.facts.board_memory import GIB, MIB, driver_memory, memory_bytes
from lessons.facts.home_machines import choosable
from lessons.facts.sources import everything
from tests.unit.pasted import CARDS

RESERVES = ("driver 440, a name cut off", "driver 460, two cards with unlike memory in use")
# drivers before 2022 take off what they reserve for themselves: 245 MiB


@pytest.mark.parametrize("name", CARDS)
def test_a_card_has_what_its_driver_printed(name):
    text, (card, _) = CARDS[name]
    for seen in _cards(text.splitlines()):
        if seen.mib:
            within = 0.023 if name in RESERVES else 0.006
            assert memory_bytes(choosable()[card]) == pytest.approx(seen.mib * MIB, rel=within)


def test_a_gb_on_a_data_sheet_is_a_gib():
    assert machine_of(choosable()["NVIDIA GeForce RTX 3060, 12 GB"]).memory == 12 * GIB
    assert machine_of(boards()["NVIDIA GeForce RTX 4090"]).memory == 24_564 * MIB
    assert machine_of(choosable()["Laptop with LPDDR5X-7500, 128 bit, CPU only"]).memory == 0


def test_what_drivers_print_is_a_gib_for_each_gb_or_a_sixteenth_less():
    for name, seen in driver_memory().items():
        share = seen.MiB * MIB / (GIB * boards()[name].memory_GB)
        assert 0.994 < share <= 1 or ("ECC" in seen.note or "L40S" in seen.note) and 0.93 < share < 0.94


def test_cards_for_fine_tuning_are_counted_alike():
    assert "NVIDIA GeForce RTX 4090" in [board.name for board in holding(25.7e9)]
    assert "NVIDIA L4" not in [board.name for board in holding(24.2e9)]


def test_every_row_is_in_the_sources():
    assert sum(row.table == "memory by driver" for row in everything()) == len(driver_memory())

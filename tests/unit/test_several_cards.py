"""Several cards: what each must hold, how fast they are together, and what must hold of that."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.answer_cost import joules
from lessons.estimate.at_home import (
    ACTIVATIONS,
    CACHE,
    LAYERS,
    REST,
    TENSORS,
    UNEVEN,
    WEIGHTS,
    Home,
    fits,
    memory,
    needed,
)
from lessons.estimate.gguf_size import file_bytes
from lessons.estimate.kv_cells import bytes_kept
from lessons.estimate.roofline import in_16_bits, machine_of, several, writing
from lessons.facts import boards, figure
from lessons.facts.architectures import architectures
from lessons.facts.home_machines import choosable
from tests.unit.test_at_home import homes

SPLITS = some.sampled_from((LAYERS, TENSORS))
BOARD = boards()["NVIDIA GeForce RTX 4090"]
CARD = machine_of(BOARD)
LLAMA = architectures()["Llama 3.1 70B"]


def test_layers_are_whole_and_the_fullest_card_decides():
    """70 billion weights in 16 bits, 80 layers on three cards: 28 + 28 + 24. The last has embedding and head, too:
    they are as large as 2.5 layers."""
    home = Home(LLAMA, "fp16", context=1_024)
    layers = file_bytes(LLAMA, "fp16", ends=False)
    each = (layers + bytes_kept(LLAMA, 1_024)) / 80
    ends = file_bytes(LLAMA, "fp16") - layers
    assert ends == 2 * 2 * 128_256 * 8_192 and 2.4 < ends / each < 2.6
    fullest = 28 * each  # with 27 + 27 the last would have 26 and the ends: 28.5
    three, one = memory(replace(home, cards=3)), memory(home)
    assert three[WEIGHTS] + three[CACHE] + three[UNEVEN] == pytest.approx(3 * fullest)
    assert three[ACTIVATIONS] == 3 * one[ACTIVATIONS] and three[REST] == 3 * one[REST]


def test_two_cards_of_24_gb_hold_70_billion_weights_in_4_bits_and_one_does_not():
    home = Home(LLAMA, "Q4_K_M")
    assert not fits(home, CARD.memory)
    assert fits(replace(home, cards=2), several(CARD, 2, LAYERS).memory)


def test_heads_of_a_cache_are_whole():
    """8 key-value heads on 3 cards: each keeps 3, together 9."""
    home = Home(LLAMA, cards=3, split=TENSORS)
    parts = memory(home)
    assert parts[UNEVEN] == pytest.approx(parts[CACHE] / 8)
    assert UNEVEN not in memory(replace(home, cards=8))
    latent = Home(architectures()["DeepSeek-V3 / R1 671B"], cards=4, split=TENSORS)  # one vector for all heads
    assert memory(latent)[UNEVEN] == pytest.approx(3 * memory(latent)[CACHE])


def test_layers_work_one_after_another_and_tensors_together():
    one, layers, tensors = CARD, several(CARD, 4, LAYERS), several(CARD, 4, TENSORS)
    assert (layers.memory, layers.watts) == (4 * one.memory, 1800)
    assert (layers.bandwidth, layers.peak) == (one.bandwidth, one.peak)
    assert (tensors.memory, tensors.bandwidth, tensors.peak) == (4 * one.memory, 4 * one.bandwidth, 4 * one.peak)
    assert layers.name == "4 × NVIDIA GeForce RTX 4090"
    home = Home(LLAMA)
    paces = [writing(home, machine, 300).per_second for machine in (one, layers, tensors)]
    assert paces[1] == paces[0] and paces[2] == pytest.approx(4 * paces[0])


@given(homes(), SPLITS)
def test_one_card_is_as_it_was(home, split):
    assert memory(replace(home, cards=1, split=split)) == memory(home)
    assert list(memory(home)) == [WEIGHTS, CACHE, ACTIVATIONS, REST]
    assert several(CARD, 1, split) is CARD


@given(homes(), SPLITS, some.integers(1, 8))
def test_more_cards_never_hold_less(home, split, cards):
    few, more = (replace(home, cards=count, split=split) for count in (cards, cards + 1))
    assert needed(more).value / (cards + 1) <= needed(few).value / cards * (1 + 1e-9)  # the fullest is no fuller
    card = needed(few).value / cards
    assert fits(more, (cards + 1) * card * (1 + 1e-9))
    whole = needed(replace(home, cards=1))
    assert needed(few).value >= whole.value * (1 - 1e-9)
    assert needed(few).low < needed(few).value < needed(few).high
    assert needed(few).value == pytest.approx(sum(memory(few).values()))
    assert min(memory(few).values()) >= -1e-6 * whole.value


def test_all_cards_draw():
    """Cards that wait count as if they drew as much; low, as if they drew nothing."""
    home, pace = Home(LLAMA), writing(Home(LLAMA), CARD, 300)
    half = 0.5  # of the roof: slow enough not to draw all watts
    one = joules(pace, home, BOARD, CARD, half)
    two = joules(pace, replace(home, cards=2), BOARD, several(CARD, 2, LAYERS), half)
    assert (two.low, two.value, two.high) == pytest.approx((one.low, 2 * one.value, 2 * one.high))
    assert "2 cards" in two.source
    unknown = joules(pace, replace(home, cards=2), None, several(CARD, 2, LAYERS))
    assert unknown.value == pytest.approx(2 * joules(pace, home, None, CARD).value)


def test_tensors_take_the_energy_of_one_card_and_time_for_each_layer_on_each():
    home, four = Home(LLAMA), Home(LLAMA, cards=4, split=TENSORS)
    pace = writing(home, CARD, 300)
    half = 0.5  # of the roof
    alone, together = joules(pace, home, BOARD, CARD, half), joules(pace, four, BOARD, several(CARD, 4, TENSORS), half)
    more = together.value - alone.value
    a_microsecond = BOARD.tdp_W * 1e-6
    assert more == pytest.approx(3 * 80 * figure("board_other_layer").value * a_microsecond, rel=1e-6)


def test_a_laptop_has_as_much_more_band_as_its_watts_differ():
    board = choosable()["NVIDIA GeForce RTX 4060 Laptop, 8 GB"]
    machine = machine_of(board)
    home = Home(architectures()["Llama 3.1 8B"])
    pace = writing(home, machine, 300)
    found, fixed = joules(pace, home, board, machine), joules(pace, home, board, machine._replace(watts_off=1.0))
    assert (found.low, found.value, found.high) == pytest.approx(
        (fixed.low / machine.watts_off, fixed.value, fixed.high * machine.watts_off)
    )
    assert "35 to 115 W" in found.source


def test_another_card_that_it_is_held_against_is_one():
    assert in_16_bits(Home(LLAMA, cards=4)).cards == 1

"""A mixture of experts with its experts in main memory: what is where, how fast it writes, what others measured."""

from dataclasses import replace

import pytest

from lessons.estimate import answer_cost
from lessons.estimate.advice import changes
from lessons.estimate.at_home import CACHE, WEIGHTS, Home, elsewhere, memory
from lessons.estimate.gguf_size import file_bytes
from lessons.estimate.published_speeds import board_of
from lessons.estimate.roofline import Machine, machine_of, writing
from lessons.facts.architectures import architectures
from lessons.facts.offload_speeds import offload_speeds

MIXTURE = Home(architectures()["Qwen3 30B-A3B"], "fp16")
CARD = Machine("a card", 24e9, 1e12, 150e12, main=64e9, main_bandwidth=50e9)
EXPERTS = 48 * 128 * 3 * 2048 * 768 * 2  # bytes: layers × experts × matrices of d_model × d_ff in 16 bits


def test_all_experts_are_in_main_memory_and_nothing_else():
    apart = replace(MIXTURE, offload=48, only_experts=True)
    assert elsewhere(apart) == EXPERTS
    assert memory(apart)[WEIGHTS] == file_bytes(MIXTURE.shape, "fp16") - EXPERTS
    assert memory(apart)[CACHE] == memory(MIXTURE)[CACHE]
    assert elsewhere(replace(apart, offload=12)) == EXPERTS / 4


def test_a_token_reads_its_own_experts_in_main_memory_and_the_rest_on_the_card():
    whole, apart = (writing(home, CARD, 100) for home in (MIXTURE, replace(MIXTURE, offload=48, only_experts=True)))
    used = EXPERTS * 8 / 128
    assert apart.bytes == whole.bytes
    assert apart.offloaded == pytest.approx(used / 50e9)
    assert apart.moving == pytest.approx(used / 50e9 + (whole.bytes - used) / 1e12)


def test_experts_in_main_memory_are_faster_than_whole_layers_that_free_as_much():
    home = replace(MIXTURE, form="Q8_0")
    ways = {change.home.only_experts: change.home for change in changes(home, CARD) if change.home.offload}
    speeds = {only: writing(way, CARD, 300).per_second for only, way in ways.items()}
    assert speeds[True] > 1.4 * speeds[False]


def test_a_dense_model_has_no_experts_to_offload():
    dense = changes(Home(architectures()["Llama 3.1 70B"]), CARD)
    assert not any(change.home.only_experts for change in dense)


@pytest.mark.parametrize("seen", offload_speeds(), ids=lambda seen: seen.model)
def test_what_others_measured_is_inside_the_band(seen):
    machine = machine_of(board_of(seen.board))._replace(main=64e9, main_bandwidth=seen.main_bandwidth_GB_per_s * 1e9)
    home = Home(architectures()[seen.model], seen.format, offload=seen.offloaded_layers, only_experts=seen.only_experts)
    found = answer_cost.speed(writing(home, machine, 300), home, machine, 300)
    assert found.low <= seen.written_tokens_per_s <= found.high

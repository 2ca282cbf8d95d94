"""Quantities that pages show as they are made: each with its formula, and None where there is nothing to say."""

from dataclasses import replace

import pytest

from lessons.estimate import device, kv_cells, roofline, selection, speculation
from lessons.estimate.at_home import Home, elsewhere, memory, memory_parts
from lessons.estimate.cost import words_use
from lessons.estimate.roofline import Machine, machine_of
from lessons.facts import boards
from lessons.facts.architectures import architectures
from lessons.quantity import Quantity
from lessons.ui.decide.knobs import usual

LLAMA, GEMMA = (architectures()[name] for name in ("Llama 3.1 8B", "Gemma 3 27B"))
CARD, H100 = (machine_of(boards()[name]) for name in ("NVIDIA GeForce RTX 4090", "NVIDIA H100 PCIe"))


def test_the_cache_of_a_conversation_and_of_its_next_token():
    assert kv_cells.conversation_cache(LLAMA, 131_072).value == 131_072 * 131_072  # 2 · 8 · 128 · 2 bytes · 32 layers
    assert "(32 layers × 131,072 tokens) × 2,048 numbers" in kv_cells.conversation_cache(LLAMA, 131_072).source
    token = kv_cells.token_cache(LLAMA, 8_192, 2)
    assert token.value == 131_072 and "32 of 32 layers that still have room × 2,048 numbers" in token.source
    assert "10 of 62 layers" in kv_cells.token_cache(GEMMA, 8_192, 2).source  # its sliding layers are full


def test_the_parts_of_memory_are_those_of_the_bar():
    home = Home(LLAMA, "Q8_0", offload=8)
    parts = memory_parts(home)
    assert parts["Memory needed"].value == sum(memory(home).values())
    assert parts["Weights"].value == memory(home)["weights"]
    assert parts["Offloaded to main memory"].value == elsewhere(home)
    assert all(part.badge == "estimated" and part.source for part in parts.values())


def test_a_card_is_held_against_another_with_weights_in_16_bits():
    home = Home(LLAMA, "Q4_K_M", context=1_024)
    ratio = roofline.speedup(home, CARD, H100)
    theirs = roofline.writing(replace(home, form="fp16"), H100, 1_024)
    assert ratio.value == roofline.writing(home, CARD, 1_024).per_second / theirs.per_second
    assert f"tokens/s of {CARD.name} ÷ those of {H100.name}" in ratio.source
    assert roofline.speedup(home, Machine("tiny", 1e9, 1e9, 1e9), H100) is None  # what does not fit has no speed


def test_drafts_multiply_the_speed_and_its_band():
    speed = Quantity("speed", 10.0, "tokens/s", "estimated", 5.0, 20.0, "roof")
    faster = speculation.drafted(speed, Quantity("gain", 1.75, "×", "estimated", source="two drafted"))
    assert (faster.low, faster.value, faster.high) == pytest.approx((8.75, 17.5, 35.0))
    assert faster.source == "roof; × 1.75 by drafts: two drafted"


def test_the_cloud_against_the_small_model():
    _, small, _, cloud = selection.judged(usual())
    times = selection.cloud_against_small(usual())
    assert times.value == cloud.use.value / small.use.value
    assert small.model in times.source and usual().machine.name in times.source


def test_watts_are_counted_or_stated():
    assert device.package_power(12.5, 28).badge == "measured"
    stated = device.package_power(None, 28)
    assert (stated.value, stated.badge, stated.source) == (28, "estimated", "as stated")


def test_a_use_without_a_model_says_how_long_it_took():
    wall = Quantity("wall plug", 1e-6, "Wh", "estimated", source="device × 2")
    use = words_use(0.001, wall)
    assert (use.name, use.value) == ("use", wall.value) and use.source.startswith("measured: 1.00 ms for its words")

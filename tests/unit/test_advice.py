"""What is advised: each change fits, is the least of its kind, and nothing that would do is passed over."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.advice import changes, headroom, holds, more_cards, more_memory, others
from lessons.estimate.at_home import Home, needed
from lessons.estimate.compute_buffer import LlamaServer
from lessons.estimate.roofline import Machine, several
from lessons.facts.architectures import architectures
from lessons.facts.board_memory import GIB
from tests.unit.test_at_home import SHAPES, homes

SEVENTY = Home(SHAPES["Llama 3.1 70B"])
CARD = Machine("a card", 24e9, 1e12, 150e12, main=64e9)


@given(homes(), some.floats(1e9, 2e11), some.floats(0, 1e12))
def test_what_is_advised_fits_and_is_the_least_of_its_kind(home, memory, main):
    machine = CARD._replace(memory=memory, main=main)
    if holds(machine, home):
        return
    for change in changes(home, machine, SHAPES.values()):
        assert holds(change.machine, change.home)
        assert change.takes == needed(change.home)
        if change.home.offload > home.offload + 1:
            one_less = replace(home, offload=change.home.offload - 1, only_experts=change.home.only_experts)
            assert not holds(machine, one_less)
        if change.home.batch < home.batch:
            assert not holds(machine, replace(home, batch=min(2 * change.home.batch, home.batch)))


@given(homes(), some.floats(1e9, 2e11))
def test_there_is_room_for_what_is_said_and_not_for_twice_as_much(home, memory):
    home = replace(home, offload=0)
    machine = CARD._replace(memory=memory, main=0)
    if not holds(machine, home):
        return
    for change in headroom(home, machine, 131_072):
        assert change.home.context <= max(home.context, 131_072)
        assert holds(machine, change.home)
        if change.home.batch not in (home.batch, 512):
            assert not holds(machine, replace(home, batch=2 * change.home.batch))
        if change.home.context > home.context and 2 * change.home.context <= min(home.shape.context or 0, 131_072):
            assert not holds(machine, replace(home, context=2 * change.home.context))


def test_a_seventy_billion_model_needs_more_than_a_card_of_24_gb():
    assert not holds(CARD, SEVENTY)
    assert [change.called for change in changes(SEVENTY, CARD)] == [
        "Weights as IQ2_XXS",
        "41 of 80 layers offloaded to main memory",
    ]
    assert changes(SEVENTY, CARD._replace(memory=18e9, main=1e9)) == []
    published = replace(SEVENTY, form="fp16")  # no change alone is enough
    assert [change.called for change in changes(published, CARD._replace(main=32e9))] == [
        "Weights as IQ2_XXS",
        "Weights as Q5_K_M; 47 of 80 layers offloaded to main memory",
    ]


def test_a_smaller_model_of_the_family_with_its_vocabulary_is_advised():
    called = [change.called for change in changes(SEVENTY, CARD, architectures().values())]
    assert called[-1] == "Llama 3.1 8B"  # not Llama 2 13B, which is larger, nor Llama 3 8B, with a shorter context
    assert changes(SEVENTY, CARD._replace(memory=1e9, main=0), architectures().values()) == []


def test_more_conversations_than_there_is_room_for_are_halved_until_they_fit():
    crowd = Home(SHAPES["Llama 3.1 8B"], "Q8_0", batch=64)  # 8.5 GB of weights, 1.07 GB of KV cache each
    assert "8 conversations at once" in [change.called for change in changes(crowd, CARD)]


def test_more_of_the_same_machine_is_the_least_that_holds_it():
    assert more_memory(SEVENTY, CARD, [32 * GIB, 64 * GIB]) is None  # what there is holds half of the layers
    poor = CARD._replace(main=8 * GIB)
    found = more_memory(SEVENTY, poor, [64 * GIB, 16 * GIB, 32 * GIB])
    assert found.called == "32 GB of main memory; 41 of 80 layers offloaded to main memory"
    assert found.machine.main == 32 * GIB
    alone = Machine("a processor", 32e9, 80e9, 0.0)
    assert more_memory(SEVENTY, alone, [16e9, 32e9, 64e9, 128e9]).machine.memory == 64e9
    assert more_memory(SEVENTY, alone, [16e9]) is None
    two = more_cards(SEVENTY, CARD, [1, 2, 3, 4])
    assert two.home.cards == 2 and two.called == "2 × a card" and two.machine == several(CARD, 2, "layers")
    assert more_cards(SEVENTY, CARD._replace(memory=4e9), [2, 4]) is None


def test_conversations_that_share_a_cache_are_not_doubled():
    shared = Home(SHAPES["Llama 3.1 8B"], server=LlamaServer(unified=True))
    assert not any(change.home.batch > 1 for change in headroom(shared, CARD, 8_192))
    assert any(change.home.batch > 1 for change in headroom(replace(shared, server=LlamaServer()), CARD, 8_192))


def test_of_a_group_the_machine_with_the_least_memory_that_is_enough_and_the_fastest_of_these():
    sold = [Machine("slow", 48e9, 1, 0.0), Machine("fast", 48.1e9, 2, 0.0), Machine("large", 96e9, 9, 0.0)]
    groups = {"some": sold, "small": [CARD], "none": []}
    (found,) = others(replace(SEVENTY, offload=3, cards=2), groups)
    assert found.called == "fast" and found.home.offload == 0 and found.home.cards == 1


@pytest.mark.parametrize(("native", "form"), [("gpt-oss 20B", "Q4_K_M"), ("DeepSeek-V3 / R1 671B", "Q2_K")])
def test_no_format_is_advised_that_is_larger_than_what_is_published(native, form):
    home = Home(SHAPES[native], form)
    wide = [change.home.form for change in headroom(home, CARD._replace(memory=5e12), 8_192)]
    assert wide[0] != form and "fp16" not in wide

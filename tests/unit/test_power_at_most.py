"""No machine draws more than its watts while it writes, and where energy is not estimated a reader is told why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lessons.estimate import answer_cost, engine_efficiency, home_bill
from lessons.estimate.at_home import LAYERS, TENSORS, Home
from lessons.estimate.roofline import is_known, machine_of, several, writing
from lessons.facts.architectures import architectures
from lessons.facts.home_machines import choosable
from lessons.text import sections

SHAPES = [architectures()[name] for name in ("Llama 3.1 8B", "Qwen3 30B-A3B", "Llama 3.2 1B", "Llama 3.1 70B")]
BOARDS = list(choosable().values())
WORDS = sections("llm-at-home")


@given(
    some.sampled_from(BOARDS),
    some.sampled_from(SHAPES),
    some.sampled_from(["fp16", "Q8_0", "Q4_K_M", "Q2_K"]),
    some.sampled_from([1, 2, 4, 8]),
    some.sampled_from([LAYERS, TENSORS]),
    some.sampled_from([1, 4, 64]),
)
@settings(max_examples=150, deadline=None)
def test_a_token_as_often_as_there_is_one_takes_no_more_than_all_watts(board, shape, form, cards, split, batch):
    home = Home(shape, form, batch=batch, cards=cards, split=split)
    machine = several(machine_of(board), cards, split)
    if not is_known(home, machine):
        return
    pace = writing(home, machine, 300)
    token = answer_cost.joules(pace, home, board, machine, engine_efficiency.share(pace, home, machine))
    if token and machine.watts:
        speed = engine_efficiency.decode(pace, home, machine).value
        assert token.value * speed <= machine.watts * (1 + 1e-9)


def test_two_cards_that_share_layers_do_not_exceed_theirs():
    """By what a byte and a FLOP take it would be 1,307 W of 900."""
    board = choosable()["NVIDIA GeForce RTX 4090"]
    home, machine = Home(SHAPES[0], "fp16", batch=64, cards=2), several(machine_of(board), 2, LAYERS)
    pace = writing(home, machine, 300)
    token = answer_cost.joules(pace, home, board, machine, engine_efficiency.share(pace, home, machine))
    assert token.value * engine_efficiency.decode(pace, home, machine).value <= 2 * board.tdp_W * (1 + 1e-9)


@pytest.mark.parametrize("offload", [0, 8])
def test_where_nothing_is_said_of_energy_it_is_said_why(offload):
    for board in BOARDS:
        home, machine = Home(SHAPES[0], offload=offload), machine_of(board)
        why = home_bill.why_unknown(home, machine, board)
        assert bool(why) == (home_bill.of_answer(home, machine, board, 300, 300).answer is None)
        assert not why or WORDS[f"note: {why}"]
    assert home_bill.why_unknown(Home(SHAPES[0]), machine_of(choosable()["Apple M5, 16 GB"]), None) == "no watts"
    assert home_bill.why_unknown(Home(SHAPES[0]), machine_of(choosable()["Raspberry Pi 5, 8 GB"]), None) == "no peak"

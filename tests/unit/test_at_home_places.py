"""What the first screen of the lesson on large models at home shows while a hand moves a slider is what it shows once
the slider is let go there."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.at_home import Home
from lessons.estimate.roofline import machine_of
from lessons.facts.architectures import architectures
from lessons.facts.home_machines import CPU, group_of, has_main_memory, sized
from lessons.ui.layout.headline import Frame
from lessons.ui.llm_at_home import first_picture, kin, overview, panels
from lessons.ui.llm_at_home.knobs import BATCH, CONTEXT, FORMAT, MACHINE, Asked, Use, named
from lessons.ui.llm_at_home.places import around, moved
from lessons.ui.work.this_machine import USABLE

USE = Use(300, 300, 10, 0.3, "EUR", 0, 0.7, "")
ABOVE = {"memory": (CONTEXT, FORMAT), "speed": (BATCH, FORMAT)}


def asked(name: str = named(MACHINE.default), model: str = "Llama 3.1 8B", **how) -> Asked:
    """A model on a machine of the tables, as the page puts it together."""
    card = machine_of(USABLE[name])
    card = card._replace(main=32e9, main_bandwidth=50e9) if has_main_memory(name) else card
    card = card._replace(memory=32e9) if group_of(name) == CPU else card
    return Asked(Home(architectures()[model], **how), card, card, USABLE[name], USE)


def stands(at: Asked, **other: str) -> dict:
    knobs = (CONTEXT, FORMAT, BATCH, *kin.slider_of(at.card.name))
    here = {kin.NAME: sized(at.board)} | other
    return {knob: here.get(knob.name, knob.default) for knob in knobs}


def shown(places, part: str) -> dict:
    """All that a reader sees of the first screen and the headline, in each place."""
    jar, numbers = first_picture.frames(places, ABOVE[part]), overview.frames(places)
    fast = lambda: {stand: panels.speed(there) for stand, there in places.items()}
    own = panels.what_fits(places, ABOVE[part]) if part == "memory" else fast()
    return {stand: [*map(seen, (jar[stand], numbers[stand], own[stand]))] for stand in places}


def seen(frame: Frame) -> tuple:
    tiles = [(tile.label, str(tile.quantity), tile.description) for tile in frame.tiles]
    return tiles, [(chart.title, chart.alt, chart.note, chart.data) for chart in frame.charts]


@pytest.mark.parametrize("part", ["memory", "speed"])
@given(some.data())
def test_what_is_shown_during_a_move_is_what_is_shown_after_it(part, data):
    at = asked(model=data.draw(some.sampled_from(["Llama 3.1 8B", "gpt-oss 20B"])))
    before = stands(at)
    knob = data.draw(some.sampled_from(list(before)))
    after = before | {knob: data.draw(some.sampled_from(knob.options))}
    place = tuple(after.values())
    during = {place: around(at, before)[place]}
    let_go = {place: around(moved(at, after), after)[place]}
    assert shown(during, part) == shown(let_go, part)


def test_every_position_of_every_slider_is_known_while_the_others_stay():
    before = stands(at := asked())
    places = around(at, before)
    for nth, knob in enumerate(before):
        here = list(before.values())
        assert {(*here[:nth], option, *here[nth + 1 :]) for option in knob.options} <= places.keys()
    assert len(places) == 1 + sum(len(knob.options) - 1 for knob in before)
    assert next(iter(places)) == tuple(before.values())


@pytest.mark.parametrize("name", ["NVIDIA GeForce RTX 4090", "Apple M4, 16 GB", "2 channels DDR5-6400, CPU only"])
def test_another_machine_of_the_kind_is_as_if_it_were_chosen(name):
    at = asked(name)
    (slider,) = kin.slider_of(name)
    for title in slider.options:
        found = moved(at, {slider: title})
        assert (found.card, found.machine, found.board) == asked(kin.STOPS[title])[1:3] + (USABLE[kin.STOPS[title]],)


def test_machines_of_a_kind_are_in_the_order_of_their_memory_then_of_its_speed():
    for name in USABLE:
        (slider,) = kin.slider_of(name)
        boards = [USABLE[kin.STOPS[title]] for title in slider.options]
        sizes = [(board.memory_GB or 0, board.bandwidth_GB_per_s) for board in boards]
        assert sizes == sorted(sizes) and kin.STOPS[sized(USABLE[name])] == name
        assert {group_of(board.name) for board in boards} == {group_of(name)}
    assert not kin.slider_of("by hand")


def test_on_two_cards_the_next_machine_is_two_cards():
    at = asked(cards=2)
    (slider,) = kin.slider_of(at.card.name)
    found = moved(at, {slider: "NVIDIA GeForce RTX 3090, 24 GB"})
    assert found.machine.memory == 2 * found.card.memory

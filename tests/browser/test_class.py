"""A class on one server: thirty readers at once, and a long lesson. They come without browsers, which would take the
machine."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from lessons.experiment import Quantize, shipped
from lessons.vision import build
from tests.browser.reader import LAB
from tests.browser.soak import BITS, to_and_fro
from tests.browser.visitor import Visitor, visit, visiting

READERS = 30
REST = 0.4  # seconds until all has been drawn that a move concerns
MOVED = {  # by page: its main slider, two positions of it, and how many messages and kB may answer a move
    "": ("home_bits", "6", "7", 20, 30),
    "quantization": (BITS, "6", "7", 20, 30),
    "footprint": ("footprint_batch", "4", "8", 40, 30),
    "llm-at-home": ("llm_format", "Q8_0", "Q4_0", 27, 30),  # what to change or to buy
    "pruning": ("pruning_sparsity", "40", "45", 50, 30),
    "network": ("network_walk", "conv2", "conv3", 20, 30),
    "decide": ("decide_uses", "10", "100", 50, 30),  # four cards
    "lora": ("lora_rank", "4", "16", 90, 40),  # what came of it, merging, and exercises
}


def test_thirty_readers_at_once_one_of_whom_trains(address):
    expected = {bits: str(build.measure(shipped() | Quantize(bits))["accuracy"]) for bits in (7, 6, 5)}
    visit(a_lesson(address, expected))


async def a_lesson(address: str, expected: dict[int, str]) -> None:
    async with AsyncExitStack() as room:
        trains, *others = await asyncio.gather(
            *(room.enter_async_context(visiting(address, LAB)) for _ in range(READERS))
        )
        await trains.press("Train")
        for bits, accuracy in expected.items():
            await asyncio.gather(*(each.move(BITS, str(bits)) for each in others))  # nobody waits for another
            await asyncio.gather(*(each.until(showing(accuracy)) for each in others))
        await trains.until(lambda reader: any("Trained here from seed 0" in text for text in reader.texts))
        assert not any(each.exceptions for each in (trains, *others))


def showing(accuracy: str):
    return lambda reader: reader.tiles[:1] == [accuracy]


@pytest.mark.parametrize("path", MOVED)
def test_a_move_takes_few_messages(server, path):
    address, _ = server
    knob, first, second, most, kilobytes = MOVED[path]
    messages, sent = visit(one_move(address, path, knob, (first, second)))
    assert messages <= most
    assert sent <= 1_000 * kilobytes


async def one_move(address: str, path: str, knob: str, positions: tuple[str, str]) -> tuple[int, int]:
    """Messages and bytes that answer one move of a slider, between positions that are measured."""
    async with visiting(address, f"{path}?guess=skip") as reader:
        for at in positions:
            await at_rest(reader)
            await reader.moved(knob, at)
        await at_rest(reader)
        before = reader.messages, reader.bytes
        await reader.moved(knob, positions[0])
        await at_rest(reader)
        assert not reader.exceptions
        return reader.messages - before[0], reader.bytes - before[1]


async def at_rest(reader: Visitor) -> None:
    """Until all has been drawn that a move concerns, and all measured."""
    await asyncio.sleep(REST)
    await reader.until(lambda reader: not reader.waits)
    await asyncio.sleep(REST)


def test_a_choice_has_only_those_drawn_again_that_it_concerns(server):
    visit(a_choice(server[0]))


async def a_choice(address: str) -> None:
    """Of a student: the race is drawn for it, and the bargain below; not the whole page."""
    async with visiting(address, "distillation?guess=skip&distillation_part=bargain") as reader:
        await reader.until(below_the_headline)
        before, runs = below_the_headline(reader), reader.whole_runs
        await reader.moved("distillation_student", "26,618")
        await reader.until(lambda reader: below_the_headline(reader) not in ([], before))
        assert reader.whole_runs == runs
        assert not reader.exceptions


def below_the_headline(reader: Visitor) -> list[str]:
    """The numbers in tiles that are no headline's."""
    return [shown.element.body for shown in reader.shown.values() if shown.kind == "metric"]


def test_memory_stays_flat_over_many_slider_moves(server):
    address, process = server
    before, after = visit(to_and_fro(address, process.pid, 60, 240))
    assert after - before < 25

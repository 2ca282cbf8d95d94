"""A class on one server: thirty readers at once, and a long lesson. They come without browsers, which would take the
machine."""

import asyncio
from contextlib import AsyncExitStack

from lessons.experiment import Quantize, shipped
from lessons.vision import build
from tests.browser.reader import LAB
from tests.browser.soak import BITS, to_and_fro
from tests.browser.visitor import visit, visiting

READERS = 30


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
        await trains.until(lambda reader: any("trained here from seed 0" in text for text in reader.texts))
        assert not any(each.exceptions for each in (trains, *others))


def showing(accuracy: str):
    return lambda reader: reader.tiles[:1] == [accuracy]


def test_a_move_takes_few_messages(server):
    address, _ = server
    messages, sent = visit(one_move(address))
    assert messages <= 20
    assert sent <= 30_000


async def one_move(address: str) -> tuple[int, int]:
    """Messages and bytes that answer one move of a slider, when all positions are measured."""
    async with visiting(address, LAB) as reader:
        await reader.until(lambda reader: all(reader.headline["frames"]))
        await reader.moved(BITS, "6")
        before = reader.messages, reader.bytes
        await reader.moved(BITS, "7")
        return reader.messages - before[0], reader.bytes - before[1]


def test_memory_stays_flat_over_many_slider_moves(server):
    address, process = server
    before, after = visit(to_and_fro(address, process.pid, 60, 240))
    assert after - before < 25

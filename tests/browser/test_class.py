"""A class on one server: thirty readers at once, and a long lesson. They come without browsers, which would take the
machine."""

import asyncio
from contextlib import AsyncExitStack

from lessons.experiment import Quantize, shipped
from lessons.vision import build
from tests.browser.app import megabytes
from tests.browser.visitor import visit, visiting

READERS = 30
LAB = "quantization?guess=skip"
BITS = "quantization_bits"


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


def test_memory_stays_flat_over_many_slider_moves(server):
    address, process = server
    before, after = visit(to_and_fro(address, process.pid, 40, 160))
    assert after - before < 25


async def to_and_fro(address: str, process: int, *times: int) -> list[float]:
    """Megabytes of the server after so many moves of the slider, back and forth."""
    found = []
    async with visiting(address, LAB) as reader:
        for moves in times:
            for at in range(moves):
                await reader.moved(BITS, str(8 - abs(at % 14 - 7)))
            found.append(megabytes(process))
        await reader.until(lambda reader: len(reader.tiles) == 4)  # it still answers
        assert not reader.exceptions
    return found

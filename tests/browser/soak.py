"""A long lesson: many moves of one slider, and the server's memory meanwhile."""

from tests.browser.app import megabytes
from tests.browser.reader import LAB
from tests.browser.visitor import visiting

BITS = "quantization_bits"


async def to_and_fro(address: str, process: int, *times: int) -> list[float]:
    """Megabytes of the server after so many moves each time, back and forth. Fails if it does not answer any more."""
    found = []
    async with visiting(address, LAB) as reader:
        for moves in times:
            for at in range(moves):
                await reader.moved(BITS, str(8 - abs(at % 14 - 7)))
            found.append(megabytes(process))
        await reader.until(lambda reader: len(reader.tiles) == 4)
        assert not reader.exceptions
    return found

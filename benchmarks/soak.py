"""Does a server stay as it is? Readers come, move sliders, train and go, for an hour; its memory, handles, threads and
processes are looked at meanwhile.

make soak                                  an hour, 30 readers
python -m benchmarks.soak --minutes 3

Exit status 1 where something grows after the warm-up, an error page shows, or the server ends.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import psutil

from benchmarks.crowd import PAGES, main_slider
from tests.browser.app import started, wait_until_ready
from tests.browser.reader import LAB
from tests.browser.visitor import Visitor, visit, visiting

EVERY = 2.0  # seconds between two moves of a reader
STAYS = (20.0, 90.0)  # seconds on a page, until its reader goes and another comes
TRAINS = 0.1  # share of readers who train
LOOKS = 5.0  # seconds between two looks at the server
WARM_UP = 1 / 6  # of all the time
ENOUGH = 50  # errors, after which no reader comes any more
KEPT = 120  # seconds that Streamlit keeps a session whose browser has gone; at most half of the warm-up
GROWTH = 1.05  # of memory after the warm-up, at most
MORE = {"handles": 30, "threads": 3, "processes": 1}  # at most; Streamlit keeps 3 handles a session, and sessions vary


class Look(NamedTuple):
    """A server at one moment."""

    seconds: float  # since the first reader came
    megabytes: float  # of the server
    workers_megabytes: float
    handles: int
    threads: int
    processes: int


@dataclass
class Count:
    """What all readers have done."""

    visits: int = 0
    moves: int = 0
    errors: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 where the server stayed as it was."""
    parser = argparse.ArgumentParser("python -m benchmarks.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--readers", type=int, default=30)
    asked = parser.parse_args(arguments)
    seconds = 60 * asked.minutes
    kept = min(KEPT, int(WARM_UP * seconds / 2))
    settings = {"MODELS_FOR_ANTS_RESULTS": "off", "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(kept)}
    with tempfile.TemporaryDirectory() as cache, started(MODELS_FOR_ANTS_CACHE=cache, **settings) as (address, server):
        wait_until_ready(address)
        count, looks = visit(_soak(address, psutil.Process(server.pid), asked.readers, seconds))
        ended = server.poll()
    found = complaints(looks, seconds) + count.errors + ([] if ended is None else ["the server ended"])
    print("\n".join(found) or f"flat: {count.visits} visits, {count.moves:,} moves, no error")
    return int(bool(found))


def complaints(looks: Sequence[Look], seconds: float) -> list[str]:
    """What has grown between the first third after the warm-up and the last one, by medians."""
    after = [look for look in looks if look.seconds >= WARM_UP * seconds]
    third = max(1, len(after) // 3)
    found = []
    for name in Look._fields[1:]:
        first, last = (
            statistics.median(getattr(look, name) for look in part) for part in (after[:third], after[-third:])
        )
        most = GROWTH * first if "megabytes" in name else first + MORE[name]
        if last > most:
            found.append(f"{name.replace('_', ' ')} grew from {first:.0f} to {last:.0f}, more than {most:.0f}")
    return found


async def _soak(address: str, server: psutil.Process, readers: int, seconds: float) -> tuple[Count, list[Look]]:
    count, looks, ends = Count(), [], time.monotonic() + seconds
    async with asyncio.TaskGroup() as tasks:
        for seed in range(readers):
            tasks.create_task(_readers(address, random.Random(seed), ends, count))
        await _watch(server, ends - seconds, ends, count, looks)
    return count, looks


async def _watch(server: psutil.Process, began: float, ends: float, count: Count, looks: list[Look]) -> None:
    """Look at the server now and then, and print a line a minute."""
    minute = 0
    while (now := time.monotonic()) < ends and server.is_running() and len(count.errors) < ENOUGH:
        looks.append(_look(server, now - began))
        if (now - began) // 60 >= minute:
            said = ", ".join(f"{value:.0f} {name.replace('_', ' ')}" for name, value in looks[-1]._asdict().items())
            print(f"{said}; {count.visits} visits, {count.moves} moves, {len(count.errors)} errors", flush=True)
            minute += 1
        await asyncio.sleep(LOOKS)


def _look(server: psutil.Process, seconds: float) -> Look:
    workers = server.children(recursive=True)
    handles = server.num_handles if psutil.WINDOWS else server.num_fds
    memory, workers_memory = _megabytes(server), sum(map(_megabytes, workers))
    return Look(seconds, memory, workers_memory, handles(), server.num_threads(), 1 + len(workers))


def _megabytes(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):  # it has just ended
        return process.memory_info().rss / 2**20
    return 0.0


async def _readers(address: str, chosen: random.Random, ends: float, count: Count) -> None:
    """Readers, one after another."""
    await asyncio.sleep(chosen.random() * EVERY * 5)
    while time.monotonic() < ends and len(count.errors) < ENOUGH:
        trains = chosen.random() < TRAINS
        page = LAB if trains else f"{chosen.choice(PAGES)}?guess=skip"
        try:
            async with visiting(address, page) as reader:
                count.visits += 1
                if trains:
                    await reader.press("Train")
                await _stay(reader, chosen, min(ends, time.monotonic() + chosen.uniform(*STAYS)), count)
                count.errors += reader.exceptions
        except (OSError, TimeoutError, ExceptionGroup) as error:
            count.errors.append(f"{page}: {error!r}")
            await asyncio.sleep(EVERY)


async def _stay(reader: Visitor, chosen: random.Random, ends: float, count: Count) -> None:
    """Move the page's main slider until it is time to go."""
    slider = main_slider(reader)
    stands = slider.options[int(slider.default[0])]
    while time.monotonic() < ends:
        stands = chosen.choice([at for at in slider.options if at != stands])
        await reader.moved(slider.query_param_key, stands)
        count.moves += 1
        await asyncio.sleep(EVERY)


if __name__ == "__main__":
    sys.exit(main())

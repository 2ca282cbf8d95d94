"""A class on one server: readers who speak the server's protocol, so that no browser takes its cores."""

import asyncio
import os
import random
import statistics
import subprocess
import time
from contextlib import AsyncExitStack
from itertools import chain
from pathlib import Path

from streamlit.proto.Slider_pb2 import Slider

from tests.browser.app import megabytes, started
from tests.browser.reader import LAB
from tests.browser.visitor import Visitor, visit, visiting

PAGES = (
    "", "quantization", "pruning", "energy", "footprint", "scaling", "llm-at-home", "network", "distillation", "lora",
    "decide",
)  # fmt: skip
CROWDS = ((1, 0), (10, 0), (30, 0), (60, 0), (100, 0), (30, 10))  # readers, and others beside them who train
EVERY = 2.0  # seconds between two moves of a reader
MOVES = 12  # of each
SETTLED = 10.0  # seconds, in which what was asked for when the pages were opened is measured
TICKS = os.sysconf("SC_CLK_TCK")  # a second, of which a process's CPU time is counted


def crowd() -> None:
    """Readers on pages of all kinds, each of whom moves a slider every two seconds: a move sent → the server's answer
    complete; the server's CPU a move and its memory, its workers apart."""
    with started() as (address, server):
        for readers, train in CROWDS:
            visit(_crowd(address, server, readers, train))


async def _crowd(address: str, server: subprocess.Popen, readers: int, train: int) -> None:
    paths = [f"{PAGES[at % len(PAGES)]}?guess=skip" for at in range(readers)]
    async with AsyncExitStack() as room:
        crowd = [await room.enter_async_context(visiting(address, path)) for path in paths]
        busy = [await room.enter_async_context(visiting(address, LAB)) for _ in range(train)]
        for each in busy:
            await each.press("Train")
        await asyncio.sleep(SETTLED)
        before = _seconds(server.pid)
        took = list(chain(*await asyncio.gather(*map(_moves, crowd, range(readers)))))
        cpu = (_seconds(server.pid) - before) / len(took)
        errors = sum(len(each.exceptions) for each in (*crowd, *busy))
        memory = megabytes(server.pid)
    who = f"{readers} readers" + (f", {train} more train" if train else "")
    p95 = 1000 * statistics.quantiles(took, n=20)[-1]
    print(
        f"{who:26}  answered in {1000 * statistics.median(took):.0f} ms, p95 {p95:.0f} ms; "
        f"{1000 * cpu:.0f} ms CPU a move, {memory:.0f} MB, {errors} errors",
        flush=True,
    )


def main_slider(reader: Visitor) -> Slider:
    """The slider that a page's headline follows, or its first."""
    knobs = reader.headline["knobs"] if reader.headline else None
    sliders = (shown.element for shown in reader.shown.values() if shown.kind == "slider" and shown.element.options)
    return next(each for each in sliders if knobs is None or each.query_param_key in knobs)


async def _moves(reader: Visitor, seed: int) -> list[float]:
    """Seconds until each move of the page's main slider was answered; readers move whenever they like."""
    slider = main_slider(reader)
    chosen = random.Random(seed)
    await asyncio.sleep(chosen.random() * EVERY)
    took, stands = [], slider.options[int(slider.default[0])]
    for _ in range(MOVES):
        began = time.monotonic()
        stands = chosen.choice([at for at in slider.options if at != stands])
        await reader.moved(slider.query_param_key, stands)
        took.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, EVERY - took[-1]))
    return took


def _seconds(process: int) -> float:
    """CPU time of a process so far, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS

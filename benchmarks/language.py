"""A real language model in the resident process: what it takes, and what other readers notice of it."""

import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.timing import key_to_rest, milliseconds
from tests.browser.app import ROOT, running, started
from tests.browser.find_chromium import launch
from tests.browser.reader import tile

PRESSES = 16
EVERY = 0.2  # seconds between looks at memory
LONG = 300_000  # ms
GPTQ = "language_bits=4&language_grain=group&language_group=128&language_method=gptq"


def language() -> None:
    """SmolLM2 loaded, shrunk by GPTQ and measured, while another reader moves a slider: memory of the server with all
    its workers, and key press → changed numbers, against the same press in an empty fragment of an untouched server."""
    with tempfile.TemporaryDirectory() as elsewhere:  # away from this project's settings
        empty = Path(shutil.copy(ROOT / "benchmarks" / "empty_app.py", elsewhere))
        with (
            started() as (ours, server),
            running(empty) as theirs,
            sync_playwright() as playwright,
            launch(playwright) as browser,
            _watched(server.pid) as used,
        ):
            yardstick, other, page = (browser.new_page() for _ in range(3))
            yardstick.goto(theirs)
            other.goto(f"{ours}/language-model?guess=skip&language_part=shrink")
            tile(other).nth(4).wait_for(timeout=LONG)
            other.wait_for_timeout(10_000)  # the whole curve is measured
            print(f"server and workers               {max(used):.2f} GB")
            _measure(page, f"{ours}/language-model?guess=skip&language_part=shrink&language_model=SmolLM2&{GPTQ}")
            times = {"empty": [], "busy": []}
            for at in range(PRESSES):
                key = "ArrowRight" if at % 4 < 2 else "ArrowLeft"
                for name, where in (("empty", yardstick), ("busy", other)):
                    knob = "empty" if where is yardstick else "language_bits"
                    times[name].append(key_to_rest(where, key, knob))
            busy = page.get_by_role("button", name="Stop", exact=True).count()
            page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached", timeout=LONG)
            print(f"with SmolLM2, GPTQ and measured  {max(used):.2f} GB at most")
    median = statistics.median(times["empty"])
    print(f"key press → all else, empty      {milliseconds(times['empty'])}")
    print(
        f"key press → all else, meanwhile  {milliseconds(times['busy'])}   ratio "
        f"{statistics.median(times['busy']) / median:.2f}; it still measured: {bool(busy)}"
    )


def _measure(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Load it").click(timeout=LONG)
    page.get_by_role("button", name="Measure it here", exact=True).click(timeout=LONG)
    page.get_by_role("button", name="Stop", exact=True).wait_for(timeout=LONG)


@contextmanager
def _watched(process: int) -> Iterator[list[float]]:
    """Gigabytes of a process and all it has started, again and again; what several share counts once (Pss)."""
    used, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            used.append(sum(map(_share, _family(process))))

    threading.Thread(target=watch, daemon=True).start()
    yield used
    over.set()


def _family(process: int) -> list[int]:
    """A process and its descendants."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = {int(each) for task in tasks for each in (task / "children").read_text().split()}
    except FileNotFoundError:  # it has ended meanwhile
        return []
    return [process, *(each for child in children for each in _family(child))]


def _share(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 2**20

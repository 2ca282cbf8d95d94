"""How fast it is. Ratios come from one run, so that the machine's speed of the day falls out.

make bench        everything, about two minutes
python -m benchmarks slider
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from playwright.sync_api import Page, sync_playwright

from lessons import build, models
from lessons.data import examples
from lessons.experiment import Experiment, Quantize, Trained, shipped
from lessons.jobs import ask
from lessons.jobs.pool import Ticket, pool
from lessons.jobs.worker import THREADS
from lessons.training.loop import train
from tests.browser.app import ROOT, running
from tests.browser.find_chromium import launch

PRESSES = 24
KEY_TO_SCREEN = """
(selector) => new Promise(resolve => {
    const values = () => [...document.querySelectorAll(selector)].map(e => e.innerText).join("|");
    const before = values();
    document.addEventListener("keydown", event => {
        const pressed = event.timeStamp;
        const look = () => values() !== before ? resolve(performance.now() - pressed) : requestAnimationFrame(look);
        look();
    }, {once: true, capture: true});
})
"""


def training() -> None:
    """The bare loop against a run in a worker, shown live in a browser; in turns."""
    torch.set_num_threads(THREADS)
    data = examples.training_set("bundled")
    bare, live, accuracies = [], [], []
    with running() as address, sync_playwright() as playwright, launch(playwright) as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{address}/quantization")
        page.get_by_text("answers changed").wait_for()
        for seed in range(3):
            page.wait_for_timeout(4000)
            *_, step = train(models.make("cnn"), *data, epochs=Trained.epochs, seed=seed)
            bare.append(step.seconds)
            live.append(_train_in(page, seed))
            accuracies.append(build.measure(Experiment(Trained(seed=seed)))["accuracy"].value)
    print(f"training, 5 epochs, bare loop    {_s(bare)}")
    print(
        f"training, 5 epochs, shown live   {_s(live)}   ratio {statistics.median(live) / statistics.median(bare):.2f}"
    )
    print(f"accuracy reached                 {', '.join(f'{a:.2f} %' for a in accuracies)}")


def measuring() -> None:
    """One setting from scratch, in this process."""
    torch.set_num_threads(THREADS)
    build.measure(shipped())
    took = [_took(lambda bits=bits: build.measure(shipped() | Quantize(bits, "channel"))) for bits in range(2, 10)]
    print(f"one setting from scratch         {_s(took)}")


def sweep() -> None:
    """1–16 bits and fp32 through the workers, as a page asks for them."""
    pool()
    tickets = [ask.measure(shipped())]
    while not tickets[0].ended:
        time.sleep(0.05)
    seconds = _took(lambda: _wait([ask.measure(shipped() | Quantize(b, "channel", "affine")) for b in range(1, 17)]))
    print(f"sweep of 16 widths, warm workers {seconds:.2f} s")
    pool().close()


def slider() -> None:
    """Key press → changed numbers, against the same press in an empty fragment of an untouched server."""
    with tempfile.TemporaryDirectory() as elsewhere:  # away from this project's settings
        empty = Path(shutil.copy(ROOT / "benchmarks" / "empty_app.py", elsewhere))
        with (
            running() as ours,
            running(empty) as theirs,
            sync_playwright() as playwright,
            launch(playwright) as browser,
        ):
            lab, yardstick = browser.new_page(), browser.new_page()
            home = browser.new_page()
            lab.goto(f"{ours}/quantization")
            home.goto(ours)
            yardstick.goto(theirs)
            for page in (lab, home):
                page.get_by_text("answers changed").wait_for(timeout=60_000)
            lab.wait_for_timeout(6_000)
            e, q, h = [], [], []
            for at in range(PRESSES):
                key = "ArrowRight" if at % 8 < 4 else "ArrowLeft"
                for page, times in ((yardstick, e), (lab, q), (home, h)):
                    times.append(_key_to_screen(page, key))
    median = statistics.median(e)
    print(f"key press → screen, empty (E)    {_ms(e)}")
    print(f"key press → screen, quantization {_ms(q)}   ratio {statistics.median(q) / median:.2f}")
    print(f"key press → screen, home         {_ms(h)}   ratio {statistics.median(h) / median:.2f}")


def startup() -> None:
    """From the command to a Home with numbers on it, caches warm."""
    took = []
    with sync_playwright() as playwright, launch(playwright) as browser:
        for _ in range(4):
            began = time.perf_counter()
            with running() as address:
                page = browser.new_page()
                page.goto(address)
                page.get_by_text("answers changed").wait_for(timeout=60_000)
                took.append(time.perf_counter() - began)
                page.close()
    print(f"start → usable Home              {_s(took[1:])}")


def _train_in(page: Page, seed: int) -> float:
    """Train once on the page; the run's own seconds, from the last progress line before it ends."""
    panel = page.locator(".st-key-training_panel")
    panel.get_by_role("button", name="Retrain" if seed else "Train", exact=False).first.click()
    seconds, ended = 0.0, time.monotonic() + 60
    while f"from seed {seed}" not in (text := panel.inner_text()) and time.monotonic() < ended:
        if "steps/s" in text:
            step, total, elapsed = _progress(text)
            seconds = elapsed * total / step
        page.wait_for_timeout(100)
    return seconds


def _progress(text: str) -> tuple[int, int, float]:
    words = next(line for line in text.splitlines() if "steps/s" in line).split()
    return int(words[1]), int(words[3]), float(words[5])


def _key_to_screen(page: Page, key: str) -> float:
    page.bring_to_front()
    page.get_by_role("slider", name="Bits per weight").focus()
    page.wait_for_timeout(350)
    page.evaluate(f"() => {{ window.seen = ({KEY_TO_SCREEN})('[data-testid=stMetricValue]') }}")
    page.keyboard.press(key)
    return page.evaluate("() => window.seen")


def _wait(tickets: list[Ticket]) -> None:
    while not all(ticket.ended for ticket in tickets):
        time.sleep(0.01)


def _took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _s(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} s ({min(times):.2f}–{max(times):.2f})"


def _ms(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ms ({min(times):.0f}–{max(times):.0f})"


ALL = {run.__name__: run for run in (training, measuring, sweep, slider, startup)}

if __name__ == "__main__":
    print(subprocess.run(["nproc"], capture_output=True, text=True, check=False).stdout.strip(), "cores")
    for name in sys.argv[1:] or ALL:
        ALL[name]()

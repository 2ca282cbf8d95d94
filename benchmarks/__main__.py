"""How fast it is. Ratios come from one run, so that the machine's speed of the day falls out.

make bench        everything, about ten minutes
python -m benchmarks slider
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import torch
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.cluster import cluster
from benchmarks.crowd import crowd
from benchmarks.language import language
from benchmarks.room import room
from benchmarks.timing import click_to_rest, followed, key_to_rest, milliseconds, seconds
from lessons import models, shared_files
from lessons.data import examples
from lessons.experiment import Experiment, Prune, Quantize, Trained, shipped
from lessons.jobs import ask
from lessons.jobs.pool import pool
from lessons.jobs.ticket import Ticket
from lessons.jobs.worker import THREADS
from lessons.ui.distillation.recipe import Distilling
from lessons.vision import build
from tests.browser.app import ROOT, running, started
from tests.browser.find_chromium import launch
from tests.browser.reader import LAB, tile
from tests.browser.soak import to_and_fro
from tests.browser.visitor import visit

PRESSES = 24
SLIDERS = ("", "energy", "footprint", "scaling", "quantization", "pruning")  # whose first slider moves the tiles
MOVES = 2_000
SWITCHED = 8
LOOKS = 12  # settings measured beside trainings, and without
WARM = 10.0  # seconds until all workers have loaded what jobs need
WIDTHS, DOUBLED = (*map(str, range(1, 17)), "fp32"), tuple(str(2**n) for n in range(10))
FOLLOWS = {  # by page: the slider of its headline, and where that can stand
    "": ("home_bits", WIDTHS),
    "quantization": ("quantization_bits", WIDTHS),
    "pruning": ("pruning_sparsity", tuple(map(str, range(0, 100, 5)))),
    "language-model?language_part=shrink": ("language_bits", ("2", "3", "4", "5", "6", "8", "as stored")),
    "energy": ("energy_batch", DOUBLED),
    "footprint": ("footprint_batch", DOUBLED),
    "scaling": ("scaling_by", ("2014", "2016", "2018", "2020", "2022", "2025", "2030", "2035")),
    "llm-at-home": ("llm_format", ("fp16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "Q3_K_M", "Q2_K")),
    "decide": ("decide_uses", ("1", "10", "100", "1000", "10000", "100000")),
    "distillation": ("distillation_labelled", ("20", "50", "100", "200", "500", "1,000", "2,000", "5,000", "20,000")),
    "lora": ("lora_rank", ("0", "1", "2", "4", "8", "16", "32", "64")),
}
SWITCHES = ("energy", "quantization", "distillation", "llm-at-home")  # pages that a reader goes to from Home
EMPTY = ROOT / "benchmarks" / "empty_app.py"


def training() -> None:
    """A run in this process against one in a worker, shown live in a browser; in turns."""
    torch.set_num_threads(THREADS)
    examples.training_set("bundled")
    bare, live, accuracies = [], [], []
    with running() as address, sync_playwright() as playwright, launch(playwright) as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{address}/{LAB}")
        page.get_by_text("answers changed").wait_for()
        for seed in range(3):
            page.wait_for_timeout(4000)
            *_, (step, _) = build.training(Trained(seed=seed))
            bare.append(step.seconds)
            live.append(_train_in(page, seed))
            accuracies.append(build.measure(Experiment(Trained(seed=seed)))["accuracy"].value)
    print(f"training, 5 epochs, by itself    {seconds(bare)}")
    print(
        f"training, 5 epochs, shown live   {seconds(live)}   ratio "
        f"{statistics.median(live) / statistics.median(bare):.2f}"
    )
    print(f"accuracy reached                 {', '.join(f'{a:.2f} %' for a in accuracies)}")


def race() -> None:
    """A student by itself, in a worker, against the same student alone and taught at once, as the distillation page
    opens."""
    with tempfile.TemporaryDirectory() as cache, mock.patch.dict(os.environ, MODELS_FOR_ANTS_CACHE=cache):
        how, single, both = Distilling(labelled=500), [], []
        _wait([ask.tune(how.taught(9), "a reader"), ask.tune(how.alone(9), "a reader")])  # workers load their data
        for seed in range(3):
            single.append(_took(lambda seed=seed: _wait([ask.tune(how.alone(10 + seed), "a reader")])))
            both.append(_took(lambda seed=seed: _wait([ask.tune(at, "a reader") for at in how.runners(seed).values()])))
        pool().close()
    print(f"a student by itself              {seconds(single)}")
    print(
        f"a race of two                    {seconds(both)}   ratio "
        f"{statistics.median(both) / statistics.median(single):.2f}"
    )


def measuring() -> None:
    """One setting from scratch, in this process."""
    torch.set_num_threads(THREADS)
    build.measure(shipped())
    took = [_took(lambda bits=bits: build.measure(shipped() | Quantize(bits, "channel"))) for bits in range(2, 10)]
    print(f"one setting from scratch         {seconds(took)}")


def sweep() -> None:
    """1–16 bits, and 21 sparsities of either network, through the workers, as a page asks for them."""
    pool()
    widths = lambda grain: _wait([ask.measure(shipped() | Quantize(bits, grain, "affine")) for bits in range(1, 17)])
    time.sleep(WARM)
    widths("tensor")
    seconds = _took(lambda: widths("channel"))
    one = ask.measure(shipped() | Quantize(8, "channel", "affine")).seconds
    print(f"sweep of 16 widths, warm workers {seconds:.2f} s: {seconds / one:.1f} × one of them")
    for model in models.NAMES:
        points = [shipped(model) | Prune(sparsity) for sparsity in (*range(0, 100, 5), 99)]
        seconds = _took(lambda points=points: _wait([ask.measure(point) for point in points]))
        print(f"sweep of 21 sparsities, {model:9} {seconds:.2f} s")
    pool().close()


def beside() -> None:
    """A setting measured for one visitor, the workers idle and while another has asked for 20 trainings: one after
    another."""
    with tempfile.TemporaryDirectory() as cache, mock.patch.dict(os.environ, MODELS_FOR_ANTS_CACHE=cache):
        settings = iter(
            [shipped() | Quantize(bits, "group", group=group) for bits in range(2, 9) for group in (8, 16, 32, 64)]
        )
        look = lambda: _took(lambda: _wait([ask.measure(next(settings), urgent=True, payer="one")]))
        _wait([ask.measure(shipped()), ask.train(Trained(seed=99, epochs=1, stopped_at=1), "another")])
        time.sleep(WARM)
        alone = [look() for _ in range(LOOKS)]
        trainings = [ask.train(Trained(seed=seed), "another") for seed in range(20)]
        _wait(
            [ask.train(Trained(seed=98, epochs=1, stopped_at=1), "a third")]
        )  # which starts as soon as a run of the others ends
        meanwhile = [look() for _ in range(LOOKS)]
        waiting = sum(ticket.state == "waiting" for ticket in trainings)
        pool().close()
    p95 = [statistics.quantiles(times, n=20)[-1] for times in (alone, meanwhile)]
    print(f"a setting, workers idle          {milliseconds([1_000 * each for each in alone])}")
    print(
        f"beside 20 trainings of another   {milliseconds([1_000 * each for each in meanwhile])}   "
        f"ratio of p95 {p95[1] / p95[0]:.2f}, {waiting} still waited"
    )


def slider() -> None:
    """Key press → all has changed that its headline does not show, against the same in an empty fragment of an
    untouched server."""
    with beside_an_empty_app() as (browser, ours, theirs):
        pages = {"empty": (browser.new_page(), "empty")}
        pages["empty"][0].goto(theirs)
        for path in SLIDERS:
            page = browser.new_page()
            page.goto(f"{ours}/{path}?guess=skip")
            tile(page).nth(2).wait_for(timeout=60_000)
            pages[path or "home"] = page, FOLLOWS[path][0]
        page.wait_for_timeout(20_000)
        times = {name: [] for name in pages}
        for at in range(PRESSES):
            key = "ArrowRight" if at % 4 < 2 else "ArrowLeft"  # two steps there, two back: no slider is at its end
            for name, (page, knob) in pages.items():
                times[name].append(key_to_rest(page, key, knob))
    median = statistics.median(times["empty"])
    for name, took in times.items():
        print(f"key press → all else, {name:12} {milliseconds(took)}   ratio {statistics.median(took) / median:.2f}")


def drag() -> None:
    """The slider says another position → the headline is drawn for it and laid out: the work of one frame of a drag."""
    with running() as address, sync_playwright() as playwright, launch(playwright) as browser:
        for path, (knob, positions) in FOLLOWS.items():
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.goto(f"{address}/{path}{'&' if '?' in path else '?'}guess=skip")
            tile(page).nth(2).wait_for(timeout=60_000)
            page.wait_for_timeout(10_000)
            name = path.partition("?")[0] or "home"
            print(f"hand → headline, {name:14} {milliseconds(followed(page, knob, positions), 1)}; a frame has 16.7 ms")
            page.close()


def memory() -> None:
    """The server's memory over 2,000 slider moves of a reader who comes without a browser."""
    with started() as (address, server):
        used = visit(to_and_fro(address, server.pid, 0, *[MOVES // 8] * 8))
    print(f"server's memory over {MOVES:,} moves  {', '.join(f'{mb:.0f}' for mb in used)} MB")


def switch() -> None:
    """Click on a page's name → its last change, against the same between two empty pages of an untouched server."""
    with beside_an_empty_app() as (browser, ours, theirs):
        pages = {name: browser.new_page() for name in ("empty", *SWITCHES)}
        for name, page in pages.items():
            page.goto(theirs if name == "empty" else ours)
            page.wait_for_timeout(8_000)
        times = {name: [] for name in pages}
        for _ in range(SWITCHED):
            for name, page in pages.items():
                times[name].append(click_to_rest(page, "other" if name == "empty" else name))
                page.go_back()
                page.wait_for_timeout(2_500)
    median = statistics.median(times["empty"])
    for name, took in times.items():
        print(f"page switch, to {name:16} {milliseconds(took)}   ratio {statistics.median(took) / median:.2f}")


def startup() -> None:
    """From the command to a Home with numbers on it, against an empty app with one number, caches warm; in turns."""
    ours, theirs = [], []
    with empty_app() as empty, sync_playwright() as playwright, launch(playwright) as browser:
        for _ in range(4):
            theirs.append(_took(lambda: _opened(browser, empty, "Value")))
            ours.append(_took(lambda: _opened(browser, None, "answers changed")))
    ratio = statistics.median(ours[1:]) / statistics.median(theirs[1:])
    print(f"start → an empty app             {seconds(theirs[1:])}")
    print(f"start → usable Home              {seconds(ours[1:])}   ratio {ratio:.2f}")


def _opened(browser: Browser, app: Path | None, text: str) -> None:
    """Start an app (None: ours), and wait until this text is on its first page."""
    with running(app) if app else running() as address:
        page = browser.new_page()
        page.goto(address)
        page.get_by_text(text).first.wait_for(timeout=60_000)
        page.close()


@contextmanager
def beside_an_empty_app() -> Iterator[tuple[Browser, str, str]]:
    """A browser, and the addresses of our app and of an empty one."""
    with (
        empty_app() as empty,
        running() as ours,
        running(empty) as theirs,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        yield browser, ours, theirs


@contextmanager
def empty_app() -> Iterator[Path]:
    """The yardstick, away from this project's settings."""
    with tempfile.TemporaryDirectory() as elsewhere:
        yield Path(shutil.copy(EMPTY, elsewhere))


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


def _wait(tickets: list[Ticket]) -> None:
    while not all(ticket.ended for ticket in tickets):
        time.sleep(0.01)


def _took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


ALL = {
    run.__name__: run
    for run in (
        training,
        race,
        measuring,
        sweep,
        beside,
        slider,
        drag,
        switch,
        crowd,
        room,
        cluster,
        memory,
        startup,
        language,
    )
}

if __name__ == "__main__":
    os.environ[shared_files.SETTING] = shared_files.OFF  # what is timed is measured, and not found
    print(subprocess.run(["nproc"], capture_output=True, text=True, check=False).stdout.strip(), "cores")
    for name in sys.argv[1:] or ALL:
        ALL[name]()

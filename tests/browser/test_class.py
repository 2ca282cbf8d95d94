"""A class on one server: ten readers at once, and a long lesson."""

from pathlib import Path

from playwright.sync_api import Page

from lessons.experiment import Quantize, shipped
from lessons.vision import build
from tests.browser.app import started
from tests.browser.reader import LAB, PANEL, move, settle, slider, start_training, swept, tiles

READERS = 10
BITS = "Bits per weight"


def test_ten_readers_at_once_one_of_whom_trains(visit):
    trains = visit(f"{LAB}&quantization_network=depthwise")
    pages = [trains, *(visit(LAB) for _ in range(READERS - 1))]
    for page in pages:
        swept(page)
    start_training(trains, "Train")
    for bits in (7, 6, 5):
        expected = str(build.measure(shipped() | Quantize(bits))["accuracy"])
        for page in pages[1:]:  # all at once: nobody waits for another
            slider(page, BITS).press("ArrowLeft")
        for page in pages[1:]:
            settle(page, lambda page=page, expected=expected: tiles(page)[:1] == [expected])
    trains.locator(PANEL).get_by_text("trained here from seed 0").wait_for()


def test_memory_stays_flat_over_many_slider_moves(browser, tmp_path):
    with started(MODELS_FOR_ANTS_CACHE=str(tmp_path)) as (address, server):
        page = browser.new_page()
        page.set_default_timeout(180_000)
        page.goto(f"{address}/{LAB}")
        swept(page, curve=1)
        to_and_fro(page, 60)
        before = megabytes(server.pid)
        to_and_fro(page, 240)
        assert megabytes(server.pid) - before < 25
        move(page, BITS, "ArrowLeft")  # it still answers
        page.close()


def to_and_fro(page: Page, times: int) -> None:
    """Move the slider back and forth, each move a run of its own."""
    slider(page, BITS).focus()
    for at in range(times):
        page.keyboard.press("ArrowRight" if at % 16 < 8 else "ArrowLeft")
        page.wait_for_timeout(60)
    page.wait_for_timeout(1000)


def megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

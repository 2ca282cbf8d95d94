"""What happens once, when the server starts and ends."""

import gc
import importlib
import logging
import pkgutil
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lessons import ending, keeping, models
from lessons.classroom.opening import wipe_old
from lessons.database import NoDatabase
from lessons.doctor import settings
from lessons.experiment import Quantize, shipped
from lessons.jobs import ask, begun
from lessons.jobs.pool import pool, resident
from lessons.serving import health, metrics, server_log, widget_values

SHELL = "lessons.ui.shell"  # a script, which Streamlit runs
log = logging.getLogger(__name__)
WIPED_EVERY = 6 * 3600  # seconds between two looks for classes that nobody uses any more
CLOCKS_APART = time.time() - time.monotonic()  # of the calendar and of this machine, when the server started
JUMPED = 24 * 3600  # seconds that they may move, one against the other

# A knob has a default, which its link leaves out, and a link or a preset sets it: Streamlit takes that for a mistake.
logging.getLogger("streamlit.elements.lib.policies").setLevel(logging.ERROR)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Prepare what pages need, while the first browser loads."""
    must_be_set_rightly()
    ending.in_time(_close)
    widget_values.drop_foreign()
    threading.Thread(target=_prepare, daemon=True).start()
    threading.Thread(target=_wipe_old, daemon=True).start()
    told = metrics.serve()
    yield
    if told:
        told.shutdown()
    _close()
    log.info("the server ends")


def must_be_set_rightly() -> None:
    """Say in the log what is set wrongly. Raises ValueError where a server could start and serve nobody."""
    mistakes = list(settings.mistakes())
    for each in mistakes:
        log.error("%s → %s", each.fact, each.advice)
    if any(each.level == "fail" for each in mistakes):
        raise ValueError("the server does not start: a setting is wrong, and the log says which")


def _close() -> None:
    """End all workers; what they train is lost, and what they have trained is kept."""
    pool().close()
    resident().close()


def _prepare() -> None:
    """Import what pages are put together from, which the first page waits for; then start the workers, and have the
    first sweep measured: until it is, it shows as it was recorded; draw the pictures on Home's cards; then import the
    rooms of all lessons, and with them torch, and the network that brings torchvision; and tidy up, on disk, too."""
    kit = importlib.import_module("lessons.ui")
    tidy_memory()
    tickets = [
        ask.measure(experiment)
        for model in map(shipped, models.NAMES)
        for experiment in (model, *(model | Quantize(bits) for bits in (4, 8, *range(1, 17))))
    ]
    importlib.import_module("lessons.ui.home.cards").pictures()
    while not all(ticket.ended for ticket in tickets):
        time.sleep(0.1)
    for module in pkgutil.walk_packages(kit.__path__, "lessons.ui."):
        if module.name != SHELL:
            importlib.import_module(module.name)
    importlib.import_module("lessons.models.depthwise")
    tidy_memory()
    keeping.sweep_all()
    begun.forget_old()
    server_log.take_over()
    health.IMPORTED.set()
    log.info("the server is ready")


def _wipe_old() -> None:
    """Wipe the classes that have run out, now and every few hours; a page says where the database cannot be used."""
    while True:
        wipe_if_the_clock_is_right()
        time.sleep(WIPED_EVERY)


def wipe_if_the_clock_is_right() -> None:
    """Wipe them, unless the calendar has jumped while this server ran: then classes that are in use seem to be old."""
    if abs(time.time() - time.monotonic() - CLOCKS_APART) > JUMPED:
        log.warning("the clock has jumped since the server started: no class is wiped until it is right, or a restart")
        return
    try:
        wipe_old()
    except NoDatabase as error:
        log.warning("%s", error)


def tidy_memory() -> None:
    """Take what was imported out of the garbage collector's sight.

    Streamlit's own full collection after every run is switched off (.streamlit/config.toml): with torch loaded it costs
    190 ms before the reply is sent. Python's automatic collection goes on; without torch in its sight it is cheap.
    """
    gc.collect()
    gc.freeze()

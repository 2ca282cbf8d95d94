"""Pages' jobs are done by the test that waits for them, on less data, and end with it: what nobody waits for is
left."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.components.v2 import manifest_scanner

from lessons.adaptation import pictures, texts
from lessons.data import TASKS, examples
from lessons.jobs import ask, pool, recordings
from lessons.jobs.recordings import Recording
from lessons.language import evaluate
from lessons.measure import timing
from lessons.quantity import Measurement
from lessons.vision import build
from tests.pages.workers import Here

FEW = 1_000  # test pictures, of 10,000: a page shows whatever was measured
PASSAGES = 16  # of a test of 128 characters each, of 128 and of 64


@pytest.fixture(scope="package", autouse=True)
def workers_here() -> Iterator[None]:
    """One pool without processes for all pages, and nothing measured twice; the resident is a process, as ever. What
    is installed is searched for components once, not for each page."""
    real = pool.Pool
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            pool, "Pool", lambda workers, resident=False, **_: real(workers, resident) if resident else Here()
        )
        patch.setattr(
            manifest_scanner, "scan_component_manifests", lru_cache(manifest_scanner.scan_component_manifests)
        )
        patch.setattr(build, "measure", lru_cache(maxsize=None)(build.measure))
        patch.setattr(ask, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: pool.pool().work(1)))
        for data in TASKS.values():
            for name in ("test_pixels", "test_labels"):
                patch.setattr(data, name, lru_cache(partial(first, getattr(data, name))))
        patch.setattr(recordings, "find", lru_cache(maxsize=None)(partial(fewer, recordings.find)))
        patch.setitem(evaluate.PASSAGES, "shakespeare", PASSAGES)
        patch.setattr(texts, "READ", PASSAGES)
        patch.setattr(texts, "PROBED", 4)
        patch.setattr(texts, "AT_ONCE", 4)  # passages that a step of an adaptation learns from
        for name in ("RUNS", "STEPS"):  # of which a timing is the median
            patch.setattr(timing, name, 4)
        forget()
        yield
        pool.pool().close()
    forget()


def first(whole: Callable[[], np.ndarray]) -> np.ndarray:
    return whole()[:FEW]


def fewer(find: Callable[..., Recording | None], *question: Any) -> Recording | None:
    """What was recorded, of no more test pictures than there are here."""

    def short(event: Any) -> Any:
        if isinstance(event, Measurement):
            return replace(event, answers=event.answers[:FEW])
        return event[:FEW] if isinstance(event, np.ndarray) else event

    recording = find(*question)
    return recording and replace(recording, events=tuple(map(short, recording.events)))


def forget() -> None:
    for remembered in (pool.pool, examples._test_set, pictures._test, evaluate._passages):
        remembered.cache_clear()


@pytest.fixture(autouse=True)
def visits_end(workers_here) -> Iterator[None]:
    yield
    workers = pool.pool()
    for ticket in [ticket for ticket in list(workers._tickets.values()) if not ticket.ended]:
        for reader in list(ticket.readers) or ["nobody"]:
            workers.leave(ticket, reader)
    while workers.work():
        pass

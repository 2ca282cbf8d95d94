"""Pictures of the states of a talk, taken in a browser of the app itself, which is started with nothing kept.

That needs what the tests need: requirements-dev.txt, and a Chromium.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from lessons import talk_store
from lessons.talk import Talk, shipped
from lessons.text import sections

WORDS = sections("talk")
SCREEN = {"width": 1280, "height": 720}
WIDTH, QUALITY = 640, 50  # pixels; of WebP
PATIENCE, PAUSE = 900_000, 50  # ms until a state stands; between two looks
GO, STANDS = "at => stageForAnts.go(at)", "at => stageForAnts.stands(at)"
HAS_STAGE = "() => Boolean(window.stageForAnts)"


class NoBrowserError(RuntimeError):
    """There is nothing to take pictures with; in one sentence."""


def take(talk: Talk, file: bytes) -> Iterator[Path]:
    """Take a picture of each state of a talk, whose script is this file, and write it where the state has it; gives the
    path of each, once it is there. Raises NoBrowserError."""
    with TemporaryDirectory() as folder:
        os.environ["MODELS_FOR_ANTS_CACHE"] = folder
        if talk.name not in shipped():
            talk_store.keep(file)
        with _stage(talk.link(1)) as page:
            for at, state in enumerate(talk.states, 1):
                page.evaluate(GO, at)
                _wait(page, STANDS, at)
                state.picture.parent.mkdir(exist_ok=True)
                state.picture.write_bytes(_small(page.screenshot(animations="disabled")))
                yield state.picture


@contextmanager
def _stage(path: str) -> Iterator[Any]:
    """A page of the app with a stage."""
    try:
        from playwright.sync_api import Error, sync_playwright

        from tests.browser.app import running
        from tests.browser.find_chromium import launch
    except ImportError:
        raise NoBrowserError(WORDS["pictures: needs"]) from None
    with running() as address, sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error:
            raise NoBrowserError(WORDS["pictures: needs"]) from None
        page = browser.new_page(viewport=SCREEN)
        page.set_default_timeout(PATIENCE)
        page.goto(address + path)
        _wait(page, HAS_STAGE)
        yield page
        browser.close()


def _wait(page: Any, holds: str, argument: Any = None) -> None:
    """Wait until something holds. (Playwright's own way runs a string as code, which the app's headers forbid.) Raises
    TimeoutError."""
    for _ in range(PATIENCE // PAUSE):
        if page.evaluate(holds, argument):
            return
        page.wait_for_timeout(PAUSE)
    raise TimeoutError(holds)


def _small(screenshot: bytes) -> bytes:
    """A screenshot as WebP, WIDTH wide."""
    image, made = Image.open(BytesIO(screenshot)).convert("RGB"), BytesIO()
    image.resize((WIDTH, WIDTH * image.height // image.width), Image.Resampling.LANCZOS).save(
        made, "webp", quality=QUALITY, method=6
    )
    return made.getvalue()

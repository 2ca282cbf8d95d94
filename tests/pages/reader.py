"""What a reader of a page does and sees, without a browser: opens it with its knobs set, presses, waits, reads its
tiles."""

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

from streamlit.testing.v1 import AppTest

from lessons.experiment import Experiment
from lessons.jobs.pool import pool
from lessons.quantity import Badge
from lessons.ui.language_model.training import TRAINED
from lessons.ui.llm_at_home.knobs import MODELS
from lessons.ui.work.this_machine import TITLES

SHELL = Path(__file__).parents[2] / "lessons" / "ui" / "shell.py"
Holds = Callable[[AppTest], object]


def link(path: str, **query: str) -> AppTest:
    """A page as a link with these parameters asks for it, not yet run."""
    page = AppTest.from_file(SHELL, default_timeout=60).switch_page(f"../../pages/{path}.py")
    for name, value in query.items():
        page.query_params[name] = value
    return page


def run_until(page: AppTest, holds: Holds, patience: float = 180) -> AppTest:
    """Run the page again, as its clock would, until something holds; in between, do what it has asked for. Fails where
    there has been nothing to do for so many seconds."""
    page.run()
    since = time.monotonic()
    while not holds(page):
        assert not page.exception, page.exception
        if pool().work():
            since = time.monotonic()
        else:  # another process may be at work
            assert time.monotonic() < since + patience, "nothing happens any more"
            time.sleep(0.05)
        page.run()
    assert not page.exception, page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    """Press the button of this label; the next run sees it."""
    return next(button for button in page.button if button.label == label).click()


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def open_drawer(page: AppTest, key: str) -> None:
    """Open a part that is closed; AppTest shuts it again with the next run."""
    page.session_state[f"drawer_{key}"] = True
    page.run()
    assert not page.exception


class Tile(NamedTuple):
    """A number as a reader sees it; its label says how it is known."""

    label: str
    value: str
    delta: str


def tiles(page: AppTest) -> list[Tile]:
    """The numbers on the page: those of headlines, where their sliders stand, and the others."""
    found = []
    for told in _told(page):
        for tile in (_frame(told, page) or {}).get("tiles", ()):
            delta = tile["delta"] or tile["description"] or ""
            found.append(Tile(f"{tile['label']} :badge[{tile['badge']}]", tile["value"], delta))
    return found + [Tile(metric.label, metric.value, metric.delta) for metric in page.metric]


def charts(page: AppTest) -> list[dict]:
    """The charts on the page, of headlines where their sliders stand: each with its title, its `note`, and `alt`, what
    it shows in words."""
    drawn = [(told, chart) for told in _told(page) for chart in (_frame(told, page) or {}).get("charts", ())]
    return [chart | {"alt": told["texts"][chart["alt"]]} for told, chart in drawn]


class Caption(NamedTuple):
    """A line in small letters."""

    value: str


def captions(page: AppTest) -> list[Caption]:
    """The lines in small letters, those below charts too."""
    return [Caption(caption.value) for caption in page.caption] + [Caption(chart["note"]) for chart in charts(page)]


TERM = re.compile(r"\[([^\]]+)\]\(\S*/glossary#[^)]*\)")


def plain(text: str) -> str:
    """A text without the explanations of its terms."""
    return TERM.sub(r"\1", text)


def said(page: AppTest) -> str:
    """All running text on the page, with the titles of charts, what stands below them, and the sentences of
    headlines."""
    texts = [text.value for text in page.markdown] + [chart["title"] for chart in charts(page)]
    frames = ((told, _frame(told, page) or {}) for told in _told(page))
    texts += [told["texts"][frame["said"]] for told, frame in frames if "said" in frame]
    return plain("\n".join(texts + [caption.value for caption in captions(page)]))


def _frame(told: dict, page: AppTest) -> dict | None:
    """What is shown where the sliders stand."""
    at = 0
    for knob, positions in told.get("knobs", {}).items():
        at = at * len(positions) + positions.index(page.session_state[knob])
    return told["frames"][at]


def _told(page: AppTest) -> list[dict]:
    """What the browser is told of headlines and charts."""
    mounted = [each.proto for each in page.get("bidi_component") if each.proto.component_name in ("headline", "charts")]
    return [json.loads(each.mixed.json or each.json) for each in mounted]


def settled(page: AppTest) -> bool:
    """Whether numbers are there, and none is still being measured."""
    return len(tiles(page)) > 0 and not any("Measuring" in caption.value for caption in page.caption)


def measured(page: AppTest) -> bool:
    """Whether all four tiles of a network are there."""
    return len(tiles(page)) == 4 and settled(page)


def has_read(page: AppTest) -> bool:
    """Whether a language model has been measured."""
    return settled(page) and any(metric.label.startswith("Perplexity") for metric in tiles(page))


def unbadged(page: AppTest) -> list[str]:
    """The labels of numbers that do not say where they come from."""
    return [m.label for m in tiles(page) if not any(f"[{badge}]" in m.label for badge in get_args(Badge))]


def tile(page: AppTest, label: str) -> str:
    return next(metric.value for metric in tiles(page) if metric.label.startswith(label))


def html(page: AppTest, part: str) -> list[str]:
    """The pieces of own HTML with this class in them."""
    return [block.proto.body for block in page.get("html") if f"<p class='{part}" in block.proto.body]


# pages, opened


def quantization(**query: str) -> AppTest:
    """The quantization page, asked for with these parameters."""
    return link("quantization", **query)


def language(part: str = "shrink", holds: Holds | None = None, trained: Sequence[Experiment] = (), **knobs) -> AppTest:
    """A part of the language page, with knobs set by the ends of their names, and what has been trained in the
    visit."""
    holds = holds or (has_read if part == "shrink" else settled)
    return _set("language-model", "language", holds, knobs | {"part": part}, {TRAINED: list(trained)})


def lora(part: str = "learn", holds: Holds = settled, **knobs: str) -> AppTest:
    """A part of the page on low-rank adaptation, with knobs set by the ends of their names."""
    return _set("lora", "lora", holds, knobs | {"part": part})


def at_home(part: str = "memory", holds: Holds = settled, **knobs: str) -> AppTest:
    """A part of the page on large models at home, with knobs set by the ends of their names."""
    return _set("llm-at-home", "llm", holds, knobs | {"part": part}, guess="16")


def lesson(path: str, **knobs: str) -> AppTest:
    """A lesson with its lab open and these knobs set, not yet run. AppTest binds no address: they go by their keys."""
    page = link(path, guess="skip")
    for name, value in knobs.items():
        page.session_state[f"{path}_{name}"] = value
    return page


def _set(path: str, keys: str, holds: Holds, knobs: dict, state: dict | None = None, guess: str = "skip") -> AppTest:
    page = link(path, guess=guess).run()
    known = {f"{keys}_{name}": (TITLES | MODELS).get(value, value) for name, value in knobs.items()}
    for name, value in (known | (state or {})).items():
        page.session_state[name] = value
    return run_until(page, holds)

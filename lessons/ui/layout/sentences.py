"""Passages of text beside each other, for every position of a slider: the browser has them all, and marks what differs
while the slider is dragged."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lessons.quantity import Badge
from lessons.ui import browser
from lessons.ui.state.knob import Knob


@dataclass(frozen=True)
class Passage:
    """A text under a title. `given`: what it begins with, that nobody wrote; `pieces`: what was written, piece by
    piece, and whether each is marked as different."""

    title: str
    given: str
    pieces: Sequence[tuple[str, bool]]
    badges: tuple[Badge, ...]


@dataclass(frozen=True)
class SideBySide:
    """What shows at one position: passages side by side, and a line below them."""

    passages: Sequence[Passage]
    note: str


def sentences(frames: Mapping[str, SideBySide | None], knob: Knob) -> None:
    """Draw passages that follow a knob's slider. `frames`: by its positions, None where nothing is known: there the
    last ones stay, faint."""
    browser.sentences(
        key=f"{knob.name}_sentences",
        data={"knobs": {knob.name: list(frames)}, "frames": [frame and _as_json(frame) for frame in frames.values()]},
    )


def different(pieces: Sequence[str], before: Sequence[str]) -> list[tuple[str, bool]]:
    """Pieces of a text, and whether each differs from the piece in the same place of the text before."""
    places = [*before, *[None] * len(pieces)]
    return [(one, one != other) for one, other in zip(pieces, places, strict=False)]


def _as_json(frame: SideBySide) -> dict:
    passages = [
        {
            "title": passage.title,
            "badges": passage.badges,
            "given": passage.given,
            "pieces": list(_without_empty_lines(passage)),
        }
        for passage in frame.passages
    ]
    return {"passages": passages, "note": frame.note}


def _without_empty_lines(passage: Passage) -> Iterator[tuple[str, bool]]:
    """The pieces of a passage with one line break where there are several in a row, in one piece or in more."""
    ended = passage.given.endswith("\n")
    for piece, differs in passage.pieces:
        shown = re.sub(r"\n+", "\n", piece)
        shown = shown.removeprefix("\n") if ended else shown
        ended = shown.endswith("\n") if shown else ended
        yield shown, differs

"""The headline of a lab: its tiles, and the figure that belongs to them, for every position of its main slider. The
browser has them all, so that they follow the hand that moves it, and nothing is asked of the server meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import prod
from typing import Any

import streamlit as st

from lessons.charts.chart import Chart
from lessons.charts.sweep import MISSING, Sweep
from lessons.jobs.events import Outcome
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.figures import TALL, Sent, on_stage
from lessons.ui.layout.presenter import asking, in_bold, presenting
from lessons.ui.layout.tiles import Tile, across, shrunk
from lessons.ui.state.knob import Knob

WORDS = sections("house")
MEASURING = WORDS["measuring here"]


@dataclass(frozen=True)
class Frame:
    """What a headline shows at one position: tiles, and charts beside each other, of which a stage has the first; above
    them what is `said`, which begins in bold: that is all a stage has of it."""

    tiles: Sequence[Tile] = ()
    charts: Sequence[Chart] = ()
    said: str = ""

    @property
    def quantities(self) -> dict[str, Quantity]:
        """The numbers in the tiles, by their labels."""
        return {tile.label: tile.quantity for tile in self.tiles}


def shrunk_frames(
    before: Outcome | None, after: Mapping[str, Outcome | None], energy: str = "energy_45nm"
) -> dict[str, Frame | None]:
    """The tiles of a model shrunk to each position, beside what it was `before`."""
    return {at: before and found and Frame(shrunk(before, found, energy)) for at, found in after.items()}


def headline(
    frames: Mapping[str, Frame | None] | Mapping[tuple[str, ...], Frame | None],
    *knobs: Knob,
    sweep: Sweep | None = None,
    tall: int = TALL,
    missing: str = "",
    name: str = "headline",
    quiet: bool = False,
    folded: Sequence[Knob] = (),
) -> None:
    """Draw a headline that follows the slider of a knob, or of several. `frames`: by its positions, or for several by
    each of one with each of the others, None where nothing is known yet; of some of these alone where it is
    drawn again once a slider is let go; `sweep`: the figure, where it is one; `tall`: pixels of a chart on a stage;
    `missing`: what is said where nothing is known, if that is not being measured; `name`: of this one, where a page has
    several of the same knobs, of which all but one are `quiet`: not read out; `folded`: knobs whose sliders are not
    always on the page. While a speaker asks the room there is none: it would say the answer."""
    if asking():
        return
    unknown = dict(zip(frames, sweep.data["missing"] if sweep else repeat(missing or MISSING), strict=False))
    now = tuple(st.session_state[knob.name] for knob in knobs)
    if not frames[at := now if now in frames else now[0]] and not missing:
        unknown[at] = MEASURING
    browser.headline(
        key="_".join((*(knob.name for knob in knobs), name)),
        data={
            "missing": list(unknown.values()),
            "stage": presenting(),
            "quiet": quiet,
            "asks": WORDS["tile: ask"],
            "sweep": sweep and {"title": sweep.title, "badges": sweep.badges, **sweep.data},
            **_sent(frames, knobs, tall),
            "folded": _stand(folded),
        },
    )


def picture(
    frames: Mapping[str, Frame | None] | Mapping[tuple[str, ...], Frame | None],
    *knobs: Knob,
    folded: Sequence[Knob] = (),
) -> None:
    """Draw the picture a lesson opens with: the same as a headline, but without tiles, and nothing of it is read out
    when the slider moves, for the headline is. Where nothing is known, the last picture stays, faint. A stage enlarges
    it as it is, for some are to scale."""
    data = {"stage": presenting(), **_sent(frames, knobs, None), "folded": _stand(folded)}
    browser.picture(key="_".join((*(knob.name for knob in knobs), "picture")), data=data)


def _sent(frames: Mapping[Any, Frame | None], knobs: Sequence[Knob], tall: int | None) -> dict[str, Any]:
    """All positions of the knobs, and what is shown at each, as plain JSON."""
    sent = Sent()
    positions = [list(dict.fromkeys(_places(frames, nth))) for nth in range(len(knobs))]
    return {
        "knobs": {knob.name: at for knob, at in zip(knobs, positions, strict=True)},
        "known": None if len(frames) == prod(map(len, positions)) else [_number(at, positions) for at in frames],
        "frames": [frame and _as_json(frame, sent, tall) for frame in frames.values()],
        **sent.tables,
    }


def _places(frames: Mapping[Any, Frame | None], knob: int) -> list[str]:
    """Where one of the knobs stands in each frame."""
    return [at if isinstance(at, str) else at[knob] for at in frames]


def _number(at: tuple[str, ...], positions: Sequence[Sequence[str]]) -> int:
    """The number of a place among each position of one knob with each of the others."""
    number = 0
    for stands, options in zip(at, positions, strict=True):
        number = number * len(options) + options.index(stands)
    return number


def _stand(knobs: Sequence[Knob]) -> dict[str, str]:
    """Where knobs stand, by their names."""
    return {knob.name: st.session_state[knob.name] for knob in knobs}


def _as_json(frame: Frame, sent: Sent, tall: int | None) -> dict[str, Any]:
    tiles = [tile.shown | {"help": sent.text(tile.help)} for tile in frame.tiles]
    return {
        "said": sent.text(in_bold(frame.said) if presenting() else frame.said),
        "tiles": tiles,
        "across": across(len(tiles)),
        "charts": [sent.chart(chart, tall) for chart in on_stage(frame.charts)],
    }

"""Numbers as tiles: each with its badge, before → after where there are two, its formula behind its question mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.charts.chart import Chart
from lessons.estimate.silicon import BAND
from lessons.jobs.events import Outcome
from lessons.quantity import Measurement, Quantity
from lessons.text import sections
from lessons.ui.layout.figures import TALL, badge, row
from lessons.ui.layout.presenter import presenting

WORDS = sections("house")
MANIFOLD = 10  # times: from there on a change is no percentage


@dataclass(frozen=True)
class Tile:
    """One number with its badge. `delta`: how it has changed, which is good where it goes down, or up if `better` is
    "normal"; `description`: what stands beside it, its band unless something else is given. A formula or method and the
    band are behind its question mark."""

    label: str
    quantity: Quantity
    delta: str | None = None
    description: str | None = None
    better: str = "inverse"

    @property
    def beside(self) -> str | None:
        return self.description or self.quantity.band or None

    @property
    def help(self) -> str:
        return "\n\n".join(
            filter(None, (self.quantity.source, self.quantity.band and WORDS("band", band=self.quantity.band)))
        )

    @property
    def shown(self) -> dict[str, str | None]:
        """What the browser draws, but for the help."""
        shown = {"label": self.label, "badge": self.quantity.badge, "value": str(self.quantity)}
        return shown | {"delta": self.delta, "better": self.better, "description": self.beside}


def beside() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Places for numbers and for the picture that belongs to them: one above the other, on a stage side by side."""
    if presenting():
        picture, numbers = st.columns([3, 1])
        return numbers, picture
    return st.container(), st.container()


def shrunk(before: Outcome, after: Outcome, energy: str = "energy_45nm") -> list[Tile]:
    """Accuracy, file, energy and time of a shrunk model, with what they were. `energy`: which of the quantities its
    tile shows."""
    old, new = before.measurement, after.measurement
    joules = new.get(energy, new["energy_45nm"])
    gained = change(old["accuracy"], new["accuracy"])
    spread = WORDS("from, give or take", before=old["energy_45nm"], band=BAND)
    return [
        Tile(WORDS["accuracy"], new["accuracy"], gained, WORDS("from", before=old["accuracy"]), "normal"),
        Tile(WORDS["file"], new["packed"], change(old["packed"], new["packed"]), WORDS("from", before=old["packed"])),
        Tile(WORDS["energy tile"], joules, change(old["energy_45nm"], joules), spread),
        *(
            [Tile(WORDS["time"], after.timing[1], None, WORDS("time before", before=after.timing[0]))]
            if after.whole
            else []
        ),
    ]


def compared(
    before: Measurement, after: Measurement, names: Mapping[str, str], better: Mapping[str, str] | None = None
) -> list[Tile]:
    """A tile for each of some quantities, named by its label, with what it was before. `better`: "normal" where more is
    better."""
    better = better or {}
    return [
        Tile(
            label,
            after[name],
            ((old := before.get(name)) and old.value and change(old, after[name])) or None,
            WORDS("from", before=old) if old else None,
            better.get(name, "inverse"),
        )
        for label, name in names.items()
    ]


def tiles(quantities: Mapping[str, Quantity], notes: Mapping[str, str] | None = None) -> list[Tile]:
    """A tile for each quantity, by its label; `notes` stand beside some in place of their bands."""
    return [Tile(label, quantity, description=(notes or {}).get(label)) for label, quantity in quantities.items()]


def row_of(shown: Sequence[Tile]) -> None:
    """Tiles side by side, on a stage one above the other."""
    for place, tile in zip(_places(len(shown)), shown, strict=True):
        with place:
            draw(tile)


def draw(tile: Tile, framed: bool = True) -> None:
    """One tile. `framed`: not on a card."""
    st.metric(
        f"{tile.label} {badge(tile.quantity.badge)}",
        str(tile.quantity),
        tile.delta or tile.beside,
        delta_color=tile.better if tile.delta else "off",
        delta_arrow="auto" if tile.delta else "off",
        delta_description=tile.beside if tile.delta else None,
        help=tile.help,
        border=framed and not presenting(),
        height="stretch" if framed and not presenting() else "content",
    )


def sure(label: str, quantity: Quantity) -> None:
    """How sure a number is, and what it was measured on, in a line; nothing on a stage."""
    if not presenting():
        st.caption(f"{label} {quantity.band.strip()}: {quantity.source}.")


def numbers(quantities: Mapping[str, Quantity], notes: Mapping[str, str] | None = None) -> None:
    """Quantities as tiles, with `notes` beside some."""
    row_of(tiles(quantities, notes))


def headed(
    quantities: Mapping[str, Quantity],
    key: str,
    *figures: Chart,
    tall: int = TALL,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Tiles, with `notes` below some, and the charts that belong to them, on a stage so `tall`. The tiles are sent
    first: they are what a reader waits for."""
    at_side, picture = beside()
    with at_side:
        numbers(quantities, notes)
    with picture:
        row(key, *figures, tall=tall)


def change(old: Quantity, new: Quantity) -> str | None:
    """How a number has changed, in points, times or percent; None where it has not."""
    if new.unit == "%":
        points = f"{new.value - old.value:+.1f}"
        return None if float(points) == 0 else WORDS("percentage points", points=points)
    if new.value >= MANIFOLD * old.value:
        return f"× {new.value / old.value:,.0f}"
    percent = f"{100 * (new.value / old.value - 1):+.0f}"
    return None if float(percent) == 0 else f"{percent} %"


def _places(count: int) -> list[DeltaGenerator]:
    """Places for tiles: two or three in a row, so that none is left alone in the last; on a stage one above the
    other."""
    if presenting():
        return [st.container() for _ in range(count)]
    rows = [min(across(count), count - at) for at in range(0, count, across(count))]
    return [place for row in rows for place in st.columns(row)]


def across(count: int) -> int:
    """How many of so many tiles stand in a row."""
    return 2 if count % 3 == 1 else 3

"""Numbers as tiles: each with its badge, before → after where there are two, its formula behind its question mark."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.charts.chart import Chart
from lessons.charts.sweep import Sweep
from lessons.estimate.silicon import BAND
from lessons.jobs.events import Outcome
from lessons.quantity import Measurement, Quantity
from lessons.ui.layout.figures import TALL, badge, row, sweep
from lessons.ui.layout.presenter import presenting
from lessons.ui.state.knob import Knob

MANIFOLD = 10  # times: from there on a change is no percentage


def headline(pair: tuple[Outcome, Outcome] | None, figure: Sweep, knob: Knob, energy: str = "energy_45nm") -> None:
    """What became of the model: the tiles, once they are there, and the sweep; on a stage side by side. `energy`: which
    of the quantities its tile shows."""
    numbers, picture = beside()
    if pair:
        with numbers:
            tiles(*pair, energy)
    with picture:
        sweep(figure, knob)


def beside() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Places for numbers and for the picture that belongs to them: one above the other, on a stage side by side."""
    if presenting():
        picture, numbers = st.columns([3, 1])
        return numbers, picture
    return st.container(), st.container()


def tiles(before: Outcome, after: Outcome, energy: str) -> None:
    """Accuracy, file, energy and time, each with where it came from."""
    old, new = before.measurement, after.measurement
    joules = new.get(energy, new["energy_45nm"])
    gained = _change(old["accuracy"], new["accuracy"])
    baseline_time, time = after.timing
    places = _places(4)
    with places[0]:
        tile("Accuracy", new["accuracy"], gained, f"from {old['accuracy']}", better="normal")
    with places[1]:
        tile("File", new["packed"], _change(old["packed"], new["packed"]), f"from {old['packed']}")
    with places[2]:
        change = _change(old["energy_45nm"], joules)
        tile("Energy", joules, change, f"from {old['energy_45nm']}, ×/÷ {BAND}")
    with places[3]:
        tile("Time", time, None, f"before: {baseline_time} a picture")


def changes(
    before: Measurement, after: Measurement, names: Mapping[str, str], better: Mapping[str, str] | None = None
) -> dict[str, Quantity]:
    """A tile for each of some quantities, named by its label, with what it was before; gives them. `better`: "normal"
    where more is better."""
    for place, (label, name) in zip(_places(len(names)), names.items(), strict=True):
        old, new = before.get(name), after[name]
        with place:
            change = old and old.value and _change(old, new)
            tile(label, new, change or None, f"from {old}" if old else None, (better or {}).get(name, "inverse"))
    return {label: after[name] for label, name in names.items()}


def tile(
    label: str,
    quantity: Quantity,
    delta: str | None = None,
    description: str | None = None,
    better: str = "inverse",
    framed: bool = True,
) -> None:
    """One number with its badge; the formula or method and the band are behind its question mark. Without a
    description, its band stands below it. `framed`: not on a card."""
    description = description or quantity.band or None
    st.metric(
        f"{label} {badge(quantity.badge)}",
        str(quantity),
        delta or description,
        delta_color=better if delta else "off",
        delta_arrow="auto" if delta else "off",
        delta_description=description if delta else None,
        help=f"{quantity.source}\n\nBand: {quantity.band}" if quantity.band else quantity.source,
        border=framed and not presenting(),
        height="stretch" if framed and not presenting() else "content",
    )


def sure(label: str, quantity: Quantity) -> None:
    """How sure a number is, and what it was measured on, in a line; nothing on a stage."""
    if not presenting():
        st.caption(f"{label} {quantity.band.strip()}: {quantity.source}.")


def numbers(quantities: Mapping[str, Quantity], notes: Mapping[str, str] | None = None) -> None:
    """Tiles side by side, on a stage one above the other; `notes` stand below some in place of their bands."""
    for place, (label, quantity) in zip(_places(len(quantities)), quantities.items(), strict=True):
        with place:
            tile(label, quantity, description=(notes or {}).get(label))


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


def _change(old: Quantity, new: Quantity) -> str | None:
    if new.unit == "%":
        points = f"{new.value - old.value:+.1f}"
        return None if float(points) == 0 else f"{points} points"
    if new.value >= MANIFOLD * old.value:
        return f"× {new.value / old.value:,.0f}"
    percent = f"{100 * (new.value / old.value - 1):+.0f}"
    return None if float(percent) == 0 else f"{percent} %"


def _places(count: int) -> list[DeltaGenerator]:
    """Places for tiles: two or three in a row, so that none is left alone in the last; on a stage one above the
    other."""
    if presenting():
        return [st.container() for _ in range(count)]
    across = 2 if count % 3 == 1 else 3
    rows = [min(across, count - at) for at in range(0, count, across)]
    return [place for row in rows for place in st.columns(row)]

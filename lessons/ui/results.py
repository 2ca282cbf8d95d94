"""What a page shows of an outcome: tiles before → after, the figure that follows a knob, charts and tables."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons import charts
from lessons.charts import Chart, Surface, Sweep
from lessons.data import fashion_mnist
from lessons.estimate.silicon import BAND
from lessons.jobs.events import Outcome
from lessons.measure.layer_view import LayerView
from lessons.quantity import Badge, Quantity
from lessons.ui import browser
from lessons.ui.present import presenting
from lessons.ui.query import Knob

COLOURS = {"measured": "green", "recorded": "blue", "estimated": "orange", "cited": "violet"}
FILES = (
    ("baseline", "before, float32 file"),
    ("as_float32", "after, saved the usual way (float32)"),
    ("theoretical", "after, codes and scales in theory, no file"),
    ("packed", "after, bits really packed"),
    ("zipped", "after, packed and zipped"),
)

PICTURE = 460  # pixels across
LARGE = {"labelFontSize": 24, "titleFontSize": 24, "labelLimit": 500}
STAGE = {"config": {"axis": LARGE, "legend": LARGE | {"symbolSize": 400}, "text": {"fontSize": 24}}}
TALL = 540  # pixels of a chart on a stage
SKIPPING = "after, where zeros are skipped"
NODES = (("energy_45nm", "45 nm, DDR, SRAM"), ("energy_7nm", "7 nm, HBM2, no additions"))


def headline(pair: tuple[Outcome, Outcome] | None, figure: Sweep, knob: Knob, energy: str = "energy_45nm") -> None:
    """What became of the model: the tiles, once they are there, and the sweep; on a stage side by side. `energy`: which of
    the quantities its tile shows."""
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
    points = f"{new['accuracy'].value - old['accuracy'].value:+.1f}"
    with st.container(horizontal=not presenting()):
        tile(
            "Accuracy",
            new["accuracy"],
            None if float(points) == 0 else f"{points} points",
            f"from {old['accuracy']}",
            better="normal",
        )
        tile("File", new["packed"], _change(old["packed"], new["packed"]), f"from {old['packed']}")
        tile(
            "Energy",
            joules,
            _change(old["energy_45nm"], joules),
            f"from {old['energy_45nm']}, ×/÷ {BAND}",
        )
        baseline_time, time = after.timing
        tile("Time", time, None, f"before: {baseline_time} a picture")


def tile(
    label: str, quantity: Quantity, delta: str | None = None, description: str | None = None, better: str = "inverse"
) -> None:
    """One number with its badge; the formula or method and the band are behind its question mark. Without a description,
    its band stands below it."""
    description = description or quantity.band or None
    st.metric(
        f"{label} {_badge(quantity.badge)}",
        str(quantity),
        delta or description,
        delta_color=better if delta else "off",
        delta_arrow="auto" if delta else "off",
        delta_description=description if delta else None,
        help=f"{quantity.source}\n\nBand: {quantity.band}" if quantity.band else quantity.source,
        border=not presenting(),
    )


def numbers(found: Mapping[str, Quantity], notes: Mapping[str, str] | None = None) -> None:
    """Tiles side by side, on a stage one above the other; `notes` stand below some in place of their bands."""
    with st.container(horizontal=not presenting()):
        for label, quantity in found.items():
            tile(label, quantity, description=(notes or {}).get(label))


def headed(found: Mapping[str, Quantity], key: str, *figures: Chart) -> None:
    """Tiles and the charts that belong to them. The tiles are sent first: they are what a reader waits for."""
    at_side, picture = beside()
    with at_side:
        numbers(found)
    with picture:
        row(key, *figures)


def bytes_table(outcome: Outcome) -> None:
    """Every size of the model, side by side."""
    sparse = [(name, f"after, {label}") for name, label in charts.SPARSE_FILES.items()]
    named = [(label, outcome.measurement.get(name)) for name, label in (*FILES, *sparse)]
    rows = [(label, quantity) for label, quantity in named if quantity]
    st.dataframe(
        pd.DataFrame(
            {
                "file": [label for label, _ in rows],
                "bytes": [int(quantity.value) for _, quantity in rows],
                "how we know": [f"{quantity.badge}: {quantity.source}" for _, quantity in rows],
            }
        ),
        hide_index=True,
        alt="Sizes of the model before and after",
    )


def quantities_table(found: Mapping[str, Quantity]) -> None:
    """Quantities by the words for them, with badge, band and formula or source."""
    st.dataframe(
        pd.DataFrame(
            {
                "what": list(found),
                "value": [str(q) for q in found.values()],
                "band": [quantity.band for quantity in found.values()],
                "how we know": [f"{q.badge}: {q.source}" for q in found.values()],
            }
        ),
        hide_index=True,
        alt="The numbers of this page, each with its band and its formula or source",
    )


def energy_table(before: Outcome, after: Outcome) -> None:
    """Both nodes, before and after, with band and formula."""
    rows = [
        (node, when, quantity)
        for name, node in NODES
        for when, outcome, which in (
            ("before", before, name),
            ("after", after, name),
            (SKIPPING, after, f"{name}_skipping"),
        )
        if (quantity := outcome.measurement.get(which))
    ]
    st.dataframe(
        pd.DataFrame(
            {
                "silicon": [node for node, _, _ in rows],
                "model": [when for _, when, _ in rows],
                "a picture": [str(quantity) for *_, quantity in rows],
                "band": [quantity.band for *_, quantity in rows],
                "formula (estimated)": [quantity.source for *_, quantity in rows],
            }
        ),
        hide_index=True,
        alt="Estimated energy a picture, before and after, at 45 and 7 nm",
    )


def sweep(figure: Sweep, knob: Knob, badge: Badge = "measured") -> None:
    """A figure that follows the widget of this knob while it is dragged: the browser draws without asking."""
    if not presenting():
        st.markdown(f"**{figure.title}** {_badge(badge)}")
    browser.sweep(key=f"{knob.name}_sweep", data={"knob": knob.name, **figure.data})


def dark_knowledge(figure: Sweep, knob: Knob) -> None:
    """What a teacher holds for possible, at the temperature of this knob while it is dragged."""
    st.markdown(f"**{figure.title}** {_badge('measured')}")
    browser.dark(key=f"{knob.name}_dark", data={"knob": knob.name, **figure.data})


def surface(figure: Surface, key: str) -> None:
    """A surface that can be turned, and in words what is on it."""
    st.markdown(f"**{figure.title}** {_badge('measured')}")
    st.plotly_chart(figure.figure, key=key, config={"displaylogo": False})
    st.caption(figure.alt)


def row(key: str, *figures: Chart, tall: int = TALL) -> None:
    """Charts side by side, each with its title and badge above and its note below; on a stage the first alone, so `tall`."""
    figures = figures[:1] if presenting() else figures
    for at, (column, chart) in enumerate(zip(st.columns(len(figures)), figures, strict=True)):
        with column.container(key=f"{key}_{at}"):
            st.markdown(f"**{chart.title}** {_badge(chart.badge)}")
            spec = (
                dict(chart.spec) | {"datasets": dict(chart.data)} | (STAGE | {"height": tall} if presenting() else {})
            )
            st.vega_lite_chart(spec=spec, alt=chart.alt)
            if chart.note:
                st.caption(chart.note)


def weights(layer: str, view: LayerView) -> None:
    """All weights of a layer as a picture."""
    gone = view.picture.size - view.kept
    said = f"{view.kept:,} of {view.picture.size:,} weights are left"
    st.markdown(f"**Weights of {layer}** {_badge('measured')}")
    image = charts.filters(view.picture, PICTURE)
    st.image(
        image,
        caption=f"{said}; orange is gone, the darker the more negative.",
        alt=f"Weights of {layer}: {gone:,} gone.",
    )


def pictures(title: str, which: Sequence[int]) -> None:
    """Test pictures beside each other."""
    st.markdown(f"**{title}**")
    right, names = fashion_mnist.test_labels(), fashion_mnist.CLASSES
    shown = ", ".join(names[right[at]] for at in which)
    st.image(charts.channels(fashion_mnist.test_pixels()[list(which)], PICTURE), caption=shown, alt=f"{title}: {shown}")


def confusion(before: Outcome, after: Outcome) -> None:
    """Which class is taken for which, before and after."""
    right, names = fashion_mnist.test_labels(), fashion_mnist.CLASSES
    given = {"Before": before.measurement.answers, "After": after.measurement.answers}
    row("confusion", *(charts.confusion(when, right, answers, names) for when, answers in given.items()))


def _change(old: Quantity, new: Quantity) -> str | None:
    percent = f"{100 * (new.value / old.value - 1):+.0f}"
    return None if float(percent) == 0 else f"{percent} %"


def _badge(badge: Badge) -> str:
    return f":{COLOURS[badge]}-badge[{badge}]"

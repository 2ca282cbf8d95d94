"""What a page shows of an outcome: tiles before → after, files, changed pictures, figures, the code that ran."""

import inspect
from collections.abc import Callable

import pandas as pd
import streamlit as st

from lessons.charts import Chart, changed_pictures, count_changes
from lessons.data import fashion_mnist
from lessons.jobs.events import Outcome
from lessons.measure.energy import BAND
from lessons.quantity import Badge, Quantity, show

COLOURS = {"measured": "green", "recorded": "blue", "estimated": "orange", "cited": "violet"}
FILES = (
    ("baseline", "before, float32 file"),
    ("as_float32", "after, saved the usual way (float32)"),
    ("theoretical", "after, bits × weights in theory"),
    ("packed", "after, bits really packed"),
    ("zipped", "after, packed and zipped"),
)

NODES = (("energy_45nm", "45 nm, DDR, SRAM"), ("energy_7nm", "7 nm, HBM2, no additions"))


def tiles(before: Outcome, after: Outcome) -> None:
    """Accuracy, file, energy and time, each with where it came from."""
    old, new = before.measurement, after.measurement
    points = f"{new['accuracy'].value - old['accuracy'].value:+.1f}"
    with st.container(horizontal=True):
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
            new["energy_45nm"],
            _change(old["energy_45nm"], new["energy_45nm"]),
            f"from {old['energy_45nm']} a picture, ×/÷ {BAND}",
        )
        baseline_time, time = after.timing
        tile("Time", time, None, f"before: {baseline_time} a picture")


def tile(label: str, quantity: Quantity, delta: str | None, description: str, better: str = "inverse") -> None:
    """One number with its badge; the formula or method and the band are behind its question mark."""
    band = ""
    if quantity.low is not None and quantity.high is not None:
        band = f"\n\nBand: {show(quantity.low, quantity.unit)} to {show(quantity.high, quantity.unit)}"
    st.metric(
        f"{label} {_badge(quantity.badge)}",
        str(quantity),
        delta or description,
        delta_color=better if delta else "off",
        delta_arrow="auto" if delta else "off",
        delta_description=description if delta else None,
        help=f"{quantity.source}{band}",
        border=True,
    )


def bytes_table(outcome: Outcome) -> None:
    """Every size of the model, side by side."""
    rows = [(label, outcome.measurement[name]) for name, label in FILES]
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


def energy_table(before: Outcome, after: Outcome) -> None:
    """Both nodes, before and after, with band and formula."""
    rows = [
        (node, when, outcome.measurement[name])
        for name, node in NODES
        for when, outcome in (("before", before), ("after", after))
    ]
    st.dataframe(
        pd.DataFrame(
            {
                "silicon": [node for node, _, _ in rows],
                "model": [when for _, when, _ in rows],
                "a picture": [str(quantity) for *_, quantity in rows],
                "band": [f"{show(q.low, q.unit)} to {show(q.high, q.unit)}" for *_, q in rows],
                "formula (estimated)": [quantity.source for *_, quantity in rows],
            }
        ),
        hide_index=True,
        alt="Estimated energy a picture, before and after, at 45 and 7 nm",
    )


def answers(before: Outcome, after: Outcome) -> None:
    """How many answers changed, and the pictures."""
    was, now, right = before.measurement.answers, after.measurement.answers, fashion_mnist.test_labels()
    count = count_changes(right, was, now)
    st.markdown(
        f"**{count['changed']:,}** of {len(now):,} answers changed: {count['broken']:,} right → wrong, "
        f"{count['mended']:,} wrong → right, {count['other']:,} wrong → wrong otherwise. {_badge('measured')}"
    )
    st.html(changed_pictures(fashion_mnist.test_pixels(), right, was, now, fashion_mnist.CLASSES))


def figure(chart: Chart, caption: str, key: str, badge: Badge = "measured") -> None:
    """A chart with its caption and badge above and its note below."""
    with st.container(key=key):
        st.markdown(f"**{caption}** {_badge(badge)}")
        st.vega_lite_chart(spec=dict(chart.spec) | {"datasets": dict(chart.data)}, alt=chart.alt)
        if chart.note:
            st.caption(chart.note)


def tables(charts: dict[str, Chart]) -> None:
    """The numbers behind the charts, for those who do not see them."""
    with st.expander("The numbers behind the charts"):
        for name, chart in charts.items():
            st.caption(name)
            st.dataframe(chart.table, hide_index=True, height=220, alt=f"Data of the chart: {name}")


def code(*functions: Callable) -> None:
    """The source that just ran, from the live functions."""
    st.code("\n\n".join(inspect.getsource(function) for function in functions), language="python")


def _change(old: Quantity, new: Quantity) -> str | None:
    percent = f"{100 * (new.value / old.value - 1):+.0f}"
    return None if float(percent) == 0 else f"{percent} %"


def _badge(badge: Badge) -> str:
    return f":{COLOURS[badge]}-badge[{badge}]"

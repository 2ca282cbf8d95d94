"""Tables: the files of a model, its energy, and any quantities, each number with how it is known."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lessons.jobs.events import Outcome
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("house")
FILES = (
    ("baseline", WORDS["file: baseline"]),
    ("as_float32", WORDS["file: as_float32"]),
    ("theoretical", WORDS["file: theoretical"]),
    ("packed", WORDS["file: packed"]),
    ("zipped", WORDS["file: zipped"]),
)
SPARSE_FILES = {  # quantities of a measurement
    "nonzero": WORDS["file: nonzero"],
    "format_dense": "dense",
    "format_csr": "CSR",
    "format_bitmap": "bitmap",
    "format_run-length": "run-length",
    "format_delta": "delta-coded",
    "format_2:4": "2:4",
}
SKIPPING = WORDS["zeros skipped"]
NODES = (("energy_45nm", WORDS["at 45 nm"]), ("energy_7nm", WORDS["at 7 nm"]))


def bytes_table(outcome: Outcome) -> None:
    """Every size of the model, side by side."""
    sparse = [(name, WORDS("file after", format=label)) for name, label in SPARSE_FILES.items()]
    named = [(label, outcome.measurement.get(name)) for name, label in (*FILES, *sparse)]
    rows = [(label, quantity) for label, quantity in named if quantity]
    st.dataframe(
        pd.DataFrame(
            {
                WORDS["file column"]: [label for label, _ in rows],
                WORDS["bytes column"]: [int(quantity.value) for _, quantity in rows],
                WORDS["how we know"]: [f"{quantity.badge}: {quantity.source}" for _, quantity in rows],
            }
        ),
        hide_index=True,
        alt=WORDS["files in words"],
    )


def quantities_table(quantities: Mapping[str, Quantity]) -> None:
    """Quantities by the words for them, with badge, band and formula or source."""
    st.dataframe(
        pd.DataFrame(
            {
                "what": list(quantities),
                "value": [str(q) for q in quantities.values()],
                WORDS["band column"]: [quantity.band for quantity in quantities.values()],
                WORDS["how we know"]: [f"{q.badge}: {q.source}" for q in quantities.values()],
            }
        ),
        hide_index=True,
        alt=WORDS["numbers in words"],
    )


def energy_table(before: Outcome, after: Outcome) -> None:
    """Both nodes, before and after, with band and formula."""
    rows = [
        (node, when, quantity)
        for name, node in NODES
        for when, outcome, which in (
            (WORDS["before"].lower(), before, name),
            (WORDS["after"].lower(), after, name),
            (SKIPPING, after, f"{name}_skipping"),
        )
        if (quantity := outcome.measurement.get(which))
    ]
    st.dataframe(
        pd.DataFrame(
            {
                WORDS["silicon"]: [node for node, _, _ in rows],
                WORDS["model column"]: [when for _, when, _ in rows],
                WORDS["an image"]: [str(quantity) for *_, quantity in rows],
                WORDS["band column"]: [quantity.band for *_, quantity in rows],
                WORDS["formula column"]: [quantity.source for *_, quantity in rows],
            }
        ),
        hide_index=True,
        alt=WORDS["energies in words"],
    )

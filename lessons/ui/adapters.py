"""What was learnt, looked at and handled: a change of weights under the microscope, and adapters merged, swapped and blended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO

import numpy as np
import streamlit as st

from lessons.charts import adapting as drawn
from lessons.estimate.adapting import low_rank as reckoned
from lessons.estimate.adapting import memory
from lessons.experiment import Adapt, Experiment
from lessons.experiment.adapt import NEW_TEXTS, READS, WHERE
from lessons.jobs import ask
from lessons.language.adapt import changes, low_rank
from lessons.language.seen import Change
from lessons.models.adapter_file import CONFIG, MOST_BYTES, TENSORS
from lessons.quantity import Measurement, Quantity
from lessons.recipes.adapting import FULL, KEPT, SHARES, STRENGTHS, Adapting, blend
from lessons.shrink import lora
from lessons.ui.adapting import WRITTEN, begins, judged, race
from lessons.ui.asking import asked
from lessons.ui.figures import row
from lessons.ui.knobs import choice, slider, sliders
from lessons.ui.lab import Drawn, wait_for_it
from lessons.ui.present import presenting
from lessons.ui.query import Knob
from lessons.ui.tiles import headed, numbers
from lessons.ui.visit import visitor
from lessons.ui.words import written
from lessons.ui.work import failed

LAYER = Knob("lora_layer", "Layer", ("1", "2", "3", "4"), "2")
MATRIX = Knob("lora_matrix", "Matrix", WHERE["attention and MLP"], "q_proj")
SHARE = Knob("lora_share", "Share of the names' adapter (%)", tuple(map(str, SHARES)), "50")
STRENGTH = Knob("lora_strength", "Strength of both", tuple(f"{each:g}" for each in STRENGTHS), "1")
HANDLES = (LAYER, MATRIX, SHARE, STRENGTH)
NAMED = {"bible": "the Bible", "names": "names", READS: "Shakespeare"}
RAN = {"microscope": [lora.merged, low_rank], "swap": [lora.merged, changes], "at scale": [memory, reckoned]}  # by part
SHORT = 420  # pixels of a chart on a stage
TAKEN = "adapter uploaded in this visit"
HELD = 90  # % of a change's energy


def microscope(how: Adapting, model: Experiment) -> Drawn:
    """The change that all weights made and that thin matrices made, side by side."""
    how = replace(how, base=KEPT)
    if how.low is None:
        st.caption("Rank 0 learns nothing: there is no change to look at.")
        return [], begins(how, model)
    pair = {FULL: model | how.other("full"), how.name: how.adapted(model)}
    if not all(map(ask.tuned, pair.values())):
        race(pair, "microscope")
        return [], begins(how, model)
    seen: Change | None = asked("change", "Look", "changing", *pair.values(), large=False)
    if seen is None:
        return [], {}
    layer, name = slider(LAYER), choice(MATRIX)
    matrix = next(
        (at for at in seen.matrices if at.startswith(f"layers.{int(layer) - 1}.") and at.endswith(name)), None
    )
    if matrix is None:
        st.caption(f"No thin matrices stand beside {name}: choose another, or more of them (*Beside*, under *More*).")
        return [], {}
    figures = [drawn.by_rank(seen), drawn.captured(seen), drawn.spectra(seen, matrix), drawn.overlap(seen, matrix)]
    found = directions(seen, matrix)
    headed(found, "ranks", *figures[:2], tall=SHORT)
    if not presenting():
        row("spectra", *figures[2:])
    return figures, found


def directions(seen: Change, matrix: str) -> dict[str, Quantity]:
    """How many directions hold nearly all of what was learnt of a matrix, and how much the first of each way counts."""
    at = seen.matrices.index(matrix)
    source = f"the first r with {HELD} % of Σ σ², of {seen.full.shape[1]} in {drawn.short(matrix)}"
    count = {"of the weights": seen.weights[at], "of the change": seen.full[at]}
    largest = {"all weights": seen.full[at], "low rank": seen.low[at]}
    held = {
        f"Directions {name}": Quantity("directions", _holding(values), "", "measured", source=source)
        for name, values in count.items()
    }
    return held | {
        f"Largest σ, {name}": Quantity("largest", float(values[0]), "", "measured", source=f"of {drawn.short(matrix)}")
        for name, values in largest.items()
    }


def _holding(values: np.ndarray) -> int:
    energy = np.square(values, dtype=float).cumsum()
    return 1 + int(energy.searchsorted(HELD / 100 * energy[-1]))


def swap(how: Adapting, model: Experiment) -> Drawn:
    """Two adapters on one model: one, the other, or some of both."""
    how = replace(how, base=KEPT)
    each = {text: replace(how, text=text) for text in NEW_TEXTS}
    if how.low is None:
        st.caption("Rank 0 learns nothing: there is nothing to swap.")
        return [], begins(how, model)
    learners = {NAMED[text]: one.adapted(model) for text, one in each.items()}
    if not all(map(ask.tuned, learners.values())):
        race(learners, "swap")
        return [], begins(how, model)
    share, strength = sliders(SHARE, STRENGTH)
    ways = [one.low for one in each.values()]
    here = {at: blend(model, *ways, at, float(strength)) for at in SHARES}
    curves = _losses(here)
    figure = drawn.swept("One model, two adapters", SHARE.label, curves, float(share))
    now = {f"Loss, {name}": curve[float(share)]["loss"] for name, curve in curves.items() if curve.get(float(share))}
    headed(now, "swap", figure, tall=SHORT)
    if not presenting():
        written("writes blended", here[int(share)], NEW_TEXTS["bible"].begins, WRITTEN, False)
    return [figure], now


def _losses(points: dict[int, Experiment]) -> dict[str, dict[float, Measurement | None]]:
    """By text, and by share: of both new texts, and of the old one."""
    found = {text: judged({str(at): one for at, one in points.items()}, text) for text in NEW_TEXTS}
    curves = {NAMED[text]: {float(at): pair and pair[0] for at, pair in each.items()} for text, each in found.items()}
    return curves | {NAMED[READS]: {float(at): pair and pair[1] for at, pair in found["bible"].items()}}


def merging(how: Adapting, model: Experiment) -> Drawn:
    """What merging changes, and what is left once an adapter is taken off."""
    if how.low is None or not ask.tuned(how.adapted(model)):
        return [], {}
    found = asked("merge", "Merge", "merging", how.adapted(model), large=False)
    if found:
        numbers(found)
    return [], found or {}


def take(how: Adapting, model: Experiment) -> None:
    """Draw the button for the adapter's files, and the field for those of somebody else."""
    adapted = how.adapted(model)
    if how.low and ask.tuned(adapted):
        st.download_button(
            "The adapter (zip of peft's two files)",
            lambda: ask.adapter_now(adapted, visitor()),
            f"adapter-{adapted.id}.zip",
            "application/zip",
            on_click="ignore",
        )
    files = st.file_uploader(
        "An adapter of yours: both files, unpacked", type=["json", "safetensors"], accept_multiple_files=True
    )
    if not files:
        st.session_state.pop(TAKEN, None)
    elif too_large := [file.name for file in files if file.size > MOST_BYTES]:
        st.error(f"{too_large[0]} is larger than {MOST_BYTES / 2**20:.0f} MiB: no adapter of this model is.")
    else:
        _use({file.name: file for file in files if file.name in (CONFIG, TENSORS)}, model)


def _use(files: Mapping[str, BinaryIO], model: Experiment) -> None:
    """Check an uploaded adapter, once, and say how well the model reads with it."""
    names = tuple(sorted((name, file.file_id) for name, file in files.items()))
    known = st.session_state.get(TAKEN)
    if known is None or known[0] != names:
        known = st.session_state[TAKEN] = (
            names,
            ask.take({name: file.getvalue() for name, file in files.items()}, model, visitor()),
        )
    ticket = known[1]
    if failed([ticket], "This adapter cannot be used"):
        return
    if not isinstance(ticket.result, Adapt):
        wait_for_it()
        st.caption("Checking …")
        return
    found = {NAMED[text]: judged({"it": model | ticket.result}, text).get("it") for text in NEW_TEXTS}
    if all(found.values()):
        numbers({f"Loss, {name}, with yours": pair[0]["loss"] for name, pair in found.items()})

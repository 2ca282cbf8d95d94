"""What was learnt, looked at and handled: a change of weights under the microscope, and adapters merged, swapped and
blended."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lessons.adaptation.results import DeltaAnalysis
from lessons.adaptation.weights import weight_deltas
from lessons.estimate.finetune_memory import low_rank as estimated
from lessons.estimate.finetune_memory import memory
from lessons.experiment import SMOLLM2, Experiment
from lessons.experiment.adapt import IN_PICTURES, IN_TEXTS, NEW_TEXTS
from lessons.jobs import adaptation, ask
from lessons.jobs.events import Taken
from lessons.models.adapter_file import MOST_BYTES
from lessons.quantity import Badge, Measurement, Quantity
from lessons.shrink import lora, svd
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.headline import Frame, headline
from lessons.ui.layout.plain import plain
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import headed, numbers, tiles
from lessons.ui.lora import charts as drawn
from lessons.ui.lora.learning import WRITTEN, begins, judged, labels, race, together
from lessons.ui.lora.recipe import FULL, KEPT, SHARES, STRENGTHS, TASKS, Adapting, blend
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob
from lessons.ui.state.visit import visitor
from lessons.ui.state.widgets import choice, slider, sliders
from lessons.ui.work import uploads
from lessons.ui.work.ask_button import asked
from lessons.ui.work.generated_text import written
from lessons.ui.work.results import failed

WORDS = sections("lora")
LAYER = Knob("lora_layer", WORDS["layer"], ("1", "2", "3", "4"), "2")
MATRIX = Knob("lora_matrix", WORDS["matrix"], IN_TEXTS["attention and MLP"], "q_proj")
SEES = Knob("lora_sees", WORDS["layer"], IN_PICTURES["every layer"], "conv2")
SHARE = Knob("lora_share", WORDS["share of the second"], tuple(map(str, SHARES)), "50")
STRENGTH = Knob("lora_strength", WORDS["strength"], tuple(f"{each:g}" for each in STRENGTHS), "1")
HANDLES = (LAYER, MATRIX, SEES, SHARE, STRENGTH)
NAMED = {
    "bible": WORDS["the Bible"], "names": WORDS["names"], "shakespeare": WORDS["Shakespeare"],
    "turned": WORDS["turned"], "inverted": WORDS["inverted"], "fashion": WORDS["as they are"],
}  # fmt: skip
RAN = {
    "microscope": [lora.merged, svd.truncated, svd.low_rank],
    "swap": [lora.merged, weight_deltas],
    "at scale": [memory, estimated],
}  # by part
SHORT = 360  # pixels of a chart on a stage
LONGEST = 220  # pixels of a text; a longer one scrolls
TAKEN = "adapter uploaded in this visit"
NAMED_UPTO = 120  # characters of a model's name that a file gives
MOST_FILES = 2  # in an upload
HELD = 90  # % of a change's energy
NOT_HERE = {
    "microscope": {SMOLLM2: WORDS["not here: microscope"]},
    "swap": {SMOLLM2: WORDS["not here: swap"]},
}  # by part


def microscope(adapting: Adapting) -> Drawn:
    """The change that full fine-tuning made and that low-rank matrices made, side by side."""
    adapting = replace(adapting, base=KEPT)
    if adapting.low is None:
        st.caption(WORDS["rank 0: no change"])
        return [], begins(adapting)
    pair = pair_of(adapting)
    runners = dict(reversed(pair.items()))  # the adapter first, as everywhere
    here = all(map(ask.tuned, pair.values()))
    if not here and ask.instead(adaptation.changing, *pair.values()) is None:
        race(runners, "microscope")
        return [], begins(adapting)
    seen: DeltaAnalysis | None = asked("change", WORDS["look"], adaptation.changing, *pair.values(), large=False)
    if seen is None:
        return [], {}
    found = _looked_at(adapting, seen, "measured" if here else "recorded")
    if not here:
        race(runners, "microscope")
    return found


def _looked_at(adapting: Adapting, seen: DeltaAnalysis, badge: Badge) -> Drawn:
    """Draw a change: of all matrices, and of the one that is chosen."""
    matrix = _chosen(adapting.of.writes, seen)
    ranks = [drawn.by_rank(seen, badge), drawn.captured(seen, badge)]
    if matrix is None:
        row("ranks", *ranks, tall=SHORT)
        st.caption(WORDS["no adapter there"])
        return ranks, {}
    found = directions(seen, matrix, badge)
    of_one = [drawn.spectra(seen, matrix, badge), drawn.overlap(seen, matrix, badge)]
    headed(found, "ranks", *ranks, tall=SHORT)
    if not presenting():
        row("spectra", *of_one)
    return [*ranks, *of_one], found


def pair_of(adapting: Adapting) -> dict[str, Experiment]:
    """Full fine-tuning, and low-rank matrices on the same."""
    return {FULL: adapting.other("full"), adapting.name: adapting.adapted}


def _chosen(writes: bool, seen: DeltaAnalysis) -> str | None:
    """Draw the knobs for a matrix: its name, if it is among those that were looked at."""
    layer, name = (f"layers.{int(slider(LAYER)) - 1}.", choice(MATRIX)) if writes else ("", choice(SEES))
    return next((at for at in seen.matrices if at.startswith(layer) and at.endswith(name)), None)


def directions(seen: DeltaAnalysis, matrix: str, badge: Badge = "measured") -> dict[str, Quantity]:
    """How many directions hold nearly all of what was learnt of a matrix, and how much the first of each way counts."""
    at = seen.matrices.index(matrix)
    short = drawn.short(matrix)
    source = WORDS("directions: source", held=HELD, all=seen.full.shape[1], matrix=short)
    count = {WORDS["directions of the weights"]: seen.weights[at], WORDS["directions of the change"]: seen.full[at]}
    largest = {WORDS["largest of full"]: seen.full[at], WORDS["largest of low"]: seen.low[at]}
    held = {
        label: Quantity("directions", _holding(values), "", badge, source=source) for label, values in count.items()
    }
    return held | {
        label: Quantity("largest", float(values[0]), "", badge, source=WORDS("largest: source", matrix=short))
        for label, values in largest.items()
    }


def _holding(values: np.ndarray) -> int:
    energy = np.square(values, dtype=float).cumsum()
    return 1 + int(energy.searchsorted(HELD / 100 * energy[-1]))


def swap(adapting: Adapting) -> Drawn:
    """Two adapters on one model: one, the other, or some of both."""
    each = {task: replace(adapting, base=KEPT, task=task) for task in adapting.of.pair}
    first = next(iter(each.values()))
    if first.low is None:
        st.caption(WORDS["rank 0: no swap"])
        return [], begins(first)
    learners = {NAMED[task]: one.adapted for task, one in each.items()}
    now, strength = sliders(SHARE, STRENGTH)
    here = blends(list(each.values()), float(strength))
    metric, curves = first.of.metric, _judged(first.of.pair, here)
    missing = not all(map(ask.tuned, learners.values()))
    if missing and not all(curve.get(float(now)) for curve in curves.values()):
        race(learners, "swap", methods=False)
        return [], begins(first)
    st.caption(WORDS("ends of the share", **dict(zip(("one", "other"), learners, strict=True))))
    before, said = _before(first.of.pair), drawn.METRICS[metric].capitalize()

    def frame(share: float) -> Frame | None:
        known = {f"{said}, {name}": curve[share][metric] for name, curve in curves.items() if curve.get(share)}
        figure = drawn.swept(WORDS["blend"], SHARE.label, curves, share, metric, before)
        return Frame(tiles(known), [figure]) if known else None

    frames = {at: frame(float(at)) for at in SHARE.options}
    headline(frames, SHARE, tall=SHORT)
    if adapting.of.writes and not presenting():
        with st.container(height=LONGEST, border=False, key="blended_text"):  # names are a line each
            written("writes blended", here[int(now)], NEW_TEXTS["bible"].begins, WRITTEN, False)
    if missing:
        race(learners, "swap", methods=False)
    return (frames[now].charts, frames[now].quantities) if frames[now] else ([], {})


def blends(both: Sequence[Adapting], strength: float) -> dict[int, Experiment]:
    """Two adapters on one model, by the share of the second, in %."""
    one, other = (each.low for each in both)
    return {at: blend(both[0].of.model, one, other, at, strength) for at in SHARES}


def _judged(pair: Sequence[str], points: dict[int, Experiment]) -> dict[str, dict[float, Measurement | None]]:
    """By what is tested, and by share: both that were learnt, and what was known before."""
    named = {str(at): one for at, one in points.items()}
    found = {task: judged(TASKS[task], named) for task in pair}
    curves = {NAMED[task]: {float(at): pair and pair[0] for at, pair in each.items()} for task, each in found.items()}
    first = TASKS[pair[0]]
    return curves | {NAMED[first.old]: {float(at): pair and pair[1] for at, pair in found[first.to].items()}}


def _before(pair: Sequence[str]) -> dict[str, Measurement]:
    """What the model without adapters does, as far as it is measured, by what is tested."""
    found = {TASKS[task]: judged(TASKS[task], {"before": TASKS[task].model})["before"] for task in pair}
    known = {NAMED[task.to]: both[0] for task, both in found.items() if both}
    return known | {NAMED[task.old]: both[1] for task, both in found.items() if both}


def merging(adapting: Adapting) -> Drawn:
    """What merging changes, and what is left once an adapter is taken off."""
    found = asked("merge", WORDS["merge"], adaptation.merging, adapting.adapted, large=adapting.of.large)
    if found:
        numbers(found)
    return [], found or {}


def take(adapting: Adapting) -> None:
    """Draw the button for the adapter's files, and the field for those of somebody else."""
    adapted = adapting.adapted
    if adapting.low and ask.tuned(adapted):
        st.download_button(
            WORDS["take the adapter"],
            lambda: ask.adapter_now(adapted, visitor()),
            f"adapter-{adapted.id}.zip",
            "application/zip",
            on_click="ignore",
        )
    files = st.file_uploader(
        WORDS["give an adapter"],
        type=["json", "safetensors", "zip"],
        accept_multiple_files=True,
        max_upload_size=MOST_BYTES // 2**20,
    )
    if files:
        _use(files, adapting)
    else:
        uploads.forget(TAKEN)


def _use(files: Sequence[UploadedFile], adapting: Adapting) -> None:
    """Check an uploaded adapter, once a model, and say how well that does with it."""
    if len(files) > MOST_FILES or sum(file.size for file in files) > MOST_FILES * MOST_BYTES:
        st.error(WORDS("too many files", most=MOST_FILES), title=WORDS["unusable"])
        return
    model = adapting.of.model
    what = (model, *(file.file_id for file in files))
    given = lambda: [(file.name, file.getvalue()) for file in files]
    ticket = uploads.read_once(TAKEN, what, lambda: ask.take(given(), model, visitor()))
    if failed([ticket], WORDS["unusable"]) or not isinstance(ticket.result, Taken):
        return
    if base := ticket.result.base:
        st.caption(WORDS("trained beside", model=plain(base[:NAMED_UPTO])))
    found = judged(adapting.of, {"it": model | ticket.result.adapt}).get("it")
    if found:
        numbers(
            {
                WORDS("with yours", label=label): each
                for label, each in zip(labels(adapting.of), together(adapting.of, found).quantities, strict=False)
            }
        )

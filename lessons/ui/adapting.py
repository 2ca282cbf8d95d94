"""A language model that learns another text, on the page: the knobs, the race, what came of it."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from lessons.charts import Chart, stack
from lessons.charts import adapting as drawn
from lessons.data.texts import CORPORA
from lessons.estimate.adapting import memory
from lessons.experiment import Experiment
from lessons.experiment.adapt import LOW_RANK, NEW_TEXTS, READS, WHERE
from lessons.jobs import ask
from lessons.quantity import Measurement, Quantity
from lessons.recipes.adapting import BASES, FULL, KEPT, RANKS, Adapting
from lessons.ui import runs
from lessons.ui.figures import row
from lessons.ui.knobs import choice, more, pick, slider
from lessons.ui.lab import Drawn, wait_for_it
from lessons.ui.present import presenting
from lessons.ui.query import Knob
from lessons.ui.tiles import beside, changes, numbers
from lessons.ui.visit import visitor
from lessons.ui.words import written
from lessons.ui.work import failed

TEXT = Knob("lora_text", "New text", tuple(NEW_TEXTS), "bible")
RANK = Knob("lora_rank", "Rank", RANKS, "8")
BASE = Knob("lora_base", "Bits of the model below", BASES, KEPT)
WHERE_TO = Knob("lora_where", "Beside", tuple(WHERE), "query and value")
KIND = Knob("lora_kind", "Kind", LOW_RANK, "lora")
ALPHA = Knob("lora_alpha", "α", ("1", "4", "8", "16", "32", "64"), "16")
RATE = Knob("lora_rate", "Learning rate", ("0.0005", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05"), "0.01")
STEPS = Knob("lora_steps", "Steps", ("50", "100", "200", "400"), "100")
SEED = Knob("lora_seed", "Seed", tuple(map(str, range(6))), "0")
ADAPTS = (TEXT, RANK, BASE, WHERE_TO, KIND, ALPHA, RATE, STEPS, SEED)
TILES = {"Loss, new text": "new", "Loss, old text": "old", "Of the weights, trained": "share", "To keep": "adapter"}
LOW, MIDDLE = 300, 430  # pixels of a chart on a stage, above the numbers, and beside them
WRITTEN = (300, 0.8, 0)  # most tokens, temperature, seed
FORMATS = {"fp32": "fp32", "bf16": "bf16", "8 bits": "bf16", "4 bits": "bf16"}  # of the model below: of what learns
Judged = tuple[Measurement, Measurement]


FIRST = Adapting(where=WHERE_TO.default, rate=float(RATE.default), steps=int(STEPS.default))  # as the page begins


def chosen(aside: bool = False) -> Adapting:
    """Draw the knobs: how to adapt. `aside`: all of them under *More*, since others matter more in this place."""
    if aside:
        with more():
            rank = int(slider(RANK))
            text, base, where, rest = choice(TEXT), KEPT, pick(WHERE_TO, rank > 0), _rest(rank)
    else:
        rank = int(slider(RANK))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            text, base, where = choice(TEXT), choice(BASE), pick(WHERE_TO, rank > 0)
            with more():
                rest = _rest(rank)
    kind, alpha, rate, steps, seed = rest
    return Adapting(text, rank, base, kind, where, float(alpha), float(rate), int(steps), int(seed))


def _rest(rank: int) -> tuple[str, ...]:
    return (*(choice(knob, rank > 0) for knob in (KIND, ALPHA, RATE)), choice(STEPS), choice(SEED))


def race(runners: Mapping[str, Experiment], name: str = "adapting") -> list[Chart]:
    """The panel that lets all of these learn that have not yet, and the losses of those this visit has seen; gives the chart."""
    missing = {name: runner for name, runner in runners.items() if not ask.tuned(runner)}

    def offer() -> None:
        if not missing:
            st.markdown("**Learnt** on this machine.")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            wanted = (list(missing.values()),)
            st.button("Learn", icon=runs.PLAY, type="primary", on_click=runs.start, args=wanted, key=f"learn {name}")
            st.caption(" · ".join(missing))

    with st.container(border=True, key=name):
        runs.panel(name, runners.values(), offer)
        told = {name: steps for name, runner in runners.items() if (steps := runs.steps(runner))}
        figures = [drawn.losses(told)] if told else []
        if figures and (missing or not presenting()):
            row(f"{name} losses", *figures, tall=LOW)
    return figures


def judged(points: Mapping[str, Experiment], text: str) -> dict[str, Judged | None]:
    """How well some models read the new text and the old one, as far as it is measured; those that have not learnt yet are left
    out."""
    tickets = {
        name: [ask.writer("judging", one, each, payer=visitor()) for each in (text, READS)]
        for name, one in points.items()
        if ask.tuned(one)
    }
    every = [ticket for pair in tickets.values() for ticket in pair]
    if not failed(every, f"It could not be measured on {NEW_TEXTS[text].name}") and not all(one.ended for one in every):
        wait_for_it()
    known = {name: tuple(ticket.result for ticket in pair) for name, pair in tickets.items()}
    return {name: pair if all(isinstance(each, Measurement) for each in pair) else None for name, pair in known.items()}


def gained(how: Adapting, model: Experiment) -> float | None:
    """How much of what all weights gain on the new text thin matrices gain, in %; None while that is not known."""
    points = {"before": model, FULL: model | how.other("full"), "mine": how.adapted(model)}
    found = judged(points, how.text)
    if len(found) < len(points) or not all(found.values()):
        return None
    before, full, mine = (found[name][0]["loss"].value for name in points)
    return 100 * (before - mine) / (before - full)


def together(found: Judged) -> Measurement:
    """What is known of a model, of both texts."""
    new, old = found
    both = (replace(new["loss"], name="new"), replace(old["loss"], name="old"))
    return Measurement((*both, *(each for each in new.quantities if each.name not in ("loss", "perplexity"))), b"")


def outcome(how: Adapting, model: Experiment) -> Drawn:
    """What was learnt and forgotten, by whom, and what it takes; gives the charts and numbers."""
    found = {
        name: pair for name, pair in judged({"before": how.on(model)} | how.runners(model), how.text).items() if pair
    }
    before, mine = found.pop("before", None), found.get(how.name)
    if not before:
        st.caption("Measuring …")
        return [], {}
    elsewhere = [name for name, runner in how.runners(model).items() if runner.unadapted != how.on(model)]
    figures = [drawn.learnt_and_forgotten(before, found, NEW_TEXTS[how.text].name, CORPORA[READS].name, elsewhere)]
    figures += [needs(mine[0])] if mine else []
    places, picture = beside()
    with places:
        losses = Measurement(together(before).quantities[:2], b"")  # before, nothing was trained or kept
        tiles = changes(losses, together(mine), TILES) if mine else begins(how, model)
    with picture:
        row("adapted", *figures, tall=MIDDLE)
    return figures, tiles


def begins(how: Adapting, model: Experiment) -> dict[str, Quantity]:
    """How well the model reads both texts before it learns; gives the numbers."""
    before = judged({"before": how.on(model)}, how.text)["before"]
    if not before:
        st.caption("Measuring …")
        return {}
    found = {"Loss, new text": before[0]["loss"], "Loss, old text": before[1]["loss"]}
    numbers(found)
    return found


def needs(found: Measurement) -> Chart:
    """Memory of the optimiser, for all weights and for thin matrices, in some formats."""
    trained = found["trained"].value
    whole = trained / (found["share"].value / 100)
    bars = {f"all, {dtype}": memory(whole, whole, dtype, False, dtype) for dtype in ("fp32", "bf16")}
    bars |= {f"thin, {base}": memory(whole, trained, base, True, dtype) for base, dtype in FORMATS.items()}
    return stack("Memory to learn in", "what learns, and the format of the rest", bars, "bytes", "thin, fp32")


def texts(how: Adapting, model: Experiment) -> None:
    """What the model writes before and after, from the same seed."""
    adapted = how.adapted(model)
    if not ask.tuned(adapted):
        return
    for place, (name, each) in zip(st.columns(2), {"before": how.on(model), "after": adapted}.items(), strict=True):
        with place.container(key=f"writes_{name}"):
            st.markdown(f"**{name.capitalize()}**")
            written(f"writes {name}", each, NEW_TEXTS[how.text].begins, WRITTEN, False)

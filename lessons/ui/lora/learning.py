"""A model that learns something new, on the page: the knobs, the race, what came of it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from lessons.adaptation.results import NamedPictures
from lessons.charts.chart import Chart
from lessons.charts.stack import stack
from lessons.data import TASKS as DATA
from lessons.estimate.finetune_memory import memory
from lessons.experiment import SMOLLM2, Experiment
from lessons.experiment.adapt import IN_PICTURES, IN_TEXTS, LOW_RANK, NEW_TEXTS
from lessons.experiment.language_source import MISSING, path_of
from lessons.jobs import adaptation, ask
from lessons.jobs.events import TextSample
from lessons.jobs.ticket import Ticket
from lessons.quantity import Measurement, Quantity
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.headline import Frame, headline
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import compared, numbers, tiles
from lessons.ui.lora import charts as drawn
from lessons.ui.lora.recipe import BASES, FULL, KEPT, RANKS, SHOWN_AS, TASKS, TRIED, AdaptationTask, Adapting
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.handing import hand_on, handed
from lessons.ui.state.knob import Knob
from lessons.ui.state.visit import visitor
from lessons.ui.state.widgets import choice, more, pick
from lessons.ui.work import notices, training_panel
from lessons.ui.work.ask_button import asked
from lessons.ui.work.generated_text import written
from lessons.ui.work.results import answer, failed

WORDS = sections("lora")
HOUSE = sections("house")
TASK = Knob("lora_task", WORDS["task"], tuple(TASKS), "bible")
RANK = Knob("lora_rank", WORDS["rank"], RANKS, "8")
BASE = Knob("lora_base", WORDS["bits of the base"], BASES, KEPT)
WHERE_TO = Knob("lora_where", WORDS["adapted matrices"], tuple(IN_TEXTS), "query and value")
LAYERS = Knob("lora_layers", WORDS["adapted layers"], tuple(IN_PICTURES), "every layer")
KIND = Knob("lora_kind", WORDS["variant"], LOW_RANK, "lora")
ALPHA = Knob("lora_alpha", "α", ("1", "4", "8", "16", "32", "64"), "16")
RATE = Knob(
    "lora_rate", WORDS["learning rate"], (TRIED, "0.0005", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05"), TRIED
)
STEPS = Knob("lora_steps", WORDS["steps"], ("20", "50", "100", "200", "400"), "100")
SEED = Knob("lora_seed", HOUSE["seed"], tuple(map(str, range(6))), "0")
ADAPTS = (TASK, RANK, BASE, WHERE_TO, LAYERS, KIND, ALPHA, RATE, STEPS, SEED)
LOW, MIDDLE = 300, 380  # pixels of a chart on a stage, above the numbers, and beside them
WRITTEN = (300, 0.8, 0)  # most tokens, temperature, seed
FEW = 60  # tokens that a large model writes
FORMATS = {"fp32": "fp32", "bf16": "bf16", "8 bits": "bf16", "4 bits": "bf16"}  # of the model below: of what learns
WRITES = 160  # pixels of what it writes while it learns
SCALE = 3  # pixels on the screen for one of a picture
Judged = tuple[Measurement, Measurement]
FIRST = Adapting()  # as the page begins


def chosen(aside: bool = False, barred: Mapping[str, str] | None = None) -> Adapting:
    """How to adapt: the rank of the slider at the top, and the knobs, which it draws. `aside`: all of them under
    *More*, since others matter more in this place; `barred`: tasks that are not possible here, and why."""
    how = _drawn(aside, ({} if path_of(SMOLLM2) else {SMOLLM2: MISSING}) | (barred or {}))
    hand_on("pictured", replace(how, rank=FIRST.rank))
    return how


def standing() -> Adapting:
    """How to adapt, but for the rank, as knobs or the address say before the knobs are drawn."""
    said = {knob: st.session_state.get(knob.name) or st.query_params.get(knob.name) for knob in ADAPTS}
    values = {knob.name: value if value in knob.options else knob.default for knob, value in said.items()}
    return replace(adapting(values), rank=FIRST.rank)


def posed() -> Adapting:
    """How to adapt, as exercises take it: rank 0, which trains nothing, counts as the rank the page opens with."""
    handed("rank")  # as below: what is drawn again when it changes
    return replace(handed("pictured"), rank=int(st.session_state[RANK.name]) or FIRST.rank)


def _drawn(aside: bool, barred: Mapping[str, str]) -> Adapting:
    handed("rank")  # this lab is drawn again when it changes; where only what stands below was, the slider knows more
    rank = int(st.session_state[RANK.name])
    if aside:
        with more():
            task = choice(TASK, barred=barred)
            return _chosen(task, rank, KEPT, _where(TASKS[task], rank), _rest(rank))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = choice(TASK, barred=barred)
        base = KEPT if TASKS[task].large else choice(BASE)
        where = _where(TASKS[task], rank)
        with more():
            rest = _rest(rank)
    return _chosen(task, rank, base, where, rest)


def adapting(values: Mapping[str, str]) -> Adapting:
    """How to adapt, by where each knob stands."""
    task = values[TASK.name]
    where = values[(WHERE_TO if TASKS[task].writes else LAYERS).name]
    rest = tuple(values[knob.name] for knob in (KIND, ALPHA, RATE, STEPS, SEED))
    return _chosen(task, int(values[RANK.name]), values[BASE.name], where, rest)


def _chosen(task: str, rank: int, base: str, where: str, rest: tuple[str, ...]) -> Adapting:
    kind, alpha, rate, steps, seed = rest
    rate = None if rate == TRIED else float(rate)
    return Adapting(task, rank, base, kind, where, float(alpha), rate, int(steps), int(seed))


def _where(task: AdaptationTask, rank: int) -> str:
    return pick(WHERE_TO if task.writes else LAYERS, rank > 0)


def _rest(rank: int) -> tuple[str, ...]:
    return (*(choice(knob, rank > 0) for knob in (KIND, ALPHA, RATE)), choice(STEPS), choice(SEED))


def race(runners: Mapping[str, Experiment], name: str = adaptation.adapting, methods: bool = True) -> list[Chart]:
    """The panel that lets all of these learn that have not yet, and the losses of those this visit has seen; gives the
    chart. `methods`: whether they are methods for one task."""
    missing = {name: runner for name, runner in runners.items() if not ask.tuned(runner)}

    def offer() -> None:
        if not missing:
            st.markdown(WORDS("learnt here", runners=", ".join(runners)))
            return
        if kept := list(filter(None, map(ask.recorded_training, missing.values()))):
            notices.say_recorded(*kept[:1], *kept)
        with st.container(horizontal=True, vertical_alignment="center"):
            wanted = (list(missing.values()),)
            st.button(
                WORDS["run"],
                icon=training_panel.PLAY,
                type="primary",
                on_click=training_panel.start,
                args=wanted,
                key=f"learn {name}",
            )
            st.caption(" · ".join(missing))

    with st.container(border=True, key=name):
        tickets = training_panel.panel(name, runners, offer)
        _sample(tickets)
        told, kept = (
            {name: training_panel.steps(events(runner)) for name, runner in runners.items()}
            for events in (training_panel.events, training_panel.recorded_events)
        )
        figures = [drawn.losses(told, kept, methods)] if any((*told.values(), *kept.values())) else []
        if figures and (any(not ticket.ended for ticket in tickets.values()) or not presenting()):
            row(f"{name} losses", *figures, tall=LOW)
    return figures


def _sample(tickets: Mapping[str, Ticket]) -> None:
    """What the first of those that learn has written last."""
    under_way = next((ticket for ticket in tickets.values() if ticket.state == "running"), None)
    samples = [event for event in under_way.events if isinstance(event, TextSample)] if under_way else []
    if samples:
        st.caption(WORDS("it writes", step=f"{samples[-1].step:,}"))
        st.code(samples[-1].text.strip("\n") or " ", language=None, wrap_lines=True, height=WRITES)


def judged(task: AdaptationTask, points: Mapping[str, Experiment]) -> dict[str, Judged | None]:
    """How well some models do what is new and what is old, as far as it is measured, or was recorded; those that have
    not learnt here, and of which nothing was recorded, are left out."""
    tickets = {
        name: [ask.writer(adaptation.judging, one, each, payer=visitor()) for each in (task.to, task.old)]
        for name, one in points.items()
        if ask.tuned(one)
    }
    every = [ticket for pair in tickets.values() for ticket in pair]
    if not failed(every, WORDS("not measured", things=task.new)):
        wait_for([ticket for ticket in every if not ticket.ended])
    known = {name: tuple(ticket.result for ticket in pair) for name, pair in tickets.items()}
    here = {name: pair if all(isinstance(each, Measurement) for each in pair) else None for name, pair in known.items()}
    kept = {
        name: tuple(ask.instead(adaptation.judging, one, each) for each in (task.to, task.old))
        for name, one in points.items()
        if name not in here
    }
    here |= {name: pair for name, pair in kept.items() if all(pair)}
    return {name: here[name] for name in points if name in here}


def gained(adapting: Adapting) -> float | None:
    """How much of what full fine-tuning gains on the new text low-rank matrices gain, in %; None while that is not
    known."""
    found = judged(adapting.of, {"before": adapting.of.model, FULL: adapting.other("full"), "mine": adapting.adapted})
    if len(found) < 3 or not all(found.values()):
        return None
    before, full, mine = (found[name][0][adapting.of.metric].value for name in ("before", FULL, "mine"))
    return 100 * (before - mine) / (before - full)


def labels(task: AdaptationTask) -> dict[str, str]:
    """The tiles for how well a model does, and the names of what they show."""
    said = {"metric": drawn.METRICS[task.metric].capitalize(), "things": SHOWN_AS[task.things]}
    return {WORDS("new", **said): "new", WORDS("old", **said): "old"}


def together(task: AdaptationTask, judged: Judged) -> Measurement:
    """What is known of a model, of new and old."""
    new, old = judged
    both = (replace(new[task.metric], name="new"), replace(old[task.metric], name="old"))
    rest = (each for each in new.quantities if each.name in ("trained", "share", "adapter"))
    return Measurement((*both, *rest), b"")


def outcome(adapting: Adapting) -> dict[str, Frame | None]:
    """The headline: what was learnt and forgotten, by whom, and what it takes, at each rank; gives it. While a large
    model has not learnt it there is none."""
    task = adapting.of
    if task.large and not ask.tuned(adapting.adapted):
        asked("before", WORDS["read both"], adaptation.judging, adapting.below, task.to, large=True)
        return {}
    frames = {rank: _frame(replace(adapting, rank=int(rank))) for rank in RANK.options}
    headline(frames, RANK, tall=MIDDLE)
    return frames


def _frame(adapting: Adapting) -> Frame | None:
    """What was learnt and forgotten at a rank, as far as it is known; None where not even the model before is."""
    task = adapting.of
    found = {name: pair for name, pair in judged(task, {"before": adapting.below} | adapting.runners).items() if pair}
    before, mine = found.pop("before", None), found.get(adapting.name)
    if not before:
        return None
    elsewhere = [name for name, runner in adapting.runners.items() if runner.unadapted != adapting.below]
    figures = [drawn.learnt_and_forgotten(before, found, task.new, task.known, task.metric, elsewhere)] if found else []
    figures += [needs(mine[0])] if mine else []
    was = Measurement(together(task, before).quantities[:2], b"")  # before, nothing was trained or kept
    if not mine:
        return Frame(tiles(dict(zip(labels(task), was.quantities, strict=True))), figures)
    named = labels(task) | {WORDS["share trained"]: "share", WORDS["to keep"]: "adapter"}
    better = dict.fromkeys(("new", "old"), "normal") if task.metric == "accuracy" else None
    return Frame(compared(was, together(task, mine), named, better), figures)


def begins(adapting: Adapting) -> dict[str, Quantity]:
    """How well the model does both before it learns; gives the numbers."""
    before = judged(adapting.of, {"before": adapting.below})["before"]
    if not before:
        st.caption(HOUSE["measuring"])
        return {}
    found = dict(zip(labels(adapting.of), together(adapting.of, before).quantities, strict=False))
    numbers(found)
    return found


def needs(measurement: Measurement) -> Chart:
    """Memory of the optimiser, for all weights and for low-rank matrices, in some formats."""
    trained = measurement["trained"].value
    whole = trained / (measurement["share"].value / 100)
    bars = {WORDS("full in", format=dtype): memory(whole, whole, dtype, False, dtype) for dtype in ("fp32", "bf16")}
    low = {WORDS("LoRA on", format=base): (base, dtype) for base, dtype in FORMATS.items()}
    bars |= {bar: memory(whole, trained, base, True, dtype) for bar, (base, dtype) in low.items()}
    return stack(WORDS["training memory"], WORDS["method and format"], bars, "B", next(iter(low)), apart=", ")


def learnt(adapting: Adapting) -> bool:
    """Whether an adapter has learnt something, here or where it was recorded."""
    adapted = adapting.adapted
    return adapting.low is not None and (ask.tuned(adapted) or ask.recorded_training(adapted) is not None)


def came_of_it(adapting: Adapting) -> None:
    """What the model writes, or takes pictures for, before and after."""
    if adapting.of.writes:
        _texts(adapting)
    else:
        _pictures(adapting)


def _texts(adapting: Adapting) -> None:
    """From the same seed."""
    most = (FEW if adapting.of.large else WRITTEN[0], *WRITTEN[1:])
    for place, (name, each) in zip(
        st.columns(2), {"before": adapting.below, "after": adapting.adapted}.items(), strict=True
    ):
        with place.container(key=f"writes_{name}"):
            st.markdown(f"**{HOUSE[name]}**")
            written(f"writes {name}", each, NEW_TEXTS[adapting.of.to].begins, most, adapting.of.large)


def _pictures(adapting: Adapting) -> None:
    """The first of the new test pictures, and of the old ones."""
    classes = DATA[adapting.of.base].CLASSES
    for name in (adapting.of.to, adapting.of.old):
        before, after = (
            ask.instead(adaptation.naming, each, name) or answer(ask.name, each, name)
            for each in (adapting.below, adapting.adapted)
        )
        if not (isinstance(before, NamedPictures) and isinstance(after, NamedPictures)):
            return
        with st.container(horizontal=True, key=f"named_{name}"):
            for pixels, was, now, right in zip(before.pixels, before.given, after.given, before.right, strict=True):
                said = f"{classes[was]} → {_marked(classes[now], now == right)}"
                st.image(
                    np.kron(pixels, np.ones((SCALE, SCALE), np.uint8)), said, alt=WORDS("image of", name=classes[right])
                )


def _marked(name: str, right: bool) -> str:
    return f"**{name}**" if right else name

"""Training a shrunk model on, live: a button, progress, curves, Stop. What has been trained once is there at once."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lessons.charts import Chart, rounds, training_curves
from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.pool import Ticket, pool
from lessons.training.progress import Step
from lessons.ui.results import row
from lessons.ui.visit import visitor
from lessons.ui.work import curve, wait_for_it

RUNS = "fine-tuning"  # tickets of this visit, by experiment
PLAY, STOP = ":material/play_arrow:", ":material/stop:"


def tune(recipe: Experiment, along: Sequence[Experiment] = (), does: str = "Fine-tune", every: bool = False) -> None:
    """The panel that `does` the trainings of a recipe, if there are any: of this recipe, or of all `along` a curve, too (with
    one button where `every` one is wanted). What a stopped run has finished is kept."""
    if not recipe.trainings:
        return
    runs: dict[str, Ticket] = st.session_state.setdefault(RUNS, {})
    wanted = {each.id: each for each in (recipe, *along)}
    for name, each in wanted.items():
        if name not in runs and (ticket := ask.tuning(each)):
            runs[name] = ticket  # asked for before a reload, or by somebody else
    for ticket in runs.values():
        ticket.seen(visitor())
    under_way = {name: runs[name] for name in wanted if name in runs and not runs[name].ended}
    failed = [each for name, each in wanted.items() if name in runs and runs[name].state == "failed"]
    with st.container(border=True, key=f"panel {does}"):
        if under_way:
            wait_for_it()
            ticket = under_way.get(recipe.id) or next(iter(under_way.values()))
            _progress(ticket, under_way)
            if steps := _steps(ticket):
                row(f"tuning {does}", *training_curves(steps, steps[-1].total))
        elif failed:
            st.error(runs[failed[0].id].error, title="Training failed; what was done before is kept")
            st.button("Try again", on_click=_start, args=(runs, failed), key=f"again {does}")
        else:
            _controls(runs, recipe, [each for each in along if not ask.tuned(each)], does, every)


def recovery(recipe: Experiment) -> list[Chart]:
    """Draw accuracy after each step of a recipe that has been trained through, and while it was trained, as far as this visit
    has seen it; gives the charts."""
    figures = [rounds(curve({f"{at}": link for at, link in enumerate(recipe.links)}), recipe.recipe)]
    if steps := _steps(st.session_state.get(RUNS, {}).get(recipe.id)):
        figures.append(training_curves(steps, steps[-1].total)[1])
    row("recovery", *figures)
    return figures


def tuned(points: Mapping[str, Experiment]) -> dict[str, Experiment]:
    """Those whose trainings have all been done."""
    return {position: recipe for position, recipe in points.items() if ask.tuned(recipe)}


def _controls(runs: dict[str, Ticket], recipe: Experiment, missing: list[Experiment], does: str, every: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if ask.tuned(recipe) and not (every and missing):
            st.markdown("**Trained** by the recipe on this page, on this machine.")
        else:
            st.markdown(
                "**Not done on this machine yet.**" if every else "**Not trained on yet:** below is what it was before."
            )
            wanted = [recipe, *missing] if every else [recipe]
            st.button(does, icon=PLAY, on_click=_start, args=(runs, wanted), type="primary", key=f"tune {does}")
        missing = [each for each in missing if each != recipe]
        if missing and not every:
            label = f"{does} along the curve ({len(missing)} more)"
            st.button(label, icon=PLAY, on_click=_start, args=(runs, missing), kwargs={"background": True})


def _progress(ticket: Ticket, under_way: dict[str, Ticket]) -> None:
    left = f" · {len(under_way)} runs left" if len(under_way) > 1 else ""
    if steps := _steps(ticket):
        now = steps[-1]
        st.progress(now.step / now.total, f"Step {now.step} of {now.total} · accuracy so far below{left}")
    elif ahead := pool().ahead_of(ticket):
        st.progress(0.0, f"The workers are busy: {ahead} {'run is' if ahead == 1 else 'runs are'} ahead of yours.")
    else:
        st.progress(0.0, f"Starting …{left}")
    st.button("Stop", icon=STOP, on_click=_stop, args=(list(under_way.values()),), key=f"stop {next(iter(under_way))}")


def _start(runs: dict[str, Ticket], recipes: list[Experiment], background: bool = False) -> None:
    for recipe in recipes:
        runs[recipe.id] = ask.tune(recipe, visitor(), background)


def _stop(tickets: list[Ticket]) -> None:
    runs: dict[str, Ticket] = st.session_state[RUNS]
    for ticket in tickets:
        pool().leave(ticket, visitor())
    st.session_state[RUNS] = {name: ticket for name, ticket in runs.items() if ticket not in tickets}


def _steps(ticket: Ticket | None) -> list[Step]:
    return [event for event in ticket.events if isinstance(event, Step)] if ticket else []

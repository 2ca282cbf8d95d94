"""One use, by all methods and as published; training runs: what was disclosed against the formula, and when use has
taken as much as training."""

from collections.abc import Mapping

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.ranges import ranges
from lessons.estimate import footprint
from lessons.estimate.training import FITTED, OUTLIERS, fitted, picojoules_per_flop
from lessons.facts import training_runs
from lessons.quantity import Quantity, convert

SPAN = (1e22, 1e26)  # FLOP
NAMED = {  # and where their names stand
    "GPT-3 175B": "left",
    "Llama 3.1 405B": "below right",
    "Stable Diffusion v1": "below right",
    "Llama 3.2 1B": "left",
}
HEIGHT = 400
DAYS = tuple(10 ** (n / 10) for n in range(41))


def all_figures(task: str, every: Mapping[str, Quantity], most: int | None = None) -> Chart:
    """Energies (Wh) of one use by each method, and the first so many published ones of this task, all for None."""
    seen, boundaries = footprint.published(task, most)
    return ranges("One use, by each method and as published", "energy of a use (Wh)", {**every, **seen}, boundaries)


def disclosed_runs(name: str, flop: float, energy: Quantity) -> Chart:
    """Energy against FLOP: the formula's line for each generation of chips, disclosed runs, and the run of this
    `name`."""
    curves = {
        f"{chips}: {fitted(chips):.3g} pJ/FLOP": [(x, convert(x * fitted(chips) * 1e-12, "J", "MWh")) for x in SPAN]
        for chips in FITTED
    }
    points = [
        Point(
            run.model,
            run.training_flop,
            run.MWh,
            "disclosed",
            _note(run.model, run.hardware),
            run.model in NAMED,
            NAMED.get(run.model, "right"),
        )
        for run in training_runs()
        if picojoules_per_flop(run) and run.training_flop > SPAN[0]
    ]
    here = Point(name, flop, convert(energy.value, "Wh", "MWh"), "as set", energy.source, place="below right")
    title = "Disclosed training runs, and the formula"
    return lines(
        title, Axis("training FLOP", format=".0e"), Axis("energy (MWh)"), curves, [*points, here], height=HEIGHT
    )


def use_overtakes(energy: Quantity, a_day: Quantity) -> Chart:
    """Energy of training, and of use so far, over days."""
    curves = {
        "training": [(day, convert(energy.value, "Wh", "MWh")) for day in (DAYS[0], DAYS[-1])],
        "use so far": [(day, convert(a_day.value * day, "Wh", "MWh")) for day in (DAYS[0], DAYS[-1])],
    }
    return lines(
        "When use has taken as much as training", Axis("days of use"), Axis("energy (MWh)"), curves, height=HEIGHT
    )


def _note(model: str, hardware: str) -> str:
    return f"{hardware}; {OUTLIERS.get(model, 'as disclosed')}"

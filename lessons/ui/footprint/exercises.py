"""The exercises of the lesson on footprints."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lessons.estimate import accelerator_energy, footprint
from lessons.estimate.transformer import active
from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.quantity import Quantity, convert, show
from lessons.ui.footprint.knobs import BATCH, TASK, AskedUse

TWICE = 2  # times what an answer of the largest batch takes
Energies = Mapping[str, float]  # Wh of one use by batch size, the smallest first


def times(value: float) -> Quantity:
    return Quantity("factor", value, "×", "estimated")


def by_boards(what: AskedUse) -> Energies:
    """At each batch size, by the method that knows batches."""
    return {at: footprint.by_boards(what.with_batch(int(at))).value for at in BATCH.options}


def several(batch: str) -> str:
    """The batch size of the slider, or its default where that is larger: few answers at once cost hardly more than
    one."""
    return max(batch, BATCH.default, key=int)


def share(energies: Energies, batch: str) -> float:
    """Of what an answer alone takes, in this batch."""
    return energies[batch] / energies[BATCH.options[0]]


TOGETHER = Choice(
    "together",
    right=lambda energies, batch: times(int(batch) * share(energies, batch)),
    wrong={
        "each alone": lambda energies, batch: times(float(batch)),
        "for nothing": lambda energies, batch: times(1.0),
        "one of them": lambda energies, batch: times(share(energies, batch)),
    },
    said=lambda energies, batch: {"batch": batch},
)


def enough(energies: Energies) -> str:
    """The smallest batch in which an answer takes at most twice what it takes in the largest."""
    return next(at for at, energy in energies.items() if energy <= TWICE * energies[BATCH.options[-1]])


def verdict(batch: str, energies: Energies) -> str:
    if energies[batch] > TWICE * energies[BATCH.options[-1]]:
        return "too small"
    return "right" if batch == enough(energies) else "larger than needed"


ENOUGH = Goal("enough", (BATCH.name,), verdict, said=lambda energies: {"largest": BATCH.options[-1]})


def answer(what: AskedUse, batch: str) -> float:
    """Wh of one answer by the method that is chosen."""
    return footprint.METHODS[what.method](what.with_batch(int(batch))).value


def joules(what: AskedUse, batch: str) -> float:
    """Of one output token."""
    return convert(answer(what, batch), "Wh", "J") / what.tokens.output


UNIT = Number(
    "unit",
    "Wh",
    right=answer,
    wrong={
        "joules": lambda what, batch: joules(what, batch) * what.tokens.output,
        "a thousand joules": lambda what, batch: joules(what, batch) * what.tokens.output / 1000,
        "watt-minutes": lambda what, batch: 60 * answer(what, batch),
    },
    said=lambda what, batch: {
        "batch": batch,
        "joules": show(joules(what, batch), "J"),
        "tokens": f"{what.tokens.output:,}",
        "model": what.model.name,
    },
)


def on_task(what: AskedUse, task: str, batch: str) -> float:
    """Wh of an answer by boards, as long as this task's."""
    return footprint.by_boards(replace(what, tokens=footprint.TASKS[task]).with_batch(int(batch))).value


def longer(tokens: Callable[[footprint.UseTokens], float]) -> float:
    """How many times as many tokens reasoning takes as chat."""
    return tokens(footprint.TASKS["reasoning"]) / tokens(footprint.TASKS[TASK.default])


REASONING = Choice(
    "reasoning",
    right=lambda what, batch: times(on_task(what, "reasoning", batch) / on_task(what, TASK.default, batch)),
    wrong={
        "for nothing": lambda what, batch: times(1.0),
        "prompt alike": lambda what, batch: times(longer(sum)),
        "squared": lambda what, batch: times(longer(lambda tokens: tokens.output) ** 2),
    },
    said=lambda what, batch: {
        "model": what.model.name,
        "batch": batch,
        "prompt": footprint.TASKS[TASK.default].prompt,
        "short": footprint.TASKS[TASK.default].output,
        "long": f"{footprint.TASKS['reasoning'].output:,}",
        "times": f"{longer(lambda tokens: tokens.output):.0f}",
    },
)


def tokens_of(what: AskedUse) -> footprint.UseTokens:
    """Those of the task, or of a chat where it has none of its own."""
    return footprint.TASKS.get(what.task, footprint.TASKS[TASK.default])


def gigaflop(work: Callable, what: AskedUse, batch: str) -> float:
    """For one output token."""
    return work(what.model, what.dtype, int(batch), *tokens_of(what), boards=1).flop / 1e9


PREFILL = MissingLine(
    "prefill",
    accelerator_energy.work,
    "flop = itself * (1 + prompt / output) + attended",
    {
        "prompt is free": "flop = itself + attended",
        "prompt each time": "flop = itself * (1 + prompt) + attended",
        "whole answer": "flop = itself * (prompt + output) + attended",
    },
    computed=gigaflop,
    said=lambda what, batch: {
        "model": what.model.name,
        "prompt": f"{tokens_of(what).prompt:,}",
        "output": f"{tokens_of(what).output:,}",
    },
)


def flop(tokens: float, operations: int, parameters: float) -> Quantity:
    """Of a training with so many operations a parameter and token."""
    return Quantity("FLOP", operations * parameters * tokens, "FLOP", "estimated")


TRAINING = Choice(
    "training",
    right=lambda model, tokens: flop(tokens, 6, active(model)),
    wrong={
        "forward only": lambda model, tokens: flop(tokens, 2, active(model)),
        "one operation": lambda model, tokens: flop(tokens, 1, active(model)),
        "all experts": lambda model, tokens: flop(tokens, 6, model.params_total if model.experts else active(model)),
    },
    said=lambda model, tokens: {
        "model": model.name,
        "active": show(active(model), ""),
        "tokens": show(tokens, ""),
    },
)


def days(what: AskedUse, people: int, energy: Quantity) -> float:
    """Until use by so many people, at the usual batch, has taken as much as training."""
    return energy.value / (by_boards(what)[BATCH.default] * people * what.uses)


OVERTAKES = Number(
    "overtakes",
    "days",
    right=days,
    wrong={
        "one use a day": lambda what, people, energy: what.uses * days(what, people, energy),
        "batch divided twice": lambda what, people, energy: int(BATCH.default) * days(what, people, energy),
    },
    said=lambda what, people, energy: {
        "model": what.model.name,
        "energy": energy,
        "people": f"{people:,}",
        "uses": what.uses,
        "one": Quantity("one", by_boards(what)[BATCH.default], "Wh", "estimated"),
        "batch": BATCH.default,
    },
)

EXERCISES = (TOGETHER, ENOUGH, UNIT, REASONING, PREFILL, TRAINING, OVERTAKES)

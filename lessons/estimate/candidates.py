"""The four candidates for a task, and what each takes: no model, a small one trained for the task, a large one at home,
a larger one in the cloud."""

from typing import NamedTuple

from lessons.estimate import answer_cost, quality_gap
from lessons.estimate.at_home import Home, fits
from lessons.estimate.cost import electricity, money, provider_money, run, stated_use, with_idle, with_training
from lessons.estimate.quality_gap import QualityGap
from lessons.estimate.requirements import TASKS, Requirements
from lessons.estimate.transformer import multiplied
from lessons.facts.architectures import Architecture, architectures
from lessons.quantity import Quantity

# stands for models of its size that are trained for a task, as RoBERTa large with 355 million parameters
SMALL = "SmolLM2 360M"
LADDER = (
    "Qwen2.5 0.5B",
    "Qwen2.5 1.5B",
    "Qwen2.5 3B",
    "Qwen2.5 7B",
    "Llama 3.1 8B",
    "Qwen2.5 32B",
    "Llama 3.1 70B",
    "Llama 3.1 405B",
)
FORM = "Q4_K_M"  # how a large one is kept at home


class Candidate(NamedTuple):
    """One way to have the task done."""

    kind: str  # none, small, local or cloud
    model: str  # its name
    gap: QualityGap | None  # None where no score is listed
    use: Quantity | None  # Wh at the wall plug
    year: Quantity | None  # USD
    seconds: float | None  # of a use
    against: tuple[str, ...] = ()  # requirements it does not meet, by name


def candidates(need: Requirements) -> tuple[Candidate, ...]:
    """All four, the smallest first, not yet judged."""
    return _without(need), _small(need), _at_home(need), _elsewhere(need)


def _without(need: Requirements) -> Candidate:
    found = quality_gap.of_kind(need.task, "none")
    if found is None or need.words is None:  # adding up words is no way to do what nobody has done with it
        return Candidate("none", "", found, None, None, None)
    wh, seconds = with_idle(need, need.words[0]), need.words[1]
    return Candidate("none", "", found, wh, electricity(need, wh), seconds)


def _small(need: Requirements) -> Candidate:
    shape = architectures()[SMALL]
    written = 0 if TASKS[need.task].reads else need.answer
    home = Home(shape, "fp16", context=need.prompt + need.answer)
    held = fits(home, need.machine.memory, 0)
    use, seconds = run(need, home, written) if held else (None, None)  # what does not fit takes nothing
    if use:
        use = with_training(use, need, multiplied(shape))
    found = quality_gap.of_kind(need.task, "small")
    bars = {"memory": not held, "context": not _looks_back(shape, need)}
    return Candidate(
        "small", SMALL, found, use, money(need, use), seconds, tuple(name for name, bar in bars.items() if bar)
    )


def _at_home(need: Requirements) -> Candidate:
    shapes = [architectures()[name] for name in LADDER]
    homes = [Home(shape, FORM, context=need.prompt + need.answer) for shape in shapes]
    held = [home for home in homes if fits(home, need.machine.memory, 0) and _looks_back(home.shape, need)]
    if not held:
        return Candidate("local", "", None, None, None, None, ("memory",))
    found = {home: _found(need.task, home.shape) for home in held}
    good = [home for home in held if found[home] and found[home].value <= need.worse]
    home = good[0] if good else held[-1]
    use, seconds = run(need, home, need.answer)
    return Candidate("local", home.shape.name, found[home], use, money(need, use), seconds)


def _found(task: str, shape: Architecture) -> QualityGap | None:
    """How far behind a model was found to be, or the largest one listed that is no larger."""
    return quality_gap.of_model(task, shape.name) or quality_gap.of_kind(task, "local", shape.params_total)


def _elsewhere(need: Requirements) -> Candidate:
    price = need.price
    estimated = answer_cost.in_a_data_centre(price.shape, need.prompt, need.answer) if price.shape else None
    found = quality_gap.of_model(need.task, price.model)  # what others can says nothing about this one
    return Candidate("cloud", price.label, found, estimated or stated_use(), provider_money(need), None)


def _looks_back(shape: Architecture, need: Requirements) -> bool:
    """Whether it was made for texts as long."""
    return shape.context is None or need.prompt + need.answer <= shape.context

"""The exercises of the lesson on low-rank adaptation."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lessons.estimate.finetune_memory import BACK, FORWARD, OWN, memory
from lessons.exercise import Choice, Exercise, Goal, MissingLine, Number
from lessons.quantity import Measurement, Quantity, show
from lessons.ui.lora import first_picture, matrices
from lessons.ui.lora.charts import APART, REACHED
from lessons.ui.lora.learning import RANK, Judged, judged, posed
from lessons.ui.lora.recipe import FULL, HEAD, KEPT, SHOWN_AS, VECTORS, AdaptationTask, Adapting

NEAR = {"loss": 0.03, "accuracy": 2.0}  # nats, or percentage points, from what the largest rank reaches
MOST = RANK.options[-1]
WHOLE = 16  # bytes of a weight in training, in 32 bits: itself, its gradient, two moments
ALL = FORWARD + BACK + OWN  # FLOP for a number that is trained, an input vector
Known = Mapping[str, Measurement]  # on the new task, by rank
Race = Mapping[str, Judged]  # by way to learn, the adapter first


def size(adapting: Adapting) -> int:
    """Numbers in the matrix that is drawn."""
    return math.prod(matrices.shown(adapting)[1])


def pair(adapting: Adapting) -> int:
    """Numbers in A and B beside the matrix that is drawn."""
    return adapting.rank * sum(matrices.shown(adapting)[1])


def pictured(adapting: Adapting) -> dict[str, object]:
    """The matrix that is drawn, and its adapter, as a text says them."""
    _, (out, into) = matrices.shown(adapting)
    numbers = {"pair": f"{pair(adapting):,}", "size": f"{size(adapting):,}"}
    return {"rank": adapting.rank, "out": out, "into": into, **numbers}


def smaller_side(adapting: Adapting) -> int:
    return min(matrices.shown(adapting)[1])


DIRECTIONS = Choice(
    "directions",
    right=lambda adapting: min(adapting.rank, smaller_side(adapting)),
    wrong={
        "those of W": smaller_side,
        "both ranks": lambda adapting: 2 * adapting.rank,
        "one a number": pair,
    },
    said=pictured,
)


def percent_of_matrix(numbers: float, adapting: Adapting) -> float:
    return 100 * numbers / size(adapting)


def percent_trained(adapting: Adapting) -> float:
    """Of all weights of the model, in the adapter."""
    return 100 * matrices.trained(adapting) / matrices.weights(adapting.of.base)


NUMBERS = Number(
    "numbers",
    "%",
    right=lambda adapting: percent_of_matrix(pair(adapting), adapting),
    wrong={
        "one of the two": lambda adapting: percent_of_matrix(adapting.rank * smaller_side(adapting), adapting),
        "of the model": percent_trained,
    },
    said=pictured,
)


def worse(known: Known, task: AdaptationTask, rank: str) -> float:
    """By how much a rank does worse on the new task than the largest, in nats or percentage points."""
    reached = {at: known[at][task.metric].value for at in (rank, MOST)}
    return reached[rank] - reached[MOST] if task.metric == "loss" else reached[MOST] - reached[rank]


def near_enough(known: Known, task: AdaptationTask) -> list[str]:
    """Ranks that come near to the largest, in order."""
    return [rank for rank in known if worse(known, task, rank) <= NEAR[task.metric]]


def verdict(rank: str, known: Known, task: AdaptationTask) -> str:
    enough = near_enough(known, task)
    if rank not in enough:
        return "too low"
    return "right" if rank == enough[0] else "higher than needed"


def threshold(known: Known, task: AdaptationTask) -> str:
    """What the metric must reach on the new task, in words."""
    best, apart = known[MOST][task.metric], NEAR[task.metric]
    value = replace(best, value=best.value + (apart if task.metric == "loss" else -apart))
    named = APART[task.metric].format(difference=f"{apart:g}")
    return REACHED[task.metric].format(value=value, apart=named, most=MOST)


SMALLEST = Goal(
    "smallest",
    (RANK.name,),
    verdict,
    said=lambda known, task: {
        "metric": task.metric,
        "things": SHOWN_AS[task.things],
        "threshold": threshold(known, task),
        "least": near_enough(known, task)[0],
    },
)


def by_forgetting(race: Race, task: AdaptationTask) -> list[str]:
    """Ways to learn, the one that does worst on the old task first."""
    old = {name: both[1][task.metric].value for name, both in race.items()}
    return sorted(old, key=old.__getitem__, reverse=task.metric == "loss")


def vectors(race: Race, task: AdaptationTask) -> str:
    """The way to learn that trains vectors alone."""
    return VECTORS[task.writes]


def after(race: Race, task: AdaptationTask) -> dict[str, object]:
    """What the text says of the old task: the metric of the way that forgets most, of full fine-tuning, and of vectors
    alone."""
    ways = {"most": by_forgetting(race, task)[0], "whole": FULL, "few": vectors(race, task)}
    return {"metric": task.metric, "known": task.known} | {
        label: race[way][1][task.metric] for label, way in ways.items()
    }


FORGETS = Choice(
    "forgets",
    right=lambda race, task: by_forgetting(race, task)[0],
    wrong={
        "most weights": lambda race, task: FULL,
        "fewest weights": vectors,
        "the output layer": lambda race, task: HEAD,
        "the adapter": lambda race, task: next(iter(race)),
    },
    said=after,
)


def counts(adapting: Adapting) -> tuple[int, int]:
    """Weights of the model, and numbers that its adapter trains."""
    return matrices.weights(adapting.of.base), matrices.trained(adapting)


def percent_of_full(kept: Callable[[int, int], float]) -> Callable[[Adapting], float]:
    """Of the memory of full fine-tuning in 32 bits. `kept`: bytes, for so many weights and so many trained numbers."""

    def share(adapting: Adapting) -> float:
        weights, trained = counts(adapting)
        return 100 * kept(weights, trained) / (WHOLE * weights)

    return share


MEMORY = Number(
    "memory",
    "%",
    right=percent_of_full(lambda weights, trained: 4 * weights + WHOLE * trained),
    wrong={
        "trained numbers alone": percent_of_full(lambda weights, trained: WHOLE * trained),
        "gradients of all": percent_of_full(lambda weights, trained: 8 * weights + WHOLE * trained),
    },
    said=lambda adapting: {
        "rank": adapting.rank,
        "weights": f"{counts(adapting)[0]:,}",
        "trained": f"{counts(adapting)[1]:,}",
        "whole": show(WHOLE * counts(adapting)[0], "bytes"),
    },
)


def beside_frozen(by_part: Callable, adapting: Adapting) -> Quantity:
    """Bytes in training, besides those of the frozen weights, all in 16 bits but the moments."""
    weights, trained = counts(adapting)
    _, *rest = by_part(weights, trained, "bf16", True, "bf16").values()
    return Quantity("memory", sum(rest), "bytes", "estimated")


MOMENTS = MissingLine(
    "moments",
    memory,
    'WORDS["optimiser moments"]: trained * MOMENTS,',
    {
        "of every weight": 'WORDS["optimiser moments"]: parameters * MOMENTS,',
        "of the frozen": 'WORDS["optimiser moments"]: (parameters - trained) * MOMENTS,',
        "as wide as weights": 'WORDS["optimiser moments"]: trained * 2 * WEIGHT[dtype],',
    },
    computed=beside_frozen,
    said=lambda adapting: {
        "weights": f"{counts(adapting)[0]:,}",
        "trained": f"{counts(adapting)[1]:,}",
        "rank": adapting.rank,
    },
)


def percent_of_work(work: Callable[[int, int], float]) -> Callable[[Adapting], Quantity]:
    """Of the FLOP of full fine-tuning in the layer that is drawn. `work`: FLOP an input vector, for the numbers in W,
    and those in A and B."""

    def share(adapting: Adapting) -> Quantity:
        flop = work(size(adapting), pair(adapting))
        return Quantity("share", 100 * flop / (ALL * size(adapting)), "%", "estimated")

    return share


WORK = Choice(
    "work",
    right=percent_of_work(lambda frozen, trained: (FORWARD + BACK) * frozen + ALL * trained),
    wrong={
        "trained numbers alone": percent_of_work(lambda frozen, trained: ALL * trained),
        "forward alone": percent_of_work(lambda frozen, trained: FORWARD * frozen + ALL * trained),
        "nothing saved": percent_of_work(lambda frozen, trained: ALL * frozen),
    },
    said=pictured,
)
MERGED = Choice(
    "merged",
    right=size,
    wrong={
        "A and B in its place": pair,
        "A and B beside it": lambda adapting: size(adapting) + pair(adapting),
        "a second matrix": lambda adapting: 2 * size(adapting),
    },
    said=pictured,
)

EXERCISES = (DIRECTIONS, NUMBERS, SMALLEST, FORGETS, MEMORY, MOMENTS, WORK, MERGED)


def subject(exercise: Exercise) -> Sequence[object] | None:
    """What an exercise is about, as the knobs stand; None while it is not known."""
    adapting = posed()
    if exercise is SMALLEST:
        known = first_picture.known(adapting)
        ranks = RANK.options[1:]
        return ({rank: known[rank] for rank in ranks}, adapting.of) if known.keys() >= set(ranks) else None
    if exercise is FORGETS:
        runners = replace(adapting, base=KEPT).runners
        race = judged(adapting.of, runners)
        there = FULL in runners and race.keys() == runners.keys() and all(race.values())
        return (race, adapting.of) if there else None
    return (adapting,)

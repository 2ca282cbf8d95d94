"""What is said of adaptation: who learns how much that is new, what is forgotten, and what rounding below does."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from statistics import mean

from lessons.adaptation import build
from lessons.adaptation.delta_analysis import analysing
from lessons.experiment import Experiment
from lessons.ui.lora.recipe import TASKS, Adapting, blend
from tests.study import Point

SEEDS = (0, 1, 2)
SEEN = ("turned", "inverted")
SMALL = {name: task for name, task in TASKS.items() if not task.large}
TRIED = {
    "bible": {"low": (5e-3, 2e-2), "full": (5e-4, 2e-3), "head": (5e-3, 3e-2), "vectors": (5e-3, 3e-2)},
    "turned": {"low": (5e-3, 2e-2), "full": (3e-3, 2e-2), "head": (1e-2, 1e-1), "vectors": (1e-1, 1.0)},
}  # beside the page's own rates
FIRST = Adapting()  # as the page begins
SEES = replace(FIRST, task="turned", where="every layer")
ALIKE = {"one matrix": ("query", 16), "two matrices": ("query and value", 8), "four matrices": ("attention", 4)}


def ways(task: str, seed: int) -> dict[str, Experiment]:
    """What learns, by name: what the page can choose, and others beside it."""
    begins = replace(FIRST if SMALL[task].writes else SEES, task=task, seed=seed)

    def low(**how: object) -> Experiment:
        return replace(begins, **how).adapted

    found = {method: begins.other(method) for method in ("full", "head", "vectors")} | {"lora": low()}
    if task == "bible":
        found |= {f"rank {rank}": low(rank=rank) for rank in (1, 2, 4, 16, 32, 64)}
        found |= {name: low(where=where, rank=rank) for name, (where, rank) in ALIKE.items()}
        found |= {"seven matrices": low(where="attention and MLP", rank=4)}
        found |= {kind: low(kind=kind, rank=32) for kind in ("rslora", "dora")}
        found |= {f"on {bits} bits": low(base=bits) for bits in ("8", "4", "2")}
        found |= {f"below, {bits} bits": low(base=bits, rank=0) for bits in ("8", "4", "2")}
    if not SMALL[task].writes:
        found |= {f"rank {rank}": low(rank=rank) for rank in (1, 2, 4, 16)}
        found |= {f"{where}, rank 4": low(where=where, rank=4) for where in ("first layer", "convolutions")}
        found |= {f"on {bits} bits": low(base=bits) for bits in ("4", "2")}
    if seed == 0:
        for method, rates in TRIED.get(task, {}).items():
            found |= {f"{named(method)} at {rate:g}": at(begins, method, rate) for rate in rates}
    return found


def at(begins: Adapting, method: str, rate: float) -> Experiment:
    if method == "low":
        return replace(begins, rate=rate).adapted
    other = begins.other(method)
    return other.prefix | replace(other.recipe[-1], rate=rate)


def points() -> Iterator[Point]:
    """How well what is new and what is old is known, numbers trained and bytes kept, of every way with every seed, and
    before."""
    for seed in SEEDS:
        for task in SMALL:
            for way, experiment in ({"before": SMALL[task].model} | ways(task, seed)).items():
                yield point(way, task, seed, (experiment,), partial(row, experiment, task), id=experiment.id)
        for task in ("bible", "turned"):
            full, low = (ways(task, seed)[way] for way in ("full", "lora"))
            yield point("microscope", task, seed, (full, low), partial(under_the_microscope, full, low))
            blends = blended(task, seed)
            yield point("blend", task, seed, tuple(blends.values()), partial(both_tasks, blends, SMALL[task].pair))


def point(way: str, task: str, seed: int, about: tuple[Experiment, ...], measure: partial, **more: str) -> Point:
    return Point({"way": way, "task": task, "seed": seed, **more}, about, measure)


def blended(task: str, seed: int) -> dict[str, Experiment]:
    """A model before, with a quarter of the second's adapter, and half and half."""
    begins = replace(FIRST if SMALL[task].writes else SEES, seed=seed)
    low = [replace(begins, task=name).low for name in SMALL[task].pair]
    return {"before": SMALL[task].model} | {
        name: blend(SMALL[task].model, *low, share, 1.0) for name, share in (("quarter", 25), ("half", 50))
    }


def both_tasks(blends: dict[str, Experiment], pair: tuple[str, ...]) -> dict:
    """How well both tasks of a pair are done."""
    return {way: {name: row(one, name)["new"] for name in pair} for way, one in blends.items()}


def under_the_microscope(full: Experiment, low: Experiment) -> dict:
    """What is left of what all weights learnt where their change is cut to rank 8, what is lost where the weights are,
    and how both changes compare."""
    *_, seen = analysing(build.base_model(full), full, low)
    return {
        "kept": (seen.before - seen.kept[8]) / (seen.before - seen.new),
        "lost": seen.cut[8] - seen.old,
        "larger": min((seen.low[:, 0] / seen.full[:, 0]).tolist()),
        "shared": mean(float(each[-1, -1]) for each in seen.overlap.values()),
    }


def row(experiment: Experiment, task: str) -> dict:
    """How well what is new and what was old is done, numbers trained and bytes kept."""
    model, of = build.build(experiment), SMALL[task]
    new, old = (list(build.judging(experiment, model, name))[-1] for name in (of.to, of.old))
    rest = {name: new[name].value for name in ("trained", "share", "adapter")}
    return {"new": new[of.metric].value, "old": old[of.metric].value} | rest


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""

    def of(way: str, name: str = "new", task: str = "bible") -> list[float]:
        return [row[name] for row in rows if (row["way"], row["task"]) == (way, task)]

    def gain(way: str, task: str = "bible") -> list[float]:
        """Share of what all weights gain, seed by seed."""
        trios = zip(of("before", "new", task), of(way, "new", task), of("full", "new", task), strict=True)
        return [(before - mine) / (before - full) for before, mine, full in trios]

    def below(one: str, other: str, by: float = 0.0, name: str = "new", task: str = "bible") -> bool:
        return all(a < b - by for a, b in zip(of(one, name, task), of(other, name, task), strict=True))

    slowly, mine = of("full at 0.0005", "old")[0], of("lora", "old")
    under = [row for row in rows if (row["way"], row["task"]) == ("microscope", "bible")]
    blends, mixed = (
        [row for row in rows if row["way"] == "blend" and row["task"] == task] for task in ("bible", "turned")
    )
    kinds = [mean(of(name)) for name in ("rank 32", "rslora", "dora")]
    return {
        "2 % of the weights gain 55 to 70 % of what all gain": all(0.55 < each < 0.7 for each in gain("lora"))
        and max(of("lora", "share")) < 2.1,
        "beside all seven matrices, less than 5 % come within 0.06 nats of all weights": below(
            "seven matrices", "full", -0.06
        )
        and max(of("seven matrices", "share")) < 5,
        "the gains of the norms alone, a seventh of a percent, gain a third at least": all(
            each > 1 / 3 for each in gain("vectors")
        )
        and max(of("vectors", "share")) < 0.15,
        "rank 1 gains two thirds of what rank 8 does": all(
            a > 2 / 3 * b for a, b in zip(gain("rank 1"), gain("lora"), strict=True)
        ),
        "rank 64, of eight times the numbers, gains less than 0.03 nats on rank 8": below("lora", "rank 64", -0.03),
        "as many numbers beside more matrices learn more": below("four matrices", "two matrices")
        and below("two matrices", "one matrix", 0.03),
        "of the Bible, low rank forgets no less than all weights": below("full", "lora", -0.01, "old"),
        "with names, low rank forgets far more": below("full", "lora", 0.5, "old", "names"),
        "all weights at half the rate forget less than low rank, and learn more": slowly < min(mine)
        and of("full at 0.0005")[0] < min(of("lora")),
        "the gains alone forget least": all(below("vectors", way, 0.05, "old") for way in ("full", "head", "lora")),
        "on 8 and on 4 bits it learns as much, within 0.02 nats": all(
            below(f"on {bits} bits", "lora", -0.02) for bits in (8, 4)
        ),
        "on 2 bits it reads better than the unrounded model before, and worse than on more bits": below(
            "on 2 bits", "before", 0.05
        )
        and below("on 4 bits", "on 2 bits", 0.05),
        "of the kinds none gains 0.05 nats on another at rank 32": max(kinds) - min(kinds) < 0.05,
        "the change of all weights, cut to rank 8, keeps 70 to 85 % of what they learnt": all(
            0.7 < row["kept"] < 0.85 for row in under
        ),
        "all matrices, cut to rank 8, lose three nats": all(row["lost"] > 3 for row in under),
        "low rank's first direction is more than eight times as large as that of all weights": all(
            row["larger"] > 8 for row in under
        ),
        "a quarter to a third of what low rank reads is shared with all weights": all(
            0.2 < row["shared"] < 0.35 for row in under
        ),
        "no other rate that was tried is better by more than 0.02 nats": all(
            of(f"{named(method)} at {rate:g}")[0] > of(named(method))[0] - 0.02
            for method, rates in TRIED["bible"].items()
            for rate in rates
        ),
        "with pictures, none that was tried is better by more than 3 points, for biases by 6": all(
            of(f"{named(method)} at {rate:g}", "new", "turned")[0]
            < of(named(method), "new", "turned")[0] + (6 if method == "vectors" else 3)
            for method, rates in TRIED["turned"].items()
            for rate in rates
        ),
        "a network of pictures names 8 of 100 that are turned right, 15 of inverted ones": all(
            abs(each - 7.6) < 0.1 for each in of("before", "new", "turned")
        )
        and all(abs(each - 14.7) < 0.1 for each in of("before", "new", "inverted")),
        "beside every layer rank 8 is 40 % of its weights, and names 70 to 79 of 100 right": all(
            70 < each < 79 for task in SEEN for each in of("lora", "new", task)
        )
        and all(abs(each - 40) < 0.1 for each in of("lora", "share", "turned")),
        "the last layer alone, 29 %, names more right than thin matrices of 40 %": all(
            a > b + 3 for task in SEEN for a, b in zip(of("head", "new", task), of("lora", "new", task), strict=True)
        ),
        "of the old pictures thin matrices leave next to nothing: less than 16 of 100": all(
            each < 16 for task in SEEN for each in of("lora", "old", task)
        ),
        "the last layer alone names as many right as all weights, within 2 points, "
        "and forgets less than thin matrices": all(
            abs(a - b) < 2
            for task in SEEN
            for a, b in zip(of("head", "new", task), of("full", "new", task), strict=True)
        )
        and all(a > b for task in SEEN for a, b in zip(of("head", "old", task), of("lora", "old", task), strict=True)),
        "biases alone learn least; of turned pictures they forget least, of inverted ones the last layer does": all(
            a + 20 < b
            for task in SEEN
            for way in ("full", "head", "lora")
            for a, b in zip(of("vectors", "new", task), of(way, "new", task), strict=True)
        )
        and all(
            a > b + 5
            for way, least, task in (
                ("full", "vectors", "turned"),
                ("head", "vectors", "turned"),
                ("full", "head", "inverted"),
                ("vectors", "head", "inverted"),
            )
            for a, b in zip(of(least, "old", task), of(way, "old", task), strict=True)
        ),
        "on weights of 4 bits it learns as much, within 3 points; on 2 bits no less": all(
            abs(a - b) < 3
            for task in SEEN
            for a, b in zip(of("on 4 bits", "new", task), of("lora", "new", task), strict=True)
        )
        and all(
            a > b - 2
            for task in SEEN
            for a, b in zip(of("on 2 bits", "new", task), of("lora", "new", task), strict=True)
        ),
        "a quarter of the names' adapter and the rest of the Bible's read both better than before; half and half, the "
        "Bible worse": all(
            row["quarter"]["bible"] < row["before"]["bible"]
            and row["quarter"]["names"] < row["before"]["names"]
            and row["half"]["bible"] > row["before"]["bible"]
            for row in blends
        ),
        "half and half, a fifth to a half of turned and of inverted pictures is named right": all(
            20 <= row["half"][task] < 50 for row in mixed for task in SEEN
        ),
        "of the change of a network of pictures, rank 8 keeps nearly all": all(
            row["kept"] > 0.9 for row in rows if (row["way"], row["task"]) == ("microscope", "turned")
        ),
    }


def named(method: str) -> str:
    return "lora" if method == "low" else method

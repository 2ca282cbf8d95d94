"""What is said of adaptation: who learns how much of a new text, what it forgets of the old one, and what rounding below does."""

from collections.abc import Iterator
from statistics import mean

from lessons.experiment import Adapt, Experiment, ready_written
from lessons.experiment.adapt import NEW_TEXTS, READS
from lessons.language import adapted, build
from lessons.language.change import looked_at
from lessons.recipes.adapting import Adapting

SEEDS = (0, 1, 2)
MODEL = Experiment(ready_written("shakespeare"))
TRIED = {
    "full": (5e-4, 2e-3),
    "head": (5e-3, 3e-2),
    "gains": (5e-3, 3e-2),
    "lora": (5e-3, 2e-2),
}  # beside the page's own rates
FIRST = Adapting(where="query and value", rate=1e-2, steps=100)  # as the page begins
ALIKE = {"one matrix": ("query", 16), "two matrices": ("query and value", 8), "four matrices": ("attention", 4)}


def ways(text: str, seed: int) -> dict[str, Experiment]:
    """What learns a text, by name: what the page can choose, and others beside it."""

    def low(**how: object) -> Experiment:
        return Adapting(**(vars(FIRST) | {"text": text, "seed": seed} | how)).adapted(MODEL)

    others = {
        method: MODEL | Adapting(text, steps=FIRST.steps, seed=seed).other(method)
        for method in ("full", "head", "gains")
    }
    found = others | {"lora": low()}
    if text != "bible":
        return found
    found |= {f"rank {rank}": low(rank=rank) for rank in (1, 2, 4, 16, 32, 64)}
    found |= {name: low(where=where, rank=rank) for name, (where, rank) in ALIKE.items()}
    found |= {"seven matrices": low(where="attention and MLP", rank=4)}
    found |= {kind: low(kind=kind, rank=32) for kind in ("rslora", "dora")}
    found |= {f"on {bits} bits": low(base=bits) for bits in ("8", "4", "2")}
    found |= {f"below, {bits} bits": Adapting(base=bits, rank=0).adapted(MODEL) for bits in ("8", "4", "2")}
    if seed == 0:
        found |= {
            f"{method} at {rate:g}": MODEL | at(method, rate) for method, rates in TRIED.items() for rate in rates
        }
    return found


def at(method: str, rate: float) -> Adapt:
    return Adapt(method=method, where=FIRST.where, rate=rate, steps=FIRST.steps)


def rows() -> Iterator[dict]:
    """Losses on the new and on the old text, numbers trained and bytes kept, of every way with every seed, and before."""
    for seed in SEEDS:
        for text in NEW_TEXTS:
            for way, experiment in ({"before": MODEL} | ways(text, seed)).items():
                yield row(experiment, text) | {"way": way, "text": text, "seed": seed}
        yield under_the_microscope(seed) | {"way": "microscope", "text": "bible", "seed": seed}


def under_the_microscope(seed: int) -> dict:
    """What is left of what all weights learnt where their change is cut to rank 8, what is lost where the weights are, and how
    both changes compare."""
    found = ways("bible", seed)
    *_, seen = looked_at(build.build(MODEL), found["full"], found["lora"])
    return {
        "kept": (seen.before - seen.kept[8]) / (seen.before - seen.new),
        "lost": seen.cut[8] - seen.old,
        "larger": min((seen.low[:, 0] / seen.full[:, 0]).tolist()),
        "shared": mean(float(each[-1, -1]) for each in seen.overlap.values()),
    }


def row(experiment: Experiment, text: str) -> dict:
    *_, model = adapted.building(experiment)
    new, old = (list(adapted.judging(experiment, model, name))[-1] for name in (text, READS))
    rest = {name: new[name].value for name in ("trained", "share", "adapter")}
    return {"id": experiment.id, "new": new["loss"].value, "old": old["loss"].value} | rest


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""

    def of(way: str, name: str = "new", text: str = "bible") -> list[float]:
        return [row[name] for row in rows if (row["way"], row["text"]) == (way, text)]

    def gain(way: str, text: str = "bible") -> list[float]:
        """Share of what all weights gain, seed by seed."""
        trios = zip(of("before", "new", text), of(way, "new", text), of("full", "new", text), strict=True)
        return [(before - mine) / (before - full) for before, mine, full in trios]

    def below(one: str, other: str, by: float = 0.0, name: str = "new", text: str = "bible") -> bool:
        return all(a < b - by for a, b in zip(of(one, name, text), of(other, name, text), strict=True))

    slowly, mine = of("full at 0.0005", "old")[0], of("lora", "old")
    under = [row for row in rows if row["way"] == "microscope"]
    kinds = [mean(of(name)) for name in ("rank 32", "rslora", "dora")]
    return {
        "2 % of the weights gain 55 to 70 % of what all gain": all(0.55 < each < 0.7 for each in gain("lora")) and max(of("lora", "share")) < 2.1,
        "beside all seven matrices, less than 5 % come within 0.06 nats of all weights": below("seven matrices", "full", -0.06) and max(of("seven matrices", "share")) < 5,
        "the gains of the norms alone, a seventh of a percent, gain a third at least": all(each > 1 / 3 for each in gain("gains")) and max(of("gains", "share")) < 0.15,
        "rank 1 gains two thirds of what rank 8 does": all(a > 2 / 3 * b for a, b in zip(gain("rank 1"), gain("lora"), strict=True)),
        "rank 64, of eight times the numbers, gains less than 0.03 nats on rank 8": below("lora", "rank 64", -0.03),
        "as many numbers beside more matrices learn more": below("four matrices", "two matrices") and below("two matrices", "one matrix", 0.03),
        "of the Bible, low rank forgets no less than all weights": below("full", "lora", -0.01, "old"),
        "with names, low rank forgets far more": below("full", "lora", 0.5, "old", "names"),
        "all weights at half the rate forget less than low rank, and learn more": slowly < min(mine) and of("full at 0.0005")[0] < min(of("lora")),
        "the gains alone forget least": all(below("gains", way, 0.05, "old") for way in ("full", "head", "lora")),
        "on 8 and on 4 bits it learns as much, within 0.02 nats": all(below(f"on {bits} bits", "lora", -0.02) for bits in (8, 4)),
        "on 2 bits it reads better than the unrounded model before, and worse than on more bits": below("on 2 bits", "before", 0.05) and below("on 4 bits", "on 2 bits", 0.05),
        "of the kinds none gains 0.05 nats on another at rank 32": max(kinds) - min(kinds) < 0.05,
        "the change of all weights, cut to rank 8, keeps 70 to 85 % of what they learnt": all(0.7 < row["kept"] < 0.85 for row in under),
        "the weights, cut to rank 8, lose a nat": all(row["lost"] > 1 for row in under),
        "low rank's first direction is more than eight times as large as that of all weights": all(row["larger"] > 8 for row in under),
        "a quarter to a third of what low rank reads is shared with all weights": all(0.2 < row["shared"] < 0.35 for row in under),
        "no other rate that was tried is better by more than 0.02 nats": all(of(f"{method} at {rate:g}")[0] > of(method)[0] - 0.02 for method, rates in TRIED.items() for rate in rates),
    }  # fmt: skip

"""What is said of a real language model that is shrunk, as functions of the rows of its study, which a page shows as
recorded. Nothing in it is drawn by chance: there are no seeds."""

from collections.abc import Iterator
from functools import partial

from lessons.data.quiz import KINDS
from lessons.experiment import Experiment
from lessons.experiment.language_step import METHODS
from lessons.language.build import build
from lessons.language.evaluate import evaluate
from lessons.language.quiz import answering
from lessons.recorded.writing import BITS, LAYERS, smollm2
from tests.study import Point

LOSS, PACKED = "loss", "packed"


def points() -> Iterator[Point]:
    """Every setting that is recorded."""
    for experiment in smollm2():
        setting = {"id": experiment.id, "recipe": experiment.to_json()["recipe"]}
        yield Point(setting, (experiment,), partial(row, experiment))


def row(experiment: Experiment) -> dict:
    """All that is measured of a model, and how many questions of each kind in the quiz it answers."""
    found = evaluate(experiment).quantities
    *_, answers = answering(build(experiment))
    return {
        "quantities": [[q.name, q.value, q.unit, q.badge, q.low, q.high, q.source] for q in found],
        "quiz": {kind: sum(a.right for a in answers if a.question.kind == kind) for kind in KINDS},
    }


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""

    def only(*recipe: dict) -> dict:
        """The only row whose steps hold these settings."""
        (found,) = (row for row in rows if fits(row["recipe"], recipe))
        return found

    def of(name: str, *recipe: dict) -> float:
        return next(value for at, value, *_ in only(*recipe)["quantities"] if at == name)

    def right(kind: str, *recipe: dict) -> int:
        return only(*recipe)["quiz"][kind]

    def rounded(bits: int, grain: str, method: str = "nearest", scheme: str = "symmetric", parts: str = "all") -> dict:
        settings = {"bits": bits, "grain": grain, "method": method, "scheme": scheme, "outliers": 0.0, "parts": parts}
        return {"quantize_weights": settings}

    def loss(*recipe: dict) -> float:
        return of(LOSS, *recipe)

    def cache(bits: int) -> dict:
        return {"quantize_kv_cache": {"bits": bits}}

    start, size = loss(), of(PACKED)
    wanda, magnitude = ({"prune_weights": {"sparsity": 50, "criterion": by}} for by in ("wanda", "magnitude"))
    return {
        "8 bits a row change the loss by less than 0.02 nats": abs(loss(rounded(8, "row")) - start) < 0.02,
        "but are a larger file than the one that is shipped": of(PACKED, rounded(8, "row")) > size,
        "at 4 bits a group is better than a row, and a row than one scale for all": loss(rounded(4, "group"))
        < loss(rounded(4, "row"))
        < loss(rounded(4, "tensor")),
        "one scale for all multiplies perplexity by more than a thousand at 4 bits": loss(rounded(4, "tensor")) - start
        > 6.9,
        "no bits help: 2 bits to the nearest are worse than 1,000 perplexity, whatever shares a scale": all(
            of("perplexity", rounded(2, grain)) > 1_000 for grain in ("tensor", "row", "group")
        ),
        "5 bits with one scale for all are worse than 4 bits a row": loss(rounded(5, "tensor"))
        > loss(rounded(4, "row")) + 1,
        "4 bits in groups are within 0.1 nats of 5 bits a row, in fewer bytes": abs(
            loss(rounded(4, "group")) - loss(rounded(5, "row"))
        )
        < 0.1
        and of(PACKED, rounded(4, "group")) < 0.95 * of(PACKED, rounded(5, "row")),
        "at 3 bits a row the model is lost, whatever the method and even in its layers alone": start + 2
        < min(loss(rounded(3, "row", way, parts=which)) for way in METHODS for which in ("all", LAYERS)),
        "at 3 bits in groups, attention and MLP alone, GPTQ makes it about twice as unsure": 1.8
        < of("perplexity", rounded(3, "group", "gptq", parts=LAYERS)) / of("perplexity")
        < 2.2,
        "the nearest and AWQ more than twice": min(
            of("perplexity", rounded(3, "group", way, parts=LAYERS)) for way in ("nearest", "awq")
        )
        / of("perplexity")
        > 2,
        "at 4 bits in groups, attention and MLP alone, GPTQ and AWQ leave it less than a fifth more unsure": max(
            of("perplexity", rounded(4, "group", way, parts=LAYERS)) for way in METHODS[1:]
        )
        < 1.2 * of("perplexity"),
        "at 2 bits it is lost by every method, in its layers alone, too": start + 2
        < min(
            loss(rounded(2, grain, way, parts=which))
            for grain in ("row", "group")
            for way in METHODS
            for which in ("all", LAYERS)
        ),
        "in groups both mend its layers": max(loss(rounded(3, "group", way, parts=LAYERS)) for way in METHODS[1:])
        < loss(rounded(3, "group", parts=LAYERS)),
        "at 4 bits in groups both help": max(loss(rounded(4, "group", method)) for method in ("gptq", "awq"))
        < loss(rounded(4, "group")),
        "two thin matrices with 90 % of the numbers are no model any more": loss({"factorize_weights": {"share": 90}})
        > start + 2,
        "half of the weights pruned are a larger file than the one that is shipped": of(PACKED, wanda) > size,
        "at 3 bits in groups, with all matrices, GPTQ alone is better than the nearest": loss(
            rounded(3, "group", "gptq")
        )
        < loss(rounded(3, "group"))
        < loss(rounded(3, "group", "awq")),
        "Q4_1 changes nothing where the weights come from it, in attention and MLP": of(
            "kl", rounded(4, "group", scheme="Q4_1", parts="attention and MLP")
        )
        < 1e-6,
        "in the embeddings, which come from Q8_0, it does": of("kl", rounded(4, "group", scheme="Q4_1")) > 0.01,
        "at 4 bits a row it knows most of the quiz's facts, and in groups as many as before, but for two": right(
            "facts", rounded(4, "row")
        )
        > 6
        and right("facts", rounded(4, "group")) >= right("facts") - 2,
        "sums are beyond it even unshrunk": right("sums") <= 4,
        "with half of the weights gone, Wanda is better than magnitude": loss(wanda) < loss(magnitude),
        "more bits are never worse by more than 0.05 nats, a row": all(
            loss(rounded(more, "row")) < loss(rounded(less, "row")) + 0.05
            for less, more in zip(BITS, BITS[1:], strict=False)
        ),
        "keys and values in 8 bits change the loss by less than 0.02 nats": abs(loss(cache(8)) - start) < 0.02,
        "in 4 bits by less than 0.1, and in 2 by more than 1": loss(cache(4)) - start < 0.1
        and loss(cache(2)) - start > 1,
    }


def fits(recipe: list[dict], wanted: tuple[dict, ...]) -> bool:
    """Whether a recipe has these steps, with these settings among theirs."""
    if len(recipe) != len(wanted):
        return False
    pairs = [
        (step.get(name), settings)
        for step, asked in zip(recipe, wanted, strict=True)
        for name, settings in asked.items()
    ]
    return all(has is not None and settings.items() <= has.items() for has, settings in pairs)

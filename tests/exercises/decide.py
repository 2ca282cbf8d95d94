"""Three tasks on machines of the page: as it opens, with another provider, and on a card that waits."""

import csv
from dataclasses import replace
from math import log10
from pathlib import Path

import numpy as np

from lessons import facts
from lessons.estimate.requirements import TASKS, Requirements
from lessons.estimate.selection import judged
from lessons.facts.deciding import prices
from lessons.quantity import Quantity
from lessons.ui.decide.knobs import USES, others, usual
from lessons.ui.state.knob import count
from tests.exercises import Asked

WORDS = Quantity("use", 1.4e-6, "Wh", "estimated", 1e-6, 2e-6), 1e-4  # without a model


def asked(task: str, uses: int, worse: float, machine: str = "", **rest: object) -> tuple[Requirements]:
    """What is needed for a task, with tokens as usual."""
    said = {"task": task, "uses": uses, "worse": worse, "words": WORDS}
    said |= {"prompt": TASKS[task].prompt, "answer": TASKS[task].answer}
    said |= others(task)["Machine"][machine] if machine else {}
    return (replace(usual(), **said | rest),)


ABOUT = {
    "as it opens": asked("sort texts", 1_000, 5),
    "another provider": asked("summarise", 100, 20, price=prices()["GPT-4o mini (OpenAI)"], words=None),
    "on a card": asked("know facts", 30_000, 10, "NVIDIA RTX A6000", waits=True),
}
LEFT = {
    "as it opens": ABOUT["as it opens"],
    "anything will do": asked("sort texts", 1_000, 50),
    "facts on a laptop": asked("know facts", 1_000, 5),
}
CHOSEN = {
    "as it opens": "small, trained for it",
    "anything will do": "no model",
    "facts on a laptop": "none of the four",
}
TESTED = {name: ABOUT[name] for name in ("as it opens", "on a card")} | {"one test": asked("chat", 1_000, 20)}
OF = {"as it opens": ("sort texts", "none"), "one test": ("sort texts", "none"), "on a card": ("know facts", "local")}


def uses_of_energy(name: str) -> list[float]:
    """Wh of a use, of all ways that have one."""
    return [way.use.value for way in judged(*ABOUT[name]) if way.use]


def ratio(name: str) -> float:
    """Times, from the decades between columns, both in two digits."""
    decades = [log10(wh) for wh in uses_of_energy(name)]
    lines = float(f"{max(decades) - min(decades):.2g}")
    return float(f"{10**lines:.2g}")


def cost(name: str) -> float:
    """USD of a thousand uses, as the table of prices has them."""
    (need,) = ABOUT[name]
    table = csv.DictReader(Path(facts.__file__).with_name("prices.csv").open())
    row = next(row for row in table if row["label"] == need.price.label)
    return need.prompt / 1e3 * float(row["input_usd"]) + need.answer / 1e3 * float(row["output_usd"])


def bill(name: str) -> float:
    """Percent: the electricity of a thousand uses against their price."""
    (need,) = ABOUT[name]
    return 100 * judged(need)[3].use.value * need.kwh / cost(name)


def busiest(name: str) -> set[str]:
    """The last position at which no day is too short, counted in hours."""
    seconds = judged(*ABOUT[name])[1].seconds
    return {[uses for uses in USES.options if count(uses) * seconds / 3600 <= 24][-1]}


def three_of_four(name: str) -> float:
    """Points, as NumPy finds a quantile, out of the table of scores: of each test the best of a way."""
    task, kind = OF[name]
    rows = [row for row in csv.DictReader(Path(facts.__file__).with_name("evidence.csv").open()) if row["task"] == task]
    behind = []
    for test in {row["dataset"] for row in rows}:
        score = lambda row: float(row["score"])
        there = [row for row in rows if row["dataset"] == test]
        if ours := [row for row in there if row["option"] == kind and is_ours(row, kind, *TESTED[name])]:
            behind.append(max(map(score, there)) - max(map(score, ours)))
    return float(np.quantile(behind, 0.75, method="inverted_cdf"))


def is_ours(row: dict[str, str], kind: str, need: Requirements) -> bool:
    """Whether a row is of the way, and at home of the model that it is."""
    return kind == "none" or row["model"] == judged(need)[2].model


def waiting(name: str) -> float:
    """Wh of a use: 46 W, in joules of a day."""
    (need,) = ABOUT[name]
    return 46 * 86_400 / 3_600 / need.uses


ASKED = {
    "lines": Asked(ABOUT, ratio),
    "cost": Asked(ABOUT, cost),
    "bill": Asked(ABOUT, bill),
    "busiest": Asked(ABOUT, busiest, USES.options, USES.default),
    "stays": Asked(LEFT, CHOSEN.__getitem__),
    "quantile": Asked(TESTED, three_of_four),
    "waiting": Asked(ABOUT, waiting),
}

"""What one use of a model takes at the wall plug, by three methods, and what that is like.

Our method is layer B (`accelerator_energy`), then C (`device.at_the_wall`). EcoLogits' two fits answer the same
question.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import log
from typing import NamedTuple

from lessons import facts
from lessons.estimate import accelerator_energy, ecologits
from lessons.estimate.device import at_the_wall
from lessons.estimate.transformer import size_only
from lessons.estimate.weight_formats import is_listed
from lessons.facts import Board, ElectricityGrid, Everyday, Figure, PublishedUse
from lessons.facts.architectures import Architecture, models
from lessons.quantity import Quantity, convert, show
from lessons.text import sections

WORDS = sections("estimate")

PICTURES = {
    "web_search_2009": ":material/search:",
    "led_hour": ":material/lightbulb:",
    "phone_charge": ":material/battery_charging_full:",
    "streaming_hour": ":material/tv:",
    "kettle": ":material/coffee_maker:",
    "ev_km": ":material/electric_car:",
    "shower": ":material/shower:",
    "household_year_german": ":material/home:",
}
PEOPLE = {WORDS["you a day"]: 1, WORDS["a school a day"]: 1_000, WORDS["80 million people a day"]: 80_000_000}


OURS = "whole facility"  # what all three methods count: boards or GPUs, servers and the building
BOUNDARIES = (OURS, "server", "GPU only", "GPU ×2", "node with idle GPUs", "not stated")  # what published figures count
ESTIMATED = ", estimated"  # behind the boundary of a figure that nobody measured


class UseTokens(NamedTuple):
    """Tokens a use takes: ours, to be changed by hand; nobody publishes means."""

    prompt: int  # tokens
    output: int  # tokens


TASKS = {
    "classify": UseTokens(300, 5),
    "chat": UseTokens(300, 400),
    "long document": UseTokens(10_000, 500),
    "reasoning": UseTokens(300, 8_000),
}
MEDIA = {"image": "image by FLUX.1-dev, 1024 px", "video": "129 frames of 720p video by HunyuanVideo"}


@dataclass(frozen=True)
class Scenario:
    """One use of a language model, and what it runs on. `dtype`: one of `weights.DTYPES`; `batch`: sequences at a
    time."""

    model: Architecture  # by its shape
    task: UseTokens  # tokens of a use
    board: Board  # that it runs on
    dtype: str
    batch: int
    pue: Figure  # power usage effectiveness of the data centre


def by_boards(scenario: Scenario) -> Quantity:
    """Wh of one use: the board's joules for each token, then the wall plug. Raises DoesNotFit."""
    s = scenario
    token = accelerator_energy.joules_per_token(s.model, s.board, s.dtype, s.batch, s.task.prompt, s.task.output)
    wall = at_the_wall(scaled(token, s.task.output), s.pue)
    shape = "" if is_listed(s.model) else f"; {s.model.source}"
    source = WORDS("energy of a use: formula", token=f"{token.source}{shape}", tokens=s.task.output, wall=wall.source)
    return watt_hours(replace(wall, source=source))


def by_ecologits(scenario: Scenario) -> Quantity:
    """Wh of one use, EcoLogits' fit of today."""
    token = ecologits.joules_per_token(scenario.model, scenario.pue)
    return watt_hours(scaled(token, scenario.task.output))


def by_older_ecologits(scenario: Scenario) -> Quantity:
    """Wh of one use, EcoLogits' older fit."""
    return watt_hours(scaled(ecologits.older_joules_per_token(scenario.model), scenario.task.output))


METHODS: dict[str, Callable[[Scenario], Quantity]] = {
    "boards": by_boards,
    "EcoLogits": by_ecologits,
    "older EcoLogits": by_older_ecologits,
}


MAKING: dict[str, Callable[[Architecture], Quantity]] = {
    "EcoLogits": ecologits.making_per_token,
    "older EcoLogits": ecologits.older_making_per_token,
}  # g CO2e of a token, by the methods that count the making of the hardware


def by_all(scenario: Scenario) -> dict[str, Quantity]:
    """Wh of the same use by each method. Raises DoesNotFit."""
    return {name: method(scenario) for name, method in METHODS.items()}


def spread(estimates: Iterable[Quantity]) -> Quantity:
    """Largest ÷ smallest of several estimates of one use, a ratio."""
    values = [quantity.value for quantity in estimates]
    return Quantity("spread", max(values) / min(values), "×", "estimated", source=WORDS["spread: formula"])


def published(task: str, most: int | None = None) -> tuple[dict[str, Quantity], dict[str, str]]:
    """Published energies (Wh) of such a use, the first so many, and the boundary of each. `task`: one of TASKS; `most`:
    how many, None for all."""
    uses = [use for use in facts.published_uses() if use.task == task and use.watt_hours][:most]
    rows = {use.label: _cited(use) for use in uses}
    return rows, {use.label: use.boundary for use in uses}


def peers(task: str, boundary: str) -> dict[str, Quantity]:
    """Published energies (Wh) of such a use that count the same. `task`: as there; `boundary`: one of BOUNDARIES."""
    rows, counted = published(task)
    return {label: energy for label, energy in rows.items() if counted[label].removesuffix(ESTIMATED) == boundary}


def _cited(use: PublishedUse) -> Quantity:
    return Quantity(use.label, use.watt_hours, "Wh", "cited", use.watt_hours_low, use.watt_hours_high, use.source)


def by_hand(total: float, active: float) -> Architecture:
    """A model of which only its size is known, in parameters: with the layers and heads of the listed model that is
    `nearest` in size, and experts as large as what is active, one at a time. `total`: that many."""
    experts = max(2, round(total / active)) if active < total else None
    like = nearest(total, bool(experts))
    return size_only(
        like,
        WORDS("model by hand", parameters=show(total, "parameters")),
        total,
        min(active, total),
        year=max(model.year for model in models().values()),
        experts=experts,
        experts_active=1 if experts else None,
        source=WORDS(
            "model by hand: shape", model=like.name, layers=like.layers, heads=like.n_kv_heads, head_dim=like.head_dim
        ),
    )


def nearest(total: float, mixture: bool, known: Iterable[Architecture] | None = None) -> Architecture:
    """The model, a mixture of experts or not, whose number of parameters is nearest, as a ratio; of those whose layers
    all keep keys and values of every token, in heads that several queries share, as most models do today. `total`:
    parameters."""
    alike = [
        model
        for model in known or models().values()
        if model.attention == "full" and model.n_kv_heads < model.n_heads and bool(model.experts) == mixture
    ]
    return min(alike, key=lambda model: abs(log(model.params_total / total)))


def of_medium(kind: str, pue: Figure) -> Quantity:
    """Wh of one picture or video at the wall: a measured board's energy, then the wall plug. `kind`: picture or video,
    by name."""
    measured = next(_cited(use) for use in facts.published_uses() if use.label == MEDIA[kind])
    wall = at_the_wall(measured, pue)
    return replace(wall, badge="estimated", source=f"{measured} ({measured.name}: {measured.source}); {wall.source}")


def emissions(energy: Quantity, grid: ElectricityGrid) -> Quantity:
    """Grams of CO2e for energy in Wh on a country's grid: location-based, over the power stations' life."""
    each = grid.grams_co2_per_kWh / 1000
    low, high = ((end if end is None else end * each) for end in (energy.low, energy.high))
    formula = WORDS(
        "emissions: formula",
        energy=energy,
        grams=grid.grams_co2_per_kWh,
        country=grid.country,
        year=grid.year or "",
        source=grid.source,
    )
    return Quantity("emissions", energy.value * each, "g CO2e", "estimated", low, high, formula)


def with_making(of_energy: Quantity, method: str, scenario: Scenario) -> tuple[Quantity, Quantity | None]:
    """Emissions of the electricity of one use, and of its share in the making of the hardware, if this method counts
    that; and that share alone."""
    if method not in MAKING:
        return of_energy, None
    token = MAKING[method](scenario.model)
    source = WORDS("making of a use: formula", tokens=scenario.task.output, each=token.source)
    making = replace(scaled(token, scenario.task.output), source=source)
    low, high = ((end if end is None else end + making.value) for end in (of_energy.low, of_energy.high))
    formula = WORDS("with making: formula", energy=of_energy.source, making=making, source=making.source)
    return replace(of_energy, value=of_energy.value + making.value, low=low, high=high, source=formula), making


def times(energy: Quantity, count: float, why: str) -> Quantity:
    """An energy `count` times. `why`: what is counted."""
    return replace(scaled(energy, count), source=f"{energy} × {count:,.0f} ({why})")


def like(watt_hours: float) -> tuple[Everyday, float]:
    """The largest of the things people know that this energy does at least once, and how often; else a part of the
    smallest. `watt_hours`: this energy."""
    known = sorted((facts.everyday()[name] for name in PICTURES), key=lambda thing: thing.watt_hours)
    thing = next((thing for thing in reversed(known) if thing.watt_hours <= watt_hours), known[0])
    return thing, watt_hours / thing.watt_hours


def scaled(quantity: Quantity, count: float) -> Quantity:
    """So many times as much, its band, too. `count`: how often."""
    low, high = ((end if end is None else end * count) for end in (quantity.low, quantity.high))
    return replace(quantity, value=quantity.value * count, low=low, high=high)


def watt_hours(joules: Quantity) -> Quantity:
    """The same energy in Wh."""
    return replace(scaled(joules, convert(1, "J", "Wh")), unit="Wh")

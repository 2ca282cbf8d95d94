"""What training takes: E = FLOP · e_train · PUE, with FLOP ≈ 6 · active parameters · tokens.

Tokens are those published for the model; where none are, those of the listed models of its time, with a band from the
fewest to the most.

e_train is the geometric mean, per hardware generation, of disclosed runs (energy ÷ FLOP): `FITTED`. Every other
disclosed run is a test of it, except those named in `OUTLIERS`, each with its reason.
"""

from dataclasses import replace
from functools import lru_cache
from statistics import geometric_mean
from typing import NamedTuple

from lessons.estimate.transformer import active
from lessons.facts import Figure, TrainingRun, figure, training_runs
from lessons.facts.architectures import Architecture, TrainingCompute, models, training_compute, training_tokens
from lessons.quantity import Quantity, convert, show
from lessons.text import sections

WORDS = sections("estimate")

BAND = 2
NEAR = 1  # years: of one time
PUE_IN = {"GPT-3 175B": 1.10}  # its disclosed energy has the building in it: see its row
FITTED = {
    "V100": ("GPT-3 175B",),
    "A100": ("Llama 2 70B", "BLOOM-176B (dynamic)"),
    "H100": ("Llama 3.1 405B", "DeepSeek-V3"),
}
OUTLIERS = {
    "Llama 3 8B": WORDS["outlier: small"],
    "Llama 3.1 8B": WORDS["outlier: small"],
    "Llama 3.2 1B": WORDS["outlier: distilled"],
    "Llama 3.2 3B": WORDS["outlier: distilled"],
    "Transformer big": WORDS["outlier: P100"],
}


class Tokens(NamedTuple):
    """What a model was trained with; `low`, `high`: the band where nobody has said exactly; `published`: whether that
    is of this model and not of others."""

    value: float  # tokens
    low: float
    high: float
    source: str  # who says so
    published: bool = True


def training_flop(active: float, tokens: float) -> float:
    """FLOP of a training run: 2 a parameter and token forward, 4 backward (Kaplan et al. 2020, §2.1)."""
    return figure("training_flop_factor").value * active * tokens


def tokens_of(model: Architecture) -> Tokens:
    """Tokens a model was trained with: as published, else what is usual for its time."""
    if row := training_tokens().get(model.name):
        return Tokens(row.tokens, row.low or row.tokens, row.high or row.tokens, row.source)
    if (compute := training_compute().get(model.name)) and compute.training_tokens:
        return Tokens(*[compute.training_tokens] * 3, compute.training_flop_source or compute.source)
    return usual(model.year)


@lru_cache(maxsize=32)
def usual(year: int) -> Tokens:
    """The geometric mean over the listed models of a time, and the fewest and the most. `year`: of that time."""
    seen = {name: row.training_tokens for name, row in training_compute().items() if row.training_tokens}
    seen |= {row.model: row.tokens for row in training_tokens().values()}
    near = [tokens for name, tokens in seen.items() if abs(models()[name].year - year) <= NEAR]
    source = WORDS(
        "usual tokens: source",
        low=min(near) / 1e12,
        high=max(near) / 1e12,
        models=len(near),
        since=year - NEAR,
        until=year + NEAR,
    )
    return Tokens(geometric_mean(near), min(near), max(near), source, published=False)


def flop_of(model: Architecture, tokens: float | None) -> Quantity:
    """FLOP that a model's training took: with so many tokens, or as listed if there are None; where no FLOP are listed,
    with the model's tokens, and their band."""
    if tokens is None and (listed := _listed(model)):
        source = WORDS("training FLOP: listed", source=listed.training_flop_source or listed.source)
        return Quantity("training FLOP", listed.training_flop, "FLOP", "cited", source=source)
    read = Tokens(tokens, tokens, tokens, WORDS["tokens as set"]) if tokens else tokens_of(model)
    count = active(model)
    low, value, high = (training_flop(count, each) for each in (read.low, read.value, read.high))
    band = {"low": low, "high": high} if low < high else {}
    how = WORDS(
        "training FLOP: formula",
        active=show(count, "parameters"),
        tokens=show(read.value, "tokens"),
        source=read.source,
    )
    return Quantity("training FLOP", value, "FLOP", "estimated", **band, source=how)


def side_of(line: float, flop: Quantity) -> str:
    """On which side of a line of so many FLOP a training is: "over", "under", or "either" where its band reaches across
    it."""
    low, high = flop.low or flop.value, flop.high or flop.value
    return "over" if low > line else "under" if high <= line else "either"


def picojoules_per_flop(run: TrainingRun) -> float | None:
    """What a disclosed run took for each FLOP, without the building, if it disclosed both."""
    if not (run.plot and run.MWh and run.training_flop):
        return None
    return convert(run.MWh / PUE_IN.get(run.model, 1.0), "MWh", "J") / run.training_flop * 1e12


def fitted(generation: str) -> float:
    """e_train in pJ/FLOP of a hardware generation."""
    runs = training_runs()
    return geometric_mean([picojoules_per_flop(run) for run in runs if run.model in FITTED[generation]])


def training_energy(flop: float, generation: str, pue: Figure) -> Quantity:
    """Wh for a run of so many FLOP: boards and building; hosts and development runs are left out. `flop`: so many;
    `generation`: of hardware, a key of FITTED."""
    each = fitted(generation)
    watt_hours = convert(flop * each * 1e-12, "J", "Wh") * pue.value
    formula = WORDS(
        "training energy: formula",
        flop=show(flop, "FLOP"),
        each=each,
        runs=" and ".join(FITTED[generation]),
        pue=pue.value,
    )
    return Quantity("training", watt_hours, "Wh", "estimated", watt_hours / BAND, watt_hours * BAND, formula)


def energy_of(flop: Quantity, generation: str, pue: Figure) -> Quantity:
    """The same for FLOP that have a band of their own: both bands together. `generation`: as there."""
    found = training_energy(flop.value, generation, pue)
    low, high = (flop.value if end is None else end for end in (flop.low, flop.high))
    return replace(found, low=found.low * low / flop.value, high=found.high * high / flop.value)


def told(model: Architecture, tokens: float | None, energy: Quantity) -> str:
    """With how many tokens that is, in a few words, and its band, or what the band is made of."""
    if tokens is None and _listed(model):
        return energy.band
    read = tokens_of(model)
    if tokens or read.published:
        return f"{show(tokens or read.value, 'tokens')}; {energy.band}"
    return WORDS("tokens not published", low=read.low / 1e12, high=read.high / 1e12)


def _listed(model: Architecture) -> TrainingCompute | None:
    """The row of a model of which training FLOP are published."""
    row = training_compute().get(model.name)
    return row if row and row.training_flop else None


def overtakes_after(training: Quantity, a_day: Quantity) -> Quantity:
    """Days until use, at so much a day, has taken as much as training did."""
    days = training.value / a_day.value
    low, high = training.low / (a_day.high or a_day.value), training.high / (a_day.low or a_day.value)
    source = WORDS("overtaken: formula", training=training, a_day=a_day)
    return Quantity("overtaken", days, "days", "estimated", low, high, source)


def of_each_use(training: Quantity, uses: float) -> Quantity:
    """Training's share in each of so many uses."""
    low, high = training.low / uses, training.high / uses
    source = WORDS("training of each use: formula", training=training, uses=uses)
    return replace(training, value=training.value / uses, low=low, high=high, source=source)

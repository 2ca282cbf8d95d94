"""Sourced figures from outside, one CSV a subject and one row a figure; each row names its source.

    figure("board_h100_byte").value      # 205.0, in the unit its row states
    boards()["NVIDIA L4"].tdp_W          # None where nothing was found

`tables.py` says what the columns are, `read.py` what a file must keep to, `listed.py` turns rows into one list.
"""

from functools import lru_cache
from pathlib import Path

from lessons.facts.read import BadFact, by, read
from lessons.facts.tables import (
    Board,
    ElectricityGrid,
    EnergyFact,
    Everyday,
    Figure,
    PublishedUse,
    Rule,
    TrainingRun,
    TrendModel,
)

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def energy_per_operation() -> dict[str, EnergyFact]:
    """What one operation, or moving one bit, costs, by name: `fp32_mul_45nm`."""
    return by("name", read(EnergyFact, FOLDER / "energy_per_operation.csv"))


@lru_cache(maxsize=1)
def figures() -> dict[str, Figure]:
    """Single numbers by name: `board_h100_byte`, `pue_google`."""
    return by("name", read(Figure, FOLDER / "figures.csv"))


def figure(name: str) -> Figure:
    """One of `figures()`. Raises `KeyError` for a name there is none of."""
    return figures()[name]


@lru_cache(maxsize=1)
def everyday() -> dict[str, Everyday]:
    """Things to compare with, by name: `kettle`."""
    return by("name", read(Everyday, FOLDER / "everyday.csv"))


@lru_cache(maxsize=1)
def boards() -> dict[str, Board]:
    """Accelerators, GPUs and a few processors, by name: `NVIDIA L4`."""
    return by("name", read(Board, FOLDER / "hardware.csv"))


@lru_cache(maxsize=1)
def training_runs() -> tuple[TrainingRun, ...]:
    """Disclosed training runs. Those with `plot` False stay out of charts; `why_not` says why."""
    return read(TrainingRun, FOLDER / "training_runs.csv")


@lru_cache(maxsize=1)
def published_uses() -> tuple[PublishedUse, ...]:
    """Published energies of one use: a reply, an image, a video."""
    return read(PublishedUse, FOLDER / "published_use.csv")


@lru_cache(maxsize=1)
def grids() -> dict[str, ElectricityGrid]:
    """What a kilowatt-hour emits, by country; also `World`."""
    return by("country", read(ElectricityGrid, FOLDER / "grid.csv"))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """What the law asks about energy, in its own words."""
    return read(Rule, FOLDER / "regulation.csv")


@lru_cache(maxsize=1)
def trend_models() -> tuple[TrendModel, ...]:
    """Notable models since 1950, the newest first."""
    return read(TrendModel, FOLDER / "trend_models.csv")

"""Memory that others say fine-tuning took."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.read import read


@dataclass(frozen=True)
class FinetunePeak:
    """The most memory that a fine-tuning run took, with gradient checkpointing and flash attention. `method`, `where`,
    `length`, `chunked`: as TuningRun has them; `bytes_low`, `bytes_high`: the ends of what the `printed` figure can
    mean."""

    model: str
    method: str
    rank: int
    where: str
    length: int
    batch: int
    chunked: bool
    printed: str
    bytes_low: float
    bytes_high: float
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def finetune_peaks() -> tuple[FinetunePeak, ...]:
    """Published peaks."""
    return read(FinetunePeak, Path(__file__).with_name("finetune_peaks.csv"))

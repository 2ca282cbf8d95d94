"""How fast models wrote of which a part was in main memory."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.read import read


@dataclass(frozen=True)
class OffloadSpeed:
    """Decoding of one conversation with so many layers in main memory, or only their experts, where the source says how
    fast that memory is."""

    model: str
    format: str
    board: str
    offloaded_layers: int
    only_experts: bool
    main_bandwidth_GB_per_s: float
    written_tokens_per_s: float
    engine: str
    when: str
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def offload_speeds() -> tuple[OffloadSpeed, ...]:
    """Published ones."""
    return read(OffloadSpeed, Path(__file__).with_name("offload_speeds.csv"))

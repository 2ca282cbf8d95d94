"""Memory that engines said they took, start by start."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.architectures import by_address
from lessons.facts.read import read

LLAMA_CPP, OLLAMA, MLX = "llama.cpp", "Ollama", "MLX"


@dataclass(frozen=True)
class MemoryLog:
    """What an engine printed of one start. `model` is the row of the table of shapes, `called` what the source calls
    it; `format`: of the weights, "" where it is a mix of somebody's own, whose weights are then as printed; `context`:
    cells of the cache in all; `slots`: conversations at once, which share them if `unified`; `snapshots`: copies of a
    state that drafting needs; `older`: a build of llama.cpp until May 2026. `driver`: whether the total is what the
    driver says, its own share included; else that of the engine's buffers. `why_not`: why the total is not compared."""

    model: str
    called: str
    engine: str
    build: str
    format: str
    context: int
    slots: int
    unified: bool
    ubatch: int | None  # tokens of a prompt that are read together
    flash_attention: bool
    cache: str  # type of keys and values: one of at_home.CACHES
    snapshots: int
    older: bool
    weights_MiB: float | None  # on the card and in main memory
    cache_MiB: float | None
    state_MiB: float | None
    activations_MiB: float | None
    total_MiB: float | None
    driver: bool
    why_not: str
    source: str
    url: str
    confidence: str
    note: str

    @property
    def use(self) -> str:
        """Whether a constant may be fitted to this row, or is held against it."""
        return by_address(self.url)


@lru_cache(maxsize=1)
def memory_logs() -> tuple[MemoryLog, ...]:
    """Published starts."""
    return read(MemoryLog, Path(__file__).with_name("memory_logs.csv"))

"""How much of a machine's data sheet engines reach, as fitted to published speeds."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.read import by, read

ANY = "any"  # for machines of which nobody says what an engine computes with: all but OLD together
CUDA, OLD = "CUDA", "CUDA until 2024"  # engines of before 2025 take longer between kernels
METAL, MLX = "Metal", "MLX"  # on Apple's chips: llama.cpp, and an engine of its own formats
VULKAN, PROCESSOR = "Vulkan", "CPU"
BACKENDS = (CUDA, METAL, MLX, VULKAN, PROCESSOR, ANY, OLD)


@dataclass(frozen=True)
class Engine:
    """One kind of engine, by what it computes with. Bands are measured ÷ expected speed on a machine that is not among
    those that were fitted to."""

    name: str  # one of BACKENDS
    bandwidth_share: float  # of the data sheet's memory bandwidth that is reached
    layer_microseconds: float  # that a layer of a step takes, whatever it reads
    linear_times: float  # as long as another, where it is linear: its kernels are more; 1 where no run is published
    decode_low: float
    decode_high: float
    peak_share: float  # of the data sheet's peak in 16 bits that is reached, with weights in 16 bits
    unpacking: float  # times as long as that a prompt takes with weights in fewer bits
    prefill_low: float
    prefill_high: float
    machines: int  # that terms of decode were fitted to
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def engines() -> dict[str, Engine]:
    """By name."""
    return by("name", read(Engine, Path(__file__).with_name("engines.csv")))

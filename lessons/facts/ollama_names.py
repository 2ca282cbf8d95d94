"""What Ollama's library calls models whose size its names do not say."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.read import by, read


@dataclass(frozen=True)
class OllamaName:
    """A name without its namespace and without `:latest`, and the model of our table that it stands for."""

    called: str
    model: str
    file_GB: float  # as printed there
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def ollama_names() -> dict[str, OllamaName]:
    """By the name."""
    return by("called", read(OllamaName, Path(__file__).with_name("ollama_names.csv")))

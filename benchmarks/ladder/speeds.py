"""How fast each file of the ladder reads and writes in llama.cpp, beside what one core does at best."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch

from benchmarks.ladder.llama_cpp_engine import seconds
from lessons.measure.roofs import multiplying, reading, took

PROMPT, WRITTEN = 64, 16  # tokens that are read at once, and written after them
ROUNDS = 3
AGAIN = 5  # times that a roof is tried in a round
Key = TypeVar("Key")


def measured(files: Mapping[Key, Path]) -> tuple[dict[Key, dict[str, Any]], dict[str, float]]:
    """Tokens a second of prefill and of decode, by file: in the slowest and in the fastest of ROUNDS. And the bytes and
    FLOP a second of one core, the best of all rounds: what else the machine does can only make it slower."""
    torch.set_num_threads(1)
    roofs = {"bandwidth": reading(), "flop": multiplying()}
    best, rounds = dict.fromkeys(roofs, 0.0), {key: [] for key in files}
    for _ in range(ROUNDS):
        for name, roof in roofs.items():
            best[name] = max(best[name], roof.much / min(took(roof.act) for _ in range(AGAIN)))
        for key, path in files.items():
            rounds[key].append(pace(*seconds(path, PROMPT, WRITTEN)))
    return {key: ends(found) for key, found in rounds.items()}, best


def pace(prompt: float, tokens: list[float]) -> dict[str, float]:
    """Tokens a second, of seconds that a prompt takes and each of the tokens written after it: the fastest of these."""
    return {"prefill": PROMPT / prompt, "decode": 1 / min(tokens)}


def ends(rounds: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    """The slowest and the fastest of several rounds."""
    return {name: (min(values), max(values)) for name in rounds[0] for values in [[each[name] for each in rounds]]}

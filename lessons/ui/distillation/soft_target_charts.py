"""What a teacher knows besides the class it predicts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lessons.charts.sweep import Sweep
from lessons.quantity import Badge
from lessons.text import sections

WORDS = sections("distillation")


def softened(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities [n, classes] at a temperature, for a table; `shrink.distill.softened` is what trains."""
    raised = np.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return raised / raised.sum(-1, keepdims=True)


def least_sure(logits: np.ndarray, count: int = 12) -> list[int]:
    """The images whose top-1 class has the lowest probability."""
    return np.argsort(softened(logits, 1.0).max(1), kind="stable")[:count].tolist()


def dark_knowledge(
    logits: np.ndarray,
    right: np.ndarray,
    names: Sequence[str],
    temperatures: Sequence[str],
    badges: tuple[Badge, ...],
) -> Sweep:
    """The mean soft targets [classes, classes] of the images of each class (%), at each temperature."""
    percent = [100 * softened(logits, float(temperature)) for temperature in temperatures]
    alike = [np.stack([soft[right == at].mean(0) for at in range(len(names))]) for soft in percent]
    tables = [pd.DataFrame(shares, columns=list(names)) for shares in alike]
    whole = [
        table.assign(**{WORDS["temperature: column"]: at, WORDS["images of"]: names})[
            [WORDS["temperature: column"], WORDS["images of"], *names]
        ]
        for at, table in zip(temperatures, tables, strict=True)
    ]
    return Sweep(
        WORDS["mean soft targets"],
        {
            "positions": list(temperatures),
            "names": list(names),
            "alike": [shares.round(1).tolist() for shares in alike],
            "words": [_most_alike(at, shares, names) for at, shares in zip(temperatures, alike, strict=True)],
        },
        pd.concat(whole, ignore_index=True),
        badges,
    )


def _most_alike(temperature: str, shares: np.ndarray, names: Sequence[str]) -> str:
    """Which class [classes, classes] (%) has most of another's images."""
    others = np.where(np.eye(len(names), dtype=bool), -1, shares)
    of, to = np.unravel_index(others.argmax(), others.shape)
    return WORDS("mean soft targets: note", at=temperature, share=f"{others[of, to]:.1f}", to=names[to], of=names[of])

"""How long training is, and how far it has come."""

from dataclasses import dataclass

BATCH = 125  # examples an optimiser step
PROBE = 1_000  # test pictures looked at along the way; the end is always measured on all


@dataclass(frozen=True)
class TrainingStep:
    """How far training is. `loss`: mean cross-entropy (nats) since the last report; `accuracy`: of the probe, in %."""

    step: int  # optimiser steps done
    total: int  # of the whole run
    loss: float
    accuracy: float | None
    seconds: float  # since it began


def steps_in(examples: int, epochs: int) -> int:
    """Optimiser steps in a whole run; the incomplete last batch of an epoch is dropped."""
    return epochs * (examples // BATCH)

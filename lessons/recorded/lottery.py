"""The lottery ticket: does a pruned network learn as well from its first weights, and only from those?

Frankle and Carbin, "The Lottery Ticket Hypothesis" (2019), §1: iterative pruning with resetting, against a random start
under the same mask. Rewinding to an early step instead: Frankle et al., "Linear Mode Connectivity and the Lottery
Ticket Hypothesis" (2020), §4. Twenty trainings a seed: too long to wait for, so a page shows what was recorded.
"""

from lessons import recorded
from lessons.experiment import Experiment, FineTune, Prune, Trained
from lessons.quantity import Quantity

SPARSITIES = (50, 75, 88, 94, 97)  # after each round; each takes half of what is left, or nearly
EARLY = 80  # steps: a tenth of the training
KINDS = {  # how each round goes on after pruning
    "fine-tuned": {},
    "rewound": {"start": "rewound"},
    f"rewound to step {EARLY}": {"start": "rewound", "at": EARLY},
    "random": {"start": "random"},
}


def baseline(seed: int) -> Experiment:
    """The network in which tickets are looked for."""
    return Experiment(Trained(seed=seed))


def tickets(kind: str, seed: int) -> dict[int, Experiment]:
    """The network after each round, by its sparsity. Those of a random start have the masks of those that are
    rewound."""
    source = baseline(seed).source
    again = FineTune(source.epochs, source.seed, **KINDS[kind])
    if kind == "random":
        return {sparsity: ticket.prefix | again for sparsity, ticket in tickets("rewound", seed).items()}
    found, last = {}, baseline(seed)
    for sparsity in SPARSITIES:
        found[sparsity] = last = last | Prune(sparsity) | again
    return found


def unpruned() -> Quantity:
    """Accuracy of the baseline over seeds, as it was recorded."""
    return _quantity("baseline", 0)


def accuracy(kind: str) -> dict[int, Quantity]:
    """Accuracy over seeds as it was recorded, by sparsity; the band is from the worst seed to the best."""
    return {sparsity: _quantity(kind, sparsity) for sparsity in SPARSITIES}


def _quantity(kind: str, sparsity: int) -> Quantity:
    return recorded.read("lottery").quantity("accuracy", "%", kind=kind, sparsity=sparsity)

"""A sparsity for each layer, from how sensitive each is: Han et al., "Learning both Weights and Connections" (2015),
§4.1.

Every layer is pruned as far as it, pruned alone, stays above one accuracy, the same for all; that accuracy is chosen so
that all together lose the share that is asked for.
"""

from collections.abc import Sequence

import numpy as np

HALVINGS = 40
Scan = Sequence[tuple[float, float]]  # of one layer: sparsity (%) from 0 to 100, accuracy (%)


def ratios(scans: Sequence[Scan], weights: Sequence[int], sparsity: float) -> tuple[float, ...]:
    """Percent to prune of each layer, `sparsity` percent of all weights together. `weights`: how many each layer
    has. `scans`: each layer's accuracy by sparsity, pruned alone."""
    falling = [(np.array(scan)[:, 0], np.minimum.accumulate(np.array(scan)[:, 1])) for scan in scans]
    share = np.array(weights) / sum(weights)
    high, low = max(a[0] for _, a in falling) + 1, min(a[-1] for _, a in falling)  # lose nothing; lose everything
    for _ in range(HALVINGS):
        middle = (high + low) / 2
        if share @ _as_far_as(falling, middle) > sparsity:
            low = middle
        else:
            high = middle
    most, least = _as_far_as(falling, low), _as_far_as(falling, high)
    over = share @ (most - least)  # where a curve is flat, there is a jump between them
    part = (sparsity - share @ least) / over if over > 0 else 0.0
    return tuple(np.clip(least + part * (most - least), 0, 100).round(3).tolist())


def _as_far_as(falling: list[tuple[np.ndarray, np.ndarray]], accuracy: float) -> np.ndarray:
    """The largest sparsity at which each layer alone is still this accurate."""
    return np.array([np.interp(-accuracy, -a, s, left=0.0, right=100.0) for s, a in falling])

"""From which sparsity on leaving weights out makes a file smaller."""

from collections.abc import Mapping


def break_even(dense: Mapping[float, float], format: Mapping[float, float]) -> float | None:
    """The sparsity from which on a format's file is smaller than the dense one, both given as bytes by sparsity.

    Interpolated between the sparsities both are measured at; the first of them where the format is smaller at all, None
    where it is not at the last.
    """
    at = sorted(dense.keys() & format.keys())
    saved = [dense[sparsity] - format[sparsity] for sparsity in at]
    last = max((i for i, bytes in enumerate(saved) if bytes <= 0), default=-1)  # where it is not smaller
    if last == len(at) - 1:
        return None
    if last == -1:
        return at[0]
    return at[last] + (at[last + 1] - at[last]) * saved[last] / (saved[last] - saved[last + 1])

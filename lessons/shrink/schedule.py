"""How fast sparsity rises over several rounds of pruning and fine-tuning, to `last` percent in the last one."""


def linear(last: float, rounds: int) -> list[int]:
    """The same share in each round."""
    return [round(last * at / rounds) for at in range(1, rounds + 1)]


def cubic(last: float, rounds: int) -> list[int]:
    """Much at first, when much can go, and little at the end (Zhu and Gupta, "To prune, or not to prune", 2017, eq.
    1)."""
    return [round(last * (1 - (1 - at / rounds) ** 3)) for at in range(1, rounds + 1)]


SCHEDULES = {"cubic": cubic, "linear": linear}

"""What the network lesson claims of sizes, as functions of the study's rows."""

from collections.abc import Iterator
from functools import partial

from lessons import models
from lessons.experiment import Experiment, Trained
from lessons.vision import build
from tests.study import Point

SEEDS = (0, 1, 2)
EPOCHS = 2  # as on the page


def points() -> Iterator[Point]:
    """Networks of three convolutions at every width, and of 16 channels at every depth, with every seed."""
    sizes = [*((width, 3) for width in models.WIDTHS), *((16, depth) for depth in models.DEPTHS if depth != 3)]
    for seed in SEEDS:
        for width, depth in sizes:
            experiment = Experiment(Trained(model=f"cnn-{width}x{depth}", epochs=EPOCHS, seed=seed))
            setting = {"width": width, "depth": depth, "seed": seed}
            yield Point(setting, (experiment,), partial(row, experiment))


def row(experiment: Experiment) -> dict:
    measured = build.measure(experiment)
    return {name: measured[name].value for name in ("accuracy", "macs")}


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""

    def of(name: str, width: int, depth: int) -> list[float]:
        return [row[name] for row in rows if (row["width"], row["depth"]) == (width, depth)]

    gains = [wide - narrow for wide, narrow in zip(of("accuracy", 32, 3), of("accuracy", 2, 3), strict=True)]
    return {
        "the widest network needs about a hundred times the MACs of the narrowest": 80
        < of("macs", 32, 3)[0] / of("macs", 2, 3)[0]
        < 125,
        "and is five to seven points better with every seed": all(5 <= round(gain) <= 7 for gain in gains),
        "from 16 to 32 channels the MACs nearly quadruple": 3.5 < of("macs", 32, 3)[0] / of("macs", 16, 3)[0] < 4,
        "one convolution is ahead of more with every seed": all(
            one > max(others)
            for one, *others in zip(*(of("accuracy", 16, depth) for depth in models.DEPTHS), strict=True)
        ),
    }

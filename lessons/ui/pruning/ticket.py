"""Lottery tickets: as they were recorded, and how a reader runs one again."""

from lessons.charts.chart import Chart
from lessons.quantity import Quantity
from lessons.recorded import lottery
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.pruning import charts
from lessons.ui.pruning.knobs import SEED
from lessons.ui.state.widgets import more, pick
from lessons.ui.work.finetune_panel import tune
from lessons.ui.work.results import known

WORDS = sections("pruning")
MUCH = 94  # percent, of which the text speaks


def draw() -> tuple[Chart, dict[str, Quantity | str]]:
    """The accuracies of all kinds, and what can be measured here; gives the chart and what the text says of it."""
    seen = {kind: lottery.accuracy(kind) for kind in lottery.KINDS}
    with more():
        seed = int(pick(SEED))
    again = {kind: lottery.tickets(kind, seed) for kind in ("rewound", "random")}
    tune(again["rewound"][lottery.SPARSITIES[-1]], [*again["random"].values()], WORDS["ticket: again"], every=True)
    here = {kind: known(recipes) for kind, recipes in again.items()}
    figure = charts.tickets(seen, lottery.unpruned(), here, seed)
    row("ticket", figure)
    rewound, random, tuned = (seen[kind][MUCH] for kind in ("rewound", "random", "fine-tuned"))
    return figure, {"rewound": rewound, "band": rewound.band, "random": random, "tuned": tuned}

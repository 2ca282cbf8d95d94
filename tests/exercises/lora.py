"""Adapters of three models, as they are recorded where something was learnt, and a task that never was."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lessons.experiment import Experiment
from lessons.jobs import adaptation, recordings
from lessons.quantity import Measurement, Quantity
from lessons.shrink import lora
from lessons.ui.lora.learning import RANK
from lessons.ui.lora.recipe import TASKS, AdaptationTask, Adapting
from tests.exercises import Asked

RANKS = RANK.options[1:]
HOW = {
    "bible": Adapting("bible"),
    "turned": Adapting("turned", where="every layer"),
    "smollm2": Adapting("smollm2", rank=4),
}
SHAPES = {"bible": (128, 128), "turned": (32, 16 * 3 * 3), "smollm2": (576, 576)}  # of the matrix that is drawn
COUNTS = {  # weights; numbers in all matrices A and B: layers × rank × (rows and columns)
    "bible": (812_288, 4 * 8 * (4 * 128)),
    "turned": (26_618, 8 * (16 + 25 + 32 + 144 + 48 + 288 + 10 + 768)),
    "smollm2": (134_515_008, 30 * 4 * (576 + 576 + 192 + 576)),
}
ADAPTERS = {name: (how,) for name, how in HOW.items()}


def of(task: str, rank: str = "8") -> Adapting:
    return Adapting(task, int(rank), where=HOW.get(task, HOW["bible"]).where)


def judged(task: str, model: Experiment) -> tuple[Measurement, Measurement]:
    """How well a model does what is new, and what is old, as it was recorded."""
    return tuple(recordings.find(adaptation.judging, model, name).result for name in (task, TASKS[task].old))


def by_rank(task: str) -> tuple[dict[str, Measurement], AdaptationTask]:
    return {rank: judged(task, of(task, rank).adapted)[0] for rank in RANKS}, TASKS[task]


def race(task: str) -> tuple[dict[str, tuple[Measurement, Measurement]], AdaptationTask]:
    return {way: judged(task, model) for way, model in of(task).runners.items()}, TASKS[task]


def made() -> tuple[dict[str, Measurement], AdaptationTask]:
    """A task in which the two highest ranks alone are alike."""
    losses = {rank: 3.0 - 0.1 * at for at, rank in enumerate(RANKS)} | {"64": 2.48}
    each = {rank: (Quantity("loss", loss, "nats", "measured"),) for rank, loss in losses.items()}
    return {rank: Measurement(found, b"") for rank, found in each.items()}, TASKS["names"]


def adapter(name: str) -> tuple[nn.Linear, lora.Adapted]:
    """A layer of the shape that is drawn, and the same with random A and B beside it."""
    out, into = SHAPES[name]
    drawn = lora.LowRank(torch.randn(HOW[name].rank, into), torch.randn(out, HOW[name].rank), 2.0)
    return nn.Linear(into, out, bias=False), lora.Adapted(nn.Linear(into, out, bias=False), drawn)


def trained(layer: nn.Module) -> int:
    return sum(each.numel() for each in layer.parameters() if each.requires_grad)


def directions(name: str) -> int:
    _, layer = adapter(name)
    return int(torch.linalg.matrix_rank((layer.up @ layer.down).detach()))


def share(name: str) -> float:
    """Trained numbers, of a layer with A and B to one without."""
    whole, layer = adapter(name)
    return 100 * trained(layer) / trained(whole)


def flop(layer: nn.Module, into: int) -> int:
    """Of a step, as PyTorch counts."""
    with FlopCounterMode(display=False) as counter:
        layer(torch.randn(4, into, requires_grad=True)).sum().backward()
    return counter.get_total_flops()


def work(name: str) -> float:
    whole, layer = (flop(each, SHAPES[name][1]) for each in adapter(name))
    return 100 * layer / whole


def merged(name: str) -> int:
    whole, layer = adapter(name)
    return lora.merged(whole.weight, layer.learnt).numel()


def memory(name: str) -> float:
    """Weights of 4 bytes; 4 + 4 + 8 for what is trained beside them."""
    weights, beside = COUNTS[name]
    return 100 * (4 * weights + 16 * beside) / (16 * weights)


def near(name: str) -> set[str]:
    """The first rank that is as good as the last, but for a little."""
    known, task = KNOWN[name]
    least = 0.03 if task.writes else 2.0
    values = {rank: found[task.metric].value for rank, found in known.items()}
    return {next(rank for rank, value in values.items() if abs(value - values["64"]) <= least)}


def forgets(name: str) -> str:
    """Whose score on the old task is the lowest."""
    known, task = RACES[name]
    score = {way: -old["loss"].value if task.writes else old["accuracy"].value for way, (_, old) in known.items()}
    return min(score, key=score.get)


KNOWN = {"bible": by_rank("bible"), "turned": by_rank("turned"), "made": made()}
RACES = {name: race(name) for name in ("bible", "names", "turned")}
ASKED = {
    "directions": Asked(ADAPTERS, directions),
    "numbers": Asked(ADAPTERS, share),
    "smallest": Asked(KNOWN, near, RANK.options, RANK.default),
    "forgets": Asked(RACES, forgets),
    "memory": Asked(ADAPTERS, memory),
    "moments": Asked(ADAPTERS, lambda name: float(12 * COUNTS[name][1])),
    "work": Asked(ADAPTERS, work),
    "merged": Asked(ADAPTERS, merged),
}

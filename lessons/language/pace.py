"""Where the time goes: a prompt read at once, an answer written token by token, and what this machine could do at best."""

import time
from collections.abc import Callable, Iterator
from statistics import median

import torch

from lessons.language.model import Model, multiplications
from lessons.language.seen import Pace
from lessons.models.llama import Cache

PROMPTS = (1, 4, 16, 64)  # tokens read at once
WRITTEN = 16  # tokens
SIDE = 1024  # of the matrices whose product says how fast this machine computes
READ = 2**26  # float32 numbers, 256 MB: more than any processor's cache holds
AGAIN = 5


@torch.inference_mode()  # of a generator: while it runs, not while it waits
def pacing(model: Model) -> Iterator[float | Pace]:
    """Shares of the work that are done, then how long it takes."""
    token = torch.zeros(1, 1, dtype=torch.long)
    work: list[Callable] = [lambda n=n: model.net(token.expand(1, n)) for n in PROMPTS]
    large, square = torch.ones(READ), torch.ones(SIDE, SIDE)
    roof = [large.sum, lambda: square @ square]  # what is possible at best
    work += roof
    seconds = []
    for at, each in enumerate(work):
        taken = []
        each()  # the first warms up
        for _ in range(AGAIN):
            taken.append(_seconds(each))
            yield (at + 0.5) / (len(work) + 1)
        seconds.append(min(taken) if each in roof else median(taken))
    cache, written = Cache(), []
    model.net.read(token.expand(1, PROMPTS[-1]), cache)
    for _ in range(WRITTEN):
        written.append(_seconds(lambda: model.net(token, cache)))
        yield len(work) / (len(work) + 1)
    weights = sum(weight.numel() for weight in model.net.parameters())
    yield Pace(
        dict(zip(PROMPTS, seconds, strict=False)),
        median(written),
        multiplications(model),
        4 * weights,
        8 * sum(map(len, model.files.values())) / weights,
        4 * READ / seconds[-2],
        SIDE**3 / seconds[-1],
    )


def _seconds(work: Callable) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

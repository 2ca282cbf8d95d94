"""Where the time goes: a prompt read at once, an answer written token by token, and what this machine could do at
best."""

from collections.abc import Callable, Iterator, Mapping
from statistics import median, quantiles

import torch
from torch import nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from lessons.language.model import LanguageModel, multiplications
from lessons.language.results import Benchmark
from lessons.measure.roofs import multiplying, reading, took
from lessons.models.llama import Cache, Llama
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("measure")

PROMPTS = (1, 4, 16, 64)  # tokens read at once
WRITTEN = 16  # tokens
AGAIN = 5


@torch.inference_mode()  # of a generator: while it runs, not while it waits
def pacing(model: LanguageModel) -> Iterator[float | Benchmark]:
    """Shares of the work that are done, then how long it takes."""
    token = torch.zeros(1, 1, dtype=torch.long)
    read, multiplied = reading(), multiplying()
    roof = [read.act, multiplied.act]  # what is possible at best
    work: list[Callable] = [lambda n=n: model.net(token.expand(1, n)) for n in PROMPTS]
    work += roof
    seconds = []
    for at, each in enumerate(work):
        taken = []
        each()  # the first warms up
        for _ in range(AGAIN):
            taken.append(took(each))
            yield (at + 0.5) / (len(work) + 1)
        seconds.append(min(taken) if each in roof else median(taken))
    cache, written, alone, products = Cache(), [], [], _products(model.net)
    model.net.read(token.expand(1, PROMPTS[-1]), cache)
    with Counted() as counted:
        model.net(token, cache)
    for _ in range(WRITTEN):  # in turns, so that what else the machine does meanwhile falls on both
        written.append(took(lambda: model.net(token, cache)))
        alone.append(took(products))
        yield len(work) / (len(work) + 1)
    weights = sum(weight.numel() for weight in model.net.parameters())
    *prompts, reads, multiplies = seconds
    yield Benchmark(
        dict(zip(PROMPTS, prompts, strict=True)),
        median(written),
        median(alone),
        counted.operations,
        PROMPTS[-1] + WRITTEN // 2,
        multiplications(model),
        4 * weights,
        8 * sum(map(len, model.files.values())) / weights,
        read.much / reads,
        multiplied.much / 2 / multiplies,
    )


@torch.inference_mode()
def in_turns(models: Mapping[str, LanguageModel]) -> Iterator[float | dict[str, Quantity]]:
    """Shares of the work that are done, then the tokens/s at which each of these models writes, by its name.

    They write a token each, in turns, after the same prompt and a first one to warm up: what else the machine does
    meanwhile, and how warm its caches are, falls on all alike.
    """
    steps = {name: _step(model) for name, model in models.items()}
    for step in steps.values():
        step()
    took_each: dict[str, list[float]] = {name: [] for name in steps}
    for done in range(1, WRITTEN + 1):
        for name, step in steps.items():
            took_each[name].append(took(step))
        yield done / (WRITTEN + 1)
    yield {name: _rate(seconds, len(steps)) for name, seconds in took_each.items()}


def _step(model: LanguageModel) -> Callable[[], object]:
    """Writes one more token."""
    token, cache = torch.zeros(1, 1, dtype=torch.long), Cache()
    model.net.read(token.expand(1, PROMPTS[-1]), cache)
    return lambda: model.net(token, cache)


def _rate(seconds: list[float], models: int) -> Quantity:
    low, middle, high = (1 / each for each in reversed(quantiles(seconds, n=4)))
    source = WORDS("decode in turns", tokens=len(seconds), prompt=PROMPTS[-1], models=models)
    return Quantity("writes", middle, "tokens/s", "measured", low, high, source)


class Counted(TorchFunctionMode):
    """How many operations torch is asked for."""

    operations = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.operations += getattr(function, "__name__", "") != "__get__"  # a tensor's shape is no work
        return function(*args, **(kwargs or {}))


def _products(net: Llama) -> Callable[[], object]:
    """The products of one token with every matrix it meets, and nothing between them."""
    matrices = [each.weight for each in net.modules() if isinstance(each, nn.Linear)]
    if net.lm_head is None:
        matrices.append(net.embed_tokens.weight)
    columns = [torch.ones(1, matrix.shape[1]) for matrix in matrices]
    return lambda: [F.linear(*pair) for pair in zip(columns, matrices, strict=True)]

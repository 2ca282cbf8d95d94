"""Measures the language model an experiment names: how well it reads, its bytes, what a token costs."""

from collections.abc import Iterator
from functools import lru_cache

import torch
from torch import Tensor

from lessons.data.texts import text
from lessons.estimate import silicon
from lessons.experiment import Experiment, File, RoundMatrices, Written
from lessons.language.build import baseline, build
from lessons.language.learn import Passages, in_a_row
from lessons.language.model import Model, cache_numbers, multiplications
from lessons.measure import reading
from lessons.quantity import Measurement, Quantity

CONTEXT = 128  # tokens of a passage that is read
PASSAGES = {"prose": 8, "shakespeare": 128, "names": 27}  # that are read, from the first on
TESTS = {
    "prose": "this course's own text, written after the model was trained",
    "shakespeare": "Macbeth, which it has never read",
    "names": "names it has never read",
}


def measure(experiment: Experiment) -> Measurement:
    """Perplexity, distance from the unshrunk model, bytes, MACs and energy of the model an experiment names; its answers
    are the tokens it holds for likeliest, int32."""
    *_, measurement = measuring(build(experiment), experiment)
    return measurement


@torch.inference_mode()  # of a generator: while it runs, not while it waits
def measuring(model: Model, experiment: Experiment) -> Iterator[float | Measurement]:
    """Shares of the test that are read, then what is measured of a model."""
    before = baseline(experiment.source)
    tested, read = passages(model), []
    for at, (given, following) in enumerate(zip(*tested, strict=True)):
        known = before.net.written(_last_layer(experiment.source, at))
        read.append(reading.read(known, model.net(given[None])[0], following))
        yield (at + 1) / len(tested.read)
    found = reading.joined(read)
    each = "token" if model.corpus == "prose" else "character"
    yield Measurement(
        (*reading.quantities(found, TESTS[model.corpus], each), *sizes(model, before), *costs(model, experiment)),
        found.top_after.int().numpy().tobytes(),
    )


def passages(model: Model) -> Passages:
    """What a model is tested on."""
    return _passages(model.source, model.corpus)


@lru_cache(maxsize=4)
def _passages(source: Written | File, corpus: str) -> Passages:
    tokens = torch.tensor(baseline(source).vocabulary.encode(text(corpus, "test")))
    return in_a_row(tokens, CONTEXT, PASSAGES[corpus])


@lru_cache(maxsize=512)  # small: a vector a token
@torch.inference_mode()
def _last_layer(source: Written | File, at: int) -> Tensor:
    """What the last layer of an unshrunk model makes of a passage of its test, [128, width]."""
    model = baseline(source)
    return model.net.read(passages(model).read[at][None])[0]


def sizes(model: Model, before: Model) -> list[Quantity]:
    """Bytes of a model's file, of that of its baseline, and of 16 bits a weight, in which such models are trained."""
    weights = sum(weight.numel() for weight in before.net.parameters())
    return [
        Quantity("packed", sum(map(len, model.files.values())), "bytes", "measured", source="length of the packed tensors"),
        Quantity("theoretical", sum(model.bits.values()) / 8, "bytes", "estimated", source="codes, scales, minima, indices; no header"),
        Quantity("baseline", sum(map(len, before.files.values())), "bytes", "measured", source="length of the tensors as they were"),
        Quantity("in 16 bits", 2 * weights, "bytes", "estimated", source=f"{weights:,} weights × 2 bytes"),
        Quantity("cache", cache_numbers(model.net) * model.cache_bits / 8, "bytes", "estimated", source="keys and values of one token: 2 × layers × heads of keys × numbers in each × bits ÷ 8"),
    ]  # fmt: skip


def costs(model: Model, experiment: Experiment) -> list[Quantity]:
    """MACs of a token, bytes it makes the memory move, and the energy both take at least."""
    read = sum(model.bits.values())
    macs = multiplications(model.net)
    all_rounded = any(isinstance(step, RoundMatrices) and step.parts == "all" for step in experiment.recipe)
    operations = "int8" if all_rounded and model.activation_bits <= 8 else "fp32"
    traffic = silicon.Traffic(macs, dram_bits=read, sram_bits=read)
    return [
        Quantity("macs", macs, "MAC", "measured", source="a token, without looking back: every weight of every matrix once"),
        Quantity("read", read / 8, "bytes", "estimated", source="read from memory for each token: all weights, as they are stored"),
        silicon.floor_45nm(traffic, operations),
        silicon.floor_7nm(traffic, operations),
    ]  # fmt: skip

"""What is measured of the language model an experiment names: how well it reads, its bytes, its multiplications. No
figure from outside: what follows from those stands in `measure.py`."""

from collections.abc import Iterator
from functools import lru_cache

import torch
from torch import Tensor

from lessons.data.texts import HELD_OUT, text
from lessons.experiment import Experiment, File, Written
from lessons.language.build import baseline, build
from lessons.language.model import LanguageModel, cache_numbers, multiplications
from lessons.language.train import Passages, in_a_row
from lessons.measure import reading
from lessons.models.vocabulary import Letters
from lessons.quantity import Measurement, Quantity
from lessons.text import sections

WORDS = sections("measure")
CONTEXT = 128  # tokens of a passage that is read
PASSAGES = {"prose": 8, "shakespeare": 128, "names": 27}  # that are read, from the first on


def evaluate(experiment: Experiment) -> Measurement:
    """Perplexity, distance from the unshrunk model, bytes and MACs of the model an experiment names; its answers are
    the tokens it predicts (top-1), int32."""
    *_, measurement = evaluating(build(experiment))
    return measurement


@torch.inference_mode()  # of a generator: while it runs, not while it waits
def evaluating(model: LanguageModel) -> Iterator[float | Measurement]:
    """Shares of the test that are read, then what is measured of a model."""
    before = baseline(model.source)
    tested, read = passages(model), []
    for at, (given, following) in enumerate(zip(*tested, strict=True)):
        known = before.net.written(_last_layer(model.source, at))
        read.append(reading.read(known, model.net(given[None])[0], following))
        yield (at + 1) / len(tested.read)
    found = reading.joined(read)
    each = "character" if isinstance(model.vocabulary, Letters) else "token"
    letters = sum(len(model.vocabulary.decode(following.tolist())) for following in tested.next)
    yield Measurement(
        (*reading.quantities(found, HELD_OUT[model.corpus], each, letters), *sizes(model, before), *work(model)),
        found.top_after.int().numpy().tobytes(),
    )


def passages(model: LanguageModel) -> Passages:
    """What a model is tested on."""
    return _passages(model.source, model.corpus)


@lru_cache(maxsize=4)
def _passages(source: Written | File, corpus: str) -> Passages:
    tokens = torch.tensor(baseline(source).vocabulary.encode(text(corpus, "test")))
    return in_a_row(tokens, CONTEXT, PASSAGES[corpus])


@lru_cache(maxsize=512)  # small: a vector a token
@torch.inference_mode()
def _last_layer(source: Written | File, passage: int) -> Tensor:
    """What the last layer of an unshrunk model makes of a passage of its test, [128, width]."""
    model = baseline(source)
    return model.net.read(passages(model).read[passage][None])[0]


def sizes(model: LanguageModel, before: LanguageModel) -> list[Quantity]:
    """Bytes of a model's file, of that of its baseline, and of 16 bits a weight, in which such models are trained."""
    weights = sum(weight.numel() for weight in before.net.parameters())
    return [
        Quantity("packed", sum(map(len, model.files.values())), "bytes", "measured", source=WORDS["packed tensors"]),
        Quantity("theoretical", sum(model.bits.values()) / 8, "bytes", "estimated", source=WORDS["numbers of tensors"]),
        Quantity(
            "baseline",
            sum(map(len, before.files.values())),
            "bytes",
            "measured",
            source=WORDS["original tensors"],
        ),
        Quantity("in 16 bits", 2 * weights, "bytes", "estimated", source=WORDS("16 bits: formula", weights=weights)),
        Quantity(
            "cache",
            cache_numbers(model.net) * model.cache_bits / 8,
            "bytes",
            "estimated",
            source=WORDS["KV cache of a token: formula"],
        ),
    ]


def work(model: LanguageModel) -> list[Quantity]:
    """MACs of a token, and bytes it makes the memory move."""
    macs, read = multiplications(model), sum(model.bits.values()) / 8
    return [
        Quantity("macs", macs, "MAC", "measured", source=WORDS["MACs of a token: how"]),
        Quantity("read", read, "bytes", "estimated", source=WORDS["memory traffic: how"]),
    ]

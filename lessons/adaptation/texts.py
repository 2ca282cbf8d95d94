"""Language models that learn another text: how they are trained, made, and tested. Knows nothing of where they come
from."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import exp, inf

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.adaptation.weights import Weights, trainable, with_deltas
from lessons.data.texts import HELD_OUT, text
from lessons.experiment.adapt import Adapt
from lessons.experiment.language_source import AT_ONCE, Written, shipped_names
from lessons.language.model import LanguageModel
from lessons.language.steps import as_file
from lessons.language.train import Passages, in_a_row, likelihood, passages, right
from lessons.measure import reading
from lessons.models.vocabulary import Letters, Vocabulary
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.training.loop import REPORT_EVERY, train
from lessons.training.progress import TrainingStep

WORDS = sections("adaptation")
PROBED = 32  # passages of the new text's test that are looked at while training
PASSAGE = 128  # tokens
READ, READ_LARGE = 64, 4  # passages of a test that are read, of a small and of a large model


def training(model: LanguageModel, adapt: Adapt) -> Iterator[tuple[TrainingStep, nn.Module]]:
    """Adapt a model from a seed; each report comes with the network as it stands, which goes on training afterwards. A
    large model reads one passage a step, tells of each, and is not probed.

    `accuracy` of a report: % of next tokens named right, in some of the new text's test.
    """
    net, small = trainable(model.net, adapt), is_small(model)
    known = passages(tokens(model.vocabulary, adapt.to, "train"), adapt.seed, AT_ONCE if small else 1)
    seen = in_a_row(tokens(model.vocabulary, adapt.to, "test"), PASSAGE, PROBED)
    probe = (lambda net: right(net, seen)) if small else None
    told = {"probe": probe, "report_every": REPORT_EVERY if small else 1}
    for step in train(net, likelihood, known, steps=adapt.steps, rate=adapt.rate, stop_at=adapt.stopped_at, **told):
        yield step, net


@torch.no_grad()
def with_changes(model: LanguageModel, deltas: Iterable[Weights]) -> LanguageModel:
    """The model with these changes, added up; its files hold what they held, and every weight changed as float32."""
    deltas = list(deltas)
    net, files, bits = with_deltas(model.net, deltas), dict(model.files), dict(model.bits)
    for name in {name: None for change in deltas for name in change}:
        weight = net.get_parameter(name)
        files[name], bits[name] = as_file(name, weight), 8 * weight.nbytes
    return model._replace(net=net, files=files, bits=bits)


def judging(model: LanguageModel, name: str) -> Iterator[float | tuple[Quantity, ...]]:
    """Shares of a text's test that are read, then how well a model reads it."""
    tested, losses = passages_of(model, name), []
    for given, following in zip(*(part.split(AT_ONCE) for part in tested), strict=True):
        with torch.inference_mode():
            losses.append(F.cross_entropy(model.net(given).flatten(0, 1), following.flatten(), reduction="none"))
        yield sum(map(len, losses)) / tested.next.numel()
    middle, low, high = reading.mean(torch.cat(losses))
    unit = "character" if isinstance(model.vocabulary, Letters) else "token"
    source = reading.what_was_read(tested.next.numel(), unit, HELD_OUT[name])
    yield (
        Quantity("loss", middle, "nats", "measured", low, high, source),
        Quantity(
            "perplexity", _exp(middle), "", "measured", _exp(low), _exp(high), WORDS("perplexity: source", loss=source)
        ),
    )


def loss(net: nn.Module, model: LanguageModel, name: str, at_most: int) -> float:
    """Mean cross-entropy (nats) of a network with the model's vocabulary on at most so many passages of a text's
    test."""
    given, following = (part[:at_most] for part in passages_of(model, name))
    return F.cross_entropy(net(given).flatten(0, 1), following.flatten()).item()


def inputs(model: LanguageModel, name: str, at_most: int) -> Tensor:
    """At most so many passages of a text's test, as a network takes them."""
    return passages_of(model, name).read[:at_most]


def passages_of(model: LanguageModel, name: str) -> Passages:
    """What a model is tested on of a text."""
    return in_a_row(tokens(model.vocabulary, name, "test"), PASSAGE, READ if is_small(model) else READ_LARGE)


def stored(model: LanguageModel) -> int:
    """Bytes of the model's own file."""
    return sum(map(len, model.files.values()))


def knows(model: LanguageModel) -> str:
    """The text a model knows, or is tested on for want of that."""
    return model.corpus


def is_small(model: LanguageModel) -> bool:
    """Whether it was trained here, or ships with the app."""
    return isinstance(model.source, Written) or model.source.file in shipped_names()


def _exp(loss: float) -> float:
    return exp(loss) if loss < 700 else inf


@lru_cache(maxsize=4)
def tokens(vocabulary: Vocabulary, name: str, part: str) -> Tensor:
    """A text in the tokens of a model, int64 [n]. What its vocabulary does not have is left out."""
    return torch.tensor(vocabulary.encode(text(name, part)))

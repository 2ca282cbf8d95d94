"""How a language model is trained: to name the next token of passages of a text, and what a teacher says of them
besides."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.data import texts
from lessons.experiment.language_source import AT_ONCE, CHARACTERS, Tutored, Written
from lessons.models import written
from lessons.models.vocabulary import Letters, Pieces, Vocabulary
from lessons.shrink import distill
from lessons.training.loop import train
from lessons.training.progress import TrainingStep

RATE = 3e-3


class Passages(NamedTuple):
    """Tokens int64 [n, t], and those that follow each, [n, t]."""

    read: Tensor  # tokens, int64 [n, t]
    next: Tensor  # the token that follows each, int64 [n, t]


def training(source: Written, teacher: nn.Module | None = None) -> Iterator[tuple[TrainingStep, nn.Module]]:
    """Train a source from its seed; each report comes with the network as it stands, which goes on training afterwards.

    `accuracy` of a report: % of next tokens named right, in some of the test.
    """
    net = untrained(source)
    minimise = partial(taught, teacher=teacher, teaching=source.tutored) if source.tutored else likelihood
    test = tokens(source.corpus, "test", source.vocabulary)
    probe = lambda net: right(net, in_a_row(test, written.CONTEXT, written.PROBED))
    found = passages(tokens(source.corpus, "train", source.vocabulary), source.seed)
    for step in train(net, minimise, found, steps=source.steps, rate=RATE, stop_at=source.stopped_at, probe=probe):
        yield step, net


def untrained(source: Written) -> nn.Module:
    """A network as its training begins."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(source.seed)
        return written.make(source.model, vocabulary(source.corpus, source.vocabulary).size)


def likelihood(net: nn.Module, batch: Passages) -> Tensor:
    """Mean cross-entropy of the next tokens (nats)."""
    return F.cross_entropy(net(batch.read).flatten(0, 1), batch.next.flatten())


def taught(net: nn.Module, batch: Passages, teacher: nn.Module, teaching: Tutored) -> Tensor:
    """(1 − α) · cross-entropy + α · distance from the teacher's probabilities, of every token.

    Hinton et al., "Distilling the Knowledge in a Neural Network" (2015), §2.
    """
    with torch.no_grad():
        said = teacher(batch.read).flatten(0, 1)
    logits = net(batch.read).flatten(0, 1)
    labels = F.cross_entropy(logits, batch.next.flatten())
    return distill.combined(labels, distill.soft_targets(logits, said, teaching.temperature), teaching.alpha)


def passages(text: Tensor, seed: int, at_once: int = AT_ONCE) -> Iterator[Passages]:
    """Passages from places chosen by the seed, [at_once, 128]. Endless. `text`: its tokens, int64 [n]."""
    generator = torch.Generator().manual_seed(seed)
    ahead = torch.arange(written.CONTEXT + 1)
    while True:
        window = text[torch.randint(len(text) - written.CONTEXT, (at_once, 1), generator=generator) + ahead]
        yield Passages(window[:, :-1], window[:, 1:])


def in_a_row(text: Tensor, length: int, at_most: int | None = None) -> Passages:
    """A text cut into passages of one length, at most so many; what is left at its end is dropped. `length`: tokens of
    a passage; `at_most`: passages."""
    whole = min((len(text) - 1) // length, at_most or len(text))
    return Passages(*(text[at : at + whole * length].view(whole, length) for at in (0, 1)))


def right(net: nn.Module, batch: Passages) -> float:
    """How many of the next tokens a network names right, in %."""
    with torch.no_grad():
        return 100 * (net(batch.read).argmax(2) == batch.next).float().mean().item()


@lru_cache(maxsize=4)
def vocabulary(corpus: str, kind: str = CHARACTERS) -> Vocabulary:
    """The characters of a corpus, or the pieces of words that are frequent in it. `kind`: one of VOCABULARIES."""
    return Letters(texts.letters(corpus)) if kind == CHARACTERS else Pieces.from_file(texts.pieces_file(corpus))


@lru_cache(maxsize=6)
def tokens(corpus: str, part: str, kind: str = CHARACTERS) -> Tensor:
    """A text as tokens, int64 [n]. `corpus`: one of CORPORA; `part`: "train" or "test". `kind`: one of VOCABULARIES."""
    return torch.tensor(vocabulary(corpus, kind).encode(texts.text(corpus, part)))

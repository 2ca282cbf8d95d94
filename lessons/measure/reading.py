"""How well a language model reads: what it thinks of each token that really came next, and how far it is from another
model.

Tokens int64 [n, t] and logits [n, t, vocabulary]; all numbers are in nats.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("measure")

PART = 32  # tokens that count as one for the confidence interval: what stands close together is not independent


class Reading(NamedTuple):
    """What two models think of each token of a text, float32 [n]: −ln p of the token that came, before and after; KL of
    the whole distribution after from that before; and the tokens that each predicted (top-1), int64 [n]."""

    before: Tensor  # −ln p, unshrunk
    after: Tensor  # −ln p, shrunk
    kl: Tensor  # KL(before ‖ after), nats
    top_before: Tensor  # token numbers
    top_after: Tensor  # token numbers


def read(before: Tensor, after: Tensor, nexts: Tensor) -> Reading:
    """Compare the logits [n, vocabulary] of two models on the tokens that came next, [n]. `before`, `after`: logits;
    `nexts`: the tokens that came, int64 [n]."""
    known, now = F.log_softmax(before, -1), F.log_softmax(after, -1)
    losses = [-each.gather(1, nexts[:, None])[:, 0] for each in (known, now)]
    return Reading(*losses, divergence(known, now), known.argmax(1), now.argmax(1))


def joined(parts: Sequence[Reading]) -> Reading:
    """One passage after another."""
    return Reading(*(torch.cat(part) for part in zip(*parts, strict=True)))


def divergence(known: Tensor, now: Tensor) -> Tensor:
    """KL(known ‖ now) of log-probabilities [n, vocabulary], [n]: 0 where both are alike."""
    return (known.exp() * (known - now)).sum(1).clamp(min=0)


def mean(values: Tensor) -> tuple[float, float, float]:
    """The mean of values [n] in the order of a text, and its 95 % confidence interval, from the spread of the means of
    parts of 32."""
    middle = values.mean().item()
    whole = len(values) // PART
    if whole < 2:
        return middle, middle, middle
    parts = values[: whole * PART].view(whole, PART).mean(1)
    half = 1.96 * parts.std().item() / math.sqrt(whole)
    return middle, middle - half, middle + half


def what_was_read(count: int, unit: str, text: str) -> str:
    """`count` tokens of a text, each of which is a `unit` ("token" or "character"), and how a band is made of them."""
    return WORDS("read", count=count, units=WORDS[f"{unit}s"], text=text, part=PART)


def quantities(reading: Reading, text: str, unit: str, letters: int) -> list[Quantity]:
    """Perplexity with its confidence interval, and how far a model is from what it was. `unit`: what a token is,
    "token" or "character"; `letters`: how many characters all tokens have. `text`: what was read, in words."""
    middle, low, high = mean(reading.after)
    count, units = len(reading.after), WORDS[f"{unit}s"]
    source = what_was_read(count, unit, text)
    moved, least, most = mean(reading.kl)
    same = 100 * (reading.top_before == reading.top_after).float().mean().item()
    return [
        Quantity(
            "perplexity",
            _exp(middle),
            "",
            "measured",
            _exp(low),
            _exp(high),
            WORDS("perplexity: formula", source=source),
        ),
        Quantity("loss", middle, "nats", "measured", low, high, source),
        Quantity(
            "loss a character",
            middle * count / letters,
            "nats",
            "measured",
            low * count / letters,
            high * count / letters,
            WORDS("loss per character: formula", count=count, units=units, letters=letters, source=source),
        ),
        Quantity("kl", moved, "nats", "measured", least, most, WORDS("KL divergence: how", source=source)),
        Quantity("same", same, "%", "measured", source=WORDS("same top-1: how", units=units, source=source)),
    ]


def _exp(loss: float) -> float:
    return math.exp(min(loss, 700))

"""A model that writes: one token after another, each drawn from what it thinks may come next."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from lessons.language.model import LanguageModel
from lessons.models.llama import Cache
from lessons.text import sections

WORDS = sections("measure")


def writing(model: LanguageModel, begin: str, most: int, temperature: float = 0.8, seed: int = 0) -> Iterator[str]:
    """What a model writes after a text that has begun, a piece a token, at most so many. A temperature of 0 takes the
    likeliest token always.

    Joined, the pieces are the decoded tokens. A token that is half a character is an empty piece: it waits for the
    other half, and is left out where that never comes.

    `begin`: the text that has begun.
    """
    tokens, written, shown = model.vocabulary.begun(begin), [], ""
    for token in generated(model, tokens, most, temperature, seed):
        written.append(token)
        text = model.vocabulary.decode(written)
        whole = not text.endswith("\N{REPLACEMENT CHARACTER}")
        yield text[len(shown) :] if whole else ""
        shown = text if whole else shown


def generated(model: LanguageModel, tokens: Sequence[int], most: int, temperature: float, seed: int) -> Iterator[int]:
    """Tokens that follow these, until the model ends or there are enough. Where its context is full, it reads the later
    half of it anew and goes on from there. Raises ValueError where there is no token to follow. `most`: tokens at most;
    `temperature`: 0 for the likeliest always."""
    if not tokens:
        raise ValueError(WORDS["no token"])
    context = model.net.shape.context
    seen = list(tokens)[-context:]
    random, cache, read = torch.Generator().manual_seed(seed), Cache(), torch.tensor([seen])
    for _ in range(most):
        if cache.length == context:
            cache, read = Cache(), torch.tensor([seen[-context // 2 :]])
        with torch.inference_mode():
            last = model.net.written(model.net.read(read, cache)[0, -1])
        token = drawn(last, temperature, random)
        if token in model.vocabulary.ends:
            return
        yield token
        seen.append(token)
        read = torch.tensor([[token]])


def drawn(logits: Tensor, temperature: float, random: torch.Generator) -> int:
    """A token by its probability at a temperature: p ∝ e^(logit ÷ temperature). `random`: draws it."""
    if temperature == 0:
        return int(logits.argmax())
    return int(torch.multinomial((logits / temperature).softmax(0), 1, generator=random))

"""What shrinking does to a model's reading of a text, token by token."""

import torch

from lessons.language.build import baseline
from lessons.language.evaluate import CONTEXT
from lessons.language.model import LanguageModel, pieces
from lessons.language.results import Moved
from lessons.measure import reading
from lessons.text import sections

WORDS = sections("measure")


@torch.inference_mode()
def compared(model: LanguageModel, text: str) -> list[Moved]:
    """Every token of a text but the first, which nothing comes before, and those beyond the 128th. Raises ValueError
    where there are fewer than two."""
    before = baseline(model.source)
    tokens = torch.tensor(model.vocabulary.begun(text)[: CONTEXT + 1])
    if len(tokens) < 2:
        raise ValueError(WORDS["two tokens"])
    known, now = before.net(tokens[None, :-1])[0], model.net(tokens[None, :-1])[0]
    found = reading.read(known, now, tokens[1:])
    return [
        Moved(*each)
        for each in zip(
            pieces(model, tokens[1:].tolist()),
            (-found.before).exp().tolist(),
            (-found.after).exp().tolist(),
            found.kl.tolist(),
            pieces(model, found.top_before.tolist()),
            pieces(model, found.top_after.tolist()),
            strict=True,
        )
    ]

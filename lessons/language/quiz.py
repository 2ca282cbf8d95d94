"""A small fixed quiz: facts, sums and spelling. A model answers with the likeliest of four endings."""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons.data.quiz import QUESTIONS, Answered, Question
from lessons.language.model import LanguageModel


def questions(model: LanguageModel) -> list[Question]:
    """Those a model can be asked: one that has only read Shakespeare, or names, at most knows how to spell."""
    return [question for question in QUESTIONS if question.kind == "spelling" or model.corpus == "prose"]


@torch.inference_mode()  # of a generator: while it runs, not while it waits
def answering(model: LanguageModel) -> Iterator[float | list[Answered]]:
    """Shares of the quiz that are done, then all answers."""
    asked, found = questions(model), []
    for at, question in enumerate(asked):
        found.append(Answered(question, chosen(likelihoods(model, question), at)))
        yield len(found) / len(asked)
    yield found


def chosen(likelihoods: Tensor, first: int) -> int:
    """The likeliest ending, looked for from the one of number `first` on: a model for which all are alike must not
    always take the right one, which has number 0. `likelihoods`: ln p of each ending."""
    turned = likelihoods.roll(-first)
    return (int(turned.argmax()) + first) % len(likelihoods)


def likelihoods(model: LanguageModel, question: Question) -> Tensor:
    """ln p of each ending after the question, the mean over its tokens, [endings].

    The mean, not the sum: what is misspelt has more tokens, and a model that knows nothing would seem to know how to
    spell.
    """
    begin = model.vocabulary.begun(question.begin)
    ends = [model.vocabulary.continued(end) for end in question.endings]
    longest = max(map(len, ends))
    padded = torch.tensor([begin + end + [0] * (longest - len(end)) for end in ends])
    said = F.log_softmax(model.net(padded[:, :-1])[:, len(begin) - 1 :], -1)
    each = said.gather(2, padded[:, len(begin) :, None])[..., 0]
    counts = torch.arange(longest) < torch.tensor([len(end) for end in ends])[:, None]
    return (each * counts).sum(1) / counts.sum(1)

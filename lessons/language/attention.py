"""A language model opened up while it reads: its tokens, where each of its heads looks, and what it holds for possible
next."""

import math
from functools import partial

import torch
from torch import Tensor

from lessons.language.model import LanguageModel, cache_numbers, pieces
from lessons.language.results import Inside
from lessons.models.llama import Attention
from lessons.text import sections

WORDS = sections("measure")

TOKENS_SHOWN = 32  # tokens looked at: what a picture of attention has room for
LIKELIEST = 12


@torch.inference_mode()
def inside(model: LanguageModel, text: str) -> Inside:
    """Read the last tokens of a text. Raises ValueError where it has none."""
    whole = model.vocabulary.begun(text)
    tokens = whole[-TOKENS_SHOWN:]
    if not tokens:
        raise ValueError(WORDS["no known character"])
    weights: list[Tensor] = []
    hooks = [block.self_attn.register_forward_pre_hook(partial(_note, weights)) for block in model.net.layers]
    try:
        logits = model.net(torch.tensor([tokens]))[0, -1]
    finally:
        for hook in hooks:
            hook.remove()
    top = logits.topk(min(LIKELIEST, len(logits))).indices.tolist()
    return Inside(
        pieces(model, tokens),
        len(whole),
        model.vocabulary.lost(text),
        torch.stack(weights).half().numpy(),
        logits.numpy(),
        dict(zip(top, pieces(model, top), strict=True)),
        cache_numbers(model.net),
        model.net.shape.context,
        sum(weight.numel() for weight in model.net.parameters()),
    )


def attention(queries: Tensor, keys: Tensor) -> Tensor:
    """How much each token looks at those before it: softmax(q·kᵀ ÷ √d), where a token does not see those after it.

    Queries [heads, t, d] and keys [kv_heads, t, d] give [heads, t, t]; several heads share keys. Vaswani et al.,
    "Attention Is All You Need" (2017), §3.2.1.

    `queries`, `keys`: float32, as above.
    """
    keys = keys.repeat_interleave(len(queries) // len(keys), 0)
    alike = queries @ keys.transpose(1, 2) / math.sqrt(queries.shape[2])
    later = torch.ones(alike.shape[1:], dtype=torch.bool).triu(1)
    return alike.masked_fill(later, -math.inf).softmax(2)


def _note(weights: list[Tensor], layer: Attention, given: tuple) -> None:
    queries, keys, _ = layer.asked(*given[:2])
    weights.append(attention(queries[0], layer.stored(keys)[0]))

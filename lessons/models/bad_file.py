"""What this app says of a file that it does not read, and the checks that foreign files of every format share."""

import math
from typing import TYPE_CHECKING

from lessons.text import sections

if TYPE_CHECKING:  # those who only name a file need not wait for torch
    from lessons.models.llama import Shape

WORDS = sections("files")


class BadFile(ValueError):
    """A file is not a model this app can read; the message says why, in one sentence."""


def checked(shape: "Shape") -> "Shape":
    """A shape that can be, before memory is taken for it."""
    counts = (shape.vocabulary, shape.width, shape.layers, shape.heads, shape.kv_heads, shape.hidden, shape.context)
    fits = all(type(count) is int and 0 < count < 2**24 for count in counts) and shape.layers <= 500
    if not fits or type(shape.head_width) is not int or not 0 <= shape.head_width < 2**16:
        raise BadFile(WORDS["impossible size"])
    if (not shape.head_width and shape.width % shape.heads) or shape.heads % shape.kv_heads or shape.head_dim % 2:
        raise BadFile(WORDS("heads do not fit", width=shape.width, heads=shape.heads, kv_heads=shape.kv_heads))
    if not (
        isinstance(shape.theta, int | float)
        and 1 < shape.theta < math.inf
        and isinstance(shape.eps, float)
        and 0 < shape.eps < 1
    ):
        raise BadFile(WORDS["impossible constant"])
    return shape

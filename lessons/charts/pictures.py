"""Test images whose prediction changed, at every point of a sweep."""

from math import ceil, sqrt

import numpy as np

from lessons.text import sections

WORDS = sections("charts")
SHOWN = 12
BETWEEN = 128  # grey between channels


def changed(right: np.ndarray, before: bytes, after: bytes) -> list[int]:
    """Up to 12 images whose prediction changed; those that were right before come first. A class is a byte."""
    was, now = np.frombuffer(before, np.uint8), np.frombuffer(after, np.uint8)
    which = np.flatnonzero(was != now)
    return which[np.argsort(was[which] != right[which], kind="stable")][:SHOWN].tolist()


def in_words(right: np.ndarray, before: bytes, after: bytes) -> str:
    """How many predictions changed, and how."""
    was, now = np.frombuffer(before, np.uint8), np.frombuffer(after, np.uint8)
    lost, won = int(((was == right) & (now != right)).sum()), int(((was != right) & (now == right)).sum())
    both = int((was != now).sum())
    return WORDS("changed", changed=both, all=len(now), lost=lost, won=won, other=both - lost - won)


def channels(images: np.ndarray, side: int) -> np.ndarray:
    """The channels [n, height, width] of a layer beside and below each other, as one picture `side` pixels wide or a
    little less: uint8."""
    count, height, width = images.shape
    columns = ceil(sqrt(count))
    rows = ceil(count / columns)
    grid = np.zeros((rows * columns, height, width), np.uint8)
    grid[:count] = images
    scale = max(1, side // (columns * (width + 1)))
    framed = np.pad(grid.repeat(scale, 1).repeat(scale, 2), ((0, 0), (0, scale), (0, scale)), constant_values=BETWEEN)
    _, height, width = framed.shape
    joined = framed.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)
    return joined[:-scale, :-scale]  # no frame at the end

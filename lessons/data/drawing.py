"""A drawing brought into the form of a data set's pictures: a network knows only what looks like what it was trained
on."""

import numpy as np
from PIL import Image

SIDE, BOX = 28, 20  # pixels


def as_mnist(drawing: np.ndarray) -> np.ndarray:
    """A drawing, uint8 [28, 28], light on dark → the same, fitted into a box of 20 × 20 and centred by mass.

    As LeCun, Cortes and Burges made MNIST (1998): size normalised to 20 × 20 with its aspect ratio kept, then moved so
    that its centre of mass is at pixel 14 of 28, both ways. MNIST's own pictures come out as they are, to the pixel.
    What would be moved over the edge stays at the edge.
    """
    ink = _fitted(drawing, BOX)
    return _placed(ink, *(_corner(ink.sum(axis, dtype=float)) for axis in (1, 0)))


def as_fashion_mnist(drawing: np.ndarray) -> np.ndarray:
    """A drawing, uint8 [28, 28], light on dark → the same, its longer side as long as the picture's, in the middle.

    As Xiao, Rasul and Vollgraf made Fashion-MNIST (2017, §2) of photographs, which have shades where a drawing has
    none.
    """
    ink = _fitted(drawing, SIDE)
    return _placed(ink, *((SIDE - length) // 2 for length in ink.shape))


def _fitted(drawing: np.ndarray, box: int) -> np.ndarray:
    """What is drawn, cut out and scaled until its longer side has `box` pixels; uint8 [height, width]."""
    rows, columns = (np.flatnonzero(drawing.any(axis)) for axis in (1, 0))
    if not len(rows):
        return np.zeros((1, 1), np.uint8)
    ink = drawing[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(box * length / max(ink.shape))) for length in ink.shape)
    return np.asarray(Image.fromarray(np.ascontiguousarray(ink)).resize((width, height), Image.Resampling.BILINEAR))


def _placed(ink: np.ndarray, top: int, left: int) -> np.ndarray:
    picture = np.zeros((SIDE, SIDE), np.uint8)
    picture[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return picture


def _corner(mass: np.ndarray) -> int:
    """Where the ink has to begin along one side, so that its centre of mass is in the middle."""
    centre = (mass * np.arange(len(mass))).sum() / max(mass.sum(), 1)
    return int(np.clip(round(SIDE / 2 - centre), 0, SIDE - len(mass)))


AS_MADE = {"digits": as_mnist, "fashion": as_fashion_mnist}  # by task

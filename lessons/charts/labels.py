"""Names beside points: where each is written so that none lies on another."""

from collections.abc import Iterable, Sequence
from math import log
from typing import NamedTuple

WIDTH = 380  # pixels of a chart, at least: a column of two, or a phone
LETTER, LINE = 6.5, 13  # pixels of a name: across, and high
DOT = 5  # pixels around a point
PLACES = {  # of a name beside its point: align, dx, dy
    "right": ("left", 7, -5),
    "below right": ("left", 6, 11),
    "left": ("right", -7, -5),
    "below left": ("right", -7, 11),
}


class Box(NamedTuple):
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Segment(NamedTuple):
    """A straight piece of a line in a chart, each end from 0 to 1, from the left and from the top."""

    x: float
    y: float
    x2: float
    y2: float

    def crosses(self, it: Box, height: float) -> bool:
        """Whether it runs through a rectangle of a chart so high, both in pixels."""
        x, y = self.x * WIDTH, self.y * height
        along, enters, leaves = (self.x2 * WIDTH - x, self.y2 * height - y), 0.0, 1.0
        for begin, step, low, high in ((x, along[0], it.left, it.right), (y, along[1], it.top, it.bottom)):
            if not step and not low < begin < high:
                return False
            if step:
                ends = sorted(((low - begin) / step, (high - begin) / step))
                enters, leaves = max(enters, ends[0]), min(leaves, ends[1])
        return enters < leaves


class Label(NamedTuple):
    """A point's place in a chart (0 to 1, from the left and from the top), its name, and where it would be written."""

    x: float
    y: float
    name: str
    place: str


def box(point: Label, place: str, height: float) -> Box:
    """Where a name is, if it is written at this place."""
    align, dx, dy = PLACES[place]
    across, base = LETTER * len(point.name), point.y * height + dy
    left = point.x * WIDTH + dx - (across if align == "right" else 0)
    return Box(left, base - LINE, left + across, base)


def places(points: Sequence[Label], height: float, lines: Sequence[Segment] = ()) -> list[str]:
    """Where each name is written: at its own place, or at the next that no other name takes and that lies in the chart;
    nothing where none is free. Earlier names go first; no name lies on another's point, or on one of these lines, where
    there is a choice."""
    dots = [Box(p.x * WIDTH - DOT, p.y * height - DOT, p.x * WIDTH + DOT, p.y * height + DOT) for p in points]
    taken: list[Box] = []
    found = []
    for at, point in enumerate(points):
        tries = [(place, box(point, place, height)) for place in dict.fromkeys((point.place, *PLACES))]
        free = [(place, it) for place, it in tries if _inside(it) and not any(map(it.meets, taken))]
        others = [*dots[:at], *dots[at + 1 :]]
        clear = [(place, it) for place, it in free if not any(map(it.meets, others))]
        bare = [(place, it) for place, it in clear if not any(line.crosses(it, height) for line in lines)]
        place, it = (bare or clear or free or [("", None)])[0]
        found.append(place)
        taken += [it] if it else []
    return found


def shares(values: Iterable[float], among: Iterable[float], logarithmic: bool) -> list[float]:
    """Where values are on an axis that holds all `among`, from 0 to 1."""
    scale = (lambda value: log(value)) if logarithmic else float
    every = [scale(value) for value in among if value > 0 or not logarithmic]
    low, high = (min(every), max(every)) if every else (0.0, 0.0)
    middle = lambda value: (scale(value) - low) / (high - low) if high > low else 0.5
    return [0.0 if logarithmic and value <= 0 else middle(value) for value in values]


def _inside(it: Box) -> bool:
    return it.left >= -60 and it.right <= WIDTH + 8  # at the left there is an axis; at the right a name would be cut

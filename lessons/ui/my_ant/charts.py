"""All models a reader has kept, by the size of their files, with those that none beats."""

from collections.abc import Mapping

from lessons.ant import IMAGES, TEXT, Ant, Numbers, unbeaten
from lessons.catalog import HOME, LESSONS
from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.text import sections

WORDS = sections("my-ant")
QUALITY = {IMAGES: WORDS["test accuracy"], TEXT: WORDS["perplexity"]}
TITLES = {path.path: path.title for path in LESSONS} | {HOME.path: WORDS["home"]}
HEIGHT = 340


def pareto(stages: Mapping[str, Ant], family: str) -> Chart:
    """Quality against kilobytes: a point for each model kept, by the path of its lesson, and one for each that a lesson
    began with; a line through those that none beats in both."""
    kept = {TITLES[path]: ant.now for path, ant in stages.items()}
    found = kept | _beginnings(stages)
    line = [_place(found[name]) for name in unbeaten(found, less=family == TEXT)]
    points = [
        Point(name, *_place(numbers), WORDS["kept" if name in kept else "before"]) for name, numbers in found.items()
    ]
    y = Axis(QUALITY[family], log=family == TEXT)
    return lines(
        WORDS["pareto: title"],
        Axis(WORDS["kilobytes"], format="~g"),
        y,
        {WORDS["pareto"]: line},
        points,
        HEIGHT,
        WORDS("pareto: note", count=len(line)),
        ("recorded",),
        clear=True,
    )


def _beginnings(stages: Mapping[str, Ant]) -> dict[str, Numbers]:
    """What lessons began with, where that was not kept in another."""
    before = {ant.before[:2]: ant.before for ant in stages.values()}  # by quality and size
    for ant in stages.values():
        before.pop(ant.now[:2], None)
    named = enumerate(before.values(), start=1)
    return {WORDS("unshrunk", number=n) if n > 1 else WORDS["as trained"]: numbers for n, numbers in named}


def _place(numbers: Numbers) -> tuple[float, float]:
    return numbers.size / 1e3, numbers.quality

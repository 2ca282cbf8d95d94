"""The columns the lesson on deciding opens with: they are to scale, and say which way is chosen and why others are
not."""

from dataclasses import replace

import pytest

from lessons.estimate.cost import words_use
from lessons.estimate.requirements import TASKS
from lessons.estimate.selection import chosen, judged, yearly
from lessons.quantity import Quantity
from lessons.ui.decide import first_picture
from lessons.ui.decide.comparison import KINDS
from lessons.ui.decide.knobs import USES, WORSE, usual

SECONDS = 4e-5
WORDS = words_use(SECONDS, Quantity("use", 5e-7, "Wh", "estimated", 2e-7, 1e-6)), SECONDS


def asked(task: str = "sort texts", uses: str = "1000", worse: str = "5", **how):
    prompt, answer = TASKS[task][:2]
    limits = {"uses": int(uses), "worse": float(worse)}
    return replace(usual(), task=task, prompt=prompt, answer=answer, words=WORDS, **limits, **how)


def heights(chart, panel: str) -> list[float]:
    """Of the four columns, from the left."""
    floor = first_picture.FLOORS[panel]
    bars = [bar for state in ("chosen", "able", "not able") for bar in chart.data[state] if bar["floor"] == floor]
    return [bar["top"] - floor for bar in sorted(bars, key=lambda bar: bar["x"])]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("uses", (USES.options[0], USES.default, USES.options[-1]))
def test_columns_are_to_scale_and_each_has_its_number(task, uses):
    need = asked(task, uses)
    chart = first_picture.columns(need)
    ways = judged(need)
    years = {"energy": [yearly(way, need) for way in ways], "money": [way.year for way in ways]}
    for panel, found in years.items():
        values = [quantity.value if quantity else 0 for quantity in found]
        assert heights(chart, panel) == pytest.approx([value / max(values) for value in values])
    written = [row["text"] for row in chart.data["numbers"]]
    assert written[:4] == [str(quantity) if quantity else "–" for quantity in years["energy"]]
    assert written[4:] == [
        "–" if quantity is None else "< 1 cent" if quantity.value < 0.01 else str(quantity)
        for quantity in years["money"]
    ]
    assert [row["text"].replace("\n", " ") for row in chart.data["names"]] == list(KINDS.values())


def test_the_chosen_way_is_marked_and_moves_with_what_is_allowed():
    marked = []
    for worse in (WORSE.options[0], "5", WORSE.options[-1]):
        need = asked(worse=worse)
        chart = first_picture.columns(need)
        best = chosen(need)
        at = {bar["x"] for bar in chart.data["chosen"]}
        assert at == {list(KINDS).index(best.kind) + 0.5}
        assert [row["text"] for row in chart.data["states"] if row["x"] in at] == ["✓ chosen"]
        assert str(yearly(best, need)) in chart.note and KINDS[best.kind] in chart.note
        marked.append(best.kind)
    assert "no model; its energy is being measured" in first_picture.columns(replace(need, words=None)).note
    assert marked[0] == "small" and marked[-1] == "none"


def test_a_way_that_cannot_do_it_is_grey_and_says_why():
    chart = first_picture.columns(asked("find in a text", uses="1000000"))
    assert [row["text"] for row in chart.data["states"]] == [
        "no score found", "too slow", "too far behind", "too far behind",
    ]  # fmt: skip
    assert not chart.data["chosen"] and not chart.data["able"]
    assert "No way does all you ask" in chart.note and chart.note in chart.alt
    assert "text would leave" in [
        row["text"] for row in first_picture.columns(asked("know facts", stays=True)).data["states"]
    ]
    for need in (asked(), asked("chat", worse="50")):
        grey = {bar["x"] - 0.5 for bar in first_picture.columns(need).data["not able"]}
        assert grey == {at for at, way in enumerate(judged(need)) if way.against}

"""The columns the lesson on deciding opens with: axes stay, a column grows by a row line where ten times as much is
taken, and it is said which way is chosen and why others are not."""

import itertools
import math
from dataclasses import replace

import pytest

from lessons.estimate import quality_gap
from lessons.estimate.cost import words_use
from lessons.estimate.requirements import TASKS
from lessons.estimate.selection import chosen, judged, yearly
from lessons.quantity import Quantity
from lessons.ui.decide import charts, first_picture
from lessons.ui.decide.comparison import KINDS
from lessons.ui.decide.knobs import USES, WORSE, usual

SECONDS = 4e-5
WORDS = words_use(SECONDS, Quantity("use", 5e-7, "Wh", "estimated", 2e-7, 1e-6)), SECONDS


def asked(task: str = "sort texts", uses: str = "1000", worse: str = "5", **how):
    prompt, answer = TASKS[task][:2]
    limits = {"uses": int(uses), "worse": float(worse)}
    return replace(usual(), task=task, prompt=prompt, answer=answer, words=WORDS, **limits, **how)


def heights(chart, panel: str) -> list[float]:
    """Of the four columns, from the left, in powers of ten."""
    floor, decade = first_picture.PAGE.floor(panel), first_picture.PAGE.decade
    bars = [bar for state in ("chosen", "able", "unable") for bar in chart.data[state] if bar["floor"] == floor]
    return [(floor - bar["top"]) / decade for bar in sorted(bars, key=lambda bar: bar["x"])]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("uses", (USES.options[0], USES.default, USES.options[-1]))
def test_a_column_is_as_many_row_lines_high_as_its_number_has_powers_of_ten(task, uses):
    need = asked(task, uses)
    chart = first_picture.columns(need)
    ways = judged(need)
    years = {"energy": [yearly(way, need) for way in ways], "money": [way.year for way in ways]}
    for panel, found in years.items():
        floor = {"energy": 1, "money": 0.01}[panel]  # Wh, USD
        decades = [math.log10(quantity.value / floor) if quantity else 0 for quantity in found]
        seen = [
            0 if quantity is None else max(first_picture.LEAST, high)
            for quantity, high in zip(found, decades, strict=True)
        ]
        assert heights(chart, panel) == pytest.approx(seen)
    written = [row["text"] for row in chart.data["numbers"]]
    assert written[:4] == [str(quantity) if quantity else "–" for quantity in years["energy"]]
    assert written[4:] == [
        "–" if quantity is None else "< 1 cent" if quantity.value < 0.01 else str(quantity)
        for quantity in years["money"]
    ]
    assert [row["text"].replace("\n", " ") for row in chart.data["names"]] == list(KINDS.values())


def test_columns_climb_while_the_uses_are_dragged_and_the_row_lines_stay():
    charts = [first_picture.columns(asked(uses=uses)) for uses in USES.options]
    assert all(chart.data["rows"] == charts[0].data["rows"] and chart.spec is charts[0].spec for chart in charts)
    for panel in first_picture.PANELS:
        cloud = [heights(chart, panel)[3] for chart in charts]
        assert cloud == sorted(cloud) and cloud[-1] - cloud[0] == pytest.approx(6)  # from one use to a million


def test_row_lines_are_a_power_of_ten_apart_and_no_number_is_written_on_one():
    for layout in (first_picture.PAGE, first_picture.STAGE):
        chart = first_picture.columns(asked(), layout)
        lines = sorted({row["y"] for row in chart.data["rows"]})
        assert min(b - a for a, b in itertools.pairwise(lines)) == pytest.approx(layout.decade)
        for text in (*chart.data["numbers"], *chart.data["headings"], *chart.data["names"]):
            assert all(abs(text["y"] - line) > layout.letters / 2 for line in lines)
    named = [row["text"] for row in first_picture.columns(asked()).data["rows"] if row["text"]]
    assert named == ["1 Wh", "1 kWh", "1 MWh", "1 GWh", "0.01", "1", "1,000", "1,000,000"]


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
    assert [row["text"].replace("\n", " ") for row in chart.data["states"]] == [
        "no score found", "too slow", "too far behind", "too far behind",
    ]  # fmt: skip
    assert not chart.data["chosen"] and not chart.data["able"]
    assert "No way does all you ask" in chart.note and chart.note in chart.alt
    assert "text\nwould leave" in [
        row["text"] for row in first_picture.columns(asked("know facts", stays=True)).data["states"]
    ]
    for need in (asked(), asked("chat", worse="50")):
        grey = {bar["x"] - 0.5 for bar in first_picture.columns(need).data["unable"]}
        assert grey == {at for at, way in enumerate(judged(need)) if way.against}


def test_the_name_of_a_data_set_stands_on_a_line_of_its_own_that_no_grid_line_crosses():
    known = quality_gap.known("sort texts")
    chart = charts.scores("sort texts", known, KINDS)
    assert [row["dataset"] for row in chart.data["names"]] == [
        f"{name} ({rows[0].metric})" for name, rows in known.items()
    ]
    lines, points, names = chart.spec["layer"]
    assert (
        lines["mark"]["type"] == "rule" and lines["mark"]["yOffset"] == points["mark"]["yOffset"] > names["mark"]["dy"]
    )
    assert points["encoding"]["x"]["axis"]["grid"] is False


def test_a_stage_draws_the_energy_and_writes_the_money():
    need = asked()
    chart = first_picture.columns(need, first_picture.STAGE)
    assert [row["text"] for row in chart.data["rows"] if row["text"]] == ["1 Wh", "1 kWh", "1 MWh", "1 GWh"]
    assert [row["text"] for row in chart.data["numbers"]] == [
        row["text"] for row in first_picture.columns(need).data["numbers"]
    ]
    assert max(row["y"] for row in chart.data["names"]) + 2 * first_picture.STAGE.line <= first_picture.STAGE.height

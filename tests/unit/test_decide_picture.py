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
from lessons.facts.deciding import evidence
from lessons.quantity import Quantity
from lessons.ui.decide import charts, first_picture
from lessons.ui.decide.comparison import KINDS
from lessons.ui.decide.knobs import USES, WORSE, usual
from lessons.ui.state.knob import count

SECONDS = 4e-5
WORDS = words_use(SECONDS, Quantity("use", 5e-7, "Wh", "estimated", 2e-7, 1e-6)), SECONDS


def asked(task: str = "sort texts", uses: str = "1,000", worse: str = "5", **how):
    prompt, answer = TASKS[task][:2]
    limits = {"uses": count(uses), "worse": float(worse)}
    return replace(usual(), task=task, prompt=prompt, answer=answer, words=WORDS, **limits, **how)


def drawn(need, layout=first_picture.PAGE, answered: bool = True):
    """The picture at `need`, on the axes of all positions of the sliders."""
    places = {
        (uses, worse): replace(need, uses=count(uses), worse=float(worse))
        for uses, worse in itertools.product(USES.options, WORSE.options)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first_picture, "presenting", lambda: layout is first_picture.STAGE)
        patch.setattr(first_picture, "asking", lambda: False)
        frames = first_picture.frames(places, answered)
    return frames[f"{need.uses:,}", f"{need.worse:g}"].charts[0]


def rows(chart, panel: str, layout=first_picture.PAGE) -> list[dict]:
    """The row lines of a panel, from the lowest."""
    edge = next((row["y"] for row in chart.data["headings"] if row["text"].startswith("Money")), layout.height)
    found = [row for row in chart.data["rows"] if (row["y"] > edge) == (panel == "money")]
    return sorted(found, key=lambda row: -row["y"])


def powers(chart, panel: str) -> list[float]:
    """What the tops of the four columns stand for on the panel's row lines, from the left, as powers of ten of Wh or
    USD: by the names of these lines alone."""
    lines = rows(chart, panel)
    units = {"µWh": -6, "mWh": -3, "Wh": 0, "kWh": 3, "MWh": 6, "GWh": 9, "TWh": 12, "cent": -2, "USD": 0}
    known = {}
    for row in lines:
        if row["text"]:
            number, _, unit = row["text"].replace(",", "").replace("M U", "000000 U").partition(" ")
            known[row["y"]] = math.log10(float(number)) + units[unit]
    (y, power), (y2, power2) = sorted(known.items())[:2]
    assert lines[0]["y"] == pytest.approx(max(bar["floor"] for bar in bars(chart, panel)))
    return [power + (bar["top"] - y) * (power2 - power) / (y2 - y) for bar in bars(chart, panel)]


def bars(chart, panel: str) -> list[dict]:
    """The four columns of a panel, from the left."""
    found = [bar for state in first_picture.STATES for bar in chart.data[state]]
    floors = sorted({bar["floor"] for bar in found})
    floor = floors[0 if panel == "energy" else -1]
    return sorted((bar for bar in found if bar["floor"] == floor), key=lambda bar: bar["x"])


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("uses", (USES.options[0], USES.default, USES.options[-1]))
def test_a_column_ends_exactly_at_its_number_and_what_is_below_the_axis_has_none(task, uses):
    need = asked(task, uses)
    chart = drawn(need)
    ways = judged(need)
    years = {"energy": [yearly(way, need) for way in ways], "money": [way.year for way in ways]}
    for panel, found in years.items():
        for quantity, bar, power in zip(found, bars(chart, panel), powers(chart, panel), strict=True):
            if quantity and (panel == "energy" or quantity.value >= 0.01):
                assert power == pytest.approx(math.log10(quantity.value))
                assert rows(chart, panel)[-1]["y"] <= bar["top"] + 1e-6 < bar["floor"]  # within the row lines
            else:
                assert bar["top"] == bar["floor"]
    written = [row["text"] for row in chart.data["numbers"]]
    assert written[:4] == [str(quantity) if quantity else "–" for quantity in years["energy"]]
    assert written[4:] == [
        "–" if quantity is None else "< 1 cent" if quantity.value < 0.01 else str(quantity)
        for quantity in years["money"]
    ]
    names = [row["text"].replace("\n", " ") for row in chart.data["names"]]
    assert names == [*KINDS.values()]  # once, for both panels


def test_each_panel_says_that_its_scale_is_logarithmic():
    for layout in (first_picture.PAGE, first_picture.STAGE):
        headings = [row["text"] for row in drawn(asked(), layout).data["headings"]]
        assert len(headings) == len(layout.drawn) and all("logarithmic" in text for text in headings)


def test_columns_climb_while_the_uses_are_dragged_and_the_row_lines_stay():
    charts = [drawn(asked(uses=uses)) for uses in USES.options]
    assert all(chart.data["rows"] == charts[0].data["rows"] and chart.spec is charts[0].spec for chart in charts)
    for panel in first_picture.PANELS:
        cloud = [powers(chart, panel)[3] for chart in charts]
        assert cloud == sorted(cloud) and cloud[-1] - cloud[0] == pytest.approx(6)  # from one use to a million


def test_row_lines_are_a_power_of_ten_apart_and_no_number_is_written_on_one():
    for layout in (first_picture.PAGE, first_picture.STAGE):
        chart = drawn(asked(), layout)
        lines = sorted({row["y"] for row in chart.data["rows"]})
        apart = [b - a for a, b in itertools.pairwise(lines)]
        assert sum(gap == pytest.approx(min(apart)) for gap in apart) >= len(apart) - 1  # but from panel to panel
        for text in (*chart.data["numbers"], *chart.data["headings"]):
            assert all(abs(text["y"] - line) > layout.letters / 2 for line in lines)
        for name in chart.data["names"]:  # two lines of text below this
            assert not any(name["y"] - 1 < line < name["y"] + 2 * layout.line for line in lines)
    named = [row["text"] for row in drawn(asked()).data["rows"] if row["text"]]
    assert named == ["1 mWh", "1 Wh", "1 kWh", "1 MWh", "1 cent", "1 USD", "1,000 USD", "1M USD"]


def test_the_chosen_way_is_marked_and_moves_with_what_is_allowed():
    marked = []
    for worse in (WORSE.options[0], "5", WORSE.options[-1]):
        need = asked(worse=worse)
        chart = drawn(need)
        best = chosen(need)
        at = {bar["x"] for bar in chart.data["chosen"]}
        assert at == {list(KINDS).index(best.kind) + 0.5}
        assert [row["text"] for row in chart.data["states"] if row["x"] in at] == [
            f"{best.gap.value:.3g} points\nbelow best:\n✓ chosen"
        ]
        assert str(yearly(best, need)) in chart.note and KINDS[best.kind] in chart.note
        marked.append(best.kind)
    assert "no model; its energy is being measured" in drawn(replace(need, words=None)).note
    assert marked[0] == "small" and marked[-1] == "none"


def test_a_way_that_cannot_do_it_is_grey_and_says_why():
    chart = drawn(asked("find in a text", uses="1,000,000"))
    assert [row["text"].replace("\n", " ") for row in chart.data["states"]] == [
        "no published score", "0 points below best: too slow", "12.3 points below best: too far",
        "7.2 points below best: too far",
    ]  # fmt: skip
    assert not chart.data["chosen"] and not chart.data["able"]
    assert "No way does all you ask" in chart.note and chart.note in chart.alt
    assert "2.1 points\nbelow best:\ntext leaves" in [
        row["text"] for row in drawn(asked("know facts", stays=True)).data["states"]
    ]
    assert [row["text"] for row in drawn(asked("chat", worse="20")).data["states"]][2:] == [
        "17 of 100\nwins:\ntoo few",
        "32 of 100\nwins:\n✓ chosen",
    ]
    for need in (asked(), asked("chat", worse="50")):
        grey, dashed = ({bar["x"] - 0.5 for bar in drawn(need).data[state]} for state in ("unable", "untested"))
        assert grey | dashed == {at for at, way in enumerate(judged(need)) if way.against}
        assert dashed == {at for at, way in enumerate(judged(need)) if way.against == ("unknown",)}


def test_what_has_no_score_but_breaks_a_limit_is_grey_and_not_said_to_be_untested():
    chart = drawn(asked(stays=True))
    assert judged(asked(stays=True))[3].against == ("unknown", "privacy")
    assert 3.5 in {bar["x"] for bar in chart.data["unable"]} and not chart.data["untested"]
    assert chart.data["states"][3]["text"].replace("\n", " ") == "text leaves"


def test_the_energy_that_is_asked_for_is_not_shown_before_it_is_predicted():
    need = asked()
    before, after = (drawn(need, answered=answered) for answered in (False, True))
    cloud = yearly(judged(need)[3], need)
    assert bars(before, "energy")[3]["top"] == bars(before, "energy")[3]["floor"]
    assert before.data["unknown"][0]["x"] == 3.5 and not after.data["unknown"]
    assert str(cloud) in after.alt and str(cloud) not in before.alt + before.note
    assert before.table.isna().iloc[3, 1] and after.table.iloc[3, 1] == cloud.value
    assert before.data["rows"] == after.data["rows"] and before.spec is after.spec
    assert bars(before, "energy")[:3] == bars(after, "energy")[:3]
    assert not drawn(asked("know facts"), answered=False).data["unknown"]  # another task is not asked about
    assert not drawn(need, first_picture.STAGE, answered=False).data["unknown"]  # which has no question beside it


def test_why_a_large_model_is_so_far_behind_is_what_its_scores_say():
    notes = {(row.task, row.dataset, row.model): row.note for row in evidence()}
    for task in TASKS:
        need = asked(task)
        gap = judged(need)[2].gap
        worst = [each for each in gap.gaps if each.points >= gap.value]
        prompted = all("zero-shot" in notes[task, each.dataset, each.model] for each in worst)
        assert prompted == (task in ("sort texts", "summarise")) == ("(zero-shot)" in drawn(need).note), task
        if prompted:
            tests, others = ({each.dataset for each in judged(need)[at].gap.gaps} for at in (2, 0))
            assert others - tests  # without a model there are other tests, too
    assert "zero-shot" not in drawn(asked(worse="50")).note


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
    chart = drawn(need, first_picture.STAGE)
    assert [row["text"] for row in chart.data["rows"] if row["text"]] == ["1 mWh", "1 Wh", "1 kWh", "1 MWh"]
    assert [row["text"] for row in chart.data["numbers"]] == [row["text"] for row in drawn(need).data["numbers"]]
    assert max(row["y"] for row in chart.data["names"]) + 2 * first_picture.STAGE.line <= first_picture.STAGE.height

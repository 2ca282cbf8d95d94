"""The jar the lesson on large models at home opens with: its layers are what is estimated, whether they fit or not, and
its labels never touch; and the charts below it."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.charts.stack import stack
from lessons.estimate.answer_cost import speed
from lessons.estimate.at_home import CACHE, Home, elsewhere, fits, formats, memory, needed
from lessons.estimate.gguf_size import bits_a_weight
from lessons.estimate.roofline import machine_of, reading, writing
from lessons.facts.architectures import architectures
from lessons.text import sections
from lessons.ui.llm_at_home import charts, first_picture, overview
from lessons.ui.llm_at_home.knobs import BATCH, CONTEXT, FORMAT, MACHINE, Asked, Use, named
from lessons.ui.llm_at_home.places import wherever
from lessons.ui.llm_at_home.sizes import in_gb
from lessons.ui.work.this_machine import GB, USABLE

CARD = machine_of(USABLE[named(MACHINE.default)])._replace(main=32e9, main_bandwidth=50e9)
USE = Use(300, 300, 10, 0.3, "EUR", 0, 0.7, "")


def jars(model: str = "Llama 3.1 8B", first=CONTEXT, **how):
    at = Asked(Home(architectures()[model], **how), CARD, CARD, None, USE)
    places = wherever(at, first, FORMAT)
    frames = first_picture.frames(places, (first, FORMAT))
    charts = {stands: frame.charts[0] for stands, frame in frames.items()}
    return {stands: (places[stands].home, chart) for stands, chart in charts.items()}


@pytest.mark.parametrize("model", ["Llama 3.1 8B", "Llama 3.1 70B", "gpt-oss 20B"])
def test_the_layers_are_what_is_estimated_and_what_is_above_the_rim_is_what_does_not_fit(model):
    for home, chart in jars(model).values():
        takes, rim = needed(home).value, CARD.memory
        top = chart.data["reach"][-1]["to"]
        for row in chart.table.to_dict("records"):
            assert row["GB"] == pytest.approx(memory(home)[row["part"]] / GB)
        poured = sum(row["to"] - row["from"] for row in chart.data["poured"])
        assert poured == pytest.approx(min(takes, rim) / GB)
        assert bool(chart.data["over"]) == (not fits(home, rim))
        for row in chart.data["over"]:
            assert (row["from"], row["to"]) == pytest.approx((rim / GB, min(takes / GB, top)))
            assert f"{in_gb(takes - rim)} too much" in chart.note
        assert chart.note.startswith("Fits" if fits(home, rim) else "Does not fit")
        assert str(needed(home)) in chart.note and chart.note in chart.alt


def test_both_ends_of_both_sliders():
    ends = jars()
    short, long = (ends[CONTEXT.options[at], "fp16"][1] for at in (0, -1))
    cache = [chart.table.set_index("part")["GB"][CACHE] for chart in (short, long)]
    assert cache[1] == pytest.approx(cache[0] * 2**8)  # from 512 to 131,072 tokens
    assert not short.data["over"] and long.data["over"]
    assert ends["512", "Q2_K"][1].note.startswith("Fits")
    grows = jars(first=BATCH, context=1_024)
    assert grows["1", "fp16"][1].note.startswith("Fits")
    assert grows["512", "fp16"][1].note.startswith("Does not fit")


def test_one_setting_has_one_name_on_slider_title_and_question():
    title = lambda model, form: jars(model)["8,192", form][1].title
    assert FORMAT.default == "native"
    assert title("Llama 3.1 8B", "native") == "Llama 3.1 8B, native (16 bits), on NVIDIA GeForce RTX 4090"
    assert title("gpt-oss 20B", "native").startswith(
        "gpt-oss 20B, native (4.6 bits), on"
    )  # experts 4.25, the rest more
    assert title("DeepSeek-V3 / R1 671B", "native").startswith("DeepSeek-V3 / R1 671B, native (8 bits), on")
    assert title("Llama 3.1 8B", "Q4_K_M") == "Llama 3.1 8B, Q4_K_M (4.9 bits), on NVIDIA GeForce RTX 4090"
    assert "native format (16 bits)" in sections("llm-at-home")["predict"]


def test_formats_are_in_the_order_of_their_bits_and_the_label_says_from_where_to_where():
    forms, shape = FORMAT.options, architectures()["Llama 3.1 8B"]
    bits = [bits_a_weight(shape, form) for form in forms if form in (*formats(shape), FORMAT.default)]
    assert "about 2 to 16 bits per weight" in FORMAT.label and (round(bits[0]), bits[-1]) == (2, 16)
    assert bits == sorted(bits)


def test_what_is_in_one_jar_has_one_unit():
    sizes = [in_gb(size) for size in (67.1e6, 271e6, 500e6, 1.07e9, 16.06e9, 24e9, 1342e9)]
    assert sizes == ["0.067 GB", "0.27 GB", "0.50 GB", "1.07 GB", "16.1 GB", "24 GB", "1,342 GB"]


def two_digits(value: float) -> str:
    return f"{round(value, 1 - int(math.log10(value))):,.0f}"


@pytest.mark.parametrize("form", ["fp16", "Q4_K_M"])
def test_the_first_number_says_how_fast_it_decodes_as_the_page_estimates(form):
    home, chart = jars()["8,192", form]
    found = speed(writing(home, CARD, USE.prompt), home, CARD, USE.prompt)
    low, high = (two_digits(end) for end in (found.low, found.high))
    said = overview.frames({"": Asked(home, CARD, CARD, None, USE)})[""].tiles[0].description
    assert said.startswith(f"{low} to {high}; ")
    times = float(re.search(r"; ([\d.]+) × as fast as people read\.", said)[1])
    assert times == pytest.approx(found.value * 0.75 / (238 / 60), rel=0.05)  # words a second, of both
    assert "estimated" in chart.badges
    most = jars(first=BATCH, context=1_024)["512", form][0]
    assert not fits(most, CARD.memory, CARD.main)
    too_much = overview.frames({"": Asked(most, CARD, CARD, None, USE)})[""].tiles[0]
    assert "as fast as people read" not in too_much.description  # what does not fit has no speed


def test_the_zero_of_the_axis_is_level_with_the_floor_of_the_jar():
    chart = jars()["8,192", "native"][1]
    axes = [axis for layer in chart.spec["layer"] if (axis := layer["encoding"]["y"].get("axis"))]
    assert axes and all(axis["labelFlush"] is False for axis in axes)
    assert chart.data["floor"][0]["at"] == 0 == chart.data["reach"][0]["to"]


def test_the_axis_and_the_specification_stay_where_they_are():
    charts = [chart for _, chart in jars("Llama 3.1 70B").values()]
    assert len({chart.data["reach"][-1]["to"] for chart in charts}) == 1
    assert all(chart.spec is charts[0].spec for chart in charts)
    high = [row["to"] for chart in charts for row in (*chart.data["over"], *chart.data["labels"])]
    assert max(high) <= charts[0].data["reach"][-1]["to"]


def test_what_is_offloaded_is_said():
    home, chart = jars("Llama 3.1 70B", offload=48)["512", "fp16"]
    assert elsewhere(home) > CARD.main
    assert "would be offloaded to main memory, which has 32 GB" in chart.note
    home, chart = jars("Llama 3.1 70B", offload=48)["8,192", "Q4_K_M"]
    assert f"{in_gb(elsewhere(home))} more is offloaded to main memory" in chart.note


@given(some.lists(some.floats(0, 300e9), min_size=1, max_size=6))
def test_labels_are_in_the_order_of_their_marks_and_never_touch(places):
    rows = first_picture.spread([("", at, f"{at:.0f}") for at in places], 100e9)
    assert [row["from"] for row in rows] == sorted(min(at, 100e9) / GB for at in places)
    line = 100 * first_picture.LINE / first_picture.HEIGHT
    assert all(after["to"] - row["to"] >= line * 0.999 for row, after in zip(rows, rows[1:], strict=False))
    assert all(0 <= row["to"] <= 100 for row in rows)


def test_no_number_above_a_bar_is_written_on_the_dashed_line():
    bars = {"under": {"weights": 23e9}, "far under": {"weights": 5e9}, "over": {"weights": 26e9}}
    chart = stack("memory", "format", bars, "bytes", "under", room=("card", 24e9))
    assert [row["at"] for row in chart.data["totals"]] == [24, 5, 26]
    assert [row["total"] for row in chart.data["totals"]] == [23, 5, 26]


def test_a_line_of_the_roofline_has_its_name_behind_its_end_and_no_step_is_above_it():
    for card, side in ((CARD, "above"), (machine_of(USABLE["NVIDIA A10G"]), "below right")):  # the second has no peak
        home = Home(architectures()["Llama 3.1 8B"], "Q4_K_M")
        steps = {"decode": writing(home, card, 300), "prefill": reading(home, card, 300)}
        chart = charts.roof(card, steps, [])
        (end,) = chart.data["names"]
        line = [(row["x"], row["y"]) for row in chart.data["lines"]]
        ridge = [card.peak / card.bandwidth] * 2 if card.peak else []  # a step there is limited by both
        assert [row["x"] for row in chart.data["ridge"]] == ridge
        assert end["name"] == "at best" and (end["x"], end["y"]) == pytest.approx(line[-1])
        assert chart.data["reach"][0]["x"] > end["x"] > max(point["x"] for point in chart.data["points"])
        for point in chart.data["points"]:  # TFLOP/s
            roof = min(point["x"] * card.bandwidth, card.peak or math.inf) / 1e12
            assert point["y"] == pytest.approx(roof)
            assert (point["label"], point["place"]) == (
                point["name"],
                {"decode": "left", "prefill": side}[point["name"]],
            )


def test_what_does_not_fit_is_grey_on_the_map():
    ratios = {("fp16", 1): 0.49, ("fp16", 64): None, ("Q4_0", 1): 1.5, ("Q4_0", 64): 0.88}
    shown = charts.won(ratios, ["fp16", "Q4_0"], [1, 64], "a card", "another", 400, 12)
    holes, cells = shown.figure.data
    assert [list(row) for row in holes.z] == [[None, 1], [None, None]]
    assert [list(row) for row in cells.text] == [["0.49×", ""], ["1.5×", "0.88×"]]
    assert "does not fit" in holes.text[0] and "Grey: does not fit on one of the two" in shown.alt

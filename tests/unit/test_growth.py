"""Growth, the energy of a FLOP and products of savings: recovered where they are known, and as the facts say."""

import random
import re
from dataclasses import fields, replace
from itertools import product
from math import floor, isclose, log, log10, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.charts.line_names import HALO
from lessons.estimate import flop, growth, savings, silicon
from lessons.estimate.growth import Trend, TrendPoint
from lessons.facts import boards, figure, trend_models
from lessons.facts.read import SHOWN
from lessons.quantity import about, show
from lessons.ui.scaling import charts as scaling_charts
from lessons.ui.scaling import first_picture, waterfall_chart
from tests.unit.tables import table

P100, B200 = boards()["NVIDIA Tesla P100 SXM2"], boards()["NVIDIA B200"]
NEW = [boards()[f"NVIDIA {name}"] for name in ("Tesla V100 SXM2", "A100 SXM4 80 GB", "H100 SXM5 80GB", "B200")]
SINCE = (1950, 1980, 2000, 2010, 2012, 2015, 2018)


def samples(months: float, scatter: list[float], since: float = 2000) -> list[TrendPoint]:
    """Rows that double in so many months, each off its line by so many doublings."""
    return [
        TrendPoint(f"row {n}", since + n / 2, 3.0 * 2 ** (12 * n / 2 / months + off), "")
        for n, off in enumerate(scatter)
    ]


@given(st.floats(1, 200), st.integers(5, 60))
def test_a_fit_recovers_the_doubling_time_the_rows_were_made_with(months, rows):
    trend = growth.fitted(samples(months, [0.0] * rows))
    assert isclose(trend.doubling.value, months, rel_tol=1e-6)
    assert trend.doubling.low <= trend.doubling.value <= trend.doubling.high
    assert isclose(trend.at(2000), 3.0, rel_tol=1e-6)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_the_band_holds_the_true_doubling_time_about_as_often_as_it_says(seed):
    chance = random.Random(seed)
    held = 0
    for _ in range(100):
        doubling = growth.fitted(samples(10, [chance.gauss(0, 1) for _ in range(40)])).doubling
        held += doubling.low <= 10 <= doubling.high
    assert 82 <= held <= 100


def test_a_line_is_refused_where_rows_do_not_make_one():
    with pytest.raises(growth.TooFew, match="4 rows"):
        growth.fitted(samples(10, [0.0] * 4))
    with pytest.raises(growth.TooFew, match="grows at all"):
        growth.fitted(samples(-10, [0.0] * 9))
    with pytest.raises(growth.TooFew, match="grows at all"):
        growth.fitted(growth.supply("FLOP/J, fp32", 2020))  # the last years of fp32 are flat


@given(st.floats(1, 100), st.floats(1, 100), st.integers(1, 60))
def test_a_gap_opens_with_both_doubling_times(wanted, offered, years):
    rows = samples(10, [0.0] * 9)
    gap = growth.gap(growth.given(wanted, rows), growth.given(offered, rows), 2000, 2000 + years)
    assert isclose(log(gap.value, 2), 12 * years * (1 / wanted - 1 / offered), rel_tol=1e-9, abs_tol=1e-9)
    assert gap.low is gap.high is None  # what a reader sets has no error


def test_the_errors_of_both_lines_are_in_the_gap():
    rough, sure = growth.fitted(samples(6, [0.3, -0.3] * 20)), growth.fitted(samples(30, [0.0] * 40))
    gap, both = growth.gap(rough, sure, 2000, 2010), growth.gap(rough, rough, 2000, 2010)
    assert gap.low < gap.value < gap.high
    assert both.high / both.low > gap.high / gap.low


@pytest.mark.parametrize(("wants", "offers", "since"), list(product(growth.DEMANDS, growth.SUPPLIES, SINCE)))
def test_every_pair_a_reader_can_choose_has_a_line_a_band_and_sources(wants, offers, since):
    rows = growth.demand(wants, since), growth.supply(offers, since)
    trends = [growth.fitted(some) for some in rows]
    gap = growth.gap(*trends, max(since, trends[1].begins), 2025)
    for quantity in (gap, *(trend.doubling for trend in trends)):
        assert 0 < quantity.low < quantity.value < quantity.high
        assert quantity.source
    assert all(sample.year >= since and re.search(r", .+; \w", sample.note) for some in rows for sample in some)


def test_the_fit_since_2010_agrees_with_what_epoch_ai_publishes():
    assert 2 ** growth.fitted(growth.demand("training FLOP", 2010)).slope == pytest.approx(
        figure("growth_notable_compute").value, rel=0.1
    )


def test_one_line_through_seventy_years_has_a_narrow_band_and_is_wrong():
    whole, since = (growth.fitted(growth.demand("training FLOP", year)).doubling for year in (1950, 2010))
    assert whole.high / whole.low < since.high / since.low
    assert whole.low > 1.5 * since.high


def test_supply_is_as_the_page_says():
    def months(name: str) -> float:
        return growth.fitted(growth.supply(name, 2012)).doubling.value

    assert 2 * months("FLOP/J, best") < months("FLOP/J, fp32")
    assert months("FLOP/J, fp32") == max(map(months, growth.SUPPLIES))
    assert months("transistor density") > 24  # slower than Moore's law


def test_sixteen_bits_are_those_of_matrix_units():
    names = {sample.name for sample in growth.supply("FLOP/J, fp16")}
    assert "NVIDIA H100 SXM5 80GB" in names
    assert "NVIDIA GeForce RTX 3090" in names
    assert not names & {"NVIDIA A10G", "NVIDIA Titan V", "AMD Radeon RX 7900 XTX", P100.name}


def test_a_flop_is_tdp_over_dense_peak():
    assert flop.energy(P100, "fp32").value * 1e12 == pytest.approx(300 / 10.61)
    assert show(flop.energy(B200, "fp16").value, "J") == "0.44 pJ"
    with pytest.raises(flop.NotListed, match="fp16"):
        flop.energy(P100, "fp16")  # it has no matrix units
    with pytest.raises(flop.NotListed, match="fp8"):
        flop.energy(boards()["NVIDIA A100 SXM4 80 GB"], "fp8")


@pytest.mark.parametrize(("new", "narrowest"), list(product(NEW, flop.FORMATS)))
def test_the_steps_multiply_to_the_whole(new, narrowest):
    steps = flop.steps(P100, new, narrowest)
    whole = flop.energy(P100, "fp32").value / flop.energy(new, flop.best(new, narrowest)[0]).value
    assert isclose(prod(step.value for step in steps.values()), whole)
    assert isclose(flop.whole(steps).value, whole)
    assert all(step.low < step.value < step.high and step.source for step in steps.values())
    assert ("matrix units" in steps) == (narrowest != "fp32")


def test_the_best_format_fell_about_250_times_and_one_format_hardly():
    assert 200 < flop.whole(flop.steps(P100, B200)).value < 300
    assert flop.whole(flop.steps(P100, B200, "fp32")).value < 3
    assert (
        flop.whole(flop.steps(P100, NEW[2], "fp32")).value > flop.whole(flop.steps(P100, B200, "fp32")).value
    )  # H100: as the text says


def test_another_fact_gives_another_answer():
    better = replace(B200, fp32_TFLOPS=10 * B200.fp32_TFLOPS)
    assert flop.whole(flop.steps(P100, better, "fp32")).value == pytest.approx(
        10 * flop.whole(flop.steps(P100, B200, "fp32")).value
    )
    assert flop.whole(flop.steps(P100, better)).value == pytest.approx(flop.whole(flop.steps(P100, B200)).value)


def test_what_a_data_sheet_says_is_cited_and_a_missing_price_is_not_shown():
    sheet = flop.sheet(NEW[2], "fp8")
    assert str(sheet["Price of a board"]) == "33,600 USD"
    assert "Price of a board" not in flop.sheet(B200, "fp4")
    assert sheet["FLOP for each byte"].value == pytest.approx(1979e12 / 3350e9)
    assert sheet["FLOP for each byte"].value > 10 * flop.sheet(P100, "fp32")["FLOP for each byte"].value
    assert all(NEW[2].source in quantity.source for quantity in sheet.values())


RESNET = [savings.resnet50()]
hows = st.builds(
    savings.Shrunk,
    st.sampled_from(list(savings.FORMAT)),
    st.sampled_from([0.05, 0.1, 0.25, 0.5, 1.0]),
    st.sampled_from([0.05, 0.1, 0.25, 0.5, 1.0]),
    st.sampled_from(savings.HARDWARE),
)
networks = st.lists(
    st.builds(
        savings.Totals, st.integers(10**4, 10**7), st.integers(10, 10**4), st.integers(1, 10**4), st.integers(1, 10**4)
    ),
    min_size=1,
    max_size=5,
)


@given(networks, hows)
def test_at_the_floor_less_is_saved_than_promised(layers, how):
    saved, promised = savings.saved(layers, replace(how, hardware="ordinary")), savings.promised(how)
    assert saved.value <= promised.value * 1.001
    assert saved.low <= saved.value <= saved.high
    assert saved.value >= 0.999


def test_nothing_shrunk_saves_nothing():
    for quantity in (savings.promised(savings.Shrunk()), savings.saved(RESNET, savings.Shrunk())):
        assert quantity.value == 1


def test_pruning_helps_only_hardware_that_skips_zeros_and_bits_help_arithmetic_only_where_it_is_narrow():
    def parts(hardware: str) -> dict:
        return savings.stages(RESNET, savings.Shrunk(4, 0.1, 0.25, hardware))

    ordinary, skips, narrow, both = map(parts, savings.HARDWARE)
    assert ordinary["pruned"]["total"].value == ordinary["student"]["total"].value
    assert skips["pruned"]["compute"].value == pytest.approx(0.1 * skips["student"]["compute"].value)
    assert ordinary["rounded"]["compute"].value == ordinary["student"]["compute"].value
    assert narrow["rounded"]["compute"].value < 0.1 * narrow["student"]["compute"].value
    totals = [each["rounded"]["total"].value for each in (ordinary, skips, narrow, both)]
    assert totals[0] > max(totals[1:3]) and min(totals[1:3]) > totals[3]


def test_a_map_of_zeros_is_counted():
    pruned = savings.traffic(RESNET, savings.Shrunk(1, 0.5, hardware="skips zeros"))
    assert pruned.dram_bits == RESNET[0].weights * 1.5  # half a bit for what is left, one to say where it is


def test_resnet_50_is_as_published_and_mostly_arithmetic_at_the_floor():
    assert [savings.Totals(4_089_000_000, 25_557_032)] == RESNET
    parts = silicon.floor(savings.traffic(RESNET, savings.Shrunk()))
    assert parts["DRAM"].value + parts["compute"].value == pytest.approx(35e-3, rel=0.02)  # J
    left = savings.stages(RESNET, savings.Shrunk(4, 0.1, 0.25))["rounded"]
    assert left["compute"].value > 0.8 * left["total"].value


def test_lines_begin_together_and_names_stand_only_above_them():
    wanted, offered = growth.fitted(growth.demand("training FLOP", 1950)), growth.fitted(growth.supply("FLOP/J, best"))
    labels = {"AlexNet": ("AlexNet", "left"), "Grok-3": ("Grok-3", "left")}
    chart = scaling_charts.two_trends({"wants": wanted, "offers": offered}, 2008, 2025, labels)
    points, drawn = table(chart, "points"), table(chart, "lines")
    assert len(points) == len(wanted.samples) + len(offered.samples)
    assert set(points.query("says").name) == {"Grok-3"}
    assert points.set_index("name").loc["Grok-3", "note"].startswith("4.6 × 10²⁶ FLOP, xAI (confident); Epoch AI")
    ends = drawn.query("x == 2025").set_index("line").y
    gap = growth.gap(wanted, offered, 2008, 2025)
    assert ends["wants"] / ends["offers"] == pytest.approx(gap.value)


def two(since: int = 2012, offers: str = "transistor density", months: str = "fitted") -> first_picture.Two:
    wanted = growth.fitted(growth.demand("training FLOP", since))
    offered = growth.line(growth.supply(offers, since), months)
    return first_picture.Two("training FLOP", offers, wanted, offered, max(since, offered.begins))


@pytest.mark.parametrize("shown", [two(), two(1950), two(2018, "FLOP/J, best"), two(months="12")])
def test_the_first_picture_opens_the_gap_that_the_lines_say(shown):
    years = [str(year) for year in range(shown.since, 2036)]
    for year, frame in first_picture.frames(shown, years).items():
        (chart,) = frame.charts
        (bracket,), gap = table(chart, "gap").to_dict("records"), growth.gap(*shown[2:4], shown.since, int(year))
        assert bracket["year"] == int(year)
        assert bracket["to"] / bracket["from"] == pytest.approx(gap.value)
        written = [row["name"] for side in ("left", "right") for row in chart.data[f"factor, {side}"]]
        assert written == [about(gap.value, "×")]
        assert f"The gap is about {written[0]}." in chart.note or year == years[0]
    assert bracket["from"] == pytest.approx(2 ** (shown.offered.slope * (2035 - shown.since)))


def test_what_is_extrapolated_in_the_first_picture_is_dashed_and_said():
    frames = first_picture.frames(two(), [str(year) for year in range(2012, 2036)])
    for year, frame in frames.items():
        chart = frame.charts[0]
        beyond = {row["line"] for row in chart.data["continued"]}
        assert beyond == {name for name, last in (("supply", 2023.5), ("demand", 2025.3)) if int(year) > last}
        assert ("Dashed: extrapolated" in chart.note) == bool(beyond)
        assert all(row["year"] <= int(year) for name in ("models", "boards", "fitted") for row in chart.data[name])
    named = {row["name"]: row for row in frames["2035"].charts[0].data["models"]}
    rows = {row.name: row for row in growth.demand("training FLOP", 2012)}
    assert named["GPT-4"]["times"] * two().wanted.at(2012) == pytest.approx(rows["GPT-4"].value)
    assert set(named) == set(first_picture.MODELS["training FLOP"].values())


@pytest.mark.parametrize("shown", [two(), two(1950), two(2018, "FLOP/J, best"), two(months="12"), two(months="60")])
def test_the_factors_below_the_first_picture_divide_to_the_gap_beside_them(shown):
    words = {"": 1, "million": 1e6, "billion": 1e9, "trillion": 1e12}
    years = [str(year) for year in range(shown.since + 1, 2036)]
    for frame in first_picture.frames(shown, years).values():
        found = re.findall(r"([\d.,]*\d)(?: (\w+))?×", frame.charts[0].note)
        demand, supply, gap = (float(number.replace(",", "")) * words[word] for number, word in found)
        unit = 10 ** (floor(log10(gap)) - 1)  # of the second digit
        assert abs(demand / supply - gap) < unit, frame.charts[0].note


def test_single_models_and_chips_are_told_from_the_trends():
    for frame in first_picture.frames(two(), ["2025", "2035"]).values():
        assert frame.charts[0].title == "Growth since 2012: training FLOP and transistor density"
        assert frame.charts[0].data["dots"][0]["name"].startswith("grey dots: single chips")
        assert "Lines: trends through many models and chips." in frame.charts[0].note
        assert "Grey: single chips, and models among the largest of their time." in frame.charts[0].note


def test_grey_dots_are_explained_where_there_are_some_and_none_is_in_the_way():
    explained = lambda shown, year: first_picture.frames(shown, [year, "2035"])[year].charts[0].data["dots"]
    assert not explained(two(), "2012") and explained(two(), "2013") and explained(two(), "2035")
    assert not explained(two(1950), "2025")  # GPT-3 is there, far above its line


@pytest.mark.parametrize(("wants", "since"), list(product(growth.DEMANDS, SINCE)))
def test_named_models_above_the_trend_are_among_the_three_largest_of_a_year_around_them(wants, since):
    rows = growth.demand(wants, since)
    trend = growth.fitted(rows)
    for row in rows:
        if row.name in first_picture.MODELS[wants] and row.value > trend.at(row.year):
            assert sum(other.value > row.value for other in rows if abs(other.year - row.year) <= 1) < 3


def test_an_axis_of_many_powers_has_a_tick_at_each_millionfold_and_a_short_one_more():
    axis = first_picture.frames(two(), ["2025"])["2025"].charts[0].spec["layer"][0]["encoding"]["y"]["axis"]
    assert {1, 10, 100, 1e3, 1e6, 1e12} < set(axis["values"])
    for said in ("== 1 ? '1'", "== 1000 && domain('y')[1] < 1e+09 ? '1 thousand'", "== 1e+12 ? '1 trillion'"):
        assert said in axis["labelExpr"]


def test_only_labelled_ticks_have_a_line_and_it_strikes_through_no_name():
    spec = first_picture.frames(two(), ["2025"])["2025"].charts[0].spec
    axes = {of: spec["layer"][0]["encoding"][of]["axis"] for of in "xy"}
    assert not axes["x"]["grid"]
    shown = axes["y"]["gridOpacity"]["condition"]
    assert shown["test"] == f"({axes['y']['labelExpr']}) != ''" and axes["y"]["gridOpacity"]["value"] == 0
    texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    halo = [layer["data"]["name"] for layer in texts if layer["mark"].get("stroke") == HALO]
    assert halo == [layer["data"]["name"] for layer in texts if not layer["mark"].get("stroke")]
    kinds = [layer["mark"]["type"] for layer in spec["layer"]]
    assert kinds.index("line") == 1 + len(halo)  # halos are below the lines: they hide none of them


def test_a_waterfall_ends_where_the_factors_lead():
    steps = flop.steps(P100, B200)
    chart = waterfall_chart.waterfall("a title", "energy", "P100", flop.energy(P100, "fp32"), steps)
    rows = table(chart, "rows")
    assert list(rows["from"][1:]) == pytest.approx(list(rows["to"][:-1]))
    assert rows["to"].iloc[-1] == pytest.approx(flop.energy(B200, "fp4").value * 1e12)
    assert "pJ/FLOP" in chart.table.columns[1]


def test_the_words_of_a_waterfall_stand_at_its_bars():
    start, steps = flop.energy(P100, "fp32"), flop.steps(P100, B200)
    rows = table(waterfall_chart.waterfall("a title", "energy", "P100", start, steps), "rows")
    assert list(rows["side"]) == sorted(rows["side"])  # left of a bar at the right, then right of one at the left
    assert set(rows["side"]) == {"left", "right"}
    at_end = rows[["from", "to"]].max(axis=1).where(rows["side"] == "left", rows[["from", "to"]].min(axis=1))
    assert list(rows["at"]) == list(at_end)


def test_an_axis_of_many_powers_is_written_in_words():
    wanted, offered = growth.fitted(growth.demand("training FLOP", 1950)), growth.fitted(growth.supply("FLOP/J, best"))
    axis = scaling_charts.two_trends({"a": wanted, "b": offered}, 2008, 2025, {}).spec["layer"][0]["encoding"]["y"][
        "axis"
    ]
    assert all(word in axis["labelExpr"] for word in ("' trillion'", "' billion'", "'1/'"))


def test_all_that_the_fits_use_may_be_shown():
    shown = [*trend_models(), *boards().values(), *(figure(name) for name in ("resnet50_macs", "resnet50_weights"))]
    assert all(row.source and row.url and row.confidence in SHOWN for row in shown)
    assert {field.name for field in fields(Trend)} >= {"samples", "doubling"}

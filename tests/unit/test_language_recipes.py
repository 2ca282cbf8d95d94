"""What a reader chooses becomes a shrunk language model, or is refused in a sentence."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons.charts.labels import LINE
from lessons.charts.line_names import AXIS
from lessons.experiment import (
    PARTS,
    BadExperiment,
    Experiment,
    FactorizeWeights,
    PruneWeights,
    QuantizeActivationsPerToken,
    QuantizeKVCache,
    QuantizeWeights,
    Written,
    file_source,
    ready_written,
)
from lessons.experiment.language_step import CRITERIA, GRAINS, METHODS, SCHEMES
from lessons.jobs import language, recordings
from lessons.language import build
from lessons.language.evaluate import evaluate
from lessons.quantity import Measurement, Quantity
from lessons.recorded import writing
from lessons.ui.language_model import damage_charts, method_chart
from lessons.ui.language_model.recipe import FULL, KEPT, ROUNDED, SHARES, WIDTHS, Shrinking, in_groups
from tests.unit.ran import run_by
from tests.unit.tables import table

MODEL = Experiment(ready_written("shakespeare"))
REAL = Experiment(file_source("smollm2"))
SMALL = Experiment(Written("names", "llama-32x1", steps=10))
CHOSEN = st.builds(
    Shrinking,
    grain=st.sampled_from(GRAINS),
    method=st.sampled_from(METHODS),
    scheme=st.sampled_from(SCHEMES),
    group=st.sampled_from([32, 64, 128]),
    outliers=st.sampled_from([0.0, 1.0, 5.0]),
    parts=st.sampled_from(PARTS),
    activations=st.sampled_from(["4", "8", FULL]),
    cache=st.sampled_from(["2", "8", FULL]),
    pruned=st.sampled_from([0, 20, 70]),
    criterion=st.sampled_from(CRITERIA),
    share=st.sampled_from(list(map(int, SHARES))),
)


@pytest.mark.parametrize(
    ("how", "bits", "recipe"),
    [
        (Shrinking(), KEPT, ()),
        (Shrinking(), "3", (QuantizeWeights(3),)),
        (Shrinking("group", "gptq", group=64), "3", (QuantizeWeights(3, "group", group=64, method="gptq"),)),
        (Shrinking("row", group=128), "4", (QuantizeWeights(4, "row"),)),
        (Shrinking("group", pruned=20), "4", (PruneWeights(20), QuantizeWeights(4, "group"))),
        (Shrinking(share=75), KEPT, (FactorizeWeights(75),)),
        (
            Shrinking(activations="8", cache="4"),
            "8",
            (QuantizeWeights(8), QuantizeActivationsPerToken(8), QuantizeKVCache(4)),
        ),
        (Shrinking(share=50, cache="8"), KEPT, (FactorizeWeights(50), QuantizeKVCache(8))),
    ],
    ids=str,
)
def test_what_is_chosen_is_what_is_done(how, bits, recipe):
    assert how.of(MODEL, bits).recipe == recipe


@given(how=CHOSEN, bits=st.sampled_from((*WIDTHS, KEPT)))
def test_whatever_is_chosen_is_an_experiment_or_refused_in_a_line(how, bits):
    try:
        made = how.of(MODEL, bits)
    except BadExperiment as refused:
        assert "\n" not in str(refused)
        return
    assert Experiment.from_json(made.to_json()) == made


@given(how=CHOSEN)
def test_curves_hold_the_model_itself_wherever_it_can_be_had(how):
    how = replace(how, pruned=how.pruned if how.rounds else 0)
    first, *others = how.curves(MODEL).values()
    for bits in WIDTHS if how.rounds else (KEPT,):
        try:
            made = how.of(MODEL, bits)
        except BadExperiment:
            continue
        assert made in first.values()
        assert not any(made in curve.values() for curve in others)
    assert not any(MODEL in curve.values() for curve in (first, *others)) or how.activations == how.cache == FULL


WAYS = [
    (Shrinking(), "4"),
    (Shrinking("group", "gptq", "affine"), "4"),
    (Shrinking("row", "awq"), "3"),
    (Shrinking("group", scheme="nf4"), "4"),
    (Shrinking("group", scheme="Q4_0"), "4"),
    (Shrinking(outliers=1.0, cache="4"), "3"),
    (Shrinking(pruned=50), "4"),
    (Shrinking(pruned=50, activations="8"), KEPT),
    (Shrinking(share=50), KEPT),
]
EVERY = {technique for how, bits in WAYS for technique in how.techniques(bits)}


@pytest.mark.parametrize(("how", "bits"), WAYS, ids=str)
def test_the_techniques_named_are_those_that_run(how, bits):
    build.BUILT.clear()
    tokens = torch.tensor([[1, 2, 3]])
    ran = run_by(lambda: build.build(how.of(SMALL, bits)).net(tokens))
    named = {technique.__code__ for technique in how.techniques(bits)}
    assert named == {technique.__code__ for technique in EVERY} & ran


@pytest.mark.parametrize(
    ("how", "bits", "name"),
    [
        (Shrinking(), KEPT, "as stored"),
        (Shrinking("group", "gptq"), "3", "3 bits, group, gptq"),
        (Shrinking("group", "gptq", parts="attention and MLP"), "3", "3 bits, group, gptq, attention and MLP"),
        (Shrinking(pruned=50, cache="4"), KEPT, "50 % pruned; keys and values 4 bits"),
        (Shrinking(share=75, activations="8"), KEPT, "low-rank factors, 75 %; activations 8 bits"),
    ],
)
def test_a_model_says_how_it_was_shrunk(how, bits, name):
    assert how.named(bits) == name


def test_a_model_is_compared_with_itself_rounded_in_groups():
    found = in_groups(MODEL)
    assert found["32 bits"] == MODEL
    assert [found[f"{bits} bits"] for bits in ROUNDED] == [MODEL | QuantizeWeights(bits, "group") for bits in ROUNDED]


def measured(loss: float, letters: float, packed: int) -> Measurement:
    named = {"loss": loss, "loss a character": letters, "packed": packed, "perplexity": 2.0**loss}
    return Measurement(tuple(Quantity(name, value, "", "measured") for name, value in named.items()), b"")


def test_models_of_pieces_and_of_characters_stand_on_one_axis():
    figure = damage_charts.students(
        {"a": {"32 bits": measured(4, 2, 10)}, "b": {"32 bits": measured(2, 2, 10)}}, "packed", "bytes"
    )
    assert table(figure, "points")["y"].nunique() == 1


def test_perplexity_doubles_where_it_first_does_coming_down():
    before = measured(2, 2, 10)
    curve = {f"{bits} bits": measured(loss, 2, 10) for bits, loss in {2: 9, 3: 3.5, 4: 2.9, 5: 3.1, 6: 2.1}.items()}
    assert damage_charts.doubles_at(curve, before) == "5"
    assert damage_charts.doubles_at({at: before for at in curve}, before) is None
    assert damage_charts.doubles_at(curve | {"4 bits": None}, before) is None


def read(perplexity: tuple[float, float, float], kl: tuple[float, float, float], packed: int = 8) -> Measurement:
    """What is measured of a model of eight weights: perplexity, KL divergence and its intervals, bytes of the file."""
    named = {"perplexity": perplexity, "kl": kl, "packed": (packed, None, None), "in 16 bits": (16, None, None)}
    return Measurement(tuple(Quantity(name, each[0], "", "measured", *each[1:]) for name, each in named.items()), b"")


GOOD, BAD, WIDE = (10, 9, 11), (20, 19, 21), (10, 5, 25)  # a value, and its interval


@pytest.mark.parametrize(
    ("gptq", "awq", "said"),
    [
        (read(GOOD, GOOD), read(BAD, BAD), "At 3 bits, lowest perplexity: GPTQ (10); round to nearest 20."),
        (read(GOOD, GOOD), read(GOOD, BAD), "lowest perplexity: GPTQ and AWQ (10 and 10); round to nearest 20."),
        (
            read(WIDE, GOOD),
            read(WIDE, BAD),
            "At 3 bits perplexities do not differ beyond their error. Lowest KL divergence: GPTQ (3 bits).",
        ),
        (read(BAD, BAD), read(WIDE, WIDE), "At 3 bits no method is better than round to nearest beyond the error."),
        (read((40, 39, 41), BAD), read(BAD, BAD), "GPTQ is worse than round to nearest at 3 bits."),
    ],
)
def test_the_note_names_a_best_method_where_intervals_have_nothing_in_common(gptq, awq, said):
    curves = {"nearest": {"3": read(BAD, BAD)}, "gptq": {"3": gptq}, "awq": {"3": awq}}
    assert said in " ".join(method_chart.says(curves, 100))


def test_the_note_says_where_all_is_lost_and_where_nothing_is_compared():
    curves = {"nearest": {"2": read(BAD, BAD), "8": read(GOOD, GOOD)}, "gptq": {"2": read(BAD, BAD)}}
    assert [*method_chart.says(curves, 15)] == [
        "At 2 bits every method loses the model.",
        "At 8 bits one method alone has been measured.",
    ]


@pytest.mark.parametrize(
    "how", [Shrinking(), Shrinking("group"), Shrinking("row", "awq", parts=writing.LAYERS)], ids=str
)
def test_methods_are_drawn_as_they_were_recorded(how):
    before = writing.measurement(REAL)
    ways = {way: {at: writing.measurement(each) for at, each in of.items()} for way, of in how.methods(REAL).items()}
    figure = method_chart.methods(ways, damage_charts.Marks(before, before), how.group)
    drawn = table(figure, "points")
    for method, name in (("nearest", "round to nearest"), ("gptq", "GPTQ"), ("awq", "AWQ")):
        steps = [QuantizeWeights(bits, how.grain, method=method, parts=how.parts) for bits in (2, 3, 4)]
        wanted = [writing.measurement(REAL | step)["perplexity"] for step in steps]
        shown = drawn[drawn["name"] == name][:3]
        assert list(shown["y"]) == [each.value for each in wanted]
        assert list(shown["low"]) == [each.low for each in wanted]
        assert list(shown["high"]) == [each.high for each in wanted]
    other = "per row" if how.grain == "group" else "per 32 weights"
    assert set(drawn["name"]) == {"round to nearest", "GPTQ", "AWQ", f"round to nearest, {other}"}
    assert drawn["x"].between(2, 10).all()


def test_bits_are_those_of_the_file_with_its_scales():
    four = damage_charts.bits_of(writing.measurement(REAL | QuantizeWeights(4, "group")))
    assert 4.5 < four < 4.52


def test_what_one_method_alone_can_do_is_no_comparison():
    assert set(Shrinking(pruned=50).methods(MODEL)) == {("row", "nearest"), ("group", "nearest")}
    assert Shrinking(share=50).methods(MODEL) == {}
    points = {("row", "nearest"): {"3": read(BAD, BAD), "4": read(GOOD, GOOD)}, ("row", "gptq"): {"3": None}}
    assert method_chart.methods(points, damage_charts.Marks(read(GOOD, GOOD), read(BAD, BAD)), 32) is None


def test_names_of_lines_that_begin_close_together_are_a_line_apart():
    curves = [damage_charts.Line(name, name, {"4": read((at, 9, 11), GOOD)}) for name, at in (("a", 10), ("b", 10.01))]
    figure = damage_charts.damage("t", curves, damage_charts.Marks(read(GOOD, GOOD), read(BAD, BAD)), ("a", "b"))
    high, low = table(figure, "names").sort_values("y", ascending=False)["y"]
    pixel = np.log(11 / 9) / (damage_charts.HEIGHT - AXIS)
    assert np.log(high / low) / pixel >= LINE


def test_what_was_recorded_of_a_method_is_what_is_measured_now():
    model = MODEL | QuantizeWeights(3, method="gptq")
    kept, now = recordings.find(language.reading, model).result, evaluate(model)
    for name in ("perplexity", "kl", "packed"):
        assert kept[name].value == pytest.approx(now[name].value, rel=1e-3)


@pytest.mark.parametrize(("perplexity", "label"), [(GOOD, ""), (BAD, ""), ((15, 14, 16), "shown")])
def test_the_model_that_is_shown_is_named_where_it_is_on_no_line(perplexity, label):
    curves = [damage_charts.Line("a", "a", {"4": read(BAD, GOOD)})]
    figure = damage_charts.damage("t", curves, damage_charts.Marks(read(GOOD, GOOD), read(perplexity, BAD)), ("a",))
    assert list(table(figure, "shown")["label"]) == [label]

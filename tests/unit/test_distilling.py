"""What a reader can choose of distillation, what it costs, and how it is drawn."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import streamlit
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons import charts, models
from lessons.charts.labels import LINE
from lessons.charts.line_names import AXIS
from lessons.data import examples
from lessons.estimate import silicon, training_break_even
from lessons.experiment import BadExperiment, Experiment, FineTune, Quantize, ShiftBias, Taught, Trained
from lessons.jobs import vision
from lessons.jobs.events import ModelKept
from lessons.measure import quality
from lessons.measure.layer_view import LayerCost
from lessons.models.folding import folded
from lessons.quantity import Measurement, Quantity
from lessons.shrink import distill
from lessons.training.progress import TrainingStep
from lessons.ui.distillation import bargain_charts, headline, race_charts, recipe, soft_target_charts
from lessons.ui.distillation.knobs import LABELLED
from lessons.ui.distillation.recipe import LARGE, STUDENTS, TEACHERS, Distilling, shrunk
from lessons.ui.layout import figures
from lessons.ui.work import results
from lessons.vision import build, objective
from tests.unit.tables import table

ALL = Trained().examples
FEW = Distilling(labelled=500)
NAMES = ("boot", "bag", "coat")


RECORDED = Quantity("accuracy", 71, "%", "recorded")


def measured(accuracy: float, bytes: float = 1_000, joules: float = 1e-6) -> Measurement:
    return Measurement(
        (
            Quantity("accuracy", accuracy, "%", "measured"),
            Quantity("packed", bytes, "bytes", "measured"),
            Quantity("macs", 10, "MAC", "measured"),
            Quantity("energy_45nm", joules, "J", "estimated", joules / 10, joules * 10),
        ),
        b"",
    )


def test_the_knobs_say_how_a_student_is_taught():
    how = Distilling.chosen("8,706", "small", "2,000", "500", "8", "0.3", "2", "logits", "4")
    by = TEACHERS["small"](how, 0)
    taught = Taught(by, 8.0, 0.3, "logits", 500)
    student = Trained(model="cnn-8x3", epochs=2, seed=3, labelled=2_000)
    steps = (Quantize(4, "channel", range="least-squares"), FineTune(2, taught=taught))
    assert how.taught(3) == Experiment(replace(student, taught=taught), steps)
    assert how.alone(3) == Experiment(student, (steps[0], FineTune(2)))


@pytest.mark.parametrize(
    ("how", "names"),
    [
        (FEW, ["alone", "taught"]),
        (Distilling(labelled=0), []),
        (Distilling(labelled=0, alpha=1.0), []),
        (Distilling(labelled=0, alpha=1.0, unlabelled=500), ["taught"]),
        (Distilling(labelled=0, alpha=1.0, unlabelled=500, teacher="itself"), []),
        (Distilling(teacher="three trained here", loss="hints"), []),
    ],
)
def test_who_can_race(how, names):
    assert list(how.runners(0)) == names


def test_itself_as_teacher_is_the_student_alone_from_the_same_seed():
    how = replace(FEW, teacher="itself")
    assert [Experiment(by) for by in how.taught(2).source.taught.by] == [how.alone(2)]


def test_no_more_pictures_are_without_labels_than_there_are():
    how = Distilling(labelled=5_000, unlabelled=ALL)
    assert how.taught(0).source.taught.unlabelled == ALL - 5_000
    assert how.heard == ALL


@pytest.mark.parametrize(
    "how",
    [
        Distilling(epochs=1, labelled=500, unlabelled=2_000),
        Distilling(epochs=1, labelled=50),
        Distilling(epochs=2, labelled=1, unlabelled=80),
        Distilling(epochs=1, labelled=0, alpha=1.0, unlabelled=300),
    ],
)
def test_as_many_pictures_are_counted_as_go_through_training(monkeypatch, how):
    """Counted where the training takes its batches, and where the teacher answers."""
    seen, heard = [], []
    order, listen = objective.order, objective._answers_of
    monkeypatch.setattr(objective, "order", lambda *a: map(lambda b: seen.append(sum(map(len, b))) or b, order(*a)))
    monkeypatch.setattr(
        objective, "_answers_of", lambda nets, images, which: heard.append(len(which)) or listen(nets, images, which)
    )
    for _ in build.training(how.taught(0).source):
        pass
    assert sum(seen) == how.seen
    assert heard == [how.heard]


def test_the_map_has_every_pair_that_can_be_and_the_place_one_is_at():
    points = FEW.map()
    assert len(points) == len(recipe.ALPHAS) * len(recipe.TEMPERATURES)
    assert points[0.9, 4.0] == FEW.taught(0)
    without = Distilling(labelled=0, alpha=1.0, unlabelled=500).map()
    assert {alpha for alpha, _ in without} == {1.0}
    assert Distilling(labelled=0).map() == {}


def test_put_right_adds_the_bias_of_the_class_never_shown():
    runners = Distilling("cnn-8x3", withheld=7).put_right(0)
    assert list(runners) == ["alone", "taught", "alone+bias", "taught+bias"]
    assert runners["taught+bias"] == runners["taught"] | ShiftBias(7)


def test_the_students_have_as_many_parameters_as_they_are_called_after():
    for name, model in STUDENTS.items():
        net = folded(models.make(model).eval())
        assert sum(p.numel() for p in net.parameters()) == int(name.replace(",", ""))


def test_every_technique_of_a_loss_is_named():
    assert FEW.techniques == [distill.softened, distill.soft_targets, distill.combined]
    assert distill.match_attention in replace(FEW, loss="attention").techniques


def test_a_training_counts_its_products_and_what_the_teacher_answers():
    multiply, add = silicon.operation("fp32", "45 nm")
    plain = training_break_even.arithmetic(1_000, 50)
    assert plain.value == pytest.approx(50 * 1_000 * (multiply + add) * 1e-12)
    taught = training_break_even.taught(plain, 30, measured(90, joules=2e-6)["energy_45nm"])
    assert taught.value == pytest.approx(plain.value + 30 * 2e-6)
    assert taught.low < taught.value < taught.high


@given(st.floats(1e-3, 1e3), st.floats(1e-7, 1e-3), st.floats(1e-7, 1e-3))
def test_after_break_even_the_student_has_saved_its_training(training, teacher, student):
    of = [Quantity("e", value, "J", "estimated", value, value) for value in (training, teacher, student)]
    paid = training_break_even.break_even(*of)
    assert (paid is None) == (teacher <= student)
    if paid:
        assert training + paid.value * student == pytest.approx(paid.value * teacher)


def test_the_bargain_in_numbers():
    student, teachers = measured(80, 500, 1e-6), [measured(90, 4_000, 3e-6), measured(91, 4_000, 3e-6)]
    found = training_break_even.taught_student(student, teachers, 350, seen=1_000, heard=10)
    training = training_break_even.arithmetic(350, 1_000).value + 10 * 6e-6
    assert found["Student's training"].value == pytest.approx(training)
    assert found["Paid back after"].value == pytest.approx(training / 5e-6)
    assert training_break_even.together(teachers, "packed").value == 8_000
    assert "Paid back after" not in training_break_even.taught_student(teachers[0], [student], 350, 1_000, 10)


def test_several_teachers_multiply_together():
    student, teacher = [LayerCost("a", 7, 1, 1, (1,), (1,))], [LayerCost("b", 50, 1, 1, (1,), (1,))]
    found = training_break_even.multiplications(student, teacher, teacher)
    assert found["Teacher's MACs"].value == 2 * teacher[0].macs
    assert found["Student's MACs"].value == student[0].macs


def test_the_largest_file_within_the_students():
    family = {"8 bits": measured(90, 900), "4 bits": measured(80, 450), "2 bits": measured(20, 300), "1 bit": None}
    assert training_break_even.within(family, measured(70, 500)) == "4 bits"
    assert training_break_even.within(family, measured(70, 450)) == "4 bits"
    assert training_break_even.within(family, measured(70, 299)) is None


def test_a_teacher_of_several_answers_by_their_mean_and_takes_all_their_bytes():
    found = training_break_even.teacher([measured(90), measured(90)], np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    assert found["Accuracy"].value == 75
    assert found["File"].value == 2_000


def test_what_else_a_teacher_could_be():
    found = shrunk(Experiment(LARGE))
    assert found["quantized"]["1"].recipe == (Quantize(1, "channel", range="least-squares"),)
    assert found["pruned"]["99"].recipe[0].sparsity == 99


@given(st.floats(0.1, 100))
def test_what_is_shown_is_softened_as_what_trains(temperature):
    logits = np.random.default_rng(0).normal(0, 5, (7, 10)).astype(np.float32)
    drawn = soft_target_charts.softened(logits, temperature)
    assert drawn == pytest.approx(distill.softened(torch.tensor(logits), temperature).numpy(), abs=1e-5)


def test_the_table_has_the_mean_of_every_class_at_each_temperature():
    logits = np.array([[4, 2, 0], [0, 3, 1], [2, 0, 4], [4, 0, 0]], np.float32)
    right = np.array([0, 1, 2, 0])
    figure = soft_target_charts.dark_knowledge(logits, right, NAMES, ("1", "100"), ("measured",))
    soft = 100 * soft_target_charts.softened(logits, 1.0)
    assert figure.data["alike"][0][0] == pytest.approx(soft[[0, 3]].mean(0), abs=0.06)
    assert max(figure.data["alike"][1][1]) < 36  # nearly alike
    assert len(figure.table) == 2 * len(NAMES)
    of, to = max(
        ((a, b) for a in range(3) for b in range(3) if a != b),
        key=lambda pair: figure.data["alike"][0][pair[0]][pair[1]],
    )
    assert figure.data["words"][0].endswith(
        f"at T = 1: {figure.data['alike'][0][of][to]:.1f} % of {NAMES[to]} in {NAMES[of]}."
    )


def test_the_least_sure_come_first():
    logits = np.array([[9, 0, 0], [1, 1, 1], [3, 0, 0], [2, 1, 0]], np.float32)
    assert soft_target_charts.least_sure(logits, 2) == [1, 3]


def test_from_three_races_on_there_is_a_deviation():
    two = {"alone": [measured(70), measured(72)], "taught": [measured(75), measured(75)]}
    assert "2 of the 3" in race_charts.by_seed(two).note
    assert len(table(race_charts.by_seed(two), "bars")) == 0
    assert (
        "2 of the 3" in race_charts.by_seed(two | {"alone": [*two["alone"], measured(74)]}).note
    )  # the other is being measured
    three = {name: [*found, measured(74)] for name, found in two.items()}
    figure = race_charts.by_seed(three)
    assert figure.note == "Mean ± standard deviation: alone 72.0 ± 2.0 %; taught 74.7 ± 0.6 %."
    assert list(table(figure, "bars")["mean"]) == pytest.approx([72, 74.667], abs=0.01)
    assert race_charts.gained(three) == pytest.approx(2.667, abs=0.01)
    assert race_charts.gained({"taught": three["taught"]}) is None


def test_a_runner_trained_before_stands_where_it_ended():
    told = {"alone": [], "taught": [TrainingStep(80, 160, 1.0, 60.0, 1.0), TrainingStep(160, 160, 0.5, 70.0, 2.0)]}
    figure = race_charts.race(told, {}, {"alone": measured(66)})
    assert table(figure, "points")[["kind", "x", "y"]].values.tolist() == [["taught", 160, 70], ["alone", 160, 66]]
    assert table(figure, "lines")["line"].unique().tolist() == ["taught"]
    names = table(figure, "names").sort_values("y")
    assert names["name"].tolist() == ["alone, before\n66.0 %", "taught\n70.0 %"]
    assert list(names["y"]) == pytest.approx([66, 70])  # there is room for both


def test_names_at_the_ends_of_a_race_lie_on_no_other():
    def told(end: float) -> list[TrainingStep]:
        return [TrainingStep(80, 160, 1.0, 60.0, 1.0), TrainingStep(160, 160, 0.5, end, 2.0)]

    figure = race_charts.race({"alone": told(80.0), "taught": told(80.2)}, {}, {})
    names = table(figure, "names").sort_values("y")
    assert names["name"].tolist() == ["alone\n80.0 %", "taught\n80.2 %"]
    apart = (names["y"].iloc[1] - names["y"].iloc[0]) / 20.2 * (race_charts.RACE - AXIS)  # pixels
    assert apart >= 2 * LINE
    assert names["y"].max() <= 80.2
    assert table(figure, "reach")["x"].iloc[0] > 160


def test_a_race_without_an_accuracy_yet_is_drawn_without_names():
    figure = race_charts.race({"alone": [TrainingStep(1, 160, 2.3, None, 0.1)], "taught": []}, {}, {})
    assert figure.data["names"] == figure.data["points"] == []


def test_a_student_has_its_colour_wherever_it_is_drawn():
    runs = {"alone": [measured(70)] * 3, "taught": [measured(75)] * 3}
    lone = {"taught": runs["taught"]}
    families = {"quantized": {"8": measured(90, 400)}, "pruned": {"50": None}}
    students = {"alone": measured(70, 500), "taught": measured(75, 500)}
    for figure in (race_charts.by_seed(runs), race_charts.by_seed(lone)):
        assert figure.spec["layer"][0]["encoding"]["color"]["scale"]["domain"][:2] == ["alone", "taught"]
    for figure in bargain_charts.bargain(families, students):
        domain = figure.spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
        assert [name.removeprefix("student, ") for name in domain[:2]] == ["alone", "taught"]
        assert domain[2:5] == ["quantized", "pruned", "fine-tuned"]


def test_a_single_label_is_drawn_only_where_it_is_chosen():
    ends = {at: {"alone": [measured(accuracy)]} for at, accuracy in ((1, 10), (20, 50), (500, 76))}
    marked = race_charts.along_labels(ends)
    assert table(marked(500), "lines")["x"].tolist() == [20, 500]
    assert table(marked(1), "lines")["x"].tolist() == [1, 20, 500]
    assert table(marked(20), "reach")["x"].tolist() == [8]  # room for a name at the first point


def test_a_race_that_is_run_again_is_drawn_over_how_it_was_recorded():
    before, now = [TrainingStep(80, 160, 1.0, 60.0, 1.0), TrainingStep(160, 160, 0.5, 70.0, 2.0)], []
    kept = race_charts.race({"alone": now}, {"alone": before}, {})
    assert (kept.badges, "Dashed" in kept.note) == (("recorded",), False)
    both = race_charts.race({"alone": before[:1]}, {"alone": before}, {})
    assert (both.badges, "Dashed: recorded." in both.note) == (("measured", "recorded"), True)
    assert table(both, "lines")["dashed"].tolist() == [False, True, True]


def test_races_that_were_recorded_are_hollow_beside_those_run_here():
    ends = {"alone": [measured(70), replace(measured(71), quantities=(RECORDED,))], "taught": [measured(75)] * 2}
    figure = race_charts.by_seed(ends)
    assert figure.badges == ("measured", "recorded")
    assert table(figure, "ends")["badge"].tolist() == ["measured", "recorded", "measured", "measured"]
    assert "Hollow: recorded." in figure.note
    assert race_charts.by_seed({"alone": ends["alone"][1:], "taught": []}).badges == ("recorded",)


def test_the_headline_has_every_student_with_every_number_of_labels_of_which_a_race_is_known(monkeypatch):
    monkeypatch.setattr(results, "wait_for", lambda under_way: None)
    found = headline.frames(Distilling(labelled=500))
    assert len(found) == len(STUDENTS) * len(LABELLED.options)
    tiles = found["3,206", "500"].quantities
    assert {tile.badge for tile in tiles.values()} == {"recorded"}
    assert 2 < tiles["Taught"].value - tiles["Alone"].value < 6
    assert "mean of 3 races" in tiles["Taught"].source
    assert [chart.title for chart in found["3,206", "500"].charts] == ["Accuracy against labels", "Every race so far"]
    assert found["3,206", "0"] is None  # there is nothing to learn from
    shown = [frame.quantities["Taught"].value for (size, _), frame in found.items() if frame and size == "3,206"]
    assert len(set(shown)) >= 8
    few = headline.frames(Distilling(labelled=50, unlabelled=20_000))["3,206", "50"].charts[0]
    along = {name: len(rows) for name, rows in table(few, "lines").groupby("line")}
    assert along["alone"] > 8 > along["taught"]  # the student alone does the same, however many images have no labels
    none_at_all = headline.frames(Distilling(labelled=0, alpha=1.0, unlabelled=20_000))["3,206", "0"]
    assert list(none_at_all.quantities) == ["Taught", "File"]
    assert [chart.title for chart in none_at_all.charts] == ["Every race so far"]
    assert not any(headline.frames(Distilling(epochs=1)).values())


def test_the_bargain_is_drawn_as_far_as_it_is_measured():
    families = {"quantized": {"8": measured(90, 900), "1": None}, "pruned": {"50": None}}
    students = {"alone": measured(70, 500), "taught": measured(75, 500)}
    bytes, energy, fits = bargain_charts.bargain(families, students)
    assert set(table(bytes, "points")["name"]) == {"quantized to 8 bits", "student, alone", "student, taught"}
    assert table(bytes, "points")["x"].tolist() == pytest.approx([0.5, 0.5, 0.9])  # kB
    assert table(energy, "points")["x"].tolist() == pytest.approx([1, 1, 1])  # µJ
    assert (bytes.badges, energy.badges) == (("measured",), ("measured", "estimated"))
    assert fits.note == ""  # nothing can be said of a family before all of it is measured
    families["quantized"]["1"] = measured(10, 600)
    assert bargain_charts.bargain(families, students)[2].note == "The quantized teacher does not fit: 600 B at least."
    families["pruned"]["50"] = measured(60, 400)
    drawn = list(bargain_charts.bargain(families, students)[2].table["student"])
    assert drawn == ["student, alone", "student, taught", "pruned by 50 %"]


def test_the_surface_has_holes_where_nothing_is_measured_and_says_where_one_is():
    found = {(0.3, 1.0): measured(70), (0.3, 4.0): measured(72), (0.9, 1.0): measured(71), (0.9, 4.0): measured(75)}
    drawn = charts.surface(found | {(0.3, 8.0): measured(71)}, (0.3, 0.9), (1.0, 4.0, 8.0), (0.9, 4.0, 75.0))
    assert [list(row) for row in drawn.figure.data[0].z] == [[70, 72, 71], [71, 75, None]]
    assert drawn.figure.data[-1].text == ("here: 75.0 %",)
    assert "Best: 75.0 % (α = 0.9, T = 4); worst: 70.0 % (α = 0.3, T = 1)." in drawn.alt
    empty = charts.surface({}, (0.3, 0.9), (1.0, 4.0), None)
    assert empty.alt == "Nothing is measured yet."
    assert len(empty.table) == 0


@pytest.mark.parametrize(
    "known",
    [[], [(0.3, 1.0)], [(0.3, 1.0), (0.3, 4.0), (0.3, 8.0)], [(0.3, 1.0), (0.9, 4.0), (0.6, 8.0), (0.9, 1.0)]],
    ids=len,
)
def test_no_surface_is_drawn_of_which_no_cell_has_its_corners(known):
    drawn = charts.surface(dict.fromkeys(known, measured(70)), (0.3, 0.6, 0.9), (1.0, 4.0, 8.0), None)
    assert {type(trace).__name__ for trace in drawn.figure.data} == {"Scatter3d"}  # points alone: WebGL can draw them


def test_a_surface_without_points_is_a_sentence_without_a_badge(monkeypatch):
    said = []
    monkeypatch.setattr(streamlit, "plotly_chart", lambda *_, **__: said.append("a chart"))
    for name in ("caption", "markdown"):
        monkeypatch.setattr(streamlit, name, said.append)
    figures.surface(charts.surface({}, (0.3, 0.9), (1.0, 4.0), None), "surface")
    assert said == ["**Accuracy over α and temperature**: Nothing is measured yet."]


def test_a_run_trains_its_teachers_first_and_tells_of_all_of_it(monkeypatch, tmp_path):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    teachers = tuple(Trained(model="cnn-2x3", epochs=1, seed=60 + at) for at in range(2))
    pupil = Experiment(Trained(model="cnn-2x3", epochs=1, seed=60, labelled=500, taught=Taught(teachers)))
    events = list(vision.tuning(pupil, lambda: None))
    kept = [event.experiment for event in events if isinstance(event, ModelKept)]
    assert kept == [*map(Experiment, teachers), pupil, pupil]
    steps = [event for event in events if isinstance(event, TrainingStep)]
    assert steps[-1].step == steps[-1].total == 3 * 160
    assert [step.step for step in steps] == sorted(step.step for step in steps)
    again = Experiment(replace(pupil.source, seed=61))
    assert (
        Counter(type(event) for event in vision.tuning(again, lambda: None))[ModelKept] == 2
    )  # the teachers are there


def test_listening_gives_the_mean_logits(monkeypatch):
    few = examples.Examples(*(part[:500] for part in examples.test_set()))
    monkeypatch.setattr(examples, "test_set", lambda task="fashion": few)
    one, other = Experiment(LARGE), Experiment(TEACHERS["small"](FEW, 0)[0])
    (mean,) = vision.listening((one, other), lambda: None)
    each = [next(vision.listening((net,), lambda: None)) for net in (one, other)]
    assert mean == pytest.approx((each[0] + each[1]) / 2, abs=1e-4)
    assert (each[0].argmax(1) == quality.answers(build.build(one).net, few.images)).all()


def test_nothing_to_teach_says_why():
    with pytest.raises(BadExperiment, match="without labels"):
        Distilling(labelled=0).taught(0)

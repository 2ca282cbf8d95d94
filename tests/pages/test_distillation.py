"""The distillation lesson's logic: who races, what is measured of them, what is said at the ends of the knobs."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from lessons.experiment import Experiment, ShiftBias
from lessons.jobs import ask
from lessons.text import sections
from lessons.ui.distillation.recipe import TEMPERATURES, Distilling
from lessons.vision import build
from tests.pages.reader import buttons, captions, open_drawer, press, run_until, said, settled, tile, tiles, unbadged
from tests.pages.reader import lesson as opened

QUICK = {"epochs": "1"}  # a race of a second


def at(**knobs: str) -> AppTest:
    return run_until(opened("distillation", **(QUICK | knobs)), settled)


def raced(page: AppTest, how: Distilling, seed: int = 0) -> AppTest:
    """Race once more, until every runner has ended."""
    press(page, "Race again from another seed" if seed else "Race").run()
    assert "Stop" in buttons(page)
    return run_until(
        page, lambda page: all(map(ask.tuned, how.runners(seed).values())) and "Stop" not in buttons(page), 120
    )


def test_a_race_is_run_again_until_there_is_a_deviation():
    how = Distilling(labelled=200, epochs=1)
    run_until(opened("distillation", labelled="200", part="bargain", **QUICK), lambda page: "Race first" in said(page))
    page = at(labelled="200")
    for seed in range(3):
        raced(page, how, seed)
        count = "Mean ± standard" if seed == 2 else f"{seed + 1} of the 3"
        run_until(page, lambda page, count=count: count in said(page))
    ends = [build.measure(how.taught(seed))["accuracy"].value for seed in range(3)]
    found = next(c.value for c in captions(page) if "Mean ±" in c.value)
    assert f"taught {sum(ends) / 3:.1f} ±" in found, ends
    below = opened("distillation", labelled="200", part="bargain", **QUICK)
    run_until(below, lambda page: any("Student's file" in m.label for m in tiles(page)))
    assert tile(below, "Student's file") == str(build.measure(how.taught(0))["packed"])
    assert not unbadged(below)
    assert not unbadged(page)
    open_drawer(page, "confusion")
    open_drawer(page, "export")
    command = next(code.value for code in page.code if code.value.startswith("python -m lessons measure"))
    assert Experiment.from_json(json.loads(command.split("'")[1])) == how.taught(0)


def test_a_student_larger_than_the_shrunk_teacher_is_matched_by_bytes():
    how = Distilling("cnn-16x3", labelled=200, epochs=1)
    raced(at(student="26,618", labelled="200"), how)
    page = at(student="26,618", labelled="200", part="bargain")
    run_until(page, lambda page: "Fine-tune the pruned teacher" in buttons(page))
    run_until(page, lambda page: "does not fit" not in said(page))
    taught = build.measure(how.taught(0))
    assert f"Accuracy in {taught['packed']} or less" in said(page)


@pytest.mark.parametrize(
    ("knobs", "section"),
    [
        ({"labelled": "0"}, "nothing to learn from"),
        ({"labelled": "0", "alpha": "1", "unlabelled": "500"}, "no labels"),
        ({"labelled": "1"}, "one label"),
        ({"temperature": "0.1"}, "coldest"),
        ({"temperature": "100"}, "hottest"),
        ({"alpha": "0"}, "the teacher has no say"),
    ],
)
def test_the_ends_of_the_knobs_are_explained(knobs, section):
    page = at(**knobs)
    assert sections("distillation")[section].split("\n")[0] in said(page)
    assert any(button.key == "race on" for button in page.button) == (section != "nothing to learn from")


def test_without_labels_there_is_nobody_alone():
    how = Distilling(labelled=0, alpha=1.0, unlabelled=500, epochs=1)
    page = raced(at(labelled="0", alpha="1", unlabelled="500"), how)
    run_until(page, lambda page: "taught" in said(page) and "1 of the 3" in said(page))
    assert "alone" not in next(c.value for c in captions(page) if "1 of the 3" in c.value)


def test_without_a_say_of_the_teacher_both_end_alike():
    how = Distilling(labelled=200, alpha=0.0, epochs=1)
    raced(at(labelled="200", alpha="0"), how)
    alone, taught = (build.measure(runner) for runner in how.runners(0).values())
    assert alone.answers == taught.answers


def test_the_class_never_shown_is_recognised_by_the_one_that_was_taught():
    how = Distilling("cnn-8x3", withheld=1)
    page = at(withheld="Trouser", part="never shown")
    next(b for b in page.button if b.key == "never shown on").click()
    run_until(page, lambda page: all(map(ask.tuned, how.runners(0).values())))
    run_until(page, lambda page: "Images of the class that are recognised" in said(page))
    shares = {}
    right = build.TASKS["fashion"].test_labels()
    for name, runner in how.runners(0).items():
        for step in ((), (ShiftBias(1),)):
            answers = build.quality.answers(build.build(shifted(runner, step)).net, build.examples.test_set().images)
            shares[name, bool(step)] = (answers[right == 1] == 1).mean()
    assert shares["alone", False] <= 0.01
    assert shares["taught", True] > shares["alone", True] + 0.3


def shifted(runner, steps):
    for step in steps:
        runner |= step
    return runner


def test_the_map_is_measured_in_the_background_and_can_be_stopped():
    page = at(labelled="50", part="map")
    press(page, "Measure the map").run()
    points = Distilling(labelled=50, epochs=1).map()
    run_until(page, lambda page: sum(map(ask.tuned, points.values())) >= 2)
    next(button for button in page.button if (button.key or "").startswith("stop map")).click()  # not that of the race
    run_until(page, lambda page: "Measure the map" in buttons(page))
    assert 2 <= sum(map(ask.tuned, points.values())) < len(points)
    assert len(page.get("plotly_chart")) == 1
    assert any(f"of {4 * len(TEMPERATURES)} are trained" in each for each in progress(page))


def progress(page: AppTest) -> list[str]:
    return [each.proto.text for each in page.get("progress")]


def test_a_teacher_that_is_trained_here_is_as_it_was_recorded_until_it_has_learnt():
    page = run_until(
        opened("distillation", teacher="itself", **QUICK), lambda page: "Train the teacher" in buttons(page)
    )

    def known(page: AppTest) -> str:
        return next(each.label for each in tiles(page) if each.label.startswith("T² · KL"))

    assert "[recorded]" in known(page)
    press(page, "Train the teacher").run()
    run_until(page, lambda page: "[measured]" in known(page))
    expected = build.measure(Distilling(labelled=500).alone(0))

    def met(page: AppTest) -> bool:
        page.session_state["about_teacher"] = True  # AppTest shuts it with every run
        return any(each.label.startswith("Accuracy") for each in tiles(page))

    run_until(page, met)
    assert tile(page, "Accuracy") == str(expected["accuracy"])

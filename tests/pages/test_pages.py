"""Each page's logic, without a browser (which alone sees the URL binding: see tests/browser)."""

import inspect
import json
import re

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.testing.v1 import AppTest

from lessons.catalog import LESSONS
from lessons.charts import breaks_at
from lessons.experiment import GRAINS, Experiment, Quantize, QuantizeActivations, Trained, shipped
from lessons.jobs import ask
from lessons.jobs.pool import pool
from lessons.quantity import show
from lessons.shrink import activations, grid, quantize, ranges
from lessons.shrink.pack import pack
from lessons.text import sections
from lessons.ui.layout.cite import cited
from lessons.ui.layout.predict import CHOSEN, RIGHT, WRONG
from lessons.ui.state.model_link import OWN
from lessons.vision import build
from tests.pages.reader import SHELL, charts, link, measured, open_drawer, press, run_until, settled, tile, unbadged
from tests.pages.reader import quantization as visited

CHARTS_LATER = ("lora",)  # there is nothing to draw before something is learnt
PARTS = {"confusion", "files", "energy", "formulas", "code", "numbers", "export"}


def waits_for_a_model(page: AppTest) -> bool:
    """Whether a large model must be loaded first, or installed, and the page says so."""
    return any("the model must be in memory" in text.value for text in page.markdown)


def opened(**query: str) -> AppTest:
    """The quantization page with its lab open and measured."""
    return run_until(visited(**({"guess": "skip"} | query)), measured)


def in_use(page: AppTest, network: str = "cnn") -> Experiment:
    return page.session_state[OWN]["fashion", network].model


def set_to(page: AppTest, **knobs: str) -> AppTest:
    """Set knobs of the quantization page by the ends of their names, all others to their defaults."""
    press(page, "Reset the knobs").run()
    for name, value in knobs.items():
        if name == "bits":
            page.select_slider("quantization_bits").set_value(value).run()
        else:
            key = f"quantization_{name}"
            next(group for group in page.get("button_group") if group.key == key).set_value(value).run()
    return run_until(page, measured)


@pytest.mark.parametrize(
    ("epochs", "curves"),
    [("0", ["cnn, in use", "depthwise, as shipped"]), ("2", ["cnn, fine-tuned", "only rounded"])],
)
def test_a_network_is_compared_with_the_other_one_or_with_itself_before_fine_tuning(epochs, curves):
    page = opened(quantization_bits="2")
    set_to(page, bits="2", epochs=epochs)
    open_drawer(page, "numbers")
    assert list(page.dataframe[0].value.columns) == ["bits per weight", *(f"{name}, accuracy (%)" for name in curves)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path)
def test_every_lesson_stands_with_every_preset_and_every_part_open(lesson):
    page = run_until(link(lesson.path, guess="skip"), settled)
    tries = [name.removeprefix("preset: ") for name in sections(lesson.path) if name.startswith("preset: ")]
    assert len(tries) >= 2
    for name in tries:
        press(page, name)
        run_until(page, lambda page: settled(page) or waits_for_a_model(page))
        assert page.info, name  # what to see there
        assert not unbadged(page)
    press(page, tries[0])
    run_until(page, settled)
    for part in PARTS:
        page.session_state[f"drawer_{part}"] = True
    page.run()
    assert not page.exception
    assert len(page.dataframe) >= (1 if lesson.path in CHARTS_LATER else 2)
    assert page.code


@pytest.fixture(scope="module")
def quantization() -> AppTest:
    return opened()


def test_home_shrinks_a_model_and_lists_the_lessons():
    home = run_until(AppTest.from_file(SHELL, default_timeout=30), measured)
    assert home.title[0].value == "Models for Ants"
    expected = build.measure(shipped() | Quantize(4))
    assert tile(home, "Accuracy") == str(expected["accuracy"])
    assert tile(home, "File") == str(expected["packed"])
    home.select_slider("home_bits").set_value("2")
    run_until(home, measured)
    assert tile(home, "Accuracy") == str(build.measure(shipped() | Quantize(2))["accuracy"])


def shrunk(model: Experiment, *steps) -> Experiment:
    for step in steps:
        model |= step
    return model


@pytest.mark.parametrize(
    ("knobs", "experiment"),
    [
        ({"scheme": "affine", "bits": "1"}, shrunk(shipped(), Quantize(1, scheme="affine"))),
        ({"bits": "3", "grain": "channel"}, shrunk(shipped(), Quantize(3, "channel"))),
        ({"bits": "16", "scheme": "affine"}, shrunk(shipped(), Quantize(16, scheme="affine"))),
        ({"bits": "3", "grain": "group", "group": "8"}, shrunk(shipped(), Quantize(3, "group", group=8))),
        ({"bits": "2", "range": "least-squares"}, shrunk(shipped(), Quantize(2, range="least-squares"))),
        ({"bits": "4", "network": "depthwise"}, shrunk(shipped("depthwise"), Quantize(4))),
        (
            {"bits": "5", "activations": "3", "images": "10", "range": "percentile"},
            shrunk(shipped(), Quantize(5, range="percentile"), QuantizeActivations(3, 10, "percentile")),
        ),
        ({"bits": "fp32", "activations": "2"}, shrunk(shipped(), QuantizeActivations(2))),
    ],
)
def test_tiles_show_what_the_waist_measures(quantization, knobs, experiment):
    set_to(quantization, **knobs)
    expected = build.measure(experiment)
    assert tile(quantization, "Accuracy") == str(expected["accuracy"])
    assert tile(quantization, "File") == str(expected["packed"])
    assert tile(quantization, "Energy") == show(expected["energy_45nm"].value, "J")


def test_granularities_and_ranges_stand_side_by_side_with_all_else_as_it_is_set(quantization):
    set_to(quantization, bits="4", network="depthwise", range="percentile")
    run_until(quantization, lambda page: not any("Measuring" in chart["note"] for chart in charts(page)))
    here = shipped("depthwise")
    grains = {grain: build.measure(here | Quantize(3, grain, range="percentile")) for grain in GRAINS}
    ranked = sorted(grains, key=lambda grain: -grains[grain]["accuracy"].value)
    said = "at 3 bits: " + ", ".join(f"{grain} {grains[grain]['accuracy']}" for grain in ranked)
    one, other = (
        next(c for c in charts(quantization) if title in c["title"]) for title in ("One scale per", "Range of")
    )
    assert said in one["note"] and f"group {build.measure(here | Quantize(4, 'group'))['packed']}" in one["note"]
    assert str(build.measure(here | Quantize(4, range="least-squares"))["accuracy"]) in other["note"]


def test_unshrunk_weights_change_nothing(quantization):
    set_to(quantization, bits="fp32")
    assert tile(quantization, "Accuracy") == str(build.measure(shipped())["accuracy"])


@pytest.mark.parametrize(
    ("knobs", "ran"),
    [
        ({"bits": "4", "scheme": "affine"}, [quantize.quantize, quantize.shared, ranges.min_max, grid.affine]),
        ({"scheme": "affine", "bits": "1"}, [quantize.binary, quantize.shared]),
        ({"bits": "fp32", "activations": "8"}, [activations.calibrate, ranges.min_max, grid.affine]),
        ({"bits": "fp32"}, []),
    ],
)
def test_the_code_shown_is_the_code_that_ran(knobs, ran):
    page = opened()
    set_to(page, **knobs)
    open_drawer(page, "code")
    shown = page.code[0].value if page.code else ""
    assert [function.__name__ for function in ran] == re.findall(r"^def (\w+)", shown, re.MULTILINE)[: len(ran)]
    assert all(inspect.getsource(function).strip() in shown for function in ran)
    assert bool(ran) == bool(shown)


def test_every_tile_wears_a_badge(quantization):
    assert not unbadged(quantization)


def test_reset_puts_the_knobs_back(quantization):
    set_to(quantization, bits="2", network="depthwise", grain="group", group="8")
    press(quantization, "Reset the knobs")
    run_until(quantization, measured)
    assert quantization.select_slider("quantization_bits").value == "5"
    assert tile(quantization, "Accuracy") == str(build.measure(shipped() | Quantize(5))["accuracy"])


def test_the_lab_is_open_and_its_question_is_answered_where_it_stands():
    page = run_until(visited(), measured)
    assert not judged(page)
    next(group for group in page.get("button_group") if group.key == CHOSEN).set_value("6")
    run_until(page, judged)
    assert page.query_params["guess"] == "6"
    curve = {str(bits): build.measure(shipped() | Quantize(bits)) for bits in range(1, 17)}
    at = breaks_at(curve, build.measure(shipped()))
    assert f"breaks at **{at} bits**" in judged(page)
    press(page, "Predict again").run()
    assert not judged(page) and "guess" not in page.query_params


def judged(page: AppTest) -> str:
    """What stands where the prediction was asked for, once it is judged."""
    said = [text.value for text in page.markdown if "You predicted" in text.value]
    return said[0] if said and "as soon as it is measured" not in said[0] else ""


@pytest.mark.parametrize(
    ("guess", "mark", "said"), [("3", RIGHT, "exactly 3 bits"), ("5", WRONG, "breaks at **3 bits**")]
)
def test_a_prediction_in_a_link_is_marked_right_or_wrong_where_it_was_asked(guess, mark, said):
    page = run_until(opened(guess=guess), judged)
    assert judged(page).startswith(mark) and said in judged(page)
    shown = [text.value for text in page.markdown]
    asked = shown.index(cited(sections("quantization")["predict"].replace("{points}", "10")))
    assert shown[asked + 1] == judged(page)  # between them stands nothing


def test_a_prediction_is_judged_for_what_was_asked_wherever_the_knobs_stand():
    page = run_until(opened(guess="3"), judged)
    first = judged(page)
    set_to(page, activations="2", grain="channel")
    assert judged(run_until(page, measured)) == first
    set_to(page, network="depthwise")  # which breaks earlier
    assert judged(run_until(page, measured)) == first


@pytest.mark.parametrize(
    ("path", "guess", "mark"),
    [
        ("decide", "1×", WRONG),
        ("footprint", "50×", RIGHT),
        ("llm-at-home", "16", RIGHT),
        ("llm-at-home", "1", WRONG),
        ("scaling", "10", RIGHT),
        ("scaling", "250", WRONG),
        ("energy", "2×", WRONG),
        ("network", "conv2", RIGHT),
        ("pruning", "99", WRONG),
        ("language-model", "8", WRONG),
        ("distillation", "0", WRONG),
        ("distillation", "+5", RIGHT),
        ("lora", "5", WRONG),
    ],
)
def test_every_page_judges_its_prediction_where_it_was_asked(path, guess, mark):
    page = run_until(link(path, guess=guess), judged)
    shown = [text.value for text in page.markdown]
    asked = shown.index(cited(sections(path)["predict"].replace("{points}", "10")))
    assert shown[asked + 1].startswith(mark)
    assert not page.exception


@pytest.mark.parametrize(
    ("name", "experiment"),
    [
        ("Two bits", shrunk(shipped(), Quantize(2))),
        ("Break it", shrunk(shipped("depthwise"), Quantize(4))),
        ("Fix it", shrunk(shipped("depthwise"), Quantize(4, "channel"))),
    ],
)
def test_a_preset_sets_every_knob_and_says_what_to_see(quantization, name, experiment):
    set_to(quantization, bits="11", scheme="affine", grain="channel")
    press(quantization, name)
    run_until(quantization, measured)
    assert tile(quantization, "Accuracy") == str(build.measure(experiment)["accuracy"])
    assert any(name.lower()[:4] in info.value.lower() for info in quantization.info)
    quantization.select_slider("quantization_bits").set_value("12").run()
    assert not quantization.info


def test_break_it_breaks_and_fix_it_fixes():
    broken, fixed = (
        build.measure(shipped("depthwise") | Quantize(4, g))["accuracy"].value for g in ("tensor", "channel")
    )
    assert broken < build.measure(shipped() | Quantize(4))["accuracy"].value - 20
    assert fixed > broken + 20


def test_a_run_is_exported_as_what_the_command_line_prints(quantization):
    set_to(quantization, bits="3", grain="group", group="16")
    open_drawer(quantization, "export")
    experiment = shipped() | Quantize(3, "group", group=16)
    command = next(block.value for block in quantization.code if "lessons measure" in block.value)
    assert Experiment.from_json(json.loads(command.split("'")[1])) == experiment
    assert len(quantization.get("download_button")) == 2
    assert ask.packed_now(experiment) == pack(build.build(experiment).tensors)


def test_a_stage_has_the_lab_and_no_prose():
    page = run_until(visited(present="1"), measured)
    words = " ".join(text.value for text in page.markdown)
    for prose in ("moves it to the nearest one", "Bars are the numbers", "Take away", "Speaker notes"):
        assert prose not in words
    assert {"Previous", "Next", "Leave"} <= {button.label for button in page.button}
    press(page, "Next")
    run_until(page, measured)
    assert page.select_slider("quantization_bits").value == "8"
    press(page, "Leave")
    run_until(page, measured)
    assert any("moves it to the nearest one" in text.value for text in page.markdown)
    assert "present" not in page.query_params


def test_training_changes_the_model_in_use_and_back_is_back():
    page = opened()
    before = tile(page, "Accuracy")
    page.slider("train_epochs").set_value(1)
    page.number_input("train_seed").set_value(5)
    press(page, "Train with these")
    run_until(page, lambda page: in_use(page) != shipped() and measured(page))
    mine = Experiment(Trained(seed=5, epochs=1))
    assert in_use(page) == mine
    assert page.query_params["trained"] == "seed5.epochs1"
    assert tile(page, "Accuracy") == str(build.measure(mine | Quantize(5))["accuracy"]) != before
    press(page, "Back to the shipped model")
    run_until(page, measured)
    assert tile(page, "Accuracy") == before
    assert "trained" not in page.query_params


def test_stop_keeps_what_was_learnt():
    page = opened()
    page.number_input("train_seed").set_value(41)
    press(page, "Train with these")
    run_until(page, lambda page: any("steps/s" in bar.proto.text for bar in page.get("progress")))
    press(page, "Stop and keep")
    run_until(page, lambda page: in_use(page) != shipped())
    kept = in_use(page).source
    assert kept.seed == 41
    assert 0 < kept.stopped_at < kept.steps


def test_a_run_that_waits_shows_its_place_and_can_be_taken_back():
    page = opened()
    others = [f"reader {seed}" for seed in range(50, 54)]  # each has their turn before this one's
    busy = [ask.train(Trained(seed=50 + at, epochs=12), name) for at, name in enumerate(others)]
    press(page, "Train").run()
    run_until(page, lambda page: page.get("progress"))
    assert re.fullmatch(r"Waiting: \d runs? of other readers (is|are) ahead", page.get("progress")[0].proto.text)
    press(page, "Stop and keep")
    run_until(page, lambda page: not page.get("progress"))
    assert in_use(page) == shipped()
    for ticket, name in zip(busy, others, strict=True):
        pool().leave(ticket, name)


def test_a_link_to_a_trained_model_gives_that_model():
    page = visited(trained="seed6.epochs1.step20", guess="skip")
    run_until(page, lambda page: in_use(page) != shipped() and measured(page))
    mine = Experiment(Trained(seed=6, epochs=1, stopped_at=20))
    assert tile(page, "Accuracy") == str(build.measure(mine | Quantize(5))["accuracy"])


def test_nonsense_in_a_link_is_named_and_can_be_dismissed():
    page = visited(quantization_bits="999", trained="seed-1", guess="99", **{"x" * 10_000: "y"})
    run_until(page, lambda page: page.warning)
    said = page.warning[0].value
    assert "`quantization_bits=999` is not possible; using 5." in said
    assert "`trained=seed-1` is ignored" in said
    assert "`guess=99` is no answer here." in said
    assert len(said) < 500
    press(page, "Dismiss").run()
    page.run()
    assert not page.warning


def test_no_message_goes_out_as_a_reference_to_an_earlier_one():
    """Streamlit 1.67 would send it into blocks that an interrupted run has not drawn, and the page turns white."""
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "x" * 20_000_000
    populate_hash_if_needed(message)
    assert not message.metadata.cacheable

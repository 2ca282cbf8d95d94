"""The models a reader keeps: in the sidebar, where a lesson begins, and on a page of their own."""

from streamlit.testing.v1 import AppTest

from lessons.ant import Ant
from lessons.experiment import Experiment, Prune, Quantize, QuantizeWeights, file_source, shipped
from lessons.progress import check
from lessons.ui.state.kept import KEPT, KeptEntries
from lessons.ui.state.model_link import OWN
from tests.pages.reader import buttons, link, measured, press, run_until, tile
from tests.unit.test_ant import ant


def kept(**entries: object) -> KeptEntries:
    """What a browser has told: entries by the ends of their names, the last one the newest."""
    return KeptEntries({name: {"value": value, "at": n} for n, (name, value) in enumerate(entries.items(), start=1)})


def sidebar(page: AppTest) -> str:
    return "\n".join(each.value for each in (*page.sidebar.markdown, *page.sidebar.caption))


def test_a_model_shrunk_on_home_is_kept_and_shown():
    page = run_until(link("home"), measured)
    assert "No model kept yet" in sidebar(page)
    press(page, "Keep as your ant").run()
    entry = page.session_state[KEPT].entries["ant/images/home"]["value"]
    check("ant/images/home", entry)
    mine = Ant.from_json(entry)
    assert mine.experiment == shipped() | Quantize(4)
    assert f"{mine.now.quality:.1f} %" == tile(page, "Accuracy")
    assert "Keep as your ant" not in buttons(page)
    page.run()
    assert "cnn: weights in 4 bits, one scale per tensor" in sidebar(page)
    page.select_slider("home_bits").set_value("5").run()
    assert "Keep as your ant" in buttons(page)  # another model


def test_a_lesson_can_begin_with_the_ant_where_it_fits():
    page = link("quantization", guess="skip")
    page.session_state[KEPT] = kept(**{"ant/images/pruning": ant(shipped() | Prune(50)).to_json()})
    run_until(page, measured)
    press(page, "Start from your ant").run()
    assert page.session_state[OWN]["fashion", "cnn"].model == shipped() | Prune(50)
    run_until(page, measured)
    assert "Your ant: 50 % pruned by magnitude (weights)" in [caption.value for caption in page.caption]
    assert "Start from your ant" not in buttons(page)
    press(page, "Back to the shipped model").run()
    assert page.session_state[OWN]["fashion", "cnn"].model == shipped()


def test_what_is_rounded_already_is_not_offered_for_rounding():
    page = link("quantization", guess="skip")
    page.session_state[KEPT] = kept(**{"ant/images/home": ant(shipped() | Quantize(4)).to_json()})
    assert "Start from your ant" not in buttons(run_until(page, measured))


def test_the_page_shows_what_was_kept_of_each_family():
    page = link("my-ant")
    text = Experiment(file_source("shakespeare")) | QuantizeWeights(4)
    values = {
        "ant/images/home": ant(shipped() | Quantize(4)).to_json(),
        "ant/text/language-model": ant(text).to_json(),
        "prediction/quantization": {"guess": "3", "outcome": "right"},
    }
    page.session_state[KEPT] = kept(**values)
    page.run()
    assert not page.exception
    headings = [each.value for each in page.markdown if each.value.startswith("## ")]
    assert headings[:2] == ["## Your network for images", "## Your language model"]
    assert page.dataframe[0].value["what was done"].tolist() == ["weights in 4 bits, one scale per tensor"]
    assert page.dataframe[2].value["prediction"].tolist().count("right") == 1
    assert any("Predictions right: 1 of 1." in each.value for each in page.markdown)


def test_everything_is_deleted_once_a_reader_is_sure():
    page = link("my-ant")
    page.session_state[KEPT] = kept(**{"ant/images/home": ant().to_json()})
    page.run()
    delete = next(button for button in page.button if button.label == "Delete everything")
    assert delete.disabled
    page.checkbox[0].check().run()
    press(page, "Delete everything").run()
    assert page.session_state[KEPT].entries == {}
    assert any("You have kept no model yet" in each.value for each in page.markdown)


def test_the_page_stands_with_nothing_kept():
    page = link("my-ant").run()
    assert not page.exception
    assert "Delete everything" not in buttons(page)


def test_a_prediction_of_another_visit_is_shown_and_leaves_the_address_alone():
    """A browser tells it once the page runs: what is written then would undo what knobs have moved meanwhile."""
    page = link("quantization")
    page.session_state[KEPT] = kept(**{"prediction/quantization": {"guess": "4", "outcome": "wrong"}})
    run_until(page, measured)
    assert any("You predicted **4 bits**" in text.value for text in page.markdown)
    assert "guess" not in page.query_params
    press(page, "Predict again").run()
    assert not any("You predicted" in text.value for text in page.markdown)

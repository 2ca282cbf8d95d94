"""Part I, and what stands beside every page: calculators, sources, the energy ledger."""

import json
from math import inf

import pytest
from streamlit.testing.v1 import AppTest

from lessons import facts
from lessons.data import examples
from lessons.estimate import footprint, silicon
from lessons.experiment import shipped
from lessons.facts import sources
from lessons.facts.architectures import models
from lessons.jobs.pool import pool
from lessons.measure import macs
from lessons.quantity import about
from lessons.vision import build
from tests.pages.reader import link, plain, press, run_until, settled, tile, tiles


def visited(path: str, **query: str) -> AppTest:
    """A page with its lab open."""
    return run_until(link(path, **({"guess": "skip"} | query)), settled)


def choose(page: AppTest, key: str, value: str) -> None:
    next(group for group in page.get("button_group") if group.key == key).set_value(value)
    run_until(page, settled)


@pytest.fixture(scope="module")
def energy() -> AppTest:
    return visited("energy")


@pytest.fixture(scope="module")
def footprints() -> AppTest:
    return visited("footprint")


def floor(number: str = "fp32", node: str = "45 nm", memory: str = "DDR", batch: int = 1, reuse: float = inf) -> str:
    layers = macs.layers(build.build(shipped()).net, examples.test_set().images[:1])
    traffic = silicon.inference(layers, silicon.FORMATS[number], batch, reuse)
    return str(silicon.floor(traffic, number, node, memory)["total"])


def test_the_floor_is_that_of_the_model_in_use(energy):
    press(energy, "Reset the knobs")
    run_until(energy, settled)
    assert tile(energy, "Floor A") == floor()
    energy.select_slider("energy_batch").set_value("64")
    run_until(energy, settled)
    assert tile(energy, "Floor A") == floor(batch=64)
    press(energy, "Break it")
    run_until(energy, settled)
    assert tile(energy, "Floor A") == floor(reuse=1)
    press(energy, "Newer process")
    run_until(energy, settled)
    assert tile(energy, "Floor A") == floor("int8", "7 nm", "HBM2")


def pictured(page: AppTest, at: str) -> dict:
    """The data of the first picture for one batch size, by name: columns of numbers or texts; and the line below it."""

    def sent() -> dict:
        drawn = next(each.proto for each in page.get("bidi_component") if each.proto.component_name == "picture")
        return json.loads(drawn.mixed.json or drawn.json)

    frame = lambda: sent()["frames"][sent()["knobs"]["energy_batch"].index(at)]
    run_until(page, lambda _: frame())  # there may be tiles before it
    told, chart = sent(), frame()["charts"][0]
    texts = lambda column: [told["texts"][at] for at in column["texts"]] if isinstance(column, dict) else column
    columns = lambda table: {name: texts(told["columns"][place]) for name, place in table.items()}
    return {"note": chart["note"]} | {name: columns(table) for name, table in chart["data"].items()}


@pytest.mark.parametrize("batch", ["1", "512"])
def test_the_first_picture_draws_the_floor_to_scale(energy, batch):
    press(energy, "Reset the knobs")
    data = pictured(run_until(energy, settled), batch)
    layers = macs.layers(build.build(shipped()).net, examples.test_set().images[:1])
    found = silicon.of_network(layers, "fp32", batch=int(batch))
    alone = silicon.of_network(layers, "fp32")["total"].value
    ends = dict(zip(data["image"]["part"], zip(data["image"]["x"], data["image"]["to"], strict=True), strict=True))
    for part, (start, end) in ends.items():
        assert end - start == pytest.approx(found[part].value / alone, abs=2e-6)
    assert data["alone"]["to"] == [1]
    fetch, read, compute = data["whole"]["to"]  # of one weight: 32 bits from DRAM and from SRAM, one MAC
    assert (fetch, read, compute) == pytest.approx((1, 1.5625 / 20.3125, (3.7 + 0.9) / (32 * 20.3125)), rel=1e-4)
    assert data["each"]["share"] == pytest.approx((fetch / int(batch), read / int(batch), compute), rel=1e-4)
    assert (
        about(found["total"].value, "J") in data["note"]
        and f"{100 * found['DRAM'].value / found['total'].value:.0f} %" in data["note"]
    )


def test_the_first_picture_follows_the_knobs_below_it():
    page = visited("energy", energy_format="int8", energy_node="7 nm", energy_memory="HBM2", energy_reuse="4")
    data = pictured(page, "16")
    assert data["whole"]["part"] == ["DRAM", "compute"]  # no SRAM is sourced at 7 nm
    assert data["whole"]["to"][0] == pytest.approx(8 / 32)  # of a weight in fp32
    assert data["each"]["share"][0] == pytest.approx(8 / 32 / 4)  # fetched again after four images
    assert any("÷ 4 images" in words for words in data["words"]["said"])


def test_a_format_nobody_published_is_barred_and_the_reason_is_given(energy):
    press(energy, "Reset the knobs")
    run_until(energy, settled)
    choose(energy, "energy_format", "int4")
    next(group for group in energy.get("button_group") if group.key == "energy_node").set_value("7 nm")
    energy.run()
    assert "int4" in energy.warning[0].value
    assert "sourced" in energy.warning[0].value
    run_until(energy, settled)
    assert tile(energy, "Floor A") == floor("fp32", "7 nm")
    barred = next(group for group in energy.get("button_group") if group.key == "energy_format barred")
    assert barred.disabled
    assert barred.options == ["int4", "int2", "int1"]
    assert "QKeras" in barred.help


def test_a_prediction_of_the_gap_is_compared_with_this_machine():
    page = visited("energy", guess="2×")
    assert any("You predicted **2×**" in text.value for text in page.markdown)


def answer(model: str = "Llama 3.1 70B", task: str = "chat", method: str = "boards", batch: int = 64) -> str:
    first = next(iter(footprint.accelerator_energy.usable().values()))
    asked = footprint.Scenario(
        models()[model], footprint.TASKS[task], first, "native", batch, facts.figure("pue_microsoft")
    )
    return str(footprint.METHODS[method](asked))


def test_one_use_is_what_the_method_says(footprints):
    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    assert tile(footprints, "One use") == answer()
    choose(footprints, "footprint_method", "older EcoLogits")
    assert tile(footprints, "One use") == answer(method="older EcoLogits")
    press(footprints, "Let it think")
    run_until(footprints, settled)
    assert tile(footprints, "One use") == answer(task="reasoning")
    footprints.selectbox("footprint_model").set_value("DeepSeek-V3 / R1 671B")
    run_until(footprints, settled)
    assert tile(footprints, "One use") == answer("DeepSeek-V3 / R1 671B", "reasoning")


def test_the_making_of_the_hardware_is_counted_or_said_not_to_be(footprints):
    def noted() -> str:
        return next(metric.delta for metric in tiles(footprints) if metric.label.startswith("CO₂e of one use"))

    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    assert "electricity only" in noted()
    for method in ("EcoLogits", "older EcoLogits"):
        choose(footprints, "footprint_method", method)
        assert "for making the hardware" in noted()


def said(page: AppTest, words: str) -> bool:
    return any(words in plain(text.value) for text in page.markdown)


def test_what_a_model_cannot_do_or_be_is_said(footprints):
    press(footprints, "Let it think")
    run_until(footprints, settled)
    assert not said(footprints, "can take at a time")
    footprints.selectbox("footprint_model").set_value("GPT-2 small")
    run_until(footprints, settled)
    assert said(footprints, "8,300 tokens are more than GPT-2 small can take at a time (1,024)")
    footprints.selectbox("footprint_model").set_value("by hand")
    run_until(footprints, settled)
    footprints.select_slider("footprint_total").set_value("8")
    run_until(footprints, settled)
    assert said(footprints, "all 8 × 10⁹ are taken to be active")


def test_the_draft_says_what_the_line_says(footprints):
    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    choose(footprints, "footprint_part", "the law")
    footprints.selectbox("footprint_model").set_value("Llama 2 7B")
    run_until(footprints, settled)
    assert said(footprints, "**8.4 × 10²² FLOP** (listed: Epoch AI")
    assert said(footprints, "computed from 8.4 × 10²² FLOP (listed: Epoch AI")


def test_tokens_that_are_not_published_are_said_to_be_so(footprints):
    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    choose(footprints, "footprint_part", "training")
    footprints.selectbox("footprint_model").set_value("gpt-oss 120B")
    run_until(footprints, settled)
    trained = next(metric for metric in tiles(footprints) if metric.label.startswith("Training it"))
    assert trained.delta == "tokens not published: 2 to 36 T usual"
    assert said(footprints, "not published; usual: 2 to 36 T, as published for ")
    footprints.selectbox("footprint_model").set_value("Qwen3 8B")
    run_until(footprints, settled)
    trained = next(metric for metric in tiles(footprints) if metric.label.startswith("Training it"))
    assert str(trained.delta).startswith("36.0 T tokens; ")
    assert said(footprints, "Qwen3 Technical Report")


def test_a_video_is_a_measured_run_at_the_wall(footprints):
    press(footprints, "A video")
    run_until(footprints, settled)
    assert tile(footprints, "One use") == str(footprint.of_medium("video", facts.figure("pue_microsoft")))


@pytest.mark.parametrize("name", ["GPT-2 small", "Llama 3.1 405B", "by hand"])
@pytest.mark.parametrize("hardware", ["NVIDIA Tesla T4", "Google TPU v7 Ironwood"])
def test_ends_of_the_lists(footprints, name, hardware):
    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    choose(footprints, "footprint_part", "training")
    footprints.selectbox("footprint_model").set_value(name)
    footprints.selectbox("footprint_board").set_value(hardware)
    footprints.select_slider("footprint_crowd").set_value("100")
    footprints.select_slider("footprint_tokens").set_value("40")
    run_until(footprints, settled)
    assert len(tiles(footprints)) == 8


@pytest.mark.parametrize(
    ("given", "said"), [("first", "No, that one is as published"), ("second", "a thousand* generations")]
)
def test_spot_the_error(footprints, given, said):
    choose(footprints, "footprint_part", "a wrong headline")
    choose(footprints, "footprint_claim", given)
    assert any(said in plain(text.value) for text in footprints.markdown)


def test_the_line_of_the_law_follows_the_model(footprints):
    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    choose(footprints, "footprint_part", "the law")
    assert any("is under the line" in text.value for text in footprints.markdown)
    footprints.selectbox("footprint_model").set_value("Llama 3.1 405B")
    run_until(footprints, settled)
    assert any("is over the line" in text.value for text in footprints.markdown)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        (
            "3 Wh",
            "**3 Wh** is 6.98× the highest published figure of this task",
        ),
        (
            "0.3Wh per query",
            "lies among the published figures of this task and boundary (*whole facility*, 2 in all: ",
        ),
        ("10 J", "**2.78 mWh** is 86.4× below the lowest published figure"),
        ("three kettles", "This is no energy that can be read"),
        ("0 Wh", "This figure is outside"),
    ],
)
def test_a_headline_is_compared_with_figures_of_its_boundary(footprints, written, answer):
    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    footprints.text_input("footprint_headline").set_value(written)
    run_until(footprints, settled)
    assert said(footprints, answer)


def test_a_headline_without_peers_says_so_and_another_boundary_has_others(footprints):
    press(footprints, "Reset the knobs")
    run_until(footprints, settled)
    choose(footprints, "footprint_task", "reasoning")
    footprints.text_input("footprint_headline").set_value("300 Wh")
    run_until(footprints, settled)
    choose(footprints, "footprint_counts", "server")
    assert said(
        footprints, "No published figure of this task has the boundary *server*, so **300 Wh** has no peers here"
    )
    choose(footprints, "footprint_counts", "GPU only")
    assert said(footprints, "lies among the published figures of this task and boundary (*GPU only*, 4 in all: ")


@pytest.mark.parametrize("part", ["one use", "training", "the law", "a wrong headline"])
def test_a_headline_in_a_link_stays_in_every_part(part):
    page = visited("footprint", footprint_part=part, footprint_headline="3 Wh")
    assert page.text_input("footprint_headline").value == "3 Wh"


def test_sources_lists_every_figure_and_can_be_searched():
    page = link("sources").run()
    assert not page.exception
    everything = page.dataframe[0].value
    assert len(everything) == len(sources.everything())
    assert not (everything["source"] == "").any()
    page.text_input("sources_search").set_value("dram horowitz").run()
    found = page.dataframe[0].value
    assert 0 < len(found) < 20
    page.selectbox("sources_table").set_value("grid").run()
    assert page.dataframe[0].value.empty


def test_the_ledger_counts_what_this_visit_was_first_to_ask_for():
    page = visited("quantization")
    visit = page.session_state["visitor"]
    before = pool().spent(visit)
    settings = {"grain": "channel", "range": "percentile", "activations": "6"}  # asked for by no other test
    for name, value in settings.items():
        next(group for group in page.get("button_group") if group.key == f"quantization_{name}").set_value(value)
    run_until(page, settled)
    run_until(page, lambda page: pool().spent(visit) > before)
    again = visited("quantization")
    assert pool().spent(again.session_state["visitor"]) == 0
    said = [caption.value for caption in again.sidebar.caption]
    assert any("nothing computed for you yet" in each for each in said)  # no 0 J from 0 J to 0 J
    so_far = next(caption.value for caption in page.sidebar.caption if "Your visit so far" in caption.value)
    assert "[estimated]" in so_far
    page.sidebar.number_input("ledger watts").set_value(280).run()
    assert next(c.value for c in page.sidebar.caption if "Your visit so far" in c.value) != so_far

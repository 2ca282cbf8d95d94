"""The sourced figures: every table loads, nothing unchecked is shown, and a bad file is refused."""

import math
from dataclasses import dataclass

import pytest

from lessons import facts
from lessons.estimate import footprint
from lessons.facts.architectures import (
    architectures,
    gguf_files,
    models,
    native_formats,
    quality_by_format,
    speeds,
    training_compute,
    training_tokens,
    vllm_memory,
    weight_blocks,
)
from lessons.facts.board_memory import driver_memory
from lessons.facts.deciding import evidence, prices, questions
from lessons.facts.engines import engines
from lessons.facts.finetune_peaks import finetune_peaks
from lessons.facts.home_machines import home_machines
from lessons.facts.macs import mac_chips
from lessons.facts.memory_logs import memory_logs
from lessons.facts.offload_speeds import offload_speeds
from lessons.facts.ollama_names import ollama_names
from lessons.facts.read import SHOWN, BadFact, by, read
from lessons.facts.sources import everything
from lessons.quantity import Quantity

TABLES = {
    "energy_per_operation": facts.energy_per_operation,
    "figures": facts.figures,
    "everyday": facts.everyday,
    "training_compute": training_compute,
    "boards": facts.boards,
    "home_machines": home_machines,
    "macs": mac_chips,
    "driver_memory": driver_memory,
    "training_runs": facts.training_runs,
    "published_uses": facts.published_uses,
    "grids": facts.grids,
    "rules": facts.rules,
    "trend_models": facts.trend_models,
    "architectures": architectures,
    "gguf_files": gguf_files,
    "vllm_memory": vllm_memory,
    "memory_logs": memory_logs,
    "weight_blocks": weight_blocks,
    "quality_by_format": quality_by_format,
    "speeds": speeds,
    "finetune_peaks": finetune_peaks,
    "offload_speeds": offload_speeds,
    "ollama_names": ollama_names,
    "engines": engines,
    "evidence": evidence,
    "prices": prices,
    "questions": questions,
    "native_formats": native_formats,
    "training_tokens": training_tokens,
}


def rows_of(table: str) -> list:
    found = TABLES[table]()
    return list(found.values()) if isinstance(found, dict) else list(found)


@pytest.mark.parametrize("table", TABLES)
def test_every_row_says_where_it_is_from_and_none_is_unchecked(table):
    rows = rows_of(table)
    assert rows
    for row in rows:
        assert row.source
        assert row.confidence in SHOWN
        assert row.url.startswith("http") or (not row.url and row.source.startswith(("definition", "physics")))
        text = f"{row.source} {row.note}"
        assert not any(word in text for word in ("from memory", "MEMORY", "stored copy", "stored file", "brief"))


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("published_uses", lambda use: use.label),
        ("training_runs", lambda run: run.model),
        ("trend_models", lambda model: model.name),
        ("rules", lambda rule: (rule.law, rule.article)),
    ],
)
def test_names_are_unique(table, name):
    names = [name(row) for row in rows_of(table)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", ["energy_per_operation", "figures", "everyday", "published_uses", "training_runs"])
def test_values_lie_in_their_bands(table):
    for row in rows_of(table):
        for name, low in vars(row).items():
            if not name.endswith("low") or low is None:
                continue
            value = getattr(row, "value" if name == "low" else name.removesuffix("_low"))
            assert low <= value <= getattr(row, name.removesuffix("low") + "high"), row


def test_models_are_consistent():
    mixtures = [model for model in models().values() if model.experts]
    assert len(models()) >= 30
    assert len(mixtures) >= 6
    assert all(model.params_active < model.params_total for model in mixtures)
    assert all(model.params_active == model.params_total for model in models().values() if not model.experts)
    for model in models().values():
        assert model.full_layers + model.sliding_layers + model.linear_layers == model.layers
        if model.name != "GPT-3 175B":  # nobody has told how wide its bands are
            assert bool(model.sliding_window) == bool(model.sliding_layers)
        assert (model.attention == "mla") == bool(model.mla_kv_lora_rank)
    assert all(bool(row.training_flop) == bool(row.training_flop_source) for row in training_compute().values())


def test_boards_are_enough_to_pick_from_and_dense():
    boards = facts.boards()
    complete = [board for board in boards.values() if board.bandwidth_GB_per_s and board.tdp_W and board.memory_GB]
    assert len(complete) >= 25
    assert boards["NVIDIA H100 SXM5 80GB"].fp16_dense_TFLOPS == pytest.approx(989, abs=1)  # not 1979
    assert boards["NVIDIA H100 SXM5 80GB"].fp16_matrix_units
    assert boards["NVIDIA A10G"].fp16_matrix_units is False
    unlike = [b.name for b in boards.values() if (b.fp16_dense_TFLOPS is None) != (b.fp16_matrix_units is None)]
    assert unlike == ["AMD Radeon RX 7900 XTX"]  # whose matrix instructions have no rate of their own
    assert boards["Apple M1 (8-core GPU)"].tdp_W is None


def test_the_suspect_training_run_is_kept_and_not_plotted():
    runs = {run.model: run for run in facts.training_runs()}
    assert not runs["Llama 3.3 70B"].plot
    assert all(bool(run.why_not) != run.plot for run in runs.values())
    assert not [model for model in runs if model.startswith("GPT-4")]
    shown = runs["Llama 3.1 405B"]
    assert shown.MWh == 21588
    assert shown.MWh * 3.6e9 / shown.training_flop == pytest.approx(2.05e-12, rel=0.01)


def value(name: str) -> float:
    return facts.figure(name).value


def test_ecologits_coefficients_give_its_published_totals():
    """8 billion parameters: 85 Wh per million output tokens at PUE 1.15; the older fit, with all its terms, 3,768."""
    active, batch = 8, value("ecologits_batch")
    gpu = value("ecologits_alpha") * math.exp(value("ecologits_beta") * batch) * active + value("ecologits_gamma")
    latency = value("ecologits_latency_active") * active + value("ecologits_latency_batch") * batch
    latency += value("ecologits_latency_base")
    server = value("ecologits_server_power") / value("ecologits_server_gpus") * latency / 3600 / batch
    assert 1e6 * 1.15 * (gpu + server) == pytest.approx(85, abs=0.5)
    gpu = value("ecologits_old_alpha") * active + value("ecologits_old_beta")
    assert 1e6 * gpu == pytest.approx(2143, abs=0.5)
    latency = value("ecologits_old_latency_active") * active + value("ecologits_old_latency_base")
    server = value("ecologits_old_server_power") / 8 * latency / 3600
    assert 1e6 * value("ecologits_old_pue") * (gpu + server) == pytest.approx(3768, abs=0.5)


def test_qkeras_polynomials_meet_horowitz():
    ends = {8: ("int8_mul_45nm", "int8_add_45nm"), 32: ("int32_mul_45nm", "int32_add_45nm")}
    for bits, (mul, add) in ends.items():
        product = value("qkeras_int_mul_quadratic") * bits**2 + value("qkeras_int_mul_linear") * bits
        total = value("qkeras_int_add_linear") * bits
        assert product == pytest.approx(facts.energy_per_operation()[mul].picojoules, rel=0.01)
        assert total == pytest.approx(facts.energy_per_operation()[add].picojoules, rel=0.2)


def test_published_figures():
    uses = {use.label: use for use in facts.published_uses()}
    assert uses["median Gemini text prompt"].watt_hours == 0.24
    one, many = (uses[f"Llama 3.1 8B, {n} sequences at a time"] for n in (8, 691))
    assert (one.joules_per_token, many.joules_per_token) == (0.455, 0.0713)
    assert facts.figure("resnet18_image").value == pytest.approx(2.6 * 3.6, rel=0.01)
    assert facts.everyday()["kettle"].watt_hours == 110
    assert facts.grids()["World"].grams_co2_per_kWh == 473


def test_everything_lists_every_row_with_its_numbers():
    listed = everything()
    assert len(listed) == sum(len(rows_of(table)) for table in TABLES)
    assert all(entry.what and entry.source and (entry.value or entry.table == "questions") for entry in listed)
    kettle = next(entry for entry in listed if entry.what == "boiling 1 litre of water")
    assert kettle.value.startswith("watt_hours 110")
    pue = next(entry for entry in listed if entry.what.startswith("mean PUE"))
    assert (pue.value, pue.unit) == ("1.58 (1.55–1.59)", "×")


@dataclass(frozen=True)
class Thing:
    name: str
    watts: float | None
    count: int
    plot: bool
    source: str
    url: str
    confidence: str
    note: str = ""


HEADER = "name,watts,count,plot,source,url,confidence,note\n"
GOOD = "kettle,2e3,1,yes,a paper,https://example.org,verified,"


def test_a_good_file_is_read_by_its_annotations(tmp_path):
    file = tmp_path / "things.csv"
    file.write_text(f"{HEADER}{GOOD}\nlamp,,2,no,definition,,derived,small\n", encoding="utf-8")
    kettle, lamp = read(Thing, file)
    assert (kettle.watts, kettle.count, kettle.plot) == (2000.0, 1, True)
    assert (lamp.watts, lamp.plot, lamp.note) == (None, False, "small")
    file.write_text(HEADER.replace(",note", "") + GOOD.removesuffix(",") + "\n", encoding="utf-8")
    assert read(Thing, file)[0].note == ""  # a column with a default may be left out


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        (HEADER.replace("note", "notes"), GOOD, "line 1: unknown columns"),
        (HEADER.replace(",url", ""), GOOD, "line 1: missing columns"),
        (HEADER, GOOD.replace("2e3", "much"), "line 2: watts is 'much', not float"),
        (HEADER, GOOD.replace("2e3", "nan"), "line 2: watts"),
        (HEADER, GOOD.replace(",1,", ",1.5,"), "line 2: count"),
        (HEADER, GOOD.replace(",1,", ",,"), "line 2: count is '', not int"),
        (HEADER, GOOD.replace("yes", "maybe"), "line 2: plot"),
        (HEADER, GOOD.replace("a paper", ""), "line 2: no source"),
        (HEADER, GOOD.replace("https://example.org", ""), "line 2: no url"),
        (HEADER, GOOD.replace("verified", "memory"), "line 2: confidence 'memory'"),
        (HEADER, GOOD.replace("a paper", "a paper (attribution from memory)"), "line 2: from memory"),
        (HEADER, GOOD + "watts=MEMORY", "line 2: from memory"),
        (HEADER, GOOD + ",more", "line 2: not 8 cells"),
        (HEADER, "kettle,2e3", "line 2: not 8 cells"),
    ],
)
def test_a_bad_file_is_refused_and_the_line_named(tmp_path, header, row, says):
    file = tmp_path / "things.csv"
    file.write_text(f"{header}{row}\n", encoding="utf-8")
    with pytest.raises(BadFact, match="things.csv, ") as refused:
        read(Thing, file)
    assert says in str(refused.value)


def test_a_name_that_appears_twice_is_refused(tmp_path):
    file = tmp_path / "things.csv"
    file.write_text(f"{HEADER}{GOOD}\n{GOOD}\n", encoding="utf-8")
    with pytest.raises(BadFact, match="name 'kettle' appears twice"):
        by("name", read(Thing, file))


def test_a_shape_is_listed_once():
    """No other file has a column of the shape; what others list of a model refers to it by name."""
    shape = {
        "layers",
        "d_model",
        "n_heads",
        "n_kv_heads",
        "head_dim",
        "full_layers",
        "n_full_layers",
        "experts",
        "n_experts",
    }
    heads = {file.name: file.read_text(encoding="utf-8").splitlines()[0] for file in facts.FOLDER.glob("*.csv")}
    assert [name for name, head in heads.items() if shape & set(head.split(","))] == ["architectures.csv"]
    for table in (training_compute(), training_tokens(), native_formats()):
        assert set(table) <= set(architectures())


IN_BOTH = [run for run in facts.training_runs() if run.model in training_compute()]


@pytest.mark.parametrize("run", IN_BOTH, ids=lambda run: run.model)
def test_a_training_that_two_tables_list_took_the_same(run):
    model = training_compute()[run.model]
    assert model.training_flop == run.training_flop
    assert run.training_tokens in (None, model.training_tokens)


def test_some_trainings_are_in_two_tables():
    assert len(IN_BOTH) >= 5


def test_grids_are_of_one_year_and_say_so():
    grids = facts.grids()
    assert len(grids) > 200 and {grid.year for grid in grids.values()} == {2024}
    assert grids["Germany"].grams_co2_per_kWh == 341
    said = footprint.emissions(Quantity("e", 1_000, "Wh", "estimated"), grids["Germany"]).source
    assert "Germany 2024" in said

"""Layer B for language models: what whole boards draw, against measurements, and one band for one question."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks import fit_boards
from lessons import facts
from lessons.estimate import accelerator_energy, answer_cost
from lessons.estimate.at_home import Home
from lessons.estimate.coefficients import FITTED, PARTS, ModelKind, Work, coefficients, joules, off
from lessons.estimate.roofline import machine_of, writing
from lessons.estimate.transformer import active
from lessons.facts.architectures import architectures, models

MODELS, BOARDS, SHAPES = models(), facts.boards(), architectures()
H100, B200, A100 = (BOARDS[name] for name in (*FITTED, "NVIDIA A100 SXM4 80 GB"))
USES = {use.label: use for use in facts.published_uses()}
SERVERS = {"H100": H100, "B200": B200}


@pytest.mark.parametrize(
    "label",
    [
        "Llama 3.1 8B, 8 sequences at a time",
        "Llama 3.1 8B, 691 sequences at a time",
        "Llama 3.1 405B, 8 sequences at a time",
        "Llama 3.1 405B, 255 sequences at a time",
        # a fit of dense models alone estimates 0.28, 0.23 and 0.20 of these, beyond its own band
        "Qwen3 235B-A22B, 8 sequences at a time",
        "Qwen3 235B-A22B, 511 sequences at a time",
        "DeepSeek-V3.1, 2042 sequences at a time",
    ],
)
def test_measured_boards_are_inside_the_band(label):
    use = USES[label]
    asked = MODELS[use.model], SERVERS[use.hardware], use.dtype, int(use.batch), 300, int(use.output_tokens)
    for boards in (None, use.n_devices):  # the fewest, and those that were used
        estimate = accelerator_energy.joules_per_token(*asked, boards)
        assert estimate.low < use.joules_per_token < estimate.high
        assert 0.5 < estimate.value / use.joules_per_token < 2


@pytest.mark.parametrize(
    ("name", "joules"), [("TinyLlama 1.1B", 1.659), ("Qwen2.5 3B", 3.383)]
)  # EcoCompute, fp16, one at a time
def test_a_board_nobody_fitted_is_inside_the_wider_band(name, joules):
    card, home = BOARDS["NVIDIA GeForce RTX 5090"], Home(SHAPES[name], "fp16", context=256)
    estimate = answer_cost.joules(writing(home, machine_of(card), 256), home, card, machine_of(card))
    assert estimate.low < joules < estimate.high


@pytest.mark.parametrize(
    ("hardware", "form", "experts", "linear", "band"),
    [
        (H100, "bf16", False, False, 1.3),
        (B200, "fp8", False, False, 1.3),
        (H100, "bf16", True, False, 1.4),
        (H100, "MXFP4", True, False, 1.4),
        (B200, "fp8", True, False, 2.2),
        (H100, "int4", False, False, 3),
        (H100, "Q4_K_M", False, False, 3),
        (H100, "bf16", False, True, 3),
        (A100, "bf16", False, False, 3),
    ],
)
def test_the_band_is_what_was_held_out_supports(hardware, form, experts, linear, band):
    kind = ModelKind(form, experts, linear)
    assert off(hardware, kind) == band
    found = joules(hardware, Work(1e9, 0.0, 0.0, 10.0), kind)
    assert found.high / found.value == pytest.approx(band) == found.value / found.low
    assert f"×/÷ {band:g}" in found.source


@given(
    some.sampled_from(list(accelerator_energy.usable())),
    some.sampled_from(sorted(set(MODELS) & set(SHAPES))),
    some.booleans(),
)
def test_one_question_has_one_band_on_both_pages(name, model, halved):
    """A model on one board, one at a time: as `/footprint` and as `/llm-at-home` compute it."""
    hardware = BOARDS[name]
    there, here = (("fp8", "fp8") if halved else ("bf16", "fp16")) if hardware.name in FITTED else ("int4", "Q4_0")
    shape = SHAPES[model]
    banded = shape.sliding_layers and not shape.sliding_window
    if shape.linear_layers or shape.kv_shared_layers or banded:
        return  # which has no speed at home
    footprint = accelerator_energy.joules_per_token(MODELS[model], hardware, there, 1, 1, 1_000, boards=1)
    home = Home(shape, here, context=501)
    at_home = answer_cost.joules(writing(home, machine_of(hardware), 501), home, hardware, machine_of(hardware))
    assert footprint.source.rpartition("band: ")[2][:5] == at_home.source.rpartition("band: ")[2][:5]
    ratio = off(hardware, ModelKind(there, bool(shape.experts)))
    assert footprint.high / footprint.value == pytest.approx(at_home.high / at_home.value, rel=0.03)
    assert at_home.high / at_home.value >= ratio * (1 - 1e-9)


def test_a_board_that_waits_draws_power_too():
    cost = coefficients(H100)
    eight, one = (
        accelerator_energy.joules_per_token(MODELS["Llama 3.1 8B"], H100, "bf16", 8, 1, 100, boards)
        for boards in (8, 1)
    )
    assert eight.value - one.value == pytest.approx(7 * 32 * cost.per_layer / 8)
    mixture = MODELS["Qwen3 30B-A3B"]
    done = accelerator_energy.work(mixture, "bf16", 512, 300, 900, 1)
    apart = [joules(H100, each, ModelKind("bf16", True)).value for each in (done, done._replace(expert_flop=0.0))]
    assert apart[0] - apart[1] == pytest.approx(2 * active(mixture) * cost.per_expert_flop, rel=1e-6)
    assert cost.per_expert_layer_fp8 > 5 * cost.per_layer


def test_coefficients_of_other_boards_are_between_those_of_the_fitted():
    for hardware in (H100, B200):
        fitted, sheet = coefficients(hardware), coefficients(replace(hardware, name="another"))
        for part in ("per_byte", "per_expert_flop", "per_layer", "per_expert_layer_fp8"):
            assert 0.6 < getattr(sheet, part) / getattr(fitted, part) < 1.6
        assert 0.8 < sheet.per_flop[1] / fitted.per_flop[1] < 1.2


def test_the_fit_finds_what_rows_were_made_of_and_judges_by_models_it_has_not_seen():
    truth = np.array([0.2, 0.0014, 0.007, 0.01, 0.08])
    names = ("Llama 3.1 8B", "Qwen3 14B", "Qwen3 32B", "Qwen3 30B-A3B", "Qwen3 235B-A22B", "gpt-oss 20B")
    rows = [
        fit_boards.Row(MODELS[name], "H100", boards, form, batch, 700.0, 0.0)
        for name in names
        for form in (("mxfp4",) if "oss" in name else ("bf16", "fp8"))
        for boards in (1, 4)
        for batch in (8, 64, 512)
    ]
    rows = [row._replace(joules=float(fit_boards.terms(row, fit_boards.PROMPT) @ truth)) for row in rows]
    assert fit_boards.fit(rows) == pytest.approx(truth, rel=1e-3)
    fitted, held = fit_boards.halves(rows)
    assert {row.model.name for row in fitted} == {"Qwen3 14B", "Qwen3 30B-A3B"}
    assert len(fitted) + len(held) == len(rows)
    assert fit_boards.within(fit_boards.ratios(held, truth)) == pytest.approx(1)


def test_the_files_that_are_fitted_are_read_once_each_and_images_are_not(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    head = "model,{},n_gpu,precision,{},{},{},unit,params_total_B,params_active_B\n"
    one.write_text(
        head.format("hardware", "batch", "output_len", "value")
        + "Qwen/Qwen3-8B,H100,1,bfloat16,8.0,647,0.4440,J/output token,8,8\nflux,H100,1,bfloat16,,,2.2,J/image,12,12\n"
    )
    two.write_text(
        head.format("gpu", "avg_batch", "avg_output_len", "energy")
        + "Qwen/Qwen3-8B,H100,1,bfloat16,7.99,646.9,0.44401,J/output token,8,8\n"
        + "meta-llama/Llama-4-Scout-17B-16E-Instruct,H100,4,fp8,8,400,3.9,J/output token,109,17\n"
    )
    found = fit_boards.rows([one, two])
    assert [(row.model.name, row.kind, row.boards, row.form) for row in found] == [
        ("Qwen3 8B", "dense", 1, "bf16"),
        ("Llama 4 Scout", "experts, fp8", 4, "fp8"),
    ]


def test_every_coefficient_says_where_it_is_from_and_that_it_was_fitted():
    for name in (*FITTED.values(), "board_other"):
        for part in PARTS:
            figure = facts.figure(f"{name}_{part}")
            assert figure.confidence == "derived" and "benchmarks/fit_boards.py" in figure.source
    assert "41 rows" in facts.figure("board_band_dense").note

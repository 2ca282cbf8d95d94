"""Weights on boards and the tokens behind them: one count of active parameters, formats as published, models by hand,
training."""

import pytest

from lessons import facts
from lessons.estimate import accelerator_energy, answer_cost, finetune_memory, footprint, training, weight_formats
from lessons.estimate.at_home import Home
from lessons.estimate.gguf_size import NATIVE
from lessons.estimate.roofline import Machine, writing
from lessons.estimate.transformer import active, attention_flop, cache_bytes, multiplied, size_only, touched
from lessons.facts.architectures import architectures, models, training_compute, training_tokens
from lessons.quantity import Quantity, show

MODELS = models()
H100 = facts.boards()["NVIDIA H100 SXM5 80GB"]
PUE = facts.figure("pue_google")
MIXTURE, DENSE = MODELS["DeepSeek-V3 / R1 671B"], MODELS["Llama 3.1 70B"]


@pytest.mark.parametrize(
    ("name", "billions"),
    [  # as their makers count them
        ("gpt-oss 20B", 3.6), ("gpt-oss 120B", 5.1), ("DeepSeek-V3 / R1 671B", 36.6), ("DeepSeek-V2-Lite 16B", 2.4),
        ("Llama 3.1 8B", 8.03 - 128_256 * 4_096 / 1e9), ("Qwen3-Next 80B-A3B", 3.87 - 151_936 * 2_048 / 1e9),
    ],
)  # fmt: skip
def test_active_parameters_leave_out_the_input_embedding(name, billions):
    assert active(MODELS[name]) / 1e9 == pytest.approx(billions, abs=0.06)


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_every_page_counts_the_same_active_parameters(model):
    """/llm-at-home from FLOP of a step; a data centre and /footprint from what a step reads; training; /lora at scale.
    Models whose layers are not modelled are on three of them."""
    count, shape = active(model), architectures()[model.name]
    assert touched(model, 1) == pytest.approx(count)
    assert training.flop_of(model, 1e12).value == 6 * count * 1e12
    full = finetune_memory.energy(model, Quantity("trained", 0, "parameters", "estimated"), 1e9)["full"]
    assert full.value == pytest.approx(
        training.training_energy(6 * count * 1e9, "H100", facts.figure("pue_survey")).value
    )
    if model.attention != "hybrid" and (shape.sliding_window or not shape.sliding_layers):
        machine = Machine("m", 1e12, 1e12, 1e12)
        step = writing(Home(shape, "fp16"), machine, 1)
        assert step.flop - attention_flop(shape, 1, absorbed=True) == pytest.approx(2 * count)
        assert show(count, "parameters") in answer_cost.speed(step, Home(shape, "fp16"), machine, 1).source


def test_weights_are_read_as_they_are_published():
    oss, rest = MODELS["gpt-oss 120B"], multiplied(architectures()["gpt-oss 120B"]) - 36 * 4 * 3 * 2_880**2
    experts = 36 * 128 * 3 * 2_880**2
    many = 10**6  # sequences, which need every expert
    for dtype, bits in ((NATIVE, 16), ("bf16", 16), ("fp8", 8), ("int4", 4.5)):  # MXFP4 in all of them
        assert weight_formats.bytes_read(oss, dtype, many) == pytest.approx((4.25 * experts + bits * rest) / 8)
    assert oss.params_total * weight_formats.bits_held(oss, NATIVE) / 8e9 == pytest.approx(
        65.3, rel=0.005
    )  # as published
    assert weight_formats.bits_held(MIXTURE, NATIVE) == 8
    assert weight_formats.bytes_read(DENSE, NATIVE, 8) == weight_formats.bytes_read(DENSE, "bf16", 8)
    fp8, native, bf16 = (
        accelerator_energy.joules_per_token(MIXTURE, H100, each, 64, 300, 300) for each in ("fp8", NATIVE, "bf16")
    )
    assert native == fp8 and native.value < bf16.value


def test_in_a_data_centre_a_model_runs_as_it_is_published():
    for name, boards in (
        ("gpt-oss 120B", "1 board"),
        ("DeepSeek-V3 / R1 671B", "16 boards"),
    ):  # 16 bits: 2 or more times
        assert f"layers × {boards} ÷" in answer_cost.in_a_data_centre(name, 300, 300).source


def test_a_model_by_hand():
    dense, mixture = footprint.by_hand(70e9, 70e9), footprint.by_hand(400e9, 40e9)
    assert not dense.experts
    assert cache_bytes(dense, 1_000) == cache_bytes(DENSE, 1_000) == 2 * 8 * 128 * 2 * 80 * 1_000  # as Llama 70B
    assert touched(mixture, 1) == pytest.approx(40e9)
    assert touched(mixture, 5_000) == pytest.approx(400e9, rel=0.01)
    assert cache_bytes(mixture, 1) == cache_bytes(MODELS["Qwen3 235B-A22B"], 1)
    assert footprint.by_hand(8e9, 70e9).params_active == 8e9  # more active than there are: all
    use = footprint.by_boards(footprint.Scenario(dense, footprint.TASKS["chat"], H100, NATIVE, 64, PUE))
    assert "as Llama 3.1 70B, the listed model nearest in size: 80 layers, 8 KV heads of 128" in use.source
    alone = accelerator_energy.joules_per_token(dense, H100, "bf16", 1, 1, 300)  # nearly all of it reading
    assert alone.high / alone.value == pytest.approx(3, rel=0.05)


def test_the_band_of_a_model_by_hand_holds_what_is_known_of_listed_ones():
    """Each listed model is taken for unknown, those of its own shape with it."""
    inside = []
    for model in MODELS.values():
        shape = (model.layers, model.d_model, model.n_kv_heads, model.head_dim)
        others = [m for m in MODELS.values() if (m.layers, m.d_model, m.n_kv_heads, m.head_dim) != shape]
        like = footprint.nearest(model.params_total, bool(model.experts), others)
        guess = size_only(
            model,
            "unknown",
            model.params_total,
            model.params_active,
            attention="full",
            sliding_window=None,
            n_heads=like.n_heads,
            n_kv_heads=like.n_kv_heads,
            head_dim=like.head_dim,
            layers=like.layers,
            full_layers=like.layers,
            sliding_layers=0,
        )
        for task in footprint.TASKS.values():
            for batch in (1, 8, 64, 512):
                asked = (H100, "bf16", batch, task.prompt, task.output)
                band = accelerator_energy.joules_per_token(guess, *asked)
                inside.append(band.low < accelerator_energy.joules_per_token(model, *asked).value < band.high)
    assert sum(inside) / len(inside) > 0.93


@pytest.mark.parametrize(
    ("name", "trillions"),
    [
        ("SmolLM2 135M", 2), ("SmolLM2 360M", 4), ("SmolLM2 1.7B", 11), ("TinyLlama 1.1B", 3), ("Qwen3 0.6B", 36),
        ("Qwen3 235B-A22B", 36), ("Qwen2.5 14B", 18), ("Gemma 3 12B", 12), ("Phi-3-mini 3.8B (4k)", 3.3),
        ("DeepSeek-V2 236B", 8.1), ("Llama 3.1 405B", 15.6),
    ],
)  # fmt: skip
def test_a_model_was_trained_with_the_tokens_that_are_published(name, trillions):
    found = training.tokens_of(MODELS[name])
    assert (found.value, found.published) == (trillions * 1e12, True)
    assert found.source
    if not training_compute()[name].training_flop:
        flop = training.flop_of(MODELS[name], None)
        assert flop.value == pytest.approx(6 * active(MODELS[name]) * trillions * 1e12)
        assert found.source in flop.source


def test_where_no_tokens_are_published_the_band_is_that_of_models_of_its_time():
    unsaid = [
        name
        for name, model in MODELS.items()
        if not (training.tokens_of(model).published or training_compute()[name].training_flop)
    ]
    assert unsaid == ["Mistral 7B v0.1", "Mistral 7B v0.3", "Mistral Nemo 12B", "gpt-oss 20B", "gpt-oss 120B"]
    assert set(training_tokens()) <= set(MODELS)
    flop = training.flop_of(MODELS["gpt-oss 120B"], None)
    assert (flop.low, flop.high) == tuple(pytest.approx(6 * 5.131e9 * tokens, rel=1e-3) for tokens in (2e12, 36e12))
    assert flop.low < flop.value < flop.high and "not published; usual: 2 to 36 T" in flop.source
    energy = training.energy_of(flop, "H100", PUE)
    assert energy.high / energy.low == pytest.approx(18 * training.BAND**2)
    assert training.told(MODELS["gpt-oss 120B"], None, energy) == "tokens not published: 2 to 36 T usual"
    assert training.told(MODELS["Qwen3 8B"], None, energy).startswith("36.0 T tokens; ")


def test_a_training_whose_tokens_are_not_published_may_be_on_either_side_of_a_line():
    models = {total: footprint.by_hand(total * 1e9, total * 1e9) for total in (20, 400, 2_000)}
    sides = {total: training.side_of(1e25, training.flop_of(model, None)) for total, model in models.items()}
    assert sides == {20: "under", 400: "either", 2_000: "over"}


@pytest.mark.parametrize("family", ["GPT-2", "Qwen2.5", "Qwen3", "SmolLM2", "Llama 2", "Gemma 3", "gpt-oss"])
def test_in_a_family_the_larger_took_more(family):
    found = [model for name, model in MODELS.items() if name.startswith(f"{family} ")]
    flop = [training.flop_of(model, None).value for model in sorted(found, key=active)]
    assert flop == sorted(flop)

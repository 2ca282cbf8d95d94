"""The calculators: against published figures they were not made from, and against what must always hold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import facts
from lessons import models as networks
from lessons.data import examples
from lessons.estimate import (
    accelerator_energy,
    device,
    ecologits,
    footprint,
    savings,
    silicon,
    training,
    weight_formats,
)
from lessons.estimate.transformer import active, attention_flop, cache_bytes, size_only, touched
from lessons.experiment import Trained
from lessons.facts.architectures import models
from lessons.measure import macs, per_layer
from lessons.measure.layer_view import LayerCost
from lessons.models.folding import folded
from lessons.quantity import JOULES, Quantity, convert, show
from lessons.vision import traffic
from lessons.vision.model import VisionModel

MODELS = models()
H100 = facts.boards()["NVIDIA H100 SXM5 80GB"]
BOARDS = accelerator_energy.usable()
PUE = facts.figure("pue_google")
MIXTURE, DENSE = MODELS["DeepSeek-V3 / R1 671B"], MODELS["Llama 3.1 70B"]
names, dtypes = st.sampled_from(sorted(MODELS)), st.sampled_from(sorted(weight_formats.DTYPES))
batches, tokens = st.integers(1, 1024), st.integers(1, 20_000)


# A, the silicon floor


def test_resnet_50_costs_what_the_literature_says():
    macs, weights = facts.figure("resnet50_macs").value, facts.figure("resnet50_weights").value
    for number, node, memory, expected in (
        ("fp32", "45 nm", "DDR", 35e-3),
        ("int8", "45 nm", "DDR", 5.4e-3),
        ("int8", "7 nm", "HBM2", 1.09e-3),
    ):
        read_once = silicon.Traffic(int(macs), weights * silicon.FORMATS[number], 0)
        assert silicon.floor(read_once, number, node, memory)["total"].value == pytest.approx(expected, rel=0.05)


def test_combinations_without_a_source_are_refused_with_the_reason():
    assert set(silicon.unsourced("7 nm")) == {"int4", "int2", "int1"}
    assert all("sourced" in reason for reason in silicon.unsourced("7 nm").values())
    assert not silicon.unsourced("45 nm")
    assert silicon.operation("int8", "7 nm").add is None
    assert "on-chip memory" not in silicon.floor(silicon.Traffic(1, 1, 1), "int8", "7 nm", "HBM2")


def test_integers_between_the_printed_widths_meet_the_printed_one():
    bits = 8
    linear, quadratic = facts.figure("qkeras_int_mul_linear").value, facts.figure("qkeras_int_mul_quadratic").value
    assert quadratic * bits**2 + linear * bits == pytest.approx(silicon.operation("int8", "45 nm").multiply, rel=1e-3)


CONVOLUTION = LayerCost("conv", 19_600, 100, 116, (1, 28, 28), (4, 14, 14))
CONNECTED = LayerCost("fc", 7_840, 7_840, 7_850, (784,), (10,))


def test_a_weight_and_a_bias_are_fetched_once_a_batch_or_once_a_use():
    assert silicon.inference([CONVOLUTION, CONNECTED], 32).dram_bits == 32 * (116 + 7_850)
    assert silicon.inference([CONVOLUTION, CONNECTED], 8, batch=10).dram_bits == 8 * (116 + 7_850) / 10
    assert silicon.inference([CONVOLUTION, CONNECTED], 8, reuse=1).dram_bits == 8 * (116 * 196 + 7_850)
    assert silicon.inference([CONVOLUTION], 1, reuse=49).dram_bits == 116 * 196 / 49


@pytest.mark.parametrize("model", ["cnn", "depthwise", "cnn-16x2"])
def test_one_model_has_one_floor_whichever_page_asks(model):
    net = folded(networks.make(model).eval())
    example = examples.test_set().images[:1]
    built = VisionModel(net, dict(net.named_parameters()), Trained(model=model))
    layers = macs.layers(net, example)
    stages = savings.stages(layers, savings.Shrunk())
    floors = [
        silicon.floor_45nm(traffic.inference_traffic(built, example)),  # the tile of a lab
        silicon.of_network(layers, "fp32")["total"],  # /energy
        per_layer.total(layers, "energy"),  # /network
        stages["trained"]["total"],  # /scaling
    ]
    assert [each.value for each in floors] == pytest.approx([floors[0].value] * 4)
    if model == "cnn":
        assert floors[0].value == pytest.approx(21.672e-6, rel=1e-4)


@given(st.sampled_from(sorted(silicon.FORMATS)), st.integers(1, 512), st.sampled_from([1, 4, 16, 64, float("inf")]))
def test_more_reuse_and_larger_batches_never_cost_more(number, batch, reuse):
    bits = silicon.FORMATS[number]
    now = silicon.floor(silicon.inference([CONVOLUTION, CONNECTED], bits, batch, reuse), number)
    for fewer in (
        silicon.inference([CONVOLUTION, CONNECTED], bits, batch + 1, reuse),
        silicon.inference([CONVOLUTION, CONNECTED], bits, batch, 2 * reuse),
    ):
        assert silicon.floor(fewer, number)["total"].value <= now["total"].value * (1 + 1e-12)
    assert sum(part.value for name, part in now.items() if name != "total") == pytest.approx(now["total"].value)
    assert all(part.low < part.value < part.high for part in now.values())


def test_at_the_crossing_fetching_costs_as_much_as_using():
    for node in silicon.NODES:
        for number in set(silicon.FORMATS) - set(silicon.unsourced(node)):
            for memory in silicon.MEMORIES:
                uses = silicon.crossing(number, node, memory)
                each = sum(filter(None, silicon.operation(number, node)))
                fetch = silicon.floor(silicon.Traffic(0, silicon.FORMATS[number], 0), number, node, memory)["DRAM"]
                assert uses * each * 1e-12 == pytest.approx(fetch.value)


def test_the_floor_beside_an_h100_is_of_the_nearest_process_with_sourced_figures():
    macs, weights = facts.figure("resnet18_macs").value, facts.figure("resnet18_weights").value
    per = facts.energy_per_operation()
    joules = 1e-12 * (macs * per["fp16_mul_7nm"].picojoules + 16 * weights * per["hbm2"].picojoules)
    assert silicon.resnet18().value == pytest.approx(joules)
    assert joules == pytest.approx(1.35e-3, rel=0.01)


# B and C for this machine


@given(st.floats(1e-6, 1e4), st.floats(1, 500), st.integers(1, 128))
def test_a_machine_takes_between_one_core_s_share_and_all_of_its_power(seconds, watts, cores):
    stated = Quantity("package power", watts, "W", "estimated", source="as stated")
    here = device.on_this_machine(seconds, stated, cores)
    assert here.value == pytest.approx(seconds * watts)
    assert here.low == pytest.approx(here.value / cores)
    wall = device.at_the_wall(here, PUE)
    assert wall.low <= wall.value <= wall.high
    assert wall.value > here.value
    assert device.at_the_wall(here, None).value < wall.value


# B for language models


def test_fp8_saves_arithmetic_only_where_the_board_has_it():
    def prompt(hardware: str, dtype: str) -> float:  # so long a prompt that arithmetic is nearly all
        return accelerator_energy.joules_per_token(DENSE, facts.boards()[hardware], dtype, 512, 10_000, 1).value

    assert prompt("NVIDIA H100 SXM5 80GB", "fp8") == pytest.approx(
        prompt("NVIDIA H100 SXM5 80GB", "bf16") / 2, rel=0.01
    )
    assert prompt("NVIDIA A100 SXM4 80 GB", "fp8") == pytest.approx(prompt("NVIDIA A100 SXM4 80 GB", "bf16"), rel=0.01)


def test_attention_to_a_long_prompt_costs_as_much_as_the_weights():
    heads = 4 * DENSE.n_heads * DENSE.head_dim * DENSE.full_layers
    assert attention_flop(DENSE, 50_000) == heads * 50_000
    assert 0.5 < attention_flop(DENSE, 50_000) / (2 * active(DENSE)) < 1.5
    assert attention_flop(DENSE, 150) < 0.01 * 2 * active(DENSE)  # as in what was fitted
    gemma = MODELS["Gemma 3 27B"]
    assert attention_flop(gemma, 100_000) < 100_000 * attention_flop(gemma, 1)


def test_boards_without_what_is_needed_are_refused():
    with pytest.raises(accelerator_energy.DoesNotFit, match="A10G"):
        accelerator_energy.coefficients(facts.boards()["NVIDIA A10G"])


def test_a_mixture_of_experts_is_in_memory_as_a_whole_and_computes_with_its_active_part():
    embedding = 129_280 * 7_168  # looked up, not read
    assert touched(MIXTURE, 1) == pytest.approx(active(MIXTURE))
    assert touched(MIXTURE, 10_000) == pytest.approx(MIXTURE.params_total - embedding, rel=1e-3)
    assert touched(DENSE, 1) == active(DENSE)
    as_dense = size_only(MIXTURE, MIXTURE.name, active(MIXTURE), active(MIXTURE), experts=None)
    assert accelerator_energy.boards_needed(MIXTURE, H100, 16, 1, 100) > accelerator_energy.boards_needed(
        as_dense, H100, 16, 1, 100
    )
    prompt = 1_000_000  # so long that arithmetic is all that counts
    mixture, dense = (
        accelerator_energy.joules_per_token(m, H100, "bf16", 1, prompt, 1).source for m in (MIXTURE, as_dense)
    )
    assert mixture.split("×")[2] == dense.split("×")[2]  # the same FLOP


def test_the_cache_of_each_kind_of_attention():
    assert cache_bytes(MODELS["Llama 3.1 8B"], 1) == 131_072  # 2 · 8 heads · 128 · 2 bytes · 32 layers
    assert cache_bytes(MIXTURE, 1) == (512 + 64) * 2 * 61
    gemma = MODELS["Gemma 3 27B"]
    grown = [cache_bytes(gemma, n) for n in (gemma.sliding_window, 2 * gemma.sliding_window)]
    assert grown[1] < 2 * grown[0]


@given(names, st.sampled_from(sorted(BOARDS)), dtypes, batches, tokens, tokens)
def test_more_tokens_never_cost_less_and_bands_hold_the_value(name, hardware, dtype, batch, prompt, output):
    def use(prompt: int, output: int) -> Quantity:
        task = footprint.UseTokens(prompt, output)
        return footprint.by_boards(footprint.Scenario(MODELS[name], task, BOARDS[hardware], dtype, batch, PUE))

    one = use(prompt, output)
    assert 0 < one.low < one.value < one.high
    assert one.unit == "Wh"
    assert use(prompt + 100, output).value >= one.value
    assert use(prompt, output + 100).value >= one.value


@given(names, tokens, tokens)
def test_every_method_gives_watt_hours_that_grow_with_the_answer(name, prompt, output):
    short, long = (
        footprint.by_all(footprint.Scenario(MODELS[name], footprint.UseTokens(prompt, n), H100, "bf16", 64, PUE))
        for n in (output, output + 1)
    )
    for method in footprint.METHODS:
        assert short[method].unit == "Wh"
        assert short[method].value < long[method].value


# EcoLogits


def test_ecologits_today_and_before():
    eight = replace(MODELS["Llama 3.1 8B"], params_total=8_000_000_000, params_active=8_000_000_000)
    today = ecologits.joules_per_token(eight, replace(PUE, value=1.15))
    assert convert(today.value * 1e6, "J", "Wh") == pytest.approx(85, rel=0.01)
    older = ecologits.older_joules_per_token(eight)
    assert convert(older.value * 1e6, "J", "Wh") == pytest.approx(3_768, rel=0.01)
    assert 40 < older.value / today.value < 50


# Training

GENERATION = {"H800": "H100", "P100": "V100"}
TESTED = [
    run
    for run in facts.training_runs()
    if training.picojoules_per_flop(run)
    and run.model not in training.OUTLIERS
    and not any(run.model in fitted for fitted in training.FITTED.values())
]


def test_the_formula_is_tested_on_runs_it_was_not_fitted_on():
    assert len(TESTED) >= 4
    assert len({run.generation for run in TESTED}) >= 2


@pytest.mark.parametrize("run", TESTED, ids=lambda run: run.model)
def test_disclosed_runs_are_inside_the_band(run):
    generation = GENERATION.get(run.generation, run.generation)
    estimate = training.training_energy(run.training_flop, generation, replace(PUE, value=1.0))
    assert estimate.low < convert(run.MWh, "MWh", "Wh") < estimate.high


def test_outliers_are_outliers():
    runs = {run.model: run for run in facts.training_runs()}
    for name in training.OUTLIERS:
        run = runs[name]
        generation = GENERATION.get(run.generation, run.generation)
        estimate = training.training_energy(run.training_flop, generation, replace(PUE, value=1.0))
        assert not estimate.low < convert(run.MWh, "MWh", "Wh") < estimate.high, f"{name} is none any more"


def test_training_compute_is_as_listed_unless_the_reader_says_otherwise():
    listed = training.flop_of(MODELS["Llama 3.1 405B"], None)
    assert (listed.value, listed.badge) == (3.8e25, "cited")
    by_tokens = training.flop_of(MODELS["Llama 3.1 405B"], 1e12)
    assert by_tokens.value == pytest.approx(6 * active(MODELS["Llama 3.1 405B"]) * 1e12)
    assert by_tokens.badge == "estimated"


def test_the_fit_gives_its_own_run_back_with_its_own_building():
    gpt3 = next(run for run in facts.training_runs() if run.model == "GPT-3 175B")
    estimate = training.training_energy(gpt3.training_flop, "V100", replace(PUE, value=1.10))
    assert convert(estimate.value, "Wh", "MWh") == pytest.approx(gpt3.MWh)


def test_use_overtakes_training_and_shares_it():
    run = training.training_energy(1e24, "H100", PUE)
    day = Quantity("day", run.value / 100, "Wh", "estimated", run.value / 200, run.value / 50)
    assert training.overtakes_after(run, day).value == pytest.approx(100)
    assert training.overtakes_after(run, day).low < 100 < training.overtakes_after(run, day).high
    assert training.of_each_use(run, 1000).value == pytest.approx(run.value / 1000)


# What it is like


@given(st.floats(1e-3, 1e12))
def test_energy_is_like_something_at_least_once_or_a_part_of_the_smallest(watt_hours):
    thing, count = footprint.like(watt_hours)
    assert count * thing.watt_hours == pytest.approx(watt_hours)
    smallest = min((facts.everyday()[name] for name in footprint.PICTURES), key=lambda thing: thing.watt_hours)
    assert (count < 1) == (watt_hours < smallest.watt_hours)
    assert count >= 1 or thing == smallest


def test_emissions_are_energy_times_the_grid():
    energy = Quantity("e", 2_000, "Wh", "estimated", 1_000, 4_000)
    gas = footprint.emissions(energy, facts.grids()["Germany"])
    assert gas.value == pytest.approx(2 * facts.grids()["Germany"].grams_co2_per_kWh)
    assert (gas.low, gas.high) == (pytest.approx(gas.value / 2), pytest.approx(gas.value * 2))


# Units


@given(st.floats(1e-9, 1e15), st.sampled_from(sorted(JOULES)), st.sampled_from(sorted(JOULES)))
def test_energy_units_round_trip(value, unit, to):
    assert convert(convert(value, unit, to), to, unit) == pytest.approx(value)
    assert convert(1, "kWh", "J") == 3.6e6


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.24, "Wh", "0.24 Wh"),
        (0.0013, "Wh", "1.30 mWh"),
        (1_287e6, "Wh", "1.29 GWh"),
        (8.93e9, "g CO2e", "8.93 kt"),
        (3.8e25, "FLOP", "3.8 × 10²⁵ FLOP"),
        (405e9, "parameters", "405 B parameters"),
        (44.1, "×", "44.1×"),
        (1_000, "days", "1,000 days"),
        (2789.2, "days", "7.64 years"),
        (28_620_333, "days", "78,358 years"),
        (4.2e9, "days", "11.5 million years"),
    ],
)
def test_units_a_reader_expects(value, unit, text):
    assert show(value, unit) == text

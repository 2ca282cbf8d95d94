"""The calculators: against published figures they were not made from, and against what must always hold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import facts, models, traffic
from lessons.built import Built
from lessons.data import examples
from lessons.estimate import adapting, answer, board, device, ecologits, footprint, savings, silicon, training, weights
from lessons.estimate.at_home import Home
from lessons.estimate.gguf_size import NATIVE
from lessons.estimate.roofline import Machine, attention_flop, writing
from lessons.estimate.transformer import multiplied
from lessons.experiment import Trained
from lessons.facts.architectures import architectures, training_tokens
from lessons.measure import macs, per_layer
from lessons.measure.layer_view import LayerCost
from lessons.models.folding import folded
from lessons.quantity import JOULES, Quantity, convert, show

MODELS = facts.models()
H100 = facts.boards()["NVIDIA H100 SXM5 80GB"]
BOARDS = board.usable()
PUE = facts.figure("pue_google")
MIXTURE, DENSE = MODELS["DeepSeek-V3 / R1 671B"], MODELS["Llama 3.1 70B"]
names, dtypes = st.sampled_from(sorted(MODELS)), st.sampled_from(sorted(weights.DTYPES))
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
    net = folded(models.make(model).eval())
    example = examples.test_set().images[:1]
    built = Built(net, dict(net.named_parameters()), Trained(model=model))
    layers = macs.layers(net, example)
    stages = savings.stages(layers, savings.Shrunk())
    floors = [
        silicon.floor_45nm(traffic.of(built, example)),  # the tile of a lab
        silicon.of_network(layers, "fp32")["total"],  # /energy
        per_layer.total(layers, "energy"),  # /network
        stages["trained"]["total"],  # /scaling
    ]
    assert [each.value for each in floors] == pytest.approx([floors[0].value] * 4)
    assert model != "cnn" or floors[0].value == pytest.approx(21.672e-6, rel=1e-4)


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
        return board.joules_per_token(DENSE, facts.boards()[hardware], dtype, 512, 10_000, 1).value

    assert prompt("NVIDIA H100 SXM5 80GB", "fp8") == pytest.approx(
        prompt("NVIDIA H100 SXM5 80GB", "bf16") / 2, rel=0.01
    )
    assert prompt("NVIDIA A100 SXM4 80 GB", "fp8") == pytest.approx(prompt("NVIDIA A100 SXM4 80 GB", "bf16"), rel=0.01)


def test_attention_to_a_long_prompt_costs_as_much_as_the_weights():
    heads = 4 * DENSE.n_heads * DENSE.head_dim * DENSE.n_full_layers
    assert board.attention_flop(DENSE, 50_000) == heads * 50_000
    assert 0.5 < board.attention_flop(DENSE, 50_000) / (2 * weights.active(DENSE)) < 1.5
    assert board.attention_flop(DENSE, 150) < 0.01 * 2 * weights.active(DENSE)  # as in what was fitted
    gemma = MODELS["Gemma 3 27B"]
    assert board.attention_flop(gemma, 100_000) < 100_000 * board.attention_flop(gemma, 1)


def test_boards_without_what_is_needed_are_refused():
    with pytest.raises(board.DoesNotFit, match="A10G"):
        board.coefficients(facts.boards()["NVIDIA A10G"])


def test_a_mixture_of_experts_is_in_memory_as_a_whole_and_computes_with_its_active_part():
    embedding = 129_280 * 7_168  # looked up, not read
    assert weights.weights_read(MIXTURE, 1) == pytest.approx(weights.active(MIXTURE))
    assert weights.weights_read(MIXTURE, 10_000) == pytest.approx(MIXTURE.params_total - embedding, rel=1e-3)
    assert weights.weights_read(DENSE, 1) == weights.active(DENSE)
    as_dense = replace(MIXTURE, params_total=weights.active(MIXTURE), n_experts=None)
    assert board.boards_needed(MIXTURE, H100, 16, 1, 100) > board.boards_needed(as_dense, H100, 16, 1, 100)
    prompt = 1_000_000  # so long that arithmetic is all that counts
    mixture, dense = (board.joules_per_token(m, H100, "bf16", 1, prompt, 1).source for m in (MIXTURE, as_dense))
    assert mixture.split("×")[2] == dense.split("×")[2]  # the same FLOP


# One count of active parameters, and formats as published


@pytest.mark.parametrize(
    ("name", "billions"),
    [  # as their makers count them
        ("gpt-oss 20B", 3.6), ("gpt-oss 120B", 5.1), ("DeepSeek-V3 / R1 671B", 36.6), ("DeepSeek-V2-Lite 16B", 2.4),
        ("Llama 3.1 8B", 8.03 - 128_256 * 4_096 / 1e9), ("Qwen3-Next 80B-A3B", 3.87 - 151_936 * 2_048 / 1e9),
    ],
)  # fmt: skip
def test_active_parameters_leave_out_the_input_embedding(name, billions):
    assert weights.active(MODELS[name]) / 1e9 == pytest.approx(billions, abs=0.06)


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_every_page_counts_the_same_active_parameters(model):
    """/llm-at-home from FLOP of a step; a data centre and /footprint from what a step reads; training; /lora at scale. Models whose
    layers are not modelled are on three of them."""
    count, shape = weights.active(model), architectures()[model.name]
    assert weights.weights_read(model, 1) == pytest.approx(count)
    assert training.flop_of(model, 1e12).value == 6 * count * 1e12
    full = adapting.energy(model, Quantity("trained", 0, "parameters", "estimated"), 1e9)["full"]
    assert full.value == pytest.approx(
        training.training_energy(6 * count * 1e9, "H100", facts.figure("pue_survey")).value
    )
    if model.attention != "hybrid" and (shape.sliding_window or not shape.sliding_layers):
        step = writing(Home(shape, "fp16"), Machine("m", 1e12, 1e12, 1e12), 1)
        assert step.flop - attention_flop(shape, 1) == pytest.approx(2 * count)
        assert show(count, "parameters") in answer.speed(step, Home(shape, "fp16"), 1).source


def test_weights_are_read_as_they_are_published():
    oss, rest = MODELS["gpt-oss 120B"], multiplied(architectures()["gpt-oss 120B"]) - 36 * 4 * 3 * 2_880**2
    experts = 36 * 128 * 3 * 2_880**2
    many = 10**6  # sequences, which need every expert
    for dtype, bits in ((NATIVE, 16), ("bf16", 16), ("fp8", 8), ("int4", 4.5)):  # MXFP4 in all of them
        assert weights.bytes_read(oss, dtype, many) == pytest.approx((4.25 * experts + bits * rest) / 8)
    assert oss.params_total * weights.bits_held(oss, NATIVE) / 8e9 == pytest.approx(65.3, rel=0.005)  # as published
    assert weights.bits_held(MIXTURE, NATIVE) == 8
    assert weights.bytes_read(DENSE, NATIVE, 8) == weights.bytes_read(DENSE, "bf16", 8)
    fp8, native, bf16 = (board.joules_per_token(MIXTURE, H100, each, 64, 300, 300) for each in ("fp8", NATIVE, "bf16"))
    assert native == fp8 and native.value < bf16.value


def test_in_a_data_centre_a_model_runs_as_it_is_published():
    for name, board_count in (("gpt-oss 120B", 2), ("DeepSeek-V3 / R1 671B", 16)):  # in 16 bits twice as many
        assert f"layers × {board_count} boards" in answer.in_a_data_centre(name, 300, 300).source


def test_the_cache_of_each_kind_of_attention():
    assert board.kv_bytes(MODELS["Llama 3.1 8B"], 1) == 131_072  # 2 · 8 heads · 128 · 2 bytes · 32 layers
    assert board.kv_bytes(MIXTURE, 1) == (512 + 64) * 2 * 61
    gemma = MODELS["Gemma 3 27B"]
    grown = [board.kv_bytes(gemma, n) for n in (gemma.sliding_window, 2 * gemma.sliding_window)]
    assert grown[1] < 2 * grown[0]


@given(names, st.sampled_from(sorted(BOARDS)), dtypes, batches, tokens, tokens)
def test_more_tokens_never_cost_less_and_bands_hold_the_value(name, hardware, dtype, batch, prompt, output):
    def use(prompt: int, output: int) -> Quantity:
        task = footprint.Task(prompt, output)
        return footprint.by_boards(footprint.Scenario(MODELS[name], task, BOARDS[hardware], dtype, batch, PUE))

    one = use(prompt, output)
    assert 0 < one.low < one.value < one.high
    assert one.unit == "Wh"
    assert use(prompt + 100, output).value >= one.value
    assert use(prompt, output + 100).value >= one.value


@given(names, tokens, tokens)
def test_every_method_gives_watt_hours_that_grow_with_the_answer(name, prompt, output):
    short, long = (
        footprint.by_all(footprint.Scenario(MODELS[name], footprint.Task(prompt, n), H100, "bf16", 64, PUE))
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
    assert by_tokens.value == pytest.approx(6 * weights.active(MODELS["Llama 3.1 405B"]) * 1e12)
    assert by_tokens.badge == "estimated"


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
    if not MODELS[name].training_flop:
        flop = training.flop_of(MODELS[name], None)
        assert flop.value == pytest.approx(6 * weights.active(MODELS[name]) * trillions * 1e12)
        assert found.source in flop.source


def test_where_no_tokens_are_published_the_band_is_that_of_models_of_its_time():
    unsaid = [
        name for name, model in MODELS.items() if not (training.tokens_of(model).published or model.training_flop)
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
    flop = [training.flop_of(model, None).value for model in sorted(found, key=weights.active)]
    assert flop == sorted(flop)


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
    assert count >= 1 or thing.name == "web_search_2009"


def test_emissions_are_energy_times_the_grid():
    energy = Quantity("e", 2_000, "Wh", "estimated", 1_000, 4_000)
    gas = footprint.emissions(energy, facts.grids()["Germany"])
    assert gas.value == pytest.approx(2 * facts.grids()["Germany"].grams_co2_per_kWh)
    assert (gas.low, gas.high) == (pytest.approx(gas.value / 2), pytest.approx(gas.value * 2))


def test_a_model_by_hand():
    dense, mixture = footprint.by_hand(70e9, 70e9), footprint.by_hand(400e9, 40e9)
    assert not dense.n_experts
    assert board.kv_bytes(dense, 1_000) == board.kv_bytes(DENSE, 1_000) == 2 * 8 * 128 * 2 * 80 * 1_000  # as Llama 70B
    assert weights.weights_read(mixture, 1) == pytest.approx(40e9)
    assert weights.weights_read(mixture, 5_000) == pytest.approx(400e9, rel=0.01)
    assert board.kv_bytes(mixture, 1) == board.kv_bytes(MODELS["Qwen3 235B-A22B"], 1)
    assert footprint.by_hand(8e9, 70e9).params_active == 8e9  # more active than there are: all
    use = footprint.by_boards(footprint.Scenario(dense, footprint.TASKS["chat"], H100, NATIVE, 64, PUE))
    assert "as Llama 3.1 70B, the listed model nearest in size: 80 layers, 8 KV heads of 128" in use.source
    alone = board.joules_per_token(dense, H100, "bf16", 1, 1, 300)  # nearly all of it reading
    assert alone.high / alone.value == pytest.approx(3, rel=0.05)


def test_the_band_of_a_model_by_hand_holds_what_is_known_of_listed_ones():
    """Each listed model is taken for unknown, those of its own shape with it."""
    inside = []
    for model in MODELS.values():
        shape = (model.layers, model.d_model, model.n_kv_heads, model.head_dim)
        others = [m for m in MODELS.values() if (m.layers, m.d_model, m.n_kv_heads, m.head_dim) != shape]
        like = footprint.nearest(model.params_total, model.is_mixture_of_experts, others)
        guess = replace(model, name="unknown", attention="full", mla_kv_lora_rank=None, sliding_window=None, n_heads=like.n_heads,
            n_kv_heads=like.n_kv_heads, head_dim=like.head_dim, layers=like.layers, n_full_layers=like.layers, n_sliding_layers=0)  # fmt: skip
        for task in footprint.TASKS.values():
            for batch in (1, 8, 64, 512):
                asked = (H100, "bf16", batch, task.prompt, task.output)
                band = board.joules_per_token(guess, *asked)
                inside.append(band.low < board.joules_per_token(model, *asked).value < band.high)
    assert sum(inside) / len(inside) > 0.93


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
        (2789.2, "days", "2,789 days"),
    ],
)
def test_units_a_reader_expects(value, unit, text):
    assert show(value, unit) == text

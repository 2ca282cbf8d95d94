"""What engines are expected to reach, held against published speeds; and what must hold of it whatever the setting."""

from collections import Counter
from dataclasses import replace
from math import exp, log, sqrt
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks import fit_engines
from benchmarks.fit_engines import Terms, band, fit, fitted, measured, of, pairs, student
from lessons.estimate import answer_cost, engine_efficiency, roofline_validation, speculation
from lessons.estimate.at_home import Home, formats
from lessons.estimate.gguf_size import bits_a_weight, read_bytes
from lessons.estimate.published_speeds import board_of, read, written
from lessons.estimate.roofline import Machine, backend_of, checking, guessed, machine_of, reading, writing
from lessons.estimate.transformer import parameters
from lessons.facts import boards, figure
from lessons.facts.architectures import APART, FITTED, HELD, USES, architectures, half_of, speeds
from lessons.facts.engines import ANY, BACKENDS, engines
from tests.unit.test_at_home import LLAMA, SHAPES, homes

CARD = Machine("a card", 24e9, 1e12, 150e12, 64e9, 50e9, backend="CUDA")
HELD_OUT = [row for row in written() if row.seen.use == HELD]
KINDS = [name for name in BACKENDS if name != ANY]


def off(row) -> float:
    """|expected ÷ measured − 1|."""
    return abs(engine_efficiency.decode(row.pace, row.home, row.machine).value / row.per_second - 1)


def test_there_are_speeds_enough_and_a_hash_says_what_each_is_for():
    found = Counter(row.use for row in speeds())
    assert set(found) == set(USES) and min(found[FITTED], found[HELD]) >= 120
    for row in speeds():
        apart = row.batch > 1 or row.draft
        assert row.use == (APART if apart else half_of(row.board, row.model))
        assert board_of(row.board).bandwidth_GB_per_s and row.model in architectures()
        assert row.backend in KINDS and row.source and row.url
        assert row.prompt_tokens_per_s or row.written_tokens_per_s
    both = {(row.board, row.model) for row in speeds() if row.use == FITTED}
    assert not both & {(row.board, row.model) for row in speeds() if row.use == HELD}


def test_the_first_speeds_are_still_there():
    told = {(row.model, row.format, row.board, row.written_tokens_per_s) for row in speeds()}
    assert ("Llama 3 8B", "Q4_K_M", "NVIDIA GeForce RTX 3080", 109.57) in told
    assert ("Llama 3.1 8B", "Q4_K_M", "NVIDIA GeForce RTX 3080", 111.95) in told


def test_the_terms_are_those_that_are_fitted():
    assert {row.name: row for row in fit_engines.table()} == engines()


def test_decode_that_was_held_out_is_near_and_in_the_band_and_none_is_above_the_roof():
    assert median(map(off, HELD_OUT)) <= 0.15
    bands = [engine_efficiency.decode(row.pace, row.home, row.machine) for row in HELD_OUT]
    inside = [each.low <= row.per_second <= each.high for each, row in zip(bands, HELD_OUT, strict=True)]
    assert mean(inside) >= 0.9
    assert all(row.share < 1 for row in written() if row.seen.batch == 1)


def test_prefill_that_was_held_out_is_in_the_band():
    rows = [row for row in read() if row.seen.use == HELD]
    bands = [engine_efficiency.prefill(row.pace, row.home, row.machine) for row in rows]
    inside = [each.low <= row.pace.tokens / row.per_second <= each.high for each, row in zip(bands, rows, strict=True)]
    assert len(rows) > 60 and mean(inside) >= 0.9


def test_machines_that_no_term_has_seen_are_as_near():
    errors = []
    for name in KINDS:
        rows = [row for row in of(name, written()) if row.seen.use != APART]
        for machine in {row.seen.board for row in rows}:
            terms = fit([row for row in rows if row.seen.board != machine])
            errors += [abs(measured(row) / terms.expected(row) - 1) for row in rows if row.seen.board == machine]
    assert median(errors) <= 0.15


def test_a_term_for_each_layer_makes_it_better():
    alone = []
    for name in KINDS:
        usual = median(log(measured(row) / row.pace.moving) for row in of(name, fitted()))
        alone += [abs(measured(row) / (row.pace.moving * exp(usual)) - 1) for row in of(name, HELD_OUT)]
    assert median(map(off, HELD_OUT)) < 0.75 * median(alone)


def test_what_the_page_says_of_the_held_ones_is_computed_from_them():
    found = roofline_validation.of_others(written(), read())
    assert found["Median error, decode"].value == pytest.approx(100 * median(map(off, HELD_OUT)))
    assert f"of {len(HELD_OUT)} published speeds" in found["Median error, decode"].source
    assert found["Inside the band, decode"].value >= 90 and found["Inside the band, prefill"].value >= 90
    one = HELD_OUT[0]
    wrong = one._replace(per_second=10 * one.per_second)
    spoilt = roofline_validation.of_others([wrong], read())
    assert spoilt["Inside the band, decode"].value == 0 and spoilt["Median error, decode"].value > 80


def test_a_prompt_is_read_no_faster_with_fewer_bits():
    for use in (FITTED, HELD):
        found = pairs([row for row in read() if row.seen.use == use])
        assert len(found) > 10 and min(found) >= 1 and 1.15 < median(found) < 1.3


def test_terms_are_found_again_and_stay_in_their_bounds():
    rows = of("CUDA", fitted())
    for truth in (Terms(1.25, 8e-5), Terms(1.0, 5e-5), Terms(1.4, 0.0)):
        made = [row._replace(per_second=row.pace.tokens / truth.expected(row)) for row in rows]
        assert tuple(fit(made)) == pytest.approx(tuple(truth), rel=0.01, abs=1e-9)
    fast = [row._replace(per_second=2 * row.pace.per_second) for row in rows]  # what no data sheet allows
    assert tuple(fit(fast)) == pytest.approx((1.0, 0.0, 1.0), abs=1e-9) and fit(fast).slower >= 1
    outlier = [*made[1:], made[0]._replace(per_second=made[0].per_second / 10)]
    assert tuple(fit(outlier)) == pytest.approx(tuple(truth), rel=0.05, abs=5e-6)


def test_linear_layers_take_longer_where_runs_say_so():
    rows = [row for row in fitted() if row.seen.backend == "Metal"]
    hybrids = [row for row in rows if row.home.shape.linear_layers]
    assert len(hybrids) >= 8 and fit(rows)[:2] == fit([row for row in rows if row not in hybrids])[:2]
    truth = Terms(1.2, 1e-4, 3.0)
    made = [row._replace(per_second=row.pace.tokens / truth.expected(row)) for row in rows]
    assert tuple(fit(made)) == pytest.approx(tuple(truth), rel=0.02)
    fast = [row._replace(per_second=row.pace.per_second) if row in hybrids else row for row in rows]
    assert fit(fast).linear == 1 == engines()["CUDA"].linear_times == engines()[ANY].linear_times


def test_a_hybrids_layers_are_counted_by_kind():
    """Qwen3.5 4B: 8 layers of attention, 24 linear ones."""
    home, terms = Home(architectures()["Qwen3.5 4B"], "Q8_0"), engines()["Metal"]
    machine = CARD._replace(backend="Metal")
    step = writing(home, machine, 300)
    took = step.moving / terms.bandwidth_share + (8 + 24 * terms.linear_times) * terms.layer_microseconds * 1e-6
    assert terms.linear_times > 2 and engine_efficiency.seconds(step, home, machine) == pytest.approx(took)


def test_formats_of_mlx_run_in_mlx_on_apples_chips_alone():
    apple = CARD._replace(backend="Metal")
    used = lambda form, machine: engine_efficiency.engine(Home(LLAMA, form), machine).name
    assert [used(form, apple) for form in ("MLX 4 bit", "Q4_K_M", "fp16")] == ["MLX", "Metal", "Metal"]
    assert used("MLX 4 bit", CARD) == "CUDA"
    small = Home(LLAMA, "MLX 4 bit")
    speed = answer_cost.speed(writing(small, apple, 300), small, apple, 300)
    assert "(MLX)" in speed.source and speed.low == pytest.approx(engines()["MLX"].decode_low * speed.value)
    assert {row.backend for row in speeds() if row.format.startswith("MLX")} == {"MLX"}


def test_formats_that_look_values_up_need_no_term_of_their_own_on_eight_cores():
    found = [row for row in HELD_OUT if row.seen.backend == "CPU" and row.seen.format.startswith("IQ")]
    assert len(found) == 3 and max(map(off, found)) < 0.15
    assert not [row for row in written() if "with 2 of 16" in row.seen.note]  # these measure two cores


def test_a_band_is_that_of_further_machines():
    rows = of("CUDA until 2024", fitted())
    kinds = sorted({row.seen.board for row in rows})
    as_best = lambda _: lambda row: row.pace.moving  # the same, whatever it is fitted to
    offs = [[log(row.pace.moving / measured(row)) for row in rows if row.seen.board == kind] for kind in kinds]
    middle, count = mean(map(mean, offs)), len(kinds)  # each machine weighs alike
    variance = sum(mean((off - middle) ** 2 for off in of_one) for of_one in offs) / (count - 1)
    further = student(0.95, count - 1) * sqrt((1 + 1 / count) * variance)
    assert count >= fit_engines.FEW
    assert band(rows, rows, as_best) == pytest.approx((exp(middle - further), exp(middle + further)))
    assert band(rows[:1], rows, as_best) == band(rows, rows, as_best)  # of too few machines nothing follows


@pytest.mark.parametrize(("freedom", "quantile"), [(4, 2.776), (5, 2.571), (9, 2.262), (30, 2.042)])
def test_students_quantiles_are_those_of_the_tables(freedom, quantile):
    assert student(0.975, freedom) == pytest.approx(quantile, abs=0.01)


def test_a_token_takes_its_bytes_and_its_layers():
    """Llama 3.1 8B in 16 bits: 15.01 GB of weights (without one embedding) and 300 tokens of 128 KiB."""
    home, terms = Home(LLAMA, "fp16"), engines()["CUDA"]
    moved = 2 * (parameters(LLAMA) - 128_256 * 4_096) + 300 * 131_072
    expected = moved / (terms.bandwidth_share * 1e12) + 32 * terms.layer_microseconds * 1e-6
    step = writing(home, CARD, 300)
    assert engine_efficiency.seconds(step, home, CARD) == pytest.approx(expected)
    speed = answer_cost.speed(step, home, CARD, 300)
    assert speed.value == pytest.approx(1 / expected)
    assert (speed.low, speed.high) == pytest.approx(
        (terms.decode_low / expected, min(terms.decode_high / expected, step.per_second))
    )
    assert f"32 layers × {terms.layer_microseconds:.3g} µs" in speed.source


def test_offloaded_layers_wait_for_main_memory():
    home, terms = Home(LLAMA, "fp16", offload=8), engines()
    step = writing(home, CARD, 300)
    here, there = 0.75 * step.bytes / 1e12, 0.25 * step.bytes / 50e9
    assert (step.moving, step.offloaded) == pytest.approx((here + there, there))
    expected = here / terms["CUDA"].bandwidth_share + there / terms["CPU"].bandwidth_share
    expected += 32 * terms["CUDA"].layer_microseconds * 1e-6
    assert engine_efficiency.seconds(step, home, CARD) == pytest.approx(expected)


def test_a_prompt_takes_longer_in_four_bits_than_in_sixteen():
    terms = engines()["CUDA"]
    plain, few = (Home(LLAMA, form) for form in ("fp16", "Q4_K_M"))
    fixed = 32 * terms.layer_microseconds * 1e-6
    one, other = (engine_efficiency.seconds(reading(home, CARD, 512), home, CARD) - fixed for home in (plain, few))
    assert one == pytest.approx(reading(plain, CARD, 512).computing / terms.peak_share)
    assert other / one == pytest.approx(terms.unpacking) and terms.unpacking > 1
    first = answer_cost.first(reading(few, CARD, 512), few, CARD)
    assert first.low < first.value < first.high


@given(homes(), some.floats(20e9, 8e12), some.sampled_from(BACKENDS))
def test_nothing_is_expected_above_the_roof(home, bandwidth, backend):
    machine = CARD._replace(bandwidth=bandwidth, backend=backend)
    step = writing(home, machine, home.context)
    assert engine_efficiency.seconds(step, home, machine) >= step.seconds
    found = engine_efficiency.decode(step, home, machine)
    assert found.low < found.value <= found.high * (1 + 1e-12) and found.high <= step.per_second
    assert 0 < engine_efficiency.share(step, home, machine) <= 1


def expected(home: Home, machine: Machine, before: int) -> float:
    return engine_efficiency.seconds(writing(home, machine, before), home, machine)


@given(homes(), some.sampled_from(BACKENDS), some.integers(1, 100_000), some.integers(0, 100_000))
def test_more_context_is_never_faster(home, backend, before, more):
    machine = CARD._replace(backend=backend)
    assert expected(home, machine, before + more) >= expected(home, machine, before) * (1 - 1e-12)


@given(homes(), some.sampled_from(BACKENDS), some.floats(0, 1e12))
def test_more_bits_never_decode_faster_alone(home, backend, peak):
    machine = CARD._replace(backend=backend, peak=peak)
    alone = replace(home, batch=1, only_experts=False)  # MXFP4 has few bits where experts are, and many elsewhere
    forms = sorted(formats(home.shape), key=lambda form: read_bytes(home.shape, form, 1))
    taken = [expected(replace(alone, form=form), machine, home.context) for form in forms]
    assert all(later >= sooner * (1 - 1e-12) for sooner, later in zip(taken, taken[1:], strict=False))
    assert bits_a_weight(LLAMA, "Q4_K_M") < bits_a_weight(LLAMA, "fp16")


@given(homes(), some.sampled_from(BACKENDS), some.floats(20e9, 8e12), some.floats(1, 10))
def test_more_bandwidth_is_never_slower(home, backend, bandwidth, times):
    slow, fast = (CARD._replace(backend=backend, bandwidth=each) for each in (bandwidth, times * bandwidth))
    assert expected(home, fast, home.context) <= expected(home, slow, home.context) * (1 + 1e-12)


@pytest.mark.parametrize("form", ["Q4_K_M", "fp16"])
def test_a_small_model_is_slower_than_its_bytes_say(form):
    small, large = (Home(SHAPES[name], form) for name in ("Qwen2.5 0.5B", "Llama 3.1 8B"))
    shares = [engine_efficiency.share(writing(home, CARD, 300), home, CARD) for home in (small, large)]
    assert shares[0] < 0.45 < 0.6 < shares[1]


def test_machines_are_computed_with_what_most_use_there():
    known = {
        "NVIDIA GeForce RTX 4090": "CUDA", "AMD Radeon RX 7900 XTX": "Vulkan", "Apple M1 Max": "Metal",
        "AMD Ryzen 7 5800U (laptop)": "CPU", "Google TPU v4": "CPU",
    }  # fmt: skip
    assert {name: backend_of(boards()[name]) for name in known} == known
    assert machine_of(boards()["NVIDIA GeForce RTX 4090"]).backend == "CUDA"
    assert Machine("by hand", 1, 1, 1).backend == ANY


def test_drafts_take_time_too():
    """Llama 3.1 8B in 8 bits, Llama 3.2 1B drafts 4 tokens, each right with 80 %: (1 − 0.8⁵) ÷ 0.2 tokens a step."""
    home, small = Home(LLAMA, "Q8_0"), Home(SHAPES["Llama 3.2 1B"], "Q8_0")
    draft = speculation.Draft(small.shape, 4, 0.8)
    check = engine_efficiency.seconds(checking(home, CARD, 300, 5), home, CARD)
    rate = 3.3616 / (4 * expected(small, CARD, 300) + check)
    gain = speculation.drafting(home, CARD, 300, draft)
    assert gain.value == pytest.approx(rate * expected(home, CARD, 300)) and 1 < gain.value < 3.3616
    speed = answer_cost.speed(writing(home, CARD, 300), home, CARD, 300)
    faster = speculation.drafted(speed, gain)
    assert faster.value == pytest.approx(rate) and faster.low < faster.value < faster.high
    assert "with Llama 3.2 1B in Q8_0" in gain.source
    same = speculation.drafting(home, CARD, 300, draft._replace(shape=LLAMA))
    assert same.value < 1  # a draft model as large as the other only costs


def test_the_smallest_of_a_family_drafts_where_there_is_one():
    of_family = {name: speculation.same_family(SHAPES[name]) for name in SHAPES}
    assert of_family["Llama 3.1 70B"].name == "Llama 3.2 1B" and of_family["Qwen2.5 32B"].name == "Qwen2.5 0.5B"
    assert of_family["Llama 3.2 1B"] is None and of_family["Mistral Nemo 12B"] is None
    assert of_family["Llama 2 70B"].name == "Llama 2 7B"  # Llama 3 has another vocabulary
    assert speculation.drafts(Home(SHAPES["gpt-oss 120B"], "MXFP4"), LLAMA).form == "Q8_0"
    assert "Llama 3.2 1B" in speculation.small_models() and "Qwen3-Next 80B-A3B" not in speculation.small_models()


def test_the_one_published_draft_gained_less_than_is_expected():
    """5 drafted, 72 % of them accepted: 4.6 tokens a step. The program that drafted then took longer than its steps."""
    (seen,) = [row for row in speeds() if row.draft]
    (alone,) = [row for row in speeds() if row.source == seen.source and not row.draft]
    machine, home = machine_of(board_of(seen.board)), Home(SHAPES[seen.model], seen.format)
    small = Home(SHAPES[seen.draft], seen.format)
    before, tokens = seen.written // 2, 1 + seen.accepted * seen.drafted
    check = engine_efficiency.seconds(checking(home, machine, before, seen.drafted + 1), home, machine)
    took = seen.drafted * expected(small, machine, before) + check
    gain, found = (
        tokens * expected(home, machine, before) / took,
        seen.written_tokens_per_s / alone.written_tokens_per_s,
    )
    assert 1.6 < found < 1.8 and found < gain < 3
    assert guessed(1, 5) > tokens


def test_many_conversations_are_within_a_factor_of_two():
    """Experts are taken to be drawn evenly: where conversations are alike, as in a benchmark, fewer are read."""
    rows = [row for row in written() if row.seen.use == APART]
    assert len(rows) > 20 and median(map(off, rows)) < 0.25 and max(map(off, rows)) < 1
    above = [row for row in rows if row.share > 1]
    assert above and all(row.home.shape.experts and row.seen.batch >= 8 for row in above)


def test_words_are_held_against_reading():
    words = answer_cost.words_per_second(answer_cost.speed(writing(Home(LLAMA), CARD, 300), Home(LLAMA), CARD, 300))
    assert words.value / answer_cost.against_reading(words) == pytest.approx(238 / 60)
    assert figure("reading_speed").low < 238 < figure("reading_speed").high
    assert str(words).endswith("words/s")

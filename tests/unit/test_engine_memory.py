"""What llama.cpp, Ollama and MLX allocate: by hand, and against published starts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate import memory_validation, mlx_memory, ollama_memory
from lessons.estimate.at_home import ACTIVATIONS, CACHE, STATE, WEIGHTS, Home, elsewhere, memory, needed
from lessons.estimate.compute_buffer import LlamaServer, attended, compute_bytes, layer_numbers, mlp_numbers
from lessons.estimate.gguf_size import file_bytes
from lessons.estimate.kv_cells import cells
from lessons.estimate.memory_validation import MIB, activations_off, check, starts
from lessons.facts.architectures import FITTED, HELD, architectures
from lessons.facts.memory_logs import memory_logs

SHAPES = architectures()
LLAMA, GEMMA, MOE = SHAPES["Llama 3.1 8B"], SHAPES["Gemma 3 12B"], SHAPES["Qwen3 30B-A3B"]
HYBRID, LATENT = SHAPES["Qwen3.5 9B"], SHAPES["DeepSeek-V3 / R1 671B"]
GIB = 2**30
START = LlamaServer()
name = lambda log: f"{log.engine} {log.called} {log.context} x{log.slots} {log.build}"


def flowing(shape, context, server=START, slots=1):
    sharing = slots if server.unified else 1
    return compute_bytes(shape, cells(shape, context, True, server.ubatch, sharing).values(), server, slots)


@pytest.mark.parametrize("log", memory_logs(), ids=name)
def test_weights_cache_and_state_are_within_two_percent_of_what_is_printed(log):
    found = check(log).kept
    assert found is None or abs(found) < 0.02


@pytest.mark.parametrize("log", memory_logs(), ids=name)
def test_all_of_it_is_within_ten_percent_or_the_row_says_why_it_is_not_compared(log):
    found = check(log).whole
    assert (found is None) == (log.total_MiB is None or bool(log.why_not))
    assert found is None or abs(found) < 0.1


@pytest.mark.parametrize("log", [log for log in memory_logs() if log.activations_MiB], ids=name)
def test_activations_are_within_an_eighth_or_experts_are_copied(log):
    off = activations_off(log)
    assert abs(off) < 0.125 or (log.called.startswith("Qwen3.6 35B") and abs(off) < 0.2)


def test_rows_are_held_out_by_a_hash_of_their_address():
    uses = {log.url: log.use for log in memory_logs()}
    assert set(uses.values()) == {FITTED, HELD}
    assert uses["https://github.com/ml-explore/mlx-lm/pull/40"] == HELD
    held = starts(HELD)
    assert sum(each.kept is not None for each in held) >= 7 and sum(each.whole is not None for each in held) >= 4
    kept, whole = memory_validation.worst(held)
    assert kept < 0.02 and whole < 0.1


def test_a_spoilt_row_is_found():
    log = next(log for log in memory_logs() if log.called.startswith("Gemma 4 31B"))
    assert abs(check(replace(log, cache_MiB=1.03 * log.cache_MiB)).kept) > 0.02
    assert abs(check(replace(log, total_MiB=1.2 * log.total_MiB)).whole) > 0.1


def test_slots_that_share_a_cache_have_longer_windows():
    """llama.cpp printed 24,080 MiB for Gemma 4 31B with 4 slots: 10 full layers of 262,144 cells, and 50 sliding ones
    of pad256(4 · 1,024 + 512)."""
    shape = SHAPES["Gemma 4 31B"]
    shared = Home(shape, context=262_144, batch=4, server=LlamaServer(unified=True))
    assert memory(shared)[CACHE] == 24_080 * MIB
    assert cells(shape, 262_144, slots=4)["sliding"] == (50, 4_608)
    apart = memory(replace(shared, server=LlamaServer()))[CACHE]
    assert apart == 4 * (memory(replace(shared, batch=1))[CACHE])


def test_the_compute_buffer_by_hand():
    assert (mlp_numbers(LLAMA), attended(LLAMA)) == (3 * 14_336, 32 * 128)
    assert layer_numbers(LLAMA) == 3 * 14_336 + 2 * 4_096 + 4_096
    assert mlp_numbers(MOE) == 8 * (768 + 2_048)  # eight experts' outputs, before they are added
    assert attended(LATENT) == 128 * (512 + 64)
    assert flowing(HYBRID, 8_192, LlamaServer(ubatch=2_048)) == 416 * MIB  # printed: 416.16
    classic = LlamaServer(flash_attention=False, older=True)
    mistral = SHAPES["Mistral 7B v0.3"]
    assert flowing(mistral, 32_768, classic) == 2_144 * MIB  # printed: 2144.00
    assert flowing(SHAPES["Qwen2.5 3B"], 4_096, classic) == 300.75 * MIB  # printed: 300.75


def test_snapshots_of_a_state_are_counted():
    log = next(log for log in memory_logs() if log.snapshots == 5)
    assert memory_validation.estimated(log)[STATE] == pytest.approx(748.12 * MIB, rel=1e-4)


def test_ollama_takes_its_context_from_the_card():
    """An L4 reports 23,034 MiB, an RTX 4090 24,564."""
    sizes = (8 * 1_024, 23_034, 24_564, 32_607, 47 * 1_024)  # MiB
    usual = [4_096, 4_096, 32_768, 32_768, 262_144]
    assert [ollama_memory.usual_context(size * GIB / 1_024) for size in sizes] == usual


def test_ollama_reads_more_of_a_prompt_together_where_there_is_room():
    at = lambda context, card: ollama_memory.ubatch(Home(LLAMA, "Q4_K_M", context=context), card)
    assert [at(context, 80e9) for context in (4_096, 8_192, 32_768, 65_536)] == [512, 1_024, 1_024, 2_048]
    assert at(65_536, 18e9) == 512 and at(65_536, 20e9) == 1_024  # 14.2 GB: 79 % and 71 % of it


def test_ollama_leaves_a_gibibyte_free():
    """Llama 3.1 70B in 24 GB: 43 of 80 layers are left out, and ollama ps prints what is in main memory."""
    home = ollama_memory.set_by_ollama(
        Home(SHAPES["Llama 3.1 70B"], "Q4_K_M", "8 bits", 8_192, 4, values="4 bits"), 24e9
    )
    assert (home.batch, home.values) == (1, "")  # one slot, one type
    assert sum(memory(home).values()) + GIB <= 24e9
    assert sum(memory(replace(home, offload=home.offload - 1)).values()) + GIB > 24e9
    main, card = elsewhere(home), sum(memory(home).values()) - 0.5e9
    assert ollama_memory.percent_in_main(home) == round(100 * main / (main + card))
    whole = ollama_memory.set_by_ollama(Home(LLAMA, "Q4_K_M"), 24e9)
    assert whole.offload == ollama_memory.percent_in_main(whole) == 0


def test_of_a_mixture_of_experts_ollama_leaves_out_experts_first():
    """common/fit.cpp, step 3: "for a MoE model, same as dense model but with all MoE tensors in system memory"."""
    home = Home(SHAPES["gpt-oss 120B"], "MXFP4")
    some_out, layers_out = (ollama_memory.set_by_ollama(home, card) for card in (24e9, 4e9))
    assert some_out.only_experts and 0 < some_out.offload < home.shape.layers
    assert some_out.here == 1 and sum(memory(some_out).values()) + GIB <= 24e9
    assert not layers_out.only_experts and layers_out.offload > 0  # attention alone takes more
    assert not ollama_memory.set_by_ollama(home, 96e9).only_experts


def test_mlx_caches_grow_by_256_tokens():
    assert mlx_memory.kept(LLAMA, 8_193) == {"full": (32, 8_448), "sliding": (0, 8_448)}
    assert mlx_memory.kept(GEMMA, 131_072)["sliding"] == (40, 1_024 + 2_048 - 1)
    found = mlx_memory.parts(Home(LLAMA, "MLX 4 bit", context=8_193))
    assert found[CACHE] == 8_448 * 131_072
    assert found[WEIGHTS] == file_bytes(LLAMA, "MLX 4 bit")
    assert mlx_memory.number_bytes("8 bits") == 8.5 / 8 and mlx_memory.number_bytes("16 bits") == 2


def test_mlx_runs_the_nearest_of_its_formats():
    near = {
        form: mlx_memory.converted(Home(LLAMA, form))
        for form in ("fp16", "Q8_0", "Q6_K", "Q4_K_M", "Q2_K", "MLX 3 bit")
    }
    assert list(near.values()) == ["fp16", "MLX 8 bit", "MLX 6 bit", "MLX 4 bit", "MLX 3 bit", "MLX 3 bit"]


def test_mlx_holds_as_many_as_fit():
    home = Home(LLAMA, "MLX 4 bit", context=8_192)
    count = mlx_memory.conversations(home, 48e9)
    one = sum(mlx_memory.parts(home).values())
    assert count == int((48e9 - one) // (8_192 * 131_072)) + 1
    assert mlx_memory.conversations(home, 4e9) == 0


SERVERS = some.builds(
    LlamaServer, some.booleans(), some.sampled_from([64, 512, 2_048]), some.booleans(), some.booleans()
)
HOMES = some.builds(
    Home,
    some.sampled_from([LLAMA, GEMMA, MOE, HYBRID, LATENT, SHAPES["gpt-oss 20B"]]),
    some.sampled_from(["Q4_K_M", "fp16"]),
    some.sampled_from(["16 bits", "8 bits"]),
    some.integers(256, 131_072),
    some.integers(1, 8),
    server=SERVERS,
)
size = lambda home: sum(memory(home).values())


@given(HOMES, some.integers(1, 8))
def test_more_slots_never_take_less(home, more):
    assert size(replace(home, batch=home.batch + more)) >= size(home)


@given(HOMES, some.integers(2, 8))
def test_a_shared_cache_of_full_layers_does_not_grow_with_slots(home, slots):
    home = replace(home, shape=LLAMA, server=replace(home.server, unified=True))
    assert memory(replace(home, batch=slots))[CACHE] == pytest.approx(memory(replace(home, batch=1))[CACHE])


@given(HOMES)
def test_a_shared_cache_never_takes_more_than_one_for_each_slot(home):
    shared, apart = (replace(home, server=replace(home.server, unified=unified)) for unified in (True, False))
    assert memory(shared)[CACHE] <= memory(apart)[CACHE] * (1 + 1e-9)


@given(HOMES)
def test_more_tokens_read_together_never_take_less(home):
    larger = replace(home, server=replace(home.server, ubatch=2 * home.server.ubatch))
    assert size(larger) >= size(home)


@given(HOMES)
def test_flash_attention_never_takes_more(home):
    with_it, without = (replace(home, server=replace(home.server, flash_attention=on)) for on in (True, False))
    assert size(with_it) <= size(without)


@given(HOMES)
def test_older_builds_are_inside_the_band(home):
    home = replace(home, server=replace(home.server, older=False))
    older = replace(home, server=replace(home.server, older=True))
    assert memory(home)[ACTIVATIONS] <= memory(older)[ACTIVATIONS]
    assert needed(home).low <= size(home) <= size(older) <= needed(home).high


@given(HOMES, some.floats(4e9, 200e9))
def test_ollama_never_leaves_out_more_on_a_larger_card(home, card):
    left = [elsewhere(ollama_memory.set_by_ollama(home, room)) for room in (card, 2 * card)]
    assert left[1] <= left[0] <= file_bytes(home.shape, home.form) + home.context * 1e9


@given(HOMES, some.integers(0, 100_000))
def test_a_longer_context_never_takes_less_in_mlx(home, more):
    longer = replace(home, context=home.context + more)
    assert sum(mlx_memory.parts(longer).values()) >= sum(mlx_memory.parts(home).values())

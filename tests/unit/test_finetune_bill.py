"""The memory of fine-tuning: adapters against peft, activations against the paper, all of it against published
figures."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from lessons.estimate.finetune_activations import SQUARE, checkpoint_bytes, layer_bytes, numbers_kept
from lessons.estimate.finetune_bill import ACTIVATIONS, FULL, LOGITS, RUNTIME, TuningRun, bill, on_fullest, takes
from lessons.estimate.finetune_cards import cards, holding, too_small
from lessons.estimate.finetune_memory import BESIDE, low_rank
from lessons.estimate.transformer import parameters
from lessons.facts.architectures import architectures, models
from lessons.facts.board_memory import memory_bytes
from lessons.facts.finetune_peaks import finetune_peaks
from lessons.facts.home_machines import LAPTOP, choosable, group_of
from tests.unit.finetune_runs import run_of

KNOWN = [model for model in models().values() if model.attention not in ("mla", "hybrid")]
PEFT = {"q": "q_proj", "k": "k_proj", "v": "v_proj", "o": "o_proj"} | {
    name: f"{name}_proj" for name in ("gate", "up", "down")
}
LLAMA = models()["Llama 3.1 8B"]
RUNS = some.builds(
    TuningRun,
    shape=some.sampled_from(KNOWN),
    method=some.sampled_from([FULL, "LoRA", "LoRA, 8 bits", "QLoRA"]),
    rank=some.integers(1, 64),
    where=some.sampled_from(list(BESIDE)),
    length=some.integers(64, 8_192),
    batch=some.integers(1, 8),
    checkpointing=some.booleans(),
    flash=some.booleans(),
    chunked=some.booleans(),
)


@pytest.mark.parametrize("where", BESIDE)
def test_adapters_have_as_many_numbers_as_those_of_peft(where):
    shape = replace(LLAMA, layers=3, d_model=48, n_heads=4, n_kv_heads=2, head_dim=16, d_ff=80, vocab=32)
    config = LlamaConfig(
        hidden_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        intermediate_size=80,
        vocab_size=32,
    )
    with torch.device("meta"):
        adapted = get_peft_model(
            LlamaForCausalLM(config), LoraConfig(r=5, target_modules=[PEFT[each] for each in BESIDE[where]])
        )
    assert low_rank(shape, 5, where).value == adapted.get_nb_trainable_parameters()[0]


def test_every_expert_has_an_adapter_of_its_own():
    mixtral = models()["Mixtral 8x7B"]
    found = low_rank(mixtral, 1, "all linear layers")
    assert found.value == low_rank(mixtral, 1, "attention").value + 32 * 8 * 3 * (4_096 + 14_336)
    assert "each of 8 experts" in found.source
    assert low_rank(models()["GPT-2 small"], 1, "all linear layers").value == 12 * (4 * 2 * 768 + 2 * 5 * 768)


@pytest.mark.parametrize("change", [{"full_kv_heads": 4}, {"first_dense_layers": 1}, {"values_are_keys": True}])
def test_layers_that_differ_are_not_estimated(change):
    with pytest.raises(ValueError, match="not all alike"):
        low_rank(replace(LLAMA, **change), 8, "attention")


def test_a_token_is_multiplied_with_the_adapters_of_its_experts():
    mixtral = TuningRun(models()["Mixtral 8x7B"], rank=1, where="all linear layers")
    assert mixtral.trained.value - mixtral.used.value == 32 * 6 * 3 * (4_096 + 14_336)
    assert TuningRun(LLAMA, where="all linear layers").used == TuningRun(LLAMA, where="all linear layers").trained


def test_a_layer_of_gpt_keeps_what_the_paper_says():
    """34 · s · b · h, of which 2 are masks of dropout, and 5 · a · s² · b: Korthikanti et al. (2022), equation 1."""
    gpt = models()["GPT-3 175B"]
    s, b, h, a = 2_048, 3, gpt.d_model, gpt.n_heads
    beside = BESIDE["all linear layers"]
    assert layer_bytes(gpt, beside, s, b, flash=False) + 2 * s * b * h == s * b * h * (34 + SQUARE * a * s / h)
    assert checkpoint_bytes(gpt, s, b) == 2 * s * b * h


def test_a_layer_of_llama_keeps_what_its_backward_pass_reads():
    """Inputs of two norms, q, k, v, what o reads; gate, its activation, up: without adapters in the MLP no more."""
    attention = 2 * 4_096 + 4_096 + 2 * 1_024 + 4_096 + 3 * 14_336
    assert numbers_kept(LLAMA, ()) == attention
    assert numbers_kept(LLAMA, BESIDE["query and value"]) == attention + 4_096
    assert numbers_kept(LLAMA, BESIDE["all linear layers"]) == attention + 2 * 4_096 + 14_336


def test_a_token_passes_only_the_experts_it_is_sent_to():
    mixtral = models()["Mixtral 8x7B"]
    dense = numbers_kept(replace(mixtral, experts=None, d_ff=14_336), ())
    assert numbers_kept(mixtral, ()) == dense + 3 * 14_336  # 2 of 8


@pytest.mark.parametrize("peak", finetune_peaks(), ids=lambda peak: f"{peak.method} {peak.length} {peak.printed}")
def test_published_peaks_are_within_the_band(peak):
    found = takes(run_of(peak))
    assert found.low <= peak.bytes_high <= found.high
    assert 0.7 < found.value / peak.bytes_high < 1.1


def test_65_billion_weights_are_adapted_on_48_gb():
    """Dettmers et al. (2023), abstract; the shape: Touvron et al., "LLaMA" (2023), table 2: 65.2 billion."""
    llama = replace(
        architectures()["Llama 2 13B"],
        name="LLaMA 65B",
        layers=80,
        full_layers=80,
        d_model=8_192,
        n_heads=64,
        n_kv_heads=64,
        d_ff=22_016,
    )
    llama = replace(llama, params_total=parameters(llama))
    assert llama.params_total == pytest.approx(65.2e9, rel=0.002)
    found = takes(TuningRun(llama, "QLoRA", 64, "all linear layers", length=512))
    assert found.low < found.value < 48e9
    assert takes(TuningRun(llama, "LoRA", 64, "all linear layers", length=512)).low > 48e9


@given(RUNS)
def test_the_bill_is_its_parts_and_its_band_holds_it(run):
    found = takes(run)
    assert found.low <= found.value <= found.high
    assert sum(bill(run).values()) == found.value
    assert all(part >= 0 for part in bill(run).values())


@given(RUNS)
def test_longer_texts_and_more_of_them_take_more(run):
    least = takes(run).value
    assert takes(replace(run, length=run.length + 64)).value > least
    assert takes(replace(run, batch=run.batch + 1)).value > least
    assert takes(replace(run, rank=run.rank + 1)).value >= least
    assert takes(replace(run, moments="8 bits")).value < least
    assert takes(replace(run, chunked=True)).value <= least


@given(RUNS)
def test_checkpointing_saves_all_but_one_layer(run):
    on, off = (bill(replace(run, checkpointing=each))[ACTIVATIONS] for each in (True, False))
    layers, one = run.shape.layers, off / run.shape.layers
    assert on == pytest.approx(one + layers * checkpoint_bytes(run.shape, run.length, run.batch))
    assert on < off or layers < 2


@given(RUNS)
def test_two_cards_each_take_half_or_more_and_less_than_one(run):
    one, two = on_fullest(run), on_fullest(run, 2)
    assert one == takes(run).value
    assert one / 2 < two < one + bill(run)[RUNTIME]


def test_two_cards_share_whole_layers():
    """Four layers, an embedding on the first card, an output matrix as large on the last, where logits are few."""
    run = TuningRun(replace(LLAMA, layers=4, params_total=4 * 10**9 + 2 * 128_256 * 4_096), length=1)
    found, stored = bill(run), checkpoint_bytes(run.shape, 1)
    learns = 12 * run.trained.value / 4
    again = found[ACTIVATIONS] - 4 * stored
    last = 2 * 128_256 * 4_096 + found[LOGITS] + 2 * (2 * 10**9 + learns + stored)
    assert on_fullest(run, 2) == pytest.approx(last + again + found[RUNTIME])


def test_cards_have_memory_of_their_own_and_are_named_in_order():
    found = cards()
    assert {board.name for board in found} <= set(choosable())
    assert [*map(memory_bytes, found)] == sorted(map(memory_bytes, found))
    assert not any(group_of(board.name) in ("Apple", "phone", "single board") for board in found)
    assert any(group_of(board.name) == LAPTOP for board in found)
    assert not any(group_of(board.name) == LAPTOP for board in cards(pairs=True))


@given(some.floats(1e8, 4e11))
def test_a_card_holds_it_or_is_too_small(needed):
    held, below = holding(needed), too_small(needed)
    assert all(memory_bytes(board) >= needed for board in held)
    assert below is None or memory_bytes(below) < needed
    if held and below:
        assert memory_bytes(below) < memory_bytes(held[0])


def test_an_rtx_3060_adapts_8_billion_weights_in_4_bits():
    needed = takes(TuningRun(LLAMA, "QLoRA")).value
    assert "NVIDIA GeForce RTX 3060, 12 GB" in [board.name for board in holding(needed)]
    assert "NVIDIA GeForce RTX 3060, 8 GB" not in [board.name for board in holding(needed)]
    halves = [board.name for board in holding(on_fullest(TuningRun(LLAMA, "QLoRA"), 2), pairs=True)]
    assert "NVIDIA GeForce RTX 3060, 8 GB" in halves

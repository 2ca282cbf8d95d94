"""Configs as others write them: sizes and caches are those of the model that transformers makes of them, or the key
that changes them is refused by name."""

import json
from typing import Any

import pytest
import torch
from transformers import CONFIG_MAPPING, AutoModelForCausalLM, PreTrainedConfig

from lessons.estimate.config_json import MUST, SEES, shape_of
from lessons.estimate.config_kinds import IDLE, KINDS, WITH_OTHER_PARTS
from lessons.estimate.transformer import CannotCompute, cache_bytes, cached_tokens, parameters
from lessons.facts.architectures import Architecture, architectures

ALL_OR_NONE = (
    "mistral",
    "mixtral",
    "phi3",
    "qwen3_moe",
    "starcoder2",
)  # all layers slide, if their config has a window
TINY = {
    "hidden_size": 32, "num_hidden_layers": 6, "num_attention_heads": 4, "num_key_value_heads": 2,
    "intermediate_size": 48, "vocab_size": 100,
}  # fmt: skip
TINY_MLA = {
    "kv_lora_rank": 16, "q_lora_rank": 12, "qk_rope_head_dim": 4, "qk_nope_head_dim": 8, "v_head_dim": 6,
    "n_routed_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 20, "n_group": 1, "topk_group": 1,
    "num_key_value_heads": 4,
}  # fmt: skip
SHAPES = architectures()
THEIR_NAMES = {"kimi_k2": "deepseek_v3", "minimax_m1": "minimax"}  # names of the makers' own code
MUST_SAY = ("lfm2", "lfm2_moe", "minimax", "minimax_m1", "kimi_linear", "nemotron_h")  # their layers by a list
HYBRID = ["linear_attention"] * 4 + ["full_attention"] * 2
MAMBA = {"mamba_n_heads": 4, "mamba_d_head": 16, "mamba_d_state": 8, "mamba_expand": 2}
DELTA = {
    "linear_key_head_dim": 8, "linear_value_head_dim": 12, "linear_num_key_heads": 2, "linear_num_value_heads": 4,
    "head_dim": 16,
}  # fmt: skip
NEMOTRON = {"mamba_num_heads": 4, "mamba_head_dim": 16, "ssm_state_size": 8, "n_groups": 2, "head_dim": 8}


def theirs(config: dict[str, Any]) -> PreTrainedConfig:
    """The text part of what transformers makes of a config."""
    given = {key: value for key, value in config.items() if key != "model_type"}
    given |= {"pad_token_id": 0}  # some are beyond a tiny vocabulary
    kind = THEIR_NAMES.get(config["model_type"], config["model_type"])
    return CONFIG_MAPPING[kind].from_dict(given).get_text_config()


def counted(config: PreTrainedConfig) -> int:
    """Numbers in the matrices of the model transformers makes: gains and biases are not counted here."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return sum(
        each.numel()
        for name, each in model.named_parameters()
        if each.squeeze().dim() > 1 and not name.endswith("bias") or name.endswith("shared_expert_gate.weight")
    )


def windows(config: PreTrainedConfig) -> list[int]:
    """How far each layer of transformers' model that attends looks back; 0: at everything."""
    if config.model_type in ALL_OR_NONE:
        return [config.sliding_window or 0] * config.num_hidden_layers
    types = getattr(config, "layer_types", None) or ["full_attention"] * config.num_hidden_layers
    back = {
        "sliding_attention": getattr(config, "sliding_window", None),
        "chunked_attention": getattr(config, "attention_chunk_size", None),
    } | dict.fromkeys(("full_attention", "hybrid", "indexed_attention"), 0)
    return [back[each] for each in types if each in back]


def ours(config: dict[str, Any]) -> Architecture:
    return shape_of(json.dumps(config))


TINY_CONFIGS = {
    "llama": {},
    "llama, tied": {"tie_word_embeddings": True},
    "llama, with a stray window": {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 2},
    "llama, heads of its own width": {"head_dim": 12},
    "llama, as many heads of keys": {"num_key_value_heads": None},
    "llama, with biases": {"attention_bias": True, "mlp_bias": True},
    "llama, its positions stretched": {"rope_scaling": {"rope_type": "linear", "factor": 4.0}},
    "mistral": {"sliding_window": 16},
    "mistral, without a window": {"sliding_window": None},
    "mistral, and nothing said of heads": {"num_attention_heads": 16, "num_key_value_heads": ...},
    "mixtral": {"num_local_experts": 4},
    "mixtral, with a window": {"num_local_experts": 4, "num_experts_per_tok": 3, "sliding_window": 8},
    "qwen2": {},
    "qwen2, keys null": {"num_key_value_heads": None},
    "qwen2, a window that is off": {"sliding_window": 8, "use_sliding_window": False, "max_window_layers": 2},
    "qwen2, a window that says nothing": {"sliding_window": 8, "max_window_layers": 2},
    "qwen2, a window that is on": {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 4},
    "qwen2, on, from no layer": {"sliding_window": 8, "use_sliding_window": True},
    "qwen2, on, from the first": {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 0},
    "qwen3": {},
    "qwen3, heads of its own width": {"head_dim": 16},
    "qwen3, a window that is on": {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 1},
    "qwen3, by a list": {
        "sliding_window": 8, "use_sliding_window": True, "layer_types": ["sliding_attention", "full_attention"] * 3,
    },
    "qwen3_moe": {"num_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 20},
    "qwen3_moe, a window": {"num_experts": 6, "num_experts_per_tok": 2, "use_sliding_window": True,
    "sliding_window": 9},
    "qwen3_moe, the window off": {"num_experts": 6, "num_experts_per_tok": 2, "sliding_window": 9,
    "max_window_layers": 6},
    "qwen3_moe, the first are dense": {"num_experts": 6, "num_experts_per_tok": 2, "mlp_only_layers": [0, 1]},
    "qwen3_moe, dense between": {"num_experts": 6, "num_experts_per_tok": 2, "mlp_only_layers": [3]},
    "qwen3_moe, every second": {"num_experts": 6, "num_experts_per_tok": 2, "decoder_sparse_step": 2},
    "qwen3_moe, all are dense": {"num_experts": 6, "num_experts_per_tok": 2, "mlp_only_layers": [0, 1, 2, 3, 4, 5]},
    "qwen3_moe, none by its step": {"num_experts": 6, "num_experts_per_tok": 2, "decoder_sparse_step": 7},
    "gemma": {},
    "gemma, untied": {"tie_word_embeddings": False},
    "gemma2": {},
    "gemma2, by a list": {"layer_types": ["sliding_attention"] * 5 + ["full_attention"], "sliding_window": 8},
    "gemma3_text": {},
    "gemma3_text, a pattern": {"sliding_window_pattern": 3, "sliding_window": 8},
    "gemma3_text, a pattern longer than it": {"sliding_window_pattern": 7},
    "phi3": {},
    "phi3, with a window": {"sliding_window": 12},
    "phi3, keys null": {"num_key_value_heads": None},
    "gpt2": {},
    "gpt2, an MLP of its own": {"n_inner": 40},
    "deepseek_v2": TINY_MLA,
    "deepseek_v2, queries as they are": TINY_MLA | {"q_lora_rank": None, "first_k_dense_replace": 1,
    "moe_layer_freq": 1}, "deepseek_v2, shared by none said": TINY_MLA | {"n_shared_experts": ...},
    "deepseek_v3": TINY_MLA,
    "deepseek_v3, no dense layer": TINY_MLA | {"first_k_dense_replace": 0, "n_shared_experts": 2},
    "deepseek_v3, all dense": TINY_MLA | {"first_k_dense_replace": 6},
    "ministral": {"sliding_window": 8, "head_dim": 8},
    "ministral3": {},
    "smollm3": {},
    "olmo2": {},
    "olmo3": {"sliding_window": 8},
    "granite": {},
    "hunyuan_v1_dense": {"head_dim": 12},
    "ernie4_5": {},
    "exaone4": {"sliding_window": 8},
    "exaone4, no window": {"sliding_window": None, "layer_types": ["full_attention"] * 6},
    "seed_oss": {},
    "cohere": {},
    "cohere2": {"sliding_window": 8},
    "starcoder2": {},
    "starcoder2, with a window": {"sliding_window": 8},
    "apertus": {},
    "gemma3n_text": {"num_kv_shared_layers": 0, "vocab_size_per_layer_input": 90, "intermediate_size": [48] * 6,
    "activation_sparsity_pattern": None},
    "gemma3n_text, some share": {"num_kv_shared_layers": 3, "vocab_size_per_layer_input": 90, "laurel_rank": 5,
    "layer_types": ["sliding_attention", "sliding_attention", "full_attention"] * 2,
    "activation_sparsity_pattern": None},
    "gemma4_text": {"vocab_size_per_layer_input": 90, "hidden_size_per_layer_input": 7},
    "gemma4_text, some share": {"num_kv_shared_layers": 3, "use_double_wide_mlp": True, "layer_types":
    ["sliding_attention", "sliding_attention", "full_attention"] * 2, "vocab_size_per_layer_input": 90},
    "gemma4_text, experts, values are keys": {"attention_k_eq_v": True, "num_global_key_value_heads": 1,
    "enable_moe_block": True, "num_experts": 4, "top_k_experts": 2, "moe_intermediate_size": 20,
    "hidden_size_per_layer_input": 0, "global_head_dim": 24},
    "glm4_moe": {"n_routed_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 20, "n_shared_experts": 2},
    "minimax_m2": {"num_local_experts": 6, "num_experts_per_tok": 2},
    "ernie4_5_moe": {"moe_num_experts": 6, "moe_k": 2, "moe_intermediate_size": 20},
    "ernie4_5_moe, some": {"moe_num_experts": 6, "moe_k": 2, "moe_layer_interval": 2, "moe_layer_start_index": 2,
    "moe_layer_end_index": 5, "moe_num_shared_experts": 0},
    "hunyuan_v1_moe": {"num_experts": 4, "moe_topk": 2, "head_dim": 12},
    "llama4_text": {"num_local_experts": 4, "intermediate_size_mlp": 52},
    "llama4_text, interleaved": {"num_local_experts": 4, "interleave_moe_layer_step": 2, "attention_chunk_size": 16},
    "kimi_k2": TINY_MLA,
    "deepseek_v32": TINY_MLA | {"index_n_heads": 2, "index_head_dim": 8},
    "glm_moe_dsa": TINY_MLA | {"index_n_heads": 2, "index_head_dim": 8, "first_k_dense_replace": 1},
    "qwen3_next": DELTA | {"num_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 20,
    "shared_expert_intermediate_size": 28},
    "qwen3_next, some are dense": DELTA | {"num_experts": 6, "num_experts_per_tok": 2, "decoder_sparse_step": 2,
    "moe_intermediate_size": 20, "shared_expert_intermediate_size": 28},
    "qwen3_5_text": DELTA | {"layer_types": HYBRID},
    "qwen3_5_moe_text": DELTA | {"num_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 20,
    "shared_expert_intermediate_size": 28},
    "granitemoehybrid": MAMBA | {"num_local_experts": 4, "shared_intermediate_size": 20, "layer_types": HYBRID},
    "granitemoehybrid, no experts": MAMBA | {"num_local_experts": 0, "num_experts_per_tok": 0,
    "shared_intermediate_size": 20, "layer_types": ["attention"] * 3 + ["mamba"] * 3},
    "bamba": MAMBA | {"attn_layer_indices": [1, 4], "mamba_n_groups": 2},
    "falcon_h1": MAMBA | {"mamba_d_ssm": 64},
    "falcon_h1, no width said": MAMBA | {"mamba_d_ssm": None, "head_dim": 8},
    "nemotron_h": NEMOTRON | {"hybrid_override_pattern": "M-M*-M"},
    "nemotron_h, experts": NEMOTRON | {"hybrid_override_pattern": "MEM*EE", "n_routed_experts": 4,
    "moe_intermediate_size": 20, "moe_shared_expert_intermediate_size": 24},
    "nemotron_h, narrow experts": NEMOTRON | {"hybrid_override_pattern": "MEM*EE", "n_routed_experts": 4,
    "moe_intermediate_size": 20, "moe_shared_expert_intermediate_size": 24, "moe_latent_size": 12},
    "lfm2": {"layer_types": ["conv", "full_attention"] * 3, "intermediate_size": 700},
    "lfm2, by places": {"full_attn_idxs": [1, 2], "block_auto_adjust_ff_dim": False},
    "lfm2_moe": {"layer_types": ["conv", "full_attention"] * 3, "num_experts": 6, "num_experts_per_tok": 2,
    "moe_intermediate_size": 20},
    "kimi_linear": TINY_MLA | {"n_routed_experts": ..., "num_experts": 6, "num_experts_per_token": 2, "layer_types":
    HYBRID, "linear_head_dim": 8, "linear_num_heads": 4, "q_lora_rank": None, "n_group": ..., "num_experts_per_tok":
    ...},
    "jamba": {"num_experts": 4, "mamba_d_state": 8, "attn_layer_period": 3, "attn_layer_offset": 1, "mamba_dt_rank": 5},
    "minimax": {"layer_types": HYBRID, "num_local_experts": 4},
    "minimax_m1": {"layer_types": HYBRID, "num_local_experts": 4, "head_dim": 12},
    "gpt_oss": {"num_local_experts": 4, "num_experts_per_tok": 2, "experts_per_token": 2},
    "gpt_oss, by a list": {"num_local_experts": 4, "layer_types": ["full_attention"] * 4 + ["sliding_attention"] * 2},
}  # fmt: skip


def tiny(name: str) -> dict[str, Any]:
    kind = name.partition(",")[0]
    sizes = {"n_embd": 32, "n_layer": 6, "n_head": 4, "vocab_size": 100, "n_positions": 64} if kind == "gpt2" else TINY
    found = {"model_type": kind} | sizes | TINY_CONFIGS[name]
    return {key: value for key, value in found.items() if value is not ...}


@pytest.mark.parametrize("name", TINY_CONFIGS)
def test_sizes_and_windows_are_those_of_the_model_transformers_makes(name):
    found, config = ours(tiny(name)), theirs(tiny(name))
    assert parameters(found) == counted(config)
    back = windows(config)
    assert (found.full_layers, found.sliding_layers) == (back.count(0), len(back) - back.count(0))
    assert cached_tokens(found, 10_000)["sliding"][1] == (max(back) or 10_000)


@pytest.mark.parametrize(
    "name", ["llama, with a stray window", "mistral", "phi3, with a window", "qwen2, a window that is off"]
)
def test_a_model_with_a_window_does_not_see_what_lies_further_back_and_others_do(name):
    """What `windows` says of kinds that have no list of layers, as the model computes."""
    config = tiny(name) | {"num_hidden_layers": 1}
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(theirs(config)).eval()
    tokens = torch.arange(40)[None]
    other = tokens.clone()
    other[0, 0] = 77
    with torch.no_grad():
        moved = (model(tokens).logits - model(other).logits).abs().amax(-1)[0] > 1e-7
    (count, seen), _ = cached_tokens(ours(config), 40).values()
    assert bool(moved[-1]) == (count == 1)


TEXT_KINDS = [kind for kind in KINDS if kind not in WITH_OTHER_PARTS or kind in ("gemma3", "llama4", "qwen3_5")]
CALLED = {  # by transformers, where it has no other name for it
    "num_local_experts": ("n_routed_experts", "num_experts", "moe_num_experts"),
    "num_experts_per_tok": ("moe_k", "moe_topk", "num_experts_per_token"),
    "n_shared_experts": ("moe_num_shared_experts",),
    "first_k_dense_replace": ("num_dense_layers",),
}  # fmt: skip


def said_by(config: PreTrainedConfig, key: str) -> int | None:
    """A number of transformers' config, whatever it is called there."""
    return next((getattr(config, name) for name in (key, *CALLED.get(key, ())) if hasattr(config, name)), None)


def unsaid(kind: str) -> dict[str, Any]:
    """A config that says no more than it must."""
    found = {"hidden_size": 64 * 60, "num_hidden_layers": 12}
    found |= {"num_experts_per_tok": 6} if kind == "deepseek_v2" else {}
    found |= {"head_dim": 128} if kind == "glm4_moe" else {}
    found |= {"num_hidden_layers": 20} if kind == "gemma3n_text" else {}  # of which 15 share
    found |= {"mamba_n_heads": 120} if kind in ("granitemoehybrid", "bamba") else {}
    if kind == "nemotron_h":
        return {"hidden_size": 64 * 60, "layers_block_type": ["mamba", "moe", "attention", "mlp"] * 3}
    return found | ({"layer_types": HYBRID * 2} if kind in MUST_SAY else {})


@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_what_is_not_said_is_what_transformers_takes(kind):
    sizes = unsaid(kind)
    said = {"model_type": kind} | ({"text_config": sizes} if kind in WITH_OTHER_PARTS else sizes)
    found, config = ours(said), theirs(said)
    config.allow_global_per_layer_attribute_access = True
    assert (found.vocab, found.n_heads, found.context) == (
        config.vocab_size,
        config.num_attention_heads,
        getattr(config, "max_position_embeddings", None) or config.model_max_length,
    )
    assert found.tied_embeddings == config.tie_word_embeddings
    assert found.n_kv_heads == getattr(config, "num_key_value_heads", found.n_heads)
    if not found.mla_kv_lora_rank:
        assert found.head_dim == (getattr(config, "head_dim", None) or found.d_model // found.n_heads)
    if found.experts:
        assert (found.experts, found.experts_active) == (
            said_by(config, "num_local_experts"),
            said_by(config, "num_experts_per_tok"),
        )
        assert found.d_ff_expert == (getattr(config, "moe_intermediate_size", None) or config.intermediate_size)
        assert (
            found.experts_shared
            == (1 if kind in ("llama4", "llama4_text", "hunyuan_v1_moe") else said_by(config, "n_shared_experts") or 0)
            or found.d_ff_shared
        )
    elif kind not in ("gemma3n_text", "lfm2"):
        assert found.d_ff == (getattr(config, "intermediate_size", None) or 4 * found.d_model)
    if found.attention == "mla":
        assert (found.mla_kv_lora_rank, found.mla_q_lora_rank) == (config.kv_lora_rank, config.q_lora_rank)
        assert (found.mla_rope_dim, found.mla_nope_dim) == (config.qk_rope_head_dim, config.qk_nope_head_dim)
        assert found.mla_v_dim == config.v_head_dim
    back = windows(config)
    assert (found.full_layers, found.sliding_window) == (back.count(0), max(back, default=0) or None)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("mistral3", "kimi_k25", "lfm2_moe")])
def test_a_file_with_all_that_transformers_writes_is_read(kind):
    config = CONFIG_MAPPING[THEIR_NAMES.get(kind, kind)]()
    written = json.loads(config.to_json_string(use_diff=False)) | {"model_type": kind}
    if kind == "deepseek_v2":
        written["num_experts_per_tok"] = 6
    if kind == "glm4_moe":
        written["head_dim"] = 128
    if kind in MUST_SAY and kind != "nemotron_h":
        written["layer_types"] = ["linear_attention", "full_attention"] * config.num_hidden_layers
        written["layer_types"] = written["layer_types"][: config.num_hidden_layers]
    found, text = ours(written), config.get_text_config()
    assert (found.layers, found.d_model) == (text.num_hidden_layers, text.hidden_size)


GOOGLES = {  # google/gemma-3-*-it, config.json: their text_config leaves out what its class has by default
    "Gemma 3 4B": {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34},
    "Gemma 3 12B": {
        "hidden_size": 3840, "intermediate_size": 15360, "num_attention_heads": 16, "num_hidden_layers": 48,
        "num_key_value_heads": 8,
    },
    "Gemma 3 27B": {
        "head_dim": 128, "hidden_size": 5376, "intermediate_size": 21504, "num_attention_heads": 32,
        "num_hidden_layers": 62, "num_key_value_heads": 16, "query_pre_attn_scalar": 168,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", GOOGLES)
def test_googles_own_files_give_the_models_that_are_listed(name):
    text = {"model_type": "gemma3_text", "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024}
    file = {
        "architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999, "eoi_token_index": 256000,
        "eos_token_id": [1, 106], "image_token_index": 262144, "initializer_range": 0.02, "mm_tokens_per_image": 256,
        "model_type": "gemma3", "text_config": text | GOOGLES[name], "torch_dtype": "bfloat16",
        "transformers_version": "4.50.0.dev0",
        "vision_config": {"hidden_size": 1152, "image_size": 896, "model_type": "siglip_vision_model",
        "num_hidden_layers": 27},
    }  # fmt: skip
    found, listed = ours(file), SHAPES[name]
    assert parameters(found) == pytest.approx(parameters(listed), rel=1e-4)  # 262,208 rows in the file, 262,144 listed
    assert cache_bytes(found, 32_768) == cache_bytes(listed, 32_768)
    assert found.note == SEES
    assert ours(text | GOOGLES[name]).note == ""
    assert parameters(ours(text | GOOGLES[name])) == parameters(found)


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("llama", {"num_local_experts": 8}, "num_local_experts is 8, which is not modelled for a llama"),
        ("llama", {"kv_lora_rank": 16}, "kv_lora_rank is 16"),
        ("llama", {"a_setting_of_tomorrow": 0}, "a_setting_of_tomorrow is 0"),
        ("llama", {"attention_chunk_size": 8192}, "attention_chunk_size is 8192"),
        ("llama", {"cache_implementation": "quantized"}, "cache_implementation is 'quantized'"),
        ("llama", {"layer_types": ["sliding_attention"] * 6, "sliding_window": 8}, ("layer_types are not those of a "
                                                                                   "llama")),
        ("llama", {"text_config": {"hidden_size": 3}}, "text_config is"),
        ("llama", {"add_cross_attention": True}, "add_cross_attention is True"),
        ("mistral", {"layer_types": ["full_attention"] * 6}, "layer_types are not those of a mistral"),
        ("mistral", {"use_sliding_window": False}, "use_sliding_window is False"),
        ("mistral", {"sliding_window": 0}, "sliding_window is 0"),
        ("mixtral", {"shared_expert_intermediate_size": 64}, "shared_expert_intermediate_size is 64"),
        ("qwen2", {"layer_types": ["sliding_attention"] * 6}, "no sliding_window is in use"),
        ("qwen2", {"use_sliding_window": 1}, "not true or false"),
        ("qwen3", {"head_dim": None}, "head_dim is null, where a qwen3 needs a number"),
        ("qwen3", {"num_key_value_heads": ...}, "not a multiple of num_key_value_heads"),
        ("qwen3_moe", {"mlp_only_layers": "all"}, "mlp_only_layers is 'all', not a list"),
        ("qwen3_moe", {"mlp_only_layers": [-1]}, r"mlp_only_layers is \[-1\], not a list"),
        ("mixtral", {"num_local_experts": 0}, "num_local_experts is 0"),
        ("mixtral", {"num_local_experts": None}, "num_local_experts is null"),
        ("llama4_text", {"layer_types": ["sliding_attention"] * 6}, "layer_types is"),
        ("llama4_text", {"no_rope_layers": [1] * 5}, "no_rope_layers is"),
        ("llama4_text", {"a_new_part": 3}, "a_new_part is 3, which is not modelled for a llama4_text"),
        ("exaone4", {"sliding_window_pattern": "LX"}, "sliding_window_pattern is 'LX'"),
        ("minimax_m2", {"attn_type_list": [1, 0, 1, 1, 1, 1]}, "attn_type_list is"),
        ("minimax_m2", {"shared_intermediate_size": 64}, "shared_intermediate_size is 64"),
        ("hunyuan_v1_moe", {"moe_topk": [2, 2, 2, 2, 2, 3]}, "moe_topk differs between layers"),
        ("gemma3n_text", {"intermediate_size": [48] * 5 + [50]}, "intermediate_size differs between layers"),
        ("gemma4_text", {"use_bidirectional_attention": "all"}, "use_bidirectional_attention is 'all'"),
        ("gemma3n_text", {"num_kv_shared_layers": 6}, "num_kv_shared_layers is 6, not a whole number from 0 to 5"),
        ("gemma4_text", {"attention_k_eq_v": 1}, "attention_k_eq_v is 1, not true or false"),
        ("glm_moe_dsa", {"indexer_types": ["full"] * 5 + ["shared"]}, "indexer_types is"),
        ("qwen3_5_text", {"layer_types": ["linear_attention"] * 5}, "layer_types is"),
        ("qwen3_5_text", {"linear_num_value_heads": 0}, "linear_num_value_heads is 0"),
        ("bamba", {"attn_layer_indices": [6]}, r"attn_layer_indices is \[6\]"),
        ("bamba", {"mamba_n_heads": 5}, "the heads of its Mamba layers do not fit their width"),
        ("granitemoehybrid", {"layer_types": ["mamba"] * 5 + ["mlp"]}, "layer_types is"),
        ("nemotron_h", {"hybrid_override_pattern": "M-M*-X"}, "hybrid_override_pattern is 'M-M"),
        ("nemotron_h", {"hybrid_override_pattern": ...}, "does not say its layer_types"),
        ("kimi_linear", {"layer_types": ...}, "does not say its layer_types"),
        ("jamba", {"mamba_dt_rank": "some"}, "mamba_dt_rank is 'some'"),
        ("minimax_m1", {"shared_intermediate_size": 64}, "shared_intermediate_size is 64"),
        ("lfm2", {"conv_L_cache": None}, "conv_L_cache is null"),
        ("falcon_h1", {"mamba_d_ssm": 63}, "the heads of its Mamba layers do not fit"),
        ("qwen3_moe", {"num_experts": 4, "num_local_experts": 6}, "two names for one number"),
        ("gemma2", {"sliding_window_pattern": 3}, "sliding_window_pattern is 3"),
        ("gemma3_text", {"use_bidirectional_attention": True}, "use_bidirectional_attention is True"),
        ("gemma3_text", {"layer_types": ["full_attention"]}, "layer_types is .*not a list"),
        ("deepseek_v2", {"moe_layer_freq": 2}, "moe_layer_freq is 2"),
        ("deepseek_v2", {"num_experts_per_tok": ...}, "does not say its num_experts_per_tok"),
        ("deepseek_v3", {"interleave_moe_layer_step": 2}, "interleave_moe_layer_step is 2"),
        ("deepseek_v3", {"n_shared_experts": None}, "n_shared_experts is null"),
        ("gpt2", {"num_key_value_heads": 2}, "num_key_value_heads is 2, which is not modelled for a gpt2"),
        ("gpt2", {"n_embd": ...}, "does not say its n_embd"),
    ],
)  # fmt: skip
def test_a_key_that_is_not_computed_is_refused_by_name(name, changed, said):
    config = {key: value for key, value in (tiny(name) | changed).items() if value is not ...}
    with pytest.raises(CannotCompute, match=said):
        ours(config)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text_config": {"model_type": "llama"}}, "text_config of a gemma3 is not a gemma3_text"),
        ({"text_config": {"num_hidden_layers": 2}}, "does not say its hidden_size"),
        ({"tie_word_embeddings": False}, "tie_word_embeddings differs"),
        ({"audio_config": {"layers": 2}}, "audio_config is"),
    ],
)
def test_of_a_model_that_sees_the_same_holds(changed, said):
    text = {"hidden_size": 32, "num_hidden_layers": 2, "tie_word_embeddings": True}
    with pytest.raises(CannotCompute, match=said):
        ours({"model_type": "gemma3", "text_config": text} | changed)


def test_no_key_that_is_used_is_also_idle():
    for kind in KINDS.values():
        assert not {*MUST, *kind.defaults, *kind.called, *kind.neutral} - {"max_window_layers"} & IDLE

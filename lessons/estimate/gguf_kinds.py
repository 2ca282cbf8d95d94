"""Kinds of models in GGUF files: which kind of `config.json` says the same as the header of such a file.

The name of a kind is `general.architecture`, the names of settings are those of gguf-py 0.19.0 (`gguf/constants.py`),
and what llama.cpp does with them is in its src/llama-model.cpp at a5410f046 (`load_hparams`). Widths of matrices, the
vocabulary, and which layers have experts or keep a state follow from the tensors themselves.
"""

from dataclasses import dataclass

from lessons.estimate.config_kind import ConfigKind
from lessons.estimate.config_kinds import KINDS


@dataclass(frozen=True)
class GgufKind:
    """A kind of models. `config`: the `model_type` that has the same layers; `routed`: that of those with experts, if
    it is another one, and `windowed` of those with a sliding window; `linear`: what its linear layers are called by the
    settings, a key of gguf_config.LINEAR_NUMBERS."""

    config: str
    routed: str = ""
    windowed: str = ""
    linear: str = ""

    def model_type(self, experts: bool, window: bool) -> str:
        """The kind of `config.json`. `experts`, `window`: whether it has those."""
        return (experts and self.routed) or (window and self.windowed) or self.config

    def like(self, experts: bool, window: bool) -> ConfigKind:
        """What such a `config.json` may say. `experts`, `window`: whether the model has those."""
        return KINDS[self.model_type(experts, window)]


GGUF_KINDS = {
    "llama": GgufKind("llama", routed="mixtral"),
    "mistral3": GgufKind("ministral3"),
    "qwen2": GgufKind("qwen2"),
    "qwen2vl": GgufKind("qwen2"),
    "qwen3": GgufKind("qwen3"),
    "qwen3vl": GgufKind("qwen3"),
    "qwen3moe": GgufKind("qwen3_moe"),
    "qwen3vlmoe": GgufKind("qwen3_moe"),
    "qwen3next": GgufKind("qwen3_next", linear="delta"),
    "qwen35": GgufKind("qwen3_5_text", linear="delta"),
    "qwen35moe": GgufKind("qwen3_5_moe_text", linear="delta"),
    "gemma": GgufKind("gemma"),
    "gemma2": GgufKind("gemma2"),
    "gemma3": GgufKind("gemma3_text"),
    "phi3": GgufKind("phi3"),
    "granite": GgufKind("granite"),
    "granitehybrid": GgufKind("granitemoehybrid", linear="mamba-2"),
    "smollm3": GgufKind("smollm3"),
    "olmo2": GgufKind("olmo2", windowed="olmo3"),
    "gpt-oss": GgufKind("gpt_oss"),
    "gptoss": GgufKind("gpt_oss"),  # Ollama's: its convert/convert_gptoss.go at 03c6dea2f
    "deepseek2": GgufKind("deepseek_v3"),
    "glm4moe": GgufKind("glm4_moe"),
    "minimax-m2": GgufKind("minimax_m2"),
    "ernie4_5": GgufKind("ernie4_5"),
    "ernie4_5-moe": GgufKind("ernie4_5_moe"),
    "hunyuan-dense": GgufKind("hunyuan_v1_dense"),
    "seed_oss": GgufKind("seed_oss"),
    "exaone4": GgufKind("exaone4"),
    "command-r": GgufKind("cohere"),
    "cohere2": GgufKind("cohere2"),
    "starcoder2": GgufKind("starcoder2"),
    "lfm2": GgufKind("lfm2", linear="convolution"),
    "lfm2moe": GgufKind("lfm2_moe", linear="convolution"),
    "nemotron_h": GgufKind("nemotron_h", linear="mamba-2"),
    "falcon-h1": GgufKind("falcon_h1", linear="mamba-2"),
}
USED = {
    "block_count", "embedding_length", "context_length", "nextn_predict_layers", "expert_used_count",
    "attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length",
    "attention.sliding_window", "attention.sliding_window_pattern",
}  # fmt: skip
LATENT = {
    "attention.kv_lora_rank", "attention.q_lora_rank", "attention.key_length_mla", "attention.value_length_mla",
}  # fmt: skip
SAME_AS_TENSORS = {  # what the tensors say, too
    "vocab_size", "feed_forward_length", "expert_count", "expert_feed_forward_length", "expert_shared_count",
    "expert_shared_feed_forward_length", "leading_dense_block_count", "full_attention_interval",
    "interleave_moe_layer_step", "moe_every_n_layers",
}  # fmt: skip
IDLE = {  # they change what is computed, and neither sizes nor caches
    "attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon", "attention.group_norm_epsilon",
    "attention.scale", "attention.output_scale", "attention.temperature_length", "attention.temperature_scale",
    "attention.clamp_kqv", "attn_logit_softcapping", "final_logit_softcapping", "router_logit_softcapping",
    "logit_scale", "residual_scale", "embedding_scale", "expert_weights_scale", "expert_weights_norm",
    "expert_gating_func", "expert_group_count", "expert_group_used_count", "expert_group_scale", "swiglu_clamp_exp",
    "swiglu_clamp_shexp", "n_deepstack_layers",
    "use_parallel_residual", "tensor_data_layout", "ssm.dt_b_c_rms", "pooling_type",
}  # fmt: skip
NEUTRAL = {"attention.causal": (True,), "attention.max_alibi_bias": (0, 0.0)}

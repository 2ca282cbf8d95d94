"""What `config.json` may say, kind of model by kind: the keys that sizes and caches follow from, with the defaults of
the kind's own class in transformers, and those that change neither. Any other key is refused (see `config_json.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ConfigKind:
    """A kind of models. `defaults`: of keys that are not said, but for the width and the layers, which must be; None:
    it follows from others. `called`: what else a key may be called. `slides`: which layers look back over a window
    only: "none", "all", "all, if use_sliding_window", "from max_window_layers", or "but every n-th". `neutral`: further
    values that change nothing."""

    defaults: Mapping[str, Any]
    slides: str = "none"
    called: Mapping[str, str] = field(default_factory=dict)
    neutral: Mapping[str, tuple] = field(default_factory=dict)
    gated: bool = True  # an MLP of three matrices
    fused: bool = False  # queries, keys and values are one matrix


def _of(
    vocabulary: int,
    context: int,
    heads: int,
    kv_heads: int | None,
    hidden: int | None,
    head: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    sizes = {"vocab_size": vocabulary, "max_position_embeddings": context, "intermediate_size": hidden}
    attention = {"num_attention_heads": heads, "num_key_value_heads": kv_heads, "head_dim": head}
    return sizes | attention | {"tie_word_embeddings": False, "layer_types": None} | more


EXPERTS, ROUTED = {"num_experts": "num_local_experts"}, {"n_routed_experts": "num_local_experts"}
DEEPSEEK = {
    "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128,
}  # fmt: skip
SWITCHED = {"use_sliding_window": False, "sliding_window": 4096}
QWEN = SWITCHED | {"max_window_layers": 28}
LAYERS_OF_MOE = {"mlp_only_layers": [], "decoder_sparse_step": 1}
STRAY = ("sliding_window", "use_sliding_window")  # idle where no layer slides
GEMMA_3 = ConfigKind(
    _of(262208, 131072, 8, 4, 9216, 256, tie_word_embeddings=True, sliding_window=4096, sliding_window_pattern=6),
    "but every n-th",
)
KINDS: dict[str, ConfigKind] = {
    "llama": ConfigKind(_of(32000, 2048, 32, None, 11008)),
    "mistral": ConfigKind(_of(32000, 131072, 32, 8, 14336, sliding_window=4096), "all"),
    "mixtral": ConfigKind(
        _of(32000, 131072, 32, 8, 14336, sliding_window=None, num_local_experts=8, num_experts_per_tok=2),
        "all",
        EXPERTS,
    ),
    "qwen2": ConfigKind(_of(151936, 32768, 32, 32, 22016, **QWEN), "from max_window_layers"),
    "qwen3": ConfigKind(_of(151936, 32768, 32, 32, 22016, 128, **QWEN), "from max_window_layers"),
    "qwen3_moe": ConfigKind(
        _of(
            151936,
            32768,
            32,
            4,
            6144,
            num_local_experts=128,
            num_experts_per_tok=8,
            moe_intermediate_size=768,
            **SWITCHED,
            **LAYERS_OF_MOE,
        ),
        "all, if use_sliding_window",
        EXPERTS,
    ),
    "gemma": ConfigKind(_of(256000, 8192, 16, 16, 24576, 256, tie_word_embeddings=True)),
    "gemma2": ConfigKind(
        _of(256000, 8192, 8, 4, 9216, 256, tie_word_embeddings=True, sliding_window=4096),
        "but every n-th",
        neutral={"sliding_window_pattern": (2,)},
    ),
    "gemma3": GEMMA_3,
    "gemma3_text": GEMMA_3,
    "phi3": ConfigKind(_of(32064, 4096, 32, None, 8192, sliding_window=None), "all", fused=True),
    "gpt2": ConfigKind(
        {
            "vocab_size": 50257,
            "max_position_embeddings": 1024,
            "intermediate_size": None,
            "num_attention_heads": 12,
            "tie_word_embeddings": True,
        },
        called={
            "n_embd": "hidden_size",
            "n_layer": "num_hidden_layers",
            "n_head": "num_attention_heads",
            "n_inner": "intermediate_size",
            "n_positions": "max_position_embeddings",
        },
        gated=False,
        fused=True,
    ),
    "deepseek_v2": ConfigKind(
        _of(
            102400,
            2048,
            32,
            None,
            11008,
            first_k_dense_replace=0,
            n_shared_experts=2,
            moe_intermediate_size=1407,
            num_local_experts=64,
            num_experts_per_tok=None,
            **DEEPSEEK,
        ),
        called=ROUTED,
        neutral={"moe_layer_freq": (1,)},
    ),
    "deepseek_v3": ConfigKind(
        _of(
            129280,
            4096,
            128,
            None,
            18432,
            first_k_dense_replace=3,
            n_shared_experts=1,
            moe_intermediate_size=2048,
            num_local_experts=256,
            num_experts_per_tok=8,
            **DEEPSEEK,
        ),
        called=ROUTED,
        neutral={"moe_layer_freq": (1,)},
    ),
    "gpt_oss": ConfigKind(
        _of(201088, 131072, 64, 8, 2880, 64, num_local_experts=128, num_experts_per_tok=4, sliding_window=128),
        "but every n-th",
        EXPERTS | {"experts_per_token": "num_experts_per_tok"},
    ),
}
EVERY = {"gemma2": 2, "gpt_oss": 2}  # which layer looks back at everything, where no setting says so
WITH_OTHER_PARTS = {"gemma3": "gemma3_text"}  # models that see, too; the part that reads and writes text
NEUTRAL = {  # values at which a key changes neither sizes nor caches; of any other key: null and false
    "cache_implementation": (None, "hybrid", "dynamic"), "pruned_heads": (None, {}), "is_encoder_decoder": (False,),
    "pretraining_tp": (1,), "use_sliding_window": (None, True),
}  # fmt: skip
IDLE = {
    "model_type", "architectures", "transformers_version", "torch_dtype", "dtype", "_name_or_path", "_commit_hash",
    "auto_map", "tokenizer_class", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation",
    "unsloth_version", "unsloth_fixed", "quantization_config", "hidden_act", "hidden_activation", "activation_function",
    "initializer_range", "rms_norm_eps", "layer_norm_epsilon", "use_cache", "pad_token_id", "bos_token_id",
    "eos_token_id", "sep_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id",
    "rope_theta", "rope_scaling", "rope_parameters", "rope_local_base_freq", "rope_interleave", "partial_rotary_factor",
    "original_max_position_embeddings", "attention_bias", "mlp_bias", "attention_dropout", "resid_pdrop", "embd_pdrop",
    "attn_pdrop", "hidden_dropout", "attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar",
    "swiglu_limit", "swiglu_alpha", "initial_context_length", "output_router_logits", "router_aux_loss_coef",
    "router_jitter_noise", "norm_topk_prob", "n_group", "topk_group", "topk_method", "routed_scaling_factor",
    "scoring_func", "aux_loss_alpha", "seq_aux", "ep_size", "num_nextn_predict_layers", "num_mtp_layers", "qk_head_dim",
    "_sliding_window_pattern", "max_window_layers", "n_ctx", "scale_attn_weights", "scale_attn_by_inverse_layer_idx",
    "reorder_and_upcast_attn", "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels",
    "summary_first_dropout", "output_hidden_states", "output_attentions", "output_scores", "return_dict",
    "return_dict_in_generate", "chunk_size_feed_forward", "torchscript", "use_bfloat16", "tf_legacy_loss", "is_decoder",
    "finetuning_task", "id2label", "label2id", "prefix", "problem_type", "task_specific_params",
    "remove_invalid_values", "max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
    "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty",
    "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences",
    "exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens",
}  # fmt: skip
BESIDE_TEXT = {  # of a model that sees, too; its vision tower is not counted
    "text_config", "vision_config", "tie_word_embeddings", "boi_token_index", "eoi_token_index", "image_token_index",
    "boi_token_id", "eoi_token_id", "image_token_id", "mm_tokens_per_image",
}  # fmt: skip

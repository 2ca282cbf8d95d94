"""What `config.json` may say, kind of model by kind: the keys that sizes and caches follow from, with the defaults of
the kind's own class in transformers, and those that change neither. Any other key is refused (see `config_json.py`).
"""

from lessons.estimate.config_dense_kinds import DENSE_KINDS
from lessons.estimate.config_expert_kinds import EXPERT_KINDS
from lessons.estimate.config_hybrid_kinds import HYBRID_KINDS

KINDS = DENSE_KINDS | EXPERT_KINDS | HYBRID_KINDS
STRAY = ("sliding_window", "use_sliding_window")  # idle where no layer slides
WITH_OTHER_PARTS = {  # models that see or hear, too, and the part that reads and writes text: the usual one first
    "gemma3": ("gemma3_text",), "gemma3n": ("gemma3n_text",), "gemma4": ("gemma4_text",), "llama4": ("llama4_text",),
    "qwen3_5": ("qwen3_5_text",), "qwen3_5_moe": ("qwen3_5_moe_text",), "mistral3": ("mistral", "ministral3"),
    "kimi_k25": ("kimi_k2", "deepseek_v3"),
}  # fmt: skip
KINDS |= {kind: KINDS[inner[0]] for kind, inner in WITH_OTHER_PARTS.items() if kind not in KINDS}
DRAFTING = ("num_nextn_predict_layers", "num_mtp_layers", "mtp_num_hidden_layers", "num_mtp_modules")
NEUTRAL = {  # values at which a key changes neither sizes nor caches; of any other key: null and false
    "cache_implementation": (None, "hybrid", "dynamic"), "pruned_heads": (None, {}), "is_encoder_decoder": (False,),
    "pretraining_tp": (1,), "use_sliding_window": (None, True),
}  # fmt: skip
IDLE = {
    "model_type", "architectures", "transformers_version", "torch_dtype", "dtype", "_name_or_path", "_commit_hash",
    "auto_map", "tokenizer_class", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation",
    *DRAFTING, "use_bias", "rotary_pct", "layer_norm_eps", "norm_epsilon", "logit_scale", "residual_dropout",
    "embedding_dropout", "unsloth_version", "unsloth_fixed", "quantization_config", "hidden_act", "hidden_activation",
    "activation_function",
    "initializer_range", "rms_norm_eps", "layer_norm_epsilon", "use_cache", "pad_token_id", "bos_token_id",
    "eos_token_id", "sep_token_id", "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id",
    "rope_theta", "rope_scaling", "rope_parameters", "rope_local_base_freq", "rope_interleave", "partial_rotary_factor",
    "original_max_position_embeddings", "attention_bias", "mlp_bias", "attention_dropout", "resid_pdrop", "embd_pdrop",
    "attn_pdrop", "hidden_dropout", "attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar",
    "swiglu_limit", "swiglu_alpha", "initial_context_length", "output_router_logits", "router_aux_loss_coef",
    "router_jitter_noise", "norm_topk_prob", "n_group", "topk_group", "topk_method", "routed_scaling_factor",
    "scoring_func", "aux_loss_alpha", "seq_aux", "ep_size", "qk_head_dim",
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
    "boi_token_id", "eoi_token_id", "image_token_id", "video_token_id", "mm_tokens_per_image", "vision_start_token_id",
    "vision_end_token_id", "vision_soft_tokens_per_image", "multimodal_projector_bias", "projector_hidden_act",
    "spatial_merge_size", "vision_feature_layer", "language_model_only", "ignore_index", "media_placeholder_token_id",
    "use_unified_vision_chunk", "video_placeholder", "projection_hidden_size", "projection_hidden_act",
    "projection_layer_norm_eps", "projection_ln_eps",
}  # fmt: skip
HEARING = {  # of one that hears
    "audio_config", "audio_token_id", "audio_soft_tokens_per_image", "boa_token_id", "eoa_token_id", "eoa_token_index",
}  # fmt: skip
HEARS = ("gemma3n", "gemma4")

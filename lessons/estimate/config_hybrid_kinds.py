"""Kinds of models with linear layers: what their `config.json` may say (see `config_kinds.py`)."""

from lessons.estimate.config_dense_kinds import GRANITE
from lessons.estimate.config_expert_kinds import EVERY_LAYER, LATENT
from lessons.estimate.config_kind import NUM_EXPERTS, ROUTED_EXPERTS, ConfigKind, routed, sizes

DELTA = {
    "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_num_key_heads": 16,
    "linear_num_value_heads": 32, "full_attention_interval": 4,
}  # fmt: skip
STEPS = {"mlp_only_layers": [], "decoder_sparse_step": 1}
MAMBA_2 = {
    "mamba_n_heads": 128, "mamba_d_head": 64, "mamba_n_groups": 1, "mamba_d_state": 256, "mamba_d_conv": 4,
    "mamba_expand": 2,
}  # fmt: skip
IDLE_IN_MAMBA = (
    "mamba_chunk_size", "mamba_conv_bias", "mamba_proj_bias", "mamba_rms_norm", "mamba_norm_before_gate",
    "mamba_use_mlp", "use_mamba_kernels", "use_mambapy", "use_associative_scan", "num_logits_to_keep",
    "z_loss_coefficient", "time_step_min", "time_step_max", "time_step_floor", "time_step_limit", "projectors_bias",
)  # fmt: skip
IDLE_IN_QWEN = ("attn_output_gate", "mtp_use_dedicated_embeddings", "mamba_ssm_dtype", "output_gate_type")
QWEN_3_5 = ConfigKind(
    sizes(248320, 32768, 16, 4, 12288, 256, **DELTA),
    "linear-but-every-nth",
    neutral={"mlp_only_layers": ([],)},
    idle=IDLE_IN_QWEN,
    linear="gated-delta-net",
    more="gates",
)
QWEN_3_5_MOE = ConfigKind(
    sizes(248320, 32768, 16, 2, None, 256, **DELTA) | routed(256, 8, 512, shared_expert_intermediate_size=512),
    "linear-but-every-nth",
    called=NUM_EXPERTS,
    neutral={"mlp_only_layers": ([],)},
    idle=IDLE_IN_QWEN,
    linear="gated-delta-net",
    more="gates",
)
LIGHTNING = sizes(32000, 131072, 32, 8, 14336, attn_type_list=None) | routed(8, 2)
IDLE_IN_LIGHTNING = (
    "block_size", "postnorm", "rotary_dim", "shared_moe_mode",
    *(f"{part}_{end}_factor" for part in ("full_attn", "linear_attn", "mlp") for end in ("alpha", "beta")),
    *(f"layernorm_{part}_{end}" for part in ("full_attention", "linear_attention", "mlp") for end in ("alpha", "beta")),
)  # fmt: skip
SHORT = {"conv_L_cache": 3, "attn_layer_indices": None}
HYBRID_KINDS: dict[str, ConfigKind] = {
    "qwen3_next": ConfigKind(
        sizes(151936, 32768, 16, 2, 5632, 256, **DELTA, **STEPS)
        | routed(512, 10, 512, shared_expert_intermediate_size=512),
        "linear-but-every-nth",
        "steps",
        called=NUM_EXPERTS,
        neutral={"use_sliding_window": (False,)},
        linear="gated-delta-net",
        more="gates",
    ),
    "qwen3_5": QWEN_3_5,
    "qwen3_5_text": QWEN_3_5,
    "qwen3_5_moe": QWEN_3_5_MOE,
    "qwen3_5_moe_text": QWEN_3_5_MOE,
    "granitemoehybrid": ConfigKind(
        sizes(32000, 2048, 32, None, 11008)
        | routed(8, 2, shared_expert_intermediate_size=1024)
        | MAMBA_2
        | {"attn_layer_indices": ()},
        "linear-by-list",
        called=NUM_EXPERTS
        | {"shared_intermediate_size": "shared_expert_intermediate_size", "layers_block_type": "layer_types"},
        idle=(*IDLE_IN_MAMBA, *GRANITE, "position_embedding_type", "normalization_function", "init_method"),
        linear="mamba-2",
        may_be_zero=("num_local_experts", "num_experts_per_tok"),
    ),
    "bamba": ConfigKind(
        sizes(128000, 262144, 32, 8, 14336, attn_layer_indices=[]) | MAMBA_2,
        "linear-by-list",
        idle=IDLE_IN_MAMBA,
        linear="mamba-2",
    ),
    "falcon_h1": ConfigKind(
        sizes(128000, 8192, 32, 8, 14336) | MAMBA_2 | {"mamba_d_ssm": 1024, "mamba_d_head": 8},
        "both",
        neutral={"attn_layer_indices": (None,)},
        idle=(
            *IDLE_IN_MAMBA, "lm_head_multiplier", "embedding_multiplier", "mlp_multipliers", "key_multiplier",
            "attention_out_multiplier", "attention_in_multiplier", "ssm_multipliers", "ssm_in_multiplier",
            "ssm_out_multiplier",
        ),
        linear="mamba-2",
    ),
    "nemotron_h": ConfigKind(
        sizes(131072, 4096, 32, 8, 21504, 128)
        | routed(8, 2, 7688, shared_expert_intermediate_size=7688, moe_latent_size=None)
        | {
            "mamba_n_heads": 128, "mamba_d_head": 64, "mamba_n_groups": 8, "mamba_d_state": 128, "mamba_d_conv": 4,
            "attn_layer_indices": None,
        },
        "linear-by-list",
        "blocks",
        called=ROUTED_EXPERTS
        | {
            "layers_block_type": "layer_types", "hybrid_override_pattern": "layer_types",
            "mamba_num_heads": "mamba_n_heads", "mamba_head_dim": "mamba_d_head", "n_groups": "mamba_n_groups",
            "ssm_state_size": "mamba_d_state", "conv_kernel": "mamba_d_conv", "attention_head_dim": "head_dim",
            "moe_shared_expert_intermediate_size": "shared_expert_intermediate_size",
        },
        neutral={"n_shared_experts": (1,), "sliding_window": (None,)},
        idle=(
            *IDLE_IN_MAMBA, "mlp_hidden_act", "mamba_hidden_act", "expand", "use_conv_bias", "chunk_size", "use_bias",
            "mamba_ssm_cache_dtype", "moe_shared_expert_overlap", "mtp_layers_block_type", "residual_in_fp32",
            "rescale_prenorm_residual", "norm_eps", "time_step_rank", "mtp_hybrid_override_pattern",
        ),
        gated=False,
        linear="mamba-2",
        more="latent-experts",
    ),
    "lfm2": ConfigKind(
        sizes(65536, 128000, 32, 8, 12288, tie_word_embeddings=True)
        | SHORT
        | {"block_auto_adjust_ff_dim": True, "block_multiple_of": 256, "block_ffn_dim_multiplier": 1.0},
        "linear-by-list",
        called={"full_attn_idxs": "attn_layer_indices", "block_ff_dim": "intermediate_size", "tie_embedding":
                "tie_word_embeddings", "block_dim": "hidden_size", "num_heads": "num_attention_heads"},
        idle=(
            "conv_bias", "conv_dim", "conv_dim_out", "block_mlp_init_scale", "block_norm_eps", "block_out_init_scale",
            "block_use_swiglu", "block_use_xavier_init", "conv_use_xavier_init", "norm_eps", "use_pos_enc",
        ),
        linear="short-convolution",
    ),
    "lfm2_moe": ConfigKind(
        sizes(65536, 128000, 32, 8, 7168, tie_word_embeddings=True)
        | routed(32, 4, 1792, first_k_dense_replace=2)
        | SHORT,
        "linear-by-list",
        called=NUM_EXPERTS
        | {"num_dense_layers": "first_k_dense_replace", "full_attn_idxs": "attn_layer_indices", "tie_embedding":
           "tie_word_embeddings"},
        idle=("conv_bias", "norm_eps", "use_expert_bias"),
        linear="short-convolution",
    ),
    "kimi_linear": ConfigKind(
        sizes(163840, 1048576, 32, None, 9216)
        | routed(256, 8, 1024, first_k_dense_replace=1, n_shared_experts=1, mlp_layer_types=None)
        | LATENT
        | {
            "q_lora_rank": None, "linear_head_dim": 128, "linear_num_heads": 32, "linear_conv_kernel_dim": 4,
            "full_attn_layers": None, "linear_attn_config": None,
        },
        "kimi",
        called=NUM_EXPERTS
        | {
            "num_experts_per_token": "num_experts_per_tok", "num_shared_experts": "n_shared_experts",
            "model_max_length": "max_position_embeddings",
        },
        neutral=EVERY_LAYER,
        idle=(
            "mla_use_nope", "moe_renormalize", "moe_router_activation_func", "use_grouped_topk", "num_expert_group",
        ),
        linear="kimi-delta",
    ),
    "jamba": ConfigKind(
        sizes(65536, 262144, 32, 8, 14336)
        | routed(16, 2)
        | {
            "expert_layer_period": 2, "expert_layer_offset": 1, "attn_layer_period": 8, "attn_layer_offset": 4,
            "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2, "mamba_dt_rank": "auto",
        },
        "linear-but-some",
        "periodic",
        called=NUM_EXPERTS,
        neutral={"sliding_window": (None,)},
        idle=(*IDLE_IN_MAMBA, "mamba_inner_layernorms"),
        linear="mamba",
    ),
    "minimax": ConfigKind(
        LIGHTNING, "linear-by-list", called=NUM_EXPERTS, idle=IDLE_IN_LIGHTNING, linear="lightning"
    ),
    "minimax_m1": ConfigKind(
        LIGHTNING,
        "linear-by-list",
        called=NUM_EXPERTS,
        neutral={"shared_intermediate_size": (0,), "sliding_window": (None,)},
        idle=IDLE_IN_LIGHTNING,
        linear="lightning",
    ),
}  # fmt: skip

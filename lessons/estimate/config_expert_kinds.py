"""Kinds of models with experts, but without linear layers: what their `config.json` may say (see `config_kinds.py`)."""

from lessons.estimate.config_dense_kinds import SWITCHED
from lessons.estimate.config_kind import NUM_EXPERTS, ROUTED_EXPERTS, ConfigKind, routed, sizes

LATENT = {
    "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128,
}  # fmt: skip
EVERY_LAYER = {"moe_layer_freq": (1,)}
DEEPSEEK_3 = sizes(129280, 4096, 128, None, 18432) | routed(
    256, 8, 2048, first_k_dense_replace=3, n_shared_experts=1, **LATENT
)
CHOSEN = {"index_topk": 2048, "index_head_dim": 128, "index_n_heads": 64, "mlp_layer_types": None}
ERNIE = {
    "moe_num_experts": "num_local_experts", "moe_k": "num_experts_per_tok",
    "moe_num_shared_experts": "n_shared_experts",
}  # fmt: skip
HUNYUAN = NUM_EXPERTS | {"moe_topk": "num_experts_per_tok", "num_shared_expert": "n_shared_experts"}
LLAMA_4 = ConfigKind(
    sizes(202048, 131072, 40, 8, 8192, 128)
    | routed(16, 1, intermediate_size_mlp=16384, n_shared_experts=1, interleave_moe_layer_step=1, moe_layers=None)
    | {"attention_chunk_size": 8192, "no_rope_layers": None, "no_rope_layer_interval": 4},
    "chunks",
    "interleaved",
    idle=("use_qk_norm", "attn_temperature_tuning", "floor_scale", "attn_scale", "for_llm_compressor"),
)
GEMMA_4 = ConfigKind(
    sizes(
        262144,
        131072,
        8,
        4,
        9216,
        256,
        tie_word_embeddings=True,
        sliding_window=512,
        num_kv_shared_layers=0,
        hidden_size_per_layer_input=256,
        vocab_size_per_layer_input=262144,
        global_head_dim=512,
        num_global_key_value_heads=None,
        attention_k_eq_v=False,
        use_double_wide_mlp=False,
        enable_moe_block=False,
    )
    | routed(None, None, moe_intermediate_size=None),
    "but-every-nth",
    called=NUM_EXPERTS | {"top_k_experts": "num_experts_per_tok", "expert_intermediate_size": "moe_intermediate_size"},
    neutral={"use_bidirectional_attention": (None, "vision")},
    idle=("per_layer_config",),
    more="gemma4",
    every=6,
)
EXPERT_KINDS: dict[str, ConfigKind] = {
    "mixtral": ConfigKind(
        sizes(32000, 131072, 32, 8, 14336, sliding_window=None) | routed(8, 2), "all", called=NUM_EXPERTS
    ),
    "qwen3_moe": ConfigKind(
        sizes(151936, 32768, 32, 4, 6144, mlp_only_layers=[], decoder_sparse_step=1, **SWITCHED) | routed(128, 8, 768),
        "all",
        "steps",
        called=NUM_EXPERTS,
    ),
    "gpt_oss": ConfigKind(
        sizes(201088, 131072, 64, 8, 2880, 64, sliding_window=128) | routed(128, 4),
        "but-every-nth",
        called=NUM_EXPERTS | {"experts_per_token": "num_experts_per_tok"},
        every=2,
    ),
    "glm4_moe": ConfigKind(
        sizes(151552, 131072, 96, 8, 10944) | routed(128, 8, 1408, first_k_dense_replace=1, n_shared_experts=1),
        called=ROUTED_EXPERTS,
        idle=("use_qk_norm",),
    ),
    "minimax_m2": ConfigKind(
        sizes(200064, 196608, 48, 8, 1536, 128, attn_type_list=None) | routed(256, 8),
        called=NUM_EXPERTS,
        neutral={"shared_intermediate_size": (0,)},
        idle=(
            "rotary_dim", "use_qk_norm", "qk_norm_type", "use_routing_bias", "use_mtp", "mtp_transformer_layers",
        ),
    ),
    "ernie4_5_moe": ConfigKind(
        sizes(103424, 131072, 20, 4, 12288, tie_word_embeddings=True)
        | routed(64, 6, 1536, n_shared_experts=2)
        | {"moe_layer_start_index": 1, "moe_layer_end_index": 27, "moe_layer_interval": 1},
        experts="between",
        called=ERNIE,
        idle=("moe_norm_min", "moe_capacity", "moe_gate", "moe_use_aux_free"),
    ),
    "hunyuan_v1_moe": ConfigKind(
        sizes(290943, 2048, 32, None, 11008) | routed(1, 1, moe_intermediate_size=None, n_shared_experts=1),
        called=HUNYUAN,
        idle=("eod_token_id", "use_qk_norm", "attention_head_dim", "use_mixed_mlp_moe"),
    ),
    "llama4": LLAMA_4,
    "llama4_text": LLAMA_4,
    "gemma4": GEMMA_4,
    "gemma4_text": GEMMA_4,
    "deepseek_v2": ConfigKind(
        sizes(102400, 2048, 32, None, 11008)
        | routed(64, None, 1407, first_k_dense_replace=0, n_shared_experts=2, **LATENT),
        called=ROUTED_EXPERTS,
        neutral=EVERY_LAYER,
    ),
    "deepseek_v3": ConfigKind(DEEPSEEK_3, called=ROUTED_EXPERTS, neutral=EVERY_LAYER),
    "kimi_k2": ConfigKind(DEEPSEEK_3, called=ROUTED_EXPERTS, neutral=EVERY_LAYER),
    "deepseek_v32": ConfigKind(
        DEEPSEEK_3 | CHOSEN | {"max_position_embeddings": 163840},
        "indexed",
        called=ROUTED_EXPERTS,
        neutral=EVERY_LAYER,
        more="indexer",
    ),
    "glm_moe_dsa": ConfigKind(
        DEEPSEEK_3
        | CHOSEN
        | {
            "vocab_size": 154880, "max_position_embeddings": 202752, "num_attention_heads": 64,
            "intermediate_size": 12288, "q_lora_rank": 2048, "qk_nope_head_dim": 192, "v_head_dim": 256,
            "index_n_heads": 32, "indexer_types": None,
        },
        "indexed",
        called=ROUTED_EXPERTS,
        neutral=EVERY_LAYER,
        idle=("indexer_rope_interleave",),
        more="indexer",
    ),
}  # fmt: skip

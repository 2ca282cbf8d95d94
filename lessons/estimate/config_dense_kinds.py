"""Kinds of models without experts and linear layers: what their `config.json` may say (see `config_kinds.py`)."""

from lessons.estimate.config_kind import ConfigKind, sizes

SWITCHED = {"use_sliding_window": False, "sliding_window": 4096}
QWEN = SWITCHED | {"max_window_layers": 28}
GRANITE = ("embedding_multiplier", "logits_scaling", "residual_multiplier", "attention_multiplier")
GEMMA_3 = ConfigKind(
    sizes(262208, 131072, 8, 4, 9216, 256, tie_word_embeddings=True, sliding_window=4096, sliding_window_pattern=6),
    "but-every-nth",
)
GEMMA_3N = ConfigKind(
    sizes(
        262400,
        32768,
        8,
        2,
        16384,
        256,
        tie_word_embeddings=True,
        sliding_window=512,
        num_kv_shared_layers=15,
        hidden_size_per_layer_input=256,
        vocab_size_per_layer_input=262144,
        laurel_rank=64,
        altup_num_inputs=4,
    ),
    "but-every-nth",
    idle=("altup_active_idx", "altup_coef_clip", "altup_correct_scale", "activation_sparsity_pattern"),
    more="gemma3n",
    every=5,
)
GPT_2 = {
    "vocab_size": 50257, "max_position_embeddings": 1024, "intermediate_size": None, "num_attention_heads": 12,
    "tie_word_embeddings": True,
}  # fmt: skip
GPT_2_CALLS = {
    "n_embd": "hidden_size", "n_layer": "num_hidden_layers", "n_head": "num_attention_heads",
    "n_inner": "intermediate_size", "n_positions": "max_position_embeddings",
}  # fmt: skip
DENSE_KINDS: dict[str, ConfigKind] = {
    "llama": ConfigKind(sizes(32000, 2048, 32, None, 11008)),
    "mistral": ConfigKind(sizes(32000, 131072, 32, 8, 14336, sliding_window=4096), "all"),
    "ministral": ConfigKind(sizes(32000, 131072, 32, 8, 14336, sliding_window=4096), "but-every-nth", every=10**6),
    "ministral3": ConfigKind(sizes(131072, 262144, 32, 8, 14336, 128, sliding_window=None), "all"),
    "qwen2": ConfigKind(sizes(151936, 32768, 32, 32, 22016, **QWEN), "from-max_window_layers"),
    "qwen3": ConfigKind(sizes(151936, 32768, 32, 32, 22016, 128, **QWEN), "from-max_window_layers"),
    "gemma": ConfigKind(sizes(256000, 8192, 16, 16, 24576, 256, tie_word_embeddings=True)),
    "gemma2": ConfigKind(
        sizes(256000, 8192, 8, 4, 9216, 256, tie_word_embeddings=True, sliding_window=4096),
        "but-every-nth",
        neutral={"sliding_window_pattern": (2,)},
        every=2,
    ),
    "gemma3": GEMMA_3,
    "gemma3_text": GEMMA_3,
    "gemma3n": GEMMA_3N,
    "gemma3n_text": GEMMA_3N,
    "phi3": ConfigKind(sizes(32064, 4096, 32, None, 8192, sliding_window=None), "all", fused=True),
    "gpt2": ConfigKind(GPT_2, called=GPT_2_CALLS, gated=False, fused=True),
    "smollm3": ConfigKind(
        sizes(128256, 32768, 16, 4, 11008, tie_word_embeddings=True),
        neutral={"use_sliding_window": (False,), "sliding_window": (None,)},
        idle=("no_rope_layers", "no_rope_layer_interval", "max_window_layers"),
    ),
    "olmo2": ConfigKind(sizes(50304, 2048, 32, None, 11008)),
    "olmo3": ConfigKind(sizes(50304, 2048, 32, None, 11008, sliding_window=4096), "but-every-nth", every=4),
    "granite": ConfigKind(sizes(32000, 2048, 32, None, 11008), idle=GRANITE),
    "hunyuan_v1_dense": ConfigKind(sizes(290943, 2048, 32, None, 11008), idle=("eod_token_id", "use_qk_norm")),
    "ernie4_5": ConfigKind(sizes(103424, 131072, 16, 2, 3072, 128, tie_word_embeddings=True)),
    "exaone4": ConfigKind(
        sizes(102400, 2048, 32, 32, 16384, sliding_window=4096, sliding_window_pattern=4), "but-every-nth"
    ),
    "seed_oss": ConfigKind(sizes(155136, 524288, 80, 8, 27648, 128), idle=("attention_out_bias",)),
    "cohere": ConfigKind(sizes(256000, 8192, 64, None, 22528, tie_word_embeddings=True), idle=("use_qk_norm",)),
    "cohere2": ConfigKind(
        sizes(256000, 8192, 64, None, 22528, tie_word_embeddings=True, sliding_window=4096),
        "but-every-nth",
        neutral={"sliding_window_pattern": (4,)},
        idle=("order_of_interleaved_layers", "rotary_pct", "use_embedding_sharing", "use_gated_activation"),
        every=4,
    ),
    "starcoder2": ConfigKind(
        sizes(49152, 4096, 24, 2, 12288, tie_word_embeddings=True, sliding_window=None), "all", gated=False
    ),
    "apertus": ConfigKind(sizes(131072, 65536, 32, None, 14336), idle=("qk_norm", "post_norm"), gated=False),
}  # fmt: skip

"""A model's shape out of the `config.json` that Hugging Face's transformers keeps beside its weights.

Only kinds of models are read whose layers are as `transformer.py` counts them; what is missing, odd, or of another kind is refused
in one sentence, and nothing is guessed.
"""

import json
from collections.abc import Mapping
from typing import Any

from lessons.estimate.transformer import CannotCompute
from lessons.facts.architectures import Architecture

MOST_CHARACTERS = 200_000
KINDS = (
    "llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen3_moe", "gemma", "gemma2", "gemma3", "gemma3_text", "phi3", "gpt2",
    "deepseek_v2", "deepseek_v3", "gpt_oss",
)  # fmt: skip
UNGATED = ("gpt2",)
FUSED = ("gpt2", "phi3")
TIED = ("gemma", "gemma2", "gemma3", "gemma3_text", "gpt2")  # where nothing is said
EVERY = {"gemma2": 2, "gemma3": 6, "gemma3_text": 6}  # which layer is full, where nothing is said
MOST = {"layers": 1_000, "experts": 100_000}  # all else: ten million
NAMES = {
    "layers": ("num_hidden_layers", "n_layer"),
    "d_model": ("hidden_size", "n_embd"),
    "n_heads": ("num_attention_heads", "n_head"),
    "n_kv_heads": ("num_key_value_heads",),
    "head_dim": ("head_dim",),
    "d_ff": ("intermediate_size", "n_inner"),
    "vocab": ("vocab_size",),
    "context": ("max_position_embeddings", "n_positions"),
    "window": ("sliding_window",),
    "mla_kv_lora_rank": ("kv_lora_rank",),
    "mla_rope_dim": ("qk_rope_head_dim",),
    "mla_q_lora_rank": ("q_lora_rank",),
    "mla_nope_dim": ("qk_nope_head_dim",),
    "mla_v_dim": ("v_head_dim",),
    "experts": ("num_local_experts", "n_routed_experts", "num_experts"),
    "experts_active": ("num_experts_per_tok", "experts_per_token"),
    "experts_shared": ("n_shared_experts",),
    "d_ff_expert": ("moe_intermediate_size",),
    "first_dense_layers": ("first_k_dense_replace",),
}
NEEDED = ("layers", "d_model", "n_heads", "vocab")
MAY_BE_ZERO = ("experts_shared", "first_dense_layers", "window")


def shape_of(text: str) -> Architecture:
    """The shape that a `config.json` describes. Raises CannotCompute."""
    config = _read(text)
    kind = config["model_type"]
    found = {name: _number(config, name) for name in NAMES}
    if missing := [NAMES[name][0] for name in NEEDED if found[name] is None]:
        raise CannotCompute(f"config.json does not say its {missing[0]}")
    if found["n_kv_heads"] is None:
        found["n_kv_heads"] = found["n_heads"]
    if found["head_dim"] is None and found["d_model"] % found["n_heads"] and not found["mla_kv_lora_rank"]:
        raise CannotCompute("config.json: hidden_size is no multiple of num_attention_heads, and there is no head_dim")
    found["head_dim"] = found["head_dim"] or max(1, found["d_model"] // found["n_heads"])
    if found["n_heads"] % found["n_kv_heads"]:
        raise CannotCompute("config.json: num_attention_heads is no multiple of num_key_value_heads")
    experts = _experts(kind, found)
    window = found.pop("window")
    full = _full_layers(config, kind, found["layers"], window)
    latent = found["mla_kv_lora_rank"] is not None
    if latent and None in (found["mla_rope_dim"], found["mla_nope_dim"], found["mla_v_dim"]):
        raise CannotCompute(
            "config.json: kv_lora_rank is there, and qk_rope_head_dim, qk_nope_head_dim or v_head_dim is not"
        )
    sliding = found["layers"] - full
    attention = "mla" if latent else "full" if not sliding else "alternating" if full else "sliding"
    return Architecture(
        **(found | experts),
        name="your config.json",
        year=0,
        gated=kind not in UNGATED,
        fused_qkv=kind in FUSED,
        tied_embeddings=_yes(config, "tie_word_embeddings", kind in TIED),
        positions=found["context"] if kind == "gpt2" else None,
        attention=attention,
        sliding_window=window if sliding else None,
        full_layers=full,
        sliding_layers=sliding,
        linear_layers=0,
        kv_shared_layers=0,
        params_total=None,
        params_active=None,
        params_published=None,
        params_published_source="",
        source="config.json that was pasted",
        url="",
        confidence="derived",
        note="",
    )


def _read(text: str) -> Mapping[str, Any]:
    """The settings of the part that reads and writes text."""
    if len(text) > MOST_CHARACTERS:
        raise CannotCompute(f"this is longer than {MOST_CHARACTERS:,} characters: no config.json is")
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CannotCompute("this is no JSON: paste all of a model's config.json, braces included") from error
    if isinstance(config, Mapping) and isinstance(config.get("text_config"), Mapping):
        config = {"model_type": config.get("model_type"), **config["text_config"]}
    if not isinstance(config, Mapping) or not isinstance(config.get("model_type"), str):
        raise CannotCompute("config.json does not say its model_type")
    if config["model_type"] not in KINDS:
        raise CannotCompute(f"cannot compute for a {config['model_type'][:40]!r}: only for {', '.join(KINDS)}")
    return config


def _number(config: Mapping[str, Any], name: str) -> int | None:
    """A whole number of the config, under one of its names; None where it is not there."""
    for called in NAMES[name]:
        value = config.get(called)
        if value is None:
            continue
        most, least = MOST.get(name, 10_000_000), 0 if name in MAY_BE_ZERO else 1
        if type(value) is not int or not least <= value <= most:
            raise CannotCompute(
                f"config.json: {called} is {repr(value)[:40]}, not a whole number from {least} to {most:,}"
            )
        return value
    return None


def _yes(config: Mapping[str, Any], name: str, default: bool) -> bool:
    value = config.get(name, default)
    if not isinstance(value, bool):
        raise CannotCompute(f"config.json: {name} is {repr(value)[:40]}, not true or false")
    return value


def _experts(kind: str, found: Mapping[str, int | None]) -> dict[str, int | None]:
    """The experts, and the size of the others' MLP; none of those where there are none."""
    d_ff = found["d_ff"] or (4 * found["d_model"] if kind == "gpt2" else None)
    none = dict.fromkeys(("experts", "experts_active", "experts_shared", "d_ff_expert", "first_dense_layers"))
    if not found["experts"]:
        if d_ff is None:
            raise CannotCompute("config.json does not say its intermediate_size")
        return {**none, "d_ff": d_ff}
    active, first = found["experts_active"], found["first_dense_layers"] or 0
    if active is None or active > found["experts"]:
        raise CannotCompute("config.json: num_experts_per_tok is not there, or more than there are experts")
    if first > found["layers"]:
        raise CannotCompute("config.json: first_k_dense_replace is more than there are layers")
    size = found["d_ff_expert"] or d_ff
    if size is None:
        raise CannotCompute("config.json does not say how large an expert is")
    return {
        "experts": found["experts"],
        "experts_active": active,
        "experts_shared": found["experts_shared"] or 0,
        "d_ff_expert": size,
        "first_dense_layers": first,
        "d_ff": d_ff if first else None,
    }


def _full_layers(config: Mapping[str, Any], kind: str, layers: int, window: int | None) -> int:
    """How many layers look back at everything."""
    kinds = config.get("layer_types")
    if kinds is not None:
        known = ("full_attention", "sliding_attention")
        if not isinstance(kinds, list) or len(kinds) != layers or any(each not in known for each in kinds):
            raise CannotCompute(
                "config.json: layer_types is no list of full_attention and sliding_attention, one a layer"
            )
        full = kinds.count("full_attention")
    elif not window or not _yes(config, "use_sliding_window", True):
        return layers
    elif kind in EVERY:
        every = config.get("sliding_window_pattern", EVERY[kind])
        if type(every) is not int or every < 1:
            raise CannotCompute(f"config.json: sliding_window_pattern is {repr(every)[:40]}, not a whole number from 1")
        full = layers // every
    elif kind == "gpt_oss":
        raise CannotCompute("config.json does not say its layer_types")
    else:
        full = 0
    if full < layers and not window:
        raise CannotCompute("config.json: some layers slide, and there is no sliding_window")
    return full

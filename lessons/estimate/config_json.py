"""A model's shape out of the `config.json` that Hugging Face's transformers keeps beside its weights.

Only kinds of models are read whose layers are as `transformer.py` counts them. Each key is used, is known to change
neither sizes nor caches, or is refused by name; what is not said has the default of the kind's own class
(`config_kinds.py`).
"""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from lessons.estimate.config_kind import ConfigKind
from lessons.estimate.config_kinds import (
    BESIDE_TEXT,
    DRAFTING,
    HEARING,
    HEARS,
    IDLE,
    KINDS,
    NEUTRAL,
    STRAY,
    WITH_OTHER_PARTS,
)
from lessons.estimate.config_layers import BOTH, FULL, LINEAR, SLIDING, mixers, window, with_experts
from lessons.estimate.config_linear import linear_numbers
from lessons.estimate.config_more import LayerCounts, more_of
from lessons.estimate.config_values import ConfigValues
from lessons.estimate.transformer import CannotCompute
from lessons.facts.architectures import Architecture
from lessons.text import sections

WORDS = sections("estimate")

MOST_CHARACTERS = 200_000
MUST = ("hidden_size", "num_hidden_layers")
LEFT_OUT = {"vision_config": WORDS["vision tower left out"], "audio_config": WORDS["audio tower left out"]}
SEES = LEFT_OUT["vision_config"]
OF_KIMI = {  # in its linear_attn_config
    "head_dim": "linear_head_dim", "num_heads": "linear_num_heads", "short_conv_kernel_size": "linear_conv_kernel_dim",
    "full_attn_layers": "full_attn_layers",
}  # fmt: skip


def shape_of(text: str) -> Architecture:
    """The shape that a `config.json` describes; its `note` says what of the model is left out. Raises CannotCompute.
    `text`: of that file."""
    config, note = _read(text)
    name = config["model_type"]
    _must_be_known(config, name, KINDS[name])
    said = ConfigValues(_flat(config), name, KINDS[name])
    layers, width = said.needed("num_hidden_layers"), said.needed("hidden_size")
    mixing, routed = mixers(said, layers), with_experts(said, layers)
    found = _attention(said, mixing) | _heads(said, width) | _latent(said) | _mlp(said, layers, width, routed)
    found |= _linear(said, mixing, width) | _blocks(said, mixing)
    found |= more_of(said, LayerCounts(layers, found["full_layers"], len(routed)))
    return Architecture(
        **NOTHING_ELSE | found,
        layers=layers,
        d_model=width,
        vocab=said.needed("vocab_size"),
        context=said.number("max_position_embeddings"),
        gated=said.kind.gated,
        fused_qkv=said.kind.fused,
        tied_embeddings=said.yes("tie_word_embeddings"),
        positions=said.needed("max_position_embeddings") if said.name == "gpt2" else None,
        note=note,
    )


NOTHING_ELSE = {
    "name": "your config.json",
    "year": 0,
    "kv_shared_layers": 0,
    "params_total": None,
    "params_active": None,
    "params_published": None,
    "params_published_source": "",
    "source": WORDS["config: source"],
    "url": "",
    "confidence": "derived",
}


def _read(text: str) -> tuple[Mapping[str, Any], str]:
    """The settings of the part that reads and writes text, and what there is beside it."""
    if len(text) > MOST_CHARACTERS:
        raise CannotCompute(WORDS("config: too long", most=MOST_CHARACTERS))
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CannotCompute(WORDS["config: no JSON"]) from error
    kind = config.get("model_type") if isinstance(config, Mapping) else None
    if not isinstance(kind, str):
        raise CannotCompute(WORDS("config: missing", key="model_type"))
    if kind not in KINDS:
        near = ", ".join(get_close_matches(kind[:40], KINDS, 4, 0))
        raise CannotCompute(WORDS("config: unknown kind", kind=repr(kind[:40]), count=len(KINDS), near=near))
    inner = _text_part(config, kind)
    beside = [words for key, words in LEFT_OUT.items() if config.get(key)]
    drafting = [key for key in DRAFTING if type(inner.get(key)) is int and inner[key] > 0]
    return inner, "; ".join([*beside, *([WORDS["drafting layers left out"]] if drafting else [])])


def _text_part(config: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    inner, parts = config.get("text_config"), WITH_OTHER_PARTS.get(kind)
    if parts is None or not isinstance(inner, Mapping):
        return config
    name = inner.get("model_type", parts[0])
    if name not in parts:
        raise CannotCompute(WORDS("config: other text model", kind=kind, needed=" / ".join(parts)))
    known = BESIDE_TEXT | (HEARING if kind in HEARS else set())
    _must_be_known({key: value for key, value in config.items() if key not in known}, kind, KINDS[kind])
    tied = {key: config[key] for key in ("tie_word_embeddings",) if key in config}
    if tied and inner.get("tie_word_embeddings", tied["tie_word_embeddings"]) != tied["tie_word_embeddings"]:
        raise CannotCompute(WORDS["config: tied differs"])
    return inner | {"model_type": name} | tied


def _must_be_known(config: Mapping[str, Any], name: str, kind: ConfigKind) -> None:
    stray = STRAY if kind.slides == "none" and not kind.neutral else ()
    used = {*MUST, *kind.defaults, *kind.called, *kind.idle, *stray}
    for key, value in config.items():
        neutral = kind.neutral.get(key) or NEUTRAL.get(key, (None, False))
        if key not in used | IDLE and not any(type(value) is type(each) and value == each for each in neutral):
            raise CannotCompute(WORDS("config: not modelled", key=key[:40], value=repr(value)[:40], kind=name))


def _flat(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what a Kimi says of its linear layers among the rest, and as many layers as a Nemotron's list has."""
    inner, blocks = config.get("linear_attn_config"), config.get("layers_block_type")
    if config["model_type"] == "nemotron_h" and isinstance(blocks, list):
        return {"num_hidden_layers": len(blocks)} | config
    if not isinstance(inner, Mapping) or config["model_type"] != "kimi_linear":
        return config
    return config | {OF_KIMI[key]: value for key, value in inner.items() if key in OF_KIMI}


def _attention(said: ConfigValues, mixing: list[str]) -> dict[str, Any]:
    """How many layers look back at everything, over a window, or keep a state."""
    both, full, sliding, linear = (mixing.count(each) for each in (BOTH, FULL, SLIDING, LINEAR))
    linear, full = linear + both, full + both
    latent = said.has("kv_lora_rank")
    kind = "hybrid" if linear else "mla" if latent else "alternating" if full else "sliding"
    return {
        "attention": "full" if full == len(mixing) and not (linear or latent) else kind,
        "sliding_window": window(said) if sliding else None,
        "full_layers": full,
        "sliding_layers": sliding,
        "linear_layers": linear,
    }


def _linear(said: ConfigValues, mixing: list[str], width: int) -> dict[str, Any]:
    if not {LINEAR, BOTH} & set(mixing):
        return {}
    state, convolution, params = linear_numbers(said, width)
    return {
        "linear": said.kind.linear,
        "linear_state": state,
        "linear_conv": convolution,
        "linear_params": params,
    }


def _blocks(said: ConfigValues, mixing: list[str]) -> dict[str, int]:
    """Where MLPs are layers of their own: how many those are."""
    alone = sum(each in ("mlp", "moe") for each in mixing)
    return {"mlp_layers": alone} if said.kind.experts == "blocks" else {}


def _heads(said: ConfigValues, width: int) -> dict[str, int]:
    heads = said.needed("num_attention_heads")
    shared = said.number("num_key_value_heads") or heads
    each = said.number("head_dim")
    if said.has("kv_lora_rank"):
        each = said.needed("qk_nope_head_dim") + said.needed("qk_rope_head_dim")
    if each is None and width % heads:
        raise CannotCompute(WORDS["config: width and heads"])
    if heads % shared:
        raise CannotCompute(WORDS["config: heads and KV heads"])
    return {"n_heads": heads, "n_kv_heads": shared, "head_dim": each or max(1, width // heads)}


def _latent(said: ConfigValues) -> dict[str, int | None]:
    """The numbers of multi-head latent attention."""
    numbers = {
        "mla_kv_lora_rank": "kv_lora_rank",
        "mla_rope_dim": "qk_rope_head_dim",
        "mla_nope_dim": "qk_nope_head_dim",
        "mla_v_dim": "v_head_dim",
    }
    there = said.has("kv_lora_rank")
    found = {name: said.needed(key) if there else None for name, key in numbers.items()}
    return found | {"mla_q_lora_rank": said.number("q_lora_rank") if there else None}


def _mlp(said: ConfigValues, layers: int, width: int, routed: list[int]) -> dict[str, int | None]:
    """The experts, and the size of the others' MLP; none of those where there are none."""
    none = dict.fromkeys(("experts", "experts_active", "experts_shared", "d_ff_expert", "first_dense_layers"))
    if not routed:
        return none | {"d_ff": _hidden(said, width)}
    experts, active = said.needed("num_local_experts"), said.needed("num_experts_per_tok")
    if active > experts:
        raise CannotCompute(WORDS["config: more experts a token"])
    first = layers - len(routed) if routed == list(range(layers - len(routed), layers)) else None
    expert = said.number("moe_intermediate_size") if said.has("moe_intermediate_size") else None
    return {
        "experts": experts,
        "experts_active": active,
        "experts_shared": said.needed("n_shared_experts") if said.has("n_shared_experts") else 0,
        "d_ff_expert": expert or said.needed("intermediate_size"),
        "first_dense_layers": first or 0,
        "expert_layers": len(routed) if first is None else None,
        "d_ff_shared": _shared(said),
        "d_ff": None if first == 0 else _hidden(said, width),
    }


def _shared(said: ConfigValues) -> int | None:
    """The MLP beside experts where it is not as wide as some of them."""
    if said.has("enable_moe_block"):
        return said.needed("intermediate_size")
    return said.needed("shared_expert_intermediate_size") if said.has("shared_expert_intermediate_size") else None


def _hidden(said: ConfigValues, width: int) -> int:
    """The width of the MLP of layers without experts."""
    if said.name == "gpt2" and said.number("intermediate_size") is None:
        return 4 * width
    if said.name == "granitemoehybrid":
        return said.needed("shared_expert_intermediate_size")
    if said.has("block_auto_adjust_ff_dim") and said.yes("block_auto_adjust_ff_dim"):
        return _adjusted(said)
    return said.needed("intermediate_size_mlp" if said.has("intermediate_size_mlp") else "intermediate_size")


def _adjusted(said: ConfigValues) -> int:
    """Two thirds, rounded up to whole blocks (LFM2)."""
    block, factor = said.needed("block_multiple_of"), said.values["block_ffn_dim_multiplier"]
    if not isinstance(factor, float | int) or not 0 < factor < 100:
        raise CannotCompute(WORDS("config: layers differ", key="block_ffn_dim_multiplier"))
    return block * -(-int(factor * int(2 * said.needed("intermediate_size") / 3)) // block)

"""The header of a GGUF file as the `config.json` that says the same, so that both are counted in one way."""

from collections.abc import Callable, Sequence
from typing import Any

from lessons.estimate import gguf_tensors
from lessons.estimate.config_layers import FULL, LINEAR, SLIDING
from lessons.estimate.gguf_said import GgufSaid
from lessons.estimate.gguf_tensors import FileTensor
from lessons.estimate.transformer import CannotCompute
from lessons.text import sections

WORDS = sections("estimate")

WINDOW = "attention.sliding_window"
OF_EXAONE = 64  # layers of the one Exaone 4 that has windows: llama.cpp, src/llama-model.cpp
NO_EXPERTS = {"num_local_experts", "num_experts_per_tok"}  # are 0 in few kinds; others do not say them then
Config = dict[str, Any]


def config_of(said: GgufSaid, tensors: Sequence[FileTensor], layers: int) -> Config:
    """The `config.json` of a model, by transformers' names. Raises CannotCompute. `said`: by its header; `tensors`: of
    its layers, and of none."""
    routed = sorted({each.layer for each in tensors if each.kind.endswith("_exps") and each.layer is not None})
    window = said.number(WINDOW, least=0)
    found = {
        "model_type": said.kind.model_type(bool(routed), bool(window)),
        "hidden_size": _width(said, tensors),
        "num_hidden_layers": layers,
        "vocab_size": gguf_tensors.width(tensors, "token_embd", 0),
        "max_position_embeddings": said.needed("context_length"),
        "tie_word_embeddings": not any(each.part == "head" for each in tensors),
    }
    found |= _heads(said) | _windows(said, window, layers, tensors, bool(routed)) | _mlp(said, tensors, routed, layers)
    found |= LINEAR_NUMBERS[said.kind.linear](said, found["hidden_size"])
    known = said.kind.like(bool(routed), bool(window))
    may = {"model_type", "hidden_size", "num_hidden_layers", *known.defaults} - (NO_EXPERTS - {*known.may_be_zero})
    return {key: value for key, value in found.items() if key in may or (routed and key in NO_EXPERTS)}


def _width(said: GgufSaid, tensors: Sequence[FileTensor]) -> int:
    width, rows = said.needed("embedding_length"), gguf_tensors.width(tensors, "token_embd")
    if width != rows:
        raise CannotCompute(WORDS("header: embedding", width=width, rows=rows))
    return width


def _heads(said: GgufSaid) -> Config:
    heads, width = said.needed("attention.head_count"), said.needed("embedding_length")
    shared, each = said.number("attention.head_count_kv"), said.number("attention.key_length")
    if said.number("attention.kv_lora_rank"):
        return _latent(said, heads)
    if each is None and width % heads:
        raise CannotCompute(WORDS["header: width and heads"])
    each = each or width // heads
    if said.number("attention.value_length") not in (None, each):
        raise CannotCompute(WORDS("header: values", kind=said.name))
    return {"num_attention_heads": heads, "num_key_value_heads": shared or heads, "head_dim": each}


def _latent(said: GgufSaid, heads: int) -> Config:
    """Multi-head latent attention. Without lengths of its own, llama.cpp keeps every head's keys and values
    (src/llama-hparams.cpp, `is_mla`): files from before April 2025."""
    if not said.number("attention.key_length_mla"):
        raise CannotCompute(WORDS["header: old latent attention"])
    turned, keys = said.needed("rope.dimension_count"), said.needed("attention.key_length_mla")
    if keys <= turned:
        raise CannotCompute(WORDS["header: rotary part"])
    return {
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "kv_lora_rank": said.needed("attention.kv_lora_rank"),
        "q_lora_rank": said.number("attention.q_lora_rank"),
        "qk_rope_head_dim": turned,
        "qk_nope_head_dim": keys - turned,
        "v_head_dim": said.needed("attention.value_length_mla"),
    }


def _windows(said: GgufSaid, window: int | None, layers: int, tensors: Sequence[FileTensor], experts: bool) -> Config:
    """How layers look back: over a window, at everything, or by a state."""
    if said.kind.linear:
        return _kinds_of_layers(said, layers, tensors)
    like = said.kind.like(experts, bool(window))
    if like.slides == "all":
        return {"sliding_window": window or None}
    if like.slides != "but-every-nth":
        return {}
    never = window == 0 or (said.name == "exaone4" and window is None and layers != OF_EXAONE)
    slides = [False] * layers if never else said.slides(layers)
    kinds = slides and {"layer_types": [SLIDING if each else FULL for each in slides]}
    return {"sliding_window": window or like.defaults.get("sliding_window") or 1} | (kinds or {})


def _kinds_of_layers(said: GgufSaid, layers: int, tensors: Sequence[FileTensor]) -> Config:
    """By what tensors they have; nothing where attention stands beside a state in all of them."""
    linear, full = gguf_tensors.linear_layers(tensors), gguf_tensors.attending_layers(tensors)
    if said.name == "falcon-h1":
        return {}
    routed = {each.layer for each in tensors if each.kind.endswith("_exps")}
    other = ["moe" if at in routed else "mlp" for at in range(layers)]
    kinds = [LINEAR if at in linear else FULL if at in full else other[at] for at in range(layers)]
    return {"layer_types": kinds}


def _mlp(said: GgufSaid, tensors: Sequence[FileTensor], routed: list[int], layers: int) -> Config:
    """Widths of MLPs and experts, from their last matrices."""
    hidden, beside = (gguf_tensors.width(tensors, kind) for kind in ("ffn_down", "ffn_down_shexp"))
    if not routed:
        return {
            "intermediate_size": hidden,
            "shared_expert_intermediate_size": hidden,
            "num_local_experts": 0,
            "num_experts_per_tok": 0,
            "block_auto_adjust_ff_dim": False,
        }
    one = gguf_tensors.width(tensors, "ffn_down_exps")
    return {
        "intermediate_size": hidden or one,
        "moe_intermediate_size": one,
        "num_local_experts": gguf_tensors.width(tensors, "ffn_down_exps", 0),
        "num_experts_per_tok": said.needed("expert_used_count"),
        "n_shared_experts": (beside or 0) // one if one else 0,
        "shared_expert_intermediate_size": beside or 0,
        "first_k_dense_replace": routed[0],
        "mlp_only_layers": sorted(set(range(layers)) - set(routed)),
        "moe_layer_start_index": routed[0],
        "moe_layer_end_index": routed[-1],
    }


def _delta_net(said: GgufSaid, width: int) -> Config:
    heads = said.needed("ssm.time_step_rank")
    return {
        "linear_conv_kernel_dim": said.needed("ssm.conv_kernel"),
        "linear_key_head_dim": said.needed("ssm.state_size"),
        "linear_num_key_heads": said.needed("ssm.group_count"),
        "linear_num_value_heads": heads,
        "linear_value_head_dim": said.needed("ssm.inner_size") // heads,
    }


def _mamba_2(said: GgufSaid, width: int) -> Config:
    heads, inner = said.needed("ssm.time_step_rank"), said.needed("ssm.inner_size")
    return {
        "mamba_d_conv": said.needed("ssm.conv_kernel"),
        "mamba_d_state": said.needed("ssm.state_size"),
        "mamba_n_groups": said.needed("ssm.group_count"),
        "mamba_n_heads": heads,
        "mamba_d_head": max(inner // heads, 1),
        "mamba_expand": max(inner // width, 1),
        "mamba_d_ssm": inner,
    }


LINEAR_NUMBERS: dict[str, Callable[[GgufSaid, int], Config]] = {
    "": lambda said, width: {},
    "delta": _delta_net,
    "mamba-2": _mamba_2,
    "convolution": lambda said, width: {"conv_L_cache": said.needed("shortconv.l_cache")},
}

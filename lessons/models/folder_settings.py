"""What a model's config.json says it computes. Each setting is honoured, known to change nothing, or refused by its
name.

What a file leaves out is as in the configuration class of its kind in transformers (`LlamaConfig`, `MistralConfig`,
`Qwen2Config`, `Qwen3Config`); a test holds DEFAULTS against them.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lessons.models.bad_file import BadFile, checked
from lessons.models.folder_files import shown
from lessons.models.llama import ACTIVATIONS, Shape
from lessons.text import sections

WORDS = sections("files")

Settings = Mapping[str, Any]
COMMON = {
    "vocab_size": 32_000, "hidden_size": 4_096, "num_hidden_layers": 32, "num_attention_heads": 32,
    "num_key_value_heads": None, "intermediate_size": 11_008, "max_position_embeddings": 2_048, "hidden_act": "silu",
    "rms_norm_eps": 1e-6, "tie_word_embeddings": False, "head_dim": None,
}  # fmt: skip
QWEN = COMMON | {
    "vocab_size": 151_936, "num_key_value_heads": 32, "intermediate_size": 22_016, "max_position_embeddings": 32_768,
    "use_sliding_window": False, "sliding_window": 4_096, "max_window_layers": 28,
}  # fmt: skip
MISTRAL = COMMON | {
    "num_key_value_heads": 8, "intermediate_size": 14_336, "max_position_embeddings": 131_072, "sliding_window": 4_096,
}  # fmt: skip
DEFAULTS: Mapping[str, Settings] = {
    "llama": COMMON | {"attention_bias": False, "mlp_bias": False},
    "mistral": MISTRAL,
    "qwen2": QWEN,
    "qwen3": QWEN | {"head_dim": 128, "attention_bias": False},
}
CAN_BE_NULL = ("num_key_value_heads", "sliding_window")  # in every kind
WINDOWS = ("use_sliding_window", "sliding_window", "max_window_layers")
NOT_READ: Mapping[str, tuple[str, ...]] = {  # what the code of a kind never looks at, whatever it says
    "llama": WINDOWS,  # its attention has no window
    "mistral": ("use_sliding_window", "max_window_layers"),
    "qwen2": ("attention_bias",),  # queries, keys and values always have one
    "qwen3": (),
}
OTHER_NAMES = {"swish": "silu", "gelu_new": "gelu_pytorch_tanh"}  # of activations: the same functions
NEUTRAL: Mapping[str, tuple[Any, ...]] = {  # values with which a setting changes nothing
    "attention_bias": (False,), "mlp_bias": (False,), "is_causal": (True,), "is_encoder_decoder": (False,),
    "add_cross_attention": (False,), "pretraining_tp": (1,), "partial_rotary_factor": (1,),
    "rope_interleaved": (False,),
    "use_mrope": (False,), "chunk_size_feed_forward": (0,), "pruned_heads": ({}, []), "attention_multiplier": (1,),
    "embedding_multiplier": (1,), "residual_multiplier": (1,), "logits_scaling": (1,), "logit_scale": (1,),
    "use_sliding_window": (False,),
}  # fmt: skip
CHANGES_NOTHING = frozenset({
    # where a model is from
    "model_type", "architectures", "dtype", "torch_dtype", "transformers_version", "_name_or_path", "name_or_path",
    "_commit_hash", "unsloth_version", "unsloth_fixed", "is_llama_config", "transformers.js_config", "language",
    "license",
    # what only training needs
    "initializer_range", "attention_dropout", "hidden_dropout", "resid_pdrop", "embd_pdrop", "attn_pdrop", "dropout",
    "classifier_dropout", "gradient_checkpointing", "use_bfloat16", "neftune_noise_alpha",
    # how a library runs it, and what else it gives back
    "use_cache", "output_attentions", "output_hidden_states", "return_dict", "torchscript", "use_flash_attn",
    "attn_implementation", "_attn_implementation", "_flash_attn_2_enabled", "_attn_implementation_autoset",
    "is_decoder", "tie_encoder_decoder", "max_sequence_length", "seq_length", "model_max_length",
    "tie_last_hidden_states",
    # tokens, and how the next one is drawn: that is the tokenizer's, and of generation_config.json
    "bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id", "sep_token_id", "cls_token_id", "mask_token_id",
    "decoder_start_token_id", "bos_token", "eos_token", "pad_token", "unk_token", "tokenizer_class", "prefix",
    "max_length", "min_length", "max_new_tokens", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
    "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty",
    "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "output_scores",
    "return_dict_in_generate", "forced_bos_token_id", "forced_eos_token_id", "remove_invalid_values",
    "exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens",
    # what a model for another task would answer
    "id2label", "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params",
})  # fmt: skip
POSITIONS = ("rope_theta", "rope_scaling", "rope_parameters", "original_max_position_embeddings")
STRETCHED: Mapping[str, tuple[str, ...]] = {  # how positions can be stretched, and the numbers each way needs
    "default": (),
    "linear": ("factor",),
    "llama3": ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"),
}


def shape_of(config: Settings) -> Shape:
    """How large a model is, and what it computes. Raises BadFile for a setting that this app does not compute."""
    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in DEFAULTS:
        raise BadFile(WORDS("folder: kind", kind=shown(kind), supported=", ".join(DEFAULTS)))
    said = {**DEFAULTS[kind], **config}
    for name, value in config.items():
        _must_be_known(kind, name, value)
    positions = _positions(said)
    heads, activation = said["num_attention_heads"], OTHER_NAMES.get(str(said["hidden_act"]), said["hidden_act"])
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise _refused("hidden_act", activation)
    biases = kind in ("llama", "qwen3") and said["attention_bias"]
    shape = checked(
        Shape(
            said["vocab_size"],
            said["hidden_size"],
            said["num_hidden_layers"],
            heads,
            heads if said["num_key_value_heads"] is None else said["num_key_value_heads"],
            said["intermediate_size"],
            said["max_position_embeddings"],
            positions["rope_theta"],
            said["rms_norm_eps"],
            said["tie_word_embeddings"],
            head_width=0 if said["head_dim"] is None else said["head_dim"] or -1,  # 0 is no width
            biases=biases or kind == "qwen2",
            output_bias=biases,
            mlp_biases=kind == "llama" and said["mlp_bias"],
            qk_norm=kind == "qwen3",
            activation=activation,
        )
    )
    _must_have_no_window(kind, said, shape)
    return replace(shape, rope_factors=_factors(positions, shape))


def _must_be_known(kind: str, name: str, value: Any) -> None:
    """Raises BadFile for a setting that may change what is computed, and is none of those that are honoured."""
    if name in DEFAULTS[kind]:
        usual = DEFAULTS[kind][name]
        if (value is None and usual is not None and name not in CAN_BE_NULL) or (
            isinstance(usual, bool) and not isinstance(value, bool)
        ):
            raise _refused(name, value)
    elif not (
        value is None
        or name in CHANGES_NOTHING
        or name in NOT_READ[kind]
        or name in POSITIONS
        or value in NEUTRAL.get(name, ())
        or (name == "layer_types" and isinstance(value, list) and value and value == ["full_attention"] * len(value))
    ):
        raise _refused(name, value)


def _must_have_no_window(kind: str, said: Settings, shape: Shape) -> None:
    """Raises BadFile where a layer looks back on less than the whole context."""
    if "sliding_window" in NOT_READ[kind] or (window := said["sliding_window"]) is None:
        return
    if kind != "mistral":  # Qwen's layers from `max_window_layers` on, unless `layer_types` says that all see all
        first = said["max_window_layers"]
        if type(first) is not int:
            raise _refused("max_window_layers", first)
        if not said["use_sliding_window"] or said.get("layer_types") is not None or first >= shape.layers:
            return
    if type(window) is not int or window < shape.context:
        raise _refused("sliding_window", window)


def _positions(said: Settings) -> dict[str, Any]:
    """The base of the rotary positions and how they are stretched, in one spelling: `rope_theta`, `rope_type` and its
    numbers. What `rope_parameters` says goes before what stands beside it, as in transformers."""
    name = "rope_scaling" if said.get("rope_scaling") else "rope_parameters"
    found = said.get(name) or {}
    if not isinstance(found, dict) or (
        said.get("rope_scaling") and said.get("rope_parameters") not in (None, {}, found)
    ):
        raise _refused(name, found)
    way = found.get("rope_type", found.get("type", "default"))
    if not isinstance(way, str) or way not in STRETCHED:
        raise _refused(f"{name}.rope_type", way)
    beside = {"rope_theta": 10_000.0, "original_max_position_embeddings": said["max_position_embeddings"]}
    numbers = beside | {each: said[each] for each in beside if said.get(each) is not None} | found
    if said.get("original_max_position_embeddings") is not None:
        numbers["original_max_position_embeddings"] = said["original_max_position_embeddings"]
    for each, value in found.items():
        if each not in ("rope_type", "type", "rope_theta", *STRETCHED[way]) and value not in (
            None,
            *NEUTRAL.get(each, ()),
        ):
            raise _refused(f"{name}.{each}", value)
    for each in ("rope_theta", *STRETCHED[way]):
        if type(numbers.get(each)) not in (int, float) or not 0 < numbers[each] < math.inf:
            raise _refused(f"{name}.{each}", numbers.get(each))
    return numbers | {"rope_type": way}


def _factors(positions: Settings, shape: Shape) -> tuple[float, ...]:
    """What the rotation of each pair of a head's numbers is divided by."""
    pairs = shape.head_dim // 2
    if positions["rope_type"] == "default":
        return ()
    factor = positions["factor"]
    if positions["rope_type"] == "linear":
        return (float(factor),) * pairs
    low, high = positions["low_freq_factor"], positions["high_freq_factor"]
    if high <= low:
        raise _refused("high_freq_factor", high)
    turns = [
        positions["original_max_position_embeddings"] / (2 * math.pi * shape.theta ** (2 * pair / shape.head_dim))
        for pair in range(pairs)
    ]  # of each pair within the context it was first trained on; Llama 3.1 keeps the fast ones and slows the others
    kept = [min(max((turn - low) / (high - low), 0.0), 1.0) for turn in turns]
    return tuple(1 / ((1 - share) / factor + share) for share in kept)


def _refused(name: str, value: Any) -> BadFile:
    return BadFile(WORDS("folder: setting", name=" ".join(name.split())[:60], value=shown(value)))

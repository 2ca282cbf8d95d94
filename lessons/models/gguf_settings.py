"""Which settings of a GGUF file this app knows. One that it does not know might change what is computed: then the file
is refused, by that setting's name.

Names: `gguf.constants.Keys`; what llama.cpp does with them: its src/llama-model.cpp and src/llama-hparams.h.
"""

import math
from collections.abc import Mapping
from typing import Any

from lessons.models.bad_file import BadFile
from lessons.models.gguf_header import Header
from lessons.text import sections

WORDS = sections("files")

KINDS = ("llama", "qwen2", "qwen3")  # the networks that `Llama` is; llama.cpp calls Mistral's a llama
ABOUT = (
    "general.",
    "split.",
    "quantize.",
    "imatrix.",
    "mradermacher.",
    "tokenizer.chat_template",
)  # beginnings: no network
SHAPE = {
    "block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count",
    "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.layer_norm_rms_epsilon",
    "rope.dimension_count", "rope.freq_base", "rope.scaling.type", "rope.scaling.factor", "rope.scale_linear",
}  # fmt: skip
# they say nothing that is not in the weights, or belong to what is refused where it is used: YaRN, experts, a window
IDLE = {
    "vocab_size", "tensor_data_layout", "rope.scaling.finetuned", "rope.scaling.original_context_length",
    "rope.scaling.yarn_log_multiplier", "rope.scaling.yarn_ext_factor", "rope.scaling.yarn_attn_factor",
    "rope.scaling.yarn_beta_fast", "rope.scaling.yarn_beta_slow", "expert_used_count", "expert_feed_forward_length",
    "expert_shared_count", "expert_weights_scale", "expert_weights_norm", "expert_gating_func",
    "attention.sliding_window_pattern",
}  # fmt: skip
NEUTRAL = {  # what a setting may be, since it then changes nothing; 0 stands for "none" in llama.cpp
    "expert_count": (0,), "leading_dense_block_count": (0,), "nextn_predict_layers": (0,), "pooling_type": (0,),
    "use_parallel_residual": (False,), "attention.causal": (True,), "attention.max_alibi_bias": (0,),
    "attention.clamp_kqv": (0,), "attn_logit_softcapping": (0,), "final_logit_softcapping": (0,), "logit_scale": (0, 1),
    "embedding_scale": (0, 1), "residual_scale": (0, 1), "attention.output_scale": (0, 1), "attention.scale": (0,),
    "rope.scaling.attn_factor": (1,), "rope.scaling.alpha": (0, 1), "attention.sliding_window": (0,),
}  # fmt: skip
TOKENIZER = {
    "model", "pre", "tokens", "token_type", "scores", "merges", "bos_token_id", "eos_token_id", "eot_token_id",
    "eom_token_id", "eos_token_ids", "add_bos_token", "add_eos_token", "add_space_prefix", "unknown_token_id",
}  # fmt: skip
IDLE_TOKENIZER = {
    "token_type_count", "padding_token_id", "seperator_token_id", "mask_token_id", "cls_token_id", "prefix_token_id",
    "suffix_token_id", "middle_token_id", "fim_pre_token_id", "fim_suf_token_id", "fim_mid_token_id",
    "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id",
}  # fmt: skip
NEUTRAL_TOKENIZER = {
    "add_sep_token": (False,), "add_padding_token": (False,), "add_unknown_token": (False,), "add_mask_token": (False,),
    "add_cls_token": (False,), "remove_extra_whitespaces": (False,), "precompiled_charsmap": ([],),
    "suppress_tokens": ([],),
    "normalizer.lowercase": (False,), "normalizer.strip_accents": (False,),
}  # fmt: skip


def kind_of(header: Header) -> str:
    """Which network a file holds, one of `KINDS`. Raises BadFile where it is another one, or a part of one."""
    settings = header.settings
    kind, of = settings.get("general.architecture"), settings.get("general.type", "model")
    if is_count(parts := settings.get("split.count", 1)) and parts > 1:
        part = settings.get("split.no", 0)
        at = WORDS("gguf: part", number=part + 1) if is_count(part) else WORDS["gguf: some part"]
        raise BadFile(WORDS("gguf: split", part=at, parts=parts))
    if of == "adapter" or "adapter.type" in settings:
        raise BadFile(WORDS["gguf: adapter"])
    if of == "mmproj" or kind == "clip":
        raise BadFile(WORDS["gguf: vision"])
    if of != "model":
        raise BadFile(WORDS("gguf: other content", what=_short(of)))
    experts = settings.get(f"{kind}.expert_count", 0)
    if is_count(experts) and experts > 0:
        raise BadFile(WORDS("gguf: experts", experts=experts))
    if kind not in KINDS:
        raise BadFile(WORDS("gguf: kind", kind=_short(kind), supported=", ".join(KINDS)))
    return kind


def must_be_known(settings: Mapping[str, Any], kind: str) -> None:
    """Raises BadFile with the name of a setting that this app cannot honour."""
    for name, value in settings.items():
        if name.startswith(ABOUT):
            continue
        if name.startswith("tokenizer.ggml."):
            short = name.removeprefix("tokenizer.ggml.")
            fine = short in TOKENIZER | IDLE_TOKENIZER or value in NEUTRAL_TOKENIZER.get(short, ())
        elif name.startswith(f"{kind}."):
            short = name.removeprefix(f"{kind}.")
            fine = short in SHAPE | IDLE or value in NEUTRAL.get(short, ()) or _is_usual(short, value, settings, kind)
        else:
            fine = False
        if not fine:
            raise refused(name, value)


def refused(name: str, value: Any) -> BadFile:
    """What is said of a setting that cannot be honoured."""
    return BadFile(WORDS("gguf: setting", name=name[:60], value=_short(value)))


def _is_usual(short: str, value: Any, settings: Mapping[str, Any], kind: str) -> bool:
    """Whether a setting says what is so without it: a window over the whole context, q·k divided by √d."""
    if short == "attention.sliding_window":
        context = settings.get(f"{kind}.context_length")
        return is_count(value) and is_count(context) and value >= context
    if short == "attention.scale":
        width, heads = settings.get(f"{kind}.embedding_length"), settings.get(f"{kind}.attention.head_count")
        usual = width // heads if is_count(width) and is_count(heads) and heads else 0
        numbers = settings.get(f"{kind}.attention.key_length", usual)  # of a head
        return isinstance(value, float) and is_count(numbers) and math.isclose(value**2 * numbers, 1, rel_tol=1e-5)
    return False


def is_count(value: Any) -> bool:
    """Whether a setting is a number of things."""
    return type(value) is int and value >= 0


def _short(value: Any) -> str:
    return WORDS("gguf: list", length=len(value)) if isinstance(value, list) else repr(value)[:40]

"""The numbers of linear layers, out of a `config.json`: what one keeps of a conversation, and its parameters.

Yang et al., "Gated Delta Networks" (2024); Gu and Dao, "Mamba" (2023); Dao and Gu, "Transformers are SSMs" (2024);
Kimi Team, "Kimi Linear" (2025); Qin et al., "Lightning Attention-2" (2024). Of the tokens that a convolution over k
looks at, the last k − 1 are kept (llama.cpp, src/llama-hparams.cpp, `n_embd_r` and `n_embd_s`).
"""

from collections.abc import Callable
from typing import NamedTuple

from lessons.estimate.config_values import ConfigValues
from lessons.estimate.transformer import CannotCompute
from lessons.text import sections

WORDS = sections("estimate")


class LinearNumbers(NamedTuple):
    """Numbers of one linear layer."""

    state: int  # kept of a conversation, whatever its length
    convolution: int  # of its last tokens
    params: int  # its parameters


def linear_numbers(said: ConfigValues, width: int) -> LinearNumbers:
    """Numbers of one of the linear layers. Raises CannotCompute. `said`: by the config; `width`: of what flows."""
    return BY_KIND[said.kind.linear](said, width)


def _delta_net(said: ConfigValues, width: int) -> LinearNumbers:
    key, value = said.needed("linear_key_head_dim"), said.needed("linear_value_head_dim")
    heads, kernel = said.needed("linear_num_value_heads"), said.needed("linear_conv_kernel_dim")
    keys, values = said.needed("linear_num_key_heads") * key, heads * value
    mixed = 2 * keys + values
    matrices = width * (mixed + values + 2 * heads) + values * width  # queries, keys, values, gate, a, b; output
    return LinearNumbers(heads * key * value, (kernel - 1) * mixed, matrices + kernel * mixed)


def _kimi_delta(said: ConfigValues, width: int) -> LinearNumbers:
    heads, size, kernel = (
        said.needed(key) for key in ("linear_num_heads", "linear_head_dim", "linear_conv_kernel_dim")
    )
    inner = heads * size
    matrices = 4 * width * inner + width * heads + 2 * size * (width + inner)  # two gates of low rank
    return LinearNumbers(heads * size * size, 3 * (kernel - 1) * inner, matrices + 3 * kernel * inner)


def _lightning(said: ConfigValues, width: int) -> LinearNumbers:
    heads = said.needed("num_attention_heads")
    size = said.number("head_dim") or width // heads
    return LinearNumbers(heads * size * size, 0, 5 * width * heads * size)


def _mamba(said: ConfigValues, width: int) -> LinearNumbers:
    state, kernel, inner = (
        said.needed("mamba_d_state"),
        said.needed("mamba_d_conv"),
        said.needed("mamba_expand") * width,
    )
    rank = -(-width // 16) if said.values["mamba_dt_rank"] == "auto" else said.needed("mamba_dt_rank")
    matrices = 3 * width * inner + inner * (rank + 2 * state) + rank * inner + inner * state
    return LinearNumbers(inner * state, (kernel - 1) * inner, matrices + kernel * inner)


def _mamba_2(said: ConfigValues, width: int) -> LinearNumbers:
    heads, state, kernel = (said.needed(key) for key in ("mamba_n_heads", "mamba_d_state", "mamba_d_conv"))
    inner = _inner(said, heads, width)
    mixed = inner + 2 * said.needed("mamba_n_groups") * state
    return LinearNumbers(
        inner * state, (kernel - 1) * mixed, width * (inner + mixed + heads) + kernel * mixed + inner * width
    )


def _inner(said: ConfigValues, heads: int, width: int) -> int:
    """The width inside. Raises CannotCompute where heads do not fit it."""
    inner = said.number("mamba_d_ssm") if said.has("mamba_d_ssm") else None
    if inner is None and said.has("mamba_expand"):
        inner = said.needed("mamba_expand") * width
    size = inner // heads if inner and said.values["mamba_d_head"] == "auto" else said.needed("mamba_d_head")
    if inner is not None and heads * size != inner:
        raise CannotCompute(WORDS["config: Mamba heads"])
    return heads * size


def _short_convolution(said: ConfigValues, width: int) -> LinearNumbers:
    kernel = said.needed("conv_L_cache")
    return LinearNumbers(0, (kernel - 1) * width, 4 * width * width + kernel * width)


BY_KIND: dict[str, Callable[[ConfigValues, int], LinearNumbers]] = {
    "gated-delta-net": _delta_net,
    "kimi-delta": _kimi_delta,
    "lightning": _lightning,
    "mamba": _mamba,
    "mamba-2": _mamba_2,
    "short-convolution": _short_convolution,
}

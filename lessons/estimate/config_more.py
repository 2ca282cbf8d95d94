"""What some kinds of models have besides attention, MLPs and experts, out of a `config.json`: gates, embeddings in
layers, heads of another size."""

from collections.abc import Callable
from typing import Any, NamedTuple

from lessons.estimate.config_values import ConfigValues
from lessons.estimate.transformer import CannotCompute
from lessons.text import sections

WORDS = sections("estimate")


class LayerCounts(NamedTuple):
    """How many layers there are of a kind."""

    all: int  # of any kind
    full: int  # that look back at everything
    routed: int  # with experts


def more_of(said: ConfigValues, layers: LayerCounts) -> dict[str, Any]:
    """Fields of an Architecture. Raises CannotCompute. `said`: by the config; `layers`: how many of each kind."""
    return MORE[said.kind.more](said, layers) if said.kind.more else {}


def _gates(said: ConfigValues, layers: LayerCounts) -> dict[str, Any]:
    """One beside the queries, one of what shared experts add (Qwen3-Next, Qwen3.5)."""
    width, inner = said.needed("hidden_size"), said.needed("num_attention_heads") * said.needed("head_dim")
    return {"more": layers.full * width * inner + layers.routed * width}


def _gemma_3n(said: ConfigValues, layers: LayerCounts) -> dict[str, Any]:
    """Embeddings in layers; "LAuReL", and "AltUp" of four streams (Gemma 3n, 2025)."""
    width, streams = said.needed("hidden_size"), said.needed("altup_num_inputs")
    laurel = 2 * width * said.needed("laurel_rank")
    altup = streams * streams + streams**3 + width * streams
    found = _embeddings_in_layers(said, layers.all)
    found["more"] += layers.all * (laurel + altup) + 2 * (streams - 1) * width * width
    return found | {"kv_shared_layers": _sharing(said, layers.all)}


def _gemma_4(said: ConfigValues, layers: LayerCounts) -> dict[str, Any]:
    """Other heads in full layers, of which values may be the keys; in layers that share them, an MLP twice as wide."""
    found = _embeddings_in_layers(said, layers.all)
    shared, alike = _sharing(said, layers.all), said.yes("attention_k_eq_v")
    if said.yes("use_double_wide_mlp"):
        found["more"] += shared * 3 * said.needed("hidden_size") * said.needed("intermediate_size")
    others = said.number("num_global_key_value_heads") if alike else None
    heads = {"full_head_dim": said.needed("global_head_dim"), "full_kv_heads": others, "values_are_keys": alike}
    return found | heads | {"kv_shared_layers": shared}


def _sharing(said: ConfigValues, layers: int) -> int:
    """Layers that use the keys and values of others: not all can."""
    shared, key = said.needed("num_kv_shared_layers"), "num_kv_shared_layers"
    if shared >= layers:
        raise CannotCompute(WORDS("config: no whole number", key=key, value=shared, least=0, most=layers - 1))
    return shared


def _embeddings_in_layers(said: ConfigValues, layers: int) -> dict[str, Any]:
    width, each = said.needed("hidden_size"), said.needed("hidden_size_per_layer_input")
    looked_up = said.needed("vocab_size_per_layer_input") * layers * each
    return {"looked_up": looked_up or None, "more": 3 * layers * width * each}


def _indexer(said: ConfigValues, layers: LayerCounts) -> dict[str, Any]:
    keys = {"index_heads": "index_n_heads", "index_dim": "index_head_dim", "index_topk": "index_topk"}
    return {name: said.needed(key) for name, key in keys.items()}


def _latent_experts(said: ConfigValues, layers: LayerCounts) -> dict[str, Any]:
    """Experts may read a narrower vector (Nemotron 3 Super)."""
    narrow = said.number("moe_latent_size")
    more = layers.routed * 2 * said.needed("hidden_size") * narrow if narrow else None
    return {"d_expert": narrow, "more": more}


MORE: dict[str, Callable[[ConfigValues, LayerCounts], dict[str, Any]]] = {
    "gates": _gates,
    "gemma3n": _gemma_3n,
    "gemma4": _gemma_4,
    "indexer": _indexer,
    "latent-experts": _latent_experts,
}

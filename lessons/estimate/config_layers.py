"""What each layer of a model is, out of its `config.json`: how it looks at other tokens, and whether it has experts."""

from collections.abc import Callable

from lessons.estimate.config_values import ConfigValues
from lessons.estimate.transformer import CannotCompute
from lessons.text import sections

WORDS = sections("estimate")

FULL, SLIDING, LINEAR, BOTH, NONE = "full_attention", "sliding_attention", "linear_attention", "both", "none"
WINDOWS = {FULL: FULL, SLIDING: SLIDING}
CHUNKS = {FULL: FULL, "chunked_attention": SLIDING}
HYBRID = {FULL: FULL, "attention": FULL, LINEAR: LINEAR, "mamba": LINEAR, "conv": LINEAR}
BLOCKS = HYBRID | {"M": LINEAR, "*": FULL, "-": "mlp", "E": "moe", "mlp": "mlp", "moe": "moe"}
MLPS = {"dense": False, "sparse": True}
Mixers = Callable[[ConfigValues, int], list[str]]


def mixers(said: ConfigValues, layers: int) -> list[str]:
    """Of each layer: FULL, SLIDING, LINEAR, BOTH (attention beside a linear layer), or neither. Raises CannotCompute.
    `said`: by the config; `layers`: how many."""
    found = MIXERS[said.kind.slides](said, layers)
    if SLIDING in found and not window(said):
        raise CannotCompute(WORDS["config: no window"])
    return found


def window(said: ConfigValues) -> int | None:
    """How far layers look back that do not look at everything. `said`: by the config."""
    if said.has("attention_chunk_size"):
        return said.number("attention_chunk_size")
    if said.kind.slides == "none" or (said.has("use_sliding_window") and not said.yes("use_sliding_window")):
        return None
    return said.number("sliding_window")


def with_experts(said: ConfigValues, layers: int) -> list[int]:
    """The layers that have experts. Raises CannotCompute. `said`: by the config; `layers`: how many."""
    off = said.has("enable_moe_block") and not said.yes("enable_moe_block")
    if off or not said.has("num_local_experts") or not said.number("num_local_experts"):
        return []
    given = said.listed("mlp_layer_types", MLPS, layers)
    if given is not None:
        return [at for at in range(layers) if given[at]]
    return EXPERTS[said.kind.experts](said, layers)


def _list(said: ConfigValues, layers: int) -> list[str] | None:
    return said.listed("layer_types", WINDOWS, layers)


def _alike(said: ConfigValues, layers: int) -> list[str]:
    """All of them have a window, if there is one."""
    found = [SLIDING if window(said) else FULL] * layers
    said.listed("attn_type_list", {1: FULL}, layers)
    if _list(said, layers) not in (None, found):
        raise CannotCompute(WORDS("config: all layers alike", kind=said.name))
    return found


def _from_the_first(said: ConfigValues, layers: int) -> list[str]:
    first = said.needed("max_window_layers") if window(said) else layers
    return _list(said, layers) or [SLIDING if at >= first else FULL for at in range(layers)]


def _but_every_nth(said: ConfigValues, layers: int) -> list[str]:
    """All but every n-th have a window: by a list, a number or letters as LLLG."""
    if given := _list(said, layers):
        return given
    every = said.values.get("sliding_window_pattern", said.kind.every)
    if isinstance(every, str):
        letters = said.listed("sliding_window_pattern", {"L": SLIDING, "G": FULL}) or [FULL]
        return [letters[at % len(letters)] for at in range(layers - 1)] + [FULL]
    every = said.needed("sliding_window_pattern") if said.has("sliding_window_pattern") else every
    found = [SLIDING if (at + 1) % every else FULL for at in range(layers)]
    return found[:-1] + [FULL] if said.name.startswith("gemma4") else found


def _indexed(said: ConfigValues, layers: int) -> list[str]:
    """Each attends to what its own indexer chooses."""
    said.listed("indexer_types", {"full": FULL}, layers)
    return said.listed("layer_types", {"indexed_attention": FULL, FULL: FULL}, layers) or [FULL] * layers


def _in_chunks(said: ConfigValues, layers: int) -> list[str]:
    """Layers with rotary positions look back over a chunk."""
    if given := said.listed("layer_types", CHUNKS, layers):
        return given
    turned = said.listed("no_rope_layers", {0: FULL, 1: SLIDING}, layers)
    every = said.needed("no_rope_layer_interval")
    found = turned or [SLIDING if (at + 1) % every else FULL for at in range(layers)]
    return found if window(said) else [FULL] * layers


def _linear_but_every_nth(said: ConfigValues, layers: int) -> list[str]:
    every = said.needed("full_attention_interval")
    given = said.listed("layer_types", HYBRID, layers)
    return given or [LINEAR if (at + 1) % every else FULL for at in range(layers)]


def _linear_by_list(said: ConfigValues, layers: int) -> list[str]:
    """By a list of kinds, of letters, of zeros and ones, or of the layers that attend; there is no default."""
    if given := said.listed("layer_types", BLOCKS if said.has("moe_latent_size") else HYBRID, layers):
        return given
    if given := said.listed("attn_type_list", {0: LINEAR, 1: FULL}, layers):
        return given
    places = said.listed("attn_layer_indices", range(layers)) or said.kind.defaults.get("attn_layer_indices")
    if places is None:
        raise CannotCompute(WORDS("config: missing", key="layer_types"))
    places = set(places)
    return [FULL if at in places else LINEAR for at in range(layers)]


def _linear_but_some(said: ConfigValues, layers: int) -> list[str]:
    every, first = said.needed("attn_layer_period"), said.needed("attn_layer_offset")
    return [FULL if at % every == first else LINEAR for at in range(layers)]


def _of_kimi(said: ConfigValues, layers: int) -> list[str]:
    """Layers are counted from 1 in its own files."""
    if given := said.listed("layer_types", HYBRID, layers):
        return given
    places = said.listed("full_attn_layers", range(1, layers + 1))
    if places is None:
        raise CannotCompute(WORDS("config: missing", key="layer_types"))
    places = set(places)
    return [FULL if at + 1 in places else LINEAR for at in range(layers)]


MIXERS: dict[str, Mixers] = {
    "none": _alike,
    "all": _alike,
    "from-max_window_layers": _from_the_first,
    "but-every-nth": _but_every_nth,
    "chunks": _in_chunks,
    "indexed": _indexed,
    "linear-but-every-nth": _linear_but_every_nth,
    "linear-by-list": _linear_by_list,
    "linear-but-some": _linear_but_some,
    "kimi": _of_kimi,
    "both": lambda said, layers: [BOTH] * layers,
}


def _after_the_first(said: ConfigValues, layers: int) -> list[int]:
    first = said.needed("first_k_dense_replace") if said.has("first_k_dense_replace") else 0
    return list(range(first, layers))


def _of_steps(said: ConfigValues, layers: int) -> list[int]:
    only, step = set(said.listed("mlp_only_layers", range(1_000)) or []), said.needed("decoder_sparse_step")
    return [at for at in range(step - 1, layers, step) if at not in only]


def _between(said: ConfigValues, layers: int) -> list[int]:
    last, step = said.values["moe_layer_end_index"], said.needed("moe_layer_interval")
    first, last = said.needed("moe_layer_start_index"), layers if last == -1 else said.needed("moe_layer_end_index")
    return [at for at in range(step - 1, layers, step) if first <= at <= last]


def _interleaved(said: ConfigValues, layers: int) -> list[int]:
    step, places = said.needed("interleave_moe_layer_step"), said.listed("moe_layers", range(layers))
    return list(range(step - 1, layers, step)) if places is None else sorted(set(places))


def _periodic(said: ConfigValues, layers: int) -> list[int]:
    """None where there is one expert: that is an MLP."""
    period, first = said.needed("expert_layer_period"), said.needed("expert_layer_offset")
    return [at for at in range(layers) if at % period == first] if said.needed("num_local_experts") > 1 else []


def _of_blocks(said: ConfigValues, layers: int) -> list[int]:
    return [at for at, block in enumerate(mixers(said, layers)) if block == "moe"]


EXPERTS: dict[str, Callable[[ConfigValues, int], list[int]]] = {
    "first": _after_the_first,
    "steps": _of_steps,
    "between": _between,
    "interleaved": _interleaved,
    "periodic": _periodic,
    "blocks": _of_blocks,
}

"""What a kind of models is called in `config.json`, and how its layers follow from what is said there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ConfigKind:
    """A kind of models. `defaults`: of keys that are not said, but for the width and the layers, which must be; None:
    it follows from others. `called`: what else a key may be called. `neutral`: further values that change nothing.
    `idle`: further keys that change neither sizes nor caches."""

    defaults: Mapping[str, Any]
    slides: str = "none"  # how it is found which layers look back over a window only: a key of config_layers.MIXERS
    experts: str = "first"  # how it is found which layers have experts: a key of config_layers.EXPERTS
    called: Mapping[str, str] = field(default_factory=dict)
    neutral: Mapping[str, tuple] = field(default_factory=dict)
    idle: tuple[str, ...] = ()
    gated: bool = True  # an MLP of three matrices
    fused: bool = False  # queries, keys and values are one matrix
    linear: str = ""  # what its linear layers are: one of architectures.LINEAR
    more: str = ""  # what it has besides: a key of config_more.MORE
    may_be_zero: tuple[str, ...] = ()  # numbers that may be 0 in this kind
    every: int = 0  # which layer looks back at everything, where no setting says so


def sizes(
    vocabulary: int,
    context: int | None,
    heads: int,
    kv_heads: int | None,
    hidden: int | None,
    head: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Defaults by their keys. `vocabulary`: its words; `context`: the most tokens; `heads`, `kv_heads`: of queries, and
    of keys and values; `hidden`: of the MLP; `head`: numbers in a head; `more`: further defaults."""
    found = {"vocab_size": vocabulary, "max_position_embeddings": context, "intermediate_size": hidden}
    attention = {"num_attention_heads": heads, "num_key_value_heads": kv_heads, "head_dim": head}
    return found | attention | {"tie_word_embeddings": False, "layer_types": None} | more


def routed(experts: int | None, active: int | None, hidden: int | None = None, **more: Any) -> dict[str, Any]:
    """Defaults of experts. `experts`: how many; `active`: those that a token uses; `hidden`: of one of them; None: as
    the MLP; `more`: further defaults."""
    found = {"num_local_experts": experts, "num_experts_per_tok": active}
    return found | ({"moe_intermediate_size": hidden} if hidden else {}) | more


NUM_EXPERTS, ROUTED_EXPERTS = {"num_experts": "num_local_experts"}, {"n_routed_experts": "num_local_experts"}

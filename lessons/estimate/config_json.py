"""A model's shape out of the `config.json` that Hugging Face's transformers keeps beside its weights.

Only kinds of models are read whose layers are as `transformer.py` counts them. Each key is used, is known to change
neither sizes nor caches, or is refused by name; what is not said has the default of the kind's own class
(`config_kinds.py`).
"""

import json
from collections.abc import Mapping
from typing import Any

from lessons.estimate.config_kinds import BESIDE_TEXT, EVERY, IDLE, KINDS, NEUTRAL, STRAY, WITH_OTHER_PARTS, ConfigKind
from lessons.estimate.transformer import CannotCompute
from lessons.facts.architectures import Architecture
from lessons.text import sections

WORDS = sections("estimate")

MOST_CHARACTERS = 200_000
LARGEST = {"num_hidden_layers": 1_000, "num_local_experts": 100_000}  # all else: ten million
MUST = ("hidden_size", "num_hidden_layers")
MAY_BE_ZERO = ("n_shared_experts", "first_k_dense_replace", "max_window_layers")
MAY_BE_NULL = ("num_key_value_heads", "q_lora_rank", "sliding_window")
FULL, SLIDING = "full_attention", "sliding_attention"
SEES = WORDS["vision tower left out"]


class ConfigValues:
    """What a config says of the text model in it, defaults included, by transformers' names of the keys."""

    def __init__(self, config: Mapping[str, Any], name: str):
        self.name, self.kind = name, KINDS[name]
        _must_be_known(config, name, self.kind)
        self.values, self.called = dict(self.kind.defaults), {}
        for key, value in config.items():
            known = self.kind.called.get(key, key)
            if known in self.called and self.values[known] != value:
                raise CannotCompute(WORDS("config: two names", one=self.called[known], other=key))
            self.values[known], self.called[known] = value, key

    def number(self, key: str) -> int | None:
        """A whole number; None where it is null, or follows from others. Raises CannotCompute."""
        value, called = self.values.get(key), self.called.get(key, key)
        if value is None:
            if key in self.called and key not in MAY_BE_NULL and self.kind.defaults.get(key) is not None:
                raise CannotCompute(WORDS("config: null", key=called, kind=self.name))
            return None
        most, least = LARGEST.get(key, 10_000_000), 0 if key in MAY_BE_ZERO else 1
        if type(value) is not int or not least <= value <= most:
            raise CannotCompute(
                WORDS("config: no whole number", key=called, value=repr(value)[:40], least=least, most=most)
            )
        return value

    def needed(self, key: str) -> int:
        """A whole number that must be there. Raises CannotCompute where it is not."""
        value = self.number(key)
        if value is None:
            names = [other for other, known in self.kind.called.items() if known == key]
            raise CannotCompute(WORDS("config: missing", key=self.called.get(key) or (names or [key])[0]))
        return value

    def yes(self, key: str) -> bool:
        """True or false. Raises CannotCompute for anything else."""
        value = self.values[key]
        if not isinstance(value, bool):
            raise CannotCompute(WORDS("config: not true or false", key=key, value=repr(value)[:40]))
        return value

    def has(self, key: str) -> bool:
        """Whether models of this kind have such a thing."""
        return key in self.kind.defaults


def shape_of(text: str) -> Architecture:
    """The shape that a `config.json` describes; its `note` says what of the model is left out. Raises CannotCompute.
    `text`: of that file."""
    config, note = _read(text)
    said = ConfigValues(config, config["model_type"])
    layers, width = said.needed("num_hidden_layers"), said.needed("hidden_size")
    full, window = _full_layers(said, layers)
    latent = said.has("kv_lora_rank")
    return Architecture(
        **_heads(said, width) | _latent(said) | _mlp(said, layers, width),
        name="your config.json",
        year=0,
        layers=layers,
        d_model=width,
        vocab=said.needed("vocab_size"),
        context=said.number("max_position_embeddings"),
        gated=said.kind.gated,
        fused_qkv=said.kind.fused,
        tied_embeddings=said.yes("tie_word_embeddings"),
        positions=said.needed("max_position_embeddings") if said.name == "gpt2" else None,
        attention="mla" if latent else "full" if full == layers else "alternating" if full else "sliding",
        sliding_window=None if full == layers else window,
        full_layers=full,
        sliding_layers=layers - full,
        linear_layers=0,
        kv_shared_layers=0,
        params_total=None,
        params_active=None,
        params_published=None,
        params_published_source="",
        source=WORDS["config: source"],
        url="",
        confidence="derived",
        note=note,
    )


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
        raise CannotCompute(WORDS("config: unknown kind", kind=repr(kind[:40]), known=", ".join(KINDS)))
    inner = config.get("text_config")
    if kind not in WITH_OTHER_PARTS or not isinstance(inner, Mapping):
        return config, ""
    if inner.get("model_type", WITH_OTHER_PARTS[kind]) != WITH_OTHER_PARTS[kind]:
        raise CannotCompute(WORDS("config: other text model", kind=kind, needed=WITH_OTHER_PARTS[kind]))
    _must_be_known({key: value for key, value in config.items() if key not in BESIDE_TEXT}, kind, KINDS[kind])
    tied = {key: config[key] for key in ("tie_word_embeddings",) if key in config}
    if tied and inner.get("tie_word_embeddings", tied["tie_word_embeddings"]) != tied["tie_word_embeddings"]:
        raise CannotCompute(WORDS["config: tied differs"])
    return inner | {"model_type": WITH_OTHER_PARTS[kind]} | tied, SEES if config.get("vision_config") else ""


def _must_be_known(config: Mapping[str, Any], name: str, kind: ConfigKind) -> None:
    used = {*MUST, *kind.defaults, *kind.called, *(STRAY if kind.slides == "none" else ())}
    for key, value in config.items():
        neutral = kind.neutral.get(key) or NEUTRAL.get(key, (None, False))
        if key not in used | IDLE and not any(type(value) is type(each) and value == each for each in neutral):
            raise CannotCompute(WORDS("config: not modelled", key=key[:40], value=repr(value)[:40], kind=name))


def _heads(said: ConfigValues, width: int) -> dict[str, int]:
    heads = said.needed("num_attention_heads")
    shared = said.number("num_key_value_heads") or heads
    each = said.number("head_dim")
    if each is None and width % heads and not said.has("kv_lora_rank"):
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


def _mlp(said: ConfigValues, layers: int, width: int) -> dict[str, int | None]:
    """The experts, and the size of the others' MLP; none of those where there are none."""
    none = dict.fromkeys(("experts", "experts_active", "experts_shared", "d_ff_expert", "first_dense_layers"))
    first = _first_dense(said, layers)
    if first == layers:
        hidden = 4 * width if said.name == "gpt2" and said.number("intermediate_size") is None else None
        return none | {"d_ff": hidden or said.needed("intermediate_size")}
    experts, active = said.needed("num_local_experts"), said.needed("num_experts_per_tok")
    if active > experts:
        raise CannotCompute(WORDS["config: more experts a token"])
    return {
        "experts": experts,
        "experts_active": active,
        "experts_shared": said.needed("n_shared_experts") if said.has("n_shared_experts") else 0,
        "d_ff_expert": said.needed(
            "moe_intermediate_size" if said.has("moe_intermediate_size") else "intermediate_size"
        ),
        "first_dense_layers": first,
        "d_ff": said.needed("intermediate_size") if first else None,
    }


def _first_dense(said: ConfigValues, layers: int) -> int:
    """How many layers, from the first, have no experts. Raises CannotCompute where others have none."""
    if not said.has("num_local_experts"):
        return layers
    if said.has("first_k_dense_replace"):
        return min(layers, said.needed("first_k_dense_replace"))
    if not said.has("mlp_only_layers"):
        return 0
    only, step = said.values["mlp_only_layers"] or [], said.needed("decoder_sparse_step")
    if not isinstance(only, list) or any(type(each) is not int for each in only):
        raise CannotCompute(WORDS["config: mlp_only_layers"])
    listed = set(only)
    dense = [at for at in range(layers) if at in listed or (at + 1) % step]
    if dense != list(range(len(dense))):
        key = "mlp_only_layers" if only else "decoder_sparse_step"
        raise CannotCompute(WORDS("config: dense between experts", key=key))
    return len(dense)


def _full_layers(said: ConfigValues, layers: int) -> tuple[int, int | None]:
    """How many layers look back at everything, and how far the others do."""
    window = _window(said)
    given = said.values.get("layer_types")
    if given is not None and (
        not isinstance(given, list) or len(given) != layers or any(each not in (FULL, SLIDING) for each in given)
    ):
        raise CannotCompute(WORDS("config: layer_types", full=FULL, sliding=SLIDING))
    slides = said.kind.slides
    if slides in ("from max_window_layers", "but every n-th"):
        types = given or _types(said, layers, window)
    else:
        types = [SLIDING if window else FULL] * layers
        if given not in (None, types):
            raise CannotCompute(WORDS("config: all layers alike", kind=said.name))
    if SLIDING in types and not window:
        raise CannotCompute(WORDS["config: no window"])
    return types.count(FULL), window


def _window(said: ConfigValues) -> int | None:
    if said.kind.slides == "none" or (said.has("use_sliding_window") and not said.yes("use_sliding_window")):
        return None
    return said.number("sliding_window")


def _types(said: ConfigValues, layers: int, window: int | None) -> list[str]:
    """Which layers slide where no list says so."""
    if said.has("max_window_layers"):
        first = said.needed("max_window_layers") if window else layers
        return [SLIDING if at >= first else FULL for at in range(layers)]
    every = said.needed("sliding_window_pattern") if said.has("sliding_window_pattern") else EVERY[said.name]
    return [SLIDING if (at + 1) % every else FULL for at in range(layers)]

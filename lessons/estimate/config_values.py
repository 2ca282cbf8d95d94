"""What a `config.json` says of a model, its defaults included, value by value."""

from collections.abc import Mapping
from typing import Any

from lessons.estimate.config_kind import ConfigKind
from lessons.estimate.transformer import CannotCompute
from lessons.text import sections

WORDS = sections("estimate")

LARGEST = {
    "num_hidden_layers": 1_000,
    "num_local_experts": 100_000,
    "max_position_embeddings": 100_000_000,
}  # all else: ten million
MAY_BE_ZERO = (
    "n_shared_experts", "first_k_dense_replace", "max_window_layers", "shared_expert_intermediate_size",
    "num_kv_shared_layers", "hidden_size_per_layer_input", "moe_layer_start_index", "attn_layer_offset",
    "expert_layer_offset",
)  # fmt: skip
MAY_BE_NULL = ("num_key_value_heads", "q_lora_rank", "sliding_window", "attention_chunk_size", "mamba_d_ssm")
MAY_BE_LISTED = ("intermediate_size", "moe_intermediate_size", "num_experts_per_tok", "n_shared_experts")  # by layer


class ConfigValues:
    """What a config says of the text model in it, defaults included, by transformers' names of the keys."""

    def __init__(self, config: Mapping[str, Any], name: str, kind: ConfigKind):
        self.name, self.kind = name, kind
        self.values, self.called = dict(kind.defaults), {}
        for key, value in config.items():
            known = kind.called.get(key, key)
            if known in self.called and self.values[known] != value:
                raise CannotCompute(WORDS("config: two names", one=self.called[known], other=key))
            self.values[known], self.called[known] = value, key

    def number(self, key: str) -> int | None:
        """A whole number; None where it is null, or follows from others. Raises CannotCompute."""
        value, called = self._alike(key), self.called.get(key, key)
        if value is None:
            if key in self.called and key not in MAY_BE_NULL and self.kind.defaults.get(key) is not None:
                raise CannotCompute(WORDS("config: null", key=called, kind=self.name))
            return None
        most, least = LARGEST.get(key, 10_000_000), 0 if key in (*MAY_BE_ZERO, *self.kind.may_be_zero) else 1
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

    def listed(self, key: str, allowed: Mapping[Any, str] | range, length: int | None = None) -> list | None:
        """A list of what is `allowed`, by its names here; None where there is none. Raises CannotCompute for any other.
        `length`: that it must have."""
        given = self.values.get(key)
        if given is None:
            return None
        fits = isinstance(given, list | tuple | str) and length in (None, len(given))
        if not fits or any(not isinstance(each, str | int) or each not in allowed for each in given):
            raise CannotCompute(WORDS("config: no such list", key=self.called.get(key, key), value=repr(given)[:40]))
        return [allowed[each] for each in given] if isinstance(allowed, Mapping) else list(given)

    def _alike(self, key: str) -> Any:
        """A value, or the one that all layers have."""
        value = self.values.get(key)
        if key not in MAY_BE_LISTED or not isinstance(value, list) or not value:
            return value
        if any(type(each) is not type(value[0]) or each != value[0] for each in value):
            raise CannotCompute(WORDS("config: layers differ", key=self.called.get(key, key)))
        return value[0]

"""What an `adapter_config.json` of the package `peft` says: the method, the layers it stands beside, rank and alpha of
each.

Every setting is used, says nothing of what is computed, or must be off; any other is refused by name. Layers are found
as peft finds them (`check_target_module_exists`, `get_pattern_key`); their names are those of its base model,
`model.layers.0.mlp.up_proj`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("files")

CONFIG = "adapter_config.json"
MOST_RANK, MOST_ALPHA = 128, 1_000
USED = {
    "peft_type", "base_model_name_or_path", "r", "lora_alpha", "target_modules", "exclude_modules",
    "layers_to_transform", "layers_pattern", "rank_pattern", "alpha_pattern", "use_rslora", "use_dora", "bias",
    "init_lora_weights",
}  # fmt: skip
IDLE = {  # matter in training only, or to what must be off
    "task_type", "peft_version", "auto_mapping", "inference_mode", "revision", "lora_dropout", "megatron_core",
    "qalora_group_size", "ensure_weight_tying",
}  # fmt: skip
STARTS = (True, False, None, "gaussian", "orthogonal")  # of A and B, which leave the model's own weights as they are
ALL = "all-linear"
MOST_REPEATS, MOST_LETTERS = 5, 50_000  # of the patterns of a setting: each is tried with each layer
REPEAT = re.compile(r"[*+{]|(?<![*+?}(])\?")  # but not the ? of `.*?` and `(?:`
ENDLESS = re.compile(r"\)[*+{?]|\\[1-9]|\(\?P=|\(\?\(")  # a repeated group, or one that is referred to
Names = Sequence[str] | str


class Settings(NamedTuple):
    """`modules`, `excluded`: ends of names, or one pattern of whole names; `layers`: their numbers, or None for all,
    which stand after one of `within`; `ranks`, `alphas`: by pattern, of layers that have others than `rank` and
    `alpha`; `base`: what the model is called that it was trained beside."""

    method: str
    rank: int
    alpha: float
    modules: Names
    excluded: Names
    layers: Sequence[int] | None
    within: Sequence[str]
    ranks: Mapping[str, int]
    alphas: Mapping[str, float]
    base: str

    def names(self, layer: str) -> bool:
        """Whether the adapter stands beside a layer."""
        if _matches(self.excluded, layer) or not _matches(self.modules, layer):
            return False
        whole = isinstance(self.modules, str) or layer in self.modules
        return whole or self.layers is None or self._number(layer) in self.layers

    def rank_of(self, layer: str) -> int:
        return _by_pattern(self.ranks, layer, self.rank)

    def alpha_of(self, layer: str) -> float:
        return _by_pattern(self.alphas, layer, self.alpha)

    def _number(self, layer: str) -> int | None:
        after = "|".join(map(re.escape, self.within)) or r"[^.]*"
        found = re.match(rf"(?:^|.*?\.)(?:{after})\.(\d+)\.", layer)
        return int(found[1]) if found else None


def settings(file: bytes) -> Settings:
    """Those of a file. Raises BadFile where it describes no low-rank adapter, or one this app does not compute."""
    config = _object(file)
    _must_be_known(config)
    method = "dora" if config.get("use_dora") else "rslora" if config.get("use_rslora") else "lora"
    layers = config.get("layers_to_transform")
    return Settings(
        method,
        _rank("r", config.get("r")),
        _alpha("lora_alpha", config.get("lora_alpha")),
        _names("target_modules", config.get("target_modules")),
        _names("exclude_modules", config.get("exclude_modules") or []),
        None if layers in (None, []) else _numbers(layers),
        _texts("layers_pattern", config.get("layers_pattern") or []),
        {name: _rank("rank_pattern", each) for name, each in _patterns(config, "rank_pattern").items()},
        {name: _alpha("alpha_pattern", each) for name, each in _patterns(config, "alpha_pattern").items()},
        str(config.get("base_model_name_or_path") or ""),
    )


def _object(file: bytes) -> dict[str, Any]:
    try:
        config = json.loads(file)
    except (ValueError, RecursionError) as error:
        raise BadFile(WORDS("adapter: no JSON", file=CONFIG)) from error
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise BadFile(WORDS("adapter: no LoRA", file=CONFIG))
    return config


def _must_be_known(config: Mapping[str, Any]) -> None:
    off = lambda value: value is None or value is False or value == [] or value == {}  # 0 is a number, not off
    if unusual := [name for name, value in config.items() if name not in USED | IDLE and not off(value)]:
        raise BadFile(WORDS("adapter: unsupported setting", file=CONFIG, name=unusual[0][:60]))
    if config.get("init_lora_weights") not in STARTS:
        raise BadFile(WORDS("adapter: other base weights", file=CONFIG))
    for name in ("use_dora", "use_rslora"):
        if config.get(name) not in (None, True, False):
            raise BadFile(WORDS("adapter: no flag", file=CONFIG, name=name))
    if config.get("bias", "none") not in ("none", None) or (config.get("use_dora") and config.get("use_rslora")):
        raise BadFile(WORDS("adapter: biases", file=CONFIG))


def _rank(name: str, value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_RANK:
        raise BadFile(WORDS("adapter: no whole number", file=CONFIG, name=name, most=MOST_RANK))
    return value


def _alpha(name: str, value: Any) -> float:
    if type(value) not in (int, float) or not 0.1 <= value <= MOST_ALPHA:
        raise BadFile(WORDS("adapter: no number", file=CONFIG, name=name, most=MOST_ALPHA))
    return float(value)


def _names(name: str, value: Any) -> Names:
    if isinstance(value, str) and value:
        return ALL if value.lower() == ALL else _readable(name, [value])[0]
    if not isinstance(value, list) or (name == "target_modules" and not value):
        raise BadFile(WORDS("adapter: no names or pattern", file=CONFIG, name=name))
    return _texts(name, value)


def _texts(name: str, value: Any) -> list[str]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise BadFile(WORDS("adapter: no names", file=CONFIG, name=name))
    return found


def _numbers(value: Any) -> list[int]:
    found = value if isinstance(value, list) else [value]
    if not all(type(each) is int and each >= 0 for each in found):
        raise BadFile(WORDS("adapter: no layer numbers", file=CONFIG))
    return found


def _patterns(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = config.get(name) or {}
    if not isinstance(found, dict):
        raise BadFile(WORDS("adapter: no numbers by pattern", file=CONFIG, name=name))
    _readable(name, list(found))
    return found


def _readable(name: str, patterns: list[str]) -> list[str]:
    """Patterns that can be tried in time: no group is repeated, and few characters are. Raises BadFile for others."""
    whole = "\n".join(patterns)
    if len(whole) > MOST_LETTERS or len(REPEAT.findall(whole)) > MOST_REPEATS or ENDLESS.search(whole):
        raise BadFile(WORDS("adapter: slow pattern", file=CONFIG, name=name))
    try:
        return [each for each in patterns if re.compile(each)]
    except (re.error, RecursionError, OverflowError) as error:
        raise BadFile(WORDS("adapter: no pattern", file=CONFIG, name=name, why=str(error)[:60])) from error


def _matches(names: Names, layer: str) -> bool:
    if names == ALL:
        return "." in layer  # all but the one that answers
    if isinstance(names, str):
        return re.fullmatch(names, layer) is not None
    return any(layer == name or layer.endswith(f".{name}") for name in names)


def _by_pattern(patterns: Mapping[str, Any], layer: str, otherwise: Any) -> Any:
    return next((each for name, each in patterns.items() if re.match(rf"(.*\.)?({name})$", layer)), otherwise)

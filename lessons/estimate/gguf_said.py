"""What the header of a GGUF file says of a model, value by value: each setting is used, is known to change neither
sizes nor caches, or is refused by its name."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from lessons.estimate.gguf_kinds import GGUF_KINDS, IDLE, LATENT, NEUTRAL, SAME_AS_TENSORS, USED, GgufKind
from lessons.estimate.transformer import CannotCompute
from lessons.text import sections

WORDS = sections("estimate")

LARGEST = {"block_count": 1_000, "context_length": 100_000_000}  # all else: ten million
SSM = {"ssm.conv_kernel", "ssm.inner_size", "ssm.state_size", "ssm.time_step_rank", "ssm.group_count"}
SHORT = {"shortconv.l_cache"}
BESIDE = ("rope.", "vision.", "mm.")  # positions, and what Ollama's files say of a vision tower
OF_LINEAR = {"": set(), "delta": SSM, "mamba-2": SSM, "convolution": SHORT}


class GgufSaid:
    """The settings of a kind of models, by their names without it."""

    def __init__(self, settings: Mapping[str, Any]):
        self.name = _kind_in(settings)
        self.kind: GgufKind = GGUF_KINDS[self.name]
        begin = f"{self.name}."
        self.values = {key.removeprefix(begin): value for key, value in settings.items() if key.startswith(begin)}
        for key, value in self.values.items():
            if not self._is_known(key, value):
                raise CannotCompute(
                    WORDS("header: not modelled", key=f"{begin}{key}"[:60], value=repr(value)[:40], kind=self.name)
                )

    def number(self, key: str, least: int = 1) -> int | None:
        """A whole number, the same in all layers that have one; None where it is not said. Raises CannotCompute."""
        value = self.values.get(key)
        if isinstance(value, list):
            value = self._alike(key, value)
        if value is None:
            return None
        most = LARGEST.get(key, 10_000_000)
        if type(value) is not int or not least <= value <= most:
            raise CannotCompute(
                WORDS("header: no whole number", key=self._full(key), value=repr(value)[:40], least=least, most=most)
            )
        return value

    def needed(self, key: str, least: int = 1) -> int:
        """A whole number that must be there. Raises CannotCompute where it is not."""
        value = self.number(key, least)
        if value is None:
            raise CannotCompute(WORDS("header: missing", key=self._full(key)))
        return value

    def slides(self, layers: int) -> list[bool] | None:
        """Whether each layer looks back over a window only; None where the kind says so. Raises CannotCompute."""
        value = self.values.get("attention.sliding_window_pattern")
        if type(value) is int and 0 <= value <= layers:
            return [value == 0 or (at + 1) % value != 0 for at in range(layers)]
        if isinstance(value, list) and len(value) >= layers and all(each in (0, 1) for each in value):
            return [bool(each) for each in value[:layers]]
        if value is None:
            return None
        key = self._full("attention.sliding_window_pattern")
        raise CannotCompute(WORDS("header: no pattern", key=key, value=repr(value)[:40]))

    def _alike(self, key: str, values: list) -> Any:
        """The one that layers have; 0 of those that have none."""
        found = [value for value in values if value != 0]
        if any(type(value) is not int or value != found[0] for value in found):
            raise CannotCompute(WORDS("header: layers differ", key=self._full(key)))
        return found[0] if found else None

    def _is_known(self, key: str, value: Any) -> bool:
        used = USED | LATENT | SAME_AS_TENSORS | OF_LINEAR[self.kind.linear]
        neutral = any(type(value) is type(each) and value == each for each in NEUTRAL.get(key, ()))
        return key in used | IDLE or key.startswith(BESIDE) or neutral

    def _full(self, key: str) -> str:
        return f"{self.name}.{key}"


def _kind_in(settings: Mapping[str, Any]) -> str:
    kind, of = settings.get("general.architecture"), settings.get("general.type", "model")
    if not isinstance(kind, str):
        raise CannotCompute(WORDS("header: missing", key="general.architecture"))
    if of == "adapter" or "adapter.type" in settings:
        raise CannotCompute(WORDS["header: adapter"])
    if of == "mmproj" or kind == "clip":
        raise CannotCompute(WORDS["header: vision"])
    if kind not in GGUF_KINDS:
        near = ", ".join(get_close_matches(kind[:40], GGUF_KINDS, 4, 0))
        raise CannotCompute(WORDS("header: unknown kind", kind=repr(kind[:40]), count=len(GGUF_KINDS), near=near))
    return kind

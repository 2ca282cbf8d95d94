"""A pasted `config.json` as it is run: its shape, the format its weights are published in, and whether llama.cpp uses
its windows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from lessons.estimate.config_json import shape_of
from lessons.facts.architectures import Architecture

NATIVE = {"mxfp4": "MXFP4", "fp8": "fp8"}  # by quant_method; other methods are not how a model is first published
WINDOWED = (
    "gemma2", "gemma3", "gemma3_text", "gemma3n", "gemma3n_text", "gemma4", "gemma4_text", "gpt_oss", "cohere2",
    "exaone4", "olmo3", "llama4", "llama4_text",
)  # fmt: skip  # swa_type in llama.cpp, src/models/; Qwen's windows have none


def as_run(text: str) -> Architecture:
    """The shape that a `config.json` describes, with what is said beside it. Raises CannotCompute. `text`: of that
    file."""
    shape, config = shape_of(text), json.loads(text)
    inner = config.get("text_config")
    inner = inner if isinstance(inner, Mapping) else {}
    found = config.get("quantization_config") or inner.get("quantization_config")
    windowed = any(each.get("model_type") in WINDOWED for each in (config, inner))
    return replace(shape, native=_native(found), llama_cpp_windows=windowed)


def shape_in(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """The shape that a `config.json` describes, as JSON; for the process that reads what visitors bring. `files`: the
    first is that one. Raises CannotCompute."""
    return [json.dumps(asdict(as_run(files[0][1].decode(errors="replace")))).encode()]


def _native(value: Any) -> str:
    method = value.get("quant_method") if isinstance(value, Mapping) else None
    return NATIVE.get(method, "") if isinstance(method, str) else ""

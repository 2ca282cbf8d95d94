"""Which files of a folder make up a language model, as Hugging Face keeps them: its settings, its tokenizer, its
safetensors.

The index decides, or else `model.safetensors`, as in transformers' `from_pretrained`; what lies beside them is not
read. Needs no torch: those who only name a model need not wait for it.
"""

import json
from pathlib import Path
from typing import Any

from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("files")

CONFIG, GENERATION = "config.json", "generation_config.json"
TOKENIZER, TOKENS, SPECIAL = "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"
WHOLE, INDEX = "model.safetensors", "model.safetensors.index.json"
ADAPTER = "adapter_config.json"
LONGEST = 2**22  # bytes of settings
LONGEST_TOKENIZER = 2**26


def belonging(path: Path) -> list[Path]:
    """All files that decide what the model in a folder computes. Raises BadFile where its safetensors are not there."""
    settings = (CONFIG, GENERATION, TOKENIZER, TOKENS, SPECIAL, INDEX)
    return [each for name in settings if (each := path / name).is_file()] + weight_files(path)


def weight_files(path: Path) -> list[Path]:
    """The safetensors of a model: those its index names, and `model.safetensors`. Raises BadFile where one is
    missing."""
    names = sorted(set(weight_map(path).values()))
    if (path / WHOLE).is_file() and WHOLE not in names:
        names.append(WHOLE)
    if not names:
        raise BadFile(_without_weights(path))
    if missing := [name for name in names if not (path / name).is_file()]:
        raise BadFile(WORDS("folder: missing shard", file=missing[0][:60], index=INDEX))
    return [path / name for name in names]


def weight_map(path: Path) -> dict[str, str]:
    """The file each tensor is in, by the index; nothing where there is none. Raises BadFile for names of files
    elsewhere."""
    if not (path / INDEX).is_file():
        return {}
    places = settings(path, INDEX).get("weight_map")
    if not isinstance(places, dict) or not places or not all(isinstance(name, str) for name in places.values()):
        raise BadFile(WORDS("folder: no weight map", index=INDEX))
    for name in places.values():
        if not name.endswith(".safetensors") or any(mark in name for mark in ("/", "\\", ":", "\0")):
            raise BadFile(WORDS("folder: file elsewhere", index=INDEX, file=shown(name)))
    return places


def settings(path: Path, name: str, longest: int = LONGEST) -> dict[str, Any]:
    """The object in a JSON file of a folder. Raises BadFile where there is none."""
    file, found = path / name, None
    try:
        if file.is_file() and file.stat().st_size < longest:  # no pipe or device, which would not end
            found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(WORDS("folder: unreadable", folder=path.name, file=name)) from error
    if found is None:
        raise BadFile(WORDS("folder: unreadable", folder=path.name, file=name))
    if not isinstance(found, dict):
        raise BadFile(WORDS("folder: no object", file=name, folder=path.name))
    return found


def settings_if_any(path: Path, name: str) -> dict[str, Any]:
    """The same, and nothing where there is no such file."""
    return settings(path, name) if (path / name).is_file() else {}


def shown(value: Any) -> str:
    """A value of a JSON file in one short line."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _without_weights(path: Path) -> str:
    """Why a folder is no model: what is there in place of its weights."""
    others = sorted(each.name for each in path.glob("*.safetensors"))
    if any(name.startswith("adapter_model") for name in others) and not (path / CONFIG).is_file():
        base = settings_if_any(path, ADAPTER).get("base_model_name_or_path")
        if base:
            return WORDS("folder: adapter of", folder=path.name, base=shown(base))
        return WORDS("folder: adapter", folder=path.name)
    if others:
        return WORDS("folder: no index", folder=path.name, whole=WHOLE, index=INDEX, file=others[0][:60])
    return WORDS("folder: no safetensors", folder=path.name)

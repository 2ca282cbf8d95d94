"""An adapter as the two files that the package `peft` reads and writes: `adapter_config.json`,
`adapter_model.safetensors`.

A Llama's layers are called as Hugging Face's are, those of a network for pictures as here. What is read is checked
before it is used, and nothing is unpickled.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from lessons.models.adapter_settings import CONFIG, Settings, settings
from lessons.models.archive import files_in
from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("files")

TENSORS = "adapter_model.safetensors"
THEIRS = {"down": "lora_A.weight", "up": "lora_B.weight", "length": "lora_magnitude_vector"}
OURS = {theirs: ours for ours, theirs in THEIRS.items()}
PREFIX = "base_model.model."
LLAMA = "layers."  # theirs are within another module, `model`
LAYER = r"(?:model\.(layers\.\d+\.(?:self_attn|mlp)\.\w+)|(conv\d|fc))"
KEY = re.compile(rf"{re.escape(PREFIX)}{LAYER}\.({'|'.join(map(re.escape, OURS))})")
MOST_BYTES, MOST_SETTINGS = 64 * 2**20, 2**20
EVERYWHERE = [f"model.layers.{at}.{part}" for at in range(100) for part in (
    *(f"self_attn.{name}_proj" for name in "qkvo"), *(f"mlp.{name}_proj" for name in ("gate", "up", "down")),
)] + ["lm_head", "conv1", "conv2", "conv3", "fc"]  # fmt: skip


class Adapter(NamedTuple):
    """`method`: "lora", "rslora" or "dora"; `beside`: the names that the layers it stands beside end with; `weights`:
    by layer and part, as `layers.0.self_attn.q_proj.down`, of which some have other ranks; `kernels`: of layers that
    are convolutions what each reads, channels by height by width; `said`: the settings of its file, where it came from
    one."""

    method: str
    rank: int
    alpha: float
    beside: Sequence[str]
    weights: Mapping[str, Tensor]
    kernels: Mapping[str, Sequence[int]] = MappingProxyType({})
    said: Settings | None = None


def write(adapter: Adapter, base: str) -> dict[str, bytes]:
    """The files, by name. `base`: what the model is called that it stands beside."""
    ranks = {
        theirs(name.removesuffix(".down")): len(each)
        for name, each in adapter.weights.items()
        if name.endswith(".down")
    }
    config = {
        "peft_type": "LORA",
        "task_type": None if adapter.kernels else "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": adapter.rank,
        "lora_alpha": adapter.alpha,
        "rank_pattern": {layer: rank for layer, rank in ranks.items() if rank != adapter.rank},
        "target_modules": list(adapter.beside),
        "use_rslora": adapter.method == "rslora",
        "use_dora": adapter.method == "dora",
        "lora_dropout": 0.0,
        "bias": "none",
        "inference_mode": True,
    }
    named = {name.rpartition(".")[::2]: each for name, each in adapter.weights.items()}
    tensors = {
        f"{PREFIX}{theirs(layer)}.{THEIRS[part]}": _shaped(each, part, adapter.kernels.get(layer)).contiguous()
        for (layer, part), each in named.items()
    }
    return {CONFIG: json.dumps(config, indent=1).encode(), TENSORS: save(tensors, {"format": "pt"})}


def theirs(layer: str) -> str:
    """What a layer is called in peft's base model."""
    return f"{'model.' if layer.startswith(LLAMA) else ''}{layer}"


def _shaped(each: Tensor, part: str, kernel: Sequence[int] | None) -> Tensor:
    """As theirs are beside a convolution: A is one itself, B one of 1 × 1."""
    if kernel is None:
        return each
    return each.view({"down": (-1, *kernel), "up": (*each.shape, 1, 1), "length": (1, -1, 1, 1)}[part])


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as one archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as each:
        for name, file in files.items():
            each.writestr(zipfile.ZipInfo(name), file, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def sorted_out(uploaded: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Both files among those that somebody gives, whatever a browser has called them, or from an archive. Raises
    BadFile where one is there twice."""
    found: dict[str, bytes] = {}
    for name, file in uploaded:
        for kind, each in (
            files_in(file, (CONFIG, TENSORS), MOST_BYTES) if name.endswith(".zip") else [(_kind(name), file)]
        ):
            if kind in found:
                raise BadFile(WORDS("adapter: file twice", file=kind))
            found[kind] = each
    return found


def _kind(name: str) -> str:
    return CONFIG if name.endswith(".json") else TENSORS


def read(files: Mapping[str, bytes]) -> Adapter:
    """The adapter in these files. Raises BadFile where it is none, or one this app does not compute."""
    for name in (CONFIG, TENSORS):
        if name not in files:
            raise BadFile(WORDS("adapter: missing file", file=name))
        if len(files[name]) > (most := MOST_BYTES if name == TENSORS else MOST_SETTINGS):
            raise BadFile(WORDS("adapter: large file", file=name, most=most // 2**20))
    said = settings(files[CONFIG])
    weights = _weights(files[TENSORS])
    _must_match(weights, said)
    ends = sorted({layer.rpartition(".")[2] for layer in _layers(weights)})
    of_all = {name: each * _share(name, said) for name, each in weights.items()}
    return Adapter(said.method, said.rank, said.alpha, tuple(ends), of_all, said=said)


def _share(name: str, said: Settings) -> float:
    """What a part is multiplied by, so that one alpha holds for all layers: of most, 1."""
    layer, _, part = name.rpartition(".")
    return said.alpha_of(theirs(layer)) / said.alpha if part == "up" else 1.0


def _weights(file: bytes) -> dict[str, Tensor]:
    try:
        tensors = load(file)
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise BadFile(WORDS("adapter: no safetensors", file=TENSORS)) from error
    found = {}
    for name, tensor in tensors.items():
        known = KEY.fullmatch(name)
        if not known:
            raise BadFile(WORDS("adapter: other tensor", file=TENSORS, name=repr(name[:80])))
        if not tensor.is_floating_point() or not bool(torch.isfinite(tensor.float()).all()):
            raise BadFile(WORDS("adapter: not finite", file=TENSORS, name=name[:80]))
        part = OURS[known[3]]
        if tensor.dim() not in (2, 4) and part != "length":
            raise BadFile(WORDS("adapter: no matrix", file=TENSORS, name=name[:80], dimensions=tensor.dim()))
        found[f"{known[1] or known[2]}.{part}"] = tensor.float().flatten(0 if part == "length" else 1)
    return found


def _layers(weights: Mapping[str, Tensor]) -> list[str]:
    return sorted({name.rpartition(".")[0] for name in weights})  # a file is read in no order


def _must_match(weights: Mapping[str, Tensor], said: Settings) -> None:
    if not weights:
        raise BadFile(WORDS("adapter: no tensors", tensors=TENSORS, config=CONFIG))
    for layer in _layers(weights):
        if not said.names(theirs(layer)):
            raise BadFile(WORDS("adapter: layer not named", tensors=TENSORS, layer=layer, config=CONFIG))
        down, up, length = (weights.get(f"{layer}.{part}") for part in THEIRS)
        if down is None or up is None or (length is None) != (said.method != "dora"):
            raise BadFile(WORDS("adapter: other tensors", file=TENSORS, layer=layer, method=said.method))
        if {len(down), up.shape[1]} != {rank := said.rank_of(theirs(layer))}:
            raise BadFile(WORDS("adapter: matrices of other rank", file=TENSORS, layer=layer, rank=rank, config=CONFIG))
        if length is not None and length.shape != up.shape[:1]:
            raise BadFile(
                WORDS("adapter: magnitudes", file=TENSORS, layer=layer, values=length.numel(), rows=up.shape[0])
            )


def sound(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """The two files of an adapter, as they are, or out of an archive; for the process that reads what visitors bring.
    Raises BadFile."""
    found = _sorted_out(files)
    said = read(found).said
    for layer in EVERYWHERE:  # where the file holds nothing, too: its pattern is tried again where nothing limits it
        said.names(layer)
    return [found[CONFIG], found[TENSORS]]


def _sorted_out(files: Sequence[tuple[str, bytes]]) -> dict[str, bytes]:
    """Of a damaged archive `zipfile` raises whatever it stumbles over."""
    try:
        return sorted_out(files)
    except (BadFile, MemoryError):
        raise
    except Exception as error:
        raise BadFile(WORDS["archive: locked"]) from error

"""An adapter as the two files that the package `peft` reads and writes: `adapter_config.json`, `adapter_model.safetensors`.

A Llama's layers are called as Hugging Face's are, those of a network for pictures as here. What is read is checked before it is
used, and nothing is unpickled.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from lessons.models.bad_file import BadFile

CONFIG, TENSORS = "adapter_config.json", "adapter_model.safetensors"
THEIRS = {"down": "lora_A.weight", "up": "lora_B.weight", "length": "lora_magnitude_vector"}
OURS = {theirs: ours for ours, theirs in THEIRS.items()}
PREFIX = "base_model.model."
LLAMA = "layers."  # theirs are within another module, `model`
LAYER = r"(?:model\.(layers\.\d+\.(?:self_attn|mlp)\.\w+)|(conv\d|fc))"
KEY = re.compile(rf"{re.escape(PREFIX)}{LAYER}\.({'|'.join(map(re.escape, OURS))})")
MOST_RANK, MOST_BYTES = 128, 64 * 2**20
SETTINGS = {  # that may be on: all else that is not off changes what is computed
    "peft_type", "peft_version", "task_type", "base_model_name_or_path", "r", "lora_alpha", "target_modules", "use_rslora",
    "use_dora", "lora_dropout", "bias", "inference_mode", "init_lora_weights", "megatron_core", "revision", "qalora_group_size",
    "auto_mapping",
}  # fmt: skip
STARTS = (True, False, "gaussian", "orthogonal")  # of A and B, which leave the model's own weights as they are


class Adapter(NamedTuple):
    """`method`: "lora", "rslora" or "dora"; `beside`: the names that the layers it stands beside end with; `weights`: by
    layer and part, as `layers.0.self_attn.q_proj.down`; `kernels`: of layers that are convolutions what each reads, channels
    by height by width."""

    method: str
    rank: int
    alpha: float
    beside: Sequence[str]
    weights: Mapping[str, Tensor]
    kernels: Mapping[str, Sequence[int]] = MappingProxyType({})


def write(adapter: Adapter, base: str) -> dict[str, bytes]:
    """The files, by name. `base`: what the model is called that it stands beside."""
    config = {
        "peft_type": "LORA",
        "task_type": None if adapter.kernels else "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": adapter.rank,
        "lora_alpha": adapter.alpha,
        "target_modules": list(adapter.beside),
        "use_rslora": adapter.method == "rslora",
        "use_dora": adapter.method == "dora",
        "lora_dropout": 0.0,
        "bias": "none",
        "inference_mode": True,
    }
    named = {name.rpartition(".")[::2]: each for name, each in adapter.weights.items()}
    tensors = {
        f"{_theirs(layer)}.{THEIRS[part]}": _shaped(each, part, adapter.kernels.get(layer)).contiguous()
        for (layer, part), each in named.items()
    }
    return {CONFIG: json.dumps(config, indent=1).encode(), TENSORS: save(tensors, {"format": "pt"})}


def _theirs(layer: str) -> str:
    return f"{PREFIX}{'model.' if layer.startswith(LLAMA) else ''}{layer}"


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
    """Both files among those that somebody gives, whatever a browser has called them, or from an archive. Raises BadFile where
    one is there twice."""
    found: dict[str, bytes] = {}
    for name, file in uploaded:
        for kind, each in _within(file) if name.endswith(".zip") else [(_kind(name), file)]:
            if kind in found:
                raise BadFile(f"{kind} is there twice: take one of them away")
            found[kind] = each
    return found


def _kind(name: str) -> str:
    return CONFIG if name.endswith(".json") else TENSORS


def _within(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """Both files of an archive; of what is larger than it may be, no more is unpacked than shows that."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for entry in opened.infolist():
                if (name := entry.filename.rpartition("/")[2]) in (CONFIG, TENSORS):
                    yield name, opened.open(entry).read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadFile("the archive cannot be opened: it is damaged, locked, or no zip") from error


def read(files: Mapping[str, bytes]) -> Adapter:
    """The adapter in these files. Raises BadFile where it is none, or one this app does not compute."""
    for name in (CONFIG, TENSORS):
        if name not in files:
            raise BadFile(f"an adapter is two files, and {name} is missing")
        if len(files[name]) > MOST_BYTES:
            raise BadFile(f"{name} is larger than {MOST_BYTES / 2**20:.0f} MiB")
    config = _config(files[CONFIG])
    method = "dora" if config.get("use_dora") else "rslora" if config.get("use_rslora") else "lora"
    weights = _weights(files[TENSORS])
    _must_match(weights, config["r"], config["target_modules"], method)
    return Adapter(method, config["r"], float(config["lora_alpha"]), tuple(sorted(config["target_modules"])), weights)


def _config(file: bytes) -> dict[str, Any]:
    try:
        config = json.loads(file)
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{CONFIG} is no JSON") from error
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise BadFile(f"{CONFIG} describes no low-rank adapter (peft_type LORA)")
    if type(config.get("r")) is not int or not 1 <= config["r"] <= MOST_RANK:
        raise BadFile(f"{CONFIG}: r is not a whole number from 1 to {MOST_RANK}")
    if type(config.get("lora_alpha")) not in (int, float) or not 0.1 <= config["lora_alpha"] <= 1_000:
        raise BadFile(f"{CONFIG}: lora_alpha is not a number from 0.1 to 1,000")
    names = config.get("target_modules")
    if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        raise BadFile(f"{CONFIG}: target_modules is no list of names")
    if unusual := [name for name, value in config.items() if value and name not in SETTINGS]:
        raise BadFile(f"{CONFIG}: {unusual[0][:60]} is set, which this app does not compute")
    if config.get("init_lora_weights", True) not in STARTS:
        raise BadFile(f"{CONFIG}: init_lora_weights is set, by which the model's own weights may be others")
    if config.get("bias", "none") != "none" or (config.get("use_dora") and config.get("use_rslora")):
        raise BadFile(f"{CONFIG}: biases are trained, or DoRA and rsLoRA at once, which this app does not compute")
    return config


def _weights(file: bytes) -> dict[str, Tensor]:
    try:
        tensors = load(file)
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise BadFile(f"{TENSORS} is no safetensors file, or it is cut off") from error
    found = {}
    for name, tensor in tensors.items():
        known = KEY.fullmatch(name)
        if not known:
            raise BadFile(f"{TENSORS}: {name[:80]!r} is no part of an adapter beside layers this app has")
        if not tensor.is_floating_point() or not bool(torch.isfinite(tensor.float()).all()):
            raise BadFile(f"{TENSORS}: {name[:80]} holds something else than finite numbers")
        part = OURS[known[3]]
        if tensor.dim() not in (2, 4) and part != "length":
            raise BadFile(f"{TENSORS}: {name[:80]} is no matrix")
        found[f"{known[1] or known[2]}.{part}"] = tensor.float().flatten(0 if part == "length" else 1)
    return found


def _must_match(weights: Mapping[str, Tensor], rank: int, beside: Sequence[str], method: str) -> None:
    layers = dict.fromkeys(name.rpartition(".")[0] for name in weights)
    if not layers or {layer.rpartition(".")[2] for layer in layers} != set(beside):
        raise BadFile(f"{TENSORS} does not hold the layers that {CONFIG} names as target_modules")
    for layer in layers:
        down, up, length = (weights.get(f"{layer}.{part}") for part in THEIRS)
        if down is None or up is None or (length is None) != (method != "dora"):
            raise BadFile(f"{TENSORS}: {layer} has not all parts of an adapter of this kind")
        if len(down) != rank or up.shape[1] != rank:
            raise BadFile(f"{TENSORS}: the matrices beside {layer} are not of rank {rank}")
        if length is not None and length.shape != up.shape[:1]:
            raise BadFile(f"{TENSORS}: {layer} has {up.shape[0]} rows, and lengths for {length.numel()}")

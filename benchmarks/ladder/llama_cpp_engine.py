"""llama.cpp through its package: it quantizes files, reads texts and writes. Nothing else of this app needs it.

Every file is read by a process of one thread: what else the machine does disturbs that least.
"""

import ctypes
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from lessons.text import sections

WORDS = sections("ladder")
CONTEXT = 256  # tokens of the engine's KV cache
THREADS = 1
HEARD: list[object] = []


class QuantizeFailed(RuntimeError):
    """llama.cpp has not quantized a file; the message is what it says of that."""


def package() -> ModuleType:
    """The package, once it is there. Raises SystemExit with what to install."""
    try:
        import llama_cpp
    except ImportError as error:
        raise SystemExit(WORDS["not installed"]) from error
    return llama_cpp


def quantized(source: Path, target: Path, form: str, importance: Mapping[str, np.ndarray], threads: int = 2) -> Path:
    """`source` as `llama-quantize` writes it with a type, `form`. `importance`: of each column of a matrix, by the
    matrix' name, the mean square of what flows into it; may be empty. Raises QuantizeFailed."""
    engine = package()
    said = _listening()
    said.clear()
    settings = engine.llama_model_quantize_default_params()
    settings.ftype, settings.nthread, settings.allow_requantize = file_type(form), threads, True
    settings.imatrix = _importance(engine, importance)
    failed = engine.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(settings))
    if failed:
        raise QuantizeFailed(" ".join("".join(said[-4:]).split()))
    return target


@lru_cache(maxsize=1)
def _listening() -> list[str]:
    """What llama.cpp says from now on."""
    said: list[str] = []
    listener = package().llama_log_callback(lambda level, text, _: said.append(text.decode(errors="replace")))
    package().llama_log_set(listener, None)
    HEARD.append(listener)  # llama.cpp calls it for as long as it runs
    return said


def file_type(form: str) -> int:
    """llama.cpp's number for what most of a file is."""
    engine = package()
    mostly = {"fp32": "ALL_F32", "fp16": "MOSTLY_F16"}.get(form, f"MOSTLY_{form}")
    return getattr(engine, f"LLAMA_FTYPE_{mostly}")


def _importance(engine: ModuleType, importance: Mapping[str, np.ndarray]):
    """As the C API takes it: an array that an entry without a name ends."""
    entry = engine.llama_model_imatrix_data
    entries = (entry * (len(importance) + 1))()
    for at, (name, values) in enumerate(importance.items()):
        column = (ctypes.c_float * len(values))(*map(float, values))
        entries[at] = entry(name.encode(), ctypes.cast(column, ctypes.POINTER(ctypes.c_float)), len(values))
    return ctypes.cast(entries, ctypes.POINTER(entry)) if importance else None


class LlamaCppNet:
    """A file as a network: tokens int64 [n, t] → logits float32 [n, t, vocabulary]."""

    def __init__(self, path: Path):
        self._model = package().Llama(
            str(path), n_ctx=CONTEXT, n_batch=CONTEXT, n_threads=THREADS, n_threads_batch=THREADS, logits_all=True,
            verbose=False,
        )  # fmt: skip

    def __call__(self, tokens: Tensor) -> Tensor:
        return torch.stack([self._read(row.tolist()) for row in tokens])

    def _read(self, tokens: Sequence[int]) -> Tensor:
        self._model.reset()
        self._model.eval(tokens)
        return torch.from_numpy(self._model.scores[: len(tokens)].copy())


def seconds(path: Path, prompt: int, written: int) -> tuple[float, list[float]]:
    """Seconds that a prompt takes, and each of the tokens written after it."""
    model = package().Llama(
        str(path), n_ctx=CONTEXT, n_batch=CONTEXT, n_threads=THREADS, n_threads_batch=THREADS, verbose=False
    )
    model.eval([0] * (prompt // 8))  # the first warms up
    model.reset()
    took = [_took(model, [0] * prompt), *(_took(model, [0]) for _ in range(written))]
    return took[0], took[1:]


def _took(model, tokens: list[int]) -> float:
    began = time.perf_counter()
    model.eval(tokens)
    return time.perf_counter() - began


def built() -> str:
    """The package's version, the vector instructions it was built for, and threads."""
    engine = package()
    parts = engine.llama_print_system_info().decode().split("|")
    used = [part.split(":")[-1].split("=")[0].strip() for part in parts if "AVX" in part and "= 1" in part]
    return WORDS("engine", version=engine.__version__, used=", ".join(used), threads=THREADS)

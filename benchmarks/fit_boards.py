"""The coefficients of `lessons/estimate/coefficients.py`, fitted to measured joules per output token.

    python -m benchmarks.fit_boards FILE.csv [FILE.csv …]

A file has a row a configuration, as ML.ENERGY's benchmark prints them: `model`, `gpu` or `hardware`, `n_gpu`,
`precision`, `avg_batch` or `batch`, `avg_output_len` or `output_len`, and `energy` or `value` in a `unit` of J/output
token. Such rows are not in this repository; what is fitted to them is, in `lessons/facts/figures.csv`, `board_*`.

The models are sorted by name, dense ones and mixtures of experts apart; every second one of each kind is fitted to, the
others are held out. Hybrids are only held out. What is minimised is the sum of squares of log(estimated ÷ measured).
The prompts are taken to be 300 tokens long; `low` and `high` of a FLOP are the fits with 1,000 and 50. Not modelled:
what the scheduler of a server waits for, experts that are chosen unevenly, what two boards tell each other beyond a
layer's share.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lessons import facts
from lessons.estimate import accelerator_energy
from lessons.estimate.coefficients import FITTED
from lessons.estimate.transformer import size_only
from lessons.facts.architectures import Architecture, models

PROMPT, SHORT, LONG = 300, 50, 1_000  # tokens
BOARDS = {"H100": "NVIDIA H100 SXM5 80GB", "B200": "NVIDIA B200"}
NAMES = {  # beginnings of the files' names
    "Qwen/Qwen3-8B": "Qwen3 8B", "Qwen/Qwen3-14B": "Qwen3 14B", "Qwen/Qwen3-32B": "Qwen3 32B",
    "Qwen/Qwen3-30B-A3B": "Qwen3 30B-A3B", "Qwen/Qwen3-235B-A22B": "Qwen3 235B-A22B",
    "deepseek-ai/DeepSeek-": "DeepSeek-V3 / R1 671B", "openai/gpt-oss-20b": "gpt-oss 20B",
    "openai/gpt-oss-120b": "gpt-oss 120B", "google/gemma-3-12b": "Gemma 3 12B", "google/gemma-3-27b": "Gemma 3 27B",
    "meta-llama/Llama-3.1-8B": "Llama 3.1 8B", "meta-llama/Llama-3.1-70B": "Llama 3.1 70B",
    "meta-llama/Llama-3.3-70B": "Llama 3.1 70B", "meta-llama/Llama-3.1-405B": "Llama 3.1 405B",
}  # fmt: skip
# no shape of ours: layers, heads, KV heads, layers with a cache, experts, experts chosen (their published config.json)
ALSO = {
    "meta-llama/Llama-4-Scout": ("Llama 4 Scout", 48, 40, 8, 48, 16, 1),
    "meta-llama/Llama-4-Maverick": ("Llama 4 Maverick", 48, 40, 8, 48, 128, 1),
    "nvidia/NVIDIA-Nemotron-Nano-9B": ("Nemotron Nano 9B v2", 56, 40, 8, 4, None, None),
    "nvidia/NVIDIA-Nemotron-Nano-12B": ("Nemotron Nano 12B v2", 62, 40, 8, 6, None, None),
}


class Row(NamedTuple):
    """A measured configuration. `joules`: of an output token, all boards together; `batch`: sequences at a time, as it
    was on average."""

    model: Architecture
    gpu: str
    boards: int
    form: str
    batch: float
    output: float
    joules: float

    @property
    def kind(self) -> str:
        if self.model.linear_layers:
            return "hybrid"
        return "dense" if not self.model.experts else "experts, fp8" if self.form == "fp8" else "experts"


def rows(paths: Iterable[Path]) -> list[Row]:
    """Every configuration of the files, once."""
    found = {}
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            for cells in csv.DictReader(file):
                if cells.get("unit") == "J/output token" and (model := _model(cells)):
                    row = _row(cells, model)
                    same = (
                        cells["model"],
                        row.gpu,
                        row.boards,
                        round(row.batch),
                        round(row.output),
                        round(row.joules, 3),
                    )
                    found.setdefault(same, row)
    return list(found.values())


def _row(cells: dict[str, str], model: Architecture) -> Row:
    def cell(*names: str) -> str:
        return next(cells[name] for name in names if cells.get(name))

    batch, output, joules = (
        float(cell(*names)) for names in (("avg_batch", "batch"), ("avg_output_len", "output_len"), ("energy", "value"))
    )
    form = "bf16" if cells["precision"] == "bfloat16" else cells["precision"]
    return Row(model, cell("gpu", "hardware"), int(cells["n_gpu"]), form, batch, output, joules)


def _model(cells: dict[str, str]) -> Architecture | None:
    """Its shape; None for what is no model of ours, images among them."""
    called = cells["model"]
    if name := next((ours for start, ours in NAMES.items() if called.startswith(start)), None):
        return models()[name]
    if not (shape := next((shape for start, shape in ALSO.items() if called.startswith(start)), None)):
        return None
    name, layers, heads, kv_heads, cached, experts, chosen = shape
    total, active = (int(1e9 * float(cells[f"params_{part}_B"])) for part in ("total", "active"))
    return size_only(
        models()["Llama 3.1 8B"],
        name,
        total,
        active,
        layers=layers,
        n_heads=heads,
        n_kv_heads=kv_heads,
        full_layers=cached,
        linear_layers=layers - cached,
        experts=experts,
        experts_active=chosen,
    )


def terms(row: Row, prompt: float) -> np.ndarray:
    """What each coefficient is multiplied with: GB, GFLOP, GFLOP of experts, layers, layers in fp8; all of an output
    token."""
    wide = "bf16" if row.form == "mxfp4" else row.form  # experts that are published in MXFP4 are read so
    done = accelerator_energy.work(row.model, wide, row.batch, prompt, row.output, row.boards)
    halved = facts.figure("board_fp8_factor").value if row.form == "fp8" else 1
    slow = row.kind == "experts, fp8"
    each = (
        done.read / 1e9,
        halved * done.flop / 1e9,
        done.expert_flop / 1e9,
        done.layers * (not slow),
        done.layers * slow,
    )
    return np.array(each)


def fit(found: Sequence[Row], prompt: float = PROMPT) -> np.ndarray:
    """The coefficients, in nJ/B, nJ/FLOP (twice), J a layer (twice); 0 for what no row has. None is negative.

    Levenberg and Marquardt's method, in the logarithms of the coefficients.
    """
    every = np.array([terms(row, prompt) for row in found])
    there = every.any(axis=0)
    x, joules = every[:, there], np.array([row.joules for row in found])

    def residuals(logs: np.ndarray) -> np.ndarray:
        return np.log(x @ np.exp(logs) / joules)

    logs = _least_squares(residuals, np.log(np.median(joules) / x.mean(axis=0) / x.shape[1]))
    fitted = np.zeros(len(there))
    fitted[there] = np.exp(logs)
    return fitted


def _least_squares(residuals: Callable[[np.ndarray], np.ndarray], at: np.ndarray) -> np.ndarray:
    damping, now = 1e-2, residuals(at)
    for _ in range(300):
        steps = 1e-5 * np.eye(len(at))
        slopes = np.stack([(residuals(at + step) - now) / 1e-5 for step in steps], axis=1)
        square = slopes.T @ slopes
        damped = square + damping * np.diag(np.diag(square) + 1e-9)
        there = at - np.clip(np.linalg.solve(damped, slopes.T @ now), -2, 2)
        better = residuals(there)
        if better @ better < now @ now:
            at, now, damping = there, better, damping / 3
        else:
            damping *= 4
    return at


def halves(found: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows to fit to, and rows held out: every second model of a kind, by name, and its rows; hybrids are only held
    out."""
    fitted = set()
    for experts in (False, True):
        fitted |= set(
            sorted({row.model.name for row in found if row.kind != "hybrid" and bool(row.model.experts) == experts})[
                1::2
            ]
        )
    return [row for row in found if row.model.name in fitted], [row for row in found if row.model.name not in fitted]


def ratios(found: Sequence[Row], coefficients: np.ndarray) -> np.ndarray:
    """Estimated ÷ measured, of each."""
    return np.array([terms(row, PROMPT) @ coefficients / row.joules for row in found])


def within(ratio: np.ndarray, share: float = 0.9) -> float:
    """×/÷ this holds that share of them."""
    return float(np.exp(np.quantile(np.abs(np.log(ratio)), share)))


def relative(name: str, coefficients: np.ndarray) -> np.ndarray:
    """Coefficients relative to the data sheet: × TDP ÷ bandwidth, × TDP ÷ peak (twice), µs of TDP (twice)."""
    return coefficients / _sheet(name)


def _sheet(name: str) -> np.ndarray:
    sheet = facts.boards()[name]
    a_flop = sheet.tdp_W / sheet.fp16_dense_TFLOPS * 1e-3  # nJ
    return np.array([sheet.tdp_W / sheet.bandwidth_GB_per_s, a_flop, a_flop, sheet.tdp_W * 1e-6, sheet.tdp_W * 1e-6])


def report(found: Sequence[Row]) -> Iterator[str]:
    """The fit of each board, and how far off it is where it was not fitted."""
    fitted, held = halves(found)
    yield f"fitted to: {', '.join(sorted({row.model.name for row in fitted}))}"
    yield f"held out: {', '.join(sorted({row.model.name for row in held}))}"
    each, missed = {}, {}
    for gpu in BOARDS:
        ours, theirs = ([row for row in rows if row.gpu == gpu] for rows in (fitted, held))
        each[gpu] = fit(ours)
        low, high = (fit(ours, prompt) for prompt in (LONG, SHORT))
        yield (
            f"{gpu}, {len(ours)} rows: {each[gpu].round(5)} nJ/B, nJ/FLOP, nJ/FLOP, J, J; prompts of {LONG}: "
            f"{low.round(5)}; of {SHORT}: {high.round(5)}"
        )
        yield (
            f"   relative to the data sheet: {relative(BOARDS[gpu], each[gpu]).round(3)}; prompts of {LONG}: "
            f"{relative(BOARDS[gpu], low).round(3)}; of {SHORT}: {relative(BOARDS[gpu], high).round(3)}"
        )
        for row, ratio in zip(theirs, ratios(theirs, each[gpu]), strict=True):
            missed.setdefault(row.kind, []).append(ratio)
        yield f"   each model left out of the half: {_left_out(ours)}"
    yield from (f"held out, {kind}: {_said(np.array(of))}" for kind, of in missed.items())
    for gpu, other in (("H100", "B200"), ("B200", "H100")):
        there = [row for row in found if row.gpu == other and row.kind != "hybrid"]
        sheet = relative(BOARDS[gpu], each[gpu]) * _sheet(BOARDS[other])
        yield f"{other} by the data sheet, as {gpu}: {_said(ratios(there, sheet))}"


def _left_out(found: Sequence[Row]) -> str:
    by_kind: dict[str, list[float]] = {}
    for name in {row.model.name for row in found}:
        others, left = ([row for row in found if (row.model.name == name) == left] for left in (False, True))
        for row, ratio in zip(left, ratios(left, fit(others)), strict=True):
            by_kind.setdefault(row.kind, []).append(ratio)
    return "; ".join(f"{kind} {_said(np.array(of))}" for kind, of in sorted(by_kind.items()))


def _said(ratio: np.ndarray) -> str:
    return (
        f"{len(ratio)} rows, {ratio.min():.2f} to {ratio.max():.2f}, median {np.median(ratio):.2f}, 90 % within "
        f"×/÷ {within(ratio):.2f}"
    )


if __name__ == "__main__":
    assert set(BOARDS.values()) == set(FITTED)
    print(*report(rows(map(Path, sys.argv[1:]))), sep="\n")

"""What lessons claim in words, held against measurements over three seeds: a module a lesson, with `rows()` that measures
and `claims(rows)` that judges, and its results beside it."""

import importlib
import json
import pkgutil
import platform
from datetime import date
from pathlib import Path
from typing import Any

import torch

from lessons import recorded, store

STUDIES = {
    found.name: importlib.import_module(f"tests.study.{found.name}")
    for found in pkgutil.iter_modules(__path__)
    if found.name != "__main__"
}
RECORDED = ("lottery", "smollm2")  # too long to wait for: a page shows their results
SEEDLESS = ("smollm2",)  # nothing in it is drawn by chance
PICTURES, TEXTS = ("build",), ("language.examine", "language.quiz")  # what decides results, with all it imports
CODE = (
    dict.fromkeys(STUDIES, PICTURES)
    | dict.fromkeys(("language", "smollm2"), TEXTS)
    | {"adapting": ("adaptation.adapted", "adaptation.change")}
)


def results(name: str) -> Path:
    return recorded.results(name) if name in RECORDED else Path(__file__).with_name(f"{name}.json")


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """The results of a study, with the hash of the code that made them."""
    made = {
        "script": f"python -m tests.study {name}",
        "code": store.code_hash(*CODE[name]),
        "date": date.today().isoformat(),
        "machine": platform.machine(),
    }
    lines = ",\n".join(json.dumps(row) for row in rows)
    head = json.dumps(made | {"torch": torch.__version__})[:-1]
    results(name).write_text(f'{head}, "rows": [\n{lines}\n]}}\n')


def read(name: str) -> dict[str, Any]:
    return json.loads(results(name).read_text())

"""SmolLM2 as files of every type that llama.cpp quantizes to, what each costs, and how fast it is.

pip install -r requirements-ladder.txt     llama.cpp, which is built meanwhile
python -m benchmarks.ladder                everything, about an hour on two cores and 10 GB of disk, into
                                           lessons/recorded/ladder.json
python -m benchmarks.ladder FOLDER         the same; files are kept there
python -m benchmarks.ladder FOLDER speeds  only how fast they are, once more, of files that were kept
"""

import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import torch

from benchmarks.ladder import rungs, speeds
from benchmarks.ladder.llama_cpp_engine import QuantizeFailed, built, package
from lessons import recorded
from lessons.code_hash import code_hash
from lessons.measure import machine
from lessons.recorded.ladder import BASES, CODE


def main(arguments: list[str]) -> int:
    package()  # or say at once what is missing
    if not arguments:
        with tempfile.TemporaryDirectory() as folder:
            return main([folder])
    torch.set_num_threads(1)
    folder = Path(arguments[0])
    folder.mkdir(exist_ok=True, parents=True)
    rows, refused = _known() if arguments[1:] == ["speeds"] else _made(folder)
    paces, roof = speeds.measured({at: _file(folder, row) for at, row in enumerate(rows)})
    write([row | paces[at] for at, row in enumerate(rows)], refused, roof)
    return 0


def _known() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was recorded before."""
    found = json.loads(recorded.results("ladder").read_text())
    return found["rows"], found["refused"]


def _made(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All rows, and the types that llama.cpp makes no file of, with what it says. What is in the folder from a run of
    the same code that was stopped is kept."""
    kept, rows = folder / f"rows-{code_hash(*CODE)}.jsonl", []
    known = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    for name in BASES:
        base = None
        for setting in rungs.asked(name):
            row = next((each for each in known if setting.items() <= each.items()), None)
            if row is None:
                base = base or rungs.base(name, folder)
                row = _row(base, setting, _file(folder, setting))
                with kept.open("a") as file:
                    print(json.dumps(row), file=file)
                print(*row.values(), flush=True)
            rows.append(row)
    return [row for row in rows if "why" not in row], [row for row in rows if "why" in row]


def _row(base: rungs.Base, setting: dict[str, Any], path: Path) -> dict[str, Any]:
    try:
        return setting | rungs.rung(base, setting["form"], setting["guided"], path)
    except QuantizeFailed as error:
        return setting | {"why": str(error)}


def _file(folder: Path, row: dict[str, Any]) -> Path:
    return folder / f"{row['base']}-{row['form']}{'-guided' if row['guided'] else ''}.gguf"


def write(rows: list[dict[str, Any]], refused: list[dict[str, Any]], roof: dict[str, float]) -> None:
    """The ladder, and by what script, when, where and with which engine it was measured."""
    head = {
        "script": "python -m benchmarks.ladder",
        "date": date.today().isoformat(),
        "machine": machine.name(),
        "engine": built(),
        "code": code_hash(*CODE),
        "rounds": speeds.ROUNDS,
        "prompt": speeds.PROMPT,
        **roof,
        "refused": refused,
    }
    lines = ",\n".join(json.dumps(row) for row in rows)
    recorded.results("ladder").write_text(f'{json.dumps(head)[:-1]}, "rows": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

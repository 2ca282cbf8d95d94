"""Run the studies, write their results, and say which claims hold. Exit status 1 if one does not.

make study                          measures what is not of today's code; all of it takes about two hours
python -m tests.study network       one of them
python -m tests.study --again       everything once more, and says which rows changed
"""

import sys

import torch

from lessons.jobs.worker import THREADS
from tests.study import STUDIES, measured, read, results


def main(arguments: list[str]) -> int:
    torch.set_num_threads(THREADS)
    again, names = "--again" in arguments, [each for each in arguments if each != "--again"]
    fails = 0
    for name in names or STUDIES:
        before = read(name)["rows"] if results(name).exists() else []
        rows = []
        for row, now in measured(name, again):
            rows.append(row)
            if now:
                print({key: value for key, value in row.items() if not isinstance(value, dict | list)}, flush=True)
        changed = sum(_numbers(row) not in map(_numbers, before) for row in rows)
        print(f"{name}: {len(rows)} rows, {changed} of them changed", flush=True)
        for claim, holds in STUDIES[name].claims(rows).items():
            print("holds" if holds else "FAILS", claim)
            fails += not holds
    return 1 if fails else 0


def _numbers(row: dict) -> dict:
    """A row without the hash of its code."""
    return {name: value for name, value in row.items() if name != "code"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

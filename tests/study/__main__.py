"""Run the studies, write their results, and say which claims hold. Exit status 1 if one does not.

make study                          about an hour, half of it for SmolLM2
python -m tests.study network       one of them
"""

import sys

import torch

from lessons.jobs.worker import THREADS
from tests.study import STUDIES, write


def main(names: list[str]) -> int:
    torch.set_num_threads(THREADS)
    fails = 0
    for name in names or STUDIES:
        rows = []
        for row in STUDIES[name].rows():
            rows.append(row)
            print({key: value for key, value in row.items() if not isinstance(value, dict)}, flush=True)
        write(name, rows)
        for claim, holds in STUDIES[name].claims(rows).items():
            print("holds" if holds else "FAILS", claim)
            fails += not holds
    return 1 if fails else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
